"""A folder with SKILL.md: scanned as what a stranger wrote, and pinned by its digest."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from openward.checks.guards.active import active_content, data_in_links
from openward.checks.guards.encoded import encoded
from openward.checks.guards.hidden import hidden
from openward.checks.guards.instructions import GRAVE, instructions
from openward.checks.guards.secrets import secrets
from openward.checks.guards.stop import Stop, held, refused
from openward.domain.errors import InputError

SIZE: Final = "skill-size"
SCRIPT: Final = "skill-script"
NETWORK: Final = "skill-network"
PATH: Final = "skill-path"
DIGEST: Final = "skill-digest"
HEAD: Final = "skill-head"
FILE: Final = "SKILL.md"
MOST_FILES: Final = 64
MOST_BYTES: Final = 256 * 1024
_TEXTS: Final = frozenset({".md", ".txt", ".tsv", ".csv", ".json", ".yaml", ".yml", ""})
_RUNS: Final = re.compile(
    rb"^#!|^\x7fELF|^MZ|^PK\x03\x04|^\xca\xfe\xba\xbe|^\x1f\x8b|```\s*(?:bash|sh|shell|zsh|python|py|js|javascript|ruby|perl|powershell|console)\b|"
    rb"\b(?:rm\s+-rf|sudo\s|chmod\s|curl\s+-|wget\s|pip\s+install|npm\s+(?:i|install)\b|npx\s|uvx\s|eval\(|exec\(|os\.system|subprocess|child_process)",
    re.MULTILINE,
)
_NETWORK: Final = re.compile(
    r"\b(?:https?|ftp|wss?|ssh)://|\bfetch\(|\b\d{1,3}(?:\.\d{1,3}){3}:\d+|\bwebhook\b|\bngrok\b|\.onion\b",
    re.IGNORECASE,
)
_LEAVES: Final = re.compile(
    r"(?:^|[\s\"'(=\[])(?:\.\.[/\\]|~/|/(?:etc|root|home|proc|var|usr|tmp|dev)/|[A-Za-z]:\\|file:)", re.MULTILINE
)
_NAME: Final = re.compile(r"^name:\s*[\"']?([a-z0-9][a-z0-9-]{0,63})[\"']?\s*$", re.MULTILINE)
_ABOUT: Final = re.compile(r"^description:\s*(.{1,1024})$", re.MULTILINE)


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    """A skill as it was read: its name, what it is for, its words, the digest of every byte and name of its folder."""

    name: str
    about: str
    text: str
    digest: str
    found: tuple[Stop, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing speaks against it."""
        return not any(stop.outcome == "refuse" for stop in self.found)


def scan(folder: Path, pinned: str | None = None) -> Skill:
    """Reads a skill and says what speaks against it; nothing in it is ever run.

    Raises:
        InputError: the folder holds no SKILL.md that can be read.
    """
    files = _files(folder)
    sizes = {path: path.lstat().st_size for path in files}
    too_much = len(files) > MOST_FILES or sum(sizes.values()) > MOST_BYTES
    texts = (
        {}
        if too_much
        else {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in files
            if path.is_file() and not path.is_symlink()
        }
    )
    if not too_much and FILE not in texts:
        raise InputError(f"the folder '{folder.name}' has no file {FILE}; a skill is a folder with one")
    text = texts.get(FILE, b"").decode("utf-8", "replace")
    digest = _digest(texts)
    found = (*_of_size(files, too_much=too_much), *_of_paths(folder, files), *_of_texts(texts), *_of_head(text, folder))
    if pinned is not None and digest != pinned:
        found = (*found, refused(DIGEST, "the skill is not the one that was pinned"))
    name, about = _NAME.search(text), _ABOUT.search(text)
    return Skill(
        name=name[1] if name else "",
        about=about[1].strip(" \"'") if about else "",
        text=text,
        digest=digest,
        found=found,
    )


def _files(folder: Path) -> list[Path]:
    """What stands below the folder, in order; more than may be there is not walked."""
    found: list[Path] = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            found.append(path)
        if len(found) > MOST_FILES:
            break
    return sorted(found)


def _digest(texts: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(texts):
        whole.update(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest())
        whole.update(hashlib.sha256(texts[name]).digest())
    return whole.hexdigest()


def _of_size(files: list[Path], *, too_much: bool) -> Iterator[Stop]:
    if too_much:
        yield refused(SIZE, f"a skill has at most {MOST_FILES} files and {MOST_BYTES // 1024} KiB")
    for path in files:
        if path.suffix.lower() not in _TEXTS or (
            path.stat(follow_symlinks=False).st_mode & 0o111 and not path.is_symlink()
        ):
            yield refused(SCRIPT, f"'{path.name[:60]}' is a program or no text; a skill holds texts only")


def _of_paths(folder: Path, files: list[Path]) -> Iterator[Stop]:
    root = folder.resolve()
    for path in files:
        if path.is_symlink() or not path.resolve().is_relative_to(root):
            yield refused(PATH, f"'{path.name[:60]}' leads out of the folder")
        elif path.name.startswith("."):
            yield refused(PATH, f"'{path.name[:60]}' is hidden")


def _of_texts(texts: dict[str, bytes]) -> Iterator[Stop]:
    for name, body in texts.items():
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            yield refused(SCRIPT, f"'{name[:60]}' is no UTF-8 text")
            continue
        yield from (refused(stop.guard, f"{name[:60]}: {stop.reason}") for stop in _of_words(text))
        if _RUNS.search(body):
            yield refused(SCRIPT, f"{name[:60]}: it holds or asks for a program")
        if _LEAVES.search(text):
            yield refused(PATH, f"{name[:60]}: it names files outside of its folder")
        if _NETWORK.search(text):
            yield held(NETWORK, f"{name[:60]}: it names an address; a person must have looked at it")


def _of_words(text: str) -> Iterator[Stop]:
    """What no skill may say, though it is written to be followed: a skill may name tools and how to answer."""
    for look in (hidden, active_content, data_in_links, encoded, secrets):
        yield from look(text)
    yield from instructions(text, GRAVE)


def _of_head(text: str, folder: Path) -> Iterator[Stop]:
    name = _NAME.search(text)
    if name is None or _ABOUT.search(text) is None or not text.startswith("---"):
        yield refused(HEAD, f"{FILE} does not begin with a head of 'name' and 'description'")
    elif name[1] != folder.name:
        yield refused(PATH, "the skill's name is not that of its folder")
