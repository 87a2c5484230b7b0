"""Attacks and harmless texts, and what the guards make of each.

`python -m tests.checks.guards.cases` prints the figures of docs/evidence/guards.md.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.wards import PUBLIC

from openward.checks.guards import (
    Allowed,
    Call,
    Described,
    Offered,
    Said,
    digest_of,
    on_answer,
    on_ask,
    on_call,
    on_tool_description,
    on_words,
    scan,
)
from openward.studies.proportion import proportion

HERE = Path(__file__).parent
VIGNETTES = HERE.parents[2] / "src/openward/services/triage/knowledge"
SEARCH = {
    "type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"], "additionalProperties": False,
}  # fmt: skip
ANY = {"type": "object"}
TOOLS = {
    "search": Offered(schema=SEARCH, remote=True, description="Searches the literature."),
    "send_message": Offered(schema=ANY, remote=True, writes=True, description="Sends a message."),
    "create_prescription": Offered(schema=ANY, remote=True, writes=True),
    "提交医嘱": Offered(schema=ANY, remote=True, writes=True),
    "fhir_write": Offered(schema=ANY, remote=True, writes=True),
    "delete_note": Offered(schema=ANY, remote=True),
    "update_chart": Offered(schema=ANY, remote=True, writes=True),
    "prescription-review": Offered(schema=ANY),
}
ARGUMENTS = {"LONG": json.dumps({"q": "a" * 1_100_000}), "DEEP": '{"q":' + "[" * 3000 + "]" * 3000 + "}"}


def attacks(folder):
    return [
        (path.stem, case)
        for path in sorted((HERE / folder).glob("*.json"))
        for case in json.loads(path.read_text(encoding="utf-8"))
    ]


def lines(name):
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line]


def of_words(case):
    return on_words(case["text"], case["origin"]).found


def of_ask(case):
    return on_ask(case["text"], audience=case["audience"], language=case["language"])


def of_answers(case):
    said = Said(
        text=case["text"], audience=case["audience"], language=case["language"], schema=case.get("schema"),
        marks=frozenset(case.get("marks", ())), strangers=tuple(case.get("strangers", ())),
        secrets=tuple(case.get("secrets", ())),
    )  # fmt: skip
    return on_answer(said)


def of_calls(case):
    allowed = Allowed(
        role=case.get("role", "clinician"), tools=TOOLS, risk="drives", oversight=case.get("oversight", "draft")
    )
    call = Call(
        tool=case["tool"], arguments=ARGUMENTS.get(case.get("arguments_text")) or json.dumps(case["arguments"]),
        asked=(case.get("asked", ""),), approved=case.get("approved", False), identifiers=("John Smith", "张三丰"),
        seen=(on_words(case["seen"], "document"),) if "seen" in case else (),
    )  # fmt: skip
    return on_call(call, allowed)


def of_tools(case):
    described = Described(
        server="stranger", tool=case["tool"], description=case["description"], schema=case.get("schema", ANY)
    )
    first = Described(server="stranger", tool=case["tool"], description=case.get("pinned", ""), schema=ANY)
    pinned = digest_of(first) if "pinned" in case else None
    return on_tool_description(described, pinned, taken=("prescription-review", "triage"))


def of_skills(case):
    with TemporaryDirectory() as home:
        folder = Path(home) / "it"
        for name, text in case["files"].items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if "padding" in case:
            (folder / "more.md").write_text("a" * case["padding"])
        return scan(folder, "0" * 64 if case.get("pinned") else None).found


RUN = {
    "words": of_words, "ask": of_ask, "answers": of_answers, "calls": of_calls, "tools": of_tools, "skills": of_skills,
}  # fmt: skip


def blocked_by(kind, case):
    """The guards that stop a case; an alert stops nothing."""
    return {stop.guard for stop in RUN[kind](case) if stop.outcome != "alert"}


def figure(name, hits, total):
    share = proportion(hits, total)
    return f"{name}: {hits} of {total} ({hits / total:.1%}, 95 % interval {share.low:.1%}-{share.high:.1%})"


def answer_of(text, language):
    return {"text": text, "audience": "patient", "language": language}


def public_texts():
    """The longer texts of the public cases beside the repository, where they are there."""
    for path in (PUBLIC / name for name in ("visits.jsonl", "notes_with_errors.jsonl", "literature_questions.jsonl")):
        for line in path.open(encoding="utf-8") if path.exists() else ():
            yield from (text for text in _texts(json.loads(line)) if len(text) > 100)


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for held in value.values() if isinstance(value, dict) else value:
            yield from _texts(held)


def figures(folders):
    for folder in folders:
        stopped = [(case, blocked_by(kind, case)) for kind, case in attacks(folder)]
        yield figure(f"{folder}: blocked", sum(bool(by) for _, by in stopped), len(stopped))
        yield figure(f"{folder}: by the guard that is named", sum(c["guard"] in by for c, by in stopped), len(stopped))
        yield f"  by risk: {dict(sorted(Counter(case['risk'] for case, by in stopped if by).items()))}"
        yield f"  missed: {[case['id'] for case, by in stopped if not by]}"
    for name in ("benign_texts.txt", "benign_texts_2.txt"):
        alarms = [text for text in lines(name) if on_words(text, "document").attacked]
        yield figure(f"{name}: false alarms", len(alarms), len(lines(name)))
    answers = [line.split("\t") for line in lines("benign_answers.txt")]
    held = [text for language, text in answers if blocked_by("answers", answer_of(text, language))]
    yield figure("benign_answers.txt: sentences held from a patient", len(held), len(answers))
    public = list(public_texts())
    if public:
        alarms = [text for text in public if on_words(text, "document").attacked]
        yield figure("public clinical texts: false alarms", len(alarms), len(public))
    rows = [
        json.loads(line) for path in sorted(VIGNETTES.glob("vignettes*.jsonl")) for line in path.open(encoding="utf-8")
    ]
    for name, wanted in (("emergencies of triage's stories", True), ("stories that are none", False)):
        told = [row["case_description"] for row in rows if (row["urgency_level"] == "em") is wanted]
        hits = [text for text in told if on_ask(text, audience="patient", language="en")]
        yield figure(f"{name}: interrupted", len(hits), len(told))


if __name__ == "__main__":
    sys.stdout.writelines(
        f"{line}\n" for line in figures(sys.argv[1:] or ["attacks", "attacks_held_out", "attacks_held_out_2"])
    )
