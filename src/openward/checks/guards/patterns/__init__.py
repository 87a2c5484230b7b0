"""Patterns of the guards, as text files beside this module: one a line, by kind, so that they can be read and reviewed.

`kind<TAB>pattern` adds an alternative to a kind, `NAME = pattern` names a piece that `{NAME}` stands for in later
lines, and `#` begins a comment.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

_PIECE: Final = re.compile(r"([A-Z_]+) = (.+)")


@cache
def patterns(name: str) -> dict[str, re.Pattern[str]]:
    """The patterns of a file by kind, all alternatives of a kind as one."""
    pieces: dict[str, str] = {}
    kinds: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        piece = _PIECE.fullmatch(line)
        kind, tab, pattern = line.partition("\t")
        if piece:
            pieces[piece[1]] = _whole(piece[2], pieces)
        elif tab and not line.startswith("#"):
            kinds.setdefault(kind, []).append(f"(?:{_whole(pattern, pieces)})")
    return {kind: re.compile("|".join(found), re.MULTILINE | re.IGNORECASE) for kind, found in kinds.items()}


def matching(name: str, text: str) -> list[tuple[str, re.Match[str]]]:
    """Every match of every pattern of a file, with its kind."""
    return [(kind, match) for kind, pattern in patterns(name).items() for match in pattern.finditer(text)]


def _whole(pattern: str, pieces: dict[str, str]) -> str:
    for name, piece in pieces.items():
        pattern = pattern.replace(f"{{{name}}}", piece)
    return pattern
