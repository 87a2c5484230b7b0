"""What no machine may tell a patient: a certain diagnosis, a sure cure, to change a treatment, to ask no doctor."""

from collections.abc import Iterator
from typing import Final

from openward.checks.guards.patterns import patterns
from openward.checks.guards.plain import Plain
from openward.checks.guards.stop import Stop, held
from openward.language.passages import Span, sentences

GUARD: Final = "promises"
_WHY: Final = {
    "diagnosis": "it states a diagnosis as certain",
    "outcome": "it promises an outcome",
    "treatment": "it tells a patient to change or stop a treatment alone",
    "doctor": "it keeps a patient from a doctor, or speaks as one",
}
_NEAR: Final = 80


def promises(text: str) -> tuple[Stop, ...]:
    """The sentences of an answer to a patient that say what only a person may say, or nobody."""
    return tuple(held(GUARD, _WHY[kind], span.start, span.end) for kind, span in _said(text))


def _said(text: str) -> Iterator[tuple[str, Span]]:
    kinds = patterns("promises")
    for span in sentences(text):
        said = Plain(text[span.start : span.end]).text
        for kind in _WHY:
            match = kinds[kind].search(said)
            if match is None:
                continue
            around = said[max(0, match.start() - _NEAR) : match.start()]
            if kind == "treatment":
                around += said[match.end() :]
            if not kinds["unless"].search(around):
                yield kind, span
