"""Citations against their records: what agrees, what differs, and what nobody can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.literature.desk import propose, ward_with

from openward.services.literature.citing import find_quote

HELD = {
    "pmid": "1", "doi": "10.1000/Inv.1", "title": "Salt and blood pressure in invented adults", "year": 2020,
    "abstract": "We asked 1,200 adults. Less salt lowered pressure by 0.50 mmHg (95% CI 0·3–0·7). “No harm” was seen.",
    "authors": ["Müller JA", "Roe B"],
}  # fmt: skip


@pytest.fixture(scope="module")
def _ward(tmp_path_factory):
    with ward_with(tmp_path_factory.mktemp("ward"), [HELD]):
        yield


@pytest.mark.parametrize(
    ("citation", "seen"),
    [
        ({"pmid": "0001", "year": 2021, "first_author": "Muller"}, {"outcome": "agrees", "author_agrees": True}),
        ({"doi": "https://doi.org/10.1000/INV.1"}, {"outcome": "agrees", "title_agrees": None}),
        ({"title": "Salt and blood pressure in invented adults."}, {"outcome": "agrees", "document": "PMID:1"}),
        ({"pmid": "1", "title": "Sugar and sleep"}, {"outcome": "differs", "title_agrees": False}),
        ({"pmid": "1", "year": 2010}, {"outcome": "differs", "year_agrees": False}),
        ({"pmid": "1", "first_author": "Roe B"}, {"outcome": "differs", "author_agrees": False}),
        ({"pmid": "1", "quote": '"no harm"  was seen'}, {"outcome": "agrees", "quote_found": True}),
        ({"pmid": "1", "quote": "95% CI 0·3-0·7"}, {"outcome": "agrees", "quote_found": True}),
        ({"pmid": "1", "quote": "Harm was seen"}, {"outcome": "differs", "quote_found": False}),
        ({"pmid": "1", "claim": "1200 adults: it fell by 0.5 mmHg"}, {"outcome": "agrees", "numbers_missing": ()}),
        ({"pmid": "1", "claim": "Pressure fell by 5 mmHg"}, {"outcome": "differs", "numbers_missing": ("5",)}),
        ({"pmid": "1", "claim": "Salt restriction raised pressure"}, {"direction_agrees": False}),
        ({"pmid": "2"}, {"outcome": "not-found", "document": None}),
        ({"title": "Nobody wrote this"}, {"outcome": "not-found"}),
        ({}, {"outcome": "not-found"}),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("_ward")
def test_a_citation_is_held_to_its_record(citation, seen):
    (checked,) = propose({"citations": [citation]}).body.citations
    assert {name: getattr(checked, name) for name in seen} == seen


@pytest.mark.usefixtures("_ward")
def test_what_is_not_held_is_never_said_to_agree_or_not_to_exist():
    proposal = propose({"citations": [{"pmid": "404"}]})
    assert proposal.findings == ()
    assert [(g.code, g.about) for g in proposal.not_checked] == [("citation-not-found", ("citations[0]",))]


def test_without_a_corpus_no_citation_is_found(tmp_path):
    with ward_with(tmp_path / "knowledge"):
        proposal = propose({"citations": [{"pmid": "1"}]}, language="zh")
    assert {g.code for g in proposal.not_checked} == {"no-corpus", "citation-not-found"}


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=40))
def test_a_quotation_that_stands_there_is_found(quote, before, after):
    text = before + quote + after
    found = find_quote(quote, text)
    assert (
        found is not None
        or not quote.strip(" \t\r\n\"'“”‘’").strip()
        or len(quote.lower()) != len(quote)
        or not quote.isprintable()
    )
    assert found is None or 0 <= found.start <= found.end <= len(text)
