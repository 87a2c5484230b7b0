"""What the signed checkpoint of a decision costs: `python -m benchmarks.decisions [entries beforehand]`."""

import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest.mock import patch

from tests.review.conftest import office_over

from openward.adapters.sqlite import open_sqlite
from openward.domain.actor import Actor
from openward.trail.chain import canonical, seal
from openward.trail.trail import Trail

DECISIONS = 200
ROUNDS = 20
PAGE = 5000


def fill(trail, stores, count):
    """Writes many entries as fast as the store takes them, as a ward does that signs as it goes."""
    from openward.domain.trail import Event

    actor = Actor(id="ada", kind="person", role="pharmacist")
    event = Event(at=trail._clock.now(), actor=actor.id, role=actor.role, what="chart.read", action="read")
    content = canonical(event)
    for start in range(0, count, PAGE):
        stores.trail.append_all([lambda last: seal(content, last)] * min(PAGE, count - start))
        trail.checkpoint()


def decided(office, ada, number):
    """Seconds that one decision takes, less what comes before it."""
    office.run(f"run-{number}")
    _, showing = office.desk.show(f"run-{number}", ada)
    begun = perf_counter()
    office.decide(ada, showing, f"run-{number}")
    return perf_counter() - begun


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        stores = open_sqlite(Path(folder) / "ward.db")
        office = office_over(stores)
        ada = office.person("ada", "pharmacist")
        fill(office.trail, stores, count)
        taken = {"without": [], "with": []}
        for number in range(DECISIONS):
            if number % 2:
                taken["with"].append(decided(office, ada, number))
            else:
                with patch.object(Trail, "checkpoint"):
                    taken["without"].append(decided(office, ada, number))
        first = []
        for _ in range(ROUNDS):
            office.trail.write(ada, "chart.read", "read")
            fresh = Trail(stores.trail, office.trail._signer, office.clock)
            begun = perf_counter()
            fresh.checkpoint()
            first.append(perf_counter() - begun)
        found = office.trail.verify()
        stores.close()
    before, after = (1000 * median(taken[key]) for key in ("without", "with"))
    print(f"{found.entries} entries, {found.checkpoints} checkpoints, {'whole' if found.ok else found.reason}")
    print(f"a decision: {before:.2f} ms without a checkpoint, {after:.2f} ms with one; ratio {after / before:.2f}")
    print(f"the first checkpoint of a ward that has just started: {1000 * median(first):.2f} ms")


if __name__ == "__main__":
    main()
