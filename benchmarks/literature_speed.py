"""How fast documents are imported and searched: records put together by chance from public passages.

python benchmarks/literature_speed.py [../shared/data/literature_questions.jsonl] [50000]
"""

import json
import random
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openward.knowledge.literature.importing import import_paths
from openward.knowledge.literature.matching import EVERYTHING
from openward.knowledge.literature.searching import search
from openward.knowledge.literature.shelf import FILE, FOLDER, Shelf
from openward.knowledge.literature.words import asked

QUESTIONS = 200


def written(path: Path, passages: list[str], count: int) -> None:
    """Records of a title and five passages each."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for number in range(1, count + 1):
            title, *rest = chance.choices(passages, k=6)
            record = {"pmid": str(number), "title": title[:150], "abstract": " ".join(rest), "year": 2000 + number % 25}
            file.write(json.dumps(record) + "\n")


def main(path: Path, count: int) -> None:
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_bytes().splitlines()]
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        written(home / "records.ndjson", [s["text"] for row in rows for s in row["snippets"]], count)
        with closing(Shelf.at(home)) as shelf:
            begun = time.perf_counter()
            report = import_paths(shelf, "main", [home / "records.ndjson"], datetime.now(UTC))
            took = time.perf_counter() - begun
            size = (home / FOLDER / FILE).stat().st_size / 1e6
            print(f"import: {report.added.new} records in {took:.1f} s, {count / took:.0f} a second, {size:.0f} MB")
            seconds = sorted(timed(shelf, row["question"]) for row in rows[:QUESTIONS])
    middle, late = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
    print(f"search: {len(seconds)} questions, median {middle * 1000:.0f} ms, 95th percentile {late * 1000:.0f} ms")


def timed(shelf: Shelf, question: str) -> float:
    begun = time.perf_counter()
    search(shelf, asked(question), EVERYTHING)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(
        Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/literature_questions.jsonl"),
        int(sys.argv[2]) if len(sys.argv) > 2 else 50_000,
    )
