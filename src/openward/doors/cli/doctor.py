"""What `openward doctor` looks at; the egress proof listens to every connection tried while services run."""

import importlib.metadata
import platform
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from openward.access.access import HOUSE
from openward.domain.errors import OpenWardError
from openward.domain.run import RunRequest
from openward.harness.request import request_of
from openward.knowledge import tables
from openward.settings import Settings
from openward.ward import Ward

_EXTRAS: Final = ("pyarrow", "ray", "psycopg", "mcp")
_LOCAL: Final = ("127.", "::1", "localhost", "/")


class Fact(msgspec.Struct, frozen=True):
    """One thing that is so."""

    name: str
    value: str
    origin: str = ""


class Socket(msgspec.Struct, frozen=True):
    """A socket that this configuration would open."""

    direction: str
    address: str
    why: str
    leaves: bool


class Report(msgspec.Struct, frozen=True):
    """What the doctor found; `attempts` are connections that were tried while every service ran its first case."""

    installed: tuple[Fact, ...]
    settings: tuple[Fact, ...]
    record: tuple[Fact, ...]
    services: tuple[Fact, ...]
    broken: tuple[Fact, ...]
    unfinished: tuple[Fact, ...]
    knowledge: tuple[Fact, ...]
    unreadable: tuple[Fact, ...]
    sockets: tuple[Socket, ...]
    exercised: int
    attempts: tuple[str, ...]
    trail: str
    trail_ok: bool

    @property
    def healthy(self) -> bool:
        """Whether the trail is intact, nothing tried to leave, every service can serve and every table be read."""
        return self.trail_ok and not (self.attempts or self.broken or self.unreadable)

    def tables(self) -> Iterator[tuple[str, tuple[str, ...], Iterable[tuple[str, ...]]]]:
        """Title, columns and rows of what a person reads."""
        yield "Installed", ("what", "version"), [(f.name, f.value) for f in self.installed]
        yield "Settings", ("setting", "value", "from"), [(f.name, f.value, f.origin) for f in self.settings]
        yield "Record", ("type", "resources"), [(f.name, f.value) for f in self.record]
        yield (
            "Services",
            ("service", "state", "without a large model"),
            [(f.name, f.value, f.origin) for f in self.services],
        )
        yield "Services that are out of order", ("service", "why"), [(f.name, f.value) for f in self.broken]
        rows = [(f.name, f.value, f.origin) for f in self.unfinished]
        yield "Agents' runs that have not ended", ("run", "state", "begun (UTC)"), rows
        yield "Knowledge", ("table", "version", "rows"), [(f.name, f.value, f.origin) for f in self.knowledge]
        yield "Tables that cannot be read", ("table", "why"), [(f.name, f.value) for f in self.unreadable]
        yield (
            "Sockets that this configuration opens", ("direction", "address", "why", "leaves this machine"),
            [(s.direction, s.address, s.why, "yes" if s.leaves else "no") for s in self.sockets],
        )  # fmt: skip

    def verdict(self) -> str:
        """One sentence on egress, one on the trail, and one on what is out of order."""
        tried = ", ".join(self.attempts)
        egress = f"{self.exercised} services ran while every connection was watched: " + (
            f"these left the house: {tried}" if self.attempts else "nothing tried to leave the house"
        )
        names = ", ".join(fact.name for fact in self.broken)
        broken = f"\nOut of order: {names}; the other services serve." if names else ""
        unread = ", ".join(fact.name for fact in self.unreadable)
        if unread:
            unread = f"\nTables that cannot be read: {unread}; what stands on them stops until they are mended."
        return f"{egress}.\nTrail: {self.trail}.{broken}{unread}"


def examine(ward: Ward) -> Report:
    """Looks at a ward; writes nothing but what any run of a service writes to the trail."""
    with _watched() as attempts:
        outcomes = {s: _exercise(ward, s) for s in ward.services}
    trail = ward.trail.verify()
    return Report(
        installed=tuple(_installed()),
        settings=tuple(_settings(ward)),
        record=tuple(Fact(t, str(n)) for t, n in sorted(ward.stores.record.counts().items())),
        services=tuple(
            Fact(f"{s.id} {s.card.version}", outcomes[s.id], s.card.without_model.en) for s in ward.services.values()
        ),
        broken=tuple(Fact(id, why) for id, why in sorted(ward.services.faults.items())),
        unfinished=tuple(
            Fact(one.run, f"{one.service}: {one.state}", one.opened.strftime("%Y-%m-%d %H:%M"))
            for one in ward.agents.unfinished()
        ),
        knowledge=tuple(_knowledge()),
        unreadable=tuple(Fact(name, why) for name, why in tables.faults().items()),
        sockets=tuple(_sockets(ward)),
        exercised=len(outcomes),
        attempts=tuple(sorted(set(attempts))),
        trail=f"{'intact' if trail.ok else 'CHANGED'}, {trail.entries} entries"
        + ("" if trail.ok else f": {trail.reason}"),
        trail_ok=trail.ok,
    )


def _installed() -> Iterator[Fact]:
    yield Fact("openward", importlib.metadata.version("openward"))
    yield Fact("python", f"{platform.python_version()} on {platform.platform()}")
    yield Fact("sqlite", sqlite3.sqlite_version)
    for name in _EXTRAS:
        try:
            yield Fact(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Fact(name, "not installed (optional)")


def _settings(ward: Ward) -> Iterator[Fact]:
    settings = ward.settings
    for name in settings.__struct_fields__:
        if name == "origins":
            continue
        value = settings.database if name == "database_url" else str(getattr(settings, name))
        yield Fact(name, value, settings.origins.get(name, "default"))


def _knowledge() -> Iterator[Fact]:
    for table in tables.readable():
        yield Fact(table.name, table.version, str(len(table.rows)))


def _sockets(ward: Ward) -> Iterator[Socket]:
    settings = ward.settings
    yield Socket("listen", f"{settings.host}:{settings.port}", "openward serve", leaves=not _local(settings.host))
    if settings.database_url:
        host = settings.database_url.rpartition("@")[2].partition("/")[0]
        yield Socket("connect", host, "PostgreSQL (database_url)", leaves=not _local(host))
    for address, why in _provider_addresses(settings):
        yield Socket("connect", address, why, leaves=not _local(urlsplit(address).hostname or ""))


def _provider_addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    """What is asked of the identity provider; browsers go to it by themselves and are not counted here."""
    given = settings.oidc_authorization_endpoint and settings.oidc_token_endpoint
    asked = settings.oidc_issuer and (settings.oidc_client_id or not settings.oidc_jwks)
    if asked and not (given and settings.oidc_jwks):
        yield settings.oidc_issuer, "the OIDC issuer's discovery document and keys, when somebody signs in"
    if settings.oidc_client_id:
        yield settings.oidc_token_endpoint or settings.oidc_issuer, "exchange of a sign-in's code (oidc_token_endpoint)"
    if settings.oidc_jwks.startswith("http"):
        yield settings.oidc_jwks, "keys of the OIDC issuer (oidc_jwks)"


def _local(host: str) -> bool:
    return host == "" or host.startswith(_LOCAL)


@contextmanager
def _watched() -> Iterator[list[str]]:
    """Collects every connection and name look-up to another machine that Python tries (PEP 578 audit events)."""
    seen: list[str] = []
    watching = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching or event not in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
            return
        address = arguments[1] if event != "socket.getaddrinfo" else arguments[0]
        host = str(address[0] if isinstance(address, tuple) else address)
        if not _local(host):
            seen.append(f"{event} {host}")

    sys.addaudithook(hook)
    yield seen
    watching = False


def _exercise(ward: Ward, service: str) -> str:
    """Runs the first worked example of a service."""
    case = next(iter(sorted((ward.services[service].folder / "cases").glob("*.json"))), None)
    if case is None:
        return "no worked example to run"
    request = msgspec.json.decode(case.read_bytes(), type=dict[str, msgspec.Raw]).get("request", msgspec.Raw(b"{}"))
    try:
        run = ward.think(service, _request(request), actor=HOUSE, door="cli")
    except OpenWardError as error:
        return f"its first worked example cannot be run: {error}"
    return f"runs its first worked example: {run.status}"


def _request(raw: msgspec.Raw) -> RunRequest:
    return request_of(bytes(raw))
