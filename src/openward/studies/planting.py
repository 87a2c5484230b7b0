"""Plants one known error into a clinical note, so that it can be counted how many a check catches.

Seven kinds: a negation turned round, another number, another unit, the other side, another drug, another speaker, an
invented finding. What is planted is chosen by words of its own and not by what any check can read, and by a seed alone.
"""

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Final, Literal, NamedTuple, get_args

import msgspec

from openward.knowledge.drugs import Drugs
from openward.knowledge.tables import remembered
from openward.language.passages import Span, sentences
from openward.language.prose import lowered
from openward.studies.inventions import DRUGS, FINDINGS, FINDINGS_ZH, NO_DRUGS

Kind = Literal["negation", "number", "unit", "laterality", "drug", "speaker", "finding"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


class Planted(msgspec.Struct, frozen=True, kw_only=True):
    """A note with one error: the sentence as it was, as it is now, and where it now stands."""

    kind: Kind
    how: str
    note: str
    was: str
    now: str
    start: int
    end: int


class _Edit(NamedTuple):
    """Words of the note to be replaced."""

    start: int
    end: int
    words: str
    how: str


def plant(note: str, kind: Kind, seed: str, source: str = "") -> Planted | None:
    """One error of a kind, None when the note holds nothing to turn; the same seed plants the same error.

    `source` is what the note was written from: an invented finding and a swapped drug are not named there, but for the
    drugs that are swapped among themselves.
    """
    random = Random(f"{seed}:{kind}")  # noqa: S311 - a reproducible choice, no secret
    spans = [span for span in sentences(note) if not _is_heading(note[span.start : span.end])]
    edits = [(span, edit) for span in spans for edit in _EDITS[kind](note, span, source, random)]
    if not edits:
        return None
    span, edit = edits[random.randrange(len(edits))]
    now = note[span.start : edit.start] + edit.words + note[edit.end : span.end]
    return Planted(
        kind=kind,
        how=edit.how,
        note=note[: span.start] + now + note[span.end :],
        was=note[span.start : span.end],
        now=now,
        start=span.start,
        end=span.start + len(now),
    )


def _is_heading(words: str) -> bool:
    return words.isupper() or len(words) < 4  # noqa: PLR2004 - no statement is as short


# -- negation

_TURNED: Final = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"\bdenies\b(?: any| ever)?(?! that| no\b)", "reports"), (r"\bDenies\b(?: any| ever)?", "Reports"),
        (r"\bdenied\b(?: any| ever)?", "reported"), (r"\breports\b(?! that| no\b| not\b)(?= [a-z])", "denies"),
        (r"\bReports\b(?! no\b)", "Denies"), (r"\bendorses\b", "denies"), (r"\bEndorses\b", "Denies"),
        (r"\bNegative for\b", "Positive for"), (r"\bnegative for\b", "positive for"), (r"\bPositive for\b",
        "Negative for"),
        (r"(?<=[.:] )No (?=[a-z])", "There is "), (r"^No (?=[a-z])", "There is "), (r"\bwith no (?=[a-z])", "with "),
        (r"\bis no (?=[a-z])(?!longer)", "is "), (r"\bare no (?=[a-z])(?!longer)", "are "), (r"\bwithout (?=[a-z])",
        "with "),
        (r"\b[Tt]here is (?:an? |some )?(?!no\b|not\b|always|also)", "There is no "), (r"\bhas no (?=[a-z])",
        "has "), (r"\bpositive for\b", "negative for"),
        (r"\b(is|are|was|were|has|have|does|do|did|will|can|could) not (?!only\b)", r"\1 "), (r"\bno longer\b",
        "still"),
        (r"\bhas been\b(?! (?:a|reviewed|seen)\b)", "has not been"),
        ("否认", "诉"), ("未见(?!明显)", "可见"), ("(?<![有并均])无(?=[^法明诱力效关需症])", "有"), ("伴有", "无"),
    )
)  # fmt: skip


def _negations(note: str, span: Span, _source: str, _random: Random) -> Iterator[_Edit]:
    for pattern, words in _TURNED:
        for found in pattern.finditer(note[span.start : span.end]):
            now = found.expand(words)
            yield _Edit(span.start + found.start(), span.start + found.end(), now, f"{found.group().strip()} → {now}")


# -- numbers and units

_NUMBER: Final = re.compile(
    r"(?<![A-Za-z\d.,/:^-])\d{1,5}(?:\.\d{1,2})?(?![\w.]?\d|[:^]|\)|\.\s*$|-\d|st|nd|rd|th|[A-Z])"
)
_BEHIND: Final = re.compile(r"[ -]?(?:[a-z%]{1,12}|[\u4e00-\u9fff])")
_AGES: Final = ("-year", " year", "岁")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LARGE: Final = 100
_FEWEST_DIGITS: Final = 2
_MOST_DIGITS: Final = 3


def _numbers(note: str, span: Span, _source: str, random: Random) -> Iterator[_Edit]:
    """Half of the numbers become another one of the same note that stands before the same word, if there is one."""
    for found in _NUMBER.finditer(note, span.start, span.end):
        if found.start() == span.start and note[found.end() : found.end() + 1] in ".)":
            continue
        behind = _BEHIND.match(note, found.end())
        rivals = sorted(_before(note, behind.group()) - {found.group()}) if behind else []
        if rivals and random.random() < 0.5:  # noqa: PLR2004 - half
            yield _Edit(found.start(), found.end(), random.choice(rivals), "another of the note")
        else:
            other = _other_number(found.group(), random, is_near=_is_near(note, found))
            yield _Edit(found.start(), found.end(), other, f"{found.group()} → {other}")


def _is_near(note: str, found: re.Match[str]) -> bool:
    """Whether only a number near it reads well: an age, a year."""
    return note.startswith(_AGES, found.end()) or bool(_YEAR.fullmatch(found.group()))


def _before(note: str, behind: str) -> set[str]:
    return {one.group() for one in _NUMBER.finditer(note) if note.startswith(behind, one.end())}


def _other_number(number: str, random: Random, *, is_near: bool) -> str:
    """Ten times, twice, a tenth, half, a little more, two digits changed: what slips in when people type."""
    value = float(number)
    others = {value + 1, value + 5} if is_near or value < _LARGE else {value * 2, value / 2}
    whole = number.replace(".", "")
    if "." not in number:
        others = {float(round(other)) for other in others}
        if _FEWEST_DIGITS <= len(whole) <= _MOST_DIGITS and whole[1] != "0":
            others.add(float(whole[1] + whole[0] + whole[2:]))
    if not is_near:
        others |= {value * 10, value * 2} | ({value // 10, value // 2} - {0.0} if "." not in number else set())
    return f"{random.choice(sorted(others - {value})):g}"


_UNITS: Final = {
    "mg": ("mcg", "g"), "mcg": ("mg",), "milligrams": ("micrograms", "grams"), "g": ("mg",), "mL": ("L",),
    "units": ("mL",),
    "mmHg": ("kPa",), "mm Hg": ("kPa",), "%": (" mmol/L",), "days": ("weeks", "months"), "day": ("week",),
    "weeks": ("days", "months"), "week": ("month", "day"), "months": ("weeks", "years"), "month": ("year", "week"),
    "years": ("months", "weeks"), "year": ("month",), "hours": ("minutes", "days"), "minutes": ("hours",),
    "cm": ("mm",),
    "centimeters": ("millimeters",), "mm": ("cm",), "pounds": ("kilograms",), "lbs": ("kg",), "kg": ("lbs",),
    "mg/dL": ("mmol/L",),
    "g/dL": ("mg/dL",), "U/L": ("g/L",), "degrees F": ("degrees C",), "°F": ("°C",), "F": ("C",), "feet": ("inches",),
    "毫克": ("微克", "克"), "天": ("周", "个月"), "周": ("天",), "个月": ("年",), "年": ("个月",), "毫升": ("升",),
    "小时": ("天",),
}  # fmt: skip
_WITH_UNIT: Final = re.compile(
    r"(?<![A-Za-z\d./:-])\d{1,5}(?:\.\d{1,2})?(?P<gap>[ -]?)(?P<unit>"
    + "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
    + r")(?![A-Za-z/]|-old| old)"
)


def _units(note: str, span: Span, _source: str, random: Random) -> Iterator[_Edit]:
    for found in _WITH_UNIT.finditer(note, span.start, span.end):
        unit = found.group("unit")
        other = random.choice(_UNITS[unit])
        yield _Edit(found.start("unit"), found.end("unit"), other, f"{unit} → {other.strip()}")


# -- sides

_OTHER_SIDE: Final = {"left": "right", "right": "left", "Left": "Right", "Right": "Left", "左": "右", "右": "左"}
_SIDE: Final = re.compile(
    r"\b(?:[Ll]eft|[Rr]ight)\b(?!-hand(?:ed)?[- ]dominant|-handed| (?:now|away|after|before|the|to|her|his|for|off|"
    r"over))|"
    r"[左右](?=[侧上下膝肩手足眼耳肺肾乳髋踝腕肘腿臂胸腹颈])"
)


def _sides(note: str, span: Span, _source: str, _random: Random) -> Iterator[_Edit]:
    for found in _SIDE.finditer(note, span.start, span.end):
        other = _OTHER_SIDE[found.group()]
        yield _Edit(found.start(), found.end(), other, f"{found.group()} → {other}")


# -- drugs


@remembered(1)
def _names() -> Drugs:
    return Drugs()


def _drugs(note: str, span: Span, source: str, random: Random) -> Iterator[_Edit]:
    """Half of the swaps are with another drug of the same source, the other half with one that is not named there."""
    here = _named(note[span.start : span.end])
    if not here:
        return
    known = _named(source)
    named = {id for ids, _ in [*known, *here] for id in ids}
    strangers = [names for names in DRUGS if named.isdisjoint(_names().resolve_text(names[0]).ids)]
    for ids, (start, end) in here:
        others = sorted({source[a:b] for other, (a, b) in known if ids.isdisjoint(other)})
        was = note[span.start + start : span.start + end]
        chosen, how = random.choice(strangers)[0 if was.isascii() else 1], "a stranger"
        if others and random.random() < 0.5:  # noqa: PLR2004 - half
            chosen, how = random.choice(others), "of the same source"
        chosen = chosen[0].upper() + chosen[1:] if was[0].isupper() else chosen
        yield _Edit(span.start + start, span.start + end, chosen, how)


@remembered(64)
def _named(text: str) -> list[tuple[frozenset[str], tuple[int, int]]]:
    """Drugs of the table that are surely drugs: no food, gas or hormone that is also measured."""
    plain = lowered(text)
    out = []
    for start, end in _names().places(plain):
        ids = frozenset(_names().resolve_text(plain[start:end]).ids)
        if ids and plain[start:end] not in NO_DRUGS:
            out.append((ids, (start, end)))
    return out


# -- speakers

_RELATIVES: Final = ("mother", "father", "wife", "husband", "brother", "sister", "daughter", "son")
_SPOKEN: Final = re.compile(
    r"\b(?P<who>[Tt]he patient|She|she|He|he|Patient)(?= (?:also |further )?(?:reports?|states|denies|endorses|"
    r"notes|describes|complains|feels)\b)"
)
_DONE: Final = re.compile(
    r"\b(?:I|We|we)(?= (?:have |will |also )?(?:recommend(?:ed)?|prescribed?|order(?:ed)?|advised?|refer(?:red)?|"
    r"counsel(?:l?ed)?|instructed)\b)"
)
_KIN: Final = re.compile(
    r"\b(?:[Hh]is|[Hh]er|[Tt]he patient['’]s) (?:mother|father|wife|husband|brother|sister|daughter|son|grandmother|"
    r"grandfather)"
    r"(?= (?:has|had|reports|states|is diagnosed|died|suffers|was diagnosed))"
)
_HAS: Final = re.compile(
    r"\b(?P<who>[Tt]he patient|She|He)(?= has (?:a |an )?(?:history|diagnosis|past medical history|known)\b)"
)
_TURNED_ZH: Final = (
    (re.compile("(?<!其)患者(?=自?[诉述]|否认|表示)"), "患者母亲", "patient → relative"),
    (re.compile("(?<=[，。；\n])(?:建议|嘱)(?=患者)?"), "患者要求", "clinician → patient"),
    (re.compile("(?:其|患者)(?:父亲|母亲)(?=有|患)"), "患者", "relative → patient"),
)


def _speakers(note: str, span: Span, source: str, random: Random) -> Iterator[_Edit]:
    said = lowered(source)
    named = [word for word in _RELATIVES if re.search(rf"\b{word}\b", said)]
    relative = random.choice(named or _RELATIVES)
    how = "patient → relative, named" if named else "patient → relative"
    for found in (*_SPOKEN.finditer(note, span.start, span.end), *_HAS.finditer(note, span.start, span.end)):
        words = f"{'The' if found.group()[0].isupper() else 'the'} patient's {relative}"
        yield _Edit(found.start(), found.end(), words, how)
    for pattern, words, turned in _TURNED_ZH:
        for found in pattern.finditer(note, span.start, span.end):
            yield _Edit(found.start(), found.end(), words, turned)
    for found in _DONE.finditer(note, span.start, span.end):
        begins = found.start() == span.start or note[: found.start()].endswith((": ", "- "))
        yield _Edit(found.start(), found.end(), "The patient" if begins else "the patient", "clinician → patient")
    for found in _KIN.finditer(note, span.start, span.end):
        words = "The patient" if found.start() == span.start else "the patient"
        yield _Edit(found.start(), found.end(), words, "relative → patient")


# -- findings

_SAYING: Final = re.compile(r"\b(?:reports|endorses|states|presents|denies|complains)\b|[诉述]|出现|伴|否认")
_HE: Final = re.compile(r"\b(?:he|his)\b")
_SHE: Final = re.compile(r"\b(?:she|her)\b")


def _findings(note: str, span: Span, source: str, random: Random) -> Iterator[_Edit]:
    """A sentence of its own behind one about the patient, or a few words more at the end of a sentence."""
    words = note[span.start : span.end]
    if not _SAYING.search(words) or not words.endswith((".", "。")):
        return
    said, chinese = lowered(source + "\n" + note), words.endswith("。")
    pool = FINDINGS_ZH if chinese else FINDINGS
    finding = next((name for name, stems in random.sample(pool, len(pool)) if _is_new(stems, said)), None)
    if finding is None:
        return
    # A list that is denied would deny the finding too.
    if random.random() < 0.5 or "enies" in words or "否认" in words:  # noqa: PLR2004 - half
        who = "He" if _HE.search(words) else "She" if _SHE.search(words) else "The patient"
        more = f"另有{finding}。" if chinese else f" {who} also reports {finding}."
        yield _Edit(span.end, span.end, more, finding)
    else:
        yield _Edit(span.end - 1, span.end, f"，并有{finding}。" if chinese else f", and {finding}.", finding)


def _is_new(stems: str, said: str) -> bool:
    return not any(re.search(rf"\b{stem}" if stem.isascii() else stem, said) for stem in stems.split())


_EDITS: Final[dict[Kind, Callable[[str, Span, str, Random], Iterator[_Edit]]]] = {
    "negation": _negations, "number": _numbers, "unit": _units, "laterality": _sides, "drug": _drugs,
    "speaker": _speakers, "finding": _findings,
}  # fmt: skip
