"""The body of a proposal for a person: tables and pairs made from its own structure, with names in two languages."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.domain.proposal import Language

_PATH: Final = Path(__file__).parent / "outline.toml"
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?(?:Z|[+-]\d\d:\d\d)?")
_MOST_ROWS: Final = 40
_SHARE: Final = "share"
# What stands for a struct inside a cell: the first of these that it has.
_NAMES: Final = ("name", "text", "verdict", "drug", "analyte_name", "test")


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One table of the body; without `columns` its rows are pairs of name and value; `more` rows are left out."""

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    more: int = 0


class _Words(msgspec.Struct, frozen=True):
    hidden: frozenset[str]
    zh: dict[str, str]
    words: dict[str, tuple[str, str]]


@cache
def _words() -> _Words:
    return msgspec.convert(tomllib.loads(_PATH.read_text(encoding="utf-8")), _Words)


def outline(body: dict[str, Any], language: Language) -> list[Block]:
    """The tables of a body: what is empty or no, a code or a whole resource is left out."""
    plain = {k: v for k, v in body.items() if k not in _words().hidden and _said(v)}
    pairs = tuple(
        (_name(k, language), _cell(k, v, language)) for k, v in plain.items() if not isinstance(v, dict | list)
    )
    blocks = [Block(title="", rows=pairs)] if pairs else []
    for key, value in plain.items():
        if isinstance(value, list):
            blocks.append(_table(key, value, language))
        elif isinstance(value, dict) and "resourceType" not in value:
            blocks += _inside(key, value, language)
    return [block for block in blocks if block.rows]


def _inside(key: str, value: dict[str, Any], language: Language) -> list[Block]:
    """The blocks of a struct in the body, the first under its name."""
    blocks = outline(value, language)
    return [msgspec.structs.replace(b, title=b.title or _name(key, language)) for b in blocks]


def _table(key: str, items: list[Any], language: Language) -> Block:
    title, more = _name(key, language), max(0, len(items) - _MOST_ROWS)
    shown = items[:_MOST_ROWS]
    if not all(isinstance(item, dict) for item in shown):
        return Block(title=title, rows=tuple(("·", _cell(key, item, language)) for item in shown), more=more)
    hidden = _words().hidden
    columns = [c for c in dict.fromkeys(k for item in shown for k in item) if c not in hidden]
    columns = [c for c in columns if any(_said(item.get(c)) for item in shown)]
    if not columns:
        return Block(title=title)
    return Block(
        title=title, columns=tuple(_name(c, language) for c in columns),
        rows=tuple(tuple(_cell(c, item.get(c), language) for c in columns) for item in shown), more=more,
    )  # fmt: skip


def _said(value: Any) -> bool:
    return value is not None and value is not False and value not in ("", [], {})


def _name(key: str, language: Language) -> str:
    found = _words().words.get(key)
    return key.replace("_", " ").capitalize() if found is None else found[language == "zh"]


def _cell(key: str, value: Any, language: Language) -> str:
    if isinstance(value, list):
        return ("、" if language == "zh" else ", ").join(_cell(key, item, language) for item in value)
    if isinstance(value, dict):
        return next((str(value[name]) for name in _NAMES if value.get(name)), "")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.0%}" if key == _SHARE else f"{value:.6g}"
    words = {None: "", False: "", True: "yes"}.get(value, str(value))
    if moment := _MOMENT.fullmatch(words):
        return f"{moment[1]} {moment[2]}"
    return _words().zh.get(words, words) if language == "zh" else words
