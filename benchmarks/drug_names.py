"""How many drug names of the public cases resolve, and how fast.

python benchmarks/drug_names.py [../shared/data]
"""

import gzip
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from openward.domain.code import Code, Concept
from openward.knowledge import drugnames, tables
from openward.knowledge.drugs import Drugs, Resolution

MEDICATIONS = {"MedicationRequest", "MedicationAdministration", "MedicationStatement", "MedicationDispense"}


def concepts(folder: Path) -> Iterator[dict]:
    """The drug concepts of all bundles of a folder."""
    for path in sorted(folder.glob("*.json.gz")):
        for entry in json.loads(gzip.decompress(path.read_bytes()))["entry"]:
            resource = entry["resource"]
            key = "code" if resource["resourceType"] == "Medication" else "medicationCodeableConcept"
            if resource["resourceType"] in MEDICATIONS | {"Medication"} and key in resource:
                yield resource[key]


def listed(folder: Path, name: str) -> list[str]:
    """The distinct drug names of one list of pairs."""
    rows = map(json.loads, (folder / name).read_text(encoding="utf-8").splitlines())
    return sorted({row[side] for row in rows for side in ("a", "b")})


def tell(what: str, found: dict[str, Resolution]) -> None:
    missed = {name: r.unresolved or r.ambiguous for name, r in found.items() if not r.complete}
    print(f"{what}: {len(found) - len(missed)} of {len(found)} resolved whole")
    for name, words in missed.items():
        print(f"    not whole: {name} ({', '.join(words)})")


def main(folder: Path) -> None:
    started = time.perf_counter()
    drugs = Drugs()
    names = drugs.names
    print(f"load tables and index: {(time.perf_counter() - started) * 1e3:.0f} ms")
    combinations = len(tables.find("combinations"))
    print(f"ingredients {len(names.ingredients)}, combinations {combinations}, names {len(names.words)}")
    codes = (
        sum(bool(i.atc) for i in names.ingredients.values()),
        sum(bool(i.rxnorm) for i in names.ingredients.values()),
    )
    print(f"with ATC {codes[0]}, with RxCUI {codes[1]}")
    seen: dict[str, Resolution] = {}
    for raw in concepts(folder / "fhir"):
        coding = tuple(Code(c.get("system"), c.get("code"), c.get("display")) for c in raw.get("coding", ()))
        concept = Concept(coding, raw.get("text"))
        seen[concept.name() or ""] = drugs.resolve(concept)
    tell("drug concepts of the Synthea bundles", seen)
    for name in ("ddi_must_alert.jsonl", "ddi_must_not_interrupt.jsonl"):
        tell(name, {word: drugs.resolve_text(word) for word in listed(folder, name)})
    speed(list(seen))


def speed(texts: list[str]) -> None:
    drugs = Drugs()
    drugs.resolve_text("")
    for what in ("first time", "again"):
        started = time.perf_counter()
        rounds = 1 if what == "first time" else 100
        for _ in range(rounds):
            for text in texts:
                drugs.resolve_text(text)
        each = (time.perf_counter() - started) / (rounds * len(texts))
        print(f"resolve one product name, {what}: {each * 1e6:.1f} µs")
    drugnames.load.cache_clear()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
