"""Clinical notes: the story's words with the patient's own values, so that a note never contradicts the record."""

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Final

from openward.domain.errors import KnowledgeError
from openward.synthetic.case import Case
from openward.synthetic.when import DAY_MINUTES

_FIELD: Final = re.compile(r"\{(?P<group>[a-z0-9]+)(?:\.(?P<key>[^}@]+))?(?:@(?P<at>[^}]+))?\}")
_NONE: Final = {"en": "No other history of note.", "zh": "无其他特殊病史。"}


def write_notes(case: Case) -> None:
    """Each note as a DocumentReference with its text inside."""
    for n, line in enumerate(case.story.notes, 1):
        minutes = case.minutes(line.at)
        text = render(case, line.text, minutes)
        found = case.encounter(minutes)
        context = {} if found is None else {"context": {"encounter": [found]}}
        title = case.catalogue.people.notes[line.is_].name(case.language)
        data = base64.b64encode(text.encode()).decode()
        language = "zh-CN" if case.language == "zh" else "en"
        case.add(
            "DocumentReference", f"note-{n}", status="current", type=case.note(line.is_), subject=case.subject,
            date=case.clock(minutes), author=[case.doctor], **context,
            content=[
                {
                    "attachment": {
                        "contentType": "text/plain; charset=utf-8", "language": language, "data": data,
                        "title": title, "creation": case.clock(minutes),
                    }
                }
            ],
        )  # fmt: skip


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[tuple[str, re.Match[str] | None], ...]:
    parts: list[tuple[str, re.Match[str] | None]] = []
    end = 0
    for found in _FIELD.finditer(text):
        parts.append((text[end : found.start()], found))
        end = found.end()
    return (*parts, (text[end:].rstrip() + "\n", None))


def render(case: Case, text: str, minutes: int) -> str:
    """Fills the fields of a note that is written at a minute number.

    Raises:
        KnowledgeError: a field names something that the patient's record does not hold, or not only once.
    """
    out: list[str] = []
    for words, found in _parts(text):
        out.append(words)
        if found is not None:
            value = _fill(case, found, minutes)
            if value is None:
                msg = f"story {case.filed.id}: the note field {found[0]} has no value in the record"
                raise KnowledgeError(msg)
            starts = not words.strip() or words.endswith((". ", "\n"))
            out.append(value[0].upper() + value[1:] if starts and case.language == "en" else value)
    return "".join(out)


def _fill(case: Case, found: re.Match[str], minutes: int) -> str | None:
    group = found["group"]
    if group == "person":
        day = case.time.calendar.as_of + timedelta(days=minutes // DAY_MINUTES)
        return case.person.words(case.language, day)
    return _FIELDS[group](case, found) if group in _FIELDS else None


def _value(case: Case, found: re.Match[str]) -> str | None:
    key = f"{found['group']}.{found['key']}" if found["key"] else found["group"]
    return case.shown.get((key, found["at"])) if found["at"] else case.last.get(key)


def _medication(case: Case, found: re.Match[str]) -> str | None:
    known = case.regimens.get(found["key"])
    return known and f"{known[0].name(case.language)} {known[1].words}"


def _background(case: Case, _found: re.Match[str]) -> str:
    if not case.companions:
        return _NONE[case.language]
    items = []
    for problem, drug in case.companions:
        name = case.term("problems", problem).name(case.language)
        if drug:
            term, how = case.regimens[drug]
            taken = f"{term.name(case.language)} {how.words}"
            name += f"（{taken}）" if case.language == "zh" else f" ({taken})"
        items.append(name)
    return "其他病史：" + "；".join(items) + "。" if case.language == "zh" else "Also: " + "; ".join(items) + "."


_FIELDS: Final[dict[str, Callable[[Case, re.Match[str]], str | None]]] = {
    "lab": _value,
    "vital": _value,
    "gestation": _value,
    "weight": lambda case, _: f"{case.person.weight:.1f} kg",
    "height": lambda case, _: f"{int(case.person.height)} cm",
    "med": _medication,
    "drug": lambda case, found: case.term("drugs", found["key"]).name(case.language),
    "dose": lambda case, found: case.doses.get(found["key"]),
    "problem": lambda case, found: case.term("problems", found["key"]).name(case.language),
    "background": _background,
}
