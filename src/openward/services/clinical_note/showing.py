"""Findings and gaps of a note: what each section rests on, what disagrees with the chart, what was not said."""

import hashlib
from collections.abc import Sequence
from typing import Final

from openward.domain.code import Code
from openward.domain.evidence import DocumentEvidence
from openward.domain.headline import fit
from openward.domain.proposal import Finding, Language, NotChecked
from openward.domain.text import Text, fill
from openward.record.chart import Chart
from openward.services.clinical_note.formats import Layout
from openward.services.clinical_note.proposal import SYSTEM, Section
from openward.services.clinical_note.speakers import Transcript
from openward.services.clinical_note.statement import Statement


def findings(sections: Sequence[Section], language: Language) -> tuple[Finding, ...]:
    """One finding for each section that says something, with the places of all its sentences."""
    return tuple(
        Finding(
            id=f"section-{section.id}-{_digest(section.written)}",
            code=Code(SYSTEM, "section", "section"),
            severity="info",
            present="log",
            headline=fit(fill(_SECTION.in_(language), name=section.name, count=len(section.sentences))),
            why=_WHY.in_(language),
            advice=_ADVICE.in_(language),
            evidence=tuple(dict.fromkeys(e for sentence in section.sentences for e in sentence.evidence)),
        )
        for section in sections
        if section.sentences
    )


def gaps(
    sections: Sequence[Section], layout: Layout, heard: Transcript, chart: Chart | None, language: Language
) -> tuple[NotChecked, ...]:
    """What a format asks for and nobody said; and what limits the draft."""
    out = []
    parts = {part.id: part for part in layout.parts}
    for section in sections:
        if section.missing:
            part = parts[section.id]
            out.append(
                NotChecked(
                    code=f"missing-{section.id}", what=section.name,
                    why=(_NO_ALLERGY_RECORD if section.id == "allergy" else _NOT_SAID).in_(language),
                    needed=_ASK.in_(language).format(what=part.ask.in_(language)),
                )
            )  # fmt: skip
    if (
        chart is not None
        and chart.allergies.state == "not-recorded"
        and "allergy" not in {s.id for s in sections if s.missing}
    ):
        out.append(_allergies(language))
    if heard.inferred:
        out.append(_speakers(language))
    return tuple(out)


def limits(withheld: Sequence[Statement], doubtful: int, language: Language) -> tuple[NotChecked, ...]:
    """That statements were kept out, and that some seem to be marked with another speaker's name."""
    out = []
    if withheld:
        what = fill(_HELD.in_(language), count=len(withheld))
        quoted = (e for one in withheld for e in one.evidence if isinstance(e, DocumentEvidence))
        places = dict.fromkeys(f"{e.id}[{e.start}:{e.end}]" for e in quoted)
        out.append(
            NotChecked(
                code="withheld", what=what, why=_HELD_WHY.in_(language), needed=_HELD_ASK.in_(language),
                about=tuple(places)[:_PLACES],
            )
        )  # fmt: skip
    if doubtful:
        what = fill(_DOUBTFUL.in_(language), count=doubtful)
        out.append(
            NotChecked(
                code="speaker-doubtful", what=what, why=_DOUBTFUL_WHY.in_(language), needed=_WHO_ASK.in_(language)
            )
        )
    return tuple(out)


def _allergies(language: Language) -> NotChecked:
    return NotChecked(
        code="allergies-not-recorded", what=_ALLERGY.in_(language), why=_NO_ALLERGY_RECORD.in_(language),
        needed=_ALLERGY_ASK.in_(language),
    )  # fmt: skip


def _speakers(language: Language) -> NotChecked:
    return NotChecked(
        code="speakers-inferred", what=_WHO.in_(language), why=_WHO_WHY.in_(language), needed=_WHO_ASK.in_(language)
    )  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


_PLACES: Final = 50
_SECTION: Final = Text(
    "{name}: {count:statement with its source|statements with their sources}", "{name}：{count}条，均附来源"
)
_WHY: Final = Text("Each statement of this section stands at the places listed.", "本部分各句的出处如下。")
_ADVICE: Final = Text("Read, correct and complete before signing.", "请审阅、修改、补充后签名。")
_NOT_SAID: Final = Text("Not said and not in the record.", "对话与病历中均未提及。")
_ASK: Final = Text("Ask: {what}.", "请询问或补充：{what}。")
_NO_ALLERGY_RECORD: Final = Text(
    "Neither allergies nor their absence are recorded; this does not mean that there are none.",
    "未记载过敏史，不等于无过敏。",
)
_ALLERGY: Final = Text("Allergies", "过敏史")
_ALLERGY_ASK: Final = Text("Ask for allergies, and record the answer.", "请询问并记录过敏史。")
_HELD: Final = Text("{count:statement|statements} of the talk", "对话中的{count}条陈述")
_HELD_WHY: Final = Text(
    "Their wording could not be held against the talk with certainty, so they were left out.",
    "其表述无法与对话原文可靠核对，故未写入。",
)
_HELD_ASK: Final = Text("Read the transcript at these points.", "请查阅相应原文。")
_DOUBTFUL: Final = Text("{count:sentence|sentences} marked as the patient's", "标为患者所言的{count}句")
_DOUBTFUL_WHY: Final = Text(
    "They speak to the patient and were taken as the clinician's.", "其内容系对患者所说，已按医师所言处理。"
)
_WHO: Final = Text("Who said what", "发言者")
_WHO_WHY: Final = Text(
    "Speakers were not marked and were taken from what was said.", "文本未标明发言者，系据内容推断。"
)
_WHO_ASK: Final = Text("Mark who speaks, or check each statement.", "请标明发言者，或逐句核对。")
