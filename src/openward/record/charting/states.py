"""Whether the patient is pregnant or breastfeeding, as far as the record says so for the chart's moment.

A statement about pregnancy holds for 44 weeks at most: longer than any pregnancy (post-term is 42 completed weeks and
more: WHO ICD-10 volume 2, definitions for the perinatal period). Codes: LOINC 82810-3 with its answers, 11778-8,
11779-6; SNOMED CT; ICD-10 and ICD-10-CM. Reviewed 2026-11-21.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from openward.domain.code import ICD10, ICD10CM, LOINC, SNOMED, Concept
from openward.record.chart import Presence, Problem, Reading, Source, Stated
from openward.record.charting.frame import literal_path
from openward.record.times import when

HOLDS: Final = timedelta(weeks=44)
_LONGEST_AGO: Final = datetime.min.replace(tzinfo=UTC)

_STATUS: Final = frozenset({(LOINC, "82810-3")})
_DUE_DATE: Final = frozenset({(LOINC, "11778-8"), (LOINC, "11779-6")})
_PREGNANT: Final = frozenset(
    {
        (SNOMED, "77386006"),  # Pregnant
        (SNOMED, "72892002"),  # Normal pregnancy
        (LOINC, "LA15173-0"),  # Pregnant
    }
)
_NOT_PREGNANT: Final = frozenset(
    {
        (SNOMED, "60001007"),  # Not pregnant
        (LOINC, "LA26683-5"),  # Not pregnant
    }
)
# Z33 pregnant state, Z34 and Z35 or O09 supervision of pregnancy, Z3A weeks of gestation.
_PREGNANT_PREFIXES: Final[dict[str | None, tuple[str, ...]]] = {
    ICD10: ("Z33", "Z34", "Z35"),
    ICD10CM: ("Z33.1", "Z34", "O09", "Z3A"),
}
_LACTATING: Final = frozenset(
    {
        (SNOMED, "69840006"),  # Normal breast feeding
        (ICD10, "Z39.1"),  # Care and examination of lactating mother
        (ICD10CM, "Z39.1"),
    }
)


class _Said(NamedTuple):
    at: datetime | None
    state: Presence
    source: Source
    path: str
    value: str | None


def pregnancy(readings: Iterable[Reading], problems: Iterable[Problem], as_of: datetime) -> Stated:
    """The newest statement that still holds; of two at the same time the one that says pregnant."""
    said = [found for reading in readings if (found := _by_reading(reading, as_of))]
    said += [found for problem in problems if (found := _by_problem(problem, as_of))]
    holding = [s for s in said if _holds(s, as_of)]
    if not holding:
        return Stated()
    newest = max(holding, key=lambda s: (s.at or _LONGEST_AGO, s.state == "present"))
    return Stated(state=newest.state, source=newest.source, path=newest.path, value=newest.value, at=newest.at)


def lactation(readings: Iterable[Reading], problems: Iterable[Problem], as_of: datetime) -> Stated:
    """Breastfeeding, from an active problem or a reading that still holds."""
    for problem in problems:
        if problem.active and _coded(problem.concept, _LACTATING):
            path = literal_path(problem.concept, problem.path)
            return Stated(
                state="present", source=problem.source, path=path, value=problem.concept.name(), at=_began(problem)
            )
    for reading in readings:
        value = reading.value
        if isinstance(value, Concept) and _counts(reading) and _coded(value, _LACTATING):
            said = _Said(reading.at, "present", reading.source, reading.path, value.name())
            if _holds(said, as_of):
                return Stated(state="present", source=said.source, path=said.path, value=said.value, at=said.at)
    return Stated()


def _by_reading(reading: Reading, as_of: datetime) -> _Said | None:
    if not _counts(reading):
        return None
    if _coded(reading.concept, _DUE_DATE):
        return _due(reading, as_of)
    value = reading.value
    if isinstance(value, Concept) and (state := _state(value)):
        return _Said(reading.at, state, reading.source, reading.path, value.name())
    if isinstance(value, bool) and _coded(reading.concept, _STATUS | _PREGNANT):
        return _Said(reading.at, "present" if value else "absent", reading.source, reading.path, None)
    return None


def _due(reading: Reading, as_of: datetime) -> _Said | None:
    """An estimated date of delivery that is still to come."""
    date = when(reading.value) if isinstance(reading.value, str) else None
    if date is None or date.latest < as_of or date.earliest > as_of + HOLDS:
        return None
    return _Said(reading.at, "present", reading.source, reading.path, date.text)


def _by_problem(problem: Problem, as_of: datetime) -> _Said | None:
    """A pregnancy that lasts, or one that has ended: from its end on it says not pregnant."""
    state = _state(problem.concept)
    if state is None or problem.verification == "refuted":
        return None
    path, name = literal_path(problem.concept, problem.path), problem.concept.name()
    ended = problem.abatement if problem.abatement and problem.abatement <= as_of else None
    if state == "present" and ended:
        return _Said(ended, "absent", problem.source, path, name)
    if problem.active is False or (problem.active is None and _began(problem) is None):
        return None
    return _Said(_began(problem), state, problem.source, path, name)


def _holds(said: _Said, as_of: datetime) -> bool:
    """Whether a statement still says something of this moment; an undated one counts only when it says pregnant."""
    if said.at is None:
        return said.state == "present"
    return said.at <= as_of <= said.at + HOLDS


def _began(problem: Problem) -> datetime | None:
    partial = when(problem.onset_text) if problem.onset_text else None
    return problem.onset or (partial.latest if partial else None) or problem.recorded


def _counts(reading: Reading) -> bool:
    return reading.status != "cancelled" and not reading.not_done


def _coded(concept: Concept, wanted: frozenset[tuple[str, str]]) -> bool:
    return any((c.system, c.code) in wanted for c in concept.coding)


def _state(concept: Concept) -> Presence | None:
    if _coded(concept, _NOT_PREGNANT):
        return "absent"
    by_prefix = any((c.code or "").startswith(_PREGNANT_PREFIXES.get(c.system, ("\0",))) for c in concept.coding)
    return "present" if by_prefix or _coded(concept, _PREGNANT) else None
