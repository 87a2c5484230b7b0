"""Order sentences, English and Chinese: drug, dose, route, frequency, duration; what is not understood is kept."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from openward.domain.errors import InputError
from openward.domain.quantity import Quantity, UnitError, commensurable, convert
from openward.language.elements import Amount, Elements, read_elements
from openward.language.phrases import DAY, WEEK, Route
from openward.language.unsafe import Warned, unsafe_words
from openward.language.words import normal

MAX_TEXT: Final = 2000

Action = Literal["start", "stop"]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One order as understood.

    `drug` are the words that name the drug; `amount` is what is given each time (`high` when a range was written),
    `strength` what one unit or millilitre of the product holds, `count` how many units (`form`) are given each time;
    `daily` is a stated total for 24 h, `rate` a stated rate, `maximum` a stated limit (per day when its unit says so).
    `per_day` is administrations in 24 h (0.142857 for once a week), `interval_h` the hours between them when stated;
    `infusion_h` is how long one administration takes.
    `leftover` are words that were not understood, in order; nothing is dropped.
    """

    text: str
    drug: str = ""
    amount: Quantity | None = None
    high: Quantity | None = None
    count: float | None = None
    form: str | None = None
    strength: tuple[Quantity, ...] = ()
    daily: Quantity | None = None
    rate: Quantity | None = None
    maximum: Quantity | None = None
    route: Route | None = None
    per_day: float | None = None
    per_day_high: float | None = None
    interval_h: float | None = None
    as_needed: bool = False
    once: bool = False
    continuous: bool = False
    reason: tuple[str, ...] = ()
    duration_days: float | None = None
    infusion_h: float | None = None
    action: Action | None = None
    warnings: tuple[Warned, ...] = ()
    leftover: tuple[str, ...] = ()


def parse_order(text: str, names: Sequence[tuple[int, int]] = ()) -> Order:
    """Reads one order; `names` are places (start, end) of the NFKC-normalised text known to be drug names.

    Raises:
        InputError: the text is longer than 2,000 characters.
    """
    if len(text) > MAX_TEXT:
        raise InputError(f"an order of {len(text)} characters cannot be read; the limit is {MAX_TEXT}")
    plain = normal(text)
    read = read_elements(plain, names)
    amount, high, strength, doubts = _amounts(read)
    per_day, per_day_high, interval, more = _frequency(read)
    routes = tuple(dict.fromkeys(r.code for r in read.routes))
    several = (Warned("several-routes", " / ".join(routes)),) if len(routes) > 1 else ()
    return Order(
        text=text,
        drug=" ".join(read.drug),
        amount=amount,
        high=high,
        count=read.counts[0].value if len(read.counts) == 1 else None,
        form=read.forms[0] if read.forms else None,
        strength=strength,
        daily=read.daily,
        rate=read.rate,
        maximum=read.maximum,
        route=read.routes[0] if len(routes) == 1 else None,
        per_day=per_day,
        per_day_high=per_day_high,
        interval_h=interval,
        as_needed=read.as_needed,
        once=read.once,
        continuous=read.continuous,
        reason=tuple(read.reason),
        duration_days=read.duration_days,
        infusion_h=read.infusion_h,
        action="stop" if read.stop else "start" if read.start else None,
        warnings=(*unsafe_words(plain), *read.warnings, *doubts, *more, *several),
        leftover=tuple(read.leftover),
    )


def _amounts(read: Elements) -> tuple[Quantity | None, Quantity | None, tuple[Quantity, ...], tuple[Warned, ...]]:
    """What is given each time, and what the product holds, told apart by what stands beside them."""
    held = [a for a in read.amounts if a.is_strength]
    given = [a for a in read.amounts if not a.is_strength]
    if read.counts:
        return _counted(read, [*held, *given])
    solid = [a for a in given if not _is_volume(a.unit)]
    if len(solid) == 1 and len(given) > 1:
        given = solid
    if read.drugs > 1 and len(given) > 1:
        doubts = (Warned("several-doses"),) if read.moments_or_frequency else ()
        return None, None, _strengths([*held, *given]), doubts
    product = [a for a in given if a.before_form]
    if len(given) > 1 and len(product) < len(given):
        held, given = [*held, *product], [a for a in given if not a.before_form]
    if len({(a.value, a.unit) for a in given}) > 1:
        return None, None, _strengths(held), (Warned("several-doses"),)
    if not given:
        return None, None, _strengths(held), ()
    dose = given[0]
    unsure = (Warned("count-not-stated"),) if dose.before_form and not read.moments_or_frequency else ()
    high = Quantity(dose.high, dose.unit) if dose.high is not None else None
    return Quantity(dose.value, dose.unit), high, _strengths(held), unsure


def _counted(
    read: Elements, amounts: list[Amount]
) -> tuple[Quantity | None, Quantity | None, tuple[Quantity, ...], tuple[Warned, ...]]:
    """A number of units: the amount is the number times the strength of one, where one strength is known."""
    if len({c.value for c in read.counts}) > 1:
        return None, None, _strengths(amounts), (Warned("several-doses"),)
    count = read.counts[0]
    if len(amounts) != 1 or read.drugs > 1 or "/mL" in amounts[0].unit:
        return None, None, _strengths(amounts), ()
    one = amounts[0]
    named = one.unit.split("/")[0]
    high = Quantity(one.value * count.high, named) if count.high is not None else None
    return Quantity(one.value * count.value, named), high, _strengths(amounts), ()


def _is_volume(code: str) -> bool:
    try:
        return commensurable(code, "mL")
    except UnitError:
        return False


def _strengths(amounts: Sequence[Amount]) -> tuple[Quantity, ...]:
    return tuple(Quantity(a.value, a.unit) for a in amounts)


def _frequency(read: Elements) -> tuple[float | None, float | None, float | None, tuple[Warned, ...]]:
    """Administrations in 24 h (least and most), the stated interval, and doubts."""
    if read.weekdays and all(f.hours == WEEK and f.times == 1 for f in read.frequencies):
        return len(read.weekdays) * DAY / WEEK, None, None, ()
    stated = {(f.times, f.hours, f.hours_least) for f in read.frequencies}
    if len(stated) > 1:
        return None, None, None, (Warned("several-frequencies"),)
    if not read.frequencies:
        return (float(read.moments), None, None, ()) if read.moments else (None, None, None, ())
    found = read.frequencies[0]
    if read.moments > found.times and found.hours == DAY and found.times == 1:
        return float(read.moments), None, None, ()
    per_day = found.times * DAY / found.hours
    most = found.times * DAY / found.hours_least if found.hours_least else None
    if found.times_most:
        most = found.times_most * DAY / found.hours
    return per_day, most, found.hours if found.is_interval else None, ()


def mass_given(order: Order) -> Quantity | None:
    """The amount given each time as a mass, where the dose is a volume and one concentration is known."""
    if order.amount is None or len(order.strength) != 1:
        return order.amount
    top, _, below = order.strength[0].unit.partition("/")
    if below != "mL" or not _is_volume(order.amount.unit):
        return order.amount
    return Quantity(order.strength[0].value * convert(order.amount, "mL").value, top)
