"""The skills of a ward: folders with SKILL.md that were scanned, copied byte by byte, and are pinned by digest."""

import os
import shutil
from pathlib import Path
from typing import Final

from openward.checks.guards import Skill, scan
from openward.domain.errors import InputError, StoreError

SKILLS: Final = "skills"


def skills_in(home: Path) -> dict[str, Skill]:
    """The skills of a ward by name, as they are now."""
    found = {}
    for folder in sorted((home / SKILLS).glob("[a-z0-9]*/")):
        try:
            found[folder.name] = scan(folder)
        except InputError:
            continue
    return found


def look_at(source: Path) -> Skill:
    """Scans a folder before it is taken in.

    Raises:
        InputError: it is no skill, or the scan found what no skill may have; the message lists it.
    """
    if not source.is_dir() or source.is_symlink():
        raise InputError(f"{source} is no folder; a skill is a folder with SKILL.md")
    skill = scan(source.resolve())
    if not skill.clean:
        told = "; ".join(f"{stop.guard}: {stop.reason}" for stop in skill.found if stop.outcome == "refuse")
        raise InputError(f"{source} is not taken in: {told}")
    return skill


def take_in(source: Path, skill: Skill, home: Path) -> Path:
    """Copies a skill that was looked at; what was scanned is what is kept.

    Raises:
        InputError: it has changed between the look and the copy.
        StoreError: it cannot be written.
    """
    target = home / SKILLS / skill.name
    half = target.with_name(f".{skill.name}.{os.getpid()}") / skill.name
    try:
        half.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, half, symlinks=True)
        if scan(half, skill.digest).clean:
            shutil.rmtree(target, ignore_errors=True)
            half.rename(target)
            return target
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(half.parent, ignore_errors=True)
    raise InputError(f"{source} changed while it was read; try again")
