"""A ward with one agent, and a talker that says what a test tells it to."""

import json
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from tests.wards import patient_bundle

from openward.domain.agent import AgentSpec, Answer, Ask, Limits, Said
from openward.domain.card import Budget, Card
from openward.domain.guide import Guide
from openward.domain.model import ChatRequest, Delta, Reply, ToolCall
from openward.domain.study import Study
from openward.domain.text import Text
from openward.domain.usage import Usage
from openward.harness.agents import agent_engine
from openward.harness.service import Service
from openward.ward import Ward

NAME = "bedside-helper"
TEXT = Text("A helper.", "助手。")
WORDS = dict.fromkeys(("title", "intended_use", "not_for", "population", "without_model"), TEXT)
READS = (
    "Patient", "Observation", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Medication",
    "Condition",
)  # fmt: skip
Line = Reply | Callable[[ChatRequest], Reply] | Exception


def says(text, **more):
    return Reply(text=text, model="scripted", usage=Usage(input_tokens=100, output_tokens=20), **more)


def calls(*wanted, text=""):
    """A reply that wants tools: (name, arguments) or (name, arguments as raw text)."""
    made = tuple(
        ToolCall(id=f"c{n}", name=name, arguments=given if isinstance(given, str) else json.dumps(given))
        for n, (name, given) in enumerate(wanted, 1)
    )
    usage = Usage(input_tokens=100, output_tokens=20)
    return Reply(text=text, tool_calls=made, finish="tools", model="scripted", usage=usage)


class Scripted:
    """Says its lines one after the other; keeps what it was asked."""

    def __init__(self, *lines: Line) -> None:
        self.lines = list(lines)
        self.asked: list[ChatRequest] = []

    def chat(self, request: ChatRequest) -> Reply:
        self.asked.append(request)
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, Exception):
            raise line
        return line if isinstance(line, Reply) else line(request)

    def stream(self, request: ChatRequest):
        reply = self.chat(request)
        yield Delta(text=reply.text)
        yield Delta(reply=reply)


def agent(**more):
    """An agent that may read a chart, review prescriptions and calculate."""
    facts = {
        "id": NAME, "persona": Text("You help at the bedside.", "你在床旁协助。"),
        "tools": ("prescription-review", "clinical-calculator"), "guide": Guide(),
        "chart": ("allergies", "medications", "laboratory", "problems"), "limits": Limits(seconds=60),
    }  # fmt: skip
    spec = AgentSpec(**(facts | {k: v for k, v in more.items() if k in AgentSpec.__struct_fields__}))
    card = {k: v for k, v in more.items() if k in {"subject", "reads", "signs", "risk", "budget"}}
    return service(spec, **card)


def service(spec, **more):
    facts = {
        "id": spec.id, "version": "1.0.0", "audience": ("clinician",), "kind": "agent", "risk": "informs",
        "subject": "optional", "reads": READS, "signs": "clinician", "unit": "answer", "owner": "o",
        "budget": Budget(seconds=65),
    }  # fmt: skip
    return Service(
        card=Card(**WORDS, **(facts | more)), reads=Ask, body=Answer, engine=agent_engine(spec), checks=(),
        study=Study(id="s", title="t", endpoints=()), folder=Path(), prompt=spec.persona.en,
    )  # fmt: skip


def seat(ward, talker, *agents):
    """Puts agents and a talker into an open ward."""
    add(ward, *(agents or (agent(),)))
    ward.means.talker = lambda: talker


def add(ward, *agents):
    """Puts agents among those that ship with an open ward."""
    ward.services.shipped.update({one.id: one for one in agents})
    ward.services._stamp = None


@contextmanager
def a_ward(home, talker, *agents, bundle=None):
    with Ward.open(home=home) as ward:
        seat(ward, talker, *agents)
        ward.record.import_bytes("p1.json", json.dumps(bundle or patient_bundle()).encode())
        yield ward


def ask(text, **more):
    return Ask(messages=(Said(role="user", text=text),), **more)


def answer_of(run):
    """The answer of a run that has one."""
    assert run.proposal is not None, run.failure
    return json.loads(bytes(run.proposal))["body"]
