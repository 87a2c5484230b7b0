"""Stories keep their promises: what is planted is there, the clean plant nothing, the documentation is true."""

import re
from pathlib import Path

import pytest
from tests.synthetic.charts import SEED, Chart

from openward.domain.errors import KnowledgeError
from openward.synthetic import truth
from openward.synthetic.catalogue import load_catalogue
from openward.synthetic.listing import listing
from openward.synthetic.story import BACKGROUND, load_stories, read_story

DOC = Path(__file__).parents[2] / "docs" / "synthetic.md"
BEGIN = "<!-- generated: stories (openward.synthetic.listing.listing) -->\n"


def test_what_is_planted_is_in_the_record(chart):
    story = chart.filed.story
    number = int(chart.patient["id"].removeprefix("demo-"))
    told = [t for t in truth(number, seed=SEED, as_of=None) if t.patient == chart.patient["id"]]
    orders = {f"MedicationRequest/{r['id']}": r for r in chart.of("MedicationRequest")}
    for planted in told:
        assert all(orders[name]["status"] == "draft" for name in planted.orders)
        if planted.kind in {"none", "no-interrupt"}:
            continue
        assert planted.orders
        for drug in planted.drugs:
            assert drug in present(chart), (story.title.en, drug)


def present(chart: Chart) -> set[str]:
    """English names of what is drafted, taken now, or an allergy."""
    found = set()
    for resource in chart.of("MedicationRequest", "MedicationStatement", "AllergyIntolerance"):
        if resource["resourceType"] != "AllergyIntolerance" and resource["status"] not in {"draft", "active"}:
            continue
        concept = resource.get("medicationCodeableConcept") or resource.get("code")
        other = concept["_text"]["extension"][0]["extension"][1]["valueString"]
        found |= {concept["text"], other}
    return found


def test_planted_stories_say_what_and_the_others_plant_nothing(chart):
    story = chart.filed.story
    assert (story.verdict == "planted") == bool(story.truths)
    assert all(t.service == "prescription-review" for t in story.truths)


def test_every_story_beyond_the_background_has_a_draft_order_to_review(chart):
    drafts = [m for m in chart.filed.story.medications if m.as_ == "draft"]
    assert bool(drafts) == (chart.filed.specialty != BACKGROUND)


def test_a_draft_never_repeats_a_drug_in_use(chart):
    lines = chart.filed.story.medications
    for draft in (m for m in lines if m.as_ == "draft"):
        same = [m for m in lines if m.drug == draft.drug and m is not draft]
        assert all(m.until for m in same)


def test_companions_do_not_touch_the_planted_drugs(chart):
    story = chart.filed.story
    drugs = {d for t in story.truths for d in t.drugs} | {m.drug for m in story.medications}
    for key in story.background:
        assert load_catalogue().background[key].drug not in drugs


def test_allergies_are_listed_denied_or_not_recorded():
    states = set()
    for filed in load_stories():
        story = filed.story
        assert not (story.no_known_allergies and story.allergies)
        states.add("none" if story.no_known_allergies else "listed" if story.allergies else "unasked")
    assert states == {"none", "listed", "unasked"}


def test_everything_in_the_catalogue_is_used_by_a_story():
    """A code that no chart shows is a code that nobody checks."""
    folder = Path(__file__).parents[2] / "src" / "openward" / "synthetic"
    text = "".join(f.read_text(encoding="utf-8") for f in sorted(folder.glob("stories/*/*.toml")))
    text += (folder / "catalogue" / "background.toml").read_text(encoding="utf-8")
    catalogue = load_catalogue()
    for table in ("tests", "drugs", "substances", "problems", "procedures", "vaccines", "reports"):
        unused = [k for k in getattr(catalogue, table) if not re.search(rf'(?m)("|^){re.escape(k)}("| =)', text)]
        assert not unused, table
    assert set(catalogue.panels) == {t.panel for t in catalogue.tests.values() if t.panel}


def test_titles_are_given_in_both_languages():
    for filed in load_stories():
        assert any("\u4e00" <= c <= "\u9fff" for c in filed.story.title.zh)
        assert filed.story.title.en.isascii()


def test_a_malformed_story_is_refused_with_its_field(monkeypatch):
    monkeypatch.setattr("openward.synthetic.story.read_table", lambda _: {"title": {"en": "x", "zh": "y"}})
    with pytest.raises(KnowledgeError, match="is not a story"):
        read_story("stories/surgery/broken.toml")


def test_an_unknown_catalogue_entry_is_refused():
    chart = Chart(1, SEED)
    from openward.synthetic.case import Case

    case = Case.__new__(Case)
    case.catalogue, case.filed = load_catalogue(), chart.filed
    with pytest.raises(KnowledgeError, match=r"not in synthetic/catalogue/drugs\.toml"):
        case.term("drugs", "no-such-drug")


def test_the_documentation_lists_the_stories_as_they_are():
    assert DOC.read_text(encoding="utf-8").split(BEGIN)[1].strip() == listing().strip()
