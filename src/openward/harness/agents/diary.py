"""The steps of a run in order, told to whoever watches as they happen."""

import time
from typing import Any, Final

import msgspec

from openward.checks.guards import Stop
from openward.domain.agent import AgentEvent, AgentStep, Held, Sentence, StepKind
from openward.harness.agency import Agency

_LONGEST: Final = 2000


class Diary:
    """Writes the steps of one run down."""

    def __init__(self, agency: Agency) -> None:
        self._tell = agency.tell
        self._count = 0
        self.steps: list[AgentStep] = []

    def begin(self, kind: StepKind, name: str, arguments: str = "") -> AgentStep:
        """A step begins."""
        self._count += 1
        step = AgentStep(number=self._count, kind=kind, name=name[:80], arguments=arguments[:_LONGEST])
        self._tell(AgentEvent(kind="step-begun", step=step))
        return step

    def end(self, step: AgentStep, **how: Any) -> AgentStep:
        """A step ends; they end in the order in which they began."""
        done = msgspec.structs.replace(step, **how)
        self.steps.append(done)
        self._tell(AgentEvent(kind="step-ended", step=done))
        return done

    def stopped(self, stop: Stop, what: str) -> None:
        """A guard stopped something."""
        outcome = "done" if stop.outcome == "alert" else "blocked"
        self.end(self.begin("guard", stop.guard), outcome=outcome, why=f"{what}: {stop.reason}")

    def say(self, said: tuple[Sentence | Held, ...]) -> None:
        """Sentences are shown, or held."""
        for one in said:
            if isinstance(one, Sentence):
                self._tell(AgentEvent(kind="sentence", sentence=one))
            else:
                self._tell(AgentEvent(kind="held", held=one))


class Watch:
    """How long something takes, in seconds."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()

    def read(self) -> float:
        """Seconds so far."""
        return round(time.perf_counter() - self._begun, 6)
