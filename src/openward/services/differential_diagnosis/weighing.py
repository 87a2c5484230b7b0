"""What each finding weighs for each condition: the tables of the knowledge base as indexed numbers, worked out once.

Findings form trees (a pleuritic chest pain is a chest pain). A present finding is weighed given its present parent, so
that the general part of several special findings counts once: `log P(finding | parent, condition)`. A condition that
does not name a finding has it by coincidence (`leak`); one that names only the parent has it as often as others with
that parent, times `INHERITED`. A finding's background is its frequency over all conditions, each by its weight.
"""

from collections.abc import Iterable, Mapping
from math import log
from typing import Final

import msgspec

from openward.domain.proposal import Language
from openward.knowledge import tables
from openward.knowledge.conditions import Condition, ConditionBase, Link, conditions
from openward.knowledge.findings import Vocabulary, vocabulary
from openward.services.differential_diagnosis.facts import Sex

# One step of prevalence class multiplies the prior by this; milder than epidemiology, because who asks is selected.
PREVALENCE_STEP: Final = 2.0
_CLASSES: Final = ("very_common", "common", "uncommon", "rare", "very_rare")
CERTAIN: Final = 0.97
NEVER: Final = 0.003
INHERITED: Final = 0.5
LEAK_SHARE: Final = 0.5
# How often a finding is there by coincidence, by its kind: a habit or an old illness more often than a sign.
LEAKS: Final[dict[str, float]] = {
    "symptom": 0.003,
    "sign": 0.002,
    "history": 0.01,
    "exposure": 0.02,
    "result": 0.005,
    "vital": 0.01,
    "drug": 0.03,
    "course": 0.1,
}
# How an illness runs is said of most illnesses and stated of few: it is weighed as a kind of its own.
COURSES: Final = ("course_", "onset_")
DENIAL: Final = 0.9
SEXES: Final[tuple[Sex | None, ...]] = (None, "female", "male")
# Of the symptoms and exposures that a condition nearly always has, so many are mentioned when they are there.
CARDINAL: Final = 0.9
MENTIONED: Final = 0.6
SPOKEN_OF: Final = frozenset({"symptom", "exposure"})

Vector = dict[int, float]


class Weighed(msgspec.Struct, frozen=True):
    """One finding's weights: `base` for every condition, and what the conditions in `deltas` have more or less.

    `usual` is the same number for a patient of whom nothing is known: what is above it speaks for a condition.
    """

    base: float
    deltas: Vector
    usual: float


class Model:
    """The knowledge base as numbers; conditions are positions in `conditions`."""

    def __init__(self, base: ConditionBase, words: Vocabulary) -> None:
        """Works out likelihoods, backgrounds and leaks of every finding."""
        self.words = words
        self.base = base
        self.conditions: tuple[Condition, ...] = tuple(base.conditions.values())
        self.at = {c.id: i for i, c in enumerate(self.conditions)}
        self.weights = {sex: [prior_weight(c) * sex_times(c, sex) for c in self.conditions] for sex in SEXES}
        self.links: list[dict[str, Link]] = [{} for _ in self.conditions]
        for link in base.links:
            self.links[self.at[link.condition]][link.finding] = link
        self.likely = self._likelihoods()
        weights = self.weights[None]
        total = sum(weights) or 1.0
        self.leak: dict[str, float] = {}
        self.background: dict[str, float] = {}
        for finding, by_condition in self.likely.items():
            held = sum(weights[i] * p for i, p in by_condition.items()) / total
            rest = 1 - sum(weights[i] for i in by_condition) / total
            leak = min(0.5, max(base.base_rates.get(finding, 0.0), self._leak_of(finding) + LEAK_SHARE * held))
            self.leak[finding] = leak
            self.background[finding] = min(0.95, held + rest * leak)
        self.rarest = min(self.background.values(), default=LEAKS["sign"])
        self.silence, self.silent = self._silences()
        self.silent_below: dict[str, list[str]] = {}
        for finding in self.silent:
            for ancestor in words.ancestors(finding):
                self.silent_below.setdefault(ancestor, []).append(finding)
        self._present: dict[tuple[str, str | None], Weighed] = {}
        self._absent: dict[tuple[str, str | None], Weighed] = {}

    def _leak_of(self, finding: str) -> float:
        return LEAKS["course" if finding.startswith(COURSES) else self.words.get(finding).kind]

    def _likelihoods(self) -> dict[str, dict[int, float]]:
        """P(finding | condition) where a row states it, and for the ancestors of what rows state."""
        own: list[dict[str, float]] = [
            {name: max(NEVER, min(CERTAIN, link.likely)) for name, link in links.items()} for links in self.links
        ]
        found: dict[str, dict[int, float]] = {}
        for i, stated in enumerate(own):
            for finding, likely in self._closed(stated).items():
                found.setdefault(finding, {})[i] = likely
        return found

    def _closed(self, stated: Mapping[str, float]) -> dict[str, float]:
        """A parent is there at least as often as its children together, were they independent."""
        lacking: dict[str, float] = {}
        for finding, likely in stated.items():
            for ancestor in self.words.ancestors(finding):
                if likely > NEVER:
                    lacking[ancestor] = lacking.get(ancestor, 1.0) * (1 - likely)
        closed = dict(stated)
        for ancestor, none in lacking.items():
            closed[ancestor] = max(closed.get(ancestor, 0.0), min(CERTAIN, 1 - none))
        return closed

    def _silences(self) -> tuple[list[float], dict[str, Vector]]:
        """What it weighs that nobody mentions the cardinal symptoms of a condition: in sum, and by symptom."""
        sums = [0.0] * len(self.conditions)
        found: dict[str, Vector] = {}
        for i, links in enumerate(self.links):
            for finding, link in links.items():
                if link.likely >= CARDINAL and self.words.get(finding).kind in SPOKEN_OF:
                    weight = log(1 - MENTIONED * self.likely[finding][i])
                    sums[i] += weight
                    found.setdefault(finding, {})[i] = weight
        return sums, found

    def name(self, finding: str, language: Language) -> str:
        """The name of a finding in one language."""
        return self.words.get(finding).name.in_(language)

    def knows(self, finding: str) -> bool:
        """Whether any condition speaks of the finding or of something more special."""
        return finding in self.likely

    def present(self, finding: str, parent: str | None) -> Weighed:
        """The weights of a present finding, given that its parent is present."""
        key = (finding, parent)
        held = self._present.get(key)
        if held is None:
            held = self._present[key] = self._weigh_present(finding, parent)
        return held

    def _weigh_present(self, finding: str, parent: str | None) -> Weighed:
        own = self.likely[finding]
        above = self.likely[parent] if parent else {}
        base = log(self.leak[finding]) - (log(self.leak[parent]) if parent else 0.0)
        deltas = {i: log(p / above[i] if i in above else p) - base for i, p in own.items()}
        if parent:
            inherited = log(INHERITED * self.usual(finding, parent))
            deltas |= {i: inherited - base for i in above if i not in own}
        return Weighed(base, deltas, log(self.usual(finding, parent)))

    def usual(self, finding: str, parent: str | None) -> float:
        """How often a finding is there in general, given its parent."""
        share = self.background[finding] / (self.background[parent] if parent else 1.0)
        return min(CERTAIN, share)

    def absent(self, finding: str, parent: str | None) -> Weighed:
        """The weights of a denied finding, given the nearest of its parents that is present."""
        key = (finding, parent)
        held = self._absent.get(key)
        if held is None:
            held = self._absent[key] = self._weigh_absent(finding, parent)
        return held

    def _weigh_absent(self, finding: str, parent: str | None) -> Weighed:
        above = self.likely[parent] if parent else {}
        base = log(1 - self.leak[finding])
        deltas: Vector = {}
        for i, p in self.likely[finding].items():
            link = self.links[i].get(finding)
            if link is not None and link.lr_neg is not None:
                weight = log(link.lr_neg)
            else:
                weight = log(1 - min(CERTAIN, p / above.get(i, 1.0))) - base
            deltas[i] = DENIAL * weight
        return Weighed(DENIAL * base, deltas, DENIAL * log(1 - self.usual(finding, parent)))

    def parent_in(self, finding: str, present: Iterable[str]) -> str | None:
        """The rarest ancestor of a finding that is present."""
        above = [a for a in self.words.ancestors(finding) if a in present and a in self.background]
        return min(above, key=lambda a: (self.background[a], a), default=None)


def prior_weight(condition: Condition) -> float:
    """How much weight a condition has before anything is known, by its class of prevalence."""
    return float(PREVALENCE_STEP ** -_CLASSES.index(condition.prevalence))


def sex_times(condition: Condition, sex: Sex | None) -> float:
    """How much more common a condition is in one sex; the mean of both where the sex is unknown."""
    if sex is None:
        return (condition.female + condition.male) / 2
    return condition.female if sex == "female" else condition.male


@tables.remembered(1)
def model() -> Model:
    """The model of the tables in use."""
    return Model(conditions(), vocabulary())
