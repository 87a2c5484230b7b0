"""The formats of notes: which sections, in which order, what each takes in."""

from typing import Final

import msgspec

from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.tables import Row
from openward.services.clinical_note.reads import Reads, Style

TABLE: Final = "note_formats"
_TITLES: Final = {
    "soap": Text("SOAP note", "门诊病历（SOAP）"),
    "admission": Text("Admission note", "入院记录"),
    "progress_first": Text("First course note", "首次病程记录"),
    "progress": Text("Progress note", "病程记录"),
    "discharge": Text("Discharge summary", "出院记录"),
    "referral": Text("Referral letter", "转诊信"),
    "handover": Text("Handover (I-PASS)", "交班记录"),
}


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One section of a format; `ask` is what to ask for when it is empty and required."""

    id: str
    row: Row
    name: Text
    topics: tuple[str, ...]
    required: bool
    ask: Text


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """A format in one style."""

    id: str
    style: Style
    title: Text
    parts: tuple[Part, ...]


def layout_of(reads: Reads, language: Language) -> Layout:
    """The sections of the note that is wanted."""
    style: Style = reads.style or ("cn" if language == "zh" else "international")
    id: str = reads.format
    if id == "progress" and reads.course == "first" and style == "cn":
        id = "progress_first"
    return _layouts()[id, style]


@tables.remembered(1)
def _layouts() -> dict[tuple[str, str], Layout]:
    parts: dict[tuple[str, str], list[Part]] = {}
    for row in tables.find(TABLE):
        styles = ("cn", "international") if row["style"] == "any" else (row["style"],)
        for style in styles:
            parts.setdefault((row["format"], style), []).append(_part(row))
    return {
        (id, style): Layout(
            id=id, style="cn" if style == "cn" else "international", title=_TITLES[id], parts=tuple(held)
        )
        for (id, style), held in parts.items()
    }


def _part(row: Row) -> Part:
    return Part(
        id=row.id.rpartition("-")[2], row=row, name=Text(row["name_en"], row["name_zh"]), topics=row.list("topics"),
        required=row["required"] == "yes", ask=Text(row["ask_en"], row["ask_zh"]),
    )  # fmt: skip
