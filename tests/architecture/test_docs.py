"""What the documents say is what the product does."""

import importlib.util
import re
from pathlib import Path

import pytest
import typer.main

from openward.doors.cli.app import app
from openward.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def docs():
    spec = importlib.util.spec_from_file_location("docs", ROOT / "scripts" / "docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_parts_of_the_readme_are_up_to_date(docs):
    assert docs.renewed(README) == README, "run `make docs`"


def test_every_setting_is_explained(docs):
    assert docs.ABOUT.keys() == {n for n in Settings.__struct_fields__ if n != "origins"}


def test_every_command_of_the_documents_exists():
    known = set(typer.main.get_command(app).commands)
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    named = {(p.name, m) for p in pages for m in re.findall(r"`?openward ([a-z]+)", p.read_text(encoding="utf-8"))}
    assert {(page, command) for page, command in named if command not in known} == set()


def test_every_room_stands_in_the_architecture_page():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [p.parent.name for p in (ROOT / "src" / "openward").glob("*/__init__.py")]
    assert [room for room in rooms if f"`{room}/`" not in page] == []


def test_every_link_between_the_documents_leads_somewhere():
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8"))
        broken += [(page.name, target) for target in targets if not (page.parent / target).exists()]
    assert broken == []


def test_every_page_of_evidence_gives_its_command_and_n():
    pages = list((ROOT / "docs" / "evidence").glob("*.md"))
    assert pages
    commands = re.compile(r"(openward|pytest|python|make) [\w./-]")
    assert [p.name for p in pages if not commands.search(p.read_text(encoding="utf-8"))] == []


def test_no_document_names_a_path_of_a_developers_machine():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.py")]
    assert [p.name for p in pages if re.search(r"/(work|root|home/\w+)/", p.read_text(encoding="utf-8"))] == []
