from datetime import UTC, datetime

import msgspec

from openward.domain.run import Cost, Run, digest_of
from openward.review.rules import intact

RUN = Run(
    id="run-1", site="s", service="review", service_version="1", status="proposed", door="http", actor="a",
    started=datetime(2026, 1, 15, tzinfo=UTC), cost=Cost(seconds=0.1, unit="review"), input_digest="",
    proposal=msgspec.Raw(b"{}"), proposal_digest=digest_of(b"{}"),
)  # fmt: skip


def test_a_digest_is_the_sha256_of_the_bytes():
    assert digest_of(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_proposal_is_intact_byte_for_byte_or_not_at_all():
    assert intact(RUN) is None
    for change in ({"proposal": msgspec.Raw(b"{} ")}, {"proposal": None}, {"proposal_digest": None}):
        assert intact(msgspec.structs.replace(RUN, **change)).code == "changed-bytes"
