"""Pictures of drugs as plain geometry: how they act on each other, doses beside what is usual, times of use."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from openward.domain.code import Concept
from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.domain.proposal import SEVERITIES, Finding
from openward.knowledge.drugs import Drugs, Resolution
from openward.knowledge.tables import remembered
from openward.record.chart import Chart, MedicationEntry

# The web, in the units of its view box: names stand at both sides of a ring, one above the other.
WIDTH: Final = 420
_MIDDLE: Final = WIDTH / 2
_RING: Final = 92
_EDGE: Final = 16.0
_ROW: Final = 29.0
_LEAST_HEIGHT: Final = 120.0
_BEND: Final = 22
_DEEPEST: Final = 1.5
_FAR: Final = 100.0
_LETTERS: Final = 17
_WIDE: Final = 0x2E80
# Bars and times of use, in per cent of their width.
_FULL: Final = 100
_AIR: Final = 1.15
_TODAY: Final = 0.97
_THIN: Final = 0.6
_SHORTEST: Final = timedelta(days=30)
_STEPS: Final = (7, 14, 30, 61, 91, 182, 365, 730, 1826, 3652, 7305)
_TICKS: Final = 5
_YEAR: Final = 365
_PLACES: Final = ("above", "concern", "unsettled", "depends", "high", "below", "within", "not-in-numbers")
_USUAL: Final = "within"
_GRAVE: Final = frozenset({"critical", "high"})
_SHOWN: Final = {"ug": "µg"}
# Twice the same drug is a finding over two orders as well; only findings of this family are interactions.
_INTERACTION: Final = "interaction"


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A drug on the ring, its name in one or two lines; `side` is the anchor of the name."""

    reference: str
    name: str
    lines: tuple[str, ...]
    x: float
    y: float
    side: str
    draft: bool


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A finding over two drugs or more: `paths` from drug to drug, or from each to the point where they meet."""

    finding: Finding
    names: tuple[str, ...]
    paths: tuple[str, ...]
    joint: tuple[float, float] | None
    draft: bool


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """The drugs that act on each other, the worst finding first, and the names of those that no finding joins."""

    height: float
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    apart: tuple[str, ...]


class DoseBar(msgspec.Struct, frozen=True, kw_only=True):
    """One ingredient's dose a day beside what is usual; lengths are in per cent, None is not stated.

    `daily` is that of the new order where it stands beside what is in use, `together` that of both.
    """

    dose: Mapping[str, Any]
    daily: float | None
    together: float | None
    band: tuple[float, float] | None
    most: float | None
    others: tuple[float, ...]
    concern: Finding | None = None

    @property
    def place(self) -> str:
        """How the dose lies; that it is usual for adults is not said of a drug that a grave finding speaks against."""
        said: str = self.dose["place"]
        return "concern" if self.concern is not None and said == _USUAL else said


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A time of use in per cent of the axis."""

    x: float
    width: float
    kind: str
    title: str
    reference: str


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """All times of use of one drug."""

    name: str
    stretches: tuple[Stretch, ...]
    current: bool


class Courses(msgspec.Struct, frozen=True, kw_only=True):
    """Drugs over time, those in use first; `today` and ticks are in per cent."""

    rows: tuple[Course, ...]
    over: tuple[Course, ...]
    ticks: tuple[tuple[float, str], ...]
    today: float
    spans: Mapping[str, tuple[datetime, datetime]]
    axis: "_Axis"


class Overlap(msgspec.Struct, frozen=True):
    """When drugs were used together, with its place on the axis in per cent."""

    x: float
    width: float
    start: datetime
    end: datetime | None


class _Axis(msgspec.Struct, frozen=True):
    start: datetime
    today: datetime

    def x(self, at: datetime) -> float:
        share = (min(max(at, self.start), self.today) - self.start) / (self.today - self.start)
        return round(share * _TODAY * _FULL, 2)


def amount(value: float, unit: str) -> str:
    """A number with its unit as people write it: 2550 mg, 100 µg."""
    return f"{value:.6g} {_SHOWN.get(unit, unit)}"


def web(
    body: Mapping[str, Any], findings: Sequence[Finding], language: str, drafts: Iterable[str] | None = None
) -> Web | None:
    """The web of a review; `drafts` are references of what is only being written, else what came with the request."""
    acting = (f for f in findings if len(f.about) > 1 and (f.code.code or "").startswith(_INTERACTION))
    joined = sorted(acting, key=lambda f: SEVERITIES.index(f.severity))
    if not joined:
        return None
    names = _names(body, joined, language)
    new = {r for r in names if r.startswith("orders[")} if drafts is None else set(drafts)
    order = _in_order(joined)
    rows = (len(order) + 1) // 2
    height = max(_LEAST_HEIGHT, (rows - 1) * _ROW + 2 * _EDGE)
    nodes = tuple(_node(n, reference, (len(order), height), names, new) for n, reference in enumerate(order))
    places = {node.reference: node for node in nodes}
    used: dict[tuple[str, ...], int] = {}
    lines = tuple(_line(finding, places, used) for finding in joined)
    apart = dict.fromkeys(name for reference, name in names.items() if reference not in places)
    return Web(height=height, nodes=nodes, lines=lines, apart=tuple(apart))


def _names(body: Mapping[str, Any], findings: Iterable[Finding], language: str) -> dict[str, str]:
    """What each drug is called: its ingredients in the language, else the words of the record."""
    names: dict[str, str] = {}
    for order in body.get("orders", ()):
        names[order["reference"]] = _called(order["ingredients"], language) or order["drug"]
    held: dict[str, list[str]] = {}
    for dose in body.get("doses", ()):
        for part in dose["given_as"]:
            held.setdefault(part["reference"], []).append(dose["name"])
    names = {reference: " + ".join(dict.fromkeys(found)) for reference, found in held.items()} | names
    for finding in findings:
        for one in finding.evidence:
            if isinstance(one, ChartEvidence) and isinstance(one.value, str) and one.reference in finding.about:
                names.setdefault(one.reference, _called(_resolved(one.value).ids, language) or one.value)
        for reference in finding.about:
            names.setdefault(reference, _quoted(finding, reference, language) or reference)
    return names


def _quoted(finding: Finding, reference: str, language: str) -> str:
    """What a drug is called by the words that were sent: an amended review may not have its order any more."""
    sent = (one for one in finding.evidence if isinstance(one, InputEvidence) and isinstance(one.value, str))
    said = next((str(one.value) for one in sent if one.path.partition(".")[0] == reference), "")
    return _called(_resolved(said).ids, language) or said


def _called(ids: Iterable[str], language: str) -> str:
    found = (known().ingredient(id) for id in ids)
    return " + ".join(one.name(language) for one in found if one)


@remembered(1)
def known() -> Drugs:
    """The names of drugs."""
    return Drugs()


@remembered(4096)
def _resolved(text: str) -> Resolution:
    return known().resolve(Concept(text=text))


def _in_order(findings: Sequence[Finding]) -> list[str]:
    """Drugs of one finding near each other, beginning with the one that most findings name."""
    count: dict[str, int] = {}
    for finding in findings:
        for reference in finding.about:
            count[reference] = count.get(reference, 0) + 1
    order: list[str] = []
    waiting = sorted(count, key=lambda reference: -count[reference])
    while waiting:
        near = [r for f in findings if order and order[-1] in f.about for r in f.about if r in waiting]
        order.append(near[0] if near else waiting[0])
        waiting.remove(order[-1])
    return order


def _node(n: int, reference: str, ring: tuple[int, float], names: Mapping[str, str], drafts: set[str]) -> Node:
    count, height = ring
    half = (count + 1) // 2
    right = n % 2 == 0
    row, rows = n // 2, half if right else count - half
    y = height / 2 + (row - (rows - 1) / 2) * min(_ROW * 1.6, (height - 2 * _EDGE) / max(rows - 1, 1))
    flat = (y - height / 2) / (height / 2)
    x = _MIDDLE + (1 if right else -1) * _RING * max(0.35, (1 - flat * flat) ** 0.5)
    return Node(
        reference=reference, name=names[reference], lines=_lines(names[reference]), x=round(x, 1), y=round(y, 1),
        side="start" if right else "end", draft=reference in drafts,
    )  # fmt: skip


def _lines(name: str) -> tuple[str, ...]:
    """A name in at most two lines; a wide (Chinese) letter takes the room of two."""
    first, rest, room = "", name, float(_LETTERS)
    for n, letter in enumerate(name):
        room -= 2 if ord(letter) >= _WIDE else 1
        if room < 0:
            at = name.rfind(" ", 0, n)
            hyphen = "" if ord(letter) >= _WIDE else "-"
            first, rest = (name[:at], name[at + 1 :]) if at > 0 else (name[: n - 1] + hyphen, name[n - 1 :])
            break
    if not first:
        return (name,)
    most = _LETTERS // 2 if any(ord(letter) >= _WIDE for letter in rest) else _LETTERS
    return (first, rest if len(rest) <= most else f"{rest[: most - 1]}…")


def _line(finding: Finding, places: Mapping[str, Node], used: dict[tuple[str, ...], int]) -> Line:
    nodes = [places[reference] for reference in dict.fromkeys(finding.about)]
    key = tuple(sorted(node.reference for node in nodes))
    turn = used[key] = used.get(key, -1) + 1
    joint = None
    if len(nodes) == 2:  # noqa: PLR2004 - a pair
        paths: tuple[str, ...] = (_path(nodes[0], nodes[1], turn),)
    else:
        x, y = (sum(place) / len(nodes) for place in zip(*((node.x, node.y) for node in nodes), strict=True))
        joint = (round(x + turn * 9, 1), round(y, 1))
        paths = tuple(f"M{node.x:g} {node.y:g}L{joint[0]:g} {joint[1]:g}" for node in nodes)
    return Line(
        finding=finding, names=tuple(node.name for node in nodes), paths=paths, joint=joint,
        draft=any(node.draft for node in nodes),
    )  # fmt: skip


def _path(one: Node, other: Node, turn: int) -> str:
    """A curve towards the middle; what joins the same two drugs again bends further."""
    bend = ((turn + 1) // 2) * _BEND * (1 if turn % 2 else -1)
    x, y = (one.x + other.x) / 2, (one.y + other.y) / 2
    if one.side == other.side:
        x += (_MIDDLE - x) * min(_DEEPEST, abs(one.y - other.y) / _FAR)
    return f"M{one.x:g} {one.y:g}Q{x:g} {y + bend:g} {other.x:g} {other.y:g}"


def dose_bars(body: Mapping[str, Any], findings: Iterable[Finding] = ()) -> list[DoseBar]:
    """The ingredients that the tables give a usual dose of, those out of range or of a grave finding first."""
    held = [dose for dose in body.get("doses", ()) if dose["usual"] and dose["place"] in _PLACES]
    grave = [f for f in findings if f.present == "interrupt" or f.severity in _GRAVE]
    bars = [msgspec.structs.replace(_dose_bar(dose), concern=_concern(dose, grave)) for dose in held]
    return sorted(bars, key=lambda bar: _PLACES.index(bar.place))


def _concern(dose: Mapping[str, Any], grave: Iterable[Finding]) -> Finding | None:
    """The gravest of the findings about an order that the ingredient is given by."""
    given = {part["reference"] for part in dose.get("given_as", ())}
    found = [finding for finding in grave if given & set(finding.about)]
    return min(found, key=lambda finding: SEVERITIES.index(finding.severity), default=None)


def without_bar(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of the ingredients that no bar is drawn of, by the reason why."""
    found: dict[str, list[str]] = {}
    for dose in body.get("doses", ()):
        if not dose["usual"] or dose["place"] not in _PLACES:
            found.setdefault(dose["place"], []).append(dose["name"])
    return found


def _dose_bar(dose: Mapping[str, Any]) -> DoseBar:
    rows = dose["usual"]
    least = [row["low"] for row in rows if row["low"] is not None]
    high = [row["high"] for row in rows if row["high"] is not None]
    most = sorted({row["most"] for row in rows if row["most"] is not None})
    daily, together = (dose["new"] if dose.get("new") is not None else dose["daily"]), dose.get("together")
    greatest: float = max((*high, *most, daily or 0, together or 0)) * _AIR

    def x(value: float) -> float:
        return round(value / greatest * _FULL, 2)

    start = x(min(least)) if least else 0.0
    return DoseBar(
        dose=dose, daily=None if daily is None else x(daily), together=None if together is None else x(together),
        band=(start, max(_THIN, round(x(max(high)) - start, 2))) if high else None,
        most=x(most[-1]) if most else None, others=tuple(x(value) for value in most[:-1]),
    )  # fmt: skip


def courses(chart: Chart, drawn: Callable[[MedicationEntry], bool]) -> Courses | None:
    """Drugs over time, the orders of one drug in one row; None when none has a date."""
    held = [(e, s) for e in chart.medications if drawn(e) and (s := e.period.start or e.authored) is not None]
    if not held:
        return None
    axis = _Axis(min(*(start for _, start in held), chart.as_of - _SHORTEST), chart.as_of)
    rows: dict[object, list[tuple[MedicationEntry, datetime, datetime]]] = {}
    for entry, start in sorted(held, key=lambda one: one[1]):
        end = entry.period.end or (chart.as_of if entry.current and not entry.draft else start)
        ids = known().resolve(entry.concept).ids
        rows.setdefault(ids or entry.concept.name(), []).append((entry, start, max(start, end)))
    drawn_rows = [_course(parts, axis) for parts in rows.values()]
    drawn_rows.sort(key=lambda row: (not row.current, -row.stretches[-1].x))
    return Courses(
        rows=tuple(row for row in drawn_rows if row.current), over=tuple(row for row in drawn_rows if not row.current),
        ticks=tuple(_ticks(axis)), today=_TODAY * _FULL, axis=axis,
        spans={e.source.reference: (start, end) for parts in rows.values() for e, start, end in parts if not e.draft},
    )  # fmt: skip


def _course(parts: Sequence[tuple[MedicationEntry, datetime, datetime]], axis: _Axis) -> Course:
    newest = parts[-1][0]
    return Course(
        name=newest.concept.name() or "?", stretches=tuple(_stretch(*part, axis) for part in parts),
        current=any(e.draft or e.current is not False for e, _, _ in parts),
    )  # fmt: skip


def _stretch(entry: MedicationEntry, start: datetime, end: datetime, axis: _Axis) -> Stretch:
    kind = "draft" if entry.draft else "now" if entry.current else "unknown" if entry.current is None else "over"
    dose = entry.doses[0].text if entry.doses and entry.doses[0].text else ""
    until = "" if entry.current else f" – {end:%Y-%m-%d}"
    x = axis.x(start)
    return Stretch(
        x=x, width=max(_THIN, round(axis.x(end) - x, 2)), kind=kind, reference=entry.source.reference,
        title=f"{entry.concept.name() or '?'} {dose} {start:%Y-%m-%d}{until}",
    )  # fmt: skip


def _ticks(axis: _Axis) -> Iterable[tuple[float, str]]:
    days = (axis.today - axis.start).days
    step = next((s for s in _STEPS if days / s <= _TICKS), _STEPS[-1])
    form = "%Y" if step >= _YEAR else "%Y-%m" if step >= _STEPS[3] else "%m-%d"
    at = axis.today - timedelta(days=step)
    while at > axis.start + timedelta(days=step / 3):
        yield axis.x(at), at.strftime(form)
        at -= timedelta(days=step)


def overlap(drawn: Courses | None, about: Iterable[str]) -> Overlap | None:
    """When all the drugs of a finding were used; None when the record does not show that they were together."""
    spans = [drawn.spans.get(reference) for reference in about] if drawn else []
    known_spans = [span for span in spans if span is not None]
    if drawn is None or not spans or len(known_spans) < len(spans):
        return None
    start, end = max(span[0] for span in known_spans), min(span[1] for span in known_spans)
    if start > end:
        return None
    x = drawn.axis.x(start)
    open_end = end >= drawn.axis.today
    return Overlap(x, max(_THIN, round(drawn.axis.x(end) - x, 2)), start, None if open_end else end)
