"""Literature on the command line: import, list, search, hand on, and look back at what was searched."""

import json

import pytest
from tests.doors.test_cli import openward, told

TRIALS = [
    {
        "pmid": "1",
        "title": "Invented salt trial",
        "abstract": "Less salt lowered blood pressure.",
        "authors": ["Doe J"],
    },
    {"pmid": "2", "title": "盐与血压", "abstract": "低盐饮食降低血压。", "language": "chi"},
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("literature")
    (home / "trials.ndjson").write_text("\n".join(map(json.dumps, TRIALS)), encoding="utf-8")
    report = told(home, "literature", "import", str(home / "trials.ndjson"), "-c", "trials")
    assert (report["added"]["new"], report["refused_count"]) == (2, 0)
    return home


def test_a_corpus_is_listed_with_its_version(home):
    (corpus,) = told(home, "literature", "corpora")
    assert (corpus["name"], corpus["documents"]) == ("trials", 2)
    assert corpus["version"] in openward(home, "literature", "corpora").stdout


def test_a_search_is_shown_kept_and_listed(home):
    shown = openward(home, "literature", "search", "Does less salt lower blood pressure?").stdout
    assert "Less salt lowered blood pressure." in shown
    newest = told(home, "literature", "log")[0]
    assert (newest["question"], newest["shown"]) == ("Does less salt lower blood pressure?", 1)
    assert newest["run"] in openward(home, "runs", newest["run"]).stdout


def test_a_chinese_question_finds_the_chinese_record(home):
    run = told(home, "literature", "search", "低盐饮食能否降低血压", "-l", "zh")
    assert run["proposal"]["body"]["hits"][0]["pmid"] == "2"


def test_references_can_go_into_a_file(home):
    done = openward(home, "literature", "search", "-q", "salt[ti]", "--export", "ris")
    assert done.stdout.startswith("TY  - JOUR")


def test_what_cannot_be_read_fails_in_words(home, tmp_path):
    (tmp_path / "bad.xml").write_text("<html/>")
    done = openward(home, "literature", "import", str(tmp_path / "bad.xml"))
    assert done.returncode == 1
    assert "neither a PubmedArticleSet nor MeSH" in done.stdout
    assert openward(home, "literature", "search", "-q", "(salt").returncode != 0


def test_the_trail_says_who_imported(home):
    assert "literature.import" in openward(home, "trail", "list").stdout
