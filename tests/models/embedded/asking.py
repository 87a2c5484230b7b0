"""Requests as agents send them: all services of the house and the chart as tools."""

import csv
import importlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from openward.domain.model import ChatRequest, Message, Tool
from openward.harness.service import load_card

SERVICES = Path(__file__).parents[3] / "src" / "openward" / "services"

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
    folders = sorted(path.parent for path in SERVICES.glob("*/card.toml"))
    return (*(_tool(folder) for folder in folders), CHART)


def _tool(folder):
    card = load_card(folder)
    reads = importlib.import_module(f"openward.services.{folder.name}.reads").Reads
    described = f"{card.title.en}: {card.intended_use.en}"
    return Tool(name=card.id, description=described, parameters=msgspec.json.schema(reads), talk=card.talk)


def rows():
    with (Path(__file__).parent / "requests.tsv").open(encoding="utf-8") as file:
        return [Row(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def request(*said, language="en", given=tools, **more):
    roles = ["user", "assistant"]
    messages = tuple(Message(role=roles[place % 2], text=text) for place, text in enumerate(said))
    return ChatRequest(messages=messages, tools=given(), language=language, **more)
