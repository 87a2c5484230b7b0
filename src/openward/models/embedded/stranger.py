"""Hints for a tool that brings none: the words of its name and description, and the field that takes text."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import msgspec

from openward.domain.guide import Asking, Talk
from openward.domain.model import Tool
from openward.domain.text import Text

_WORD: Final = re.compile(r"[a-z]{5,}|[a-z]{2,}\d+|[\u4e00-\u9fff]{2,}")
_EMPTY: Final = frozenset(
    [
        "about",
        "above",
        "after",
        "again",
        "against",
        "among",
        "their",
        "there",
        "these",
        "those",
        "which",
        "while",
        "where",
        "other",
        "every",
        "under",
        "being",
        "could",
        "would",
        "should",
        "patient",
        "patients",
        "clinician",
        "clinical",
        "hospital",
        "service",
        "services",
        "result",
        "results",
        "report",
        "record",
        "records",
        "takes",
        "gives",
        "given",
        "makes",
        "using",
        "reads",
        "returns",
        "input",
        "output",
        "tools",
        "value",
        "values",
        "number",
        "from",
        "with",
        "into",
        "that",
        "this",
        "have",
        "decides",
        "interprets",
        "person",
        "people",
        "text",
        "words",
        "source",
        "sources",
    ]
)
_TEXTS: Final = (
    "text",
    "question",
    "query",
    "note",
    "complaint",
    "message",
    "document",
    "dialogue",
    "input",
    "prompt",
    "content",
    "body",
)
_MOST: Final = 24
_PAIR: Final = 2
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def talk_of(tool: Tool) -> Talk:
    """Hints made of what a tool says of itself; two of its words together ask for it, its name alone does."""
    return _made(tool.name, tool.description, _encode(tool.parameters))


@lru_cache(maxsize=256)
def _made(name: str, description: str, parameters: bytes) -> Talk:
    schema = outer(msgspec.json.decode(parameters))
    called = " ".join(re.split(r"[-_.\s]+", name.lower())).strip()
    english = [word for word in _words(description) if word.isascii()]
    chinese = [pair for word in _words(description) if not word.isascii() for pair in _pairs(word)]
    fields = schema.get("properties", {})
    text = next(_fields(fields, schema.get("required", ())), "")
    wanting = [
        field for field in schema.get("required", ()) if field != text and "default" not in fields.get(field, {})
    ]
    pairs = [f"{one} + {other}" for at, one in enumerate(english) for other in english[at + 1 :]]
    return Talk(
        en=(called,) if called else (),
        weak_en=tuple(pairs),
        weak_zh=tuple(chinese[: _MOST * 4]),
        takes={text: "orders" if fields[text].get("type") == "array" else "text"} if text else {},
        asks=tuple(Asking(field=field, question=_question(field)) for field in wanting),
    )  # fmt: skip


def _question(field: str) -> Text:
    return Text(f"What is the {field.replace('_', ' ')}?", f"请提供：{field}。")


def outer(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of the arguments themselves, where it stands behind a reference."""
    found = schema.get("$defs", {}).get(str(schema.get("$ref", "")).rpartition("/")[2])
    return found if isinstance(found, dict) else schema


def _words(description: str) -> list[str]:
    found = dict.fromkeys(_WORD.findall(description.lower()))
    return [word for word in found if word not in _EMPTY][:_MOST]


def _pairs(word: str) -> Iterator[str]:
    """Four characters say enough; a longer run is cut into overlapping ones."""
    size = 2 * _PAIR
    if len(word) <= size:
        yield word
    else:
        yield from (word[at : at + size] for at in range(len(word) - size + 1))


def _fields(fields: dict[str, Any], required: Any) -> Iterator[str]:
    """Fields that take text, the likeliest first."""
    takes = [name for name, schema in fields.items() if _takes_text(schema)]
    yield from (name for name in _TEXTS if name in takes)
    yield from (name for name in takes if name in required)
    yield from (name for name in fields if name == "orders" and name not in takes)
    yield from takes


def _takes_text(schema: dict[str, Any]) -> bool:
    types = [schema.get("type"), *(one.get("type") for one in schema.get("anyOf", ()) if isinstance(one, dict))]
    return "string" in types and "enum" not in schema and "const" not in schema
