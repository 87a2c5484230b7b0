"""The planted truth of the synthetic hospital against what the prescription review says, through a whole ward."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from openward.adapters.memory import CountingIds, FixedClock, MemorySigner, MemoryVault, memory_stores
from openward.doors.cli.render import proposal_of
from openward.settings import settings_of
from openward.studies.proportion import proportion
from openward.synthetic import generate, truth
from openward.ward import Ward

AS_OF, SEED, ROUND = date(2026, 10, 1), 7, 56
EVIDENCE = Path(__file__).parents[2] / "docs" / "evidence" / "prescription-review-planted.md"
KINDS = ("interaction", "allergy", "duplicate", "kidney")
TRUTHS = list(truth(ROUND, seed=SEED, as_of=AS_OF))
PLANTED = [t for t in TRUTHS if t.kind in KINDS]
QUIET = [t for t in TRUTHS if t.kind not in KINDS]


@pytest.fixture(scope="module")
def proposals(tmp_path_factory):
    """What the review says of each patient of the first round, by patient."""
    clock = FixedClock(datetime(2026, 10, 1, tzinfo=UTC))
    settings = settings_of(home=tmp_path_factory.mktemp("home"))
    parts = {"signer": MemorySigner(), "clock": clock, "ids": CountingIds(), "vault": MemoryVault()}
    with Ward(settings, memory_stores(), **parts) as ward:
        ward.record.import_resources(generate(ROUND, seed=SEED, as_of=AS_OF), source="synthetic")
        return {t.patient: said(ward.run("prescription-review", patient=t.patient)) for t in TRUTHS}


def said(run):
    proposal = proposal_of(run)
    assert proposal is not None, run.status
    return proposal


def found(planted, proposal):
    """The findings of the planted kind that speak of every order concerned."""
    return [
        f for f in proposal.findings if f.code.code.startswith(planted.kind) and set(planted.orders) <= set(f.about)
    ]


@pytest.mark.parametrize("planted", PLANTED, ids=[t.story for t in PLANTED])
def test_a_planted_finding_is_found(planted, proposals):
    assert found(planted, proposals[planted.patient])


DUPLICATES = [t for t in PLANTED if t.kind == "duplicate"]


@pytest.mark.parametrize("planted", DUPLICATES, ids=[t.story for t in DUPLICATES])
def test_two_drugs_of_a_class_are_told_once_and_aloud(planted, proposals):
    (repetition,) = found(planted, proposals[planted.patient])
    assert repetition.present == "interrupt"
    others = [f for f in proposals[planted.patient].findings if f.id != repetition.id]
    assert [f.headline for f in others if set(f.about) == set(repetition.about)] == []


@pytest.mark.parametrize("quiet", QUIET, ids=[f"{t.patient}-{t.story}" for t in QUIET])
def test_nothing_interrupts_where_nothing_is_wrong(quiet, proposals):
    assert [f.headline for f in proposals[quiet.patient].findings if f.present == "interrupt"] == []


def test_where_nothing_is_wrong_not_even_a_remark_is_shown(proposals):
    clean = [t for t in QUIET if t.kind == "none"]
    shown = Counter(f.headline for t in clean for f in proposals[t.patient].findings if f.present != "log")
    assert not shown


def test_what_could_not_be_checked_names_its_drug_or_entry(proposals):
    vague = re.compile(r"\b(?:this|these)\b|该|这些")
    notes = [n for p in proposals.values() for n in p.not_checked]
    assert notes
    assert [n.what for n in notes if vague.search(n.what)] == []


def test_the_figures_in_the_document_are_those_measured(proposals):
    told = EVIDENCE.read_text(encoding="utf-8")
    for kind in KINDS:
        of_kind = [t for t in PLANTED if t.kind == kind]
        assert row(f"found, {kind}", sum(bool(found(t, proposals[t.patient])) for t in of_kind), len(of_kind)) in told
    assert row("found, all", sum(bool(found(t, proposals[t.patient])) for t in PLANTED), len(PLANTED)) in told
    loud = sum(any(f.present == "interrupt" for f in proposals[t.patient].findings) for t in QUIET)
    assert row("interrupted without cause", loud, len(QUIET)) in told


def row(what, hits, n):
    """A line of the table in the document."""
    share = proportion(hits, n)
    return f"| {what} | {hits} of {n} | {share.low:.0%} to {share.high:.0%} |"
