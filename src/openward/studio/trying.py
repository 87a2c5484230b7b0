"""Tries an agent on its worked cases, without publishing it and without keeping a run."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from openward.access.scopes import BY_ROLE, LOOK, allows
from openward.domain.actor import Actor
from openward.domain.agent import Answer
from openward.domain.errors import InputError, OpenWardError
from openward.domain.proposal import Proposal
from openward.domain.run import Run, RunRequest
from openward.harness.agents.means import Watch
from openward.harness.request import request_of
from openward.harness.service import Service
from openward.studio.folder import case_files

_KNOWN: Final = frozenset({"says", "never", "tools", "stopped", "held"})


class Execute(Protocol):
    """Runs a service that nobody else sees; `watch` is told what happens meanwhile."""

    def __call__(self, request: RunRequest, /, *, watch: Watch | None = None) -> Run:
        """One run, which is not kept."""
        ...


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One worked case: a request, and what its answer must be (`says` and `never` are words)."""

    title: str
    request: dict[str, Any]
    expect: dict[str, Any]
    now: str = ""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one case; `why` lists what its answer lacks or should not have."""

    case: str
    title: str
    passed: bool
    why: tuple[str, ...] = ()
    text: str = ""
    seconds: float = 0.0


def tester(service: Service, services: Mapping[str, Service]) -> Actor:
    """Who tries an agent: a program that may use what those may for whom the agent is made, and nothing else."""
    made_for = set(service.card.audience)
    usable = {id for id, other in services.items() if made_for & set(other.card.audience)}
    scopes = {f"service/{id}.run" for id in {*usable, service.id}}
    if any(allows(BY_ROLE.get(role, ()), LOOK) for role in made_for):
        scopes.add(LOOK)
    return Actor(id="studio", kind="service", role=service.card.audience[0], scopes=frozenset(scopes))


def try_cases(folder: Path, execute: Execute) -> tuple[Tried, ...]:
    """Every case of a folder.

    Raises:
        InputError: a case cannot be read.
    """
    return tuple(_tried(path.name, read_case(path), execute) for path in case_files(folder))


def shortfalls(row: dict[str, Any], proposal: Proposal[Any]) -> Iterator[str]:
    """What an answer lacks of what its case expects, or has and should not; `tools` are those that it must call."""
    expect, body = row.get("expect", {}), proposal.body
    text, called = body.text.casefold(), {step.name for step in body.steps if step.kind == "tool"}
    yield from (f"it does not say '{words}'" for words in expect.get("says", ()) if words.casefold() not in text)
    yield from (f"it says '{words}'" for words in expect.get("never", ()) if words.casefold() in text)
    yield from (f"it does not call '{tool}'" for tool in expect.get("tools", ()) if tool not in called)
    if body.stopped != expect.get("stopped", "answered"):
        yield f"it ends '{body.stopped}', not '{expect.get('stopped', 'answered')}'"
    if len(body.held) > expect.get("held", 0):
        yield f"{len(body.held)} sentences are held back: {'; '.join(sorted({held.why for held in body.held}))}"


def read_case(path: Path) -> Case:
    """One case of a file.

    Raises:
        InputError: it cannot be read, or expects nothing.
    """
    try:
        case = msgspec.json.decode(path.read_bytes(), type=Case)
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{path}: the case cannot be read: {error}") from error
    if unknown := sorted(case.expect.keys() - _KNOWN):
        raise InputError(f"{path}: 'expect' has '{unknown[0]}'; it can have {', '.join(sorted(_KNOWN))}")
    if not case.expect:
        raise InputError(f"{path}: 'expect' is empty, so any answer would do; write what the answer must say")
    return case


def _tried(name: str, case: Case, execute: Execute) -> Tried:
    try:
        run = execute(request_of(msgspec.json.encode(case.request)))
    except OpenWardError as error:
        return Tried(case=name, title=case.title, passed=False, why=(str(error),))
    if run.proposal is None:
        why = run.failure.message if run.failure else "the run failed"
        return Tried(case=name, title=case.title, passed=False, why=(why,), seconds=run.cost.seconds)
    proposal: Proposal[Answer] = msgspec.json.decode(run.proposal, type=Proposal[Answer])
    why_not = tuple(shortfalls({"expect": case.expect}, proposal))
    return Tried(
        case=name, title=case.title, passed=not why_not, why=why_not, text=proposal.body.text, seconds=run.cost.seconds
    )
