"""The demo: a synthetic hospital, its draft orders reviewed, and the console."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import typer

from openward.access.access import HOUSE
from openward.domain.actor import Role
from openward.domain.proposal import SEVERITIES, Language
from openward.domain.resource import SearchQuery, Token
from openward.domain.run import Run, RunRequest
from openward.doors.cli.render import proposal_of, show_run
from openward.doors.cli.session import console, show_table
from openward.doors.progress import counting
from openward.synthetic.hospital import generate
from openward.ward import Ward

SERVICE: Final = "prescription-review"
PERSONS: Final[tuple[Role, ...]] = ("clinician", "pharmacist", "nurse", "administrator")
_BATCH: Final = 500
_SHOWN: Final = 25
_WARD_ROUND: Final = 12
_MORNING: Final[dict[Language, tuple[tuple[str, dict[str, Any]], ...]]] = {
    "en": (
        ("triage", {"complaint": "chest pain for half an hour, sweating"}),
        ("triage", {"complaint": "sore throat and a mild cough for two days"}),
        ("differential-diagnosis", {"text": "30-year-old man, chest pain, worse lying down, better sitting forward"}),
    ),
    "zh": (
        ("triage", {"complaint": "胸痛半小时，出汗"}),
        ("triage", {"complaint": "咽痛、轻微咳嗽两天"}),
        ("differential-diagnosis", {"text": "男，30岁，感冒后胸痛，平卧加重，前倾坐位减轻"}),
    ),
}
_CHANGE: Final = {
    "table": "plain_words", "row": "angina",
    "cells": {"plain_en": "chest pain because the heart gets too little blood"},
    "why": "The demo's example of a change that waits for a pharmacist: sign or reject it.",
}  # fmt: skip
_SEVERITY: Final[dict[str, int]] = {word: rank for rank, word in enumerate(SEVERITIES)}


def show_demo(ward: Ward, *, patients: int, seed: int, language: Language, serve_after: bool) -> None:
    """Loads the hospital, reviews every patient who has a draft order, shows what was found, and opens the console."""
    out = console()
    admin = ward.access.first_start()
    _load(ward, patients, seed)
    out.print(f"[bold]Reviewing every patient who has a draft order with '{SERVICE}' …[/bold]")
    seen = _Seen()
    reviewed = []
    with counting("reviews") as progress:
        for patient in _with_drafts(ward):
            seen.add(_review(ward, patient, language))
            reviewed.append(patient)
            progress(seen.runs, patient)
    seen.show()
    _morning(ward, reviewed, language)
    if seen.worst is not None:
        out.print(f"\n[bold]The most urgent one, whole (patient {seen.worst.patient}):[/bold]")
        show_run(seen.worst)
    passphrase = _persons(ward)
    _farewell(ward, admin, passphrase, serve_after=serve_after)


def _load(ward: Ward, patients: int, seed: int) -> None:
    as_of = ward.clock.now().date()
    with counting("resources") as progress:
        report = ward.record.import_resources(
            generate(patients, seed=seed, as_of=as_of), source=f"synthetic-{seed}", progress=progress
        )
    typer.echo(report.sentence())


def _with_drafts(ward: Ward) -> Iterator[str]:
    cursor: str | None = None
    seen: set[str] = set()
    draft = ((Token("status", "", "draft"),),)
    while True:
        page = ward.stores.record.search(
            SearchQuery(type="MedicationRequest", tokens=draft, count=_BATCH, after=cursor)
        )
        for stored in page.items:
            if stored.patient and stored.patient not in seen:
                seen.add(stored.patient)
                yield stored.patient
        if page.next is None:
            return
        cursor = page.next


def _review(ward: Ward, patient: str, language: Language) -> Run:
    return ward.execute(SERVICE, RunRequest(patient=patient, language=language), actor=HOUSE, door="cli")


def _morning(ward: Ward, patients: list[str], language: Language) -> None:
    """What else a morning brings, so that every desk has something to look at."""
    with counting("other runs") as progress:
        for n, patient in enumerate(patients[:_WARD_ROUND], 1):
            ward.run("lab-report", patient=patient, language=language, door="cli")
            progress(n, patient)
        for (service, told), patient in zip(_MORNING[language], patients, strict=False):
            ward.run(service, told, patient=None if "text" in told else patient, language=language, door="cli")
        ward.run("knowledge-change", _CHANGE, language=language, door="cli")


class _Seen:
    """What all reviews found, without keeping them."""

    def __init__(self) -> None:
        self.runs = self.failed = self.unchecked = 0
        self.worst: Run | None = None
        self._rank = len(SEVERITIES)
        self._found: Counter[tuple[str, str, str]] = Counter()

    def add(self, run: Run) -> None:
        """Counts one run; the first of the gravest is kept."""
        proposal = proposal_of(run)
        self.runs += 1
        self.failed += proposal is None
        self.unchecked += bool(proposal and proposal.not_checked)
        findings = proposal.findings if proposal else ()
        self._found.update((f.severity, f.present, f.headline) for f in findings)
        rank = SEVERITIES.index(findings[0].severity) if findings else len(SEVERITIES)
        if rank < self._rank:
            self.worst, self._rank = run, rank

    def show(self) -> None:
        """Prints the gravest findings and the counts."""
        ranked = sorted(self._found.items(), key=lambda item: (_SEVERITY[item[0][0]], item[0][1], -item[1], item[0][2]))
        rows = [(severity, present, headline, n) for (severity, present, headline), n in ranked[:_SHOWN]]
        columns = ("severity", "shown as", "finding", "patients")
        show_table(f"Findings of {self.runs} reviews (the gravest)", columns, rows, empty="no finding")
        typer.echo(f"{self.unchecked} reviews say what they could not check; {self.failed} runs failed.")


def _persons(ward: Ward) -> str | None:
    """Adds the demo's persons once; the passphrase of all of them is shown once."""
    if ward.stores.access.person(f"demo-{PERSONS[0]}") is not None:
        return None
    passphrase = ward.ids.secret()[:20]
    for role in PERSONS:
        ward.access.add_person(
            HOUSE, id=f"demo-{role}", name=f"Demo {role.capitalize()}", role=role, passphrase=passphrase
        )
    return passphrase


def _farewell(ward: Ward, admin: str | None, passphrase: str | None, *, serve_after: bool) -> None:
    if admin:
        typer.echo(f"Administrator's token, shown this once: {admin}")
    if passphrase:
        names = ", ".join(f"demo-{role}" for role in PERSONS)
        typer.echo(f"Sign in to the console as one of {names}; passphrase of all, shown this once: {passphrase}")
    if not serve_after:
        typer.echo("Next: openward chart demo-0001 · openward runs · openward review · openward serve")
        return
    from openward.doors.web import serve

    serve(ward, host=ward.settings.host, port=ward.settings.port, browse=True)
