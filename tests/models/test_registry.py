"""The registry says what is wrong with it before anybody is asked anything."""

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from openward.domain.errors import ModelError, SettingsError
from openward.models.registry import load_registry, price_on, registry_of

LOCAL = {"id": "qwen", "locality": "local", "version": "3-32b", "address": "http://10.0.0.7:8000/v1"}
PRICE = {"version": "2026-09", "since": date(2026, 9, 1), "input": "2", "output": "8"}
REMOTE = {
    "id": "far",
    "locality": "remote",
    "version": "v3",
    "address": "https://api.example.com/v1",
    "prices": [PRICE],
}
CARD = {"title": "t", "intended_use": "u", "owner": "o", "digest": "0" * 64, "outputs": ["risk"],
        "inputs": [{"name": "age", "unit": "a"}]}  # fmt: skip
SMALL = {"id": "small", "kind": "predict", "through": "python", "locality": "local", "version": "1", "address": "m:f", "card": CARD}  # fmt: skip  # noqa: E501

FILE = """
currency = "CNY"

[policy]
remote = "mask"
house = ["models.hospital.example"]

[[models]]
id = "qwen"
locality = "local"
version = "3-32b"
address = "http://models.hospital.example:8000/v1"
context = 32768
can = ["tools", "schema"]

[[models]]
id = "far"
locality = "remote"
version = "v3"
address = "https://api.example.com/v1"
secret = "far"
[[models.prices]]
version = "2026-09"
since = 2026-09-01
input = "2"
output = "8"
cached = "0.2"

[[budgets]]
scope = "department"
period = "month"
money = "500"
"""


def test_a_registry_is_read_from_its_file(tmp_path):
    path = tmp_path / "models.toml"
    path.write_text(FILE)
    registry = load_registry(path)
    assert [model.id for model in registry.models] == ["qwen", "far"]
    assert registry.model("far").prices[0].cached == Decimal("0.2")
    assert registry.budgets[0].money == 500
    with pytest.raises(ModelError, match="no model 'gpt' in the registry; it has: qwen, far"):
        registry.model("gpt")


def test_the_file_in_the_documentation_is_right():
    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    (sample,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    registry = registry_of(tomllib.loads(sample), "docs/models.md")
    assert [model.id for model in registry.models] == ["qwen", "deepseek", "bge-m3", "sepsis-risk"]
    assert [budget.scope for budget in registry.budgets] == ["department", "run"]


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (REMOTE | {"prices": []}, "remote and has no price"),
        (REMOTE | {"prices": [PRICE | {"input": "0"}]}, "is zero, which no remote model is"),
        (REMOTE | {"prices": [PRICE | {"output": "0.00"}]}, "is zero"),
        (REMOTE | {"prices": [PRICE | {"cached": "0"}]}, "is zero"),
        (REMOTE | {"prices": [PRICE | {"output": "-1"}]}, "is no amount of money"),
        (REMOTE | {"prices": [PRICE | {"output": "NaN"}]}, "is no amount of money"),
        (REMOTE | {"prices": [PRICE, PRICE]}, "two prices have the same version"),
        (REMOTE | {"address": "http://api.example.com/v1"}, "must begin with https"),
        (LOCAL | {"address": "http://api.example.com/v1"}, "does not look like a host of the house"),
        (LOCAL | {"address": "http://8.8.8.8/v1"}, "does not look like a host of the house"),
        (LOCAL | {"address": "http://0.0.0.0/v1"}, "does not look like a host of the house"),
        (LOCAL | {"address": "http://user:secret@10.0.0.7/v1"}, "without user, password or query"),
        (LOCAL | {"address": "file:///etc/passwd"}, "must be http"),
        (LOCAL | {"address": "http://[::1"}, "is no URL"),
        (LOCAL | {"address": ""}, "must be http"),
        (LOCAL | {"version": ""}, "has no version"),
        (LOCAL | {"secret": "sk-12345678"}, "must be the name of a key"),
        (LOCAL | {"output": 9000}, "less than context"),
        (LOCAL | {"at_once": 0}, "at_once is at least 1"),
        (LOCAL | {"fallbacks": ["gone"]}, "its fallback 'gone' is not in the registry"),
        (SMALL | {"locality": "remote"}, "must be local"),
        (SMALL | {"card": None}, "needs a card"),
        (SMALL | {"card": CARD | {"digest": "abc"}}, "needs the SHA-256"),
        (SMALL | {"card": CARD | {"inputs": [{"name": "age"}]}}, "needs a unit"),
        (SMALL | {"card": CARD | {"thresholds": [{"name": "h", "output": "x", "at": 0.5}]}}, "that there is not: 'x'"),
    ],
)  # fmt: skip
def test_a_model_that_is_wrong_is_not_registered(model, why):
    with pytest.raises(SettingsError, match=why) as raised:
        registry_of({"models": [model]}, "models.toml")
    assert str(raised.value).startswith(f"models.toml: model '{model['id']}': ")


@pytest.mark.parametrize(
    "address",
    ["http://localhost:1/v1", "http://127.0.0.1/v1", "http://[::1]:8000/v1", "http://gpu1:8000", "https://gpu.ward.internal",
     "http://192.168.3.4/v1", "http://[fd00::7]/v1"],
)  # fmt: skip
def test_hosts_of_the_house_are_known(address):
    assert registry_of({"models": [LOCAL | {"address": address}]}, "x").model("qwen").address == address


def test_what_is_wrong_in_the_file_is_named(tmp_path):
    for data, why in (
        ({"models": [LOCAL, LOCAL]}, "model 'qwen' is there twice"),
        ({"models": [LOCAL | {"colour": "red"}]}, "unknown field `colour`"),
        ({"budgets": [{"scope": "department"}]}, "limits neither money nor tokens"),
        ({"budgets": [{"scope": "ward", "money": "-1"}]}, "less than nothing"),
    ):
        with pytest.raises(SettingsError, match=why):
            registry_of(data, "models.toml")
    (tmp_path / "broken.toml").write_text("models = [")
    for name in ("broken.toml", "absent.toml"):
        with pytest.raises(SettingsError, match="cannot be read"):
            load_registry(tmp_path / name)


def test_the_price_is_the_last_one_that_has_begun():
    later = PRICE | {"version": "2027-01", "since": date(2027, 1, 1)}
    model = registry_of({"models": [REMOTE | {"prices": [later, PRICE]}]}, "x").model("far")
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 12, 31), date(2027, 1, 1)]
    found = [price_on(model, day) for day in days]
    assert [price and price.version for price in found] == [None, "2026-09", "2026-09", "2027-01"]
