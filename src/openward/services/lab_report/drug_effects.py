"""What the drugs in use can do to the results that are out of range, and biotin that disturbs assays."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from openward.domain.code import Concept
from openward.domain.evidence import ChartEvidence, Evidence, InputEvidence
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.drugs import Drugs, Resolution
from openward.knowledge.tables import Row
from openward.record.chart import Chart, MedicationEntry
from openward.record.charting.frame import literal_path
from openward.services.lab_report.bench import Bench, Drug
from openward.services.lab_report.lines import Line
from openward.services.lab_report.statements import Statement, name_of, state

EFFECTS: Final = "lab_drug_effects"
BIOTIN: Final = "biotin"
_DISTURBED: Final = ("tsh", "ft4", "ft3", "troponin_t_hs", "troponin_t", "troponin_i_hs", "troponin_i")
_MAX_DRUGS: Final = 3


@tables.remembered(1)
def _drugs() -> Drugs:
    return Drugs()


@tables.remembered(4096)
def _resolved(concept: Concept) -> Resolution:
    return _drugs().resolve(concept)


@tables.remembered(1)
def _effects() -> dict[tuple[str, str], tuple[Row, ...]]:
    grouped: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tables.find(EFFECTS):
        grouped[(row["analyte"], row["way"])].append(row)
    return {key: tuple(rows) for key, rows in grouped.items()}


def drugs_in_use(names: Iterable[str], chart: Chart | None, language: Language) -> tuple[Drug, ...]:
    """The drugs that the request names, and those of the chart that are in use."""
    found: dict[str, Drug] = {}
    for place, name in enumerate(names):
        path = f"medications[{place}]"
        for drug in _drugs_of(Concept(text=name), InputEvidence(path, name), path, language):
            found.setdefault(drug.name, drug)
    for entry in chart.medications if chart is not None else ():
        if entry.current is True and not entry.draft:
            for drug in _drugs_of(entry.concept, _cited(entry), entry.source.reference, language):
                found.setdefault(drug.name, drug)
    return tuple(found.values())


def _drugs_of(concept: Concept, evidence: ChartEvidence | InputEvidence, about: str, language: Language) -> list[Drug]:
    return [
        Drug(name=i.name(language), atc=(*i.atc, i.id), evidence=evidence, about=about)
        for i in _resolved(concept).ingredients
    ]


def _cited(entry: MedicationEntry) -> ChartEvidence:
    source, name = entry.drug_source or entry.source, entry.concept.name()
    if name is None:
        return source.cite("", on=entry.authored)
    path = entry.drug_path if entry.drug_path.endswith(".display") else literal_path(entry.concept, entry.drug_path)
    return source.cite(path, name if path else None, on=entry.authored)


def drug_effects(bench: Bench) -> list[Statement]:
    """One statement for each result out of range that a drug in use can bring about."""
    if not bench.drugs:
        return []
    out = {line.name: line for line in bench.by_name.values() if line.flag in {"low", "high"}}
    if "neutrophils" in out:
        out.pop("wbc", None)
    found = [statement for line in out.values() if (statement := _effect(line, bench))]
    return [*found, *_biotin(bench)]


def _effect(line: Line, bench: Bench) -> Statement | None:
    name = "glucose" if line.name == "glucose_fasting" else line.name
    rows = _effects().get((name, line.flag), ())
    held = [(drug, row) for row in rows for drug in bench.drugs if any(a.startswith(row.list("atc")) for a in drug.atc)]
    if not held:
        return None
    said = dict.fromkeys(row["say_zh"] if bench.language == "zh" else row["say_en"] for _, row in held)
    names = list(dict.fromkeys(drug.name for drug, _ in held))[:_MAX_DRUGS]
    fills = {
        "name": name_of(line, bench.language),
        "way": _WAY[line.flag].in_(bench.language),
        "drug": ("、" if bench.language == "zh" else ", ").join(names),
        "detail": ("" if bench.language == "zh" else " ").join(said),
    }
    table = tables.find(EFFECTS)
    cited: tuple[Evidence, ...] = tuple(e for drug, row in held for e in (drug.evidence, table.evidence(row)))
    severity = "moderate" if line.critical is not None else None
    return state("drug-effect", (line,), fills=fills, mark=f"{line.name} {line.flag}", cited=cited, severity=severity)


def _biotin(bench: Bench) -> list[Statement]:
    drug = next((d for d in bench.drugs if BIOTIN in d.atc), None)
    lines = [line for name in _DISTURBED if (line := bench.by_name.get(name)) is not None]
    if drug is None or not lines:
        return []
    names = ("、" if bench.language == "zh" else ", ").join(name_of(line, bench.language) for line in lines)
    return [state("biotin-interference", lines, fills={"names": names}, cited=(drug.evidence,))]


_WAY: Final[dict[str, Text]] = {"high": Text("high", "升高"), "low": Text("low", "降低")}
