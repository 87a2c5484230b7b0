"""`openward models`: what is registered, what is wrong with it, an answer and its cost, accounts, bills, budgets."""

import json
from datetime import UTC, datetime

import pytest
from tests.doors.test_cli import openward, told
from tests.models_server import running

FILE = """
currency = "EUR"

[policy]
remote = "mask"

[[models]]
id = "near"
name = "plain"
locality = "local"
version = "1"
address = "{address}"
can = ["tools"]

[[models]]
id = "echo"
locality = "local"
version = "1"
address = "{address}"

[[models]]
id = "gone"
locality = "local"
version = "1"
address = "{address}"

[[models]]
id = "far"
name = "deepseek-chat"
locality = "remote"
version = "v3"
address = "https://models.example/v1"
secret = "far"
[[models.prices]]
version = "2026-09"
since = 2026-09-01
input = "2"
output = "8"

[[budgets]]
scope = "department"
period = "month"
money = "500"
tokens = 100000

[[budgets]]
scope = "department"
id = "icu"
tokens = 5000
"""


@pytest.fixture(scope="module")
def server():
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory, server):
    home = tmp_path_factory.mktemp("home")
    (home / "models.toml").write_text(FILE.format(address=server.address))
    return home


def test_the_models_are_listed_the_embedded_talker_last(home):
    assert [model["id"] for model in told(home, "models", "list")["models"]] == [
        "near", "echo", "gone", "far", "embedded",
    ]  # fmt: skip
    words = openward(home, "models", "list").stdout
    assert "2 / 8" in words
    assert "EUR per million" in words


def test_without_a_file_only_the_embedded_talker_is_there_and_the_way_to_more_is_told(tmp_path):
    words = openward(tmp_path, "models", "list").stdout
    assert "embedded" in words
    assert "docs/models.md" in words
    done = openward(tmp_path, "models", "try", "Guten Tag")
    assert done.returncode == 0, done.stderr
    assert "embedded" in done.stdout


def test_a_check_says_what_is_wrong_and_fails(home):
    done = openward(home, "models", "check", "--output", "json")
    faults = json.loads(done.stdout)
    assert (done.returncode, faults["near"], faults["echo"], faults["embedded"]) == (1, "", "", "")
    assert "the server has no model 'gone'; it has: plain" in faults["gone"]
    assert "wants the secret 'far'" in faults["far"]
    assert "wrong" in openward(home, "models", "check").stdout


def test_an_answer_streams_with_what_it_used(home, server):
    done = openward(home, "models", "try", "--model", "near", "--department", "icu", "Is it high?")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The potassium is 5.9 mmol/L , which is high ;")
    assert "11 in, 17 out" in done.stdout
    reply = told(home, "models", "try", "--model", "near", "--department", "icu", "Is it high?")
    assert (reply["model"], reply["usage"]["output_tokens"], reply["attempts"]) == ("near", 17, 1)
    assert server.log("plain")[-1]["body"]["messages"] == [{"role": "user", "content": "Is it high?"}]


def test_what_may_not_leave_the_house_is_one_clear_line(home):
    done = openward(home, "models", "try", "--model", "far", "Zhang San is ill")
    assert (done.returncode, done.stdout) == (2, "")
    assert "far: it is remote, and nobody said whose data must be masked" in done.stderr
    assert "Zhang" not in done.stderr
    assert "no model 'gpt' in the registry" in openward(home, "models", "try", "-m", "gpt", "x").stderr


def test_a_registry_that_is_wrong_is_one_clear_line(tmp_path):
    (tmp_path / "models.toml").write_text('[[models]]\nid = "x"\nlocality = "local"\n')
    done = openward(tmp_path, "models", "list")
    assert done.returncode == 2
    assert "models.toml: model 'x': it has no version" in done.stderr


def test_usage_is_added_up_and_budgets_show_it(home):
    openward(home, "models", "try", "--model", "near", "--department", "ward-7", "Is it low?")
    lines = {line["heading"]["department"]: line for line in told(home, "models", "usage", "--by", "department")}
    assert lines["ward-7"]["calls"] == 1
    assert (lines["ward-7"]["input_tokens"], lines["ward-7"]["output_tokens"]) == (11, 17)
    day = datetime.now(UTC).date().isoformat()
    found = told(home, "models", "usage", "--by", "day", "--by", "model", "--since", day, "--until", day)
    assert {(line["heading"]["day"], line["heading"]["model"]) for line in found} >= {(day, "near")}
    assert "no model was asked" in openward(home, "models", "usage", "--until", "2020-01-01").stdout
    assert "department, agent, run, model, day" in openward(home, "models", "usage", "--by", "colour").stderr
    states = {state["key"]: state for state in told(home, "models", "budgets") if state["window"] != "total"}
    assert states["department:ward-7"]["spent_tokens"] == 28
    words = openward(home, "models", "budgets").stdout
    assert "department:ward-7" in words
    assert "100000" in words


def test_a_bill_is_compared_and_a_strange_one_is_told(home, tmp_path):
    (tmp_path / "bill.csv").write_text("day,model,money\n2026-11-01,deepseek-chat,12.50\n")
    done = openward(home, "models", "reconcile", "--bill", str(tmp_path / "bill.csv"), "--output", "json")
    assert done.returncode == 1
    assert [(line["model"], line["says"]) for line in json.loads(done.stdout)] == [("far", "not ours")]
    assert "12.50" in openward(home, "models", "reconcile", "--bill", str(tmp_path / "bill.csv")).stdout
    for text, why in (
        ("day,model\n", "has no column money"),
        ("day,model,money\nyesterday,x,1\n", "line 2 of the bill"),
        ("day,model,money\n2026-11-01,x,NaN\n", "no amount"),
    ):
        (tmp_path / "bad.csv").write_text(text)
        assert why in openward(home, "models", "reconcile", "--bill", str(tmp_path / "bad.csv")).stderr
