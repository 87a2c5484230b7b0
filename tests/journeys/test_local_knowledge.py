"""A pharmacist's own rows, dropped into `<home>/knowledge`, replace and add to the built-in ones."""

import json

import pytest
from tests.wards import a_house

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables
from openward.ward import Ward


@pytest.fixture(autouse=True)
def afterwards(tmp_path):
    yield
    tables.use_local(tmp_path / "nothing")


def local(tmp_path, name, *changes):
    """Writes a table of the hospital: the built-in header, and one built-in row with changed cells."""
    table = tables.find(name)
    header = next(line for line in _lines(name) if not line.startswith("#"))
    columns = header.split("\t")
    rows = []
    for like, change in changes:
        cells = {**table.row(like).cells, **change}
        rows.append("\t".join(cells[c.rstrip("?")] for c in columns))
    folder = tmp_path / "home" / "knowledge"
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(["#! version: ours.1", "#! reviewed: 2026-11-20", header, *rows]) + "\n"
    (folder / f"{name}.ours.tsv").write_text(text, encoding="utf-8")


def _lines(name):
    path = next(iter(sorted(tables.DATA.rglob(f"{name}*.tsv"))))
    return path.read_text(encoding="utf-8").splitlines()


def review(house, *orders):
    run = house.ward.run("prescription-review", {"orders": list(orders)}, patient="p1")
    assert run.status == "proposed", run.failure
    return json.loads(bytes(run.proposal))


def test_a_rule_of_the_house_replaces_the_built_in_one_and_says_so(tmp_path):
    local(tmp_path, "interaction_rules", ("cyp3a4-strong-statin", {"severity": "moderate", "present": "passive"}))
    with a_house(tmp_path / "home") as house:
        found = review(house, "clarithromycin 500 mg oral twice daily")["findings"]
        finding = next(f for f in found if "simvastatin" in f["headline"])
        assert (finding["severity"], finding["present"]) == ("moderate", "passive")


def test_without_the_folder_the_built_in_rule_speaks(tmp_path):
    with a_house(tmp_path / "home") as house:
        found = review(house, "clarithromycin 500 mg oral twice daily")["findings"]
        assert next(f for f in found if "simvastatin" in f["headline"])["present"] == "interrupt"


def test_a_drug_of_the_house_is_known(tmp_path):
    new = {"id": "hospitalin", "name_en": "hospitalin", "name_zh": "院内素", "atc": "", "rxnorm": "", "synonyms_en": "",
           "synonyms_zh": "", "brands": "Wardol"}  # fmt: skip
    local(tmp_path, "ingredients", ("warfarin", new))
    with a_house(tmp_path / "home") as house:
        gaps = {n["code"] for n in review(house, "Wardol 5 mg oral once daily")["not_checked"]}
        assert "drug-not-resolved" not in gaps


def test_a_malformed_table_of_the_house_is_named_with_file_and_line(tmp_path):
    folder = tmp_path / "home" / "knowledge"
    folder.mkdir(parents=True)
    (folder / "renal_rules.ours.tsv").write_text(
        "#! version: 1\n#! reviewed: 2026-11-20\nid\tsource\n", encoding="utf-8"
    )
    with Ward.open(home=tmp_path / "home"), pytest.raises(KnowledgeError, match=r"renal_rules\.ours\.tsv"):
        tables.find("renal_rules")
