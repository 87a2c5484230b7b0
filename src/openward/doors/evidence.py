"""Evidence in words, the same at every door that speaks to a person: first what it is, then where it stands."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from openward.domain.errors import KnowledgeError, NotFoundError
from openward.domain.evidence import (
    CalculationEvidence,
    ChartEvidence,
    DocumentEvidence,
    Evidence,
    InputEvidence,
    KnowledgeEvidence,
    ModelEvidence,
    RunEvidence,
)
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.doors.dates import day
from openward.doors.fields import GIVEN
from openward.doors.outline import name_of
from openward.knowledge import tables

_PATH: Final = Path(__file__).parent / "evidence.toml"
_DOCUMENTS: Final = "; "  # between the documents of one source; inside of a citation no space follows
_OF_A_TOOL: Final = "steps["
_DATED: Final = re.compile(r"\d{4}-\d\d(-\d\d(T.*)?)?")
_RESOURCE: Final = re.compile(r"[A-Z][A-Za-z]+/\S+")
_STEP: Final = re.compile(r"([A-Za-z_]\w*)|\[(\d{1,6})\]")
# The element that a path is about, without the part of the resource that it stands in (`component[1]`).
_ELEMENT: Final = re.compile(r"(?:((?:component|content|contained)\[\d+\])\.)?([A-Za-z]+)")
_CHOICE: Final = re.compile(r"(value|effective|onset|abatement|deceased|medication)[A-Z]\w*")
_CONCEPTS: Final = frozenset({"", "code", "medication", "vaccineCode", "class", "type"})


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One evidence for a person: what it says, where it stands, and in `parts` what it was made from.

    What a page can lead to: `reference` of a resource of the chart, `table` and `row` of the ward's knowledge, `run`
    with its `finding`.
    """

    kind: str
    what: str
    where: str = ""
    reference: str = ""
    table: str = ""
    row: str = ""
    run: str = ""
    finding: str = ""
    parts: tuple["Told", ...] = ()


def tell(evidence: Evidence, language: Language = "en", names: Mapping[str, str] | None = None) -> Told:
    """One evidence for a person.

    `names` says what is meant by a reference (`Observation/1`: "Creatinine"), by a part of a resource
    (`Observation/1|component[1]`) or by the id of a service; what has no name stays as it is.
    """
    return _Teller(language, names or {}).tell(evidence)


def tell_all(
    evidence: Iterable[Evidence], language: Language = "en", names: Mapping[str, str] | None = None
) -> list[Told]:  # fmt: skip
    """All evidence of one statement in the order of `for_a_person`; rows that stand on one document are told once."""
    told = [tell(one, language, names) for one in for_a_person(evidence)]
    of_one: dict[str, list[Told]] = {}
    for one in told:
        if one.kind == "knowledge":
            of_one.setdefault(one.what.partition(_DOCUMENTS)[0], []).append(one)
    rows = [held[0] if len(held) == 1 else _together(document, held) for document, held in of_one.items()]
    return [*(one for one in told if one.kind != "knowledge"), *rows]


def _together(document: str, rows: Sequence[Told]) -> Told:
    """Rows that stand on one document as one evidence; where a row names more documents, they stand beside it."""
    parts = (
        Told(
            kind="row", what=one.where, where=one.what.partition(_DOCUMENTS)[2], table=one.table, row=one.row,
        )
        for one in rows
    )  # fmt: skip
    return Told(kind="knowledge", what=document, parts=tuple(parts))


def cite(evidence: Evidence, language: Language = "en", names: Mapping[str, str] | None = None) -> str:
    """One evidence in one line."""
    return _Teller(language, names or {}).line(tell(evidence, language, names))


def part_of(path: str) -> str:
    """The part of a resource that a path is in (`component[1]`), empty for the resource itself."""
    found = _ELEMENT.match(path)
    return (found[1] or "") if found else ""


def place_of(path: str, language: Language) -> str:
    """A place in what a service was given, in words: `orders[1].dose` is "Orders, line 2, Dose"."""
    return _Teller(language).place(path)


def type_called(type: str, language: Language) -> str:
    """What a type of resource is called (`MedicationRequest`: "Drug ordered")."""
    found = _words().types.get(type)
    return type if found is None else found[language == "zh"]


class _Words(msgspec.Struct, frozen=True):
    types: dict[str, tuple[str, str]]
    elements: dict[str, tuple[str, str]]
    values: dict[str, tuple[str, str]]
    said: dict[str, tuple[str, str]]


@cache
def _words() -> _Words:
    return msgspec.convert(tomllib.loads(_PATH.read_text(encoding="utf-8")), _Words)


@dataclass(frozen=True)
class _Teller:
    """Tells evidence in one language."""

    language: Language
    names: Mapping[str, str] = field(default_factory=dict)

    def tell(self, evidence: Evidence) -> Told:
        """One evidence, with what it was made from."""
        match evidence:
            case ChartEvidence():
                told = self._chart(evidence)
            case KnowledgeEvidence():
                told = self._knowledge(evidence)
            case InputEvidence():
                told = self._input(evidence)
            case CalculationEvidence():
                told = self._calculation(evidence)
            case DocumentEvidence():
                told = self._document(evidence)
            case ModelEvidence():
                what = self.say("model", name=evidence.name, score=f"{evidence.score:g}")
                told = Told(kind="model", what=what, where=self.say("model_place", version=evidence.version))
            case RunEvidence():
                told = self._run(evidence)
        return told

    def line(self, told: Told) -> str:
        """All of it in one line."""
        what = told.what
        if told.parts:
            what = self.say("made", what=what, parts="; ".join(self.line(part) for part in told.parts))
        return self.say("place", what=what, where=told.where) if told.where else what

    def say(self, key: str, **slots: object) -> str:
        """Words of evidence with their slots filled."""
        return _words().said[key][self.language == "zh"].format(**slots)

    def place(self, path: str) -> str:
        """A place in what a service was given."""
        said, at = "", ""
        for step in _STEP.finditer(path):
            if step[2] is not None:
                said = self.say("line", name=said, n=int(step[2]) + 1)
            else:
                at = f"{at}.{step[1]}" if at else step[1]
                name = self.names.get(f"{GIVEN}{at}") or name_of(step[1], self.language)
                said = self.say("below", name=said, part=name) if said else name
        return said or self.say("given_whole")

    def _of(self, words: Mapping[str, tuple[str, str]], key: str) -> str:
        found = words.get(key)
        return key if found is None else found[self.language == "zh"]

    def _chart(self, evidence: ChartEvidence) -> Told:
        what = self._entry(evidence)
        version = f" v{evidence.version}" if evidence.version else ""
        where = f"{evidence.reference}{version}" + (f" · {evidence.path}" if evidence.path else "")
        if evidence.date:
            what = self.say("dated", what=what, day=day(evidence.date, self.language))
        return Told(kind="chart", what=what, where=where, reference=evidence.reference)

    def _entry(self, evidence: ChartEvidence) -> str:
        """What an entry of the chart says at a path."""
        kind, element = evidence.reference.partition("/")[0], _element(evidence.path)
        part = part_of(evidence.path)
        name = self.names.get(f"{evidence.reference}|{part}" if part else evidence.reference, "")
        value = self._value(evidence)
        called = name or (self._of(_words().types, kind) if kind in _words().types else evidence.reference)
        if element == "value" and value:
            return f"{called} {value}"
        if kind == "Patient" and value:
            return self.say("pair", name=self._of(_words().elements, element), value=value)
        if element in _CONCEPTS or not value:
            said = name if evidence.path.endswith(".code") and name else value or name or evidence.reference
            return self.say("pair", name=self._of(_words().types, kind), value=said)
        return self.say("element", name=called, element=self._of(_words().elements, element), value=value)

    def _value(self, evidence: ChartEvidence) -> str:
        value, unit = evidence.value, written(evidence.unit, self.language)
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._of(_words().values, str(value).lower())
        if isinstance(value, str) and _DATED.fullmatch(value):
            return day(value, self.language)
        said = self._of(_words().values, value) if isinstance(value, str) else f"{value:.6g}"
        return f"{said} {unit}".strip()

    def _knowledge(self, evidence: KnowledgeEvidence) -> Told:
        where = self.say(
            "table", table=evidence.table, version=evidence.version, row=evidence.row,
            day=day(evidence.reviewed, self.language),
        )  # fmt: skip
        listed = evidence.table if evidence.table in tables.names() else ""
        return Told(kind="knowledge", what=evidence.source, where=where, table=listed, row=evidence.row)

    def _input(self, evidence: InputEvidence) -> Told:
        where = self.say("given", place=self.place(evidence.path))
        if evidence.value is None:
            return Told(kind="input", what=where)
        value = f"{evidence.value:.6g}" if isinstance(evidence.value, float) else str(evidence.value)
        return Told(kind="input", what=self.say("quote", words=value), where=where)

    def _calculation(self, evidence: CalculationEvidence) -> Told:
        number = f"{evidence.value:.6g} {written(evidence.unit, self.language)}".strip()
        name, _, limit = evidence.name.partition(" (")
        called = _formula_name(name, evidence.formula).in_(self.language)
        called += f" ({self._of(_words().values, limit.rstrip(')'))})" if limit else ""
        return Told(
            kind="calculation", what=f"{called} = {number}",
            parts=(*(self.tell(one) for one in evidence.inputs), self._knowledge(evidence.formula)),
        )  # fmt: skip

    def _document(self, evidence: DocumentEvidence) -> Told:
        reference = evidence.id if _RESOURCE.fullmatch(evidence.id) else ""
        if evidence.id.startswith(_OF_A_TOOL):
            of = self.say("tool", n=evidence.id.removeprefix(_OF_A_TOOL).rstrip("]"))
        else:
            of = self.names.get(reference, reference) or self.say("given", place=self.place(evidence.id))
        of = f"{of} · {reference}" if reference and of != reference else of
        where = self.say("span", of=of, start=evidence.start + 1, end=evidence.end)
        return Told(
            kind="document", what=self.say("quote", words=evidence.quote.strip()), where=where, reference=reference
        )

    def _run(self, evidence: RunEvidence) -> Told:
        where = self.say("of_finding" if evidence.finding else "run_place", run=evidence.run, finding=evidence.finding)
        service = self.names.get(evidence.service, evidence.service)
        return Told(
            kind="run", what=self.say("run", service=service), where=where, run=evidence.run, finding=evidence.finding
        )


def _element(path: str) -> str:
    """The element that a path is about, a choice of types by its plain name (`valueQuantity.value` is "value")."""
    found = _ELEMENT.match(path)
    name = found[2] if found else ""
    choice = _CHOICE.fullmatch(name)
    return choice[1] if choice else name


def _formula_name(name: str, formula: KnowledgeEvidence) -> Text:
    """What a computed number is called: the name of its formula where it goes by the formula's id."""
    plain = name.replace("_", " ")
    if name != formula.row:
        return Text(plain, plain)
    try:
        cells = tables.find(formula.table).row(formula.row).cells
    except (KnowledgeError, NotFoundError):
        cells = {}
    return Text(cells.get("name_en") or plain, cells.get("name_zh") or plain)


_FIRST: Final = (
    ChartEvidence, InputEvidence, DocumentEvidence, CalculationEvidence, RunEvidence, ModelEvidence, KnowledgeEvidence,
)  # fmt: skip


def for_a_person(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Evidence in the order in which a person asks: what of this patient, what was computed, by which knowledge."""
    return sorted(evidence, key=lambda e: _FIRST.index(type(e)))


def telling(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The evidence of one sentence of an agent that a person can look up, without what repeats it.

    A finding of a run says more than the run, and either more than the words of the tool that were compared.
    """
    given = tuple(dict.fromkeys(evidence))
    found = {e.run for e in given if isinstance(e, RunEvidence) and e.finding}
    kept = [e for e in given if not (isinstance(e, RunEvidence) and not e.finding and e.run in found)]
    words = [e for e in kept if isinstance(e, DocumentEvidence) and e.id.startswith(_OF_A_TOOL)]
    others = [e for e in kept if e not in words]
    return tuple(others or sorted(words, key=lambda e: e.start - e.end)[:1])
