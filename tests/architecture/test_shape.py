"""The house keeps its shape: services, module length, function length, no stray rooms."""

import ast
from pathlib import Path

import pytest

from openward.harness.shape import faults_of

SOURCE = Path(__file__).parents[2] / "src" / "openward"
SERVICES = sorted(p.parent for p in SOURCE.glob("services/*/__init__.py"))
MODULES = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)


@pytest.mark.parametrize("folder", SERVICES, ids=lambda p: p.name)
def test_a_service_folder_has_the_shape(folder):
    assert faults_of(folder) == []


def test_no_module_is_longer_than_400_lines():
    long = {str(p.relative_to(SOURCE)): n for p in MODULES if (n := len(p.read_text().splitlines())) > 400}
    assert long == {}


def _functions():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body:
                    yield f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}", node.end_lineno - body[0].lineno + 2


def test_95_percent_of_the_functions_have_at_most_35_lines():
    lengths = sorted(n for _, n in _functions())
    assert lengths[int(len(lengths) * 0.95)] <= 35


def test_no_function_is_longer_than_60_lines():
    assert [name for name, n in _functions() if n > 60] == []


@pytest.mark.parametrize("banned", ["utils", "common", "core", "helpers", "misc"])
def test_no_module_has_a_name_that_says_nothing(banned):
    assert [str(p) for p in MODULES if p.stem == banned or banned in p.parts[len(SOURCE.parts) : -1]] == []


def test_every_test_asserts_something():
    empty = []
    for path in (SOURCE.parents[1] / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
                inside = list(ast.walk(node))
                names = {getattr(x, "attr", getattr(x, "id", "")) for x in inside}
                if not any(isinstance(x, ast.Assert) for x in inside) and not names & {"raises", "fail", "check"}:
                    empty.append(f"{path.name}:{node.lineno} {node.name}")
    assert empty == []
