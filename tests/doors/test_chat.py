"""Talking at a terminal: steps, words with marks, what is held back, commands, and output for programs."""

import json
import re

import pytest
from tests.doors.test_cli import openward
from tests.harness.agents.staged import NAME, Scripted, a_ward, agent, calls, says, seat
from tests.wards import patient_bundle

from openward.doors.cli.chat import Talk
from openward.doors.cli.session import operator

REVIEW = ("prescription-review", {"orders": ["amiodarone 200 mg oral once daily"]})
ANSWER = says("Amiodarone raises warfarin, so she may bleed [1.1].\n\nHer potassium is 9.9.")


@pytest.fixture
def ward(tmp_path):
    with a_ward(tmp_path, Scripted(calls(REVIEW), ANSWER), agent()) as opened:
        yield opened


def talked(ward, monkeypatch, capsys, *lines, **more):
    waiting = iter(lines)

    def typed(_prompt):
        said = next(waiting, None)
        if said is None:
            raise EOFError
        if isinstance(said, BaseException):
            raise said
        return said

    monkeypatch.setattr("builtins.input", typed)
    monkeypatch.setenv("COLUMNS", "240")
    talk = Talk(ward, ward.service(NAME), "p1", None, **more)
    talk.go_on()
    return capsys.readouterr().out, talk


def test_steps_words_and_evidence_are_shown_and_the_lie_is_shown_as_held(ward, monkeypatch, capsys):
    out, _ = talked(ward, monkeypatch, capsys, "Can she have amiodarone?")
    assert 'calls prescription-review {"orders": ["amiodarone 200 mg oral once daily"]} done' in out
    assert "so she may bleed. [1]" in out
    assert "[1] Found by: prescription-review (run run-" in out
    assert "held back, not said: “Her potassium is 9.9.” (grounding" in out
    assert "a clinician must sign run run-" in out
    assert out.index("calls prescription-review") < out.index("so she may bleed")


def test_evidence_can_be_looked_into_and_that_is_in_the_trail(ward, monkeypatch, capsys):
    out, _ = talked(ward, monkeypatch, capsys, "Can she have amiodarone?", "/evidence 1", "/evidence 99", "/evidence x")
    assert re.search(r"reviewed\s+\d", out)
    assert out.count("the last answer has no evidence of that number") == 2
    assert any(b"run.read" in bytes(entry.event) for entry in ward.trail.entries(limit=500))


def test_commands_are_told_and_a_strange_one_is_no_question(ward, monkeypatch, capsys):
    out, talk = talked(ward, monkeypatch, capsys, "", "/help", "/agents", "/agent nobody", "/strange", "/quit", "lost")
    assert "/evidence N" in out
    assert NAME in out
    assert "there is no agent 'nobody'" in out
    assert "not understood" in out
    assert talk.said == []


def test_a_conversation_goes_on(ward, monkeypatch, capsys):
    talker = Scripted(says("Good."))
    seat(ward, talker, agent())
    talked(ward, monkeypatch, capsys, "First question?", "Second question?")
    said = " ".join(m.text for m in talker.asked[1].messages if m.role != "system")
    assert "First question?" in said
    assert "Second question?" in said


def test_who_interrupts_stops_the_run_and_not_the_conversation(ward, monkeypatch, capsys):
    def interrupted(_request):
        raise KeyboardInterrupt

    seat(ward, Scripted(interrupted, says("Good.")), agent())
    out, talk = talked(ward, monkeypatch, capsys, "First question?", "Second question?")
    assert "stopped" in out
    assert "Good." in out
    assert talk.said[-1]["text"] == "Good."


def test_a_failure_is_told_in_words(ward, monkeypatch, capsys):
    seat(ward, Scripted(ValueError("Synthetic Example has HIV")), agent())
    out, _ = talked(ward, monkeypatch, capsys, "她可以用胺碘酮吗？")
    assert "失败：" in out
    assert "Synthetic" not in out


def test_a_program_gets_runs_and_nothing_else(ward, capsys):
    talk = Talk(ward, ward.service(NAME), "p1", "zh", quiet=True)
    run = talk.ask("Can she have amiodarone?")
    assert capsys.readouterr().out == ""
    assert (run.language, run.door, json.loads(bytes(run.proposal))["body"]["held"][0]["guard"]) == (
        "zh", "cli", "grounding",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--agent", "nobody", "--ask", "x"), "there is no agent 'nobody'"), (("--output", "json"), "needs --ask")],
)
def test_what_cannot_be_asked_is_one_clear_line(tmp_path, arguments, said):
    done = openward(tmp_path, "chat", *arguments)
    assert done.returncode != 0
    assert said in done.stderr + done.stdout


def test_the_shipped_assistant_answers_a_program_without_any_model(tmp_path):
    (tmp_path / "p1.json").write_text(json.dumps(patient_bundle()))
    assert openward(tmp_path, "import", str(tmp_path / "p1.json")).returncode == 0
    asked = ("chat", "-p", "p1", "--ask", "Check amiodarone 200 mg oral once daily.", "--ask", "查一下过敏史")
    first, second = json.loads(openward(tmp_path, *asked, "--output", "json").stdout)
    assert (first["service"], first["language"], second["language"]) == ("ward-assistant", "en", "zh")
    assert first["proposal"]["body"]["talker"] == "embedded"
    assert "arfarin" in first["proposal"]["body"]["text"]
    shown = openward(tmp_path, *asked)
    assert "calls prescription-review" in shown.stdout
    assert shown.returncode == 0


def test_a_conversation_that_was_forgotten_begins_anew_with_all_that_was_said(ward, monkeypatch, capsys):
    talker = Scripted(says("Good."))
    seat(ward, talker, agent())
    talk = Talk(ward, ward.service(NAME), None, "en")
    first = talk.ask("First question?")
    assert ward.agents.forget_conversation(str(talk.conversation), operator()) == 1
    second = talk.ask("Second question?")
    assert (first.status, second.status) == ("proposed", "proposed")
    assert any("First question?" in message.text for message in talker.asked[-1].messages)
    assert capsys.readouterr().out.count("Good.") == 2


def test_a_conversation_of_somebody_else_is_one_clear_line(tmp_path):
    asked = json.dumps({"messages": [{"role": "user", "text": "Hello?"}], "conversation": "conversation-of-another"})
    done = openward(tmp_path, "run", "ward-assistant", "-i", "-", input=asked)
    assert done.returncode == 2
    assert "no such conversation of yours" in done.stderr
    assert "conversation-of-another" not in done.stderr + done.stdout
