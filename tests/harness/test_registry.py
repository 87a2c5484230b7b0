"""A service that cannot be loaded is named with what to do."""

import pytest

from openward.domain.errors import InputError, ServiceError
from openward.doors.cli.template import write_service
from openward.harness.registry import discover
from openward.harness.shape import faults_of


def test_built_in_services_and_those_of_the_home_are_found(tmp_path):
    write_service("falls-risk", tmp_path / "services")
    built_in = discover(None)
    assert {"clinical-calculator", "lab-report", "prescription-review", "triage"} <= set(built_in)
    assert list(built_in) == sorted(built_in)
    assert set(discover(tmp_path)) == {*built_in, "falls-risk"}


BREAKS = {
    "a missing file": (lambda f: (f / "checks.py").unlink(), "'checks.py' is missing"),
    "no case": (lambda f: [p.unlink() for p in (f / "cases").glob("*")], "no worked example"),
    "a stray module": (lambda f: (f / "helpers.py").write_text(""), "unexpected"),
    "a broken card": (lambda f: (f / "card.toml").write_text("id = 1"), "card"),
    "a broken module": (lambda f: (f / "engine.py").write_text("def"), "SyntaxError"),
    "no service": (lambda f: (f / "__init__.py").write_text("SERVICE = 5"), "expected"),
    "an id that is taken": (
        lambda f: (f / "card.toml").write_text(
            (f / "card.toml").read_text().replace('"falls-risk"', '"prescription-review"', 1)), "two services"),
    "a module of 401 lines": (lambda f: (f / "more.py").write_text("\n" * 401), "over 400 lines"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_service_that_is_not_right_is_named(tmp_path, name):
    breaks, words = BREAKS[name]
    folder = write_service("falls-risk", tmp_path / "services")
    breaks(folder)
    with pytest.raises(ServiceError, match=words) as caught:
        discover(tmp_path)
    assert "falls_risk" in str(caught.value)


def test_a_folder_is_not_written_twice(tmp_path):
    write_service("falls-risk", tmp_path)
    with pytest.raises(InputError, match="exists"):
        write_service("falls-risk", tmp_path)


def test_what_is_missing_of_the_shape_is_listed(tmp_path):
    (tmp_path / "card.toml").write_text("")
    assert "'engine.py' is missing" in faults_of(tmp_path)
    assert "'cases' is missing" in faults_of(tmp_path)
