"""Runs a service: read, think, check, keep. Every run leaves exactly one Run, or none and an error."""

import hashlib
import time
import traceback
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from openward.access.access import Access
from openward.access.scopes import LOOK
from openward.checks.form import form
from openward.checks.grounding import Sources, grounding
from openward.domain.actor import Actor
from openward.domain.agent import Answer
from openward.domain.errors import BrokenServiceError, InputError, NotFoundError, OpenWardError, ServiceError, decoding
from openward.domain.evidence import CalculationEvidence, KnowledgeEvidence
from openward.domain.proposal import MadeBy, Proposal
from openward.domain.resource import Stored
from openward.domain.run import Cost, Door, Failure, Run, RunRequest, RunStatus, Step, Verdict
from openward.domain.trail import EventOutcome
from openward.harness.agency import Agency, Told
from openward.harness.agents.journal import TakenOverError
from openward.harness.agents.means import Beginning, Means, Watch
from openward.harness.budget import within
from openward.harness.request import input_of
from openward.harness.service import Context, Service, Vectors
from openward.knowledge import tables
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.store import RunStore
from openward.record.chart import Chart
from openward.record.record import Record
from openward.trail.trail import Trail

_ENCODER: Final = msgspec.json.Encoder()


class _Thought(msgspec.Struct, frozen=True):
    """What came of thinking and checking."""

    status: RunStatus
    proposal: bytes | None = None
    verdicts: tuple[Verdict, ...] = ()
    failure: Failure | None = None
    waits: bool = False


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be run, for whom, and how.

    `watch` is told what an agent does while it does it. `parent` is the run of the agent that asks. `id` and `started`
    are those of a run that goes on. Without `kept` nothing of the run is kept.
    """

    service: str
    request: RunRequest
    actor: Actor
    door: Door
    watch: Watch | None = None
    parent: str | None = None
    id: str | None = None
    kept: bool = True


class _Stopwatch:
    """Times the steps of a run."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._begun = self._last = time.perf_counter()

    def step(self, name: str) -> None:
        """Ends a step."""
        now = time.perf_counter()
        self.steps.append(Step(name, round(now - self._last, 6)))
        self._last = now

    def total(self) -> float:
        """Seconds since the beginning."""
        return round(time.perf_counter() - self._begun, 6)


class Runner:
    """Runs services over one ward's record; the only way from a request to a Run."""

    def __init__(  # noqa: PLR0913 - each is one thing that a run needs
        self,
        *,
        services: Mapping[str, Service],
        record: Record,
        runs: RunStore,
        trail: Trail,
        access: Access,
        clock: Clock,
        ids: Ids,
        site: str,
        means: Means | None = None,
        vectors: Vectors | None = None,
        faults: Callable[[], Mapping[str, str]] = dict,
        renew: Callable[[], None] = lambda: None,
    ) -> None:
        self._services = services
        self._faults = faults
        self._record = record
        self._runs = runs
        self._trail = trail
        self._access = access
        self._clock = clock
        self._ids = ids
        self._site = site
        self._means = means
        self._vectors = vectors
        self._renew = renew

    def run(
        self, service_id: str, request: RunRequest, *, actor: Actor, door: Door, watch: Watch | None = None
    ) -> Run:  # fmt: skip
        """Runs a service and keeps the run; the trail is written first, and if it cannot be, nothing is kept.

        A run of an agent that waits for a person's approval is given back and kept when it has come to its end.

        Raises:
            AccessError: the actor may not run this service.
            InputError, NotFoundError: the request cannot be read, or names what does not exist.
        """
        return self.carry_out(Order(service=service_id, request=request, actor=actor, door=door, watch=watch))

    def think(
        self, service_id: str, request: RunRequest, *, actor: Actor, door: Door, watch: Watch | None = None
    ) -> Run:  # fmt: skip
        """Runs a service without keeping the run: for batches, whose output file is where their runs are kept."""
        order = Order(service=service_id, request=request, actor=actor, door=door, watch=watch, kept=False)
        return self._thought(order)[0]

    def beside(self, service: Service) -> "Runner":
        """A runner that knows one more service, which nobody else can run: to try it before it is published."""
        other = copy(self)
        other._services = {**self._services, service.id: service}  # noqa: SLF001 - its own class
        return other

    def carry_out(self, order: Order) -> Run:
        """Carries out an order; see `run`."""
        run, waits, agency = self._thought(order)
        if not order.kept:
            return run
        outcome: EventOutcome = "failure" if run.status == "failed" else "success"
        self._trail.write(
            order.actor, "agent.waiting" if waits else "service.run", "execute", outcome=outcome, patient=run.patient,
            subject=run.service, run=run.id, door=order.door, detail=_detail(run),
        )  # fmt: skip
        if not waits:
            self._runs.add(run)
        if self._means is not None and agency is not None:
            for act in agency.afterwards if run.status != "failed" else ():
                act()
            (self._means.wait if waits else self._means.end)(run.id)
        return run

    def _thought(self, order: Order) -> tuple[Run, bool, Agency | None]:
        """A run, whether it waits for a person, and what its agent was given."""
        service, request = self.service(order.service), order.request
        self.admit(order.actor, service, request.patient)
        self._renew()
        started, watch, id = self._clock.now(), _Stopwatch(), order.id or self._ids.new("run")
        given = self._read_input(service, request)
        gathered = self._gather(service, request)
        chart = gathered.chart if gathered else None
        watch.step("read")
        agency = self._agency(order, id, service, gathered)
        context = Context(
            now=started, language=request.language, focus=request.focus, agency=agency, vectors=self._vectors
        )  # fmt: skip
        told = agency.told if agency else Told()
        resources = gathered.resources if gathered else {}
        sources = Sources(resources, _plain(request.input), told.texts, told.runs)
        thought = _think(service, given, chart, context, sources, watch)
        run = Run(
            id=id, site=self._site, service=service.id, service_version=service.card.version,
            status=thought.status, door=order.door, actor=order.actor.id, started=started,
            cost=Cost(seconds=watch.total(), unit=service.card.unit), input_digest=_digest(_ENCODER.encode(request)),
            language=request.language, patient=chart.patient if chart else None,
            chart_version=chart.version if chart else None,
            proposal=msgspec.Raw(thought.proposal) if thought.proposal else None,
            proposal_digest=_digest(thought.proposal) if thought.proposal else None,
            verdicts=thought.verdicts, failure=thought.failure, trace=tuple(watch.steps), parent=order.parent,
        )  # fmt: skip
        return run, thought.waits, agency

    def _agency(self, order: Order, id: str, service: Service, gathered: "_Gathered | None") -> Agency | None:
        """What an agent may use: its tools run as services for the same patient and the same actor."""
        if self._means is None or service.card.kind != "agent":
            return None

        def call(tool: str, given: bytes) -> Run:
            asked = msgspec.structs.replace(order.request, input=msgspec.Raw(given))
            return self.carry_out(replace(order, service=tool, request=asked, parent=id, id=None, watch=None))

        def may(tool: str) -> Service | None:
            known = self._services.get(tool)
            allowed = known is not None and known.card.kind != "agent"
            return known if allowed and self._access.may(order.actor, f"service/{tool}.run") else None

        beginning = Beginning(
            run=id, card=service.card, actor=order.actor, door=order.door, request=order.request, kept=order.kept,
            resumed=order.id is not None, patient=gathered.chart.patient if gathered else None,
            chart_version=gathered.chart.version if gathered else None, who=gathered.who if gathered else (),
        )  # fmt: skip
        try:
            return self._means.agency(beginning, call=call, may=may, watch=order.watch)
        except NotFoundError:
            self._trail.write(
                order.actor, "access.denied", "execute", outcome="refused", patient=beginning.patient,
                subject=service.id, door=order.door, detail={"reason": "conversation"},
            )  # fmt: skip
            raise

    def service(self, service_id: str) -> Service:
        """One service by id; NotFoundError names those that there are, BrokenServiceError says why it cannot serve."""
        try:
            return self._services[service_id]
        except KeyError:
            if why := self._faults().get(service_id):
                msg = f"the service '{service_id}' is out of order: {why}"
                raise BrokenServiceError(msg) from None
            msg = f"there is no service '{service_id[:80]}'; this ward has: {', '.join(self._services) or 'none'}"
            raise NotFoundError(msg) from None

    def admit(self, actor: Actor, service: Service, patient: str | None) -> None:
        """Refuses who may not run this service, or not look into the record of the patient whom they name.

        Raises:
            AccessError: the actor lacks the scope.
        """
        self._access.require(actor, f"service/{service.id}.run")
        if patient is not None and patient != actor.patient:
            self._access.require(actor, LOOK)

    def must_know(self, patient: str) -> None:
        """Refuses a patient of whom nothing is in the record, before anything is prepared for them.

        Raises:
            NotFoundError: there is no such patient.
        """
        self._record.holding(patient, types=("Patient",))

    def _read_input(self, service: Service, request: RunRequest) -> Any:
        size = len(request.input) + len(request.bundle or b"")
        if size > service.card.budget.input_bytes:
            msg = (
                f"the request has {size} bytes, '{service.id}' takes at most {service.card.budget.input_bytes}; "
                "send fewer orders or only the resources that matter, or import the bundle and name the patient"
            )
            raise InputError(msg)
        return input_of(service, request.input)

    def _gather(self, service: Service, request: RunRequest) -> "_Gathered | None":
        if request.patient is None and request.bundle is None:
            if service.card.subject == "patient":
                msg = f"'{service.id}' needs a patient: give 'patient' (an id in the record) or 'bundle' (FHIR R4)"
                raise InputError(msg)
            return None
        holding = self._record.holding(
            request.patient, types=service.card.reads, overlay=bytes(request.bundle) if request.bundle else None
        )
        who = tuple(r.body for r in holding.resources if r.type == "Patient" and r.id == holding.patient)
        if not who and request.patient is not None and service.card.kind == "agent":
            known = self._record.holding(request.patient, types=("Patient",))
            who = tuple(r.body for r in known.resources if r.type == "Patient")
        return _Gathered(holding.chart(), {f"{r.type}/{r.id}": r for r in holding.resources}, who)


class _Gathered(msgspec.Struct, frozen=True):
    """The chart of a run, the resources that it was made from, and who the patient is (Patient resources)."""

    chart: Chart
    resources: dict[str, Stored]
    who: tuple[bytes, ...] = ()


def _think(
    service: Service,
    given: Any,
    chart: Chart | None,
    context: Context,
    sources: Sources,
    watch: _Stopwatch,
) -> _Thought:
    try:
        over = context.agency.over if context.agency else None
        proposal = within(service.card.budget.seconds, lambda: service.engine(given, chart, context), over=over)
        watch.step("think")
        proposal = _complete(service, proposal, chart, context)
        encoded = _encoded(service, proposal)
        verdicts = _check(service, proposal, chart, given, sources)
        watch.step("check")
    except (InputError, TakenOverError):
        raise
    except Exception as error:  # noqa: BLE001 - a service is a stranger's code: whatever it raises is a failed run
        return _Thought(status="failed", failure=_failure(service, error))
    outcomes = {v.outcome for v in verdicts}
    if "refuse" in outcomes:
        reasons = "; ".join(sorted({f"{v.check}: {v.reason}" for v in verdicts if v.outcome == "refuse"}))
        return _Thought(status="failed", verdicts=verdicts, failure=Failure("CheckError", reasons))
    return _Thought(
        status="held" if "hold" in outcomes else "proposed", proposal=encoded, verdicts=verdicts,
        waits=isinstance(proposal.body, Answer) and proposal.body.stopped == "waiting",
    )  # fmt: skip


def _complete(service: Service, proposal: Proposal[Any], chart: Chart | None, context: Context) -> Proposal[Any]:
    if not isinstance(proposal, Proposal) or not isinstance(proposal.body, service.body):
        msg = (
            f"the engine returned {type(proposal).__name__}, expected a Proposal with a body of {service.body.__name__}"
        )
        raise ServiceError(msg)
    prompt = _digest(service.prompt.encode()) if service.prompt else None
    said = proposal.made_by.knowledge if proposal.made_by else {}
    made_by = MadeBy(
        service=service.id, service_version=service.card.version, chart_version=chart.version if chart else None,
        knowledge={**said, **_tables_read(proposal)}, prompt=prompt,
        model=proposal.made_by.model if proposal.made_by else None,
    )  # fmt: skip
    return msgspec.structs.replace(proposal, made_by=made_by, language=context.language)


def _tables_read(proposal: Proposal[Any]) -> dict[str, str]:
    cited = [e for f in proposal.findings for e in f.evidence]
    rows = [e.formula if isinstance(e, CalculationEvidence) else e for e in cited]
    return {e.table: e.version for e in rows if isinstance(e, KnowledgeEvidence)}


def _encoded(service: Service, proposal: Proposal[Any]) -> bytes:
    budget = service.card.budget
    encoded = _ENCODER.encode(proposal)
    if len(encoded) > budget.proposal_bytes or len(proposal.findings) > budget.findings:
        msg = (
            f"the proposal has {len(encoded)} bytes and {len(proposal.findings)} findings, "
            f"the card allows {budget.proposal_bytes} bytes and {budget.findings} findings"
        )
        raise ServiceError(msg)
    try:
        msgspec.json.decode(encoded, type=Proposal[service.body])  # type: ignore[name-defined]
    except msgspec.ValidationError as error:
        msg = f"the proposal of '{service.id}' is not of its own type: {decoding(error)}"
        raise ServiceError(msg) from error
    return encoded


def _check(
    service: Service,
    proposal: Proposal[Any],
    chart: Chart | None,
    given: Any,
    sources: Sources,
) -> tuple[Verdict, ...]:
    verdicts = [*grounding(proposal, sources), *form(proposal)]
    for check in service.checks:
        verdicts += check(proposal, chart, given)
    return tuple(verdicts)


def _failure(service: Service, error: Exception) -> Failure:
    """Our own errors speak for themselves; a stranger's message may hold patient data, so only its place is kept."""
    if isinstance(error, OpenWardError):
        return Failure(type(error).__name__, tables.without_folders(str(error)))
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "an unknown place"
    return Failure("ServiceError", f"'{service.id}' raised {type(error).__name__} at {place}; its owner must repair it")


def _detail(run: Run) -> dict[str, str | int]:
    detail: dict[str, str | int] = {"status": run.status}
    return detail | {"parent": run.parent} if run.parent else detail


def _plain(raw: msgspec.Raw) -> Any:
    return msgspec.json.decode(raw)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
