"""A dialogue as turns, and its words with the full stops and question marks that a transcript leaves out."""

import re
from typing import Final, Literal

import msgspec

from openward.language.prose import lowered
from openward.language.questions import Answer

Who = Literal["clinician", "patient", "relative"]

_NAMES: Final[dict[Who, str]] = {
    "clinician": (
        "doctor;dr;physician;clinician;nurse;provider;gp;pharmacist;therapist;医生;医师;大夫;护士;药师;医;主任;主治医师"
    ),
    "patient": "patient;pt;患者;病人;患;病患",
    "relative": (
        "patient_guest;guest;guest_family;family;relative;caregiver;carer;parent;mother;father;mom;mum;dad;wife;husband;"
        "spouse;son;daughter;sister;brother;grandmother;grandfather;家属;母亲;父亲;妈妈;爸爸;家长;妻子;丈夫;儿子;女儿;陪人"
    ),
}
_WHO: Final = {name: who for who, names in _NAMES.items() for name in names.split(";")}
_TURN: Final = re.compile(
    r"^[ \t]{0,4}(?:\[([^\]\n]{1,24})\]|([a-z][a-z_ ]{0,20}[a-z]|[\u4e00-\u9fff]{1,4})[ \t]?[:：])[ \t]?", re.MULTILINE
)
_FEWEST: Final = 2
_WORDS_A_STOP: Final = 30

_PRONOUNS: Final = (
    r"i|i'm|i've|i'll|i'd|you|you've|you're|it|it's|he|he's|she|she's|we|we're|we've|they|they're|there|there's|that's"
)
_OPENERS: Final = (
    r"okay|alright|all right|so|now|well|but|hey|let's|let me|yeah|yes|no no|no nothing|no not|no i|have you|do you|"
    r"did you|are you|were you|"
    r"does it|does the|does that|is it|is there|has it|has that|how|what|when|where|which|can you|and any|and then|"
    rf"and (?:are|do|did|have|how|what|is|does)|and (?:{_PRONOUNS})|{_PRONOUNS}"
)
_BREAK: Final = re.compile(rf"(?P<before>[^\s]+)(?P<gap> )(?=(?:{_OPENERS})(?![\w']))")
_BOUND: Final = frozenset(
    "that when if because cause 'cause and what where know like before after since as how said while until which feel "  # noqa: SIM905
    "think sure guess believe thought than or with for to do did does are have has is was were can could would will "
    "should t n't not see saw hear glad say mean had whenever though although unless once time things anything "
    "something "
    "everything all without of no any why who whether noticed hope wish even every so but in on at by from take took "
    "taking having there the a an my your his her this these about way really still now okay alright well well, being "
    "uh um you i we he she they it".split()
)
_ANSWERS: Final = frozenset({"no", "nope", "yes", "yeah", "yep"})
_LED: Final = frozenset("okay alright yeah yes so well and now right".split())  # noqa: SIM905
_QUESTION: Final = re.compile(
    r"^(?:(?:okay|alright|all right|so|now|well|and|um|uh|but|yeah|any other|great|perfect|right|good) ){0,4}"
    r"(?:any|have you|do you|did you|are you|were you|does it|does the|does that|is it|is there|has it|has that|how|"
    r"what|"
    r"when|where|which|can you|no|you have any|you have n't|you do n't have any|anything)(?![\w'])"
)
_ANY: Final = re.compile(r"(?<![\w'])(?:any|have you|do you|are you|did you)(?![\w'])")
_NOT: Final = re.compile(r"(?<![\w'])(?:n't|not|without|no|deny|denies|if)(?![\w'])")
_VERB: Final = re.compile(
    r"(?<![\w])(?:is|are|was|'s|'ve|'re|'m|have|has|had|do|does|see|think|going|know|feel|let|get|take|good|great|"
    r"sounds|okay|alright|perfect)(?!\w)"
)
_FEW: Final = 4
_YOU: Final = re.compile(
    r"^(?:(?:okay|alright|so|and|um|uh|well|now|what about your \w{2,12}) ){0,3}(?:do you|have you|are you|did you|"
    r"any|does any|is any)(?!\w)"
)
_NO: Final = re.compile(
    r"^(?:都|也|全)?(?:no|nope|nah|none|never|not|neither|negative|nothing|i(?:'m|'ve| have| do| did| was| "
    r"am)? ?n[o']t\b|没|无|否|不)"
)
_YES: Final = re.compile(
    r"^(?:yes|yeah|yep|yup|yea|yah|correct|definitely|absolutely|sometimes|i do(?! n)|i have(?! n)|i am(?! n)|i "
    r"did(?! n)|"
    r"a little|a bit|a lot|just a|kind of|kinda|pretty |very |mm-hmm|uh-huh|right|exactly|that's right|有|是|对|嗯)"
)
_FILLER: Final = re.compile(
    r"^(?:(?:uh|um|oh|well|okay|ok|so|actually|hmm|mm|hm|ah|and|you know|i mean|,|\.|-|嗯|哦|啊|呃)[ ,.]{0,3})+"
)


class Turn(msgspec.Struct, frozen=True):
    """What one person says without a break; `start` is behind the name."""

    who: Who
    start: int
    end: int


def turns(text: str) -> tuple[Turn, ...]:
    """The turns of a dialogue, none when the text is no dialogue of at least two."""
    plain = lowered(text)
    marks = []
    for mark in _TURN.finditer(plain):
        who = _WHO.get((mark.group(1) or mark.group(2)).strip())
        if who is not None:
            marks.append((who, mark.start(), mark.end()))
    if len({who for who, _, _ in marks}) < _FEWEST:
        return ()
    ends = [*(start for _, start, _ in marks[1:]), len(text)]
    return tuple(Turn(who, start, end) for (who, _, start), end in zip(marks, ends, strict=True))


def punctuated(text: str, said: tuple[Turn, ...]) -> str:
    """The dialogue with marks in place of some spaces where a turn has none, of the same length."""
    plain = lowered(text)
    out: list[str] = []
    place = 0
    for turn in said:
        out.append(" " * (turn.start - place) if place else text[: turn.start])  # a name is no part of what is said
        body = text[turn.start : turn.end]
        out.append(_marked(body, plain[turn.start : turn.end], asks=turn.who == "clinician") if _bare(body) else body)
        place = turn.end
    out.append(text[place:])
    return "".join(out)


def _bare(body: str) -> bool:
    """Whether a turn is written without punctuation."""
    stops = sum(body.count(mark) for mark in ".?!。？！")
    return body.isascii() and stops * _WORDS_A_STOP < body.count(" ") + _WORDS_A_STOP and stops <= body.count(" ") / 12


def _marked(body: str, plain: str, *, asks: bool) -> str:
    signs = list(body)
    begin = 0
    for found in _BREAK.finditer(plain):
        ahead = plain[found.end() : found.end() + 8]
        if _is_bound(found.group("before"), ahead, plain[begin : found.start()]):
            continue
        at = found.start("gap")
        signs[at] = _mark(plain[begin:at], asks=asks)
        begin = at + 1
    last = len(plain.rstrip())
    if last < len(signs) and begin < last:
        signs[last] = _mark(plain[begin:last], asks=asks)
    return "".join(signs)


def _is_bound(before: str, ahead: str, lead: str) -> bool:
    """Whether the words belong to the clause before them ("when i", "do you have any")."""
    first = ahead.split(" ", 1)[0]
    if before in _ANSWERS or ahead.startswith(("no no", "no noth")):
        return False
    if before in _LED and not lead.strip():
        return first in ("so", "now", "well", "and", "okay", "alright")
    return before in _BOUND


def _mark(clause: str, *, asks: bool) -> str:
    """A question mark behind what asks, and behind a clinician's few words that are no sentence ("cough ache")."""
    said = clause.strip()
    short = 0 < said.count(" ") < _FEW and not _VERB.search(said)
    asked = _QUESTION.match(said) or (_ANY.search(said) and not _NOT.search(said)) or short
    return "？" if (asks and asked) or _YOU.match(said) else "。"


def answer(text: str) -> Answer | None:
    """What the beginning of a turn answers to a question."""
    said = lowered(text[:120]).strip()
    said = said[found.end() :] if (found := _FILLER.match(said)) else said
    if _NO.match(said):
        return "no"
    return "yes" if _YES.match(said) else None
