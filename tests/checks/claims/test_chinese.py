"""Own Chinese visits: what the note has is shown, planted errors are held."""

from pathlib import Path

import pytest

from openward.checks.claims import Ground
from openward.studies.planted import Measured, cases_of, measure

CASES = Path(__file__).parent / "visits_zh.jsonl"


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(cases_of(CASES))


@pytest.mark.parametrize(("name", "least"), [("true_kept", 0.90), ("caught", 0.82), ("caught finding", 1.0)])
def test_the_shares_do_not_fall_back(measured: Measured, name: str, least: float) -> None:
    figure = next(one for one in measured.figures if one.name == name and one.half == "all")
    assert figure.share.value is not None
    assert figure.share.value >= least


TALK = """医生：有没有发热、咳嗽？
患者：都没有。
医生：头晕呢？脚肿吗？
患者：没有头晕，脚踝晚上有点肿。一天要醒三四次，吐了两次，多尿没有。
医生：右下肺有湿啰音，左肺清。心率88次。神经系统检查没有异常。缬沙坦80毫克每天早上吃，没吃阿司匹林。半年后复查，一个月测一次血糖。
"""


@pytest.mark.parametrize(
    "sentence",
    [
        "否认发热、咳嗽。", "诉踝部水肿。", "夜间醒3-4次。", "呕吐2次。", "否认多尿。",
        "右下肺可闻及湿啰音，左肺清。", "心率88次/分。",
        "神经系统检查未见异常。", "缬沙坦80毫克，每日1次。", "未服用阿司匹林。", "6个月后复查。",
    ],
)  # fmt: skip
def test_what_was_said_is_shown(sentence: str) -> None:
    judged = Ground(TALK).judge(sentence)
    assert not judged.held, judged.claims


@pytest.mark.parametrize(
    "sentence",
    [
        "诉发热。", "诉头晕。", "夜间醒5次。", "左下肺可闻及湿啰音。", "神经系统检查可见异常。",
        "缬沙坦160毫克，每日1次。", "缬沙坦80毫克，每日2次。",
        "6周后复查。", "诉盗汗。", "患者母亲诉咳嗽。", "氯沙坦80毫克，每日1次。",
    ],
)  # fmt: skip
def test_what_was_not_said_so_is_held(sentence: str) -> None:
    assert Ground(TALK).judge(sentence).held
