"""Every event that the code writes has words for people, in both languages."""

import re

import pytest
from tests.wards import ROOT

from openward.doors.console.pages.trail import KINDS
from openward.doors.console.visit import words

_EVENT = re.compile(
    r'"((?:access|agent|batch|chart|decision|feedback|fhir|guards|interview|literature|model|patient|person|queue'
    r'|record|run|service|session|showing|skill|token|trail)\.[a-z-]+)",\s*(?:"(?:create|read|update|delete|execute)"'
    r'|self\.|actor|visit|ward|id|folder)'
)  # fmt: skip


def written():
    """The words of events as they stand in the code."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "src" / "openward").rglob("*.py"))
    return {what for text in texts for what in _EVENT.findall(text)}


def test_the_code_writes_events():
    assert {"chart.read", "queue.read", "session.open", "decision.refused", "agent.publish"} <= written()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_event_and_every_kind_of_event_has_words(language):
    known = words()[language]
    assert {what for what in written() if f"did_{re.sub('[.-]', '_', what)}" not in known} == set()
    assert {kind for kind in KINDS if f"kind_of_{kind}" not in known} == set()
    assert {what.partition(".")[0] for what in written()} <= set(KINDS)
