"""A ward has its models: those of its file, at their end the embedded talker, with keys that nobody else may read."""

import hashlib

import pytest
from tests.models.conftest import ask
from tests.models_server import running

from openward.domain.errors import BudgetError, ModelError, SettingsError
from openward.domain.model import EmbedRequest, PredictRequest, Reply
from openward.models.registry import EMBEDDED, registry_of, registry_of_house
from openward.models.routing import route
from openward.models.trip import Trip
from openward.ward import Ward

FILE = """
[[models]]
id = "big"
name = "{name}"
locality = "local"
version = "1"
address = "{address}"
secret = "house-key"
can = ["tools"]
retries = 0

[[models]]
id = "vectors"
kind = "embedding"
name = "embed"
locality = "local"
version = "1"
address = "{address}"

[[budgets]]
scope = "department"
tokens = {tokens}
"""
SMALL = """
[[models]]
id = "risk"
kind = "predict"
through = "sklearn"
locality = "local"
version = "1"
address = "risk.skops"
[models.card]
title = "Risk"
intended_use = "a test"
owner = "us"
digest = "{digest}"
inputs = [{{ name = "age", unit = "a", least = 18, most = 110 }}]
outputs = ["risk"]
thresholds = [{{ name = "high", output = "risk", at = 0.5 }}]
"""
LOCAL = {"locality": "local", "version": "1", "address": "http://10.0.0.7/v1"}


@pytest.fixture(scope="module")
def server():
    with running() as found:
        yield found


@pytest.fixture
def opened(tmp_path, server, monkeypatch):
    monkeypatch.setenv("OPENWARD_SECRET_HOUSE_KEY", "sk-house")
    wards = []

    def open_one(name="plain", tokens=100_000):
        (tmp_path / "models.toml").write_text(FILE.format(name=name, address=server.address, tokens=tokens))
        wards.append(Ward.open(home=tmp_path))
        return wards[-1]

    yield open_one
    for ward in wards:
        ward.close()


def registry(**fallbacks):
    return registry_of(
        {"models": [{"id": "a", **LOCAL, "fallbacks": [*fallbacks.get("a", ())]}, {"id": "b", **LOCAL}]}, "models.toml"
    )


def ids(registry, **asked):
    return [model.id for model in route(registry, ask(**asked)).models]


def test_without_a_file_there_is_the_embedded_talker_and_nothing_else(tmp_path):
    assert registry_of_house(tmp_path / "models.toml").models == (EMBEDDED,)


def test_a_file_that_names_the_embedded_talker_is_wrong():
    for model in ({"id": "embedded", **LOCAL}, {"id": "x", "through": "embedded", **LOCAL}):
        with pytest.raises(SettingsError, match="built in and always the last"):
            registry_of({"models": [model]}, "models.toml")


def test_the_embedded_talker_is_asked_last_unless_a_model_without_fallbacks_is_named(tmp_path):
    path = tmp_path / "models.toml"
    model = (
        '[[models]]\nid = "{}"\nlocality = "local"\nversion = "1"\naddress = "http://10.0.0.7/v1"\nfallbacks = [{}]\n'
    )
    path.write_text(model.format("a", '"b"') + model.format("b", "") + model.format("c", '"embedded", "b"'))
    house = registry_of_house(path)
    assert ids(house) == ["a", "b", "c", "embedded"]
    assert ids(house, model="a") == ["a", "b", "embedded"]
    assert ids(house, model="b") == ["b"]
    assert ids(house, model="c") == ["c", "embedded", "b"]
    assert ids(house, model="embedded") == ["embedded"]


def test_a_server_gets_nearly_all_the_time_when_only_the_embedded_talker_comes_after_it(tmp_path):
    path = tmp_path / "models.toml"
    path.write_text('[[models]]\nid = "a"\nlocality = "local"\nversion = "1"\naddress = "http://10.0.0.7/v1"\n')
    house = registry_of_house(path)
    trip = Trip(ask(seconds=100.0), route(house, ask()))
    assert 80 < trip.share(house.model("a")) < 91
    assert trip.share(EMBEDDED) > 91


def test_a_ward_asks_the_models_of_its_file_with_the_key_of_its_house(opened, server):
    ward = opened()
    reply = ward.talker.chat(ask())
    assert (reply.model, reply.text.split()[0]) == ("big", "The")
    assert server.log("plain")[-1]["authorization"] == "Bearer sk-house"
    assert ward.models.embed(EmbedRequest(texts=("ab",))).vectors == ((2.0, 1.0),)
    assert ward.models is ward.models


@pytest.mark.parametrize("name", ["status-500", "breaks-at-once", "garbage"])
def test_when_no_server_answers_the_embedded_talker_does(opened, name):
    ward = opened(name)
    reply = ward.talker.chat(ask())
    assert isinstance(reply, Reply)
    assert (reply.model, reply.cost, reply.attempts) == ("embedded", 0, 2)
    assert reply.text
    with pytest.raises(ModelError, match="big"):
        ward.talker.chat(ask(model="big"))


def test_the_embedded_talker_is_never_out_of_budget(opened):
    ward = opened(tokens=10)
    assert ward.talker.chat(ask()).model == "embedded"
    with pytest.raises(BudgetError, match="has 10 tokens left"):
        ward.talker.chat(ask(model="big"))


def test_a_key_is_read_from_a_file_that_only_its_owner_may_read(opened, server, monkeypatch, tmp_path):
    monkeypatch.delenv("OPENWARD_SECRET_HOUSE_KEY")
    (tmp_path / "secrets").mkdir()
    path = tmp_path / "secrets" / "house-key"
    path.write_text("sk-file\n")
    path.chmod(0o644)
    with pytest.raises(ModelError, match="is open to others; say: chmod 600"):
        opened().talker.chat(ask(model="big"))
    path.chmod(0o600)
    assert opened().talker.chat(ask(model="big", fresh=True)).model == "big"
    assert server.log("plain")[-1]["authorization"] == "Bearer sk-file"
    path.unlink()
    with pytest.raises(ModelError, match="wants the secret 'house-key', which is not set"):
        opened().talker.chat(ask(model="big"))


def test_a_small_model_that_is_not_there_is_told(opened):
    with pytest.raises(ModelError, match="it has: big, vectors, embedded"):
        opened().models.predict(PredictRequest(model="risk", inputs={}))


def test_a_small_model_of_the_file_runs_and_one_with_another_file_is_told(tmp_path):
    pytest.importorskip("skops", reason="the extra 'sklearn' is not installed")
    import skops.io
    from sklearn.linear_model import LogisticRegression

    data = skops.io.dumps(LogisticRegression().fit([[20.0], [30.0], [70.0], [80.0]], [0, 0, 1, 1]))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "risk.skops").write_bytes(data)
    (tmp_path / "models.toml").write_text(SMALL.format(digest=hashlib.sha256(data).hexdigest()))
    with Ward.open(home=tmp_path) as ward:
        assert ward.models.faults() == {"risk": "", "embedded": ""}
        assert ward.models.predict(PredictRequest(model="risk", inputs={"age": 75}, seconds=60.0)).over == ("high",)
    (tmp_path / "models" / "risk.skops").write_bytes(data + b" ")
    with Ward.open(home=tmp_path) as ward:
        assert "not the one that was registered" in ward.models.faults()["risk"]
