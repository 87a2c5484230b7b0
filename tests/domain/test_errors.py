"""The tree of errors is the drawn one, and no error of decoding quotes what it read."""

from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain import errors
from openward.domain.errors import KnowledgeError, OpenWardError, StoreError, TrailError, decoding, told


class Known(msgspec.Struct, forbid_unknown_fields=True):
    choice: Literal["a", "b"] = "a"
    many: dict[str, int] = {}


@pytest.mark.parametrize("data", [
    b'{"choice": "SECRET"}', b'{"SECRET": 1}', b'{"many": {"SECRET": "SECRET"}}', b'["SECRET"]',
    b'"SECRET', b"\xffSECRET",
])  # fmt: skip
def test_no_error_of_decoding_quotes_what_it_read(data):
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)) as caught:
        msgspec.json.decode(data, type=Known)
    assert "SECRET" not in decoding(caught.value)
    assert len(decoding(caught.value)) > 10


@given(st.text(alphabet=st.characters(blacklist_characters='"\\', blacklist_categories=("Cs", "Cc")), min_size=9))
def test_nothing_long_of_a_stranger_is_quoted(text):
    with pytest.raises(msgspec.DecodeError) as caught:
        msgspec.json.decode(msgspec.json.encode({"choice": text}), type=Known)
    assert decoding(caught.value).count(text) == 0


def test_recursion_is_told_in_words():
    assert "deep" in decoding(RecursionError())


def test_every_error_stands_in_the_drawn_tree_with_a_status_of_http():
    drawn = errors.__doc__ or ""
    found = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, OpenWardError)]
    assert [e.__name__ for e in found if e.__name__ not in drawn] == []
    assert all(400 <= e.status < 600 for e in found)


def test_where_the_store_is_stays_in_the_house():
    assert "db.example" not in told(StoreError("db.example:5432 is not reachable"))
    assert told(OpenWardError("say which patient")) == "say which patient"


def test_it_stays_there_also_when_the_trail_tells_of_it():
    error = TrailError("the trail cannot be written: the drive /srv/my ward: is locked")
    error.__cause__ = StoreError("is locked")
    assert told(error) == told(StoreError(""))


@pytest.mark.parametrize(("said", "heard"), [
    ("/srv/ward/knowledge/renal_rules.tsv: line 3", "renal_rules.tsv: line 3"),
    ("look at '/srv/ward/models.toml', then go on", "look at 'models.toml', then go on"),
    (r"C:\ward\knowledge\rules.tsv: line 3", "rules.tsv: line 3"),
    ("there is nothing at this path; see GET /openapi.json", "there is nothing at this path; see GET /openapi.json"),
    ("POST /v1/runs/run-1/showing again", "POST /v1/runs/run-1/showing again"),
    ("see https://hl7.org/fhir/R4/patient.html", "see https://hl7.org/fhir/R4/patient.html"),
    ("`knowledge/rules.tsv` of the home", "`knowledge/rules.tsv` of the home"),
])  # fmt: skip
def test_of_a_file_only_the_name_is_told(said, heard):
    assert told(KnowledgeError(said)) == heard
