"""Judges an answer sentence by sentence: what sources support is shown with its evidence, all else is held."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from openward.checks.claims import Ground, Judgement
from openward.checks.guards import Stop
from openward.domain.agent import Held, Sentence
from openward.domain.evidence import ChartEvidence, DocumentEvidence, Evidence, RunEvidence
from openward.harness.agents.marks import Mark, Unmarked, unmarked
from openward.harness.agents.proving import Lines, bare
from openward.harness.agents.telling import Place, Used
from openward.language.passages import sentences

GROUNDING: Final = "grounding"
CITATION: Final = "citation"
_MOST_EVIDENCE: Final = 12
# Amounts of drugs, as they are written in both languages.
_DOSE: Final = re.compile(
    r"\d\s*(?:(?:mg|mcg|µg|μg|g|ml|mL|units?|IU|tablets?|capsules?|puffs?|drops?)\b|毫克|微克|克|毫升|单位|片|粒|滴|喷)",
    re.IGNORECASE,
)
# A sentence that only gives back what the person said of their own or the patient's use of a drug.
_RETELLS: Final = re.compile(
    r"\b(?:you|patient|he|she|they)\b.{0,40}\b(?:said|told|mentioned|asked|wrote|report(?:s|ed)?|tak(?:e|es|ing)|took|us(?:e|es|ing)|"
    r"(?:is|are|was|were) on)\b|(?:您|你|患者).{0,12}(?:说|提到|问|写|自述|服用|在用|使用|吃)",
    re.IGNORECASE,
)
_ADVISES: Final = re.compile(
    r"\b(?:can|could|should|may|might|must|need|ought|try|safe|increase|reduce|stop|recommend\w*|advis\w*)\b|"
    r"可以|应|需|建议|安全|增加|减少|停用|必须|可能",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"[\s\-*•·#>.。:：\d()（）、]*")


class Verdict(msgspec.Struct, frozen=True):
    """What may be shown of an answer, in order, and what is held."""

    text: str
    said: tuple[Sentence | Held, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """What may be shown."""
        return tuple(one for one in self.said if isinstance(one, Sentence))

    @property
    def held(self) -> tuple[Held, ...]:
        """What is held."""
        return tuple(one for one in self.said if isinstance(one, Held))


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer is judged by.

    `facts` are the texts that support anything, by the id that evidence names; `said` those of the person, which
    support only what the person said. `calls` are the calls by number, `places` what parts of a text stand for; `own`
    holds sentences of the house itself, which need no support. `supposed` names, by id, facts that rest on what the
    talker brought up by itself, and what that was: they support no amount, and none of what was brought up.
    """

    facts: Mapping[str, str]
    said: Mapping[str, str]
    calls: Mapping[int, Used]
    places: Mapping[str, tuple[Place, ...]]
    own: frozenset[str] = frozenset()
    supposed: Mapping[str, tuple[str, ...]] = {}

    def judge(self, text: str, stops: Iterable[Stop] = ()) -> Verdict:
        """Every sentence of an answer; `stops` are those of guards, with places in the text as the talker wrote it."""
        bare = unmarked(text)
        court = _Court(self, bare, tuple(stops))
        found = tuple(court.judge(j) for j in court.judgements)
        spans = [(j.start, j.end) for j, one in zip(court.judgements, found, strict=True) if isinstance(one, Held)]
        return Verdict(_left(bare.text, spans), found)


class _Court:
    """One answer before the bench."""

    def __init__(self, bench: Bench, bare: Unmarked, stops: Sequence[Stop]) -> None:
        self._bench = bench
        self._bare = bare
        self._stops = stops
        everything = {**bench.facts, **bench.said} or {"nothing": ""}
        self._facts = Ground(dict(bench.facts) or {"nothing": ""}).judge_all(bare.text)
        self.judgements = Ground(everything).judge_all(bare.text) if bench.said else self._facts
        self._lines = Lines({**bench.facts, **bench.said})
        self._strict = {j.start: j for j in self._facts}
        firm = {id: text for id, text in bench.facts.items() if id not in bench.supposed}
        self._verbatim = {words: one for id, text in firm.items() for words, one in _wholes(id, text) if words}
        self._firm = Ground({**firm, **bench.said} or {"nothing": ""}).judge_all(bare.text) if bench.supposed else ()
        self._brought = {word.casefold() for words in bench.supposed.values() for word in words}

    def judge(self, judged: Judgement) -> Sentence | Held:
        """One sentence."""
        stop = next((s for s in self._stops if self._touches(s, judged)), None)
        if stop is not None:
            return Held(text=judged.text, guard=stop.guard, why=stop.reason)
        marks = self._marks_of(judged)
        missing = [mark.name for mark in marks if not self._names(mark.name)]
        if missing:
            return Held(text=judged.text, guard=CITATION, why=f"the mark [{missing[0]}] names nothing that a tool said")
        if judged.text.strip(" *#-") in self._bench.own or judged.text.strip() in self._bench.own:
            return Sentence(text=judged.text)
        if whole := self._verbatim.get(bare(judged.text)):
            evidence = (*self._stands_for(whole), whole, *self._cited(marks))
            return Sentence(text=judged.text, clinical=True, evidence=tuple(dict.fromkeys(evidence))[:_MOST_EVIDENCE])
        fault = self._fault(judged)
        if fault:
            return Held(text=judged.text, guard=GROUNDING, why=fault)
        clinical = any(one.evidence is not None for one in judged.claims)
        return Sentence(text=judged.text, clinical=clinical, evidence=self._evidence(judged, marks))

    def _fault(self, judged: Judgement) -> str:
        """Why a sentence is not supported; empty when it is."""
        strict = self._strict.get(judged.start, judged)
        if not strict.held:
            return self._supposed(judged)
        if not judged.held and self._may_retell(judged):
            return ""
        wrong = next(one for one in (judged if judged.held else strict).claims if one.verdict != "supported")
        return f"“{wrong.claim.text}”: {wrong.why or wrong.verdict}"

    def _supposed(self, judged: Judgement) -> str:
        """Why a sentence rests on what the talker itself brought up; empty when it does not."""
        firm = next((one for one in self._firm if one.start == judged.start), None)
        for one in firm.claims if firm is not None and firm.held else ():
            kind, text = one.claim.kind, one.claim.text
            uses = kind == "drug" and _RETELLS.search(judged.text) is not None
            if one.verdict != "supported" and (kind == "amount" or uses or self._is_brought(kind, text)):
                return f"“{text}”: it rests on what nobody but the talker said"
        return ""

    def _is_brought(self, kind: str, text: str) -> bool:
        return kind == "finding" and text.casefold() in self._brought

    def _may_retell(self, judged: Judgement) -> bool:
        """Whether the person's own words are enough: for drugs and doses only where they are just given back."""
        of_drugs = any(one.claim.kind == "drug" for one in judged.claims) or bool(_DOSE.search(judged.text))
        return not of_drugs or (bool(_RETELLS.search(judged.text)) and not _ADVISES.search(judged.text))

    def _marks_of(self, judged: Judgement) -> list[Mark]:
        """The marks behind a sentence, or before it at the beginning of a line."""
        return [mark for mark in self._bare.marks if self._owner(mark) == judged.start]

    def _owner(self, mark: Mark) -> int | None:
        if mark.leads:
            return next((j.start for j in self.judgements if j.end > mark.at), None)
        before = [j.start for j in self.judgements if j.start < mark.at]
        return before[-1] if before else next((j.start for j in self.judgements), None)

    def _names(self, mark: str) -> bool:
        number, _, finding = mark.partition(".")
        used = self._bench.calls.get(int(number))
        return used is not None and (not finding or 0 < int(finding) <= len(used.result.findings))

    def _evidence(self, judged: Judgement, marks: Sequence[Mark]) -> tuple[Evidence, ...]:
        """What a sentence stands on: the words that support its claims, what they stand for, what it cites."""
        found: dict[Evidence, None] = {}
        line = self._lines.whole(judged.text) if judged.claims else None
        held = [one.evidence for one in judged.claims if one.evidence is not None]
        named = [place for one in held if (place := self._lines.named(one, judged.text)) is not None]
        places = [line] if line is not None else named or held
        for place in self._own(places, judged.text):
            found |= dict.fromkeys((*self._stands_for(place), place))
        return tuple(dict.fromkeys((*found, *self._cited(marks))))[:_MOST_EVIDENCE]

    def _own(self, places: Sequence[DocumentEvidence], sentence: str) -> Sequence[DocumentEvidence]:
        """Without rows of the chart that a sentence does not name, where it names others: they only share words."""
        named = [place for place in places if self._row_of(place).casefold() in sentence.casefold()]
        return named if any(self._row_of(place) for place in named) else places

    def _row_of(self, words: DocumentEvidence) -> str:
        """What the row of the chart is called in which some words stand; empty where they stand in none."""
        for place in self._bench.places.get(words.id, ()):
            if place.start <= words.start and words.end <= place.end and isinstance(place.evidence, ChartEvidence):
                text = self._bench.facts.get(words.id, "")
                return text[place.start : place.end].partition(": ")[0]
        return ""

    def _cited(self, marks: Sequence[Mark]) -> Iterator[RunEvidence]:
        """The runs and their findings that a sentence cites."""
        for mark in marks:
            number, _, finding = mark.name.partition(".")
            used = self._bench.calls[int(number)]
            if used.run is not None:
                yield RunEvidence(used.run, used.service, used.findings[int(finding) - 1].id if finding else "")

    def _stands_for(self, words: DocumentEvidence) -> list[Evidence]:
        places = self._bench.places.get(words.id, ())
        return [p.evidence for p in places if p.start <= words.start and words.end <= p.end]

    def _touches(self, stop: Stop, judged: Judgement) -> bool:
        if stop.outcome not in {"hold", "refuse"}:
            return False
        if stop.start is None or stop.end is None:
            return True
        start, end = self._bare.place(stop.start), self._bare.place(stop.end)
        return start < judged.end and max(end, start + 1) > judged.start


def _wholes(id: str, text: str) -> Iterator[tuple[str, DocumentEvidence]]:
    """The lines of a text, and their sentences: what stands so, whole, needs no further support."""
    at = 0
    spans = [(one.start, one.end) for one in sentences(text)]
    for line in text.split("\n"):
        spans.append((at, at + len(line)))
        at += len(line) + 1
    for start, end in spans:
        yield bare(text[start:end]), DocumentEvidence(id=id, start=start, end=end, quote=text[start:end])


def _left(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text without some spans, and without lines that have nothing left to say."""
    out: list[str] = []
    at = 0
    for line in text.split("\n"):
        kept, last = "", at
        for start, end in spans:
            if start < at + len(line) and end > at:
                kept += text[last : max(start, last)]
                last = min(end, at + len(line))
        kept += text[last : at + len(line)]
        if kept == line or not _BULLET.fullmatch(kept):
            out.append(kept.rstrip() if kept == line else re.sub(r" {2,}", " ", kept).strip())
        at += len(line) + 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip()
