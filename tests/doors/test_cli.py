"""The command line: every command answers in words and in JSON, and fails with one clear line."""

import json
import os
import subprocess
import sys

import pytest
from tests.wards import PASSPHRASE, PUBLIC, patient_bundle

from openward.doors.cli.template import write_service


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "p1.json").write_text(json.dumps(patient_bundle()))
    done = openward(home, "import", str(home / "p1.json"))
    assert done.returncode == 0, done.stderr
    return home


def openward(home, *arguments, input=None, columns=200):
    return subprocess.run(
        [sys.executable, "-m", "openward", "--home", str(home), *arguments], capture_output=True, text=True,
        check=False, input=input, env={**os.environ, "COLUMNS": str(columns)},
    )  # fmt: skip


def told(home, *arguments, input=None):
    done = openward(home, *arguments, "--output", "json", input=input)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_import_twice_changes_nothing(home):
    again = told(home, "import", str(home / "p1.json"))
    assert sum(c["created"] + c["updated"] for c in again["types"].values()) == 0
    assert sum(c["unchanged"] for c in again["types"].values()) == len(patient_bundle()["entry"])


def test_what_cannot_be_read_is_in_quarantine_with_its_bytes(home, tmp_path):
    (tmp_path / "bad.ndjson").write_bytes(b'{"resourceType": "Patient", "id": "ok1"}\n{broken\n')
    assert openward(home, "import", str(tmp_path / "bad.ndjson")).returncode == 0
    item = next(i for i in told(home, "quarantine") if i["source"].endswith("bad.ndjson:2"))
    assert openward(home, "quarantine", "--show", item["id"]).stdout.strip() == "{broken"


def test_the_chart_is_shown_with_sources(home):
    words = openward(home, "chart", "p1").stdout
    assert "Warfarin 5 mg tablet" in words
    assert "MedicationRequest/p1-m1" in words
    assert told(home, "chart", "p1")["allergies"]["state"] == "present"


def test_a_run_is_shown_with_evidence_and_listed(home):
    done = openward(
        home, "run", "prescription-review", "-i", "-", "-p", "p1", input='{"orders": ["clarithromycin 500 mg"]}'
    )
    assert "interrupt" in done.stdout
    assert "reviewed" in done.stdout
    newest = told(home, "runs")[0]
    assert newest["id"] in openward(home, "runs", newest["id"]).stdout


def test_the_answer_is_chinese_when_asked(home):
    done = openward(
        home,
        "run",
        "prescription-review",
        "-i",
        "-",
        "-p",
        "p1",
        "-l",
        "zh",
        input='{"orders": ["克拉霉素 0.5g 口服 每日两次"]}',
    )
    assert "华法林" in done.stdout


def test_export_gives_back_what_was_imported(home, tmp_path):
    done = openward(home, "export", "--patient", "p1", "--to", str(tmp_path / "out.ndjson"))
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "out.ndjson").read_text().splitlines()]
    assert sorted(r["id"] for r in rows) == sorted(e["resource"]["id"] for e in patient_bundle()["entry"])


@pytest.mark.parametrize(("arguments", "words"), [
    (("run", "nothing"), "there is no service"),
    (("run", "prescription-review", "-p", "nobody"), "no such patient"),
    (("run", "prescription-review", "-i", "/nowhere.json"), "cannot be read"),
    (("run", "prescription-review", "-l", "fr"), "en or zh"),
    (("chart", "nobody"), "no such patient"),
    (("import", "/nowhere"), "no such file"),
    (("runs", "run-none"), "there is no run"),
    (("token", "issue", "--scope", "run.decide", "--label", "x"), "only a person decides"),
    (("token", "revoke", "token-none"), "no token"),
    (("quarantine", "--show", "none"), "nothing in quarantine"),
])  # fmt: skip
def test_an_error_is_one_clear_line_and_no_traceback(home, arguments, words):
    done = openward(home, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_person_reviews_at_the_terminal(home):
    added = openward(
        home, "person", "add", "c.pharmacist", "--name", "Test", "--role", "pharmacist", "--passphrase", PASSPHRASE
    )
    assert added.returncode == 0, added.stderr
    run = told(home, "run", "prescription-review", "-i", "-", "-p", "p1", input='{"orders": ["clarithromycin 500 mg"]}')
    who = ("--person", "c.pharmacist", "--passphrase", PASSPHRASE)
    assert run["id"] in openward(home, "review", *who).stdout
    decided = told(home, "review", run["id"], *who, "--choice", "reject", "--reason", "too strong")
    assert (decided["choice"], decided["person"]) == ("reject", "c.pharmacist")
    again = openward(home, "review", run["id"], *who, "--choice", "accept")
    assert again.returncode == 2
    assert PASSPHRASE not in again.stderr + decided["signature"]


def test_two_persons_review_at_the_terminal(tmp_path):
    (tmp_path / "p1.json").write_text(json.dumps(patient_bundle()))
    assert openward(tmp_path, "import", str(tmp_path / "p1.json")).returncode == 0
    card = write_service("double-check", tmp_path / "services") / "card.toml"
    signs = 'signs = "pharmacist"\ncountersigns = "nurse"'
    card.write_text(card.read_text().replace('signs = "nobody"', signs).replace('"informs"', '"drives"'))
    who = {}
    for person, role in (("c.pharmacist", "pharmacist"), ("d.nurse", "nurse")):
        openward(tmp_path, "person", "add", person, "--name", "Test", "--role", role, "--passphrase", PASSPHRASE)
        who[role] = ("--person", person, "--passphrase", PASSPHRASE)
    run = told(tmp_path, "run", "double-check", "-p", "p1")
    (tmp_path / "amended.json").write_text('{"recorded": 7, "age_days": null}')
    change = ("--choice", "amend", "--amended", str(tmp_path / "amended.json"), "--reason", "counted")
    first = openward(tmp_path, "review", run["id"], *who["pharmacist"], *change)
    assert "it takes effect when another person (nurse) agrees" in first.stdout
    assert run["id"] not in openward(tmp_path, "review", *who["pharmacist"]).stdout
    second = openward(tmp_path, "review", run["id"], *who["nurse"], "--choice", "accept")
    assert "c.pharmacist (pharmacist) signed first: amend, counted" in second.stdout
    assert '"recorded": 7' in second.stdout
    assert "amend, signed by d.nurse" in second.stdout


def test_the_trail_verifies_and_a_flipped_byte_is_found(tmp_path):
    openward(tmp_path, "import", str(tmp_path))
    assert openward(tmp_path, "trail", "verify").returncode == 0
    import sqlite3

    with sqlite3.connect(tmp_path / "ward.db") as database:
        changed = database.execute("UPDATE entry SET event = replace(CAST(event AS TEXT), 'record', 'rec0rd')").rowcount
    database.close()
    assert changed > 0
    assert openward(tmp_path, "trail", "verify").returncode == 1


def test_the_trail_is_exported_as_fhir(home, tmp_path):
    done = openward(home, "trail", "export", "--to", str(tmp_path / "trail.ndjson"))
    assert done.returncode == 0, done.stderr
    kinds = {json.loads(line)["resourceType"] for line in (tmp_path / "trail.ndjson").read_text().splitlines()}
    assert kinds == {"AuditEvent", "Provenance"}


def test_checkpoints_that_were_taken_away_are_brought_along_to_verify(tmp_path):
    import sqlite3

    home, kept = tmp_path / "home", tmp_path / "checkpoints.ndjson"
    for _ in range(2):
        openward(home, "import", str(tmp_path))
    done = openward(home, "trail", "export", "--checkpoints", "--to", str(kept))
    assert "checkpoints to" in done.stdout
    assert openward(home, "trail", "verify", "--kept", str(kept)).returncode == 0
    with sqlite3.connect(home / "ward.db") as database:
        database.execute("DELETE FROM entry WHERE seq > 1")
        database.execute("DELETE FROM checkpoint")
    database.close()
    assert openward(home, "trail", "verify").returncode == 0
    done = openward(home, "trail", "verify", "--kept", str(kept))
    assert done.returncode == 1
    assert "cut off" in done.stdout
    done = openward(home, "trail", "verify", "--kept", str(tmp_path / "nothing"))
    assert done.returncode != 0
    assert "cannot be read" in done.stderr


def test_the_doctor_proves_that_nothing_leaves_the_house(home):
    done = openward(home, "doctor", "--output", "json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["attempts"] == []
    assert report["exercised"] >= 1
    assert [s["address"] for s in report["sockets"]] == ["127.0.0.1:8765"]
    assert "runs its first worked example: proposed" in [f["value"] for f in report["services"]]
    assert "nothing tried to leave the house" in openward(home, "doctor").stdout


def test_the_doctor_says_which_service_is_out_of_order_and_what_to_do(tmp_path):
    folder = tmp_path / "services" / "falls_risk"
    folder.mkdir(parents=True)
    (folder / "card.toml").write_text("")
    done = openward(tmp_path, "doctor", "--output", "json")
    assert done.returncode == 1
    broken = json.loads(done.stdout)["broken"]
    assert [one["name"] for one in broken] == ["falls-risk"]
    assert str(folder) in broken[0]["value"]
    assert "'engine.py' is missing" in broken[0]["value"]
    assert "Out of order: falls-risk; the other services serve." in openward(tmp_path, "doctor").stdout


def test_the_doctor_sees_what_leaves():
    import socket

    from openward.doors.cli.doctor import _watched

    with _watched() as attempts, socket.socket() as outside:
        outside.settimeout(0.01)
        with pytest.raises(OSError, match=r".*"):
            outside.connect(("192.0.2.1", 9))
    assert attempts == ["socket.connect 192.0.2.1"]


def test_the_demo_shows_findings_with_evidence_and_can_be_run_again(tmp_path):
    first = openward(tmp_path, "demo", "--patients", "56", "--no-serve")
    assert first.returncode == 0, first.stderr
    assert "metformin: avoid at this kidney function" in first.stdout
    assert "renal_rules" in first.stdout
    assert first.stdout.count("shown this once") == 2
    again = openward(tmp_path, "demo", "--patients", "56", "--no-serve", "--language", "zh")
    assert "0 new" in again.stdout
    assert "shown this once" not in again.stdout
    assert "二甲双胍" in again.stdout


def test_a_port_that_is_taken_is_a_clear_error(home):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = openward(home, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "cannot be listened on" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_says_where_it_is_and_shows_the_token_once(tmp_path):
    import signal
    import time

    from tests.wards import free_port

    told = []
    for _ in range(2):
        command = [sys.executable, "-m", "openward", "--home", str(tmp_path), "serve", "--port", str(free_port())]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert "OpenWard is open at http://127.0.0.1:" in process.stderr.readline()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        told.append(process.communicate(timeout=30)[0])
    assert [text.count("shown this once") for text in told] == [1, 0]


def test_the_help_names_every_command_and_is_quick_to_load(home):
    words = openward(home, "--help").stdout
    assert all(c in words for c in ("run", "import", "review", "serve", "doctor", "map", "trail", "new"))
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, openward.doors.cli.app; print(*sys.modules)"],
        capture_output=True, text=True,
        check=True,
    ).stdout.split()  # fmt: skip
    assert not {"sqlalchemy", "starlette", "mcp", "uvicorn", "pydantic"} & set(loaded)


@pytest.mark.skipif(not PUBLIC.exists(), reason="the public cases (../shared/data) are not here")
def test_the_study_of_the_first_service_is_accepted(home):
    done = openward(home, "study", "prescription-review", "--data", str(PUBLIC), "--output", "json")
    assert done.returncode == 0, done.stdout
    assert all(e["accepted"] for e in json.loads(done.stdout)["endpoints"])


CASE = {
    "id": "bmi", "calculator": "Body Mass Index (BMI)", "output_type": "decimal", "answer": "25", "lower": "24.5",
    "upper": "25.5", "entities": "{'weight': [81.0, 'kg'], 'height': [1.8, 'm']}", "question": "?", "note": "",
}  # fmt: skip


def test_a_file_of_cases_is_measured_and_every_miss_is_named(home, tmp_path):
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(json.dumps(CASE | more) for more in ({}, {"id": "no answer", "entities": "{}"})))
    result = told(home, "evaluate", "clinical-calculator", "--cases", str(cases))
    assert (result["service"], result["misses_by_figure"]["from_entities"]) == ("clinical-calculator", ["no answer"])
    figure = next(f for f in result["figures"] if f["name"] == "from_entities")
    assert (figure["value"], figure["n"]) == (0.5, 2)
    assert figure["low"] < 0.5 < figure["high"]
    assert "no answer" in openward(home, "evaluate", "clinical-calculator", "--cases", str(cases)).stdout


def test_a_file_that_is_not_there_is_named(home, tmp_path):
    done = openward(home, "evaluate", "clinical-calculator", "--cases", str(tmp_path / "none.jsonl"))
    assert done.returncode != 0
    assert "none.jsonl cannot be read" in done.stderr


def test_an_interview_is_held_one_answer_at_a_time(home):
    turn = told(home, "interview", "triage", "--set", "complaint=headache since this morning")
    assert turn["ended"] is False
    answered = told(home, "interview", "--resume", turn["interview"], "--answer", f"{turn['question']}=no")
    assert answered["step"] == 1
    ended = told(home, "interview", "--resume", turn["interview"], "--finish")
    assert ended["ended"] is True


def test_an_interview_at_a_terminal_stops_and_says_how_to_go_on(home):
    first = openward(home, "interview", "triage", "--set", "complaint=headache since this morning", input="2\n")
    assert "openward interview --resume interview-" in first.stdout
    words = first.stdout.rpartition("--resume ")[2].split()[0]
    assert told(home, "interview", "--resume", words)["step"] == 1


@pytest.mark.parametrize(("arguments", "word"), [((), "name a service"), (("triage", "--set", "x"), "name=value")])
def test_an_interview_that_cannot_begin_says_why(home, arguments, word):
    done = openward(home, "interview", *arguments)
    assert done.returncode != 0
    assert word in done.stderr


def test_nothing_is_looked_through_once_more_at_the_end_of_a_command():
    said = "import atexit, gc; atexit.register(lambda: print('kept', gc.get_freeze_count() > 0))"
    command = f"{said}; import sys; sys.argv = ['openward', '--version']; from openward.doors.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "kept True"


def test_a_narrow_terminal_lists_services_in_whole_words(home):
    ids = [card["id"] for card in told(home, "services")]
    narrow = openward(home, "services", columns=80).stdout
    assert all(id in narrow for id in ids)
    assert "CDS Hooks" not in narrow
    assert "openward services --output json" in narrow
    assert max(len(line) for line in narrow.splitlines()) <= 80
    assert "CDS Hooks" in openward(home, "services").stdout
