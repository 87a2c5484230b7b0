"""The codes of the ingredients are well formed, owned by one drug each, and agree with the agency's file."""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from openward.knowledge import drugnames, tables
from openward.knowledge.drugs import Drugs

CASES = Path(__file__).resolve().parents[3] / "shared" / "data"
ANSM = CASES / "knowledge" / "ansm_interactions_2016-09_en.xml"
CLASSES = CASES / "knowledge" / "ansm_classes_2016-09_en.tsv"
ATC_5 = re.compile(r"[ABCDGHJLMNPRSV]\d\d[A-Z][A-Z]\d\d")
# Here the agency's file gives the code of another substance: J01FA05 is oleandomycin, B03BB01 folic acid.
SLIPS = {"MIDECAMYCIN", "FOLINIC ACID"}


@pytest.fixture(scope="module")
def ingredients():
    return tables.find("ingredients")


def agency_drugs():
    """Name, RxCUIs and ATC codes of every single drug in the agency's two files."""
    found = defaultdict(lambda: (set(), set()))
    for name, rxcui, _, inner in re.findall(
        r'<DRUG name="([^"]*)" rxcui="([^"]*)"\s*(/>|>(.*?)</DRUG>)', ANSM.read_text(encoding="utf-8"), re.DOTALL
    ):
        found[name.strip()][0].add(rxcui)
        found[name.strip()][1].update(re.findall(r'ATC code="([^"]*)"', inner))
    for line in CLASSES.read_text(encoding="utf-8").splitlines()[1:]:
        name, rxcui = line.split("\t")[:2]
        found[name.strip()][0].add(rxcui)
    return found


def test_there_are_enough_ingredients_to_work_with(ingredients):
    assert len(ingredients) >= 900
    assert len(tables.find("combinations")) >= 250


def test_ids_are_slugs(ingredients):
    assert [row.id for row in ingredients if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.id)] == []


def test_atc_codes_are_of_level_five_and_rxnorm_codes_are_numbers(ingredients):
    for table in (ingredients, tables.find("combinations")):
        for row in table:
            assert all(ATC_5.fullmatch(code) for code in row.list("atc")), row.where
    for row in ingredients:
        assert all(ATC_5.fullmatch(code) for code in row.list("atc_former")), row.where
        assert all(code.isdigit() for code in row.list("rxnorm")), row.where


def test_no_code_and_no_name_belongs_to_two_drugs():
    """The index refuses to be built otherwise."""
    drugnames.load.cache_clear()
    assert drugnames.load().ingredients


def test_a_name_that_belongs_to_two_drugs_is_refused(tmp_path):
    folder = tables.DATA / "ingredients"
    header = next(line for line in (folder / "ingredients.a.tsv").read_text().splitlines() if line.startswith("id\t"))
    columns = header.split("\t")
    cells = {"id": "mock", "name_en": "warfarin", "source": "gsrs", "reviewed": "2026-11-21"}
    row = "\t".join(cells.get(c.rstrip("?"), "") for c in columns)
    (tmp_path / "ingredients.tsv").write_text(f"#! version: 1\n#! reviewed: 2026-11-21\n{header}\n{row}\n")
    with pytest.raises(drugnames.KnowledgeError, match="'warfarin' belongs to 'warfarin' already"):
        drugnames.load((tmp_path,))


def test_plants_are_marked_and_nothing_else_is(ingredients):
    held = drugnames.load().ingredients
    herbs = {id for id, found in held.items() if found.herb}
    assert herbs == {row.id for row in ingredients if row["kind"] == "herb"}
    assert {"hypericum", "ginkgo", "liquorice", "salvia-miltiorrhiza", "valerian"} <= herbs
    assert herbs.isdisjoint({"digoxin", "paclitaxel", "warfarin", "grapefruit"}), "a molecule or a food is no herb"
    assert all(held[id].name("zh") != held[id].name("en") for id in herbs), "each has a Chinese name"


def test_a_kind_that_nobody_knows_is_refused(tmp_path):
    folder = tables.DATA / "ingredients"
    header = next(line for line in (folder / "ingredients.a.tsv").read_text().splitlines() if line.startswith("id\t"))
    cells = {"id": "mock", "name_en": "mock", "kind": "shrub", "source": "gsrs", "reviewed": "2026-11-21"}
    row = "\t".join(cells.get(c.rstrip("?"), "") for c in header.split("\t"))
    (tmp_path / "ingredients.tsv").write_text(f"#! version: 1\n#! reviewed: 2026-11-21\n{header}\n{row}\n")
    with pytest.raises(drugnames.KnowledgeError, match="column 'kind'"):
        drugnames.load((tmp_path,))


def test_most_ingredients_have_a_chinese_name(ingredients):
    assert sum(bool(row["name_zh"]) for row in ingredients) / len(ingredients) > 0.95


@pytest.mark.skipif(not ANSM.exists(), reason="the public cases (../shared/data) are not here")
def test_codes_agree_with_the_agency_file(ingredients):
    drugs = Drugs()
    compared = 0
    combined = {code for row in tables.find("combinations") for code in row.list("atc")}
    for name, (rxcuis, atcs) in agency_drugs().items():
        found = drugs.resolve_text(name)
        if name in SLIPS or len(found.ids) != 1 or not found.complete or "(" in name:
            continue
        row = ingredients.row(found.ids[0])
        ours = set(row.list("rxnorm"))
        if ours and rxcuis - {""} and row.source.count(name):
            compared += 1
            assert ours & rxcuis, (name, ours, rxcuis)
        single = {code for code in atcs if ATC_5.fullmatch(code) and int(code[5:]) < 50} - combined
        if single and row.list("atc"):
            assert single & {*row.list("atc"), *row.list("atc_former")}, (name, single)
    assert compared > 700


@pytest.mark.skipif(not CASES.exists(), reason="the public cases (../shared/data) are not here")
@pytest.mark.parametrize("file", ["ddi_must_alert.jsonl", "ddi_must_not_interrupt.jsonl"])
def test_every_drug_of_the_public_interaction_lists_is_known(file):
    drugs = Drugs()
    names = {row[side] for row in map(json.loads, (CASES / file).read_text().splitlines()) for side in ("a", "b")}
    assert [name for name in sorted(names) if not drugs.resolve_text(name).complete] == []
