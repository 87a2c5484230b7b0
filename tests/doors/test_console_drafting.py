"""A form of the studio becomes a manifest; what is wrong stands at its field, and what it does not show stays."""

import pytest
from tests.studio.sample_page import PAGE
from tests.wards import a_house

from openward.domain.text import Text
from openward.doors.console.comparing import changes
from openward.doors.console.drafting import fields_of, filled
from openward.doors.console.visit import Visit, words
from openward.studio.reading import read_manifest, write_manifest

MANIFEST = read_manifest(PAGE, "sample")


def t(key, **slots):
    return words()["en"][key].format(**slots)


def form_of(manifest, **changed):
    """The form as a browser sends it, with some fields changed; None takes one away."""
    fields = fields_of(manifest)
    form = {
        f"{n}.{c}": fields[n][c] for n in ("title", "purpose", "not_for", "population", "persona") for c in fields[n]
    }
    form |= {
        n: fields[n] for n in ("version", "owner", "department", "audience", "subject", "risk", "oversight", "signs")
    }
    form |= {f"{n}.{one}": "on" for n in ("tools", "chart", "roles", "guards") for one in fields[n]}
    form |= {n: str(fields["limits"][n]) for n in ("steps", "calls", "tokens", "seconds")}
    form |= {f"example.{n}.{c}": one[c] for n, one in enumerate(fields["examples"]) for c in one}
    form |= {"remembers_hours": str(fields["remembers_hours"]), "way": "recipe"}
    return {name: value for name, value in (form | changed).items() if value is not None}


def test_a_form_that_nobody_changed_is_the_manifest_that_it_was():
    held = filled(MANIFEST, form_of(MANIFEST), t)
    assert (held.faults, held.manifest) == ({}, MANIFEST)
    assert read_manifest(write_manifest(held.manifest), "again") == MANIFEST


def test_switches_are_set_in_the_order_in_which_they_stood():
    held = filled(MANIFEST, form_of(MANIFEST, **{"tools.literature": "on", "roles.nurse": None}), t)
    assert (held.manifest.tools, held.manifest.roles) == (("triage", "literature"), ("patient",))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title.zh": " "}, "title"),
        ({"steps": "0"}, "steps"),
        ({"steps": "many"}, "steps"),
        ({"seconds": "nan"}, "seconds"),
        ({"tokens": "900000"}, "tokens"),
        ({"remembers_hours": "721"}, "remembers_hours"),
        ({"money": "much"}, "money"),
        ({"money": "NaN"}, "money"),
        ({"money": "-1"}, "money"),
        ({"version": "1"}, "version"),
        ({"risk": "everything"}, "risk"),
        ({"roles.patient": None, "roles.nurse": None}, "roles"),
        ({"example.0.zh": ""}, "examples"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_written_is_given_back(changed, field):
    held = filled(MANIFEST, form_of(MANIFEST, **changed, owner="Somebody else"), t)
    assert field in held.faults
    assert held.manifest is None
    assert held.fields["owner"] == "Somebody else"


def test_an_example_is_taken_away_by_emptying_it_and_added_in_both_languages():
    changed = {"example.0.en": "", "example.0.zh": "", "example.1.en": "A fever?", "example.1.zh": "发热？"}
    assert filled(MANIFEST, form_of(MANIFEST, **changed), t).manifest.examples == (Text("A fever?", "发热？"),)


def test_the_recipe_is_left_for_the_words_of_the_question():
    guide = filled(MANIFEST, form_of(MANIFEST, way="words"), t).manifest.guide
    assert (guide.steps, guide.parts) == ((), ())
    assert filled(MANIFEST, form_of(MANIFEST), t).manifest.guide == MANIFEST.guide


def test_two_versions_are_compared_in_words(tmp_path):
    changed = {"tools.literature": "on", "title.en": "Elsewhere", "steps": "4", "signs": "nurse", "way": "words"}
    other = filled(MANIFEST, form_of(MANIFEST, **changed), t).manifest
    with a_house(tmp_path) as house:
        actor = house.ward.access.identify(house.session())
        visit = Visit(ward=house.ward, actor=actor, path={}, query={}, form={}, language="en", here="")
        found = {one.field: one for one in changes(visit, MANIFEST, other)}
        assert changes(visit, MANIFEST, MANIFEST) == []
    assert (found["Title (English)"].was, found["Title (English)"].now) == ("Where to go", "Elsewhere")
    assert found["What it may use"].added == ("Literature search and citation check",)
    assert (found["Steps"].was, found["Steps"].now) == ("8", "4")
    assert (found["Who signs"].was, found["Who signs"].now) == ("nobody", "nurse")
    assert found["Recipe without a large model"].now == "0 steps, 0 parts of the answer"
