"""Which runs of a patient speak: one rule for the chart, the list of patients and whoever else tells what is open.

What a run judged is its subject: the chart, where the request brought nothing but the patient; else what it brought,
byte for byte. A run takes back what the service said before of the same subject, and of no other; a failed run, one
that a check holds and nobody accepted, and a rejected one take nothing back. A run over the chart speaks until then;
one over what was brought speaks until somebody decides on it, or for thirty days. Runs that an agent asked for speak
through the agent, but take back like others what was said of their subject.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from openward.domain.run import Outline, Run, RunRequest

LATELY: Final = timedelta(days=30)


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """A run that speaks; `open` that nobody decided on it, `newest` that it is the newest of its service."""

    run: Run
    charted: bool
    open: bool
    newest: bool


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The runs that speak and the newest that failed, newest first, and the ids of those that were taken back."""

    voices: tuple[Voice, ...] = ()
    failed: tuple[Run, ...] = ()
    replaced: frozenset[str] = frozenset()


def standing(outlines: Iterable[Outline], now: datetime) -> Standing:
    """What becomes of the runs of one patient; proposals are not looked at."""
    held = sorted(outlines, key=lambda one: one.run.started, reverse=True)
    subjects = {one.run.id: _subject(one.run) for one in held}
    replaced = _replaced(held, subjects)
    voices: list[Voice] = []
    for one in held:
        over_chart = not subjects[one.run.id][1]
        if one.run.parent is None and one.run.id not in replaced and _speaks(one, charted=over_chart, now=now):
            newest = all(one.run.service != earlier.run.service for earlier in voices)
            voices.append(Voice(run=one.run, charted=over_chart, open=one.choice is None, newest=newest))
    return Standing(voices=tuple(voices), failed=tuple(_failed(held, subjects, now)), replaced=replaced)


def charted(run: Run) -> bool:
    """Whether a run judged the chart alone."""
    return run.input_digest == _nothing_given(run)


def _subject(run: Run) -> tuple[str, str]:
    """The service and what it was given: empty where that is the chart alone."""
    return run.service, "" if charted(run) else run.input_digest


def _nothing_given(run: Run) -> str:
    """The digest of a request that brings nothing but the patient."""
    request = RunRequest(patient=run.patient, language=run.language)
    return hashlib.sha256(msgspec.json.encode(request)).hexdigest()


def _replaced(held: Iterable[Outline], subjects: Mapping[str, tuple[str, str]]) -> frozenset[str]:
    """The runs after which another one judged the same subject."""
    judged: set[tuple[str, str]] = set()
    found: set[str] = set()
    for one in held:
        if subjects[one.run.id] in judged:
            found.add(one.run.id)
        if one.run.status == "proposed" or (one.run.status == "held" and one.choice is not None):
            judged |= {subjects[one.run.id]} if one.choice != "reject" else set()
    return frozenset(found)


def _speaks(one: Outline, *, charted: bool, now: datetime) -> bool:
    """Whether a run that nothing took back still says something."""
    if one.run.status == "failed" or one.choice == "reject":
        return False
    return charted or (one.choice is None and now - one.run.started < LATELY)


def _failed(held: Iterable[Outline], subjects: Mapping[str, tuple[str, str]], now: datetime) -> Iterable[Run]:
    """The newest failed run of each service after which none did better: over the chart, or at all."""
    done: set[tuple[str, str]] = set()
    told: set[str] = set()
    for one in held:
        run, subject = one.run, subjects[one.run.id]
        if run.status != "failed":
            done |= {subject, (run.service, "any")}
            continue
        better = subject in done or (bool(subject[1]) and (run.service, "any") in done)
        if run.parent is None and not better and run.service not in told and now - run.started < LATELY:
            told.add(run.service)
            yield run
