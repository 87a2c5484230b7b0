"""From Patient to demographics."""

from openward.record import views
from openward.record.chart import Demographics, Source
from openward.record.charting.frame import Frame, at, code_of, words
from openward.record.charting.use import begun, within
from openward.record.times import day
from openward.record.views.clinical import Communication
from openward.record.views.datatypes import HumanName

_FIRST_CJK = "\u2e80"
_FORMER = frozenset({"old", "maiden"})


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
        name=_name(view.name, source, frame),
        language=_language(view.communication),
    )


def _name(names: tuple[HumanName, ...], source: Source, frame: Frame) -> str | None:
    """The name borne now: the official one, else the usual one, else the first; a former one is none."""
    now = [name for name in names if name.use not in _FORMER and _borne(name, source, frame)]
    for use in ("official", "usual", None):
        for name in now:
            found = (name.text or _joined(name)) if use in {name.use, None} else None
            if found:
                return found
    return None


def _borne(name: HumanName, source: Source, frame: Frame) -> bool:
    """Whether the name may be borne at the chart's moment."""
    return within(frame.bounds(source, "name.period", name.period), frame.as_of) is not False


def _joined(name: HumanName) -> str | None:
    given, family = words(name.given), name.family or ""
    if family >= _FIRST_CJK:
        return family + "".join(given)
    return " ".join([*given, family]).strip() or None


def _language(spoken: tuple[Communication, ...]) -> str | None:
    chosen = [c for c in spoken if c.preferred] or (list(spoken) if len(spoken) == 1 else [])
    return code_of(chosen[0].language) if chosen else None
