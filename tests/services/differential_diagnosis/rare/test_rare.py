import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.checks.form import form
from openward.checks.grounding import Sources, grounding
from openward.harness.service import Context
from openward.knowledge.hpo_annotations import Disease, Row
from openward.services.differential_diagnosis.rare import RareQuestion, answer
from openward.services.differential_diagnosis.rare.atlas import PRIOR, atlas
from openward.services.differential_diagnosis.rare.endpoints import RARE_ENDPOINTS, case_request, is_case, years
from openward.services.differential_diagnosis.rare.frequencies import frequency
from openward.services.differential_diagnosis.rare.profiles import stem, without
from openward.services.differential_diagnosis.rare.ranking import Asked, rank
from openward.services.differential_diagnosis.rare.suiting import Person, onset, unsuitable
from openward.services.differential_diagnosis.rare.understanding import take

CONTEXT = Context(now=datetime(2026, 11, 21, tzinfo=UTC))
MARFAN, ACHONDROPLASIA = "OMIM:154700", "OMIM:100800"
# Marfanoid: arachnodactyly, ectopia lentis, aortic root aneurysm, tall stature, pectus excavatum.
# Trident hand, frontal bossing, hyperlordosis, disproportionate short stature, brachydactyly.
DWARFISM = ("HP:0004060", "HP:0002007", "HP:0003307", "HP:0003498", "HP:0001156")
MARFANOID = ("HP:0001166", "HP:0001083", "HP:0002616", "HP:0000098", "HP:0000767")
CASES = Path(__file__).parents[4].parent / "shared" / "data" / "rare_disease_cases.jsonl"


def asked(**more):
    return RareQuestion(**({"present": MARFANOID} | more))


def ask(context=CONTEXT, **more):
    return answer(asked(**more), None, context)


def row(frequency="", reference="PMID:1", absent=False, term=5, onset=""):
    return Row(term, reference, frequency, absent, onset, "")


def test_a_typical_picture_leads_to_its_disease():
    first = ask(present=DWARFISM).body.candidates[0]
    assert (first.id, first.rank, first.share) == (ACHONDROPLASIA, 1, None)
    assert {r.finding for r in first.speaks_for} >= {"HP:0004060", "HP:0002007"}


def test_a_reason_tells_the_frequency_as_it_is_on_record_and_its_row():
    (marfan,) = (c for c in ask().body.candidates if c.id == MARFAN)
    (reason,) = (r for r in marfan.speaks_for if r.finding == "HP:0001083")
    words = {
        r.frequency for r in atlas().diseases[atlas().number[MARFAN]].rows if atlas().terms.ids[r.term] == "HP:0001083"
    }
    assert reason.row == "OMIM:154700/HP:0001083"
    assert any(frequency in reason.note for frequency in words - {""})


def test_the_weights_of_all_reasons_are_the_score():
    for candidate in ask(excluded=("HP:0001250",), age=3, sex="female").body.candidates:
        reasons = (*candidate.speaks_for, *candidate.speaks_against)
        assert sum(r.weight for r in reasons) == pytest.approx(candidate.score, abs=0.05)


def test_candidates_are_in_order_and_as_many_as_asked():
    scores = [c.score for c in ask(limit=7).body.candidates]
    assert len(scores) == 7
    assert scores == sorted(scores, reverse=True)


def test_a_finding_that_a_disease_does_not_explain_is_said():
    candidates = ask(present=(*DWARFISM, "HP:0001891", "HP:0002616")).body.candidates
    assert "HP:0001891" in next(c for c in candidates if c.id == ACHONDROPLASIA).unexplained
    for candidate in candidates:
        reasons = (*candidate.speaks_for, *candidate.speaks_against)
        assert all(r.weight < 1 and r.row is None for r in reasons if r.finding in candidate.unexplained)


def test_an_excluded_finding_of_the_disease_speaks_against_it():
    before = {c.id: c.score for c in ask().body.candidates}
    after = {c.id: c for c in ask(excluded=("HP:0000768",)).body.candidates}
    assert after[MARFAN].score < before[MARFAN]
    assert "HP:0000768" in {r.finding for r in after[MARFAN].speaks_against}


def test_evidence_of_every_finding_resolves():
    proposal = ask(text="He also has myopia, no seizures.")
    given_input = {"rare": json.loads(msgspec.json.encode(asked(text="He also has myopia, no seizures.")))}
    verdicts = grounding(proposal, Sources(given=given_input))
    assert proposal.findings
    assert {v.outcome for v in verdicts} == {"pass"}
    assert {v.outcome for v in form(proposal)} == {"pass"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_long_name_fits_a_headline(language):
    context = Context(now=CONTEXT.now, language=language)
    proposal = ask(context, present=("HP:0001263", "HP:0001250", "HP:0002119", "HP:0000486", "HP:0001252"))
    assert any("…" in f.headline for f in proposal.findings)
    assert {v.outcome for v in form(proposal)} == {"pass"}


def test_free_text_adds_terms_with_negation():
    understood = {u.finding: u for u in ask(present=(), text="Ectopia lentis; no seizures.").body.understood}
    assert (understood["HP:0001083"].state, understood["HP:0001250"].state) == ("present", "absent")
    assert understood["HP:0001083"].quote.lower() == "ectopia lentis"


def test_age_and_sex_are_read_from_the_text_where_they_are_not_given():
    told = take(atlas(), asked(text="A 4-year-old girl."), None, CONTEXT).asked.person
    given_first = take(atlas(), asked(text="A 4-year-old girl.", age=5.0, sex="male"), None, CONTEXT).asked.person
    assert (told.age, told.sex) == (pytest.approx(4, abs=0.01), "female")
    assert (given_first.age, given_first.sex) == (5.0, "male")


def test_what_was_given_goes_before_what_was_read():
    (said,) = (u for u in ask(text="No pectus excavatum.").body.understood if u.finding == "HP:0000767")
    assert (said.state, said.origin) == ("present", "given")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unknown_and_retired_terms_are_not_checked(language):
    context = Context(now=CONTEXT.now, language=language)
    retired = next(iter(sorted(atlas().terms.advised)))
    gaps = {g.code: g for g in ask(context, present=(*MARFANOID, "HP:9999999", retired)).not_checked}
    assert gaps["unknown-term"].about == ("rare.present[5]",)
    assert gaps["retired-term"].about == ("rare.present[6]",)
    assert "genotype" in gaps


def test_a_former_id_is_understood_as_the_term_of_today():
    terms = atlas().terms
    former = next(id for id in sorted(terms.index) if terms.ids[terms.index[id]] != id)
    (said,) = ask(present=(former,)).body.understood
    assert (said.finding, said.quote) == (terms.ids[terms.index[former]], former)


@pytest.mark.parametrize("present", [(), ("HP:9999999",), ("",)])
def test_without_a_term_nothing_is_ranked(present):
    proposal = ask(present=present)
    assert (proposal.body.covered, proposal.body.candidates, proposal.findings) == (False, (), ())
    assert proposal.not_checked[0].code == "not-covered"


def test_a_panel_limits_the_candidates_and_a_strange_gene_is_said():
    proposal = ask(genes=("FGFR3", "NOSUCHGENE"))
    assert {"FGFR3"} == {g for c in proposal.body.candidates for g in atlas().genes[c.id] if g == "FGFR3"}
    assert proposal.examined[0].count < 50
    assert next(g for g in proposal.not_checked if g.code == "unknown-gene").about == ("rare.genes[1]",)


def test_a_panel_that_leaves_nothing_gives_no_ranking():
    assert ask(genes=("NOSUCHGENE",)).body.covered is False


def test_a_mode_of_inheritance_leaves_out_diseases_of_other_modes():
    assert MARFAN in {c.id for c in ask(inheritance=("dominant",)).body.candidates}
    assert MARFAN not in {c.id for c in ask(inheritance=("recessive",)).body.candidates}


def test_publications_that_are_left_out_take_their_rows_along():
    held = atlas()
    number = held.number[ACHONDROPLASIA]
    references = {r for row in held.diseases[number].rows for r in row.reference.split(";")}
    bare = held.apart(number, frozenset(references))[0]
    assert bare.terms == ()
    assert bare.publications == 0
    assert held.profiles[number].terms


def test_leaving_out_an_unrelated_publication_changes_nothing():
    plain = ask().body.candidates
    assert ask(exclude_references=("PMID:0",)).body.candidates == plain


def test_touched_diseases_are_scored_like_all_others():
    held = atlas()
    terms = tuple(held.terms.index[t] for t in MARFANOID)
    lanes = held.lanes(terms)
    for disease in range(0, len(held.diseases), 97):
        known, closure = held.apart(disease, frozenset())
        score = PRIOR * known.prior() + sum(held.weigh(term, closure)[0] for term in terms)
        assert held.read(lanes[disease], len(terms)) == (disease, pytest.approx(score, abs=0.2))


def test_a_row_that_rests_on_another_publication_stays_without_its_count():
    kept = without((row("3/4", "PMID:1;PMID:2"), row("5/5"), row("1/9", "PMID:3")), frozenset({"PMID:1"}))
    assert [(r.reference, r.frequency) for r in kept] == [("PMID:2", ""), ("PMID:3", "1/9")]


def test_a_row_that_denies_still_denies_without_its_count():
    (kept,) = without((row("0/4", "PMID:1;PMID:2"),), frozenset({"PMID:1"}))
    assert frequency((kept,)) == (0.0, 0.0)


@given(k=st.integers(0, 50), n=st.integers(1, 50))
def test_frequencies_are_probabilities_and_more_patients_give_more_certainty(k, n):
    usual, least = frequency((row(f"{min(k, n)}/{n}"),))
    assert 0 <= least <= usual <= 1
    if k >= n:
        assert frequency((row(f"{10 * n}/{10 * n}"),))[1] > least


@pytest.mark.parametrize(("words", "low", "high"), [
    ("HP:0040280", 0.9, 1.0), ("HP:0040281", 0.8, 0.99), ("HP:0040282", 0.3, 0.79), ("HP:0040283", 0.05, 0.29),
    ("HP:0040284", 0.01, 0.07), ("45%", 0.4, 0.5), ("1/20", 0.04, 0.1), ("", 0.5, 1.0),
])  # fmt: skip
def test_classes_percentages_and_counts_come_out_where_they_belong(words, low, high):
    assert low <= frequency((row(words),))[0] <= high


@pytest.mark.parametrize("words", ["HP:0040285", "0/7", "0%"])
def test_a_finding_that_no_patient_had_is_not_on_record(words):
    assert frequency((row(words),)) == (0.0, 0.0)


@pytest.mark.parametrize(("name", "said"), [
    ("Spinocerebellar ataxia 49", "spinocerebellar ataxia"),
    ("Deafness, autosomal recessive 123", "deafness"),
    ("Kabuki syndrome 2", "kabuki syndrome"),
    ("Usher syndrome, type IIA", "usher syndrome"),
    ("Netherton syndrome", "netherton syndrome"),
])  # fmt: skip
def test_the_stem_of_a_name_has_no_number(name, said):
    assert stem(name) == said


def disease(*, onsets=(), modes=()):
    index = atlas().terms.index
    return Disease(
        "OMIM:1", "x", (), tuple(row(term=index[t]) for t in onsets), tuple(row(term=index[t]) for t in modes)
    )


def test_a_disease_that_begins_later_than_the_patients_age_is_put_back():
    terms, late = atlas().terms, disease(onsets=("HP:0003584",))
    assert onset(terms, late) == (60.0, 130.0)
    assert unsuitable(terms, late, Person(age=4.0), frozenset()) > 0
    assert unsuitable(terms, late, Person(age=70.0), frozenset()) == 0
    assert unsuitable(terms, late, Person(), frozenset()) == 0


def test_an_early_disease_is_not_put_back_in_an_adult_unless_the_onset_is_known():
    terms, early = atlas().terms, disease(onsets=("HP:0003593",))
    assert unsuitable(terms, early, Person(age=50.0), frozenset()) == 0
    assert unsuitable(terms, early, Person(age=50.0, onset=45.0), frozenset()) > 0


def test_an_x_linked_recessive_disease_is_put_back_in_a_girl_but_not_in_a_boy():
    terms, carried = atlas().terms, disease(modes=("HP:0001419",))
    assert unsuitable(terms, carried, Person(sex="female"), frozenset()) > 0
    assert unsuitable(terms, carried, Person(sex="male"), frozenset()) == 0


def test_the_next_finding_is_new_and_promises_information():
    proposal = ask()
    assert proposal.body.next_findings
    for question in proposal.body.next_findings:
        assert question.finding not in MARFANOID
        assert 0 < question.bits <= 1
        assert question.separates


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_set_of_terms_gives_a_stable_ranking(data):
    held = atlas()
    terms = st.lists(st.sampled_from(range(len(held.terms.ids))), min_size=1, max_size=12, unique=True)
    present, excluded = data.draw(terms), data.draw(terms)
    question = Asked(tuple(present), tuple(excluded))
    first = rank(held, question)
    assert first == rank(held, Asked(tuple(reversed(present)), tuple(reversed(excluded))))
    assert len({r.disease for r in first}) == len(first) == 20


def test_two_hundred_terms_of_each_kind_are_weighed():
    ids = atlas().terms.ids
    assert len(ask(present=ids[500:700], excluded=ids[9000:9200], limit=20).body.candidates) == 20


@pytest.mark.parametrize(
    ("words", "value"), [("P4Y", 4.0), ("P5Y6M", 5.5), ("P3W", 21 / 365.25), ("", None), ("4", None), ("P", None)]
)
def test_ages_of_the_cases_are_read(words, value):
    assert years(words) == (None if value is None else pytest.approx(value))


def test_a_case_becomes_a_question_without_its_own_publication():
    case = {
        "present": ["HP:1", "HP:1"],
        "excluded": [],
        "publication": "PMID:7",
        "disease": "OMIM:1",
        "sex": "MALE",
        "age": None,
    }
    assert is_case(case)
    assert not is_case({"correct_diagnosis": "x"})
    assert case_request(case) == {
        "input": {"rare": {"present": ["HP:1"], "excluded": [], "exclude_references": ["PMID:7"], "sex": "male"}}
    }


def test_a_case_is_right_by_the_very_number_only():
    top_1 = RARE_ENDPOINTS[0]
    assert top_1.success({"disease": ACHONDROPLASIA}, ask(present=DWARFISM))
    assert not top_1.success({"disease": "ORPHA:558"}, ask())


def test_public_cases_are_answered():
    if not CASES.is_file():
        pytest.skip("the public cases (../shared/data/rare_disease_cases.jsonl) are not here")
    lines = CASES.read_text(encoding="utf-8").splitlines()[::200]
    for line in lines:
        question = msgspec.convert(case_request(json.loads(line))["input"]["rare"], RareQuestion)
        assert answer(question, None, CONTEXT).body.covered
