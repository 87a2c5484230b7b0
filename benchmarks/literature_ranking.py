"""What each part of the ranking of literature is worth, on public questions, against BM25 as it stands in textbooks.

python benchmarks/literature_ranking.py [../shared/data/literature_questions.jsonl]

The questions are split in two halves by a fixed hash. Settings may be chosen on the first; the
second says what they are worth.
"""

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openward.knowledge.literature import ranking
from openward.knowledge.literature.words import asked, words
from openward.studies.mean import mean

DEEPEST = 1000
AS_IT_IS = {name: getattr(ranking, name) for name in vars(ranking) if name.startswith("_") and name.isupper()}
NO_FEEDBACK = {"_QUESTION_SHARE": 1.0}
NO_PIECES = {"_FIRST_PIECES": 0.0, "_LAST_PIECES": 0.0}
TEXTBOOK = {**NO_FEEDBACK, **NO_PIECES, "_SATURATION": 1.2, "_LENGTH": 0.75}


def half(question: str) -> int:
    return int(hashlib.sha256(question.encode()).hexdigest(), 16) % 2


def plain_words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def measured(
    rows: list[dict[str, Any]], texts: list[str], settings: dict[str, float], cut: Callable[[str], list[str]],
    cut_question: Callable[[str], list[str]],
) -> list[float]:  # fmt: skip
    """The average precision of each question."""
    for name, value in {**AS_IT_IS, **settings}.items():
        setattr(ranking, name, value)
    pool = ranking.Pool([Counter(cut(text)) for text in texts])
    found = []
    for row in rows:
        relevant = {s["text"] for s in row["snippets"]}
        hits, total = 0, 0.0
        for place, (number, _) in enumerate(pool.rank(Counter(cut_question(row["question"])))[:DEEPEST], 1):
            if texts[number] in relevant:
                hits += 1
                total += hits / place
        found.append(total / len(relevant))
    return found


def shown(name: str, rows: list[dict[str, Any]], values: list[float]) -> None:
    parts = []
    for chosen in ((0,), (1,), (0, 1)):
        own = [v for row, v in zip(rows, values, strict=True) if half(row["id"]) in chosen]
        figure = mean(own)
        parts.append(f"{figure.value:.3f} ({figure.low:.3f}-{figure.high:.3f}, n {len(own)})")
    print(f"{name:46} | " + " | ".join(parts), flush=True)


def main(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    texts = list(dict.fromkeys(s["text"] for row in rows for s in row["snippets"]))
    print(f"{len(rows)} questions, {len(texts)} passages; map on: tuning half | held-out half | all")
    runs = [
        ("BM25 of textbooks, words as written", TEXTBOOK, plain_words, plain_words),
        ("+ stems, words that only ask left out", TEXTBOOK, words, asked),
        ("+ its parameters for short passages", {**NO_FEEDBACK, **NO_PIECES}, words, asked),
        ("+ pieces of words", NO_FEEDBACK, words, asked),
        ("+ feedback: as shipped", {}, words, asked),
    ]
    for name, settings, cut, cut_question in runs:
        shown(name, rows, measured(rows, texts, settings, cut, cut_question))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/literature_questions.jsonl"))
