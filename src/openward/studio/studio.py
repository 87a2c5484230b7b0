"""The studio: an agent is drafted, tried, published by a gate, compared, rolled back, shared and retired."""

import difflib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec

from openward.access.access import Access
from openward.access.scopes import ADMIN
from openward.checks.guards import Skill
from openward.domain.actor import Actor
from openward.domain.errors import InputError, NotFoundError, ReleaseError
from openward.domain.run import Run, RunRequest
from openward.domain.trail import Action, EventOutcome
from openward.harness.agents.means import Watch
from openward.harness.service import Service
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.signer import Signer
from openward.studio import gate, sharing, standing
from openward.studio.building import service_of
from openward.studio.catalogue import Catalogue
from openward.studio.fault import Fault
from openward.studio.folder import AGENTS, MANIFEST, MAX_CASES, Folder, Share, Version, agents_in, case_files
from openward.studio.manifest import Manifest
from openward.studio.reading import read_manifest, write_manifest
from openward.studio.skills import look_at, skills_in, take_in
from openward.studio.standing import Standing
from openward.studio.starting import CASES, manifest_text
from openward.studio.trying import Case, Execute, Tried, read_case, try_cases
from openward.trail.trail import Trail

if sys.platform != "win32":
    import fcntl

DRAFT: Final = "draft"
_LOCK: Final = ".lock"
_LONGEST_SHARE: Final = timedelta(days=365)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate says of a draft: what speaks against it (`found` with fields), and what became of its cases."""

    id: str
    version: str
    faults: tuple[str, ...]
    tried: tuple[Tried, ...]
    found: tuple[Fault, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it may be published."""
        return not self.faults


class Studio:
    """The agents of one ward; `trial` gives a way to run a service that nobody else sees."""

    def __init__(  # noqa: PLR0913 - the parts of a ward that it needs
        self,
        home: Path,
        catalogue: Catalogue,
        *,
        access: Access,
        trail: Trail,
        clock: Clock,
        ids: Ids,
        signer: Signer,
        trial: Callable[[Service], Execute],
    ) -> None:
        self._home = home
        self._catalogue = catalogue
        self._access = access
        self._trail = trail
        self._clock = clock
        self._ids = ids
        self._signer = signer
        self._trial = trial

    def standings(self) -> tuple[Standing, ...]:
        """All agents, those that ship first."""
        shipped, now = self._catalogue.shipped, self._clock.now()
        own = [folder for folder in agents_in(self._home) if folder.id not in shipped]
        return (
            *(standing.of_gallery(service, Folder(self._home, service.id), now) for service in shipped.values()),
            *(standing.of_ward(folder, self._catalogue, now) for folder in own),
        )

    def manifest(self, id: str, version: str | None = None) -> Manifest:
        """The manifest of a version; without one the draft, the published or the shipped one, whichever there is first.

        Raises:
            NotFoundError: there is none.
            InputError: it cannot be read; the message names the line.
        """
        text, where = self.text(id, version)
        return read_manifest(text, where)

    def text(self, id: str, version: str | None = None) -> tuple[str, str]:
        """The manifest as it was written, and where it lies."""
        folder = Folder(self._home, id)
        path = self._path(folder, version)
        return folder.text(path), str(path)

    def new(self, id: str, actor: Actor, *, manifest: Manifest | None = None, cases: Path | None = None) -> Path:
        """Writes a working draft, to be edited by hand; with a manifest, of that.

        Raises:
            InputError: there is an agent or a service of that id.
        """
        self._access.require(actor, ADMIN)
        folder = Folder(self._home, id)
        with self._locked():
            if folder.draft.exists() or folder.id in self._catalogue:
                raise InputError(f"there is a service or a draft '{folder.id}' already; choose another id")
            self._noted(actor, "create", "agent.draft", folder.id)
            text = manifest_text(folder.id) if manifest is None else write_manifest(manifest)
            given = {path.name: path.read_bytes() for path in case_files(cases)} if cases else CASES
            for name, content in given.items():
                folder.write(folder.cases / name, content)
            folder.write(folder.draft, text.encode())
        return folder.draft

    def clone(self, source: str, id: str, actor: Actor) -> Path:
        """A draft that begins as another agent is."""
        origin = Folder(self._home, source)
        cases = self._cases(origin)
        copy = msgspec.structs.replace(self.manifest(source), id=Folder(self._home, id).id, version="0.1.0")
        return self.new(id, actor, manifest=copy, cases=cases)

    def save(self, id: str, text: str, actor: Actor) -> Manifest:
        """Puts a text in the place of a draft, when it is a manifest of this id.

        Raises:
            InputError: it is none; the message names the line.
        """
        self._access.require(actor, ADMIN)
        folder = Folder(self._home, id)
        manifest = read_manifest(text, str(folder.draft))
        if manifest.id != folder.id:
            raise InputError(f"{folder.draft}: the id is '{manifest.id}', the draft is of '{folder.id}'")
        with self._locked():
            self._noted(actor, "update", "agent.draft", folder.id)
            folder.write(folder.draft, text.encode())
        return manifest

    def test(self, id: str) -> Report:
        """Tries a draft on its cases and holds it against the gate; nothing is published and no run is kept."""
        folder = Folder(self._home, id)
        manifest = read_manifest(folder.text(folder.draft), str(folder.draft))
        found = list(self._faults(folder, manifest))
        tried: tuple[Tried, ...] = ()
        if not found:
            tried = try_cases(folder.cases, self._trial(service_of(manifest, folder.path, self._catalogue.engines)))
            found += gate.case_faults(tried)
        return Report(
            id=folder.id, version=manifest.version, faults=tuple(map(str, found)), tried=tried, found=tuple(found)
        )

    def faults(self, id: str) -> tuple[Fault, ...]:
        """What speaks against publishing a draft; nothing is run for it, so its cases may still fail."""
        folder = Folder(self._home, id)
        return tuple(self._faults(folder, read_manifest(folder.text(folder.draft), str(folder.draft))))

    def ask(
        self, id: str, request: RunRequest, actor: Actor, *, version: str | None = None, watch: Watch | None = None
    ) -> Run:  # fmt: skip
        """Asks a version, without one the draft, before it is published; who looked at whom is in the trail.

        It is asked with the rights of those for whom it is made, and no run is kept.

        Raises:
            InputError: its manifest names what there is not, so it cannot be asked.
        """
        self._access.require(actor, ADMIN)
        folder = Folder(self._home, id)
        path = self._path(folder, version)
        service = service_of(self.manifest(id, version), path.parent, self._catalogue.engines)
        self._trail.write(actor, "agent.try", "execute", patient=request.patient, subject=folder.id)
        return self._trial(service)(request, watch=watch)

    def cases(self, id: str) -> tuple[tuple[str, Case], ...]:
        """The cases on which an agent is tried, each with the name of its file."""
        return tuple((path.name, read_case(path)) for path in case_files(self._cases(Folder(self._home, id))))

    def add_case(self, id: str, case: Case, actor: Actor) -> str:
        """Writes one more case of a draft; gives the name of its file."""
        folder = self._drafted(id, actor)
        with self._locked():
            taken = {path.name for path in case_files(folder.cases)}
            numbers = range(len(taken) + 1, 2 * MAX_CASES + 2)
            name = next(f"{n:02}_case.json" for n in numbers if f"{n:02}_case.json" not in taken)
            self._noted(actor, "create", "agent.case", folder.id)
            folder.write(folder.cases / name, msgspec.json.format(msgspec.json.encode(case), indent=1))
        return name

    def drop_case(self, id: str, name: str, actor: Actor) -> None:
        """Takes a case of a draft away.

        Raises:
            NotFoundError: there is no case of that name.
        """
        folder = self._drafted(id, actor)
        with self._locked():
            path = next((path for path in case_files(folder.cases) if path.name == name), None)
            if path is None:
                raise NotFoundError("there is no such case; reload the page")
            self._noted(actor, "delete", "agent.case", folder.id)
            path.unlink()

    def _drafted(self, id: str, actor: Actor) -> Folder:
        self._access.require(actor, ADMIN)
        folder = Folder(self._home, id)
        if not folder.draft.exists():
            raise NotFoundError(f"'{folder.id}' has no draft; make one first")
        return folder

    def publish(self, id: str, actor: Actor) -> Report:
        """Publishes a draft that passes the gate: it is frozen, and answers from now on in every process of this ward.

        Raises:
            ReleaseError: the gate does not let it pass; the message lists all that is wrong.
        """
        self._access.require(actor, ADMIN)
        folder = Folder(self._home, id)
        with self._locked():
            report = self.test(id)
            if not report.passed:
                self._noted(actor, "update", "agent.publish", folder.id, version=report.version, refused=True)
                raise ReleaseError(f"'{folder.id}' {report.version} is not published: {'; '.join(report.faults)}")
            self._noted(actor, "update", "agent.publish", folder.id, version=report.version)
            digest = folder.freeze(report.version)
            version = Version(
                version=report.version, digest=digest, at=self._clock.now(), by=actor.id, cases=len(report.tried)
            )
            index = folder.index()
            folder.keep(msgspec.structs.replace(index, current=version.version, versions=(*index.versions, version)))
        return report

    def roll_back(self, id: str, version: str, actor: Actor) -> None:
        """Lets an earlier version answer again.

        Raises:
            NotFoundError: it was never published.
        """
        self._access.require(actor, ADMIN)
        folder = Folder(self._home, id)
        with self._locked():
            index = folder.index()
            index.version(version)
            service_of(read_manifest(folder.text(folder.frozen(version) / MANIFEST), version), folder.frozen(version),
                       self._catalogue.engines)  # fmt: skip
            self._noted(actor, "update", "agent.rollback", folder.id, version=version)
            folder.keep(msgspec.structs.replace(index, current=version))

    def retire(self, id: str, actor: Actor) -> None:
        """Lets nothing of an agent answer any more, and ends its links; its versions stay."""
        self._access.require(actor, ADMIN)
        folder = Folder(self._home, id)
        with self._locked():
            index = folder.index()
            if index.current is None:
                raise NotFoundError(f"'{folder.id}' is not published here, so it cannot be retired")
            self._noted(actor, "update", "agent.retire", folder.id)
            ended = tuple(msgspec.structs.replace(share, revoked=True) for share in index.shares)
            folder.keep(msgspec.structs.replace(index, current=None, shares=ended))

    def difference(self, id: str, old: str | None = None, new: str | None = None) -> str:
        """Two versions line by line (unified); without names what is published and the draft."""
        folder = Folder(self._home, id)
        before = old or folder.index().current
        if before is None:
            raise InputError(f"'{folder.id}' has no published version to compare with; name two versions")
        after = new or DRAFT
        left, right = (self.text(folder.id, name)[0].splitlines(keepends=True) for name in (before, after))
        return "".join(difflib.unified_diff(left, right, f"{folder.id} {before}", f"{folder.id} {after}"))

    def share(self, id: str, actor: Actor, *, days: int) -> str:
        """The token of a link to the page of an agent, good for so many days.

        Raises:
            InputError: the agent cannot have a page, or the days are too many.
        """
        self._access.require(actor, ADMIN)
        folder = Folder(self._home, id)
        life = timedelta(days=days)
        if not timedelta(0) < life <= _LONGEST_SHARE:
            raise InputError(f"a link lives 1 to {_LONGEST_SHARE.days} days")
        with self._locked():
            index = folder.index()
            sharing.require_page(self._catalogue.get(folder.id), folder.id)
            share = Share(id=self._ids.new("share"), expires=self._clock.now() + life, by=actor.id)
            self._noted(actor, "create", "agent.share", folder.id, days=days)
            folder.keep(msgspec.structs.replace(index, shares=(*index.shares, share)))
        return sharing.token(folder.id, share, self._signer)

    def end_shares(self, id: str, actor: Actor, share: str | None = None) -> int:
        """Ends one link to an agent, or all of them; how many there were."""
        self._access.require(actor, ADMIN)
        folder, now = Folder(self._home, id), self._clock.now()
        with self._locked():
            index = folder.index()
            wanted = [one for one in index.shares if one.lives(now) and share in {None, one.id}]
            self._noted(actor, "delete", "agent.share", folder.id)
            shares = (msgspec.structs.replace(o, revoked=True) if o in wanted else o for o in index.shares)
            folder.keep(msgspec.structs.replace(index, shares=tuple(shares)))
        return len(wanted)

    def links(self, id: str) -> tuple[tuple[Share, str], ...]:
        """The links to an agent that live, each with its token."""
        folder, now = Folder(self._home, id), self._clock.now()
        live = (share for share in folder.index().shares if share.lives(now))
        return tuple((share, sharing.token(folder.id, share, self._signer)) for share in live)

    def shared(self, token: str) -> tuple[Service, str]:
        """The agent behind a link, and the link's id.

        Raises:
            NotFoundError: the link is forged, expired or ended, or its agent is no longer published.
        """
        named, share_id = sharing.read(token, self._signer)
        folder = Folder(self._home, named)
        share = next((share for share in folder.index().shares if share.id == share_id), None)
        service = self._catalogue.get(folder.id)
        if share is None or service is None or not share.lives(self._clock.now()):
            raise NotFoundError(sharing.GONE)
        sharing.require_page(service, folder.id)
        return service, share.id

    def take_skill(self, source: Path, actor: Actor) -> Skill:
        """Takes a folder with SKILL.md into this ward; a manifest names it with the digest that this gives.

        Raises:
            InputError: the scan found what no skill may have.
        """
        self._access.require(actor, ADMIN)
        skill = look_at(source)
        with self._locked():
            self._noted(actor, "create", "skill.import", skill.name, version=skill.digest)
            take_in(source.resolve(), skill, self._home)
        return skill

    def skills(self) -> dict[str, Skill]:
        """The skills of this ward by name."""
        return skills_in(self._home)

    def _faults(self, folder: Folder, manifest: Manifest) -> Iterator[Fault]:
        return gate.faults(
            manifest, folder.id, folder.index(), self._catalogue.engines, self._home, self._catalogue.shipped
        )

    def _path(self, folder: Folder, version: str | None) -> Path:
        """Where a version lies."""
        if version == DRAFT or (version is None and folder.draft.exists()):
            return folder.draft
        index = folder.index()
        if version is not None:
            return folder.frozen(index.version(version).version) / MANIFEST
        if index.current is not None:
            return folder.frozen(index.current) / MANIFEST
        if folder.id in self._catalogue.shipped:
            return self._catalogue.shipped[folder.id].folder / MANIFEST
        raise NotFoundError(f"there is no agent '{folder.id}'; `openward studio list` shows those that there are")

    def _cases(self, folder: Folder) -> Path:
        return self._path(folder, None).parent / "cases"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One change at a time, in all processes of this machine."""
        path = self._home / AGENTS / _LOCK
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("w") as held:
            if sys.platform != "win32":
                fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def _noted(  # noqa: PLR0913 - one line of the trail
        self,
        actor: Actor,
        action: Action,
        what: str,
        id: str,
        *,
        version: str = "",
        days: int = 0,
        refused: bool = False,
    ) -> None:
        """Writes a change into the trail, before it is done: what cannot be written down does not happen."""
        detail: dict[str, str | int] = {"version": version} if version else {}
        detail |= {"days": days} if days else {}
        outcome: EventOutcome = "refused" if refused else "success"
        self._trail.write(actor, what, action, subject=id, outcome=outcome, detail=detail)
