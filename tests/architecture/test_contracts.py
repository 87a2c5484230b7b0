"""The arrows between the rooms point down: import-linter is run, and each contract is seen to bite."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint_imports(root: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"],
        cwd=root, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(root / "src"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip


def test_all_contracts_are_kept():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "0 broken" in done.stdout


BREAKS = {
    "an arrow upward": ("domain/code.py", "import openward.harness.service", "Arrows point down"),
    "a service that imports a web framework": (
        "services/prescription_review/reads.py", "import starlette", "touch no web framework"),
    "a room that names an adapter": ("harness/service.py", "import openward.adapters.memory", "Only the ward names"),
    "a folder that no layer names": ("surprise/__init__.py", "", "Arrows point down"),
    "a service that knows another": (
        "services/second/__init__.py", "import openward.services.prescription_review", "No clinical service knows"),
}  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_contract_is_seen(copy, name):
    module, line, contract = BREAKS[name]
    path = copy / "src" / "openward" / module
    before = path.read_text() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{line}\n{before or ''}" if '"""' not in (before or "")[:3] else f"{before}\n{line}\n")
    try:
        done = lint_imports(copy)
    finally:
        if before is None:
            shutil.rmtree(path.parent)
        else:
            path.write_text(before)
    assert done.returncode != 0
    broken = done.stdout + done.stderr
    assert contract in broken
