"""Rows of the chart as lines: what matters now first, each with the mark of its section."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from openward.domain.agent import ToolResult
from openward.knowledge.analytes import analytes
from openward.language.words import normal, words
from openward.models.embedded import lines
from openward.models.embedded.lines import Line, cited

FORM: Final = "{what}<: {value}>< {unit}>< ({interval})><, {status}><, {date}>"
_LATER: Final = frozenset({"not current", "inactive", "resolved", "remission", "completed", "stopped", "refuted"})
_SHORTEST: Final = 2


def rows_of(result: ToolResult, form: str | None = None, only: Mapping[str, tuple[Any, ...]] | None = None) -> Iterator[Line]:
    """The rows of a section; a section without any says in its summary whether there are none or nobody wrote any."""
    rows = rows(result)
    if not rows:
        yield Line(cited(result.summary, result.mark))
    kept = [row for row in rows if all(_has(row.get(name), values) for name, values in (only or {}).items())]
    for row in sorted(kept, key=_is_later):
        if told := lines.filled(form or FORM, row):
            yield Line(cited(told, result.mark))


def rows(result: ToolResult) -> list[dict[str, Any]]:
    """The rows of a section of the chart."""
    body = result.body if isinstance(result.body, dict) else {}
    return [row for row in body.get("rows", ()) if isinstance(row, dict)]


def _is_later(row: Mapping[str, Any]) -> bool:
    """Whether an entry is over: those go last, the others stay in their order."""
    return not _LATER.isdisjoint(word.strip() for word in str(row.get("status", "")).split(";"))


def _has(value: Any, values: tuple[Any, ...]) -> bool:
    said = [word.strip() for word in value.split(";")] if isinstance(value, str) else [value]
    return any(one in values for one in said)


def asked(result: ToolResult, text: str) -> ToolResult:
    """A section with only the rows that a request names, where it names some."""
    import msgspec

    plain = normal(text).lower()
    found = [row for row in rows(result) if _named(str(row.get("what", "")), plain)]
    return msgspec.structs.replace(result, body={**result.body, "rows": found}) if found else result


def _named(what: str, plain: str) -> bool:
    analyte = analytes().find(name=what)
    called = (what, *((analyte.name_en, analyte.name_zh, *analyte.words) if analyte else ()))
    said = f" {' '.join(words(plain))} "
    return any(_stands(normal(name).lower(), plain, said) for name in called)


def _stands(name: str, plain: str, said: str) -> bool:
    if len(name) < _SHORTEST:
        return False
    return f" {' '.join(words(name))} " in said if name.isascii() else name in plain
