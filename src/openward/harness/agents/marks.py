"""Marks in an answer (`[2]`, `[2.1]`): which call, or which finding of it, a sentence stands on."""

import re
from typing import Final

import msgspec

_MARK: Final = re.compile(r"[ \t]*[\[【]\s*(\d{1,3}(?:\.\d{1,3})?(?:\s*[,;，、]\s*\d{1,3}(?:\.\d{1,3})?)*)\s*[\]】]")
_ONE: Final = re.compile(r"\d{1,3}(?:\.\d{1,3})?")


class Mark(msgspec.Struct, frozen=True):
    """A mark and where it stood in the text without marks; `leads` says that it stood at the beginning of a line."""

    name: str
    at: int
    leads: bool = False


class Unmarked(msgspec.Struct, frozen=True):
    """A text without its marks, the marks, and which spans of the marked text were cut out."""

    text: str
    marks: tuple[Mark, ...]
    cuts: tuple[tuple[int, int], ...]

    def place(self, marked: int) -> int:
        """Where a place of the marked text is in this one."""
        return marked - sum(min(end, marked) - start for start, end in self.cuts if start < marked)


def unmarked(text: str) -> Unmarked:
    """Takes the marks out of a text."""
    out: list[str] = []
    marks: list[Mark] = []
    cuts: list[tuple[int, int]] = []
    last = length = 0
    for match in _MARK.finditer(text):
        out.append(text[last : match.start()])
        length += match.start() - last
        leads = match.start() == 0 or text[match.start() - 1] == "\n"
        marks += [Mark(one, length, leads) for one in _ONE.findall(match.group(1))]
        cuts.append(match.span())
        last = match.end()
    out.append(text[last:])
    return Unmarked("".join(out), tuple(marks), tuple(cuts))
