"""What the engine makes of words, ids and the chart; how its list behaves when something is added."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.differential_diagnosis.desk import ids, propose, said

from openward.domain.errors import InputError
from openward.services.differential_diagnosis import SERVICE, intake
from openward.services.differential_diagnosis.echoing import MOST, echoed
from openward.services.differential_diagnosis.facts import Facts, Person
from openward.services.differential_diagnosis.proposal import Understood
from openward.services.differential_diagnosis.ranking import rank
from openward.services.differential_diagnosis.weighing import model

FINDINGS = sorted(model().likely)
SOME = st.lists(st.sampled_from(FINDINGS), max_size=12, unique=True)


def ranked(present=(), absent=(), **person):
    return rank(model(), Facts(person=Person(**person), present=tuple(present), absent=tuple(absent)))


def share(ranking, condition):
    return ranking.shares[model().at[condition]]


@settings(deadline=None, max_examples=60)
@given(present=SOME, absent=SOME)
def test_the_shares_are_parts_of_one_whole(present, absent):
    ranking = ranked(present, set(absent) - set(present))
    assert sum(ranking.shares) == pytest.approx(1)
    assert all(0 <= s <= 1 for s in ranking.shares)
    assert [ranking.scores[i] for i in ranking.order] == sorted(
        (ranking.scores[i] for i in ranking.order), reverse=True
    )


@settings(deadline=None, max_examples=40)
@given(present=SOME, data=st.data())
def test_the_order_in_which_findings_are_told_does_not_matter(present, data):
    mixed = data.draw(st.permutations(present))
    assert ranked(present).scores == pytest.approx(ranked(mixed).scores)


@settings(deadline=None, max_examples=40)
@given(finding=st.sampled_from([f for f in FINDINGS if model().words.ancestors(f) & set(FINDINGS)]))
def test_what_is_told_twice_in_general_and_in_special_counts_once(finding):
    general = sorted(model().words.ancestors(finding))
    assert ranked([finding]).scores == pytest.approx(ranked([finding, *general]).scores)


@settings(deadline=None, max_examples=40)
@given(link=st.sampled_from([k for k in model().base.links if k.likely > 0.5]))
def test_a_finding_of_a_condition_speaks_for_it_and_its_denial_against_it(link):
    unknown, present = ranked(), ranked([link.finding])
    denied = ranked(absent=[link.finding])
    assert share(present, link.condition) > share(unknown, link.condition) > share(denied, link.condition)


def test_a_condition_of_the_other_sex_is_never_ranked():
    assert "ectopic_pregnancy" not in [model().conditions[i].id for i in ranked(["abdominal_pain"], sex="male").order]


def test_a_finding_of_no_condition_changes_nothing():
    strange = next(term.id for term in model().words if not model().knows(term.id) and not term.parents)
    assert ranked(["fever"]).scores == ranked(["fever", strange]).scores


def test_an_unknown_id_is_refused_without_repeating_it():
    with pytest.raises(InputError, match=r"present\[1\] is no finding") as refused:
        propose({"present": ["fever", "Smith, John"]})
    assert "Smith" not in str(refused.value)


@pytest.mark.parametrize(
    "input",
    [
        {"text": "x" * 20_001},
        {"text": 7},
        {"age": -1},
        {"age": 200},
        {"sex": "other words"},
        {"present": ["fever"] * 201},
        {"unheard": 1},
    ],
)
def test_what_is_no_question_is_refused_by_its_type(input):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(input, SERVICE.reads)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\x00\x01\x02",
        "no " * 6000,
        "发热" * 5000,
        "fever, " * 2500,
        "(" * 9000,
        "🤒" * 4000,
        "a\u202eb fever",
    ],
)
def test_strange_text_gives_an_answer_or_says_that_it_has_none(text):
    proposal = propose({"text": text})
    assert proposal.body.covered or any(n.code == "not-covered" for n in proposal.not_checked)


@settings(deadline=None, max_examples=30)
@given(text=st.text(max_size=300))
def test_any_text_is_answered(text):
    proposal = propose({"text": text})
    assert proposal.body.covered is bool(proposal.body.candidates)


def test_without_age_and_sex_the_answer_says_so():
    codes = {n.code for n in propose({"text": "fever and cough"}).not_checked}
    assert {"age-unknown", "sex-unknown"} <= codes


def test_pregnancy_that_nobody_mentioned_is_asked_for_in_a_woman_who_may_be_pregnant():
    woman = {"text": "lower abdominal pain", "age": 28, "sex": "female"}
    assert "pregnancy-unknown" in {n.code for n in propose(woman).not_checked}
    assert "pregnancy-unknown" not in {n.code for n in propose(woman | {"age": 70}).not_checked}
    assert "pregnancy-unknown" not in {n.code for n in propose(woman | {"sex": "male"}).not_checked}


def test_the_weeks_of_a_pregnancy_tell_its_two_halves_apart():
    early, late = (propose({"text": f"28 year old woman, {n} weeks pregnant, vaginal bleeding"}) for n in (7, 33))
    assert ids(early).index("ectopic_pregnancy") < 4
    assert "placental_abruption" not in ids(early)[:3]
    assert "placental_abruption" in ids(late)[:3]


def test_a_pregnancy_is_not_read_into_an_old_woman():
    proposal = propose({"text": "69-year-old woman, para 3, all pregnancies resulted in births at term, leaks urine"})
    assert "pregnancy-unknown" not in {n.code for n in proposal.not_checked}
    assert not any(r.finding == "pregnant" for c in proposal.body.candidates for r in c.speaks_for)


def test_every_reason_adds_up_and_names_its_row():
    proposal = propose(
        {"text": "A 30-year-old woman has palpitations, heat intolerance, weight loss and tremor. No fever."}
    )
    rows = {link.id: link for link in model().base.links}
    for candidate in proposal.body.candidates:
        assert all(r.weight > 0 for r in candidate.speaks_for)
        assert all(r.weight < 0 for r in candidate.speaks_against)
        for reason in (*candidate.speaks_for, *candidate.speaks_against):
            if reason.row in rows:
                assert rows[reason.row].condition == candidate.id
                assert rows[reason.row].basis == reason.basis


def test_what_must_not_be_missed_is_in_view_whatever_its_rank():
    proposal = propose({"text": "35-year-old man with nosebleeds and bruises"})
    view = {v.id: v for v in proposal.body.keep_in_view}
    assert "acute_leukemia" in view
    assert view["acute_leukemia"].rank is not None
    grave = {f.id.removeprefix("must-not-miss/") for f in proposal.findings} - {"together"}
    assert grave <= set(view)
    assert grave <= set(ids(proposal))
    assert all(f.advice for f in proposal.findings)


def test_what_is_unlikely_and_must_not_be_missed_is_one_warning_and_says_what_to_check():
    proposal = propose({"text": "55-year-old woman with diarrhoea and vomiting for two days, weak and thirsty"})
    together = [f for f in proposal.findings if f.id == "must-not-miss/together"]
    assert len(together) == 1
    unlikely = [c for c in proposal.body.candidates if c.must_not_miss and c.share < 0.05]
    assert any(c.name in together[0].headline for c in unlikely)
    assert together[0].severity != "critical"
    assert together[0].advice.startswith("Check: ")
    assert {c.id for c in unlikely} <= {view.id for view in proposal.body.keep_in_view}


def test_the_next_question_is_never_one_that_was_answered():
    given = {"text": "A 50-year-old man has thirst and polyuria, denies weight loss and vision changes."}
    proposal = propose(given)
    asked = {n.finding for n in proposal.body.next_findings}
    assert asked
    assert asked.isdisjoint(said(proposal, "present") | said(proposal, "absent"))
    assert all(n.bits > 0 for n in proposal.body.next_findings)


def test_an_answer_to_the_next_question_moves_the_list():
    given = {"present": ["polyuria", "thirst"], "age": 40, "sex": "female"}
    before = propose(given)
    best = before.body.next_findings[0].finding
    after = propose(given | {"present": ["polyuria", "thirst", best]})
    assert [c.share for c in before.body.candidates] != [c.share for c in after.body.candidates]


def test_measurements_become_findings_by_their_limits():
    proposal = propose({"text": "40-year-old man. T 38.4 C, pulse 96/min, BP 182/96, SpO2 91 %, RR 16/min"})
    assert {"fever", "hypoxia", "hypertension_measured", "hypertension_severe"} <= said(proposal, "present")
    assert {"tachycardia", "tachypnea", "hypotension"} <= said(proposal, "absent")


def test_a_limit_for_adults_is_not_used_in_a_child_or_where_the_age_is_unknown():
    for text in ("3-year-old girl, pulse 118/min", "pulse 118/min"):
        assert "tachycardia" not in said(propose({"text": text}), "present")


def test_the_same_question_gives_the_same_answer_in_both_languages():
    given = {"present": ["fever", "headache", "neck_stiffness", "photophobia"], "age": 20, "sex": "male"}
    english, chinese = propose(given), propose(given, language="zh")
    assert ids(english) == ids(chinese)
    assert chinese.summary.startswith("首先考虑")
    assert [c.name for c in english.body.candidates] != [c.name for c in chinese.body.candidates]


def test_the_chart_gives_drugs_problems_and_recent_measurements_with_their_place():
    condition = {
        "resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": "Atrial fibrillation"},
    }  # fmt: skip
    drug = {
        "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p"}, "authoredOn": "2026-11-10",
        "medicationCodeableConcept": {"text": "warfarin 5 mg"},
    }  # fmt: skip
    saturation = {
        "resourceType": "Observation", "id": "o", "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "59408-5"}]},
        "effectiveDateTime": "2026-11-21T08:00:00Z",
        "valueQuantity": {"value": 88, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
    }  # fmt: skip
    patient = {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1950-01-01"}
    proposal = propose({"text": "short of breath"}, patient, condition, drug, saturation)
    places = {u.finding: u.place for u in proposal.body.understood if u.origin == "chart"}
    assert places["history_af"] == "Condition/c"
    assert places["drug_anticoagulant"] == "MedicationRequest/m"
    assert places["hypoxia"] == "Observation/o"
    assert {n.code for n in proposal.not_checked} == set()


def result(name, value, unit, low, high, **more):
    ends = {side: {"value": end, "unit": unit} for side, end in (("low", low), ("high", high)) if end is not None}
    return {
        "resourceType": "Observation", "id": "o", "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"text": name}, "effectiveDateTime": "2026-11-20T08:00:00Z",
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        **({"referenceRange": [ends]} if ends else {}), **more,
    }  # fmt: skip


def test_a_result_beyond_its_own_interval_is_a_finding_and_is_cited():
    given, raised = {"text": "no urine since yesterday"}, result("Creatinine", 208, "umol/L", 45, 90)
    proposal = propose(given, PATIENT, raised)
    (told,) = (u for u in proposal.body.understood if u.finding == "creatinine_raised")
    assert (told.origin, told.place, told.quote) == ("chart", "Observation/o", "208 µmol/L")
    assert "creatinine_raised" not in said(propose(given, PATIENT), "present")


@pytest.mark.parametrize(
    "seen",
    [
        result("Creatinine", 80, "umol/L", 45, 90),
        result("Creatinine", 208, "umol/L", None, None),
        result("Creatinine", 208, "umol/L", 45, 90, effectiveDateTime="2026-10-01T08:00:00Z"),
        result("Creatinine", 208, "umol/L", 45, 90, status="entered-in-error"),
        result("Creatinine, urine", 9000, "umol/L", 45, 90),
    ],
)
def test_a_result_within_its_interval_without_one_old_or_withdrawn_is_no_finding_and_denies_none(seen):
    proposal = propose({"text": "no urine since yesterday"}, PATIENT, seen)
    assert "creatinine_raised" not in said(proposal, "present") | said(proposal, "absent")


def test_a_complaint_told_thousands_of_times_is_echoed_once():
    proposal = propose({"text": "胸痛" * 9000})
    assert said(proposal, "present") >= {"chest_pain"}
    assert len(proposal.body.understood) < 10
    assert "mentions-left-out" not in {note.code for note in proposal.not_checked}


def test_a_long_list_of_findings_is_cut_and_the_rest_is_counted():
    proposal = propose({"present": FINDINGS[:180]})
    assert len(proposal.body.understood) == MOST
    note = next(note for note in proposal.not_checked if note.code == "mentions-left-out")
    assert "80" in note.why


def test_every_finding_is_echoed_before_one_is_repeated():
    words = [
        Understood(finding="f", name="F", state="present", origin="text", place="text", quote=f"{n}")
        for n in range(150)
    ]
    other = Understood(finding="g", name="G", state="present", origin="text", place="text", quote="x" * 500)
    shown, left = echoed([*words, other])
    assert (len(shown), left, shown[-1].finding) == (MOST, 51, "g")
    assert len(shown[-1].quote) <= 201


def test_a_pregnant_man_is_refused():
    with pytest.raises(InputError, match="'pregnant' is true"):
        propose({"text": "chest pain", "sex": "male", "pregnant": True})


@pytest.mark.parametrize(
    "text",
    [
        "past history of acute kidney injury. now has headache",
        "headache, and a drug-induced liver injury last year",
        "headache. In intensive care for acute lung injury and myocardial injury.",
        "头痛。去年急性肾损伤。",
    ],
)
def test_the_injury_of_an_organ_is_no_trauma(text):
    present = said(propose({"text": text}), "present")
    assert "headache" in present
    assert not {f for f in present if f == "injury" or "injury" in model().words.ancestors(f)}


def test_the_injury_of_an_organ_and_a_pain_in_the_chest_make_no_injury_of_the_chest():
    assert "chest_trauma" not in said(propose({"text": "after acute kidney injury now chest pain"}), "present")
    assert "chest_trauma" in said(propose({"text": "pain after an injury to the chest"}), "present")


def test_a_knock_is_still_an_injury():
    assert "injury" in said(propose({"text": "headache after an injury at football"}), "present")


def problem(text, **more):
    return {
        "resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": text}, **more,
    }  # fmt: skip


def medication(text):
    return {
        "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p"}, "authoredOn": "2026-11-10", "medicationCodeableConcept": {"text": text},
    }  # fmt: skip


PATIENT = {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1950-01-01"}


def test_a_drug_on_the_list_is_an_exposure_and_tells_no_effect():
    present = said(propose({"text": "short of breath"}, PATIENT, medication("salbutamol inhaler")), "present")
    assert "drug_inhaler_relief" not in present
    assert "drug_statin" in said(propose({"text": "weak"}, PATIENT, medication("atorvastatin 20 mg")), "present")


@pytest.mark.parametrize("name", ["Migraine", "Asthma (disorder)", "Pneumonia"])
@pytest.mark.parametrize("onset", ["2010-01-01", "2026-11-19"])
def test_a_chart_of_known_diagnoses_alone_has_no_complaint_to_explain(name, onset):
    proposal = propose({}, PATIENT, problem(name, onsetDateTime=onset))
    note = next(n for n in proposal.not_checked if n.code == "not-covered")
    assert not proposal.body.covered
    assert proposal.summary == note.why == "Only known diagnoses, no presenting complaint."


def test_a_result_beside_known_diagnoses_is_no_complaint_by_itself():
    raised = result("Creatinine", 208, "umol/L", 45, 90)
    assert not propose({}, PATIENT, problem("Asthma"), raised).body.covered
    assert propose({"text": "vomiting"}, PATIENT, problem("Asthma"), raised).body.covered


def test_a_complaint_beside_known_diagnoses_is_ranked():
    assert propose({"text": "chest pain and sweating"}, PATIENT, problem("Asthma")).body.covered


def test_a_new_symptom_of_the_chart_beside_a_known_diagnosis_is_ranked():
    symptom = problem("Chest pain", id="d", onsetDateTime="2026-11-20")
    assert propose({}, PATIENT, problem("Asthma"), symptom).body.covered


def test_words_that_are_not_understood_are_not_called_known_diagnoses_where_there_is_no_chart():
    assert propose({"text": "qwertz"}).summary == "No finding was understood."


WHEEZE = {"text": "wheezing and breathlessness at night, dry cough"}


def candidate(proposal, id):
    return next(c for c in proposal.body.candidates if c.id == id)


def test_a_candidate_that_is_on_the_problem_list_says_since_when_and_shows_the_entry():
    listed = problem("Asthma (disorder)", recordedDate="2019-03-04", onsetDateTime="2018-01-02")
    proposal = propose(WHEEZE, PATIENT, listed)
    known = candidate(proposal, "asthma").known
    assert (known.reference, known.recorded, known.onset) == ("Condition/c", "2019-03-04", "2018-01-02")
    (told,) = [f for f in proposal.findings if f.id == "already-known"]
    assert (told.severity, told.present, told.about) == ("info", "passive", ("Condition/c",))
    assert [e.reference for e in told.evidence] == ["Condition/c"]
    assert "on the list since 2019-03-04, onset 2018-01-02" in told.why
    assert proposal.findings[-1] == told


def test_that_a_candidate_is_known_changes_neither_rank_nor_score(monkeypatch):
    listed = propose(WHEEZE, PATIENT, problem("Asthma"))
    monkeypatch.setattr(intake, "known", lambda _chart: {})
    unmarked = propose(WHEEZE, PATIENT, problem("Asthma"))
    assert candidate(listed, "asthma").known is not None
    assert all(c.known is None for c in unmarked.body.candidates)
    placed = [[(c.id, c.rank, c.score, c.share) for c in one.body.candidates] for one in (listed, unmarked)]
    assert placed[0] == placed[1]


@pytest.mark.parametrize("more", [
    {"clinicalStatus": {"coding": [{"code": "resolved"}]}},
    {"verificationStatus": {"coding": [{"code": "refuted"}]}},
])  # fmt: skip
def test_what_is_over_or_refuted_is_not_known(more):
    proposal = propose(WHEEZE, PATIENT, problem("Asthma") | more)
    assert candidate(proposal, "asthma").known is None
    assert not [f for f in proposal.findings if f.id == "already-known"]


def test_of_two_entries_the_oldest_says_since_when_and_no_day_is_made_up():
    later, older = problem("Asthma", recordedDate="2020-01-01"), problem("Asthma", id="d", recordedDate="2015-01-01")
    assert candidate(propose(WHEEZE, PATIENT, later, older), "asthma").known.reference == "Condition/d"
    undated = propose({"text": "夜间喘息、气促、干咳"}, PATIENT, problem("支气管哮喘"), language="zh")
    known = candidate(undated, "asthma").known
    assert (known.recorded, known.onset) == (None, None)
    assert next(f for f in undated.findings if f.id == "already-known").headline == "已在诊断列表中：支气管哮喘"


def test_nothing_at_all_is_no_question():
    with pytest.raises(InputError, match=r"^text: say what"):
        propose({})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_share_is_told_as_a_number_that_reads_as_a_probability(language):
    said = {"text": "60-year-old man with sudden pleuritic chest pain and breathlessness"}
    proposal = propose(said, language=language)
    told = [proposal.summary, *(text for f in proposal.findings for text in (f.headline, f.why, f.advice or ""))]
    assert "fits" in proposal.summary or "符合" in proposal.summary
    assert not [text for text in told if "%" in text]
