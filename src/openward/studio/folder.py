"""One agent of a ward on disk: its working draft, its frozen versions, and an index of what happened to it.

    <home>/agents/<id>/draft.yaml · cases/*.json · versions/<version>/{agent.yaml, cases/*.json} · index.json

Files are written whole or not at all; `.changed` beside the folders tells other processes that something was published.
"""

import hashlib
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from openward.domain.errors import InputError, NotFoundError, StoreError
from openward.studio.manifest import AgentId
from openward.studio.reading import MAX_BYTES

AGENTS: Final = "agents"
MANIFEST: Final = "agent.yaml"
DRAFT: Final = "draft.yaml"
CASES: Final = "cases"
CHANGED: Final = ".changed"
MAX_CASES: Final = 200
_INDEX: Final = "index.json"
_VERSIONS: Final = "versions"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version that was published once; `digest` is over its manifest and its cases."""

    version: str
    digest: str
    at: datetime
    by: str
    cases: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A link to the page of an agent."""

    id: str
    expires: datetime
    by: str
    revoked: bool = False

    def lives(self, now: datetime) -> bool:
        """Whether it still leads anywhere."""
        return not self.revoked and now < self.expires


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """What was published of an agent; `current` is the version that answers, None before the first and when retired."""

    current: str | None = None
    versions: tuple[Version, ...] = ()
    shares: tuple[Share, ...] = ()

    def version(self, name: str) -> Version:
        """One version.

        Raises:
            NotFoundError: it was never published.
        """
        for one in self.versions:
            if one.version == name:
                return one
        there = ", ".join(one.version for one in self.versions)
        raise NotFoundError(f"there is no published version '{name[:40]}'; there are: {there or 'none'}")


class Folder:
    """The folder of one agent."""

    def __init__(self, home: Path, id: str) -> None:
        try:
            self.id = msgspec.convert(id, AgentId)
        except msgspec.ValidationError as error:
            raise InputError(
                "the id of an agent has 2 to 40 small letters and digits, with single hyphens between: discharge-help"
            ) from error
        self.path = home / AGENTS / self.id
        self.draft = self.path / DRAFT
        self.cases = self.path / CASES

    def index(self) -> Index:
        """What was published.

        Raises:
            StoreError: the index cannot be read.
        """
        path = self.path / _INDEX
        try:
            return msgspec.json.decode(path.read_bytes(), type=Index)
        except FileNotFoundError:
            return Index()
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(f"{path} cannot be read; take it back from a backup") from error

    def keep(self, index: Index) -> None:
        """Writes the index, and tells the other processes of this ward."""
        self.write(self.path / _INDEX, msgspec.json.format(msgspec.json.encode(index), indent=1))
        self.write(self.path.parent / CHANGED, index.current.encode() if index.current else b"-")

    def frozen(self, version: str) -> Path:
        """Where a published version lies; its name has passed the pattern of versions."""
        return self.path / _VERSIONS / version

    def freeze(self, version: str) -> str:
        """Copies draft and cases to a version that nobody changes any more; gives its digest.

        Raises:
            StoreError: the version lies there already, or cannot be written.
        """
        target = self.frozen(version)
        half = target.with_name(f".{version}.{os.getpid()}")
        try:
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(parents=True)
            shutil.copyfile(self.draft, half / MANIFEST)
            (half / CASES).mkdir()
            for path in case_files(self.cases):
                shutil.copyfile(path, half / CASES / path.name)
            half.rename(target)
        except OSError as error:
            shutil.rmtree(half, ignore_errors=True)
            raise StoreError(
                f"{target} cannot be written: {error.strerror}; free the place or raise 'version'"
            ) from error
        return digest_of(target)

    def write(self, path: Path, content: bytes) -> None:
        """Writes a file whole or not at all.

        Raises:
            StoreError: it cannot be written.
        """
        half = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(content)
            half.replace(path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}") from error

    def text(self, path: Path) -> str:
        """A text of this agent.

        Raises:
            InputError: it is not there, is too long, or is no UTF-8.
        """
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            return content.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path} cannot be read; `openward studio new {self.id}` writes a draft") from error


def case_files(folder: Path) -> list[Path]:
    """The worked examples of an agent, in order; links are none.

    Raises:
        InputError: there are more than there may be.
    """
    found = sorted(path for path in folder.glob("*.json") if path.is_file() and not path.is_symlink())
    if len(found) > MAX_CASES:
        raise InputError(f"{folder}: there are {len(found)} cases; an agent has at most {MAX_CASES}")
    return found


def digest_of(folder: Path) -> str:
    """SHA-256 (hex) over the manifest and the cases of a version, with their names."""
    whole = hashlib.sha256()
    for path in (folder / MANIFEST, *case_files(folder / CASES)):
        whole.update(hashlib.sha256(path.name.encode()).digest())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def agents_in(home: Path) -> list[Folder]:
    """The agents that this ward has on disk, in order; folders of other names are left alone."""
    found = []
    for path in sorted((home / AGENTS).glob("*/")):
        try:
            found.append(Folder(home, path.name))
        except InputError:
            continue
    return found
