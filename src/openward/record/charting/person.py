"""From Patient to demographics."""

from openward.record import views
from openward.record.chart import Demographics, Source
from openward.record.charting.frame import Frame, at, code_of, words
from openward.record.charting.use import begun
from openward.record.times import day
from openward.record.views.clinical import Communication
from openward.record.views.datatypes import HumanName

_FIRST_CJK = "\u2e80"


def demographics(view: views.Patient, source: Source, frame: Frame) -> Demographics:
    """The patient; a death that is dated after the chart's moment has not happened yet."""
    death = frame.when(source, "deceasedDateTime", view.deceased_date_time)
    frame.when(source, "birthDate", view.birth_date)
    return Demographics(
        source=source,
        gender=view.gender,
        birth_date=day(view.birth_date) if view.birth_date else None,
        birth_text=view.birth_date,
        deceased=begun(death, frame.as_of) if death else view.deceased_boolean,
        deceased_at=at(death),
        name=_name(view.name),
        language=_language(view.communication),
    )


def _name(names: tuple[HumanName, ...]) -> str | None:
    """The official name, else the usual one, else the first that is not an old one."""
    for use in ("official", "usual", None):
        for name in names:
            if name.use == use or (use is None and name.use != "old"):
                return name.text or _joined(name)
    return None


def _joined(name: HumanName) -> str | None:
    given, family = words(name.given), name.family or ""
    if family >= _FIRST_CJK:
        return family + "".join(given)
    return " ".join([*given, family]).strip() or None


def _language(spoken: tuple[Communication, ...]) -> str | None:
    chosen = [c for c in spoken if c.preferred] or (list(spoken) if len(spoken) == 1 else [])
    return code_of(chosen[0].language) if chosen else None
