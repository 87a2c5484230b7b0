"""What the harness of agents costs beside its model: a talker that answers at once, one section of the chart, SQLite.

PYTHONPATH=src:. .venv/bin/python benchmarks/agents.py [runs]
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from tests.harness.agents.staged import NAME, Scripted, a_ward, ask, calls, says

from openward.access.access import HOUSE
from openward.domain.run import RunRequest


def quick():
    look = calls(("chart", {"section": "allergies"}))
    return Scripted(lambda request: says("She is allergic to penicillin [1].") if len(request.messages) > 2 else look)


def timed(work, runs):
    took = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def main(runs):
    with tempfile.TemporaryDirectory() as home, a_ward(Path(home), quick()) as ward:
        asked = ask("What is she allergic to?")
        request = RunRequest(input=msgspec.Raw(msgspec.json.encode(asked)), patient="p1")
        ward.run(NAME, asked, patient="p1")
        for name, work in (
            ("kept, journaled", lambda: ward.execute(NAME, request, actor=HOUSE, door="python")),
            ("not kept, not journaled", lambda: ward.think(NAME, request, actor=HOUSE, door="python")),
        ):  # fmt: skip
            middle, high = timed(work, runs)
            print(f"{name}: median {middle:.1f} ms, 95th percentile {high:.1f} ms (n = {runs})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
