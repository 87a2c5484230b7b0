"""Why a vignette is missed: what was understood, which words were not, where the truth stands, why the first ones won.

    python scripts/differential_misses.py ../shared/data/symptom_vignettes.jsonl [--half tuning|other] [--all] [ID …]

The halves are fixed by the digest of the row's id. A cause is given to each miss: the condition is not in the tables;
fewer than two of its findings were read; its findings were read but others weigh more (knowledge or prior).
"""

import hashlib
import json
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from openward.harness.service import Context
from openward.services.differential_diagnosis.engine import differentiate
from openward.services.differential_diagnosis.explaining import Weight, weights_for
from openward.services.differential_diagnosis.facts import Facts
from openward.services.differential_diagnosis.intake import facts_of
from openward.services.differential_diagnosis.naming import is_named, names
from openward.services.differential_diagnosis.ranking import Ranking, rank
from openward.services.differential_diagnosis.reads import Reads
from openward.services.differential_diagnosis.study import place_of, vignette_request
from openward.services.differential_diagnosis.weighing import Model, model

CONTEXT = Context(now=datetime(2026, 11, 21, tzinfo=UTC))
FIELDS = ("text", "denied", "past_history", "family_history")
LITTLE_WORDS = (
    "a an and are as at be been but by days for from had has have he her his history hours in is it its no none not of "
    "on or out over past she since states that the there this to was weeks were when which who with without months "
    "years year old male female chief complaint present illness social also last they them him after before during"
)
LITTLE = frozenset(LITTLE_WORDS.split())


def half_of(row: dict[str, str]) -> str:
    """The half that a row belongs to, for good."""
    return "tuning" if hashlib.sha256(row["id"].encode()).digest()[0] % 2 == 0 else "other"


def unread(asked: dict[str, str], facts: Facts) -> list[str]:
    """The words of the question that stand in no mention."""
    left = []
    for field in FIELDS:
        text = list(asked.get(field, ""))
        for said in facts.understood:
            if said.place == field and said.start is not None and said.end is not None:
                text[said.start : said.end] = " " * (said.end - said.start)
        left += [w for w in re.findall(r"[A-Za-z]{3,}", "".join(text)) if w.lower() not in LITTLE]
    return left


def shown(weights: tuple[Weight, ...], most: int = 9) -> str:
    """The heaviest findings of one condition."""
    heavy = sorted(weights, key=lambda w: -abs(w.value))[:most]
    return ", ".join(f"{'' if w.present else 'no '}{w.said} {w.value:+.1f}{'' if w.row else '?'}" for w in heavy)


def cause_of(held: Model, ranking: Ranking, truth: str | None) -> str:
    """The class of a miss."""
    if truth is None:
        return "condition absent"
    at = held.at[truth]
    if at not in ranking.order:
        return "person excludes it"
    named = [w for w in weights_for(held, ranking, at) if w.row and w.present]
    return "findings not read" if len(named) <= 1 else "others weigh more"


def tell(row: dict[str, str], held: Model) -> str:
    """Prints one miss and gives its cause."""
    asked = vignette_request(row)["input"]
    facts = facts_of(msgspec.convert(asked, Reads), None, "en")
    ranking = rank(held, facts)
    truth = next((c for c in names() if is_named(c, row["correct_diagnosis"])), None)
    cause = cause_of(held, ranking, truth)
    print(f"\n=== {row['id']} ({half_of(row)}) {row['correct_diagnosis']} -> {truth or 'not in the tables'}: {cause}")
    print(f"  person  {facts.person}")
    print(f"  present {', '.join(facts.present)}")
    print(f"  absent  {', '.join(facts.absent)}")
    print(f"  unread  {' '.join(unread(asked, facts))}")
    wanted = [held.at[truth]] if truth else []
    for i in dict.fromkeys([*ranking.order[:5], *wanted]):
        place = ranking.order.index(i) + 1 if i in ranking.order else None
        weights = weights_for(held, ranking, i)
        print(f"  {place}. {held.conditions[i].id} {ranking.shares[i]:.3f} | {shown(weights)}")
    return cause


def main(arguments: list[str]) -> None:
    rows = [json.loads(line) for line in Path(arguments[0]).read_text(encoding="utf-8").splitlines()]
    half = arguments[arguments.index("--half") + 1] if "--half" in arguments else None
    ids = {a for a in arguments[1:] if not a.startswith("--") and a != half}
    counts: Counter[tuple[str, str]] = Counter()
    causes: Counter[str] = Counter()
    for row in rows:
        proposal = differentiate(msgspec.convert(vignette_request(row)["input"], Reads), None, CONTEXT)
        place = place_of(row, proposal)
        first = proposal.body.candidates[0].share or 0.0 if proposal.body.candidates else 0.0
        for group in ("all", half_of(row)):
            counts[group, "n"] += 1
            counts[group, "not covered"] += not proposal.body.covered
            counts[group, "share of the first, sum"] += round(first * 1000)
            for most in (1, 3, 5, 10):
                counts[group, f"top_{most}"] += place is not None and place <= most
        wanted = row["id"] in ids if ids else half in {None, half_of(row)}
        if wanted and ("--all" in arguments or ids or place is None or place > 1):
            causes[tell(row, model())] += 1
    for group in ("all", "tuning", "other"):
        n = counts[group, "n"] or 1
        tops = ", ".join(f"top_{m} {100 * counts[group, f'top_{m}'] / n:.1f} %" for m in (1, 3, 5, 10))
        mean = counts[group, "share of the first, sum"] / 10 / n
        print(
            f"{group}: n {n}, {tops}, mean share of the first {mean:.0f} %, not covered {counts[group, 'not covered']}"
        )
    print(dict(causes))


if __name__ == "__main__":
    main(sys.argv[1:])
