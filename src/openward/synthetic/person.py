"""Who a synthetic patient is: drawn from the ranges of a story, the same for the same seed and number."""

from datetime import date, timedelta
from random import Random
from typing import Literal

import msgspec

from openward.synthetic.catalogue import Language, People
from openward.synthetic.story import Pair, Who

YEAR_DAYS = 365.25
MONTH_DAYS = 30.4375
ADULT = 18
INFANT_MONTHS = 24
NEWBORN_DAYS = 28
_NOUNS = {
    ("en", "female", True): "woman", ("en", "male", True): "man", ("en", "female", False): "girl",
    ("en", "male", False): "boy", ("zh", "female", True): "女性", ("zh", "male", True): "男性",
    ("zh", "female", False): "女童", ("zh", "male", False): "男童",
}  # fmt: skip


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A made-up person as of one day; `years` is exact age, `age` completed years; weight in kg, height in cm."""

    id: str
    sex: Literal["female", "male"]
    born: date
    age_days: int
    age: int
    weight: float
    height: float
    name_en: tuple[str, str]
    name_zh: tuple[str, str]

    @property
    def years(self) -> float:
        """Age in years with its fraction."""
        return self.age_days / YEAR_DAYS

    def words(self, language: Language, day: date) -> str:
        """Age and sex as a note of a day would say them."""
        days, years = (day - self.born).days, completed_years(self.born, day)
        noun = _NOUNS[(language, self.sex, years >= ADULT)]
        if days <= NEWBORN_DAYS:
            return f"{days}-day-old {noun}" if language == "en" else f"生后{days}天{noun}"
        months = int(days / MONTH_DAYS)
        if months < INFANT_MONTHS:
            return f"{months}-month-old {noun}" if language == "en" else f"{months}月龄{noun}"
        return f"{years}-year-old {noun}" if language == "en" else f"{years}岁{noun}"


def draw_person(id: str, who: Who, people: People, rng: Random, as_of: date) -> Person:
    """Draws sex, age, body and names; a child's weight and height go with its age, an adult's with each other."""
    sex: Literal["female", "male"] = rng.choice(("female", "male")) if who.sex == "either" else who.sex
    share = rng.random()
    age_days = _age_days(who, share)
    born = as_of - timedelta(days=age_days)
    tall = _near(share if age_days < ADULT * YEAR_DAYS else rng.random(), rng)
    given = rng.randrange(len(people.female_en))
    family = rng.randrange(len(people.family_en))
    names_en, names_zh = (people.female_en, people.female_zh) if sex == "female" else (people.male_en, people.male_zh)
    return Person(
        id=id,
        sex=sex,
        born=born,
        age_days=age_days,
        age=completed_years(born, as_of),
        weight=round(_between(who.weight_kg, _near(tall, rng)), 1),
        height=round(_between(who.height_cm, tall)),
        name_en=(people.family_en[family], names_en[given]),
        name_zh=(people.family_zh[family], names_zh[given]),
    )


def completed_years(born: date, day: date) -> int:
    """Completed years at a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _age_days(who: Who, share: float) -> int:
    if who.age_days is not None:
        low, high = float(who.age_days[0]), who.age_days[1] + 0.99
    elif who.age_months is not None:
        low, high = who.age_months[0] * MONTH_DAYS + 1, (who.age_months[1] + 1) * MONTH_DAYS - 2
    else:
        assert who.age is not None
        low, high = who.age[0] * YEAR_DAYS + 1, (who.age[1] + 1) * YEAR_DAYS - 2
    return int(low + (high - low) * share)


def _near(share: float, rng: Random) -> float:
    return min(1.0, max(0.0, share + rng.uniform(-0.15, 0.15)))


def _between(pair: Pair, share: float) -> float:
    return pair[0] + (pair[1] - pair[0]) * share
