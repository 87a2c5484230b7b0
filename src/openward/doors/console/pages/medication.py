"""A patient's drugs: how they act on each other, how much of each a day, when they overlap."""

from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError
from openward.domain.proposal import Proposal
from openward.domain.run import Run, RunRequest
from openward.doors.console.medicines import courses, known, overlap, web
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.doors.evidence import cite, for_a_person
from openward.doors.names import names_of
from openward.doors.proposals import body_of, proposal_of
from openward.record.chart import Chart, Dose, MedicationEntry

SERVICE: Final = "prescription-review"
_RANK: Final = ("critical", "high", "moderate", "low", "info")
# Words with which records name such products without a plant's name.
_TRADITIONAL: Final = ("herb", "traditional chinese", "中药", "中成药", "中草药", "草药", "饮片")


class Drug(msgspec.Struct, frozen=True, kw_only=True):
    """One drug in use, or being ordered; `daily` is empty where the record does not say it in numbers."""

    entry: MedicationEntry
    name: str
    words: str
    daily: str
    traditional: bool


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What the reviews say: of the drafts against all that is in use, and of what is in use as if there were none.

    `proposal` and `body` join them; `summaries` keep them apart. `why` is set when one of them could not be made, and
    `refused` when that is because there is more to review than one review takes.
    """

    proposal: Proposal[Any] | None = None
    body: dict[str, Any] = {}
    summaries: tuple[str, ...] = ()
    why: str = ""
    refused: bool = False


def medication(visit: Visit) -> Response:
    """The drugs of one patient; the review is made anew and not kept."""
    chart = visit.ward.chart(visit.path["patient"], actor=visit.actor, door="console")
    review = _reviewed(visit, chart) if _may(visit) else None
    body, proposal = (review.body, review.proposal) if review else ({}, None)
    findings = proposal.findings if proposal else ()
    drafts = [entry.source.reference for entry in chart.medications if entry.draft]
    drawn = courses(chart, _in_time)
    return draw(
        visit, "medication.html", chart=chart, drugs=_drugs(chart, body), drawn=drawn, body=body, review=review,
        proposal=proposal, drawn_web=web(body, findings, visit.language, drafts), service=SERVICE, cite=cite,
        together={f.id: overlap(drawn, f.about) for f in findings if len(f.about) > 1}, for_a_person=for_a_person,
        names=names_of(visit.ward, visit.actor, (e for f in findings for e in f.evidence), visit.language),
    )  # fmt: skip


def _may(visit: Visit) -> bool:
    return SERVICE in visit.ward.services and visit.may(f"service/{SERVICE}.run")


def _reviewed(visit: Visit, chart: Chart) -> Review:
    drafts = [e.source.reference.partition("/")[2] for e in chart.medications if e.draft and e.kind == "request"]
    asked = [RunRequest(patient=chart.patient, language=visit.language)]
    if drafts:
        asked.append(msgspec.structs.replace(asked[0], bundle=_without(visit, drafts)))
    runs: list[Run] = []
    refused = ""
    for request in asked:
        try:
            runs.append(visit.ward.think(SERVICE, request, actor=visit.actor, door="console"))
        except InputError as error:
            refused = str(error)
    failed = next((run.failure.message for run in runs if run.failure), "")
    review = Review() if failed or not runs else _joined(runs)
    return msgspec.structs.replace(review, why=failed or refused, refused=bool(refused) and not failed)


def _without(visit: Visit, drafts: list[str]) -> msgspec.Raw:
    """The drafts as if they had been given up: a review then takes what is in use."""
    held = [visit.ward.stores.record.read("MedicationRequest", id) for id in drafts]
    entries = [{"resource": msgspec.json.decode(one.body) | {"status": "cancelled"}} for one in held if one]
    return msgspec.Raw(msgspec.json.encode({"resourceType": "Bundle", "type": "collection", "entry": entries}))


def _joined(runs: list[Run]) -> Review:
    said = [proposal for run in runs if (proposal := proposal_of(run))]
    bodies = [body_of(run) for run in runs]
    findings = {f.id: f for proposal in said for f in proposal.findings}
    gaps = {(n.what, n.why): n for proposal in said for n in proposal.not_checked}
    ranked = tuple(sorted(findings.values(), key=lambda f: _RANK.index(f.severity)))
    return Review(
        proposal=msgspec.structs.replace(said[0], findings=ranked, not_checked=tuple(gaps.values())),
        body=bodies[0] | {"orders": [order for body in bodies for order in body["orders"]]},
        summaries=tuple(proposal.summary for proposal in said),
    )  # fmt: skip


def _drugs(chart: Chart, body: dict[str, Any]) -> list[Drug]:
    """Drafts and what is in use or may be, drafts first; what was given counts where the review took it so."""
    read = {order["reference"]: order for order in body.get("orders", ())}
    entries = [e for e in chart.medications if _counts(e, e.source.reference in read)]
    entries.sort(key=lambda entry: (not entry.draft, not entry.current))
    return [_drug(entry, read.get(entry.source.reference, {})) for entry in entries]


def _counts(entry: MedicationEntry, reviewed: bool) -> bool:  # noqa: FBT001 - one of two plain questions
    if entry.do_not_perform or entry.not_done:
        return False
    listed = entry.kind in {"request", "statement"} and (entry.draft or entry.current is not False)
    return listed or reviewed


def _drug(entry: MedicationEntry, read: dict[str, Any]) -> Drug:
    words = "; ".join(dose.text for dose in entry.doses if dose.text)
    return Drug(
        entry=entry, name=entry.concept.name() or "", words=words, traditional=traditional(entry),
        daily=read.get("daily") or _daily(entry.doses),
    )  # fmt: skip


def _daily(doses: tuple[Dose, ...]) -> str:
    """The most a day where amount and frequency of every instruction are recorded in one unit; for what is no order."""
    parts = [(d.amount_high or d.amount, d.per_day_high or d.per_day) for d in doses]
    known = [(amount, often) for amount, often in parts if amount and often and not amount.comparator and amount.unit]
    if not known or len(known) < len(parts) or len({amount.unit for amount, _ in known}) > 1:
        return ""
    return f"{sum(amount.value * often for amount, often in known):g} {known[0][0].unit}/d"


def traditional(entry: MedicationEntry) -> bool:
    """Whether the record names a plant, or says that this is a herbal or traditional product."""
    said = " ".join((entry.concept.text or "", *(c.display or "" for c in entry.concept.coding), *entry.category))
    if any(word in said.casefold() for word in _TRADITIONAL):
        return True
    return any(i.herb for concept in (entry.concept, *entry.ingredients) for i in known().resolve(concept).ingredients)


def _in_time(entry: MedicationEntry) -> bool:
    """Whether an entry has a place among the times of use: what was ordered or is taken, not each single dose."""
    return entry.kind in {"request", "statement"} and not entry.do_not_perform and not entry.not_done


ROUTES: Final = (PageRoute("/console/patients/{patient}/medication", medication),)
