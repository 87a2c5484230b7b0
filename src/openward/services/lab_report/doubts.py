"""What is doubtful about a result: an interval the wrong way round, a time that has not come yet, or none at all."""

from datetime import timedelta
from typing import Final

from openward.domain.proposal import NotChecked
from openward.domain.text import Text
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.lines import Line

# A time without a zone may be up to fourteen hours ahead of the one it is compared with.
_NO_ZONE: Final = timedelta(hours=14)
_CLOCKS_APART: Final = timedelta(minutes=10)


def doubts_of(bench: Bench) -> tuple[NotChecked, ...]:
    """Each kind of doubt once, with the results that it is about."""
    kinds = (
        ("interval-reversed", _REVERSED, [line for line in bench.lines if line.reversed]),
        ("taken-in-future", _FUTURE, [line for line in bench.lines if _is_ahead(line, bench)]),
        ("undated", _UNDATED, [line for line in bench.lines if line.taken is None and bench.history.get(line.name)]),
        ("adult-assumed", _EITHER_SEX, [line for line in bench.lines if line.seed is not None and line.seed.widest]),
    )
    return tuple(_doubt(code, texts, lines, bench) for code, texts, lines in kinds if lines)


def _is_ahead(line: Line, bench: Bench) -> bool:
    """Whether a sample is said to have been taken after now."""
    if line.taken is None or line.result.taken is None:
        return False
    slack = _CLOCKS_APART if line.result.taken.tzinfo else _NO_ZONE
    return line.taken > bench.now + slack


def _doubt(code: str, texts: tuple[Text, Text], lines: list[Line], bench: Bench) -> NotChecked:
    names = dict.fromkeys(line.result.name[:40] for line in lines)
    why, needed = (text.in_(bench.language) for text in texts)
    return NotChecked(
        code=code,
        what=("、" if bench.language == "zh" else ", ").join(names)[:200],
        why=why,
        needed=needed,
        about=tuple(dict.fromkeys(line.about for line in lines)),
    )


_REVERSED: Final = (
    Text("The interval of the report begins above its end; it is not used.", "报告区间下限高于上限，未采用。"),
    Text("The laboratory's interval.", "实验室区间。"),
)
_FUTURE: Final = (
    Text("The sample is said to have been taken in the future.", "所写采样时间晚于当前时间。"),
    Text("The time when the sample was taken.", "正确的采样时间。"),
)
_UNDATED: Final = (
    Text(
        "The report has no date: it is compared with earlier results as if the sample were taken now.",
        "报告无日期：按当前采样与既往结果比较。",
    ),
    Text("The time when the sample was taken.", "采样时间。"),
)
_EITHER_SEX: Final = (
    Text(
        "Age or sex is not known; the value lies outside of the adult interval of either sex, and is flagged for that.",
        "年龄或性别不明；该值超出成人男女任一区间，据此标记。",
    ),
    Text("Age and sex, or the laboratory's interval.", "年龄与性别，或实验室区间。"),
)
