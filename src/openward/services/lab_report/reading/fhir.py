"""A report as FHIR R4: a Bundle, a DiagnosticReport with what it contains, an Observation, or a list of resources."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from openward.domain.code import LOINC, Concept
from openward.domain.errors import InputError, RecordError
from openward.record import views
from openward.record.views.clinical import ReferenceRange, Valued
from openward.services.lab_report.reading.bounds import parted
from openward.services.lab_report.reading.moments import days_between, iso_moment
from openward.services.lab_report.reading.values import Limits, Value, cell_value, limits_of
from openward.services.lab_report.result import Panel, Person, Result, Sex, Unread

_VOID: Final = {"entered-in-error": "it was entered in error", "cancelled": "it was cancelled"}
_OTHER: Final = frozenset(
    {"vital-signs", "social-history", "imaging", "survey", "exam", "therapy", "activity", "procedure"}
)
_READ: Final = frozenset({"Bundle", "Patient", "Observation", "DiagnosticReport", "Specimen"})
_BESIDE: Final = frozenset({"Practitioner", "PractitionerRole", "Organization", "Encounter", "ServiceRequest", "Device",
                            "Provenance", "Location", "Composition", "Task"})  # fmt: skip
_SEXES: Final[dict[str, Sex]] = {"male": "male", "female": "female"}
_SIGNS: Final = frozenset({"<", "<=", ">", ">="})
_DEEPEST: Final = 6
_MOST: Final = 20_000
Json = dict[str, Any]


class State(msgspec.Struct):
    """What the resources say of each other."""

    specimens: dict[str, str]
    birth: str | None = None
    sex: Sex | None = None
    pregnant: bool | None = None
    last: datetime | None = None


def read_fhir(resource: Json | list[Json]) -> Panel:
    """The results of FHIR resources; an observation that gives none comes back as `Unread`.

    Raises:
        InputError: it is no FHIR resource, or holds too many.
    """
    found = list(_resources(resource, "", 0))
    if not found:
        raise InputError("fhir: there is no resource; send a Bundle, a DiagnosticReport or an Observation")
    state = State(_specimens(found))
    for _, one in found:
        if one.get("resourceType") == "Patient":
            state.birth = one.get("birthDate") if isinstance(one.get("birthDate"), str) else None
            state.sex = _SEXES.get(str(one.get("gender")))
    results, unread = parted(_read(found, state))
    person = Person(age_days=days_between(state.birth, state.last), sex=state.sex, pregnant=state.pregnant)
    return Panel(results=results, unread=unread, person=person)


def _resources(given: object, place: str, depth: int) -> Iterator[tuple[str, Json]]:
    """Every resource with its place: entries of Bundles, what is contained, members of a list."""
    if depth > _DEEPEST:
        raise InputError(f"fhir: resources are nested more than {_DEEPEST} deep")
    if isinstance(given, list):
        if len(given) > _MOST:
            raise InputError(f"fhir: there are more than {_MOST} resources")
        for number, one in enumerate(given):
            yield from _resources(one, f"{place}[{number}]", depth + 1)
        return
    if not isinstance(given, dict):
        return
    if given.get("resourceType") == "Bundle":
        entries = given.get("entry")
        inner = (
            [e.get("resource") if isinstance(e, dict) else None for e in entries] if isinstance(entries, list) else []
        )
        yield from _resources(inner, f"{place}entry", depth + 1)
        return
    if isinstance(given.get("resourceType"), str):
        yield _name(given, place), given
        yield from _resources(given.get("contained") or [], f"{place} contained", depth + 1)


def _name(resource: Json, place: str) -> str:
    id = resource.get("id")
    named = f"{resource['resourceType']}/{id}" if isinstance(id, str) else str(resource["resourceType"])
    return f"{place} {named}".strip()[:200]


def _specimens(found: list[tuple[str, Json]]) -> dict[str, str]:
    """What the specimens are, by the ends of references to them."""
    kinds: dict[str, str] = {}
    for _, one in found:
        kind = one.get("type")
        if one.get("resourceType") == "Specimen" and isinstance(kind, dict) and isinstance(one.get("id"), str):
            words = _words(kind)
            if words:
                kinds[one["id"]] = words
    return kinds


def _words(concept: Json) -> str | None:
    try:
        return msgspec.convert(concept, Concept).name()
    except msgspec.ValidationError:
        return None


def _read(found: list[tuple[str, Json]], state: State) -> Iterator[Result | Unread]:
    for place, one in found:
        type = one["resourceType"]
        if type == "Observation":
            yield from _observation(place, one, state)
        elif type == "DiagnosticReport":
            yield from _report(place, one)
        elif type not in _READ and type not in _BESIDE:
            yield Unread(place, "a resource of this type holds no results of a laboratory")


def _report(place: str, one: Json) -> Iterator[Unread]:
    """A report itself holds no results; what it presents as a document or says in words is pointed out."""
    if one.get("presentedForm"):
        yield Unread(place, "the attached document was not opened; send it as PDF or text")
    if one.get("conclusion"):
        yield Unread(place, "the conclusion in words was not read")


def _observation(place: str, one: Json, state: State) -> Iterator[Result | Unread]:
    try:
        view = views.decode("Observation", msgspec.json.encode(one))
    except (RecordError, TypeError, ValueError, RecursionError):
        yield Unread(place, "the resource does not follow FHIR R4 and cannot be read")
        return
    assert isinstance(view, views.Observation)
    if view.status in _VOID:
        yield Unread(place, _VOID[view.status])
        return
    if any(c.code in _OTHER for category in view.category for c in category.coding):
        yield Unread(place, "it is no result of a laboratory")
        return
    yield from _parts(place, one, view, state)


def _parts(place: str, one: Json, view: views.Observation, state: State) -> Iterator[Result | Unread]:
    moment = iso_moment(view.effective_date_time or view.effective_instant) or _of_period(one)
    state.last = moment or state.last
    whole = _result(place, view, one, moment, state)
    if whole is not None:
        yield whole
    elif not view.component:
        yield Unread(
            place, "it holds no value" if view.data_absent_reason is None else "its value is recorded as absent"
        )
    for number, part in enumerate(view.component):
        found = _result(f"{place} component {number + 1}", part, one, moment, state)
        yield found or Unread(f"{place} component {number + 1}", "it holds no value")


def _of_period(one: Json) -> datetime | None:
    period = one.get("effectivePeriod")
    start = period.get("start") if isinstance(period, dict) else None
    return iso_moment(start) if isinstance(start, str) else None


def _result(place: str, part: Valued, one: Json, moment: datetime | None, state: State) -> Result | None:
    value, unit = _value(part)
    if value is None or part.code is None or not part.code.name():
        return None
    limits = _limits(part.reference_range)
    code, system = _code(part.code)
    return Result(
        name=part.code.name() or "", place=place, code=code, system=system,
        value=value.value, comparator=value.comparator, text=value.text, unit=unit,
        low=limits.low, high=limits.high, interval_text=limits.text,
        flag=_flag(part), taken=moment, specimen=_specimen(one, state), comment=_notes(one),
        status=one["status"] if isinstance(one.get("status"), str) else None,
    )  # fmt: skip


def _code(concept: Concept) -> tuple[str | None, str | None]:
    if codes := concept.codes(LOINC):
        return codes[0], LOINC
    first = next((c for c in concept.coding if c.code), None)
    return (first.code, first.system) if first else (None, None)


def _value(part: Valued) -> tuple[Value | None, str | None]:
    """The value and its unit; the code of the unit where it is UCUM, else what a person would read."""
    quantity = part.value_quantity
    if quantity is not None and quantity.value is not None:
        sign = quantity.comparator if quantity.comparator in _SIGNS else None
        ucum = quantity.code if quantity.system == "http://unitsofmeasure.org" else None
        return Value(float(quantity.value), sign), ucum or quantity.unit or quantity.code  # type: ignore[arg-type]
    if part.value_integer is not None:
        return Value(part.value_integer), None
    if part.value_codeable_concept is not None:
        return (Value(text=words) if (words := part.value_codeable_concept.name()) else None), None
    if part.value_boolean is not None:
        return Value(text="positive" if part.value_boolean else "negative"), None
    if part.value_string is not None:
        value, _, rest = cell_value(part.value_string)
        return (value if value.value is not None or value.text else None), rest or None
    return _ratio(part), None


def _ratio(part: Valued) -> Value | None:
    ratio = part.value_ratio
    if ratio is None or ratio.numerator is None or ratio.denominator is None:
        return None
    return Value(text=f"{ratio.numerator.value:g}:{ratio.denominator.value:g}") if _whole(ratio) else None


def _whole(ratio: Any) -> bool:
    return ratio.numerator.value is not None and ratio.denominator.value is not None


def _limits(ranges: tuple[ReferenceRange, ...]) -> Limits:
    """The normal range when there is exactly one; which of several holds is not ours to guess."""
    normal = [r for r in ranges if r.type is None or "normal" in {c.code for c in r.type.coding}]
    if len(normal) != 1:
        return Limits()
    low = normal[0].low.value if normal[0].low else None
    high = normal[0].high.value if normal[0].high else None
    if low is None and high is None:
        return limits_of(normal[0].text) or Limits()
    return Limits(low, high, normal[0].text)


def _flag(part: Valued) -> str | None:
    words = (c.code or c.display for concept in part.interpretation for c in concept.coding)
    return next((w for w in words if w), None) or next((c.text for c in part.interpretation if c.text), None)


def _specimen(one: Json, state: State) -> str | None:
    given = one.get("specimen")
    if not isinstance(given, dict):
        return None
    if isinstance(given.get("display"), str):
        return str(given["display"])
    reference = given.get("reference")
    return state.specimens.get(reference.rpartition("/")[2].lstrip("#")) if isinstance(reference, str) else None


def _notes(one: Json) -> str | None:
    notes = one.get("note")
    found = (
        [n["text"] for n in notes if isinstance(n, dict) and isinstance(n.get("text"), str)]
        if isinstance(notes, list)
        else []
    )
    return "\n".join(found) or None
