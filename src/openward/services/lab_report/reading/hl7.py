"""An HL7 version 2 message with results (ORU^R01; HL7 v2.5.1, chapters 2 and 7).

The reader is our own: it needs five segments, bounded and with the place of each line, and the package of that name on
PyPI has not been kept since 2022.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from openward.domain.code import LOINC
from openward.domain.errors import InputError
from openward.services.lab_report.reading.bounds import parted, text_of
from openward.services.lab_report.reading.moments import days_between, hl7_moment
from openward.services.lab_report.reading.values import Limits, Value, cell_value, limits_of
from openward.services.lab_report.result import Comparator, Panel, Person, Result, Sex, Unread

_SYSTEMS: Final = {"LN": LOINC, "LNC": LOINC, "LOINC": LOINC}
_STATUS: Final = {"F": "final", "P": "preliminary", "C": "corrected", "A": "amended", "R": "registered", "U": "final",
                  "S": "preliminary", "I": "registered"}  # fmt: skip
_VOID: Final = {"X": "the result cannot be obtained", "D": "the result was deleted",
                "W": "the result was posted in error", "N": "the test was not asked for"}  # fmt: skip
_NUMERIC: Final = frozenset({"NM", "SN"})
_WORDED: Final = frozenset({"ST", "TX", "FT", "CE", "CWE", "CNE", "IS", "ID", "DT", "TM", "TS", "DTM", "CF", "", "NA"})
_SEXES: Final[dict[str, Sex]] = {"M": "male", "F": "female"}
_SIGNS: Final[dict[str, Comparator]] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SEGMENT: Final = re.compile(r"^[A-Z][A-Z0-9]{2}")
_KEPT: Final = frozenset({"MSH", "PID", "PV1", "PV2", "ORC", "OBR", "OBX", "NTE", "SPM", "SFT", "PD1", "TQ1", "TQ2",
"NK1",
                          "CTD", "FT1", "CTI", "DSC", "BHS", "FHS", "BTS", "FTS", "UAC", "ARV", "PRT"})  # fmt: skip


class Delimiters(msgspec.Struct, frozen=True):
    """The characters that a message separates its parts with."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


class State(msgspec.Struct):
    """What the segments so far say of those that follow."""

    marks: Delimiters
    taken: datetime | None = None
    specimen: str | None = None
    birth: str | None = None
    person: Person = Person()


class Segment:
    """One segment: its fields by number, repetitions and components unescaped."""

    def __init__(self, line: str, place: str, marks: Delimiters) -> None:
        self.place = place
        self.marks = marks
        self.name = line[:3]
        self.fields = line.split(marks.field)

    def field(self, number: int) -> str:
        """A whole field, as sent."""
        return self.fields[number] if number < len(self.fields) else ""

    def repeats(self, number: int) -> list[str]:
        """The repetitions of a field."""
        return self.field(number).split(self.marks.repetition)

    def parts(self, number: int) -> list[str]:
        """The components of the first repetition of a field, unescaped."""
        return [self.text(part) for part in self.repeats(number)[0].split(self.marks.component)]

    def part(self, number: int, component: int = 1) -> str:
        """One component of a field, unescaped."""
        parts = self.parts(number)
        return parts[component - 1] if component <= len(parts) else ""

    def text(self, raw: str) -> str:
        """A text with its escapes undone (chapter 2.7)."""
        if self.marks.escape not in raw:
            return raw.strip()
        esc = re.escape(self.marks.escape)
        return re.sub(f"{esc}([^{esc}]{{0,80}}){esc}", self._escape, raw).strip()

    def _escape(self, found: re.Match[str]) -> str:
        code = found[1]
        plain = {"F": self.marks.field, "S": self.marks.component, "T": self.marks.subcomponent,
                 "R": self.marks.repetition, "E": self.marks.escape}  # fmt: skip
        if code in plain:
            return plain[code]
        if code.startswith((".br", ".sp")):
            return "\n"
        if code.startswith("X"):
            try:
                return bytes.fromhex(code[1:]).decode("latin-1")
            except ValueError:
                return ""
        return ""


def read_hl7(message: str | bytes) -> Panel:
    """The results of an HL7 v2 message, or of several one after the other.

    Raises:
        InputError: it is too long, it is no text, or it is no HL7 v2 message.
    """
    text = text_of(message).strip("\x0b\x1c \r\n\t")
    if not text.startswith("MSH") or len(text) < 8:  # noqa: PLR2004 - MSH and its five delimiters
        raise InputError("hl7: the message does not begin with an MSH segment; send an ORU^R01 message")
    state = State(_delimiters(text))
    results, unread = parted(_read(re.split(r"[\r\n]+", text), state))
    age = days_between(state.birth, state.taken)
    return Panel(results=results, unread=unread, person=msgspec.structs.replace(state.person, age_days=age))


def _delimiters(text: str) -> Delimiters:
    found = (text[3:8] + "|^~\\&"[len(text[3:8]) :])[:5]
    if len(set(found)) != len(found) or any(c.isalnum() or c.isspace() for c in found):
        raise InputError("hl7: MSH-1 and MSH-2 do not name five different delimiters such as |^~\\&")
    return Delimiters(*found)


def _read(lines: list[str], state: State) -> Iterator[Result | Unread]:
    pending: Result | None = None
    for number, line in enumerate((raw.strip("\x0b\x1c") for raw in lines), 1):
        if not line.strip():
            continue
        segment = Segment(line, f"segment {number}", state.marks)
        if segment.name == "NTE" and pending is not None:
            pending = _noted(pending, segment)
            continue
        if pending is not None:
            yield pending
            pending = None
        found = _segment(segment, state)
        if isinstance(found, Result):
            pending = found
        elif found is not None:
            yield found
    if pending is not None:
        yield pending


def _segment(segment: Segment, state: State) -> Result | Unread | None:
    match segment.name:
        case "PID":
            state.birth = _birth(segment.part(7))
            state.person = Person(sex=_SEXES.get(segment.part(8).upper()))
        case "OBR":
            state.taken = hl7_moment(segment.part(7))
            state.specimen = segment.part(15, 1).partition(state.marks.subcomponent)[0] or None
        case "SPM":
            state.specimen = segment.part(4, 2) or segment.part(4) or state.specimen
            state.taken = hl7_moment(segment.part(17)) or state.taken
        case "OBX":
            return _observation(segment, state)
        case name if name not in _KEPT:
            known = "a segment that this reader does not use" if _SEGMENT.match(name) else "no segment of HL7 v2"
            return Unread(segment.place, known)
    return None


def _birth(text: str) -> str | None:
    day = hl7_moment(text[:8])
    return day.date().isoformat() if day else None


def _observation(segment: Segment, state: State) -> Result | Unread:
    place = f"OBX {segment.part(1) or '?'} ({segment.place})"
    status = segment.part(11)
    if status in _VOID:
        return Unread(place, _VOID[status])
    name, code, system = _identity(segment)
    if not name:
        return Unread(place, "OBX-3 names no test")
    kind = segment.part(2).upper()
    if kind not in _NUMERIC and kind not in _WORDED:
        return Unread(place, "OBX-2 is a type that holds no result in words or numbers")
    value, flag, rest = _value(segment, kind)
    if value.value is None and not value.text:
        return Unread(place, "OBX-5 holds no result")
    limits = limits_of(segment.text(segment.field(7))) or Limits()
    return Result(
        name=name, place=place, code=code, system=system,
        value=value.value, comparator=value.comparator, text=value.text,
        unit=_unit(segment) or rest or None,
        low=limits.low, high=limits.high, interval_text=limits.text,
        flag=segment.part(8) or flag,
        taken=hl7_moment(segment.part(14)) or state.taken,
        specimen=state.specimen,
        status=_STATUS.get(status),
    )  # fmt: skip


def _identity(segment: Segment) -> tuple[str, str | None, str | None]:
    """Name, code and system of OBX-3; of two codings the one of LOINC."""
    parts = [*segment.parts(3), "", "", "", "", "", ""]
    codings = [(parts[0], parts[1], parts[2]), (parts[3], parts[4], parts[5])]
    chosen = next((c for c in codings if c[2].upper() in _SYSTEMS), codings[0])
    name = codings[0][1] or codings[1][1] or parts[8 if len(parts) > 8 else 1] or chosen[0]  # noqa: PLR2004 - CWE.9
    return name, chosen[0] or None, _SYSTEMS.get(chosen[2].upper()) or (chosen[2] or None)


def _unit(segment: Segment) -> str | None:
    """OBX-6: its code where that is UCUM, else as it reads."""
    parts = segment.parts(6)
    return parts[0] or (parts[1] if len(parts) > 1 else "") or None


def _value(segment: Segment, kind: str) -> tuple[Value, str | None, str]:
    if kind == "SN":
        return _structured(segment), None, ""
    if kind in {"CE", "CWE", "CNE", "CF"}:
        words = [_coded(segment, repeat) for repeat in segment.repeats(5)]
        return Value(text="; ".join(w for w in words if w) or None), None, ""
    words = [segment.text(repeat) for repeat in segment.repeats(5)]
    if kind == "FT" or (kind == "TX" and len(words) > 1):
        return Value(text="\n".join(w for w in words if w) or None), None, ""
    return cell_value("; ".join(w for w in words if w))


def _coded(segment: Segment, repeat: str) -> str:
    parts = [segment.text(p) for p in repeat.split(segment.marks.component)]
    return (parts[1] if len(parts) > 1 else "") or parts[0]


def _structured(segment: Segment) -> Value:
    """SN: comparator ^ number ^ separator ^ number (chapter 2A.3.70)."""
    parts = [*segment.parts(5), "", "", ""][:4]
    sign, first, separator, second = parts
    words = "".join(parts)
    plain, _, rest = cell_value(first)
    if plain.value is None or plain.comparator or rest:
        return Value(text=words or None)
    if separator or second or (sign and sign not in _SIGNS):
        return Value(text=words)
    return Value(plain.value, _SIGNS.get(sign))


def _noted(result: Result, segment: Segment) -> Result:
    words = "\n".join(w for w in (segment.text(r) for r in segment.repeats(3)) if w)
    joined = "\n".join(w for w in (result.comment, words) if w)
    return msgspec.structs.replace(result, comment=joined or None)
