"""A talk made ready to be written down: one text of all turns, sentence by sentence, with what each says."""

import re
from bisect import bisect_left, bisect_right
from typing import Final

import msgspec

from openward.checks.claims import talk
from openward.checks.claims.claim import Claim
from openward.checks.claims.read import Read
from openward.domain.evidence import DocumentEvidence
from openward.language.passages import sentences
from openward.language.prose import lowered
from openward.services.clinical_note.proposal import By
from openward.services.clinical_note.speakers import Said, Transcript

_LABELS: Final[dict[By, str]] = {
    "clinician": "[doctor] ", "patient": "[patient] ", "relative": "[family] ", "unknown": "[patient] ", "chart": "",
}  # fmt: skip
_SIDES: Final[dict[By, talk.Who]] = {"clinician": "clinician", "relative": "relative"}
_TAG: Final = re.compile(
    r"(?:okay|ok|right|alright|all right|correct|you know|yeah|好吗|好吧|行吗|对吧)[ ,，]{0,2}[?？]$", re.IGNORECASE
)
_ASKS_ZH: Final = re.compile(
    r"(?:[吗么呢]|有没有.{0,16}|是不是.{0,16}|多久|几天|多少|哪里|哪儿|怎么样|什么)[。，\s]*$|^(?:有没有|是不是)"
)
_NO_FINDINGS: Final = frozenset({"me"})  # the short form of an illness that nobody says so
_DENIES: Final = re.compile(r"(?:(?:okay|so|and|alright|all right|but|then|um|uh)[ ,.]+)+no (?:\w+ ?){1,4}[ .]*$")
_OPENS_ZH: Final = re.compile(
    r"(?:哪里|哪儿|什么|怎么).{0,4}(?:不舒服|不好|难受)[了啊呀]?[。，\s]*$|怎么了[啊呀]?[。，\s]*$|疼不疼|痛不痛"
)
_BREAK_ZH: Final = re.compile(
    r"(?<=[吗呢])(?=[^\s，。？！,?!；、])|(?<=[；;])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])"
)


_OPEN_END: Final = re.compile(
    r"(?:,|(?<![\w'])(?:recommend|think|because|and|or|but|that|if|when|like|want|get|give|put|let|see|tell|help|"
    r"make|show|send|ask|keep|set|start|"
    r"move|take|bring|hear|feel|wear|treat|ignore|notice|hold|need|had|have|has|having|been|your|my|the|a|an|to|"
    r"with|for|of|is|are|was|were|i|i'm|you|you're|it's|"
    r"as|know|mean|blood pressure|temperature|pulse|rate|trying|going|not|very|really|just|i'll|we'll|can|will|"
    r"could|would|should))[ ]?[。？]?$",
    re.IGNORECASE,
)
_INVERTED: Final = re.compile(
    r"^(?:(?:okay|ok|alright|all right|and|so|now|well|but|um|uh|then|great|good|perfect|yeah|right)[ ,.。]+)*"
    r"(?:(?:has|does|did|any) \w|(?:do|does|did|have|has|are|were|was|is|can|could|would|will) (?:you|it|that|"
    r"they|he|she|there|this|your|i|we|the)\b|"
    r"(?:who|what|what's|where|when did|when was|how|which|why) (?!a |i )(?:\w+ ){0,3}?(?:do|does|did|have|has|"
    r"are|were|was|is|'s|can|would|long|often|many|much|about|brings|kind)\b)"
)


class Utterance(msgspec.Struct, frozen=True):
    """One sentence of a talk; `claims` are the clinical statements in it."""

    who: By
    turn: int
    start: int
    end: int
    text: str
    plain: str
    asks: bool
    claims: tuple[Claim, ...] = ()

    @property
    def is_chinese(self) -> bool:
        """Whether it is said in Chinese."""
        return any("\u4e00" <= sign <= "\u9fff" for sign in self.text)

    def of(self, *kinds: str) -> tuple[Claim, ...]:
        """The claims of some kinds."""
        return tuple(one for one in self.claims if one.kind in kinds)


class Heard:
    """A talk as one text; places in it lead back to the texts that were given."""

    def __init__(self, said: Transcript) -> None:
        self.turns: tuple[Said, ...] = said.turns
        self.inferred = said.inferred
        self.swapped = said.swapped
        self.starts: list[int] = []
        pieces: list[str] = []
        place = 0
        for turn in said.turns:
            label = _LABELS[turn.who]
            pieces.append(f"{label}{turn.text}\n")
            self.starts.append(place + len(label))
            place += len(pieces[-1])
        self.text = "".join(pieces)
        spoken = tuple(
            talk.Turn(_SIDES.get(turn.who, "patient"), start, start + len(turn.text) + 1)
            for turn, start in zip(said.turns, self.starts, strict=True)
        )
        self.marked = talk.punctuated(self.text, spoken)
        self.read = Read(self.text, marked=self.marked, spoken=True)
        self.utterances: tuple[Utterance, ...] = tuple(self._utterances())

    def evidence(self, start: int, end: int) -> tuple[DocumentEvidence, ...]:
        """A span of the whole text as places in the texts that were given, one for each turn that it touches."""
        found = []
        first = max(bisect_right(self.starts, start) - 1, 0)
        for number in range(first, len(self.turns)):
            turn, begin = self.turns[number], self.starts[number]
            if begin >= end:
                break
            low, high = max(start - begin, 0), min(end - begin, len(turn.text))
            if low < high:
                place = turn.start + low
                found.append(DocumentEvidence(turn.id, place, place + high - low, turn.text[low:high]))
        return tuple(found)

    def _utterances(self) -> list[Utterance]:
        claims = self.read.claims
        at = [claim.start for claim in claims]
        out: list[Utterance] = []
        for number, (turn, begin) in enumerate(zip(self.turns, self.starts, strict=True)):
            for start, end in _parts(self.marked, begin, begin + len(turn.text)):
                found = claims[bisect_left(at, start) : bisect_left(at, end)]
                within = [claim for claim in found if claim.text.lower() not in _NO_FINDINGS]
                text = self.text[start:end]
                asks = _asks(self.marked[start : end + 1], turn.who)
                out.append(Utterance(turn.who, number, start, end, text, lowered(text), asks, tuple(within)))
        return out


def _parts(marked: str, begin: int, end: int) -> list[tuple[int, int]]:
    """The sentences of a turn; a Chinese one without marks is cut where a question ends or a gap is.

    A cut behind a comma, or one that leaves a word or two, is none.
    """
    found: list[tuple[int, int]] = []
    for start, stop in _cuts(marked, begin, end):
        words = marked[start:stop].strip()
        if not words:
            continue
        if found and _hangs(marked[found[-1][0] : found[-1][1]]):
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found


def _hangs(before: str) -> bool:
    """Whether a piece is only the beginning of a sentence: a mark was put behind a comma or a bare conjunction."""
    return bool(_OPEN_END.search(before))


def _cuts(marked: str, begin: int, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for span in sentences(marked[begin:end]):
        start, stop = begin + span.start, begin + span.end
        for cut in _BREAK_ZH.finditer(marked, start, stop):
            if cut.start() > start:
                found.append((start, cut.start()))
            start = cut.end()
        found.append((start, stop))
    return found


def _asks(marked: str, who: By) -> bool:
    said = marked.rstrip()
    if said.endswith(("?", "？")):
        return not _TAG.search(said)
    said = said.rstrip("。")
    if who == "clinician" and (_ASKS_ZH.search(said) or _OPENS_ZH.search(said)):
        return True
    if who == "clinician" and _DENIES.match(lowered(said)):
        return True
    return bool(_INVERTED.match(lowered(said)))
