"""Small models run only with the file that was registered and the inputs that their card names."""

import asyncio
import hashlib
import http.server
import json
import math
import struct
import sys
import threading
from typing import ClassVar

import pytest

from openward.adapters.kserve_model import KServeEngine
from openward.adapters.onnx_model import OnnxEngine
from openward.adapters.python_model import PythonEngine
from openward.domain.errors import InputError, ModelError
from openward.domain.model import Field, Model, PredictRequest, SmallCard, Threshold
from openward.models.registry import Registry
from openward.models.small import SmallModels

INPUTS = (
    Field(name="age", unit="a", least=18, most=110),
    Field(name="lactate", unit="mmol/L", least=0, most=30, required=False),
)
FUNCTION = """
import math
import time

def risk(age, lactate=None):
    if age == 111:
        raise ValueError("patient Zhang")
    if age == 19:
        return {"risk": float("nan")}
    if age == 20:
        time.sleep(5)
    return {"risk": 1 / (1 + math.exp(-(age - 60) / 10)), "other": 3}
"""


def predicted(model, engines, seconds=10.0, **inputs):
    small = SmallModels(Registry(models=(model,)), engines)
    return asyncio.run(small.predict(PredictRequest(model=model.id, inputs=inputs, seconds=seconds)))


def card(digest="", inputs=INPUTS, outputs=("risk",)):
    return SmallCard(
        title="Risk", intended_use="a test", owner="us", digest=digest, inputs=inputs, outputs=outputs,
        thresholds=(Threshold(name="high", output="risk", at=0.5),),
    )  # fmt: skip


@pytest.fixture
def function(tmp_path, monkeypatch):
    (tmp_path / "small_risk.py").write_text(FUNCTION)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "small_risk", raising=False)
    digest = hashlib.sha256(FUNCTION.encode()).hexdigest()
    return Model(
        id="risk", kind="predict", through="python", locality="local", version="1", address="small_risk:risk",
        card=card(digest),
    )  # fmt: skip


def test_a_function_is_a_model(function):
    found = predicted(function, {"python": PythonEngine()}, age=60)
    assert (found.outputs, found.over, found.version) == ({"risk": 0.5}, ("high",), "1")
    assert found.digest == function.card.digest
    assert predicted(function, {"python": PythonEngine()}, age=50, lactate=2.0).over == ()


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({}, "needs age; what is not known is not guessed"),
        ({"age": 60, "weight": 70}, "has no input 'weight'; it has: age, lactate"),
        ({"age": 12}, r"outside of what the model was made for \(18 to 110 a\)"),
        ({"age": math.nan}, "must be a number in a"),
        ({"age": True}, "must be a number in a"),
        ({"age": "60"}, "must be a number in a"),
        ({"age": 60, "lactate": math.inf}, "outside"),
    ],
)
def test_an_input_that_the_card_does_not_allow_is_refused(function, inputs, why):
    with pytest.raises(InputError, match=why):
        predicted(function, {"python": PythonEngine()}, **inputs)


def test_flags_and_words_are_checked_too():
    fields = (Field(name="sex", type="text", choices=("female", "male")), Field(name="smoker", type="flag"))
    model = Model(id="m", kind="predict", through="python", locality="local", version="1", card=card("0" * 64, fields))
    for inputs in ({"sex": "x", "smoker": True}, {"sex": "female", "smoker": 1}):
        with pytest.raises(InputError, match="must be"):
            predicted(model, {"python": PythonEngine()}, **inputs)


def test_a_file_that_was_changed_does_not_run(function, tmp_path):
    (tmp_path / "small_risk.py").write_text(FUNCTION + "\nassert False\n")
    with pytest.raises(ModelError, match="not the one that was registered"):
        predicted(function, {"python": PythonEngine()}, age=60)
    assert "small_risk" not in sys.modules


def test_what_a_function_raises_is_not_told(function):
    wide = card(function.card.digest, (Field(name="age", unit="a"),))
    with pytest.raises(ModelError, match="raised ValueError") as raised:
        predicted(Model(**{name: getattr(function, name) for name in function.__struct_fields__} | {"card": wide}),
                  {"python": PythonEngine()}, age=111)  # fmt: skip
    assert "Zhang" not in str(raised.value)
    with pytest.raises(ModelError, match="did not give its outputs risk as numbers"):
        predicted(function, {"python": PythonEngine()}, age=19)


@pytest.mark.parametrize("address", ["no_such_module:f", "small_risk:absent", "", "math:sqrt"])
def test_a_function_that_is_not_there_is_named(function, address):
    model = Model(**{name: getattr(function, name) for name in function.__struct_fields__} | {"address": address})
    with pytest.raises(ModelError, match="'risk'"):
        predicted(model, {"python": PythonEngine()}, age=60)


def test_what_is_no_small_model_or_has_no_adapter_is_told(function):
    chat = Model(id="c", locality="local", version="1")
    with pytest.raises(ModelError, match="'c' is no small model"):
        predicted(chat, {})
    with pytest.raises(ModelError, match="runs through 'python', which there is not"):
        predicted(function, {"onnx": OnnxEngine(None)}, age=60)


def field(number, value):
    """One field of a protocol buffer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def onnx_logistic(weights, bias):
    """An ONNX file (IR 8, opset 13) of a logistic regression: `X` of one row in, `risk` out."""

    def tensor(name, dims, values):
        sizes = b"".join(field(1, size) for size in dims)
        return sizes + field(2, 1) + field(8, name) + field(9, struct.pack(f"<{len(values)}f", *values))

    def info(name, *dims):
        shape = b"".join(field(1, field(1, size)) for size in dims)
        return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))

    def node(op, ins, out):
        return b"".join(field(1, one) for one in ins) + field(2, out) + field(4, op)

    graph = field(1, node(b"MatMul", (b"X", b"W"), b"Z")) + field(1, node(b"Add", (b"Z", b"B"), b"Y"))
    graph += field(1, node(b"Sigmoid", (b"Y",), b"risk")) + field(2, b"g")
    graph += field(5, tensor(b"W", (len(weights), 1), weights)) + field(5, tensor(b"B", (1,), (bias,)))
    graph += field(11, info(b"X", 1, len(weights))) + field(12, info(b"risk", 1, 1))
    return field(1, 8) + field(7, graph) + field(8, field(1, b"") + field(2, 13))


def test_an_onnx_file_is_a_model(tmp_path):
    pytest.importorskip("onnxruntime", reason="the extra 'onnx' is not installed")
    data = onnx_logistic((0.1, 0.5), -6.0)
    (tmp_path / "risk.onnx").write_bytes(data)
    both = tuple(Field(name=one.name, unit=one.unit) for one in INPUTS)
    model = Model(
        id="risk", kind="predict", through="onnx", locality="local", version="1", address="risk.onnx",
        card=card(hashlib.sha256(data).hexdigest(), both),
    )  # fmt: skip
    found = predicted(model, {"onnx": OnnxEngine(tmp_path)}, age=50, lactate=2.0)
    assert found.outputs["risk"] == pytest.approx(0.5)
    assert found.over == ("high",)
    (tmp_path / "risk.onnx").write_bytes(onnx_logistic((0.1, 0.6), -6.0))
    with pytest.raises(ModelError, match="not the one that was registered"):
        predicted(model, {"onnx": OnnxEngine(tmp_path)}, age=50, lactate=2.0)


def test_an_onnx_file_outside_of_its_folder_is_not_read(tmp_path):
    pytest.importorskip("onnxruntime", reason="the extra 'onnx' is not installed")
    model = Model(id="risk", kind="predict", through="onnx", locality="local", version="1", address="../x", card=card())
    with pytest.raises(ModelError, match="must lie below"):
        predicted(model, {"onnx": OnnxEngine(tmp_path)}, age=50)


def test_a_check_reads_the_file_without_asking_it_anything(tmp_path, function):
    pytest.importorskip("onnxruntime", reason="the extra 'onnx' is not installed")
    (tmp_path / "risk.onnx").write_bytes(b"no graph")
    model = Model(
        id="graph", kind="predict", through="onnx", locality="local", version="1", address="risk.onnx",
        card=card(hashlib.sha256(b"no graph").hexdigest()),
    )  # fmt: skip
    strange = Model(id="x", kind="predict", through="magic", locality="local", version="1", card=card())
    small = SmallModels(
        Registry(models=(model, function, strange)), {"onnx": OnnxEngine(tmp_path), "python": PythonEngine()}
    )
    assert "onnxruntime raised" in asyncio.run(small.fault(model))
    assert asyncio.run(small.fault(function)) == ""
    assert "runs through 'magic', which there is not; use onnx, python" in asyncio.run(small.fault(strange))


class Inference(http.server.BaseHTTPRequestHandler):
    """A server of the Open Inference Protocol."""

    asked: ClassVar = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append((self.path, body))
        answers = {
            "risk": {"model_version": "1", "outputs": [{"name": "risk", "data": [0.2, 0.8], "shape": [1, 2]}]},
            "newer": {"model_version": "2", "outputs": [{"name": "risk", "data": [0.8]}]},
            "words": {"outputs": [{"name": "risk", "data": ["high"]}]},
        }
        name = self.path.split("/")[-2]
        data = json.dumps(answers[name]).encode() if name in answers else b"<html>"
        self.send_response(404 if name == "absent" else 200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.asked.append((self.path, None))
        self.send_response(200 if self.path == "/v2/models/risk/ready" else 404)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def inference():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Inference)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def remote(address, name):
    return Model(
        id=name, name=name, kind="predict", through="kserve", locality="local", version="1", address=address,
        card=card(),
    )  # fmt: skip


def test_an_inference_server_is_a_model(inference):
    found = predicted(remote(inference, "risk"), {"kserve": KServeEngine()}, age=60, lactate=2.5)
    assert (found.outputs, found.over) == ({"risk": 0.8}, ("high",))
    path, body = Inference.asked[-1]
    assert path == "/v2/models/risk/infer"
    assert body["inputs"][0] == {"name": "age", "shape": [1, 1], "datatype": "FP64", "data": [60]}


@pytest.mark.parametrize(
    ("name", "why"),
    [("newer", "runs another version"), ("words", "did not give its outputs"), ("absent", "says 404"),
     ("html", "no inference")],
)  # fmt: skip
def test_an_inference_server_that_does_not_answer_as_it_should_is_an_error(inference, name, why):
    with pytest.raises(ModelError, match=why):
        predicted(remote(inference, name), {"kserve": KServeEngine()}, age=60)


def test_an_inference_server_is_asked_whether_its_model_is_ready(inference):
    small = SmallModels(Registry(), {"kserve": KServeEngine()})
    assert asyncio.run(small.fault(remote(inference, "risk"))) == ""
    assert asyncio.run(small.fault(remote(inference, "gone"))) == "'gone': the server says 404"


def test_an_inference_server_that_is_not_there_is_an_error():
    with pytest.raises(ModelError, match="cannot be reached"):
        predicted(remote("http://127.0.0.1:9", "risk"), {"kserve": KServeEngine()}, age=60)
