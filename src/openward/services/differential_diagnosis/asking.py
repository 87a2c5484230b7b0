"""What to ask or look for next: the finding whose answer is expected to tell the leading conditions apart best."""

from collections.abc import Iterable
from functools import lru_cache
from math import log2
from typing import Final

from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.services.differential_diagnosis.proposal import NextFinding
from openward.services.differential_diagnosis.ranking import Known, Ranking, is_open
from openward.services.differential_diagnosis.weighing import CERTAIN, Model

LEADING: Final = 8
QUESTIONS: Final = 5
TESTS: Final = 3
ASKED: Final = frozenset({"symptom", "history", "exposure", "drug"})
_TELLING: Final = 0.01
_SEPARATES: Final = 3


def next_findings(model: Model, ranking: Ranking, language: Language) -> tuple[NextFinding, ...]:
    """The best questions, then the best of examination and tests, each with the information expected of it in bits."""
    leading = ranking.order[:LEADING]
    total = sum(ranking.shares[i] for i in leading)
    if len(leading) < 2 or total <= 0:  # noqa: PLR2004 - one condition has nothing to be told from
        return ()
    weights = [(i, ranking.shares[i] / total) for i in leading]
    ranked = []
    for finding in _open(model, leading, ranking.known):
        parent = model.parent_in(finding, ranking.known.present)
        bits = _information(_chances(model, weights, finding, parent))
        if bits >= _TELLING:
            ranked.append((-bits, finding))
    ranked.sort()
    asked = [r for r in ranked if model.words.get(r[1]).kind in ASKED][:QUESTIONS]
    looked = [r for r in ranked if model.words.get(r[1]).kind not in ASKED][:TESTS]
    return tuple(_next(model, leading, finding, -bits, language) for bits, finding in (*asked, *looked))


def _open(model: Model, leading: Iterable[int], known: Known) -> set[str]:
    """What the leading conditions speak of and nobody has answered, in itself or in general."""
    named = {finding for i in leading for finding in model.links[i]}
    return {finding for finding in named if is_open(model, known, finding)}


def _chances(
    model: Model, weights: list[tuple[int, float]], finding: str, parent: str | None
) -> list[tuple[float, float]]:
    own, leak = model.likely[finding], model.leak[finding]
    above = model.likely[parent] if parent else {}
    return [(share, min(CERTAIN, own.get(i, leak) / above.get(i, 1.0))) for i, share in weights]


def _information(chances: list[tuple[float, float]]) -> float:
    """The mutual information of the answer and the condition, in bits."""
    overall = sum(share * chance for share, chance in chances)
    return _entropy(overall) - sum(share * _entropy(round(chance, 4)) for share, chance in chances)


@lru_cache(maxsize=16_384)
def _entropy(chance: float) -> float:
    if not 0 < chance < 1:
        return 0.0
    return -chance * log2(chance) - (1 - chance) * log2(1 - chance)


def _next(model: Model, leading: list[int], finding: str, bits: float, language: Language) -> NextFinding:
    term = model.words.get(finding)
    asked = term.ask_zh if language == "zh" else term.ask_en
    held = model.likely[finding]
    usual = model.background[finding]
    name = model.name(finding, language)
    words = (_ASK if term.kind in ASKED else _LOOK).in_(language)
    separates = [i for i in leading if held.get(i, 0.0) > usual][:_SEPARATES]
    return NextFinding(
        finding=finding,
        name=name,
        question=asked or words.format(name=name),
        bits=round(bits, 3),
        separates=tuple(model.conditions[i].id for i in separates),
    )


_ASK: Final = Text("Is there, or was there: {name}?", "是否有：{name}？")
_LOOK: Final = Text("Look for: {name}.", "请检查：{name}。")
