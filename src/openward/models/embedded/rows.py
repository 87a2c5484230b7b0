"""Rows of the chart as lines: what matters now first, each with the mark of its section."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.domain.agent import ToolResult
from openward.domain.proposal import Language
from openward.knowledge.analytes import analytes
from openward.language.words import normal, words
from openward.models.embedded import lines
from openward.models.embedded.lines import Line, cited

FORM: Final = "{what}<: {value}>< {unit}>< ({interval})><, {status}><, {date}>"
_LATER: Final = frozenset({"not current", "inactive", "resolved", "remission", "completed", "stopped", "refuted"})
_PAIR: Final = 2
_CODED: Final = frozenset({"what", "value", "status"})
_ORIGINAL: Final = "原文："  # a dose that is told in Chinese has the words of the record behind this
_YEARS: Final = "a"  # an age is told without its unit


def rows_of(
    result: ToolResult,
    form: str | None = None,
    only: Mapping[str, tuple[Any, ...]] | None = None,
    *,
    newest: bool = False,
    language: Language = "en",
) -> Iterator[Line]:
    """The rows of a section; a section without any says in its summary whether there are none or nobody wrote any."""
    found = rows(result)
    if not found:
        yield Line(cited(result.summary, result.mark))
    kept = [row for row in found if all(_has(row.get(name), values) for name, values in (only or {}).items())]
    for row in sorted(newest_of(kept) if newest else kept, key=_is_over):
        if told := lines.filled(form or FORM, in_words(row, language)):
            yield Line(lines.headed(told, result.mark) if form and "\n" in form else cited(told, result.mark))


def in_words(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """A row with words for its codes; a code is a whole field, or stands between semicolons."""
    known = _codes()[language]
    told = {name: _worded(value, known) if name in _CODED else value for name, value in row.items()}
    return told | ({"unit": None} if row.get("unit") == _YEARS else {})


def _worded(value: Any, known: Mapping[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    return "; ".join(known.get(word.strip(), word.strip()) for word in value.split(";"))


@cache
def _codes() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "codes.toml").read_text(encoding="utf-8"))


def newest_of(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of several rows of one name the newest that has a value; rows come newest first."""
    first: dict[Any, dict[str, Any]] = {}
    for row in held:
        if row.get("value") is not None:
            first.setdefault(row.get("what"), row)
    return list(first.values())


def rows(result: ToolResult) -> list[dict[str, Any]]:
    """The rows of a section of the chart."""
    body = result.body if isinstance(result.body, dict) else {}
    return [row for row in body.get("rows", ()) if isinstance(row, dict)]


def _is_over(row: Mapping[str, Any]) -> bool:
    """Whether an entry is over: those go last, the others stay in their order."""
    return not _LATER.isdisjoint(word.strip() for word in str(row.get("status", "")).split(";"))


def _has(value: Any, values: tuple[Any, ...]) -> bool:
    said = [word.strip() for word in value.split(";")] if isinstance(value, str) else [value]
    return any(one in values for one in said)


def narrowed(result: ToolResult, text: str) -> ToolResult:
    """A section with the rows that a request names; where it names none, what is so now, and the newest of each."""
    held = rows(result)
    found = [row for row in held if _named(str(row.get("what", "")), text)]
    found = [row for row in found if row.get("value") is not None] or found
    if not found and _measures(result):
        found = newest_of(held)
    found = found or [row for row in held if not _is_over(row)]
    if not _measures(result):
        found = _each_once(found)
    body = result.body if isinstance(result.body, dict) else {}
    return msgspec.structs.replace(result, body={**body, "rows": found}) if found else result


def _each_once(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that say the same but for their date (an order, and each time that it was given) once, the fullest."""
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in held:
        said = str(row.get("value") or "")
        key = (row.get("what"), said.partition(_ORIGINAL)[2] or said, row.get("unit"), row.get("status"))
        if key not in first or len(said) > len(str(first[key].get("value") or "")):
            first[key] = row
    return list(first.values())


def _measures(result: ToolResult) -> bool:
    return isinstance(result.body, dict) and result.body.get("section") in {"laboratory", "vitals"}


def _named(what: str, text: str) -> bool:
    """Whether a request names a row: by its words, by another name, or by what it belongs to (the kidneys)."""
    plain = normal(text).lower()
    analyte = analytes().find(name=what)
    called = {what, *((analyte.name_en, analyte.name_zh, *analyte.words) if analyte else ())}
    own = {normal(what).lower(), analyte.name_en.lower() if analyte else ""}
    called |= {word for group, words in house_rows().items() if not own.isdisjoint(group) for word in words}
    ends = [" ".join(words(what)[-_PAIR:])] if len(words(what)) > _PAIR else []
    said = f" {' '.join(words(plain))} "
    return any(_stands(normal(name).lower(), plain, said) for name in (*called, *ends))


def _stands(name: str, plain: str, said: str) -> bool:
    if len(name) < _PAIR:
        return False
    return f" {' '.join(words(name))} " in said if name.isascii() else name in plain


@cache
def house_rows() -> dict[frozenset[str], tuple[str, ...]]:
    """Names of rows, as records have them, and other words that ask for them."""
    data = tomllib.loads((Path(__file__).parent / "rows.toml").read_text(encoding="utf-8"))
    return {frozenset(one["rows"]): tuple(one["words"]) for one in data["asked"]}
