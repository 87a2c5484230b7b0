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
from openward.studio.fault import Fault, fault
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
) -> Iterator[Fault]:
    """What speaks against publishing a manifest, in words; nothing is run for it.

    `services` are the engines that it may use as tools, `shipped` are the agents of the gallery.
    """
    if manifest.id != folder:
        yield fault(
            "id", f"its id is '{manifest.id}', its folder '{folder}': give both one name",
            f"编号为“{manifest.id}”，文件夹为“{folder}”：两者须一致",
        )  # fmt: skip
    if manifest.id in services or manifest.id in shipped:
        yield fault(
            "id",
            f"there is a service '{manifest.id}' already: choose another id",
            f"已有服务“{manifest.id}”：请换一个编号",
        )
    yield from faults_of(manifest, services)
    yield from _of_version(manifest, index)
    yield from _of_tools(manifest, services)
    yield from _of_remote(manifest)
    yield from _of_skills(manifest, home / SKILLS)
    for guard in sorted(set(manifest.guards) - set(STRICTER)):
        there = ", ".join(STRICTER)
        yield fault(
            "guards", f"there is no guard '{guard[:40]}' to be added; there are: {there}",
            f"没有可加的防护“{guard[:40]}”；现有：{there}",
        )  # fmt: skip
    yield from _of_words(manifest)


def case_faults(tried: tuple[Tried, ...]) -> Iterator[Fault]:
    """What speaks against publishing in its cases."""
    if len(tried) < LEAST_CASES:
        yield fault(
            "cases", f"it has {len(tried)} cases: write at least {LEAST_CASES}, one of them of what it must not do",
            f"仅有 {len(tried)} 个测试用例：至少需要 {LEAST_CASES} 个，其中一个应说明它不得做什么",
        )  # fmt: skip
    for one in tried:
        if not one.passed:
            why = "; ".join(one.why)
            yield fault("cases", f"case {one.case} fails: {why}", f"用例“{one.title}”未通过：{why}")


def _of_version(manifest: Manifest, index: Index) -> Iterator[Fault]:
    published = [_number(one.version) for one in index.versions]
    if published and _number(manifest.version) <= max(published):
        highest = ".".join(map(str, max(published)))
        yield fault(
            "version", f"its version is {manifest.version}, {highest} was published already: raise 'version'",
            f"当前版本为 {manifest.version}，已发布过 {highest}：请提高版本号",
        )  # fmt: skip


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _of_tools(manifest: Manifest, services: Mapping[str, Service]) -> Iterator[Fault]:
    for tool in manifest.tools:
        made_for = services[tool].card.audience if tool in services else manifest.roles
        if not set(made_for) & set(manifest.roles):
            roles = ", ".join(made_for)
            yield fault(
                "tools", f"'{tool}' is made for {roles}, none of whom may use this agent",
                f"“{tool}”供 {roles} 使用，而他们都不能使用此智能体",
            )  # fmt: skip


def _of_remote(manifest: Manifest) -> Iterator[Fault]:
    for tool in manifest.remote:
        name = tool.tool[:40]
        if not _DIGEST.fullmatch(tool.digest):
            yield fault(
                "remote", f"remote tool '{name}': pin it by the digest (64 hex digits) that `openward doctor` shows",
                f"外部工具“{name}”：请用 `openward doctor` 显示的摘要（64 位十六进制）固定",
            )  # fmt: skip
        if tool.writes and (manifest.oversight != "draft" or manifest.audience == "patient"):
            yield fault(
                "remote", f"remote tool '{name}' writes: only an agent that drafts for clinicians may have it",
                f"外部工具“{name}”会写入：仅限为医务人员起草的智能体使用",
            )  # fmt: skip


def _of_skills(manifest: Manifest, folder: Path) -> Iterator[Fault]:
    for name, digest in manifest.skills.items():
        if name != Path(name).name or name.startswith("."):
            yield fault(
                "skills", f"skill '{name[:40]}': a skill is named by its folder", f"技能“{name[:40]}”：须以文件夹名命名"
            )
            continue
        try:
            skill = scan(folder / name, digest)
        except InputError:
            yield fault(
                "skills", f"skill '{name[:40]}' is not in this ward: take it in with `openward studio skill FOLDER`",
                f"本机构没有技能“{name[:40]}”：请用 `openward studio skill FOLDER` 导入",
            )  # fmt: skip
            continue
        for stop in skill.found:
            if stop.outcome == "refuse":
                yield fault("skills", f"skill '{name}': {stop.reason}", f"技能“{name}”：{stop.reason}")


def _of_words(manifest: Manifest) -> Iterator[Fault]:
    """A manifest is a text of a stranger too: nothing hidden, no keys, nobody's name, no way around the guards."""
    for field, text in _texts(msgspec.to_builtins(manifest), ""):
        found: tuple[Stop, ...] = (
            *hidden(text), *active_content(text), *data_in_links(text), *encoded(text), *secrets(text), *formed(text),
            *instructions(text, GRAVE),
        )  # fmt: skip
        for stop in found[:1]:
            if stop.outcome != "alert":
                yield fault(field, f"'{field}': {stop.reason}", f"“{field}”中有不允许的内容：{stop.reason}")


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
