"""Import of literature: what can be read is kept, what cannot is named, hostile files change nothing else."""

import gzip
import json
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.knowledge.literature_files import MESH, articles, pdf, record

from openward.domain.errors import KnowledgeError
from openward.knowledge.literature import importing, mesh
from openward.knowledge.literature.importing import import_paths
from openward.knowledge.literature.shelf import FILE, FOLDER, Shelf

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&c;</ArticleTitle></Article>
</MedlineCitation></PubmedArticle></PubmedArticleSet>"""
STEALS = LAUGHS.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')


@contextmanager
def shelf_at(folder):
    with closing(Shelf.at(folder / "knowledge")) as shelf:
        yield shelf


def put(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def brought(folder, *files, corpus="main", **more):
    paths = [put(folder, name, content) for name, content in files]
    with shelf_at(folder) as shelf:
        report = import_paths(shelf, corpus, paths, NOW, **more)
        held = [shelf.document(row[0])[1] for row in shelf.database.execute("SELECT id FROM documents ORDER BY id")]
    return report, held


def test_a_record_of_pubmed_is_read_whole(tmp_path):
    made = record(
        901, "Metformin & <i>kidneys</i>", "Fewer failed.", types=("Journal Article", "Randomized Controlled Trial"),
        mesh=("Metformin*", "Kidney"), doi="10.1000/INV.1", authors=(("Doe", "JA"), ("Roe", "B")), label="RESULTS",
        concern_in="905",
    )  # fmt: skip
    report, (held,) = brought(tmp_path, ("a.xml", articles(made)))
    assert (report.added.new, report.refused) == (1, [])
    assert held.id == "PMID:901"
    assert held.text == "Metformin & <i>kidneys</i>\nRESULTS: Fewer failed."
    assert (held.doi, held.day, held.year) == ("10.1000/inv.1", 20200500, 2020)
    assert (held.authors, held.major, held.headings) == (("Doe JA", "Roe B"), ("Metformin",), ("Metformin", "Kidney"))
    assert (held.notice, held.notice_by, held.pages) == ("concern", "905", "101-9")


def test_a_retraction_is_seen_by_its_type_and_by_its_notice(tmp_path):
    files = articles(record(1, types=("Retracted Publication",)), record(2, retracted_in="3", concern_in="4"))
    _, held = brought(tmp_path, ("a.xml", files))
    assert [(d.notice, d.notice_by) for d in held] == [("retracted", None), ("retracted", "3")]


def test_the_same_file_again_changes_nothing_and_an_update_takes_its_place(tmp_path):
    brought(tmp_path, ("a.xml", articles(record(1), record(2))))
    with shelf_at(tmp_path) as shelf:
        before = shelf.corpora()[0].version
    again, _ = brought(tmp_path, ("a.xml", articles(record(1), record(2))))
    with shelf_at(tmp_path) as shelf:
        assert shelf.corpora()[0].version == before
    changed, held = brought(tmp_path, ("b.xml", articles(record(2, retracted_in="9"), deleted=[1])))
    assert (again.added.unchanged, changed.added.changed, changed.added.deleted) == (2, 1, 1)
    assert [(d.pmid, d.notice) for d in held] == [("2", "retracted")]
    with shelf_at(tmp_path) as shelf:
        assert shelf.corpora()[0].version != before


def test_an_answer_of_europe_pmc_and_plain_lines_are_read(tmp_path):
    europe = {"resultList": {"result": [{"pmid": "5", "title": "A", "abstractText": "B.", "pubYear": "2019",
                                         "authorString": "Doe J, Roe B."}]}}  # fmt: skip
    own = {"id": "own-1", "title": "结核病防治", "text": "异烟肼治疗。", "date": "2024-03-05"}
    lines = json.dumps(own) + '\n\n{"pmid": 6, "title": "C"}\n'
    report, held = brought(tmp_path, ("a.json", json.dumps(europe)), ("b.ndjson", lines))
    assert report.refused == []
    assert [(d.id, d.day) for d in held] == [("PMID:5", 20190000), ("own-1", 20240305), ("PMID:6", None)]
    assert held[0].authors == ("Doe J", "Roe B")


def test_markdown_has_its_head_and_its_headings(tmp_path):
    text = "---\ntitle: 哮喘指南\nyear: 2024\nlanguage: zh\n---\n# 哮喘\n\n## 治疗\n\n吸入糖皮质激素。\n"
    _, (held,) = brought(tmp_path, ("guides/asthma.md", text))
    assert (held.title, held.year, held.types, held.languages) == ("哮喘指南", 2024, ("Guideline",), ("zh",))
    assert [p.heading for p in held.passages] == ["哮喘", "治疗"]
    assert "吸入糖皮质激素" in held.text[held.passages[1].start : held.passages[1].end]


def test_a_pdf_is_read_page_by_page(tmp_path):
    _, (held,) = brought(tmp_path, ("g.pdf", pdf("Give oxygen first.", "Then call for help.", title="Invented guide")))
    assert held.title == "Invented guide"
    assert [(p.heading, held.text[p.start : p.end].strip()) for p in held.passages] == [
        ("p. 1", "Give oxygen first."), ("p. 2", "Then call for help."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("laughs.xml", LAUGHS, "entities"),
        ("steals.xml", STEALS, "entities"),
        ("other.xml", "<html><body/></html>", "neither a PubmedArticleSet nor MeSH"),
        ("empty.xml", "", "neither a PubmedArticleSet nor MeSH"),
        ("bad.json", "{", "no JSON"),
        ("deep.json", "[" * 200_000, "no JSON"),
        ("word.json", '"hello"', "no list of documents"),
        ("empty.md", "", "no text"),
        ("latin.md", "Fi\xe8vre".encode("latin-1"), "not UTF-8"),
        ("scan.pdf", pdf(""), "no text"),
        ("not.pdf", b"hello", "no PDF"),
        ("broken.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 8, "cannot be read"),
        ("cut.xml.gz", gzip.compress(articles(record(1)).encode())[:-40], "cannot be read"),
        ("no.xml.gz", b"no gzip", "Not a gzipped file|cannot be read"),
        ("what.bin", b"\x00\x01", "cannot be told"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path, name, content, said):
    import re

    report, held = brought(tmp_path, (name, content), ("z.xml", articles(record(77))))
    assert [(r.where, bool(re.search(said, r.why))) for r in report.refused] == [(name, True)], report.refused
    assert [d.pmid for d in held] == ["77"]


def test_what_stood_before_a_break_is_kept(tmp_path):
    broken = articles(record(1), record(2))[:-60]
    report, held = brought(tmp_path, ("a.xml", broken))
    assert [d.pmid for d in held] == ["1"]
    assert "malformed" in report.refused[0].why


def test_a_line_that_is_no_document_is_named_by_its_number(tmp_path):
    lines = '{"pmid": "1", "title": "A"}\nnot json\n[]\n{"title": "without a name"}\n{"pmid": "2", "title": "B"}\n'
    report, held = brought(tmp_path, ("a.ndjson", lines))
    assert [d.pmid for d in held] == ["1", "2"]
    assert [r.why.partition(":")[0] for r in report.refused] == ["line 2", "line 3", "line 4"]


def test_a_file_that_unpacks_without_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "MAX_UNPACKED", 100_000)
    bomb = gzip.compress(b"<PubmedArticleSet>" + b" " * 1_000_000)
    report, held = brought(tmp_path, ("bomb.xml.gz", bomb))
    assert "unpacks to more than 100000 bytes" in report.refused[0].why
    assert held == []


def test_a_large_import_tells_how_far_it_is(tmp_path):
    told = []
    lines = "\n".join(json.dumps({"pmid": str(n), "title": f"Trial {n}", "abstract": "Words."}) for n in range(1, 1302))
    report, _ = brought(
        tmp_path, ("many.ndjson.gz", gzip.compress(lines.encode())), progress=lambda *now: told.append(now)
    )
    assert report.added.new == 1301
    assert told == [(500, "many.ndjson.gz"), (1000, "many.ndjson.gz"), (1301, "many.ndjson.gz")]


def test_thousands_of_refusals_are_counted_and_the_first_named(tmp_path):
    report, _ = brought(tmp_path, ("a.ndjson", "x\n" * 1000))
    assert (report.refused_count, len(report.refused)) == (1000, 200)


def test_a_folder_is_walked_and_files_of_other_kinds_are_left_alone(tmp_path):
    put(tmp_path, "in/deep/a.xml", articles(record(1)))
    put(tmp_path, "in/photo.jpg", b"\xff\xd8")
    with shelf_at(tmp_path) as shelf:
        report = import_paths(shelf, "main", [tmp_path / "in"], NOW)
    assert (report.files, report.added.new, report.refused) == (1, 1, [])


@pytest.mark.parametrize("name", ["", "../up", "a b", "x" * 300])
def test_a_corpus_has_a_plain_name(tmp_path, name):
    with pytest.raises(KnowledgeError, match="a corpus is named by"):
        brought(tmp_path, ("a.xml", articles(record(1))), corpus=name)


def test_a_path_that_is_not_there_is_said(tmp_path):
    with shelf_at(tmp_path) as shelf, pytest.raises(KnowledgeError, match="does not exist"):
        import_paths(shelf, "main", [tmp_path / "no.xml"], NOW)


def test_headings_come_from_both_files_of_mesh(tmp_path):
    ascii_file = "*NEWRECORD\nRECTYPE = D\nMH = Heart Failure\nENTRY = Cardiac Failure|T047|NON\nMN = C14.280.434\n\n"
    for name, content, count in (("desc.xml", MESH, 4), ("d.bin", ascii_file, 1)):
        report, _ = brought(tmp_path, (name, content))
        assert report.headings == count
        with shelf_at(tmp_path) as shelf:
            assert mesh.heading_of(shelf, "cardiac failure") == "Heart Failure"


def test_a_shelf_of_another_release_is_refused(tmp_path):
    with shelf_at(tmp_path) as shelf:
        shelf.database.execute("PRAGMA user_version = 99")
    with pytest.raises(KnowledgeError, match="has form 99, this release reads 1"):
        Shelf.at(tmp_path / "knowledge")


def test_a_file_that_is_no_shelf_is_refused(tmp_path):
    path = put(tmp_path, f"knowledge/{FOLDER}/{FILE}", b"no database at all, " * 100)
    with pytest.raises(KnowledgeError, match="cannot be opened"):
        Shelf.opened(path)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from(["a.xml", "a.json", "a.ndjson", "a.md", "a.pdf", "a.bin", "a.xml.gz"]))
def test_any_bytes_are_read_or_named(tmp_path, data, name):
    report, _ = brought(tmp_path, (name, data))
    assert report.files == 1
    assert report.refused_count or report.added.seen or name in {"a.ndjson", "a.bin", "a.json"}
