"""A service that cannot be loaded is named with what to do."""

import importlib.metadata
import sys

import pytest

from openward.domain.errors import BrokenServiceError, InputError
from openward.doors.cli.template import write_service
from openward.harness.registry import GROUP, discover
from openward.harness.shape import faults_of
from openward.ward import Ward


def test_built_in_services_and_those_of_the_home_are_found(tmp_path):
    write_service("falls-risk", tmp_path / "services")
    built_in, faults = discover(None)
    assert faults == {}
    assert {"clinical-calculator", "lab-report", "prescription-review", "triage"} <= set(built_in)
    assert list(built_in) == sorted(built_in)
    assert set(discover(tmp_path).services) == {*built_in, "falls-risk"}


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
def test_a_service_that_is_not_right_is_named_and_the_others_serve(tmp_path, name):
    breaks, words = BREAKS[name]
    folder = write_service("falls-risk", tmp_path / "services")
    breaks(folder)
    found, faults = discover(tmp_path)
    assert set(found) == set(discover(None).services)
    assert words in faults["falls-risk"]
    assert "falls_risk" in faults["falls-risk"]


def planted(monkeypatch, *points):
    """More installed packages, each with its entry point."""
    there = importlib.metadata.entry_points(group=GROUP)
    more = [importlib.metadata.EntryPoint(name, value, GROUP) for name, value in points]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [*more, *there] if group == GROUP else [])


def test_an_installed_package_that_cannot_be_imported_stops_no_other(monkeypatch, tmp_path):
    (tmp_path / "leaves_at_once.py").write_text("raise SystemExit('no licence')")
    monkeypatch.syspath_prepend(str(tmp_path))
    planted(monkeypatch, ("sepsis-watch", "openward_sepsis:SERVICE"), ("falls", "leaves_at_once:SERVICE"))
    found, faults = discover()
    assert "triage" in found
    assert "ModuleNotFoundError" in faults["sepsis-watch"]
    assert "repair or uninstall it" in faults["sepsis-watch"]
    assert "no licence" in faults["falls"]


def test_an_agent_whose_tool_is_out_of_order_is_left_out_and_says_which(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "openward.services.lab_report", None)
    with Ward.open(home=tmp_path) as ward:
        assert {"triage", "ward-assistant"} - set(ward.services) == {"ward-assistant"}
        assert "lab_report" in ward.services.faults["lab-report"]
        assert "'lab-report'" in ward.services.faults["ward-assistant"]
        with pytest.raises(BrokenServiceError, match=r"out of order.*lab_report"):
            ward.run("lab-report")


def test_a_folder_is_not_written_twice(tmp_path):
    write_service("falls-risk", tmp_path)
    with pytest.raises(InputError, match="exists"):
        write_service("falls-risk", tmp_path)


def test_what_is_missing_of_the_shape_is_listed(tmp_path):
    (tmp_path / "card.toml").write_text("")
    assert "'engine.py' is missing" in faults_of(tmp_path)
    assert "'cases' is missing" in faults_of(tmp_path)
