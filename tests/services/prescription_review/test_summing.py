"""The sentence over a review: nothing in it reads as all-clear while something is to be weighed or was not checked."""

import pytest

from openward.domain.code import Code
from openward.domain.proposal import Finding, NotChecked
from openward.services.prescription_review.summing import summary


def findings(*severities):
    return tuple(
        Finding(
            id=str(place), code=Code("x", "interaction-x", None), severity=severity, present="passive", headline="h",
            why="w", advice="a", evidence=(), about=(),
        )
        for place, severity in enumerate(severities)
    )  # fmt: skip


GAP = NotChecked(code="dose-not-read", what="x", why="y", needed="z", about=("orders[0]",))
UNKNOWN = NotChecked(code="drug-not-resolved", what="x", why="y", needed="z", about=("orders[0]",))


@pytest.mark.parametrize(
    ("found", "gaps", "said", "zh"),
    [
        (("moderate",) * 8, (), "1 order reviewed; nothing critical or high; 8 moderate findings to weigh.",
         "已审核 1 条医嘱；无危急或高级别提示；8 项中级别提示需权衡。"),
        (("critical", "high", "moderate", "low"), (),
         ("1 order reviewed; 1 critical: act now; 1 high: act before it is given; 1 moderate finding to weigh; "
         "1 more to note."),
         "已审核 1 条医嘱；1 项危急，需立即处理；1 项高级别，给药前需处理；1 项中级别提示需权衡；另有 1 项供参考。"),
        (("low", "info"), (), "1 order reviewed; nothing critical, high or moderate; 2 to note.",
         "已审核 1 条医嘱；无危急、高或中级别提示；2 项供参考。"),
        ((), (), "1 order reviewed; nothing found.", "已审核 1 条医嘱；未发现问题。"),
        ((), (UNKNOWN, GAP),
         "1 order reviewed; nothing found in what was checked; 1 drug could not be checked; 1 other thing not checked.",
         "已审核 1 条医嘱；已核查部分未发现问题；1 种药物无法审核；另有 1 项未审核。"),
    ],
)  # fmt: skip
def test_findings_are_told_by_weight_and_what_was_not_checked_beside_them(found, gaps, said, zh):
    assert summary(1, findings(*found), gaps, "en") == said
    assert summary(1, findings(*found), gaps, "zh") == zh


def test_without_an_order_nothing_is_called_clear():
    assert summary(0, (), (GAP,), "en") == "No order to review; 1 thing not checked."
