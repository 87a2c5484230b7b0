"""Point scores: each item maps one input to points; an input that is missing gives the span of what it could be."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from openward.services.clinical_calculator.bands import band_of

Known = float | bool | str | date
Values = Mapping[str, Known]
Span = tuple[float, float]
NOTHING: Final[Span] = (0.0, 0.0)


class Scale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one input gives points: by bands of a number, by choice, by yes or no, or so many for each unit.

    `cuts` are the lower ends of the second and later bands, `points` one more than cuts; `yes` and `no` are the points
    of a flag; `each` is multiplied with the number, held within `within`.
    """

    input: str = ""
    cuts: tuple[str, ...] = ()
    points: tuple[float, ...] = ()
    choices: dict[str, float] = {}
    yes: float | None = None
    no: float = 0
    each: float | None = None
    within: tuple[float, float] = (0, 0)


class Item(Scale, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item of a score.

    Of the items of one `group` the highest counts once. With `by`, the scale is chosen by another input: by its choice,
    by `yes` or `no`, or by the number of its band (`by_cuts`). `worst` takes the reading of the window with most
    points. Where an item that is `enough` is known, the other items of its group count only as far as they are known.
    """

    id: str = ""
    group: str = ""
    by: str = ""
    by_cuts: tuple[str, ...] = ()
    cases: dict[str, Scale] = {}
    worst: bool = False
    enough: bool = False

    @property
    def name(self) -> str:
        """The item's own id, else that of its input."""
        return self.id or self.input

    def inputs(self) -> tuple[str, ...]:
        """All inputs that the item may read."""
        named = (self.by, self.input, *(case.input for case in self.cases.values()))
        return tuple(dict.fromkeys(name for name in named if name))


def points_of(scale: Scale, value: Known) -> float:
    """The points of a known value."""
    if scale.choices:
        return scale.choices[str(value)]
    if scale.yes is not None:
        return scale.yes if value is True else scale.no
    number = float(value)  # type: ignore[arg-type]
    if scale.each is not None:
        low, high = scale.within
        return scale.each * min(max(number, low), high)
    return scale.points[band_of(scale.cuts, number)]


def span_of(scale: Scale) -> Span:
    """The least and the most points that a scale can give."""
    if scale.choices:
        return min(scale.choices.values()), max(scale.choices.values())
    if scale.yes is not None:
        return min(scale.yes, scale.no), max(scale.yes, scale.no)
    if scale.each is not None:
        ends = [scale.each * end for end in scale.within]
        return min(ends), max(ends)
    return min(scale.points), max(scale.points)


def item_span(item: Item, values: Values) -> Span:
    """The points of an item: both ends are equal when its inputs are known."""
    scales = _scales(item, values)
    ends = [_scale_span(scale, scale.input or item.input, values) for scale in scales]
    return min(low for low, _ in ends), max(high for _, high in ends)


def total_span(items: tuple[Item, ...], values: Values, base: float = 0) -> Span:
    """The points of all items; of each group only the highest counts."""
    groups: dict[str, Span] = {}
    for place, item in enumerate(needed(items, values)):
        low, high = item_span(item, values)
        key = item.group or f"#{place}"
        before = groups.get(key)
        groups[key] = (max(low, before[0]), max(high, before[1])) if before else (low, high)
    return base + sum(low for low, _ in groups.values()), base + sum(high for _, high in groups.values())


def needed(items: tuple[Item, ...], values: Values) -> tuple[Item, ...]:
    """The items that count: without the unknown ones of a group for which what is known is enough."""
    settled = {item.group for item in items if item.enough and item.input in values}
    return tuple(i for i in items if i.group not in settled or i.input in values)


def _scale_span(scale: Scale, input: str, values: Values) -> Span:
    value = values.get(input)
    if value is None or _constant(scale):
        return span_of(scale)
    points = points_of(scale, value)
    return points, points


def _constant(scale: Scale) -> bool:
    return len(scale.points) == 1


def _scales(item: Item, values: Values) -> tuple[Scale, ...]:
    if not item.by:
        return (item,)
    value = values.get(item.by)
    return tuple(item.cases.values()) if value is None else (item.cases[case_of(item, value)],)


def case_of(item: Item, value: Known) -> str:
    """The case that a value of the deciding input chooses."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if item.by_cuts:
        return str(band_of(item.by_cuts, float(value)))  # type: ignore[arg-type]
    return str(value)
