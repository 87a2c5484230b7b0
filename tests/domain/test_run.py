"""Whether a run still holds what was made and signed."""

from datetime import UTC, datetime

import msgspec
import pytest

from openward.domain.errors import InputError
from openward.domain.run import Cost, Decision, Run, choice_of, digest_of, unaltered

AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
MADE, LEFT = b'{"body":{"dose":5}}', b'{"dose":2.5}'
RUN = Run(
    id="run-1", site="s", service="review", service_version="1.0.0", status="proposed", door="http", actor="ada",
    started=AT, cost=Cost(seconds=0.1, unit="review"), input_digest="ab" * 32, proposal=msgspec.Raw(MADE),
    proposal_digest=digest_of(MADE),
)  # fmt: skip
ACCEPTED = Decision(
    id="d-1", run="run-1", showing="s-1", digest=digest_of(MADE), choice="accept", reason="", person="ada",
    role="pharmacist", decided=AT,
)  # fmt: skip
AMENDED = msgspec.structs.replace(ACCEPTED, choice="amend", amended=msgspec.Raw(LEFT))
SECOND = msgspec.structs.replace(AMENDED, id="d-2", person="bo", digest=digest_of(LEFT))
OTHER = msgspec.Raw(b'{"body":{"dose":50}}')


def changed(held, **changes):
    return msgspec.structs.replace(held, **changes)


@pytest.mark.parametrize(
    "signed", [(), (None, None), (None, ACCEPTED), (AMENDED,), (ACCEPTED, ACCEPTED), (AMENDED, SECOND)]
)
def test_what_nobody_touched_is_as_it_was_made_and_signed(signed):
    assert unaltered(RUN, *signed)


def test_a_run_that_failed_has_nothing_to_change():
    assert unaltered(changed(RUN, status="failed", proposal=None, proposal_digest=None))


@pytest.mark.parametrize(
    "run",
    [
        changed(RUN, proposal=OTHER), changed(RUN, proposal=None), changed(RUN, proposal_digest=None),
        changed(RUN, proposal=msgspec.Raw(MADE + b" ")),
    ],
)  # fmt: skip
def test_a_changed_proposal_is_seen_whether_signed_or_not(run):
    assert not unaltered(run)
    assert not unaltered(run, ACCEPTED)


def test_a_proposal_that_was_changed_together_with_its_digest_is_not_what_was_signed():
    forged = changed(RUN, proposal=OTHER, proposal_digest=digest_of(bytes(OTHER)))
    assert not unaltered(forged, None, ACCEPTED)
    assert not unaltered(forged, AMENDED, SECOND)


def test_what_the_second_person_signed_is_what_the_first_made_of_it():
    assert not unaltered(RUN, changed(AMENDED, amended=msgspec.Raw(b'{"dose":50}')), SECOND)
    assert not unaltered(RUN, ACCEPTED, SECOND)


def test_a_decision_on_another_run_is_none_on_this_one():
    assert not unaltered(RUN, changed(ACCEPTED, run="run-2"))


def test_a_word_names_a_choice_or_is_refused():
    assert choice_of("amend") == "amend"
    with pytest.raises(InputError, match="accept, amend or reject"):
        choice_of("shrug")
