"""Search of imported literature: what a query means, which heading it widens to, in what order documents come."""

from contextlib import closing
from datetime import UTC, datetime

import pytest
from tests.knowledge.literature_files import MESH, articles, record

from openward.domain.errors import InputError, KnowledgeError
from openward.knowledge import tables
from openward.knowledge.literature.bridging import bridges
from openward.knowledge.literature.grading import grade, kinds, types_of
from openward.knowledge.literature.importing import import_paths
from openward.knowledge.literature.matching import condition_of
from openward.knowledge.literature.query import parse
from openward.knowledge.literature.searching import search
from openward.knowledge.literature.shelf import Shelf, shelf_here, text_here
from openward.knowledge.literature.words import asked

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
RECORDS = articles(
    record(1, "Heart failure in adults", "Spironolactone lowered mortality.", mesh=("Heart Failure*",), year=2019,
           types=("Randomized Controlled Trial",), authors=(("Van der Berg", "AB"), ("Roe", "C"))),
    record(2, "Stiff ventricles", "Filling was slow.", mesh=("Heart Failure, Diastolic",), year=2022, month="03"),
    record(3, "Failure of heart valves", "The heart did not fail.", mesh=("Heart Diseases",), year=2015,
           language="ger"),
    record(4, "Immunotherapy of tumours", "Immunisation against melanoma; TNF-α.", mesh=("Neoplasms",), year=2022,
           types=("Meta-Analysis", "Systematic Review"), authors=(("Roe", "CD"),)),
    record(5, "高血压与肾脏", "血管紧张素转换酶抑制剂降低尿蛋白。", year=2021, language="chi"),
)  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "a.xml").write_text(RECORDS, encoding="utf-8")
    (folder / "desc.xml").write_text(MESH, encoding="utf-8")
    with closing(Shelf.at(folder)) as held:
        assert import_paths(held, "main", [folder / "a.xml", folder / "desc.xml"], NOW).refused == []
        yield held


def found(shelf, query):
    condition = condition_of(parse(query), shelf)
    return [shelf.document(id)[1].pmid for id in shelf.newest(condition.where, condition.given, 50)]


@pytest.mark.parametrize(
    ("query", "pmids"),
    [
        ('"heart failure"[tiab]', {"1"}),
        ("heart failure[ti]", {"1"}),
        ("heart failure", {"1", "2", "3"}),
        ('"Cardiac Failure"[mh]', {"1", "2"}),
        ("Heart Failure[mh:noexp]", {"1"}),
        ("Heart Failure[majr]", {"1"}),
        ("Heart Diseases[mh]", {"1", "2", "3"}),
        ("heart AND failure NOT valves", {"1", "2"}),
        ("immun*[tiab]", {"4"}),
        ("tumor[ti] OR stiff[ti]", {"2", "4"}),
        ("(tumor[ti] OR stiff[ti]) AND 2022/04:2022/12[dp]", {"4"}),
        ("2019:2021[dp]", {"1", "5"}),
        ("randomized controlled trial[pt]", {"1"}),
        ("Roe C[au]", {"1", "4"}),
        ("Van der Berg[au]", {"1"}),
        ("Roe CD[au]", {"4"}),
        ("german[la] OR chinese[la]", {"3", "5"}),
        ("3[pmid]", {"3"}),
        ("尿蛋白", {"5"}),
        ("压", {"5"}),
        ("invented trials[ta] NOT heart[tiab] NOT tumour", {"2", "5"}),
        ("the heart[tiab] AND the", {"1", "3"}),
        ("tnf alpha[tiab]", {"4"}),
    ],
)
def test_a_query_finds_what_pubmed_would(shelf, query, pmids):
    assert set(found(shelf, query)) == pmids


def test_without_a_question_the_newest_comes_first(shelf):
    assert found(shelf, "Heart Diseases[mh]") == ["2", "1", "3"]


def test_a_widened_heading_is_told_with_how_much_came_with_it(shelf):
    (widened,) = condition_of(parse("Heart Diseases[mh]"), shelf).widened
    assert (widened.heading, widened.narrower) == ("Heart Diseases", 2)
    assert condition_of(parse("Unheard Of[mh]"), shelf).alone == ("Unheard Of",)


def test_a_field_without_words_is_refused(shelf):
    with pytest.raises(InputError, match="no words to search for"):
        condition_of(parse('"--"[mh]'), shelf)


@pytest.mark.parametrize(
    "query", ['"; DROP TABLE documents"[ti]', "x' OR 1=1[ti]", "NEAR(a b)[ti]", "-a:*^[mh]", "a\x00b"]
)
def test_no_word_of_a_query_reaches_the_database_as_a_command(shelf, query):
    try:
        assert set(found(shelf, query)) <= {"1", "2", "3", "4", "5"}
    except InputError as error:
        assert str(error).startswith("query")
    assert shelf.count("1", ()) == 5


def test_the_question_decides_the_order(shelf):
    ranked = search(
        shelf, asked("Does spironolactone lower mortality in heart failure?"), condition_of(parse("heart"), shelf)
    )
    first = shelf.document(ranked[0].document)[1]
    assert first.pmid == "1"
    assert [r.score for r in ranked] == sorted((r.score for r in ranked), reverse=True)


def test_a_word_that_no_passage_holds_finds_nothing(shelf):
    assert search(shelf, ["quasar"], condition_of(parse("heart"), shelf)) == []


def test_a_chinese_name_is_bridged_to_english():
    assert "Metformin" in {b.meant.capitalize() for b in bridges("二甲双胍会引起乳酸酸中毒吗？")}
    assert bridges("metformin") == ()


def test_the_strongest_kind_counts_but_a_preprint_stays_one():
    assert grade(["Journal Article", "Meta-Analysis", "Systematic Review"]).kind == "systematic-review"
    assert grade(["Randomized Controlled Trial", "Preprint"]).kind == "preprint"
    assert grade(["Journal Article"]) is None
    assert grade(["Randomized Controlled Trial"]).evidence.row == "randomized_controlled_trial"


def test_each_kind_names_its_types():
    assert all(types_of(kind) for kind in kinds())
    with pytest.raises(InputError, match="no kind of evidence 'gossip'"):
        types_of("gossip")


def test_evidence_resolves_only_what_is_held(tmp_path):
    before = tables.local()
    tables.use_local(tmp_path)
    try:
        with shelf_here() as nothing:
            assert nothing is None
        assert text_here("main/PMID:1") is None
        (tmp_path / "a.xml").write_text(RECORDS, encoding="utf-8")
        with closing(Shelf.at(tmp_path)) as held:
            import_paths(held, "main", [tmp_path / "a.xml"], NOW)
        assert text_here("main/PMID:1").startswith("Heart failure in adults")
        assert text_here("other/PMID:1") is None
        with pytest.raises(KnowledgeError, match="cannot be read"), shelf_here() as shelf:
            shelf.database.execute("SELECT nonsense")
    finally:
        tables.use_local(before[0] if before else tmp_path / "none")
