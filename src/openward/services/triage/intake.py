"""From what was sent to what is known: answers first, then what was given, then the text, then the chart."""

import re
from collections.abc import Iterator
from typing import Final, cast

import msgspec

from openward.domain.errors import InputError
from openward.harness.service import Context
from openward.knowledge.findings import Vocabulary, vocabulary
from openward.language.durations import days as days_in
from openward.language.mentions import Mention
from openward.language.passages import sentences
from openward.language.person import person
from openward.language.teller import of_the_patient
from openward.record.chart import Chart
from openward.services.triage.early_warning import lowest_systolic, news2_at_least, shock_index
from openward.services.triage.facts import Facts, Known, Severity
from openward.services.triage.reads import Answer, Reads
from openward.services.triage.vitals import YEAR, Vital, age_days, vitals_of

DAYS: Final = "__days"
SEVERITY: Final = "__severity"
OF_PERSON: Final = frozenset({"age", "sex", "pregnant", "temp"})
_NOT_ALERT: Final = ("confusion", "drowsiness", "coma")
_CHEST: Final = "chest_pain"
_CHEST_WORDS: Final = ("chest", "stern", "thora", "breastbone", "angina", "胸", "心前区", "心绞痛")
_CHILDBEARING: Final = (11.0, 55.0)
# What has happened counts although it is over: a fit, a faint, a bleeding, a stroke that went away.
_EVENTS: Final = frozenset({
    "seizure", "syncope", "coma", "hematemesis", "hemoptysis", "melena", "hematochezia", "epistaxis",
    "vaginal_bleeding", "chest_pain", "limb_weakness", "facial_weakness", "aphasia", "speech_slurred", "vision_loss",
    "hematuria", "cyanosis", "apnea_infant", "choking", "overdose", "head_injury", "headache_thunderclap", "confusion",
})  # fmt: skip
_RECENT_DAYS: Final = 3.0
_ENDED: Final = re.compile(
    r"[\s,]*(?:(?:which|that|it|and|but|has|have|is|now|since|then)\s+)*(?:stopped|gone|went away|resolved|settled|"
    r"ceased|subsided|passed|disappeared)|[，,]?.{0,8}?(?:止|停|消失|缓解|好了)"
)
_SEVERE: Final = re.compile(r"剧痛|剧烈|难忍|\b(?:severe|excruciating|agoni[sz]ing|unbearable|worst)\b", re.IGNORECASE)
_SEVERE_PAIN: Final = 7.0  # of 10: severe on the numeric rating scale


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was taken in: the facts, the vital signs behind them, and the least NEWS2."""

    facts: Facts
    vitals: dict[str, Vital]
    news2: int | None
    age_origin: str | None


def take_in(reads: Reads, chart: Chart | None, context: Context) -> Intake:
    """What is known of the person.

    Raises:
        InputError: an answer is not one that its question takes, or a number that was given cannot be true.
    """
    words = vocabulary()
    stated = dict(_told(reads, words))
    _answered(reads.answers, stated, words)
    findings = _implied(stated, words)
    vitals = vitals_of(reads, chart, context.now)
    days, person_facts = _who(reads, chart, context)
    _measured(reads, findings)
    numbers = {id: vital.value for id, vital in vitals.items()}
    news2 = _numbers(numbers, days, reads, findings)
    if "weeks" not in numbers and (weeks := person(reads.complaint).weeks) is not None:
        numbers["weeks"] = weeks
    if numbers.get("temp", 0.0) >= 38.0:  # noqa: PLR2004 - fever: NICE NG143, NG51
        findings.setdefault("fever", Known(present=True, origin=vitals["temp"].origin))
    unknown = frozenset(id for id, value in reads.answers.items() if value == "unknown")
    if "pregnant" in findings:
        person_facts.setdefault("pregnant", findings["pregnant"].present)
    facts = Facts(stated=stated, findings=findings, numbers=numbers, person=person_facts, unknown=unknown)
    return Intake(facts=facts, vitals=vitals, news2=news2, age_origin=None if days is None else "known")


def _told(reads: Reads, words: Vocabulary) -> Iterator[tuple[str, Known]]:
    """The findings of the complaint; what is there in one place is there, whatever another place says."""
    text = of_the_patient(reads.complaint)
    whole = _first_days(text)
    said = [m for m in words.read(text) if _speaks_of_now(m, words, text)]
    of_chest = any(m.term == _CHEST and m.assertion != "absent" for m in said)
    found: dict[str, Known] = {}
    for mention in said:
        if mention.term.startswith(f"{_CHEST}_") and not of_chest and not _names_chest(mention, text):
            continue
        known = _known(mention, whole, text[mention.start : mention.end])
        held = found.get(mention.term)
        if held is None or (known.present and not held.present):
            found[mention.term] = known
    yield from found.items()


def _names_chest(mention: Mention, text: str) -> bool:
    """Whether the words themselves name the chest: a kind of pain alone may be a pain of any place."""
    quoted = text[mention.start : mention.end].lower()
    return any(word in quoted for word in _CHEST_WORDS)


def _speaks_of_now(mention: Mention, words: Vocabulary, text: str) -> bool:
    if mention.subject != "patient" or mention.assertion == "hypothetical":
        return False
    if mention.when == "current" or words.get(mention.term).kind in {"history", "exposure", "drug"}:
        return True
    if not _EVENTS & {mention.term, *words.ancestors(mention.term)}:
        return False
    recent = mention.days is not None and mention.days <= _RECENT_DAYS
    return recent or _ENDED.match(text, mention.end) is not None


def _known(mention: Mention, whole: float | None, quoted: str) -> Known:
    """A mention as a fact; what is uncertain counts as there, so that no danger is argued away."""
    return Known(
        present=mention.assertion != "absent",
        origin="text",
        days=mention.days if mention.days is not None else whole,
        severity="severe" if mention.severity is None and _SEVERE.search(quoted) else mention.severity,
        start=mention.start,
        end=mention.end,
    )


def _first_days(text: str) -> float | None:
    """How long it has lasted, by the first sentence that says so."""
    for span in sentences(text)[:3]:
        found = days_in(text[span.start : span.end])
        if found is not None:
            return found
    return None


def _answered(answers: dict[str, Answer], stated: dict[str, Known], words: Vocabulary) -> None:
    """Lays the answers over what the text says."""
    for id, value in answers.items():
        if id in OF_PERSON or value == "unknown":
            continue
        finding = id.removesuffix(DAYS).removesuffix(SEVERITY)
        if finding not in words:
            raise InputError(f"answers.{id[:60]}: there is no such question; answer the one that was asked")
        if id.endswith(DAYS):
            stated[finding] = msgspec.structs.replace(_present(stated, finding), days=_days_of(id, value))
        elif id.endswith(SEVERITY):
            stated[finding] = msgspec.structs.replace(_present(stated, finding), severity=_severity_of(id, value))
        else:
            stated[finding] = Known(present=_yes(id, value), origin="answer")


def _present(stated: dict[str, Known], finding: str) -> Known:
    return stated.get(finding) or Known(present=True, origin="answer")


def _days_of(id: str, value: Answer) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 40_000:  # noqa: PLR2004
        raise InputError(f"answers.{id[:60]}: the answer is a number of days")
    return float(value)


def _severity_of(id: str, value: Answer) -> Severity:
    try:
        return cast("Severity", msgspec.convert(value, Severity))
    except msgspec.ValidationError:
        raise InputError(f"answers.{id[:60]}: the answer is mild, moderate, severe or unknown") from None


def _yes(id: str, value: Answer) -> bool:
    if value is True or value == "yes":
        return True
    if value is False or value == "no":
        return False
    raise InputError(f"answers.{id[:60]}: the answer is yes, no or unknown")


def _implied(stated: dict[str, Known], words: Vocabulary) -> dict[str, Known]:
    """What is stated, with the more general findings of what is there and the kinds of what is not there."""
    found = dict(stated)
    for id, known in stated.items():
        for parent in words.ancestors(id) if known.present else ():
            held = found.get(parent)
            if held is None or not held.present:
                found[parent] = known
    for id, known in stated.items():
        if not found[id].present:
            for kind in _kinds(id, words):
                found.setdefault(kind, known)
    return found


def _kinds(id: str, words: Vocabulary) -> Iterator[str]:
    waiting = list(words.children(id))
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting.extend(words.children(kind))


def _who(reads: Reads, chart: Chart | None, context: Context) -> tuple[float | None, dict[str, bool]]:
    said = person(reads.complaint)
    days = None if reads.age is None else age_days(reads.age)
    days = _answered_age(reads.answers) if days is None else days
    days = said.age_days if days is None else days
    who = chart.demographics if chart else None
    if days is None and who and who.birth_date:
        days = float((context.now.date() - who.birth_date).days)
    sex = reads.sex or reads.answers.get("sex") or said.sex or (who.gender if who else None)
    facts = {"female": sex == "female", "male": sex == "male"} if sex in {"female", "male"} else {}
    pregnant = _pregnant(reads, chart, said_so=said.pregnant)
    if pregnant is None and (sex == "male" or (days is not None and not _may_be_pregnant(days))):
        pregnant = False
    return days, facts if pregnant is None else facts | {"pregnant": pregnant}


def _may_be_pregnant(days: float) -> bool:
    return _CHILDBEARING[0] <= days / YEAR <= _CHILDBEARING[1]


def _answered_age(answers: dict[str, Answer]) -> float | None:
    value = answers.get("age")
    if value is None or value == "unknown":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 130:  # noqa: PLR2004
        raise InputError("answers.age: the answer is a number of years")
    return float(value) * YEAR


def _pregnant(reads: Reads, chart: Chart | None, *, said_so: bool | None) -> bool | None:
    answer = reads.answers.get("pregnant")
    if reads.pregnant is not None:
        return reads.pregnant
    if answer is not None and answer != "unknown":
        return _yes("pregnant", answer)
    if said_so is not None:
        return said_so
    state = chart.pregnancy.state if chart else "not-recorded"
    return {"present": True, "absent": False}.get(state)


def _measured(reads: Reads, findings: dict[str, Known]) -> None:
    """What was measured of consciousness and pain, as the finding that it is."""
    measured = {"confused": "confusion", "voice": "drowsiness", "pain": "coma", "unresponsive": "coma"}
    state = reads.vitals.consciousness
    if state in measured:
        findings[measured[state]] = Known(present=True, origin="given")
    if reads.vitals.pain is not None and reads.vitals.pain >= _SEVERE_PAIN:
        findings["pain_severe"] = Known(present=True, origin="given")


def _numbers(numbers: dict[str, float], days: float | None, reads: Reads, findings: dict[str, Known]) -> int | None:
    """Adds the numbers that follow from others; gives the least NEWS2 of an adult."""
    if (index := shock_index(numbers)) is not None:
        numbers["si"] = index
    if days is not None:
        numbers["age_days"], numbers["age"] = days, days / YEAR
        if "sbp" in numbers and days / YEAR < 16:  # noqa: PLR2004 - NEWS2 begins at 16
            numbers["pals_hypotension"] = float(numbers["sbp"] < lowest_systolic(days, days / YEAR))
    if days is not None and days / YEAR < 16:  # noqa: PLR2004
        return None
    there = {name for name, known in findings.items() if known.present}
    copd = "history_copd" in there
    score = news2_at_least(
        numbers, copd=copd, oxygen=reads.vitals.on_oxygen is True, alert=False if there & set(_NOT_ALERT) else None
    )
    if score is not None:
        numbers["news2"] = float(score)
    return score
