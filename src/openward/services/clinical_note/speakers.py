"""Who speaks in a transcript: names in many styles, unknown names told apart by what they say, or no names at all."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import msgspec

from openward.language.prose import lowered
from openward.services.clinical_note.proposal import By
from openward.services.clinical_note.reads import Reads

_NAMES: Final[dict[By, str]] = {
    "clinician": (
        "doctor;dr;d;doc;physician;clinician;nurse;provider;gp;pharmacist;therapist;consultant;resident;registrar;"
        "guest_clinician;surgeon;specialist;attending;md;rn;np;q;interviewer;医生;医师;大夫;护士;药师;医;主任;主治医师;主治;住院医师;问"
    ),
    "patient": "patient;pt;p;client;a;患者;病人;患;病患;答;来访者",
    "relative": (
        "patient_guest;patient guest;guest;guest_family;family;relative;caregiver;carer;parent;mother;father;"
        "mom;mum;dad;wife;husband;spouse;son;daughter;sister;brother;grandmother;grandfather;interpreter;f;家属;母亲;"
        "父亲;妈妈;爸爸;家长;妻子;丈夫;儿子;女儿;陪人;陪护;翻译"
    ),
}
_WHO: Final[dict[str, By]] = {name: who for who, names in _NAMES.items() for name in names.split(";")}
_TIME: Final = r"(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?[ \t-]{0,4})?"
_LINE: Final = re.compile(
    rf"^[ \t]{{0,8}}{_TIME}(?:[-*>•][ \t]{{0,4}})?\*{{0,2}}"
    r"(?:[\[(<【（](?P<bracket>[^\]\)>】）\n:：]{1,40})[\])>】）]\*{0,2}[:：]?|"
    r"(?P<bare>医生|医师|大夫|护士|患者|病人|家属)(?=[ \t])|"
    r"(?P<plain>[^\W\d][\w. '\-]{0,30})\*{0,2}[ \t]?(?:\([^)\n]{1,20}\))?[:：]\*{0,2}(?!\d))[ \t]{0,4}",
    re.MULTILINE,
)
_INLINE: Final = re.compile(
    r"(?<=[。？！?!.\s])(?P<name>医生|医师|大夫|护士|患者|病人|家属|[Dd]octor|[Pp]atient|DOCTOR|PATIENT)[:：][ \t]?"
)
_TITLE: Final = re.compile(r"^(?:dr|doctor|prof|nurse)\b|(?:医生|医师|大夫|主任|护士)$")
_ASKED: Final = re.compile(
    r"[?？]|\b(?:do you|have you|did you|are you|any (?:other )?\w+|how (?:long|often|bad|are)|what brings)\b|"
    r"吗|有没有|多久"
)
_LED: Final = re.compile(
    r"\b(?:let me|i'?m going to|i'?d like|we'?ll|prescrib\w+|recommend|follow up|your (?:blood|labs|results|x-ray))\b|"
    r"您|检查一下|开点|建议|化验|复查"
)
_ORDERS: Final = re.compile(r"\W*(?:take|use|drink|rest|come back|stop|start|continue|keep|avoid|return)\b")
_HEALTH: Final = re.compile(
    r"\b(?:do you (?:smoke|drink|have any|take|live|use|feel)|have you (?:had|ever|been|noticed|tried)|"
    r"are you (?:having|taking|allergic)|"
    r"(?:run|runs) in your family|your (?:symptoms|pain|medical history|family history)|any (?:fever|pain|cough|"
    r"nausea|allergies|surgeries))\b"
)
_OWN_HEALTH: Final = re.compile(
    r"(?:(?:yes|yeah|no|nope|well|uh|um|okay|oh|hmm|sometimes|not really)[ ,.]+)*(?:i|i'm|i've|my|it|it's|just)\b"
)
_OWN: Final = re.compile(r"\b(?:i'?m|i'?ve|i|my|me)\b|我")
_YOU: Final = re.compile(r"\b(?:you|your|you'?re)\b|[您你]")
_TWICE: Final = 2


class Said(msgspec.Struct, frozen=True):
    """What one person says without a break, and where it stands: the text `id` of the input, from `start`."""

    who: By
    text: str
    id: str
    start: int


class Transcript(msgspec.Struct, frozen=True):
    """A talk by turns; `inferred` when who speaks was not marked but taken from what is said.

    `swapped` counts turns that are marked with the other speaker's name: a patient who asks whether you smoke, and a
    doctor who answers that he does.
    """

    turns: tuple[Said, ...]
    inferred: bool = False
    swapped: int = 0


def transcript(reads: Reads) -> Transcript:
    """The talk of a request."""
    if reads.turns:
        labels = [turn.who for turn in reads.turns]
        parts = [
            (label, turn.text, f"turns[{n}].text", 0)
            for n, (label, turn) in enumerate(zip(labels, reads.turns, strict=True))
        ]
        return _named(parts)
    text = reads.dialogue or ""
    marks = _marks(text)
    if not marks:
        return _unnamed(text)
    ends = [*(start for _, start, _ in marks[1:]), len(text)]
    parts = [(label, text[begin:end], "dialogue", begin) for (label, _, begin), end in zip(marks, ends, strict=True)]
    if text[: marks[0][1]].strip():
        parts.insert(0, ("", text[: marks[0][1]], "dialogue", 0))
    return _named(parts)


def _marks(text: str) -> list[tuple[str, int, int]]:
    """The names of speakers in order: name, where it begins, where it ends; empty when there are fewer than two."""
    found = [(_label(m), m.start(), m.end()) for m in _LINE.finditer(text)]
    found += [(m["name"].lower(), m.start(), m.end()) for m in _INLINE.finditer(text)]
    found = sorted({start: (label, start, end) for label, start, end in found}.values(), key=lambda one: one[1])
    counts: dict[str, int] = {}
    for label, _, _ in found:
        counts[label] = counts.get(label, 0) + 1
    known = {label for label in counts if role(label)}
    often = {label for label, count in counts.items() if count >= _TWICE}
    names = known | often if len(known | often) >= _TWICE else known
    return [one for one in found if one[0] in names]


def _label(mark: re.Match[str]) -> str:
    return " ".join(lowered(mark["bracket"] or mark["plain"] or mark["bare"] or "").split())


def role(label: str) -> By | None:
    """Who a name is, None when it does not say."""
    plain = " ".join(lowered(label).split()).strip(" .:：")
    if plain in _WHO:
        return _WHO[plain]
    return "clinician" if _TITLE.search(plain) else None


def _named(parts: Iterable[tuple[str, str, str, int]]) -> Transcript:
    held = list(parts)
    labels = dict.fromkeys(label for label, *_ in held)
    known = {label: role(label) for label in labels}
    open_ = [label for label, who in known.items() if who is None]
    guessed = _told_apart(open_, held, taken={who for who in known.values() if who})
    whole: dict[str, By] = {label: who or guessed[label] for label, who in known.items()}
    turns = [_said(whole[label], text, id, start) for label, text, id, start in held if text.strip()]
    swapped = _mend(turns)
    return Transcript(tuple(turns), inferred=bool(open_), swapped=swapped)


def _mend(turns: list[Said]) -> int:
    """Gives back to each speaker what is marked as the other's; how many turns that were."""
    count = 0
    for at, (one, two) in enumerate(pairwise(turns)):
        if (one.who, two.who) == ("patient", "clinician") and _asks_health(one.text) and _answers_health(two.text):
            turns[at] = msgspec.structs.replace(one, who="clinician")
            turns[at + 1] = msgspec.structs.replace(two, who="patient")
            count += 2
    return count


def _asks_health(text: str) -> bool:
    return bool(_HEALTH.search(lowered(text)))


def _answers_health(text: str) -> bool:
    said = lowered(text)
    return bool(_OWN_HEALTH.match(said)) and not _YOU.search(said)


def _told_apart(labels: list[str], parts: list[tuple[str, str, str, int]], taken: set[By]) -> dict[str, By]:
    """Who asks and leads is the clinician; who says most of the rest is the patient."""
    words = {label: lowered(" ".join(text for other, text, *_ in parts if other == label)) for label in labels}
    lead = {
        label: len(_ASKED.findall(said)) + len(_LED.findall(said)) - len(_OWN.findall(said)) / 4
        for label, said in words.items()
    }
    out: dict[str, By] = {}
    for label in sorted(labels, key=lambda one: lead[one], reverse=True):
        free: list[By] = [who for who in ("clinician", "patient") if who not in taken]
        who: By = free[0] if label and free else "unknown"
        out[label] = who
        taken = taken | {who}
    return out


def _unnamed(text: str) -> Transcript:
    """A text without names: what asks is the clinician's, what speaks of oneself the patient's."""
    turns: list[Said] = []
    for line in re.finditer(r"[^\n]+", text):
        for part in re.finditer(r"[^.?!。？！]+[.?!。？！]*[\s]*", line.group()):
            start = line.start() + part.start()
            if not part.group().strip():
                continue
            who = _guess(lowered(part.group()), turns[-1] if turns else None)
            if turns and turns[-1].who == who and turns[-1].start + len(turns[-1].text) == start:
                turns[-1] = Said(who, turns[-1].text + part.group(), "dialogue", turns[-1].start)
            else:
                turns.append(_said(who, part.group(), "dialogue", start))
    return Transcript(tuple(turns), inferred=bool(turns))


def _guess(said: str, before: Said | None) -> By:
    if _ASKED.search(said) or _YOU.search(said) or _LED.search(said) or _ORDERS.match(said):
        return "clinician"
    if _OWN.search(said) or (before is not None and before.text.rstrip().endswith(("?", "？"))):
        return "patient"
    return before.who if before is not None else "unknown"


def _said(who: By, text: str, id: str, start: int) -> Said:
    lead = len(text) - len(text.lstrip())
    return Said(who, text.strip() or text, id, start + lead)
