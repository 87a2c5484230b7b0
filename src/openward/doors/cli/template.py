"""Writes the folder of a new service: a small, honest, working one, to be changed by its author."""

import re
from pathlib import Path
from string import Template
from typing import Final

from openward.domain.errors import InputError

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST: Final = 60
_FILES: Final = Path(__file__).parent / "template"


def write_service(name: str, into: Path) -> Path:
    """Writes the service's folder below `into`; InputError when the name is wrong or the folder exists."""
    _check(name)
    return _write(name, into / name.replace("-", "_"))


def write_package(name: str, into: Path) -> Path:
    """Writes an installable package that holds the service and declares its entry point."""
    _check(name)
    root = into / f"openward-{name}"
    module = f"openward_{name.replace('-', '_')}"
    _write(name, root / "src" / module)
    _fill(_FILES / "pyproject.toml.txt", root / "pyproject.toml", {"name": name, "module": module})
    return root


def _check(name: str) -> None:
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        msg = f"'{name[:80]}' is not a name for a service: use lower-case words with hyphens, such as falls-risk"
        raise InputError(msg)


def _write(name: str, folder: Path) -> Path:
    if folder.exists():
        msg = f"{folder} exists already; choose another name or remove it"
        raise InputError(msg)
    title = name.replace("-", " ").capitalize()
    for source in sorted((_FILES / "service").rglob("*.txt")):
        target = folder / source.relative_to(_FILES / "service").with_suffix("")
        _fill(source, target, {"name": name, "title": title})
    return folder


def _fill(source: Path, target: Path, words: dict[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Template(source.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
