"""What must hold before an agent is published: its manifest, its words, its skills and tools, its cases."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from openward.checks.guards import STRICTER, Stop, scan
from openward.checks.guards.active import active_content, data_in_links
from openward.checks.guards.encoded import encoded
from openward.checks.guards.hidden import hidden
from openward.checks.guards.instructions import GRAVE, instructions
from openward.checks.guards.persons import formed
from openward.checks.guards.secrets import secrets
from openward.domain.errors import InputError
from openward.harness.service import Service
from openward.studio.building import faults_of
from openward.studio.folder import Index
from openward.studio.manifest import Manifest
from openward.studio.skills import SKILLS
from openward.studio.trying import Tried

LEAST_CASES: Final = 3
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def faults(
    manifest: Manifest,
    folder: str,
    index: Index,
    services: Mapping[str, Service],
    home: Path,
    shipped: Mapping[str, Service],
) -> Iterator[str]:
    """What speaks against publishing a manifest, in words; nothing is run for it.

    `services` are the engines that it may use as tools, `shipped` are the agents of the gallery.
    """
    if manifest.id != folder:
        yield f"its id is '{manifest.id}', its folder '{folder}': give both one name"
    if manifest.id in services or manifest.id in shipped:
        yield f"there is a service '{manifest.id}' already: choose another id"
    yield from faults_of(manifest, services)
    yield from _of_version(manifest, index)
    yield from _of_tools(manifest, services)
    yield from _of_remote(manifest)
    yield from _of_skills(manifest, home / SKILLS)
    for guard in sorted(set(manifest.guards) - set(STRICTER)):
        yield f"there is no guard '{guard[:40]}' to be added; there are: {', '.join(STRICTER)}"
    yield from _of_words(manifest)


def case_faults(tried: tuple[Tried, ...]) -> Iterator[str]:
    """What speaks against publishing in its cases."""
    if len(tried) < LEAST_CASES:
        yield f"it has {len(tried)} cases: write at least {LEAST_CASES}, one of them of what it must not do"
    yield from (f"case {one.case} fails: {'; '.join(one.why)}" for one in tried if not one.passed)


def _of_version(manifest: Manifest, index: Index) -> Iterator[str]:
    published = [_number(one.version) for one in index.versions]
    if published and _number(manifest.version) <= max(published):
        highest = ".".join(map(str, max(published)))
        yield f"its version is {manifest.version}, {highest} was published already: raise 'version'"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _of_tools(manifest: Manifest, services: Mapping[str, Service]) -> Iterator[str]:
    for tool in manifest.tools:
        made_for = services[tool].card.audience if tool in services else manifest.roles
        if not set(made_for) & set(manifest.roles):
            yield f"'{tool}' is made for {', '.join(made_for)}, none of whom may use this agent"


def _of_remote(manifest: Manifest) -> Iterator[str]:
    for tool in manifest.remote:
        if not _DIGEST.fullmatch(tool.digest):
            yield f"remote tool '{tool.tool[:40]}': pin it by the digest (64 hex digits) that `openward doctor` shows"
        if tool.writes and (manifest.oversight != "draft" or manifest.audience == "patient"):
            yield f"remote tool '{tool.tool[:40]}' writes: only an agent that drafts for clinicians may have it"


def _of_skills(manifest: Manifest, folder: Path) -> Iterator[str]:
    for name, digest in manifest.skills.items():
        if name != Path(name).name or name.startswith("."):
            yield f"skill '{name[:40]}': a skill is named by its folder"
            continue
        try:
            skill = scan(folder / name, digest)
        except InputError:
            yield f"skill '{name[:40]}' is not in this ward: take it in with `openward studio skill FOLDER`"
            continue
        yield from (f"skill '{name}': {stop.reason}" for stop in skill.found if stop.outcome == "refuse")


def _of_words(manifest: Manifest) -> Iterator[str]:
    """A manifest is a text of a stranger too: nothing hidden, no keys, nobody's name, no way around the guards."""
    for field, text in _texts(msgspec.to_builtins(manifest), ""):
        found: tuple[Stop, ...] = (
            *hidden(text), *active_content(text), *data_in_links(text), *encoded(text), *secrets(text), *formed(text),
            *instructions(text, GRAVE),
        )  # fmt: skip
        yield from (f"'{field}': {stop.reason}" for stop in found[:1] if stop.outcome != "alert")


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if not _DIGEST.fullmatch(value):
            yield path, value
    elif isinstance(value, dict):
        for name, held in value.items():
            yield from _texts(held, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for place, held in enumerate(value):
            yield from _texts(held, f"{path}[{place}]")
