"""From Condition and AllergyIntolerance to problems and allergies."""

from typing import Final, NamedTuple

from openward.domain.code import Concept
from openward.record import views
from openward.record.chart import Allergy, Problem, Reaction, Source
from openward.record.charting.frame import (
    NOTHING,
    Bounds,
    Frame,
    at,
    code_of,
    codes_of,
    partial_text,
    quantity_text,
    range_text,
    words,
)
from openward.record.times import When
from openward.record.views.clinical import AllergyReaction
from openward.record.views.datatypes import Extension, Period, Quantity, Range

# condition-clinical and allergyintolerance-clinical, FHIR R4
_ACTIVE: Final = frozenset({"active", "recurrence", "relapse"})
_OVER: Final = frozenset({"inactive", "remission", "resolved"})


# allergyintolerance-substanceExposureRisk and its code system allerg-intol-substance-exp-risk, FHIR R4
_EXPOSURE: Final = "http://hl7.org/fhir/StructureDefinition/allergyintolerance-substanceExposureRisk"
_NO_RISK: Final = "no-known-reaction-risk"


class _Choice(NamedTuple):
    """One of onset[x] and abatement[x]."""

    element: str
    moment: str | None
    period: Period | None
    age: Quantity | None
    range: Range | None
    string: str | None


class _Point(NamedTuple):
    when: When | None
    text: str | None


def problem(view: views.Condition, source: Source, frame: Frame) -> Problem:
    """One Condition."""
    clinical, verification = code_of(view.clinical_status), code_of(view.verification_status)
    onset = _point(_onset(view), source, frame, first=True)
    end = _point(_abatement(view), source, frame, first=False)
    return Problem(
        source=source,
        concept=view.code or NOTHING,
        clinical_status=clinical,
        verification=verification,
        active=_active(clinical, verification, _ended(view, end, frame)),
        onset=at(onset.when),
        onset_text=onset.text or partial_text(onset.when),
        abatement=at(end.when),
        abatement_text=end.text or partial_text(end.when),
        recorded=at(frame.when(source, "recordedDate", view.recorded_date)),
        category=codes_of(view.category),
    )


def allergy(view: views.AllergyIntolerance, source: Source, frame: Frame) -> Allergy:
    """One AllergyIntolerance; where the code is left out, the first substance that caused a reaction stands for it."""
    clinical, verification = code_of(view.clinical_status), code_of(view.verification_status)
    concept, path, harmless = _allergen(view)
    return Allergy(
        source=source,
        concept=concept,
        path=path,
        clinical_status=clinical,
        verification=verification,
        active=False if harmless else _active(clinical, verification, ended=False),
        no_known_risk=harmless,
        kind=view.type,
        category=words(view.category),
        criticality=view.criticality,
        reactions=tuple(_reaction(r, source, frame) for r in view.reaction),
        recorded=at(frame.when(source, "recordedDate", view.recorded_date)),
    )


def _active(clinical: str | None, verification: str | None, ended: bool) -> bool | None:  # noqa: FBT001 - by name above
    if verification == "refuted" or clinical in _OVER:
        return False
    if clinical in _ACTIVE:
        return None if ended else True
    return False if ended else None


def _ended(view: views.Condition, end: _Point, frame: Frame) -> bool:
    """Whether the record gives an end that certainly lies in the past."""
    if view.abatement_boolean is not None:
        return view.abatement_boolean
    return end.when.latest <= frame.as_of if end.when else bool(end.text)


def _onset(view: views.Condition) -> _Choice:
    return _Choice(
        "onset", view.onset_date_time, view.onset_period, view.onset_age, view.onset_range, view.onset_string
    )  # fmt: skip


def _abatement(view: views.Condition) -> _Choice:
    return _Choice(
        "abatement", view.abatement_date_time, view.abatement_period, view.abatement_age, view.abatement_range,
        view.abatement_string,
    )  # fmt: skip


def _point(choice: _Choice, source: Source, frame: Frame, *, first: bool) -> _Point:
    """When it began (the start of a period) or was over (the end of a period), or what the record says instead."""
    if choice.moment is not None:
        return _Point(frame.when(source, f"{choice.element}DateTime", choice.moment), None)
    if choice.period is not None:
        bounds: Bounds = frame.bounds(source, f"{choice.element}Period", choice.period)
        return _Point(bounds.start if first else bounds.end, None)
    return _Point(None, quantity_text(choice.age) or range_text(choice.range) or choice.string or None)


class _Allergen(NamedTuple):
    """A substance, where it stands, and whether the record says that it may be taken."""

    concept: Concept = NOTHING
    path: str = "code"
    harmless: bool = False


def _allergen(view: views.AllergyIntolerance) -> _Allergen:
    exposed = _exposed(view.extension)
    if view.code is not None and view.code != NOTHING:
        return _Allergen(view.code, harmless=exposed is not None and exposed.harmless)
    if exposed is not None:
        return exposed
    for place, reaction in enumerate(view.reaction):
        if reaction.substance is not None:
            return _Allergen(reaction.substance, f"reaction[{place}].substance")
    return _Allergen()


def _exposed(extensions: tuple[Extension, ...]) -> _Allergen | None:
    """The substance and risk of the FHIR R4 extension that stands in place of a code."""
    for place, extension in enumerate(extensions):
        if extension.url != _EXPOSURE:
            continue
        risks = (part.value_codeable_concept for part in extension.extension if part.url == "exposureRisk")
        harmless = any(code_of(risk) == _NO_RISK for risk in risks)
        for inner, part in enumerate(extension.extension):
            if part.url == "substance" and part.value_codeable_concept is not None:
                path = f"extension[{place}].extension[{inner}].valueCodeableConcept"
                return _Allergen(part.value_codeable_concept, path, harmless)
    return None


def _reaction(reaction: AllergyReaction, source: Source, frame: Frame) -> Reaction:
    return Reaction(
        manifestations=reaction.manifestation,
        substance=reaction.substance,
        severity=reaction.severity,
        onset=at(frame.when(source, "reaction.onset", reaction.onset)),
    )
