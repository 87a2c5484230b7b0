"""The interaction tables: every row holds together, and of several rules for a pair the right one is kept."""

import re
from pathlib import Path
from string import Formatter

import pytest

from openward.domain.errors import KnowledgeError
from openward.knowledge import interactions, tables

RULES = interactions.load()
INGREDIENTS = tables.find("ingredients").index
ONE_OF_EACH_ONC_FAMILY = [
    ("isocarboxazid", "sertraline"),
    ("phenelzine", "imipramine"),
    ("selegiline", "pethidine"),
    ("tranylcypromine", "dexamfetamine"),
    ("tranylcypromine", "procarbazine"),
    ("phenelzine", "zolmitriptan"),
    ("febuxostat", "azathioprine"),
    ("esomeprazole", "atazanavir"),
    ("voriconazole", "irinotecan"),
    ("phenytoin", "indinavir"),
    ("ritonavir", "lovastatin"),
    ("posaconazole", "ergotamine"),
    ("fluvoxamine", "ramelteon"),
    ("propafenone", "tizanidine"),
    ("thioridazine", "dofetilide"),
]
ONE_OF_EACH_LOW_VALUE_FAMILY = [
    ("bisoprolol", "naproxen"),
    ("ramipril", "hydrochlorothiazide"),
    ("ramipril", "candesartan"),
    ("enalapril", "glimepiride"),
    ("indapamide", "celecoxib"),
    ("propranolol", "felodipine"),
    ("atenolol", "calcium-carbonate"),
    ("carvedilol", "paroxetine"),
    ("pravastatin", "warfarin"),
    ("prednisone", "rivaroxaban"),
    ("lansoprazole", "voriconazole"),
    ("omeprazole", "diazepam"),
    ("prednisolone", "ciclosporin"),
    ("alendronic-acid", "calcium-citrate"),
    ("tocopherol", "warfarin"),
]


def shown(first, second):
    return {(m.rule.id, m.present) for m in RULES.of(first, second) if m.rule.third is None}


def interrupts(first, second):
    return any(present == "interrupt" for _, present in shown(first, second))


def test_there_are_at_least_220_class_level_rules():
    assert sum(not (r.left.is_drug and r.right.is_drug) for r in RULES.rules) >= 220


def test_every_member_and_every_drug_of_a_rule_is_an_ingredient_of_the_drug_table():
    named = {i for r in RULES.rules for side in (r.left, r.right, r.third) if side for i in side.members}
    assert named - INGREDIENTS.keys() == set()


def test_what_a_rule_leaves_out_belongs_to_the_rule():
    stray = {
        (rule.id, word)
        for rule in RULES.rules
        for out in rule.left_out
        for word in ([out] if isinstance(out, str) else out)
        if word not in rule.left.members and word not in rule.right.members
    }
    assert stray == set()


def test_every_class_is_used_by_a_rule():
    used = {s.spec.removeprefix("class:") for r in RULES.rules for s in (r.left, r.right, r.third) if s}
    assert set(tables.find(interactions.CLASSES).index) - used == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_texts_name_only_slots_that_the_rule_fills(language):
    for rule in RULES.rules:
        allowed = {"left"} if rule.symmetric else {"left", "right"}
        allowed |= {"third"} if rule.third else set()
        for text in (rule.headline, rule.why, rule.advice):
            slots = {name for _, name, _, _ in Formatter().parse(text.in_(language)) if name is not None}
            assert slots <= allowed, rule.id


def test_chinese_texts_are_chinese():
    for rule in RULES.rules:
        assert all(re.search(r"[\u4e00-\u9fff]", text.zh) for text in (rule.headline, rule.why, rule.advice)), rule.id


def test_routes_are_words_of_the_review():
    allowed = {"systemic", "topical", "ophthalmic", "otic", "nasal", "inhaled", "vaginal", "rectal", "intrathecal"}
    assert all(rule.routes <= allowed | {"unknown"} for rule in RULES.rules)


@pytest.mark.parametrize("pair", ONE_OF_EACH_ONC_FAMILY, ids="+".join)
def test_a_pair_of_the_high_priority_list_interrupts(pair):
    assert interrupts(*pair)


@pytest.mark.parametrize("pair", ONE_OF_EACH_LOW_VALUE_FAMILY, ids="+".join)
def test_a_pair_of_the_low_value_list_is_shown_but_never_interrupts(pair):
    assert shown(*pair)
    assert not interrupts(*pair)


def test_every_pair_of_a_high_priority_rule_interrupts():
    quiet = [
        (rule.id, left, right)
        for rule in RULES.rules
        if rule.priority == "high"
        for left in rule.left.members
        for right in rule.right.members
        if left != right and rule.fits(left, right) and not interrupts(left, right)
    ]
    assert quiet == []


def test_a_pair_on_both_lists_follows_the_high_priority_list():
    assert interrupts("sotalol", "citalopram")


def test_one_match_is_kept_for_each_clinical_problem():
    for first in ("clarithromycin", "warfarin", "phenelzine", "lithium", "methotrexate"):
        for second in INGREDIENTS:
            problems = [m.rule.problem for m in RULES.of(first, second) if m.rule.third is None]
            assert len(problems) == len(set(problems))


def test_the_rule_of_a_drug_wins_over_the_rule_of_its_class():
    assert {m.rule.id for m in RULES.of("tranylcypromine", "procarbazine")} == {"tranylcypromine-procarbazine"}


def test_a_pair_reads_the_same_in_either_order():
    for first, second in ONE_OF_EACH_ONC_FAMILY + ONE_OF_EACH_LOW_VALUE_FAMILY:
        assert RULES.of(first, second) == RULES.of(second, first)


def test_every_match_cites_its_rule_and_the_rows_of_membership():
    (match,) = RULES.of("clarithromycin", "simvastatin")
    assert [e.row for e in match.evidence] == [
        "cyp3a4-strong-statin",
        "cyp3a4-strong/clarithromycin",
        "statin-cyp3a4/simvastatin",
    ]
    assert all(tables.find(e.table).row(e.row).source == e.source for e in match.evidence)


def test_a_drug_of_which_no_rule_speaks_is_not_covered():
    assert RULES.covered("warfarin")
    assert not RULES.covered("simeticone")
    assert not RULES.covered("no-such-drug")
    assert RULES.of("warfarin", "no-such-drug") == ()


def test_a_drug_does_not_interact_with_itself():
    assert RULES.of("amiodarone", "amiodarone") == ()


HEADER = (
    "id\tleft\tright\tthird?\tseverity\tpresent\tmechanism\tpriority?\theadline_en\theadline_zh\twhy_en\twhy_zh\t"
    "advice_en\tadvice_zh\troutes?\tcontext?\texclude?\tsource\treviewed"
)


def rows_of_a_hospital(folder: Path, **cells: str) -> Path:
    row = dict.fromkeys((c.rstrip("?") for c in HEADER.split("\t")), "") | {
        "id": "ours",
        "left": "drug:paracetamol",
        "right": "drug:simeticone",
        "severity": "high",
        "present": "interrupt",
        "mechanism": "ours",
        "headline_en": "{left} with {right}",
        "headline_zh": "{left}与{right}",
        "why_en": "why",
        "why_zh": "原因",
        "advice_en": "advice",
        "advice_zh": "建议",
        "source": "ansm-2016",
        "reviewed": "2026-11-21",
    }
    lines = ["#! version: 1", "#! reviewed: 2026-11-21", HEADER, "\t".join((row | cells).values())]
    (folder / "interaction_rules.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_hospital_adds_its_own_rule(tmp_path):
    ours = interactions.load([rows_of_a_hospital(tmp_path)])
    assert [m.rule.id for m in ours.of("simeticone", "paracetamol")] == ["ours"]
    assert ours.versions[interactions.RULES] != RULES.versions[interactions.RULES]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"left": "class:no-such-class"}, "column 'left'"),
        ({"right": "warfarin"}, "column 'right'"),
        ({"severity": "terrible"}, "column 'severity'"),
        ({"present": "shout"}, "column 'present'"),
        ({"priority": "urgent"}, "column 'priority'"),
    ],
)
def test_a_malformed_rule_is_refused_with_its_place(tmp_path, cells, said):
    with pytest.raises(KnowledgeError, match=said):
        interactions.load([rows_of_a_hospital(tmp_path, **cells)])


def test_a_member_of_an_unknown_class_is_refused(tmp_path):
    text = "#! version: 1\n#! reviewed: 2026-11-21\nid\tclass\tingredient\tsource\treviewed\n"
    row = "nowhere/warfarin\tnowhere\twarfarin\tansm-2016\t2026-11-21\n"
    (tmp_path / "interaction_members.tsv").write_text(text + row, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="column 'class'"):
        interactions.load([tmp_path])
