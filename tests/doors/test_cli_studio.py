"""The studio at the command line: from a draft to a link."""

import json

import jsonschema
import pytest
import yaml
from tests.doors.test_cli import openward, told
from tests.studio.sample_page import CASES, PAGE


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


def done(home, *arguments):
    found = openward(home, "studio", *arguments)
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_an_agent_is_drafted_tried_published_compared_and_shared(home, tmp_path):
    assert "openward studio test ask-triage" in done(home, "new", "ask-triage")
    folder = home / "agents" / "ask-triage"
    (folder / "draft.yaml").write_text(PAGE, encoding="utf-8")
    for path in (folder / "cases").glob("*.json"):
        path.unlink()
    for name, content in CASES.items():
        (folder / "cases" / name).write_bytes(content)
    assert "The gate lets it pass." in done(home, "test", "ask-triage")
    assert "it answers now" in done(home, "publish", "ask-triage")
    assert next(s for s in told(home, "studio", "list") if s["id"] == "ask-triage")["state"] == "published"
    (folder / "draft.yaml").write_text(PAGE.replace("0.1.0", "0.2.0"), encoding="utf-8")
    assert "+version: 0.2.0" in done(home, "diff", "ask-triage")
    assert told(home, "studio", "publish", "ask-triage")["version"] == "0.2.0"
    assert "0.1.0 answers now" in done(home, "rollback", "ask-triage", "0.1.0")
    shared = told(
        home, "studio", "share", "ask-triage", "--address", "https://ward.example/", "--svg", str(tmp_path / "a.svg")
    )
    assert shared["link"].startswith("https://ward.example/a/")
    assert "<svg" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "█" in done(home, "share", "ask-triage")
    assert "2 links ended" in done(home, "share", "ask-triage", "--end")
    assert "is retired" in done(home, "retire", "ask-triage")


def test_a_draft_that_fails_is_told_with_its_line_and_does_not_pass(home):
    done(home, "new", "broken-one")
    path = home / "agents" / "broken-one" / "draft.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("subject: optional ", "subject: sometimes "), encoding="utf-8")
    found = openward(home, "studio", "test", "broken-one")
    assert found.returncode != 0
    assert "line 20: Invalid enum value 'sometimes' in 'subject'" in found.stderr
    path.write_text(text.replace("roles: [clinician, nurse, pharmacist]", "roles: [auditor]"), encoding="utf-8")
    found = openward(home, "studio", "test", "broken-one")
    assert found.returncode == 1
    assert "none of whom may use this agent" in found.stdout


def test_a_manifest_of_a_new_draft_fits_the_schema_that_is_printed(home):
    done(home, "new", "fits-schema")
    text = done(home, "show", "fits-schema")
    jsonschema.validate(yaml.safe_load(text), json.loads(done(home, "schema")))
    assert "# How a large model is spoken to" in text


def test_a_clone_and_a_skill_are_taken_in(home, tmp_path):
    done(home, "new", "first-one")
    assert "second-one" in done(home, "clone", "first-one", "second-one")
    skill = tmp_path / "checks"
    skill.mkdir()
    (skill / "SKILL.md").write_text("---\nname: checks\ndescription: How to check.\n---\nCheck the dose first.\n")
    digest = told(home, "studio", "skill", str(skill))["checks"]["digest"]
    assert digest in done(home, "skill")
    (skill / "run.py").write_text("print()")
    assert openward(home, "studio", "skill", str(skill)).returncode != 0
