"""The body of a proposal for a person: tables and pairs made from its own structure, with names in two languages."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.domain.share import fits, percent
from openward.domain.text import Text

_PATH: Final = Path(__file__).parent / "outline.toml"
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?(?:Z|[+-]\d\d:\d\d)?")
_MOST_ROWS: Final = 40
_SHARE: Final = "share"
_SHARES: Final = Text(
    "{fits} (share of the weights {percent}, no probability)", "{fits}（权重占比 {percent}，并非概率）"
)
_DAYS: Final = "days"
_IDS: Final = ("id", "finding")
_UNITS: Final = frozenset({"unit", "harmonised_unit"})
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
    return _Outliner(language, dict(_named(body))).blocks(body)


def name_of(key: str, language: Language) -> str:
    """What a field is called for a person."""
    found = _words().words.get(key)
    return key.replace("_", " ").capitalize() if found is None else found[language == "zh"]


def is_hidden(key: str) -> bool:
    """Whether a field is left to the JSON: a code, a place, a whole resource."""
    return key in _words().hidden


def said_of(word: str, language: Language) -> str:
    """A set word that stands as a value, in a language."""
    return _words().zh.get(word, word) if language == "zh" else word


def title_of(item: dict[str, Any]) -> str:
    """What a struct is called in one cell, empty when it has no name."""
    return next((str(item[name]) for name in _NAMES if item.get(name)), "")


def _named(value: Any) -> Iterator[tuple[str, str]]:
    """The names of what has an id, so that an id elsewhere in the body can be shown by its name."""
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, dict):
        for key in _IDS:
            if isinstance(value.get(key), str) and isinstance(value.get("name"), str):
                yield value[key], value["name"]
        for item in value.values():
            yield from _named(item)


@dataclass(frozen=True)
class _Outliner:
    """Makes the tables of one body in one language; `names` are those of its ids."""

    language: Language
    names: dict[str, str]

    def blocks(self, body: dict[str, Any]) -> list[Block]:
        """The tables of a body, or of a struct in it."""
        plain = {k: v for k, v in body.items() if k not in _words().hidden and _said(v)}
        single = {k: v for k, v in plain.items() if not isinstance(v, dict | list)}
        pairs = tuple((self._name(k), self._cell(k, v)) for k, v in single.items())
        found = [Block(title="", rows=pairs)] if pairs else []
        for key, value in plain.items():
            if isinstance(value, list):
                found.append(self._table(key, value))
            elif isinstance(value, dict) and "resourceType" not in value:
                inside = self.blocks(value)
                found += [msgspec.structs.replace(b, title=b.title or self._name(key)) for b in inside]
        return [block for block in found if block.rows]

    def _table(self, key: str, items: list[Any]) -> Block:
        title, more = self._name(key), max(0, len(items) - _MOST_ROWS)
        shown = items[:_MOST_ROWS]
        if not all(isinstance(item, dict) for item in shown):
            return Block(title=title, rows=tuple(("·", self._cell(key, item)) for item in shown), more=more)
        columns = [c for c in dict.fromkeys(k for item in shown for k in item) if c not in _words().hidden]
        columns = [c for c in columns if any(_said(item.get(c)) for item in shown)]
        if not columns:
            return Block(title=title)
        return Block(
            title=title, columns=tuple(self._name(c) for c in columns),
            rows=tuple(tuple(self._cell(c, item.get(c)) for c in columns) for item in shown), more=more,
        )  # fmt: skip

    def _name(self, key: str) -> str:
        return name_of(key, self.language)

    def _cell(self, key: str, value: Any) -> str:
        if isinstance(value, list):
            return ("、" if self.language == "zh" else ", ").join(self._cell(key, item) for item in value)
        if isinstance(value, dict):
            return title_of(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _number(key, value, self.language)
        if key in _UNITS and isinstance(value, str):
            return written(value, self.language)
        words = {None: "", False: "", True: "yes"}.get(value, str(value))
        if moment := _MOMENT.fullmatch(words):
            return f"{moment[1]} {moment[2]}"
        words = self.names.get(words, words)
        return said_of(words, self.language)


def _number(key: str, value: float, language: Language) -> str:
    if key == _SHARE:
        return _SHARES.in_(language).format(fits=fits(value, language), percent=percent(value))
    return f"{value:.2g}" if key == _DAYS else f"{value:.6g}"


def _said(value: Any) -> bool:
    return value is not None and value is not False and value not in ("", [], {})
