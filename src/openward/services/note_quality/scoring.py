"""The score: 100 less what the faults take, its range for what could not be looked at, and the grade."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, get_args

from openward.domain.text import Text
from openward.language.words import words
from openward.services.note_quality.applying import Applied
from openward.services.note_quality.case import Case
from openward.services.note_quality.proposal import Family, FamilyScored, Grade

FULL: Final = 100.0
_LIMITS: Final[tuple[tuple[float, Grade], ...]] = ((90.0, "A"), (75.0, "B"), (0.0, "C"))
GRADE_NAMES: Final = {
    "A": Text("Grade A: 90 points or more", "甲级：90分及以上"),
    "B": Text("Grade B: 75 to under 90 points, or one grave fault", "乙级：75分至不足90分，或存在单项否决"),
    "C": Text("Grade C: under 75 points, or one fault that forbids more", "丙级：不足75分，或存在单项否决"),
}
UNGRADED: Final = Text("Not scored: what the notes are is not known", "未评分：无法识别文书类型")
THIN: Final = Text("Not scored: too little text to judge", "未评分：内容过少，无法评价")
# Fewer words (Chinese: signs) than this in all notes together say too little for a score; the house's own limit.
_LEAST: Final = {"en": 20, "zh": 30}
GRADE_RULE: Final = Text(
    "Limits of the house: 90 and 75 points, as scoring sheets of Chinese provinces commonly have them; "
    "points and vetoes of each rule are the house's own and a hospital may lay its own rows over them.",
    "分级界限（90分、75分）为本系统设定，与国内各省病历评分表的常用界限一致；各条扣分及单项否决亦为本系统设定，医院可用自有规则覆盖。",
)


def unscored(case: Case) -> Text | None:
    """Why there is no score: no note is of a known kind, or all of them together are too short."""
    if not any(note.kind for note in case.notes):
        return UNGRADED
    said = sum(len(words(note.text)) / _LEAST[note.language] for note in case.notes)
    return THIN if said < 1 else None


def lost(applied: Iterable[Applied]) -> float:
    """The points that faults take; one rule takes no more than its most."""
    by_rule: dict[str, float] = defaultdict(float)
    most: dict[str, float] = {}
    for one in applied:
        by_rule[one.rule.id] += one.rule.points * len(one.hits)
        most[one.rule.id] = one.rule.most
    return sum(min(points, most[id]) for id, points in by_rule.items())


def open_points(applied: Iterable[Applied]) -> float:
    """The points of the rules that could not be looked at and found nothing elsewhere."""
    found = list(applied)
    hit = {a.rule.id for a in found if a.hits}
    rules = {a.rule.id: a.rule.points for a in found if a.gaps and a.rule.id not in hit}
    return sum(rules.values())


def grade_of(score: float, vetoes: Iterable[Grade]) -> Grade:
    """The grade of a score, no better than the worst veto leaves."""
    own: Grade = next(grade for least, grade in _LIMITS if score >= least)
    return max((own, *vetoes))


def families(applied: Iterable[Applied]) -> tuple[FamilyScored, ...]:
    """What each family of rules found."""
    found = list(applied)
    return tuple(
        FamilyScored(
            family=family,
            applied=sum(not a.moot for a in own),
            faults=sum(len(a.hits) for a in own),
            points=round(lost(own), 2),
        )
        for family in get_args(Family)
        for own in [[a for a in found if a.rule.family == family]]
    )
