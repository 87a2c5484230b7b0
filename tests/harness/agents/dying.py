"""A process of its own that runs an agent and is killed (or not) at its n-th question to the talker: home, n."""

import os
import signal
import sys
from pathlib import Path

from tests.harness.agents.staged import NAME, Scripted, agent, calls, says, seat

from openward.ward import Ward

REVIEW = ("prescription-review", {"orders": ["amiodarone 200 mg oral once daily"]})
SECRET = "Quartermaine-Zebulon"


def lines(die_at):
    """What the talker says; at its n-th question the process is killed without a word."""

    def at(number, reply):
        def line(_request):
            if number == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return reply

        return line

    return (
        at(1, calls(("chart", {"section": "allergies"}))),
        at(2, calls(REVIEW)),
        at(3, says(f"Amiodarone raises warfarin [2.1]. Said for {SECRET}.")),
    )


def main(home, die_at):
    with Ward.open(home=Path(home)) as ward:
        seat(ward, Scripted(*lines(die_at)), agent())
        said = {"messages": [{"role": "user", "text": f"I am {SECRET}; can she have amiodarone?"}]}
        ward.run(NAME, said, patient="p1")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
