"""Requests as agents send them: all services of the house and the chart as tools."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from openward.domain.agent import ToolFinding, ToolResult
from openward.domain.model import ChatRequest, Message, Tool
from openward.harness.registry import discover

SECTIONS = [
    "demographics", "problems", "allergies", "medications", "laboratory", "vitals", "procedures", "encounters",
    "immunizations", "documents",
]  # fmt: skip
CHART = Tool(
    name="chart", description="Reads a part of the chart.",
    parameters={"type": "object", "properties": {"section": {"enum": SECTIONS}}, "required": ["section"]},
)  # fmt: skip


class Row(NamedTuple):
    id: str
    split: str
    language: str
    expected: str
    request: str
    earlier: str


@cache
def tools():
    """Every service as a tool, and the chart."""
    found = [
        Tool(name=s.id, description=f"{s.card.title.en}: {s.card.intended_use.en}", parameters=_schema(s.reads), talk=s.card.talk)
        for s in discover().values()
        if s.card.kind == "engine"
    ]
    return (*found, CHART)


def _schema(reads):
    return msgspec.json.schema(reads)


def rows():
    with (Path(__file__).parent / "requests.tsv").open(encoding="utf-8") as file:
        return [Row(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def request(*said, language="en", given=tools, **more):
    roles = ["user", "assistant"]
    messages = tuple(Message(role=roles[place % 2], text=text) for place, text in enumerate(said))
    return ChatRequest(messages=messages, tools=given(), language=language, **more)
