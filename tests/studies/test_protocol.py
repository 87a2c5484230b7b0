"""A study runs to its end: a row whose values the service refuses is a wrong answer, not a stop."""

from datetime import UTC, datetime

import msgspec
import pytest

from openward.domain.errors import InputError
from openward.harness.service import Context
from openward.services.clinical_calculator import SERVICE
from openward.studies.protocol import conduct

ROW = {"calculator": "Body Mass Index (BMI)", "output_type": "decimal", "answer": "25", "lower": "24", "upper": "26"}
ROWS = [
    ROW | {"id": "right", "entities": "{'weight': [81.0, 'kg'], 'height': [1.8, 'm']}"},
    ROW | {"id": "refused", "entities": "{'weight': [81000.0, 'kg'], 'height': [1.8, 'm']}"},
]


class Answer:
    def __init__(self, request):
        given = msgspec.json.decode(bytes(request.input), type=SERVICE.reads)
        proposal = SERVICE.engine(given, None, Context(now=datetime(2026, 11, 21, tzinfo=UTC)))
        self.proposal = msgspec.Raw(msgspec.json.encode(proposal))


@pytest.fixture
def data(tmp_path):
    (tmp_path / "calculator_cases.jsonl").write_bytes(b"\n".join(msgspec.json.encode(row) for row in ROWS))
    return tmp_path


def test_a_refused_row_is_counted_as_wrong_and_the_others_run(data):
    (endpoint,) = conduct(SERVICE, SERVICE.study, data, Answer).endpoints
    assert (endpoint.figure.hits, endpoint.figure.n, endpoint.failed) == (1, 2, 1)
    assert endpoint.misses == ("refused",)


def test_a_missing_data_set_is_still_an_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        conduct(SERVICE, SERVICE.study, tmp_path, Answer)
