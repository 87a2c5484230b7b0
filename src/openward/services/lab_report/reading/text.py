"""A report as pasted text, English or Chinese."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from openward.services.lab_report.reading.bounds import MAX_LINE, parted, text_of
from openward.services.lab_report.reading.heading import is_about, is_titles, notes_in, person_in, section_of, taken_at
from openward.services.lab_report.reading.line import is_known, results_in
from openward.services.lab_report.reading.moments import DATE, moment_in
from openward.services.lab_report.result import Panel, Result, Unread

_LINES: Final = re.compile(r"\r\n|\r|\n|\f|\v|\u2028|\u2029")
_RULE: Final = re.compile(r"^[\W_]*$")


class State(msgspec.Struct):
    """What the lines so far say of those that follow."""

    specimen: str | None = None
    taken: datetime | None = None


def read_text(report: str | bytes) -> Panel:
    """The results of a report as text; every line that is not understood comes back as `Unread`.

    Raises:
        InputError: the report is too long, or it is no text.
    """
    text = text_of(report)
    return panel_of(text, ((f"line {number}", line) for number, line in enumerate(_LINES.split(text), 1)))


def panel_of(text: str, lines: Iterator[tuple[str, str]]) -> Panel:
    """The results of lines with their places; `text` is the whole, from which the person is read."""
    results, unread = parted(_read(lines))
    return Panel(results=results, unread=unread, person=person_in(text[:20_000]), notes=notes_in(text))


def _read(lines: Iterator[tuple[str, str]]) -> Iterator[Result | Unread]:
    state = State()
    for place, line in lines:
        if _RULE.match(line) or is_titles(line):
            continue
        if len(line) > MAX_LINE:
            yield Unread(place, f"the line is longer than {MAX_LINE} characters")
            continue
        yield from _line(place, line.strip(), state)


def _line(place: str, line: str, state: State) -> Iterator[Result | Unread]:
    moment, rest = _dated(line)
    results = list(results_in(rest, place, state.specimen))
    about = is_about(line)
    if about or taken_at(line):
        results = [r for r in results if is_known(r.name)]
    if not results:
        understood = _heading(line, state) or about or not rest
        if not understood:
            yield Unread(place, "no name and value of a test were recognised")
        return
    taken = moment or state.taken
    for result in results:
        yield msgspec.structs.replace(result, taken=taken) if taken else result


def _heading(line: str, state: State) -> bool:
    """Whether the line is a heading; what it says is kept for the lines below."""
    when = taken_at(line)
    if when is not None:
        state.taken = moment_in(when)
    section = section_of(line)
    if section.known:
        state.specimen = section.specimen
    return section.known or when is not None


def _dated(line: str) -> tuple[datetime | None, str]:
    """The date that a line begins with, and the line behind it."""
    found = DATE.match(line)
    if found is None:
        return None, line
    return moment_in(found.group()), line[found.end() :].strip(" \t:：,，")
