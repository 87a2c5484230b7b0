"""What to look for next: the finding whose presence or absence would tell the first candidates apart best."""

from math import exp, log2
from operator import mul
from typing import Final

from openward.services.differential_diagnosis.proposal import NextFinding
from openward.services.differential_diagnosis.rare.explaining import Shown, name_of
from openward.services.differential_diagnosis.rare.profiles import Closure
from openward.services.differential_diagnosis.rare.ranking import Ranked

QUESTIONS: Final = 5
_RIVALS: Final = 5
_WEIGHED: Final = 12
_WARMTH: Final = 4.0  # the scores are no calibrated probabilities: rivals within a few steps count nearly alike
_LEAST_BITS: Final = 0.001
_ELSEWHERE: Final = 0.02  # a finding that is not on record may be there all the same
_ASK: Final = {"en": "Is there {name}?", "zh": "是否有{name}？"}


def next_findings(shown: Shown, ranked: list[Ranked]) -> tuple[NextFinding, ...]:
    """The findings that promise most information about which of the first candidates it is, in bits."""
    rivals = ranked[:_RIVALS]
    shares = _shares(rivals)
    closures = [_closure(shown, rival) for rival in rivals]
    chances = {term: _chances(term, closures) for term in _open(shown, rivals, closures)}
    by_spread = sorted(chances, key=lambda term: (-_spread(shares, chances[term]), term))[:_WEIGHED]
    weighed = sorted(((_bits(shares, chances[term]), -term) for term in by_spread), reverse=True)
    return tuple(
        _next(shown, rivals, -term, (bits, chances[-term])) for bits, term in weighed[:QUESTIONS] if bits >= _LEAST_BITS
    )


def _shares(rivals: list[Ranked]) -> list[float]:
    weights = [exp((rival.score - rivals[0].score) / _WARMTH) for rival in rivals]
    return [weight / sum(weights) for weight in weights]


def _closure(shown: Shown, rival: Ranked) -> Closure:
    touched = rival.disease in shown.atlas.touched(shown.asked.left_out)
    return shown.atlas.apart(rival.disease, shown.asked.left_out if touched else frozenset())[1]


def _open(shown: Shown, rivals: list[Ranked], closures: list[Closure]) -> list[int]:
    """Findings on record for a rival that the question does not answer already."""
    terms, asked = shown.atlas.terms, shown.asked
    answered = {above for term in asked.present for above in terms.ancestors(term)}
    answered.update(below for term in asked.excluded for below in shown.atlas.below(term))
    own = {t for r, c in zip(rivals, closures, strict=True) for t in shown.atlas.profiles[r.disease].terms if t in c}
    return sorted(own - answered)


def _chances(term: int, closures: list[Closure]) -> list[float]:
    return [min(0.98, max(_ELSEWHERE, held[0])) if (held := c.get(term)) else _ELSEWHERE for c in closures]


def _spread(shares: list[float], chances: list[float]) -> float:
    weighted = [share * chance for share, chance in zip(shares, chances, strict=True)]
    mean = sum(weighted)
    return float(sum(map(mul, weighted, chances))) - mean * mean


def _bits(shares: list[float], chances: list[float]) -> float:
    """The mutual information of the answer and the disease."""
    mean = sum(s * c for s, c in zip(shares, chances, strict=True))
    return _entropy(mean) - sum(s * _entropy(c) for s, c in zip(shares, chances, strict=True))


def _entropy(chance: float) -> float:
    return 0.0 if chance in {0.0, 1.0} else -chance * log2(chance) - (1 - chance) * log2(1 - chance)


def _next(shown: Shown, rivals: list[Ranked], term: int, told: tuple[float, list[float]]) -> NextFinding:
    bits, chances = told
    name = name_of(shown.atlas, term, shown.language)
    likely = [shown.atlas.diseases[r.disease].id for r, c in zip(rivals, chances, strict=True) if c > max(chances) / 2]
    return NextFinding(
        finding=shown.atlas.terms.ids[term],
        name=name,
        question=_ASK[shown.language].format(name=name),
        bits=round(bits, 3),
        separates=tuple(likely),
    )
