"""A study runs to its end: a row whose values the service refuses is a wrong answer, not a stop."""

from datetime import UTC, datetime

import msgspec
import pytest

from openward.domain.errors import InputError
from openward.domain.study import Endpoint, Study
from openward.harness.service import Context
from openward.services.clinical_calculator import SERVICE
from openward.studies.protocol import conduct, evaluate, rows_of

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
    endpoint, _ = conduct(SERVICE, SERVICE.study, data, Answer).endpoints
    assert (endpoint.figure.hits, endpoint.figure.n, endpoint.failed) == (1, 2, 1)
    assert endpoint.misses == ("refused",)


def test_a_missing_data_set_is_still_an_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        conduct(SERVICE, SERVICE.study, tmp_path, Answer)


def right(row, proposal):
    return proposal.body.calculation.value > row["least"]


def asked(row):
    return {"input": {"calculator": "body-mass-index", "inputs": {"weight": row["weight"], "height": row["height"]}}}


def endpoint(**more):
    words = {"question": "?", "dataset": "x", "source": "none", "request": asked, "success": right, "accept": 0.0}
    return Endpoint(**(words | more))


@pytest.fixture
def measured(tmp_path):
    def measure(rows, *endpoints):
        path = tmp_path / "cases.jsonl"
        path.write_bytes(b"\n".join(msgspec.json.encode(row) for row in rows))
        calls = []

        def execute(request):
            calls.append(request)
            return Answer(request)

        return evaluate(SERVICE, Study(id="s", title="t", endpoints=endpoints), path, execute).endpoints, calls

    return measure


LIGHT = {"id": "light", "weight": 50, "height": 180, "least": 20}
HEAVY = {"id": "heavy", "weight": 90, "height": 180, "least": 20}


def test_endpoints_with_the_same_request_share_one_run_a_row(measured):
    (first, second), calls = measured([LIGHT, HEAVY], endpoint(id="a"), endpoint(id="b", name="share"))
    assert (first.name, second.name, len(calls)) == ("a", "share", 2)
    assert first.misses == second.misses == ("light",)


def test_an_endpoint_may_count_what_is_wrong_in_the_rows_it_chooses(measured):
    chosen = endpoint(id="missed", counts="wrong", accept=0.9, applies=lambda row: row["id"] == "light")
    (missed, _), _ = measured([LIGHT, HEAVY], chosen, endpoint(id="all"))
    assert (missed.figure.hits, missed.figure.n, missed.misses, missed.accepted) == (1, 1, ("light",), False)


@pytest.mark.parametrize("row", [{"id": "no weight"}, HEAVY | {"id": "no label", "least": None}])
def test_a_row_that_cannot_be_asked_or_scored_is_wrong_and_has_no_answer(measured, row):
    (figure,), _ = measured([HEAVY, row], endpoint(id="a"))
    assert (figure.figure.hits, figure.figure.n, figure.failed, figure.misses) == (1, 2, 1, (row["id"],))


def test_an_endpoint_that_no_row_fits_is_not_shown(measured):
    (only,), _ = measured([HEAVY], endpoint(id="a"), endpoint(id="b", applies=lambda _row: False))
    assert only.id == "a"


def test_a_row_that_fits_no_endpoint_is_named_by_its_place_and_keys(measured):
    with pytest.raises(InputError, match=r"case 1 \(id, weight, height, least\) fits no endpoint"):
        measured([HEAVY], endpoint(id="a", applies=lambda _row: False))


def test_an_empty_file_is_an_error_and_not_a_figure(measured):
    with pytest.raises(InputError, match="holds no case"):
        measured([], endpoint(id="a"))


def test_a_byte_order_mark_and_blank_lines_are_no_cases(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a"}\r\n\r\n   \r\n{"id": "b"}')
    assert [row["id"] for row in rows_of(path)] == ["a", "b"]


def own_weight(row):
    return {"input": {"inputs": {"weight": row["weight"], "height": row["height"]}}}


def the_calculator(rows):
    assert [row["id"] for row in rows] == ["light", "heavy"]
    return {"calculator": "body-mass-index"}


def share(row, proposal):
    return row["share"]


def test_a_mean_is_taken_of_numbers_and_a_pool_is_made_once_of_all_rows(measured):
    light = {"id": "light", "weight": 50, "height": 180, "share": 0.25}
    heavy = light | {"id": "heavy", "weight": 90, "share": 1.0}
    mean = endpoint(id="m", request=own_weight, pool=the_calculator, success=share, measures="mean", accept=0.2)
    (found,), _ = measured([light, heavy], mean)
    assert (found.figure.value, found.figure.n, found.figure.counted) == (0.625, 2, "mean of 2")
    assert (found.misses, found.failed, found.accepted) == (("light",), 0, True)


def test_a_share_beyond_one_is_no_answer(measured):
    row = {"id": "odd", "weight": 50, "height": 180, "share": 2.0}
    (found,), _ = measured([row], endpoint(id="m", success=share, measures="mean"))
    assert (found.figure.value, found.failed, found.misses) == (0.0, 1, ("odd",))
