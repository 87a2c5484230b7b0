"""Drafts of notes beside what needs no skill: another visit's draft, the beginning of the talk; and how fast they are.

PYTHONPATH=src .venv/bin/python benchmarks/clinical_notes.py ../shared/data/visits.jsonl
"""

import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from openward.checks.claims import Ground
from openward.harness.service import Context
from openward.services.clinical_note import SERVICE
from openward.services.clinical_note.hearing import Heard
from openward.services.clinical_note.measuring import divisions, facts
from openward.services.clinical_note.reads import GivenTurn, Reads
from openward.services.clinical_note.speakers import transcript

NOW = Context(now=datetime(2026, 11, 21, tzinfo=UTC))


def drafted(dialogue):
    return SERVICE.engine(Reads(dialogue=dialogue), None, NOW)


def found(text, note):
    """The share of the facts of a note that some text supports."""
    ground = Ground({"draft": text})
    held = {fact: said for part in divisions(note).values() for fact, said in facts(ground, part).items()}
    return sum(held.values()) / max(len(held), 1)


def timed(work, rounds=3):
    best = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        best.append(time.perf_counter() - begin)
    return min(best) * 1000


def main(path):
    rows = [msgspec.json.decode(line) for line in Path(path).read_bytes().splitlines()]
    drafts = [drafted(row["dialogue"]).body for row in rows]
    lengths = [len(draft.draft.split()) for draft in drafts]
    rival = [drafts[(at + 1) % len(rows)].draft for at in range(len(rows))]
    begin = [" ".join(row["dialogue"].split(" ")[: lengths[at]]) for at, row in enumerate(rows)]
    for name, texts in (
        ("the draft", [draft.draft for draft in drafts]), ("the whole talk", [row["dialogue"] for row in rows]),
        ("the beginning of the talk, as long as the draft", begin), ("the draft of another visit", rival),
    ):  # fmt: skip
        shares = [found(text, row["note"]) for text, row in zip(texts, rows, strict=True)]
        words = statistics.mean(len(text.split()) for text in texts)
        print(f"{name}: facts of the reference {statistics.mean(shares):.3f}, {words:.0f} words")
    said = [sentence for draft in drafts for section in draft.sections for sentence in section.sentences]
    quoted, withheld = sum(one.quoted for one in said), sum(draft.withheld for draft in drafts)
    print(f"sentences {len(said)}, quoted as said {quoted}, withheld {withheld}")
    speeds = sorted(timed(lambda row=row: drafted(row["dialogue"])) for row in rows)
    late = speeds[int(len(speeds) * 0.95)]
    print(f"ms a visit: median {statistics.median(speeds):.0f}, 95th percentile {late:.0f}, slowest {speeds[-1]:.0f}")
    row = max(rows, key=lambda one: len(one["dialogue"]))
    heard = Heard(transcript(Reads(dialogue=row["dialogue"])))
    turns = tuple(GivenTurn(turn.text, turn.who) for turn in heard.turns)
    whole = timed(lambda: SERVICE.engine(Reads(turns=turns, final=False), None, NOW))
    half = timed(lambda: SERVICE.engine(Reads(turns=turns[: len(turns) // 2], final=False), None, NOW))
    print(f"ambient, the longest visit ({len(turns)} turns): {half:.0f} ms at half, {whole:.0f} ms at the last turn")


if __name__ == "__main__":
    main(sys.argv[1])
