"""Which runs of a patient speak: what takes back what, for how long, and whatever somebody decided."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from openward.domain.run import Cost, Outline, Run, RunRequest, digest_of
from openward.doors.console.standing import LATELY, standing

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def run(id, service="a", typed=b"", ago=1.0, language="en", **more):
    request = RunRequest(patient="p", input=msgspec.Raw(typed or b"{}"), language=language)
    return Run(
        id=id, site="w", service=service, service_version="1", status=more.pop("status", "proposed"), door="console",
        actor="a", started=NOW - timedelta(hours=ago), cost=Cost(seconds=0.1, unit="run"), patient="p",
        language=language, input_digest=digest_of(msgspec.json.encode(request)), **more,
    )  # fmt: skip


def speaks(*runs, **choices):
    stands = standing([Outline(one, choices.get(one.id)) for one in runs], NOW)
    return {voice.run.id for voice in stands.voices}


def test_a_request_that_names_only_the_patient_is_over_the_chart_in_every_language():
    stands = standing([Outline(run("en", ago=2)), Outline(run("typed", typed=b'{"text":"x"}'))], NOW)
    assert [(voice.run.id, voice.charted) for voice in stands.voices] == [("typed", False), ("en", True)]
    assert speaks(run("en", ago=2), run("zh", language="zh")) == {"zh"}
    assert stands.replaced == frozenset()


def test_a_run_that_the_ward_keeps_is_known_to_be_over_the_chart(house):
    kept = house.ward.run("lab-report", patient="p1")
    typed = house.ward.run("lab-report", {"text": "Potassium 6.8 mmol/L"}, patient="p1")
    stands = standing(house.ward.stores.runs.outlines("p1"), house.ward.clock.now())
    charted = {voice.run.id: voice.charted for voice in stands.voices}
    assert (charted[kept.id], charted[typed.id]) == (True, False)


def test_the_same_typed_twice_is_one_and_another_does_not_touch_it():
    assert speaks(run("old", typed=b"1", ago=3), run("other", typed=b"2", ago=2), run("new", typed=b"1")) == {
        "other", "new",
    }  # fmt: skip
    assert speaks(run("one", typed=b"1"), run("other", "b", typed=b"1")) == {"one", "other"}


def test_failed_rejected_and_held_runs_take_nothing_back():
    old = run("old", ago=3)
    assert speaks(old, run("new", status="failed")) == {"old"}
    assert speaks(old, run("new"), new="reject") == {"old"}
    assert speaks(old, run("new", status="held")) == {"old", "new"}
    assert speaks(old, run("new", status="held"), new="accept") == {"new"}


@pytest.mark.parametrize(("choice", "typed", "there"), [
    (None, b"1", True), ("accept", b"1", False), ("amend", b"1", False), ("reject", b"1", False),
    (None, b"", True), ("accept", b"", True), ("amend", b"", True), ("reject", b"", False),
])  # fmt: skip
def test_what_was_typed_speaks_until_somebody_decided_and_the_chart_until_it_is_rejected(choice, typed, there):
    assert speaks(run("one", typed=typed), one=choice) == ({"one"} if there else set())


def test_a_decision_on_what_was_typed_does_not_let_the_run_before_it_speak_again():
    assert speaks(run("old", typed=b"1", ago=2), run("new", typed=b"1"), new="accept") == set()


def test_what_was_typed_ages_and_the_chart_does_not():
    long = LATELY / timedelta(hours=1)
    assert speaks(run("typed", typed=b"1", ago=long), run("chart", ago=10 * long)) == {"chart"}
    assert speaks(run("typed", typed=b"1", ago=long - 1)) == {"typed"}


def test_a_run_of_an_agent_does_not_speak_but_takes_back():
    stands = standing([Outline(run("old", ago=2)), Outline(run("tool", parent="agent"))], NOW)
    assert (stands.voices, stands.replaced) == ((), {"old"})


def test_only_the_newest_that_speaks_of_a_service_is_called_so():
    stands = standing([Outline(run("one", typed=b"1", ago=2)), Outline(run("two", typed=b"2", ago=1))], NOW)
    assert {voice.run.id: voice.newest for voice in stands.voices} == {"one": False, "two": True}


def test_a_failure_is_told_until_a_run_of_the_same_did_better():
    def failures(*runs):
        return [one.id for one in standing(map(Outline, runs), NOW).failed]

    bad = run("bad", status="failed", ago=3)
    assert failures(bad, run("typed", typed=b"1")) == ["bad"], "a run over something else does not mend the chart's"
    assert failures(bad, run("good")) == []
    slip = run("slip", typed=b"1", status="failed", ago=3)
    assert failures(slip) == ["slip"]
    assert failures(slip, run("mended", typed=b"2")) == []
    assert failures(bad, run("worse", status="failed", ago=2)) == ["worse"]
    assert failures(run("tool", status="failed", parent="agent")) == []
    assert failures(run("long ago", status="failed", ago=LATELY / timedelta(hours=1))) == []


def test_a_long_stay_is_settled_without_reading_a_proposal():
    many = [Outline(run(f"n{n}", typed=b"%d" % (n % 3), ago=n / 100)) for n in range(600)]
    assert [voice.run.id for voice in standing(many, NOW).voices] == ["n0", "n1", "n2"]
