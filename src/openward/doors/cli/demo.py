"""The demo: a synthetic hospital, its draft orders reviewed, and the console."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

import typer

from openward.access.access import HOUSE
from openward.domain.proposal import SEVERITIES, Language
from openward.domain.resource import SearchQuery, Token
from openward.domain.run import Run, RunRequest
from openward.doors.cli.render import proposal_of, show_run
from openward.doors.cli.session import console, show_table
from openward.doors.progress import counting
from openward.synthetic.hospital import generate
from openward.ward import Ward

SERVICE: Final = "prescription-review"
PERSON: Final = "demo-pharmacist"
_BATCH: Final = 5000


def show_demo(ward: Ward, *, patients: int, seed: int, language: Language, serve_after: bool) -> None:
    """Loads the hospital, reviews every patient who has a draft order, shows what was found, and opens the console."""
    out = console()
    admin = ward.access.first_start()
    _load(ward, patients, seed)
    drafting = list(_with_drafts(ward))
    out.print(f"[bold]{len(drafting)} patients have draft orders; reviewing them with '{SERVICE}' …[/bold]")
    runs = [_review(ward, patient, language) for patient in drafting]
    _summarise(runs)
    worst = min(runs, key=_rank, default=None)
    if worst is not None:
        out.print(f"\n[bold]The most urgent one, whole (patient {worst.patient}):[/bold]")
        show_run(worst)
    passphrase = _person(ward)
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


def _rank(run: Run) -> tuple[int, str]:
    proposal = proposal_of(run)
    if proposal is None or not proposal.findings:
        return (len(SEVERITIES), run.id)
    return (SEVERITIES.index(proposal.findings[0].severity), run.id)


def _summarise(runs: list[Run]) -> None:
    found: Counter[tuple[str, str, str]] = Counter()
    for run in runs:
        proposal = proposal_of(run)
        for finding in proposal.findings if proposal else ():
            found[finding.severity, finding.present, finding.headline] += 1
    order = sorted(found.items(), key=lambda item: (SEVERITIES.index(item[0][0]), item[0][1], -item[1]))
    rows = [(severity, present, headline, n) for (severity, present, headline), n in islice(order, 25)]
    columns = ("severity", "shown as", "finding", "patients")
    show_table(f"Findings of {len(runs)} reviews (the 25 gravest)", columns, rows, empty="no finding")
    unchecked = sum(1 for r in runs if (p := proposal_of(r)) and p.not_checked)
    failed = sum(1 for r in runs if r.status == "failed")
    typer.echo(f"{unchecked} reviews say what they could not check; {failed} runs failed.")


def _person(ward: Ward) -> str | None:
    """Adds the demo's pharmacist once; the passphrase is shown once."""
    if ward.stores.access.person(PERSON) is not None:
        return None
    passphrase = ward.ids.secret()[:20]
    ward.access.add_person(HOUSE, id=PERSON, name="Demo Pharmacist", role="pharmacist", passphrase=passphrase)
    return passphrase


def _farewell(ward: Ward, admin: str | None, passphrase: str | None, *, serve_after: bool) -> None:
    if admin:
        typer.echo(f"Administrator's token, shown this once: {admin}")
    if passphrase:
        typer.echo(f"Sign in to the console as {PERSON} with the passphrase, shown this once: {passphrase}")
    if not serve_after:
        typer.echo("Next: openward chart demo-0001 · openward runs · openward review · openward serve")
        return
    from openward.doors.web import serve

    serve(ward, host=ward.settings.host, port=ward.settings.port, browse=True)
