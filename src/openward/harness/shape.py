"""The one shape of a clinical service's folder."""

from pathlib import Path
from typing import Final

REQUIRED: Final = frozenset({"__init__.py", "card.toml", "reads.py", "proposal.py", "checks.py", "study.py", "cases"})
THINKS: Final = frozenset({"engine.py", "engine"})
OPTIONAL: Final = frozenset({"prompt.md", "knowledge", "view.html", "README.md"})
DRAWERS: Final = frozenset({"utils", "helpers", "common", "core"})
MODULE_LINES: Final = 400


def faults_of(folder: Path) -> list[str]:
    """What is wrong with the shape of a service's folder, in words; empty when it is right.

    Modules and packages beside the required ones are parts of the engine: they are allowed when the engine would
    outgrow one file.
    """
    names = {p.name for p in folder.iterdir() if not p.name.startswith((".", "__pycache__"))}
    faults = [f"'{name}' is missing" for name in sorted(REQUIRED - names)]
    if not names & THINKS:
        faults.append("'engine.py' is missing")
    faults += [f"'{name}' is unexpected" for name in sorted(_strangers(folder, names))]
    if "cases" in names and not any((folder / "cases").glob("*.json")):
        faults.append("'cases' holds no worked example (*.json)")
    return faults + [f"'{p.name}' has over {MODULE_LINES} lines" for p in sorted(folder.rglob("*.py")) if _long(p)]


def _strangers(folder: Path, names: set[str]) -> set[str]:
    rest = names - REQUIRED - THINKS - OPTIONAL
    return {n for n in rest if n.removesuffix(".py") in DRAWERS or not _is_python(folder / n)}


def _is_python(part: Path) -> bool:
    return part.suffix == ".py" or (part / "__init__.py").is_file()


def _long(module: Path) -> bool:
    return len(module.read_text(encoding="utf-8").splitlines()) > MODULE_LINES
