"""The only wiring: settings become a Ward. The only place that names an adapter."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import msgspec

from openward.access.access import HOUSE, Access
from openward.access.identity import IdentityProvider
from openward.adapters.mcp_tools import mcp_tools
from openward.domain.actor import Actor
from openward.domain.errors import NotFoundError, OpenWardError, SettingsError
from openward.domain.proposal import Language
from openward.domain.resource import Page, SearchQuery
from openward.domain.run import Door, Feedback, Run, RunRequest
from openward.harness.agents.means import Means, Watch
from openward.harness.interviews import Interviews
from openward.harness.registry import discover
from openward.harness.renewal import Renewal
from openward.harness.runner import Runner
from openward.harness.service import Service
from openward.harness.unfinished import Agents
from openward.knowledge import tables
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.model import Endpoint, Engine, Talker
from openward.ports.signer import Signer
from openward.ports.store import Stores
from openward.ports.vault import Vault
from openward.record.chart import Chart
from openward.record.record import Record
from openward.review.desk import Desk
from openward.settings import PREFIX, Settings, secret, settings_of
from openward.studio.catalogue import Catalogue
from openward.studio.studio import Studio
from openward.studio.trying import Execute, tester
from openward.trail.trail import Trail

if TYPE_CHECKING:
    from openward.access.code_flow import CodeFlow
    from openward.access.oidc import Oidc
    from openward.access.provider import Provider
    from openward.models.models import Models
    from openward.models.registry import Registry

_PAGE: Final = 200
_ENCODER: Final = msgspec.json.Encoder()


class Ward(AbstractContextManager["Ward"]):
    """One installation: runs services over its record, keeps runs, decisions and the trail."""

    def __init__(
        self, settings: Settings, stores: Stores, *, signer: Signer, clock: Clock, ids: Ids, vault: Vault
    ) -> None:  # fmt: skip
        tables.use_local(settings.home / "knowledge")
        self.settings = settings
        self.stores = stores
        self.signer = signer
        self.clock = clock
        self.ids = ids
        self.trail = Trail(stores.trail, signer, clock, runs=stores.runs)
        self.access = Access(
            stores.access, self.trail, clock, ids, provider=_bearer_tokens(settings, clock),
            session_minutes=settings.session_minutes, idle_minutes=settings.idle_minutes,
        )  # fmt: skip
        self.sign_in = _code_flow(self)
        self.record = Record(stores.record, clock)
        self.services = Catalogue(discover(settings.home), settings.home)
        self.means = Means(
            talker=lambda: self.talker, stores=stores, vault=vault, signer=signer, clock=clock,
            ids=ids, skills=settings.home / "skills", remote=mcp_tools(settings.home),
        )  # fmt: skip
        self.renewal = Renewal(self.services, stores.runs, settings.home, clock)
        self._runner = Runner(
            services=self.services, record=self.record, runs=stores.runs, trail=self.trail, access=self.access,
            clock=clock, ids=ids, site=settings.site, means=self.means, renew=self.renewal.notice,
            faults=lambda: self.services.faults,
            vectors=lambda texts: self.models.vectors(texts),  # noqa: PLW0108 - models are opened when they are asked
        )  # fmt: skip
        self._models: Models | None = None
        self._lock = threading.Lock()
        self.interviews = Interviews(stores.interviews, self._runner, self.access, self.trail, clock, ids)
        self.agents = Agents(self._runner, self.means, self.access, self.trail, minutes=settings.showing_minutes)
        self.studio = Studio(
            settings.home, self.services, access=self.access, trail=self.trail, clock=clock, ids=ids, signer=signer,
            trial=self._trial,
        )  # fmt: skip
        self.desk = Desk(
            stores.runs, self.access, self.trail, signer, clock, ids, card_of=lambda id: self.service(id).card,
            minutes=settings.showing_minutes, body_of=self._body,
            effect=lambda id: self.renewal.signed(self.service(id)),
        )  # fmt: skip

    @classmethod
    def open(cls, **overrides: Any) -> Self:
        """Opens the ward of this machine; keyword arguments override settings."""
        from openward.adapters.keys import FileSigner, FileVault
        from openward.adapters.system import SystemClock, SystemIds

        settings = settings_of(**overrides)
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (settings.home / "knowledge").mkdir(mode=0o700, exist_ok=True)  # so that what is imported later is seen
        stores = _stores(settings)
        signer, vault = FileSigner(settings.home), FileVault(settings.home)
        ward = cls(settings, stores, signer=signer, clock=SystemClock(), ids=SystemIds(), vault=vault)
        ward.renewal.begin()
        return ward

    def run(  # noqa: PLR0913 - each is one part of a request
        self, service: str, input: Any = None, *, patient: str | None = None, bundle: Any = None,
        focus: tuple[str, ...] = (), language: Language | None = None, actor: Actor | None = None,
        door: Door = "python", watch: Watch | None = None,
    ) -> Run:  # fmt: skip
        """Runs a service; `input` and `bundle` are plain data, Structs or JSON bytes; the house acts if nobody else."""
        request = RunRequest(
            input=_raw(input if input is not None else {}), patient=patient, focus=focus,
            bundle=None if bundle is None else _raw(bundle), language=language or self.settings.language,
        )  # fmt: skip
        return self.execute(service, request, actor=actor or HOUSE, door=door, watch=watch)

    def execute(
        self, service: str, request: RunRequest, *, actor: Actor, door: Door, watch: Watch | None = None
    ) -> Run:  # fmt: skip
        """Runs a service for an actor at a door and keeps the run.

        `watch` is told what an agent does while it does it, from the thread that it runs in; what it raises ends the
        run.
        """
        return self._runner.run(service, request, actor=actor, door=door, watch=watch)

    def think(
        self, service: str, request: RunRequest, *, actor: Actor, door: Door, watch: Watch | None = None
    ) -> Run:  # fmt: skip
        """Runs a service and gives the run back without keeping it (batches keep theirs in their output file)."""
        return self._runner.think(service, request, actor=actor, door=door, watch=watch)

    def _trial(self, service: Service) -> Execute:
        """A way to run a service that is not published, with the rights of those it is made for; no run is kept."""
        actor = tester(service, self.services)
        return partial(self._runner.beside(service).think, service.id, actor=actor, door="study")

    def chart(self, patient: str, *, actor: Actor = HOUSE, door: Door = "python") -> Chart:
        """A patient's whole chart; that somebody looked is in the trail."""
        self.access.require(actor, "system/Patient.rs")
        chart = self.record.chart(patient)
        self.trail.write(actor, "chart.read", "read", patient=patient, subject=chart.version, door=door)
        return chart

    def patients(self, query: SearchQuery, *, actor: Actor, door: Door) -> Page:
        """A page of patients; that each of them was shown is in the trail."""
        self.access.require(actor, "system/Patient.rs")
        page = self.stores.record.search(query)
        self._shown(actor, "patient.list", (stored.id for stored in page.items), door)
        return page

    def runs(  # noqa: PLR0913 - each narrows the list
        self, *, actor: Actor, door: Door, service: str | None = None, status: str | None = None,
        patient: str | None = None, day: date | None = None, limit: int = 50, before: str | None = None,
    ) -> tuple[Run, ...]:  # fmt: skip
        """Runs, newest first, of one day (UTC) if wanted; that each of their patients was shown is in the trail."""
        self.access.require(actor, "run.read")
        listed = partial(self.stores.runs.list, service=service, status=status, patient=patient)
        found = listed(limit=limit, before=before) if day is None else _of_day(listed, day, limit, before)
        self._shown(actor, "run.list", (run.patient for run in found), door)
        return found

    def _shown(self, actor: Actor, what: str, patients: Iterable[str | None], door: Door) -> None:
        counts: dict[str | None, int] = dict(Counter(patients)) or {None: 0}
        self.trail.write_each(actor, what, "read", patients={p: {"shown": n} for p, n in counts.items()}, door=door)

    def service(self, id: str) -> Service:
        """One service by id; NotFoundError names those that there are."""
        return self._runner.service(id)

    def _body(self, service: str, data: bytes) -> msgspec.Struct:
        """An amended body as the service's own type."""
        return msgspec.json.decode(data, type=self.service(service).body)

    def feedback(  # noqa: PLR0913 - what is said of one finding
        self,
        run: str,
        *,
        finding: str,
        outcome: Literal["accepted", "overridden"],
        actor: Actor,
        door: Door,
        reason_code: str | None = None,
        comment: str | None = None,
    ) -> Feedback:
        """Keeps what became of one finding of a run.

        Raises:
            NotFoundError: there is no such run, or the run has no such finding.
        """
        self.access.require(actor, "feedback.write")
        held = self.stores.runs.get(run)
        if held is None or f'"{finding}"'.encode() not in bytes(held.proposal or b""):
            msg = "there is no such finding in this ward; name the run and a finding of it"
            raise NotFoundError(msg)
        said = Feedback(
            id=self.ids.new("feedback"), run=run, finding=finding, outcome=outcome, reason_code=reason_code,
            comment=comment, actor=actor.id, at=self.clock.now(),
        )  # fmt: skip
        self.trail.write(
            actor, f"feedback.{outcome}", "create", patient=held.patient, run=run, subject=finding, door=door
        )
        self.stores.runs.add_feedback(said)
        return said

    def provenance(self) -> Iterator[dict[str, Any]]:
        """Each run with its decision as a FHIR R4 Provenance, newest first, streamed."""
        held = self.stores.runs
        before: str | None = None
        while page := held.list(limit=_PAGE, before=before):
            yield from self.trail.provenance((run, held.decision(run.id), held.first(run.id)) for run in page)
            before = page[-1].id

    @property
    def models(self) -> "Models":
        """The models of this ward (`models.toml` in its home), at their end the embedded talker."""
        with self._lock:
            if self._models is None:
                self._models = _models(self)
                self._models.gateway.recover()
            return self._models

    @property
    def talker(self) -> Talker:
        """Answers by the models of this ward, for code that does not await."""
        return self.models.talker

    def close(self) -> None:
        """Writes what waits and lets go of models and database."""
        with self._lock:
            models, self._models = self._models, None
        if models is not None:
            models.close()
        # What cannot be signed now is told by verifying; closing must not hide why the ward is closed.
        with contextlib.suppress(OpenWardError):
            self.trail.checkpoint()
        self.stores.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _of_day(
    listed: Callable[..., tuple[Run, ...]], day: date, limit: int, before: str | None
) -> tuple[Run, ...]:  # fmt: skip
    """The runs that began on a day, out of a list that is newest first."""
    found: list[Run] = []
    while len(found) < limit and (page := listed(limit=_PAGE, before=before)):
        found += [run for run in page if run.started.astimezone(UTC).date() == day]
        before = page[-1].id
        if page[-1].started.astimezone(UTC).date() < day:
            break
    return tuple(found[:limit])


def _bearer_tokens(settings: Settings, clock: Clock) -> IdentityProvider | None:
    """What verifies the tokens of the identity provider that callers bring along."""
    if not settings.oidc_issuer or not (settings.oidc_audience or settings.oidc_jwks):
        return None
    return _verifier(settings, settings.oidc_audience, _identity_provider(settings, clock))


def _code_flow(ward: Ward) -> "CodeFlow | None":
    """The console's sign-in at the identity provider."""
    settings = ward.settings
    if not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    from openward.access.code_flow import CodeFlow
    from openward.access.provider import Client

    provider = _identity_provider(settings, ward.clock)
    client = Client(settings.oidc_client_id, secret(settings.home / "secrets", "oidc-client"))
    return CodeFlow(
        provider, _verifier(settings, client.id, provider), client, signer=ward.signer, trail=ward.trail,
        clock=ward.clock, ids=ward.ids, scopes=settings.oidc_scopes,
    )  # fmt: skip


def _identity_provider(settings: Settings, clock: Clock) -> "Provider":
    from openward.access.provider import Addresses, Provider
    from openward.adapters.back_channel import HttpBackChannel

    given = Addresses(
        authorization_endpoint=settings.oidc_authorization_endpoint, token_endpoint=settings.oidc_token_endpoint,
        jwks_uri=settings.oidc_jwks if settings.oidc_jwks.startswith("http") else "",
        end_session_endpoint=settings.oidc_end_session_endpoint,
    )  # fmt: skip
    return Provider(settings.oidc_issuer, HttpBackChannel(), clock, given)


def _verifier(settings: Settings, audience: str, provider: "Provider") -> "Oidc":
    from openward.access.oidc import Oidc, roles_of

    fetched = not settings.oidc_jwks or settings.oidc_jwks.startswith("http")
    return Oidc(
        settings.oidc_issuer, audience, provider.keys if fetched else Path(settings.oidc_jwks),
        role_claim=settings.oidc_role_claim, roles=roles_of(settings.oidc_roles),
    )  # fmt: skip


def _models(ward: Ward) -> "Models":
    from openward.models.gateway import Gateway
    from openward.models.models import Models
    from openward.models.registry import registry_of_house
    from openward.models.small import SmallModels

    home = ward.settings.home
    registry = registry_of_house(home / "models.toml")
    gateway = Gateway(registry, _endpoints(home, registry), ward.stores.usage, ward.clock, ward.ids)
    small = any(model.kind == "predict" for model in registry.models)
    return Models(gateway, SmallModels(registry, _engines(home) if small else {}))


def _endpoints(home: Path, registry: "Registry") -> dict[str, Endpoint]:
    from openward.models.embedded import Embedded

    found: dict[str, Endpoint] = {"embedded": Embedded()}
    if any(model.kind != "predict" and model.through != "embedded" for model in registry.models):
        from openward.adapters.openai_model import OpenAIEndpoint

        found["openai"] = OpenAIEndpoint(cache(partial(secret, home / "secrets")), registry.policy.house)
    return found


def _engines(home: Path) -> dict[str, Engine]:
    from openward.adapters.kserve_model import KServeEngine
    from openward.adapters.onnx_model import OnnxEngine
    from openward.adapters.python_model import PythonEngine
    from openward.adapters.sklearn_model import SklearnEngine

    files = home / "models"
    return {
        "python": PythonEngine(), "onnx": OnnxEngine(files), "sklearn": SklearnEngine(files), "kserve": KServeEngine()
    }  # fmt: skip


def _stores(settings: Settings) -> Stores:
    url = settings.database_url
    if not url:
        from openward.adapters.sqlite import open_sqlite

        return open_sqlite(settings.home / "ward.db")
    if url.startswith(("postgresql://", "postgres://")):
        try:
            from openward.adapters.postgres import open_postgres
        except ModuleNotFoundError as error:
            msg = "PostgreSQL needs the extra 'postgres': pip install 'openward[postgres]'"
            raise SettingsError(msg) from error
        return open_postgres(url)
    msg = (
        f"{PREFIX}DATABASE_URL begins with '{url.partition(':')[0]}:'; use postgresql://… or leave it empty for SQLite"
    )
    raise SettingsError(msg)


def _raw(value: Any) -> msgspec.Raw:
    if isinstance(value, msgspec.Raw):
        return value
    return msgspec.Raw(value if isinstance(value, bytes) else _ENCODER.encode(value))
