"""How well and how fast rare diseases are ranked, against a naive floor, on published cases.

python benchmarks/rare_disease.py [../shared/data/rare_disease_cases.jsonl]

The diseases are split in two halves by a fixed hash: settings were chosen on the first, the second was left alone.
"""

import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from openward.knowledge.hpo_annotations import Row
from openward.services.differential_diagnosis.rare import profiles
from openward.services.differential_diagnosis.rare.atlas import Atlas, atlas
from openward.services.differential_diagnosis.rare.endpoints import case_request, years
from openward.services.differential_diagnosis.rare.ranking import Asked, rank
from openward.services.differential_diagnosis.rare.suiting import Person
from openward.studies.proportion import proportion

PLAIN = profiles.without
PLACES = (1, 3, 5, 10)
NEVER = 10**6


def half(disease: str) -> str:
    return ("tuning", "held out")[int(hashlib.sha256(disease.encode()).hexdigest(), 16) % 2]


def asked(held: Atlas, row: dict, *, leave_out: bool) -> Asked:
    given = case_request(row)["input"]["rare"]
    terms = [tuple(dict.fromkeys(held.terms.index[t] for t in given[k] if t in held.terms.index))
             for k in ("present", "excluded")]  # fmt: skip
    left_out = frozenset(given["exclude_references"]) if leave_out else frozenset()
    return Asked(terms[0], terms[1], Person(years(row["age"]), None, given.get("sex")), None, left_out)


def places(held: Atlas, rows: list[dict], *, leave_out: bool = True) -> list[int]:
    found = []
    for row in rows:
        number = held.number.get(row["disease"])
        ranked = rank(held, asked(held, row, leave_out=leave_out))
        found.append(next((n for n, r in enumerate(ranked, 1) if r.disease == number), NEVER))
    return found


def floor(held: Atlas, rows: list[dict]) -> list[int]:
    """The naive ranker: how many of the findings the disease has on record to the letter; of equals the first."""
    exact = [frozenset(p.terms) for p in held.profiles]
    found = []
    for row in rows:
        question = asked(held, row, leave_out=True)
        findings = frozenset(question.present)
        scores = [len(findings & own) for own in exact]
        for disease in held.touched(question.left_out):
            scores[disease] = len(findings.intersection(held.apart(disease, question.left_out)[0].terms))
        number = held.number.get(row["disease"])
        order = sorted(range(len(scores)), key=lambda i: -scores[i])[:10]
        found.append(order.index(number) + 1 if number in order else NEVER)
    return found


def tell(what: str, rows: list[dict], found: list[int]) -> None:
    shares = [proportion(sum(f <= k for f in found), len(found)) for k in PLACES]
    figures = "  ".join(f"{100 * s.value:4.1f} ({100 * s.low:4.1f}-{100 * s.high:4.1f})" for s in shares)
    by = defaultdict(list)
    for row, place in zip(rows, found, strict=True):
        by[row["disease"]].append(place)
    macro = "  ".join(
        f"{100 * sum(sum(p <= k for p in v) / len(v) for v in by.values()) / len(by):4.1f}" for k in PLACES
    )
    print(f"{what:46s} n={len(rows):5d}  {figures}   macro over {len(by)}: {macro}", flush=True)


def tell_all(held: Atlas, rows: list[dict], found: list[int], title: str) -> None:
    print(f"-- {title}: first 1 / 3 / 5 / 10, % (95 % Wilson)")
    pairs = list(zip(rows, found, strict=True))
    groups = {
        "all": lambda _: True,
        "tuning half": lambda r: half(r["disease"]) == "tuning",
        "held-out half": lambda r: half(r["disease"]) == "held out",
        "all, disease in the annotations": lambda r: r["disease"] in held.number,
        "tuning half, disease in the annotations": lambda r: (
            r["disease"] in held.number and half(r["disease"]) == "tuning"
        ),
        "held-out half, disease in the annotations": lambda r: (
            r["disease"] in held.number and half(r["disease"]) == "held out"
        ),
        "1-2 terms": lambda r: len(r["present"]) <= 2,
        "3-4 terms": lambda r: 3 <= len(r["present"]) <= 4,
        "5-9 terms": lambda r: 5 <= len(r["present"]) <= 9,
        "10 or more terms": lambda r: len(r["present"]) >= 10,
    }
    for name, chosen in groups.items():
        kept = [(r, f) for r, f in pairs if chosen(r)]
        if kept:
            tell(name, [r for r, _ in kept], [f for _, f in kept])


def causes(held: Atlas, rows: list[dict], found: list[int]) -> Counter:
    """Why the disease is not among the first ten."""
    why: Counter = Counter()
    for row, place in zip(rows, found, strict=True):
        if place <= 10:
            continue
        number = held.number.get(row["disease"])
        if number is None:
            why["the disease has no annotations in this release"] += 1
            continue
        left = held.apart(number, frozenset([row["publication"]]))[0]
        if not left.terms:
            why["nothing is left of the disease's own record" + (", Orphanet lends" if left.lent else "")] += 1
        elif len(left.terms) < 10:
            why["fewer than ten findings are left"] += 1
        elif place < NEVER:
            why["place 11 to 20"] += 1
        else:
            why["beyond place 20"] += 1
    return why


def strict(rows: tuple[Row, ...], left_out: frozenset[str]) -> list[Row]:
    return [row for row in rows if left_out.isdisjoint(row.reference.split(";"))]


def witnessed(held: Atlas, rows: list[dict]) -> Callable[[tuple[Row, ...], frozenset[str]], list[Row]]:
    """Leaves out a row of several publications unless all its patients had the finding, or a case of another has it."""
    seen = {(r["publication"], held.terms.index[t]) for r in rows for t in r["present"] if t in held.terms.index}

    def without(known: tuple[Row, ...], left_out: frozenset[str]) -> list[Row]:
        kept = []
        for row in PLAIN(known, left_out):
            some, _, of = next(r.frequency for r in known if (r.term, r.onset) == (row.term, row.onset)).partition("/")
            others = row.reference.split(";")
            touched = any(not left_out.isdisjoint(r.reference.split(";")) for r in known if r.term == row.term)
            if not touched or some == of or any((other, row.term) in seen for other in others):
                kept.append(row)
        return kept

    return without


def main() -> None:
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/rare_disease_cases.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    start = time.perf_counter()
    held = atlas()
    print(f"cold: {time.perf_counter() - start:.2f} s; HPO {held.terms.version}, annotations {held.version}")
    found = places(held, rows)
    tell_all(held, rows, found, "own publication left out")
    for cause, count in causes(held, rows, found).most_common():
        print(f"   not among the first ten: {count:4d}  {cause}")
    sample = rows[::10]
    places(held, sample)
    spent = {}
    for name, ranker in (("ranking", places), ("floor", floor)):
        start = time.process_time()
        ranker(held, sample)
        spent[name] = (time.process_time() - start) / len(sample) * 1000
    print(f"-- ms of processor a case: {spent}; ratio to the floor {spent['ranking'] / spent['floor']:.2f}")
    tell("-- naive floor, own publication left out", rows, floor(held, rows))
    tell("-- INFLATED: own publication left in", rows, places(held, rows, leave_out=False))
    profiles.without = witnessed(held, rows)
    held.apart.cache_clear()
    tell_all(held, rows, places(held, rows), "stricter: a row of several publications needs a witness in these cases")
    profiles.without = strict
    held.apart.cache_clear()
    tell_all(held, rows, places(held, rows), "strict: rows that rest on further publications go too")


if __name__ == "__main__":
    main()
