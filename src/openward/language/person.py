"""Who a text is about: age, sex, pregnancy; only what the text states."""

import re
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from openward.language.durations import MONTH, YEAR
from openward.language.prose import lowered

Sex = Literal["female", "male"]

_LOOKED_AT: Final = 20_000
_MOST_YEARS: Final = 130
_MOST_WEEKS: Final = 45
_NUMBER: Final = r"(\d{1,3}(?:\.\d{1,2})?)"
_TENS: Final = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ONES: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_SPELLED: Final = re.compile(
    rf"\b(?:({'|'.join(_TENS)})(?:[ -]({'|'.join(_ONES)}))?|({'|'.join(_ONES)}))(?=[ -](?:year|month|week|"
    rf"day)s?[ -]old)"
)
_CHINESE_AGE: Final = re.compile(r"([一二两三四五六七八九十百]{1,5})(?=周?岁|个月大)")
_DIGITS: Final = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNIT: Final = {"y": YEAR, "m": MONTH, "w": 7.0, "d": 1.0, "岁": YEAR, "月": MONTH, "周": 7.0, "天": 1.0, "日": 1.0}

# `I'm 42 and ...`; whoever tells of a relative only and not of oneself tells of the patient.
_CLAUSE_ENDS: Final = r"(?=[,.;] ?$|$|[,.;] |,? (?:and|with|but) )"
_NOBODY_ELSE: Final = r"(?!.*(?<![a-z])i(?:[’']m|[’']ve| am| have| had| feel| get| got| noticed)(?![a-z]))"

_AGES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.]){_NUMBER}[ -]{{0,2}}(y|m|w|d)(?:(?:ea|on|ee|a)?(?:r|th|k|y)s?)?[ -]{{1,2}}old(?![a-z])",
        rf"(?<![\d.]){_NUMBER}[ -]{{0,2}}(y)(?:/o|\.o\.?|o|rs?[ -]o(?:ld)?)(?![a-z])",
        rf"(?<![\d.]){_NUMBER}[ -]?(m)(?:/o|o)(?![a-z])",
        rf"(?<![a-z])(?:age|aged)[: ]{{1,3}}(?:is |of )?{_NUMBER}[ -]{{0,2}}(y|m(?!m|g|l)|w|d)?",
        (
            rf"(?<![\d.]){_NUMBER}[ -]{{0,2}}(y)(?:ears?|rs?)?(?: of age|[ ,]{{0,2}}(?:male|female|man|woman|m|f|"
            rf"boy|girl)(?![a-z]))"
        ),
        (
            rf"(?<![\d.]){_NUMBER}[ -]{{0,2}}(m|w|d)(?:onth|eek|ay)s?(?: of age|[ ,]{{0,2}}(?:male|female|boy|girl|"
            rf"infant|baby)(?![a-z]))"
        ),
        rf"(?:出生|生后)(?:后|已|第)?{_NUMBER} ?个?(月|天|日|周)(?!前)",
        rf"(?<![\d.]){_NUMBER} ?个?(月|天|日|周)(?:的)?(?:宝宝|宝贝|婴儿|新生儿|小孩|孩子|娃)",
        rf"(?:新生儿|婴儿|宝宝)[,， :：]{{1,3}}{_NUMBER} ?个?(月|天|日|周)(?!前)",
        (
            rf"(?:newborn|neonate|infant|baby)[ ,]{{1,3}}{_NUMBER}[ -]?(m|w|d)(?:onth|eek|ay)s?"
            r"(?![ a-z]{0,3}(?:ago|after|of fever))"
        ),
        rf"(?<![\d.]){_NUMBER} ?周?(岁)(?!时|起|以|后|开始|前)",
        rf"(?<![\d.]){_NUMBER} ?个?(月|天|日|周)(?:大|龄|男|女|婴|患儿|的(?:男|女|婴|宝))",
        (
            rf"(?:宝宝|婴儿|孩子|患儿|小孩|宝贝|儿子|女儿)[ ,]?(?:今年|才|刚|刚满)? ?{_NUMBER} ?个?(岁|月)"
            rf"(?!前|后|来|了|没)"
        ),
        rf"(?:宝宝|婴儿|新生儿|患儿|孩子) ?{_NUMBER} ?(天)(?=[,，。;、])",
        rf"(?:年龄|月龄|日龄)[: ]{{0,3}}{_NUMBER} ?(?:个)?(岁|月|天|日|周)?",
        rf"(?<![\d.]){_NUMBER}[ ,]{{0,2}}(?:m|f|male|female|man|woman)(?![a-z'])(?! ?[:=]| ?/)",
        rf"(?<![a-z])(?:i am|i[’']m|(?<!when )(?:he|she) is|(?:he|she)[’']s) (?:now )?{_NUMBER}{_CLAUSE_ENDS}",
        rf"^ ?my (?:[a-z]+ ){{0,2}}[a-z]+(?: is|,) {_NUMBER}{_CLAUSE_ENDS}{_NOBODY_ELSE}",
    )
)
_MONTHS_BESIDE: Final = re.compile(r" ?(?:零|and)? ?(\d{1,2}) ?个?(?:月|months?)")
_OTHERS: Final = re.compile(
    r"(?:mother|father|brother|sister|son|daughter|husband|wife|partner|boyfriend|girlfriend|at(?: the)?|since|his|her|"
    r"until|when|from|menopause|menarche|quit|母|父|兄|弟|姐|妹|子|女儿|于|绝经|初潮|when she was|"
    r"when he was)[ :,(a-z]{0,6}$"
)
_FEMALE: Final = re.compile(
    r"(?<![a-z])(?:female|woman|girl|lady|housewife|waitress|businesswoman|schoolgirl|f(?=[,. ]|$))(?![a-z])|女"
)
_MALE: Final = re.compile(r"(?<![a-z])(?:male|man|boy|gentleman|businessman|schoolboy)(?![a-z])|男")
_AGED_SEX: Final = re.compile(
    r"(?<![\d.])\d{1,3} ?(?:(?:y|yo|y/o|yrs?|years?)[ -]?(?:old)?[ ,/]{0,2}(m|f)|(?<=\d)(m|f))(?![a-z'/²\d])(?! ?=)"
)
_HER: Final = re.compile(r"(?<![a-z])(?:she|her|herself|ms|mrs|miss)(?![a-z])|她")
_HIS: Final = re.compile(r"(?<![a-z])(?:he|his|him|himself|mr)(?![a-z])|他(?!人|院|科|处|药|汀|们)")
_LABEL: Final = re.compile(r"(?:sex|gender|性别)[: ]{1,3}(f|m|女|男)")
_NOT_THE_PATIENT: Final = re.compile(r"(?:子女|女儿|女友|男友|女婿|儿女|女士|子宫|男性型|女性型|女童|女婴|男婴|男童)")
_WOMEN_ONLY: Final = re.compile(
    r"(?<![a-z])(?:lmp|last menstrual period|menopaus|gravida|g\d ?p\d|postpartum)|月经|绝经|停经|孕\d|妊娠|"
    r"孕妇|产妇|经产妇|末次月经"
)
_WEEKS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        (
            r"(?<![\d.])(\d{1,2})(?:\+(\d)|(?:[ -]weeks?,?(?: and| &)? (\d)[ -]days?))?[ -]{0,2}(?:weeks?|wks?|"
            r"w)?['’]?[ -]{0,2}"
            r"(?:of )?(?:pregnan|gestation|gravid|ga(?![a-z]))"
        ),
        (
            r"(?:pregnan[a-z]*|gravida \d{1,2},? ?para \d{1,2}|g\d{1,2}[, ]?p\d{1,4}(?:a\d)?|primigravida|"
            r"multigravida|gestation(?:al age)?|ga)"
            r"[ ,(:]{0,3}(?:at |of |is |currently |approximately |"
            r"about ){0,3}(\d{1,2})(?:\+(\d))?[ -]{0,2}(?:weeks?|wks?|w)(?![a-z])"
        ),
        r"(?<![a-z])at (\d{1,2})\+(\d)[ -]?(?:weeks?|wks?)",
        r"waters? (?:have |has )?(?:broken?|gone) at (\d{1,2})(?:\+(\d))?[ -]weeks?",
        r"(?:old|woman|lady|girl|she is|i am|i[’']m),? at (\d{1,2})(?:\+(\d))?[ -]weeks?(?! (?:post|after|old|of age))",
        r"(?:孕|妊娠|停经|怀孕|宫内孕|宫内妊娠)[ :]{0,2}(\d{1,2})(?:\+(\d))? ?(?:\+)?周(?:\+? ?(\d) ?天?)?",
        r"(?<![\d.])(\d{1,2})(?:\+(\d))? ?周(?:\+? ?(\d) ?天)? ?(?:孕|妊娠|胎龄)",
    )
)
_PREGNANT: Final = re.compile(
    r"(?<![a-z])(?:pregnant|gravida|primigravida|multigravida|primiparous woman at|expecting a baby|"
    r"my waters? (?:have |has )?(?:broken?|gone))(?![a-z])|"
    r"孕妇|怀孕|已孕|妊娠|宫内孕|早孕"
)
_NOT_PREGNANT: Final = re.compile(
    r"(?<![a-z])(?:(?:cannot|can not|can[’']t|could not|couldn[’']t) (?:possibly )?be pregnant|"
    r"not (?:currently )?(?:be )?pregnant|(?:is|was)n't pregnant|denies (?:being )?pregnan(?:t|"
    r"cy)|no pregnancy|non-?pregnant|"
    r"negative pregnancy test|pregnancy[ -]test[ -]negative|"
    r"pregnancy test (?:is |was )?negative|(?:post)?menopaus\w{0,4}|hysterectomy|"
    r"hcg (?:is |was )?negative|"
    r"negative (?:urine )?(?:hcg|pregnancy))|未孕|未怀孕|非孕|否认怀孕|否认妊娠|没有怀孕|已绝经|绝经|妊娠试验阴性"
)
_UNSURE: Final = re.compile(
    r"(?<![a-z])(?:if|could|may|might|possibly|whether|not sure|been|was|were|recently|previously|previous|"
    r"prior|trying to become|"
    r"trying to get|become|became|while|planning to become|to be|get|got|when|risk of|mother|wife|sister|"
    r"daughter|for|avoid)"
    r"[a-z ]{0,12}$|可能$|是否$|疑$|曾$|备$|妻子|计划$|准备$|如$|若$"
)
_NO_LONGER: Final = re.compile(
    r"(?<![a-z])(?:post-?partum|gave birth|delivered (?:a|her)|after delivery|recently pregnant|"
    r"since giving birth)|产后|分娩后|流产后"
)


class Person(msgspec.Struct, frozen=True):
    """The patient as far as a text says; `weeks` are completed weeks and days of pregnancy."""

    age_days: float | None = None
    sex: Sex | None = None
    pregnant: bool | None = None
    weeks: float | None = None


def person(text: str) -> Person:
    """Reads age, sex and pregnancy of the patient; what is not stated stays None."""
    plain = _counted(lowered(text[:_LOOKED_AT]))
    weeks = _weeks(plain)
    pregnant = _pregnant(plain, weeks)
    sex = _sex(plain) or ("female" if pregnant or _WOMEN_ONLY.search(plain) else None)
    if sex == "male":
        pregnant, weeks = None, None
    return Person(_age(plain), sex, pregnant, weeks if pregnant else None)


def _counted(plain: str) -> str:
    """Ages in words as digits."""

    def digits(found: re.Match[str]) -> str:
        tens, one, alone = found.groups()
        return str(_TENS.get(tens or "", 0) + _ONES.get(one or alone or "", 0))

    return _CHINESE_AGE.sub(lambda m: str(_chinese(m.group(1))), _SPELLED.sub(digits, plain))


def _chinese(numeral: str) -> int:
    value = 0
    for sign in numeral:
        if sign == "十":
            value = (value or 1) * 10
        elif sign == "百":
            value = (value or 1) * 100
        else:
            value += _DIGITS[sign]
    return value


def _age(plain: str) -> float | None:
    """The first age that is not another person's or of another time."""
    found = sorted((m for pattern in _AGES for m in pattern.finditer(plain)), key=lambda m: (m.start(), -m.end()))
    for match in found:
        if _OTHERS.search(plain[max(0, match.start() - 24) : match.start()]):
            continue
        unit = match.group(2) if match.re.groups > 1 else "y"
        days = float(match.group(1)) * _UNIT[_unit_of(match, unit)]
        if days > _MOST_YEARS * YEAR:
            continue
        beside = _MONTHS_BESIDE.match(plain, match.end()) if unit in ("岁", "y") else None
        return days + (float(beside.group(1)) * MONTH if beside else 0.0)
    return None


def _unit_of(match: re.Match[str], unit: str | None) -> str:
    if unit:
        return unit
    said = match.group()
    return "月" if "月龄" in said else "日" if "日龄" in said else "y"


def _sex(plain: str) -> Sex | None:
    label = _LABEL.search(plain)
    if label:
        return "female" if label.group(1) in "f女" else "male"
    aged = _AGED_SEX.search(plain)
    if aged:
        return "female" if "f" in aged.group(1, 2) else "male"
    masked = _NOT_THE_PATIENT.sub(_kept, plain)
    for women, men in ((_FEMALE, _MALE), (_HER, _HIS)):
        said = _first(women.finditer(masked), masked), _first(men.finditer(masked), masked)
        if said != (None, None):
            female, male = (place if place is not None else len(plain) for place in said)
            return "female" if female < male else "male"
    return None


def _kept(found: re.Match[str]) -> str:
    """A girl or a boy is one; the same sign in a word for a relative is not."""
    said = found.group()
    return said if said in {"女童", "女婴", "男婴", "男童", "女士"} else "，" * len(said)


def _first(found: Iterable[re.Match[str]], plain: str) -> int | None:
    for match in found:
        if not re.search(
            r"(?:partner|contact with an?|another|with a|the)[ a-z]{0,10}$",
            plain[max(0, match.start() - 16) : match.start()],
        ):
            return match.start()
    return None


def _weeks(plain: str) -> float | None:
    for pattern in _WEEKS:
        for match in pattern.finditer(plain):
            weeks = float(match.group(1))
            extra = next((float(part) for part in match.groups()[1:] if part), 0.0)
            if 1 <= weeks <= _MOST_WEEKS and extra <= 6:  # noqa: PLR2004 - days of a week
                return weeks + extra / 7
    return None


def _pregnant(plain: str, weeks: float | None) -> bool | None:
    if _NO_LONGER.search(plain):
        return False if weeks is None else None
    if weeks is not None:
        return True
    denied = _NOT_PREGNANT.search(plain)
    for match in _PREGNANT.finditer(plain):
        before = plain[max(0, match.start() - 24) : match.start()]
        if not _UNSURE.search(before) and not (denied and denied.start() <= match.start() <= denied.end()):
            return True
    return False if denied else None
