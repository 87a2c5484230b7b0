"""The fixed sentences of the talker; none of them states anything of a patient or of medicine."""

from typing import Final

from openward.domain.text import Text

WHO: Final = Text(
    "This is “{name}”, working without a large language model: I find the services and the parts of the chart that a "
    "request asks for, and tell what they give, with its evidence.",
    "这里是“{name}”，目前不使用大语言模型：我按请求找到相应的服务和病历内容，如实转述其结果并标明依据。",
)
NAME: Final = Text("Assistant of this ward", "病房助手")
CANNOT: Final = Text(
    "I do not judge by myself, and I cannot prescribe, sign, book or change the record: a person does that.",
    "我不自行作出判断，也不能开方、签字、预约或修改病历：这些由人来做。",
)
EXAMPLES: Final = Text("You can ask, for example:", "您可以这样问：")
UNKNOWN: Final = Text("I did not understand what you want to know.", "我没有理解您的问题。")
NO_CHART: Final = Text(
    "For that I would have to read a chart: no patient is chosen, or this part of the chart is not open to me.",
    "这需要读取病历：尚未选择患者，或我无权读取这一部分。",
)
NOTHING: Final = Text("There is no tool here that I could use.", "目前没有可用的工具。")
ACT: Final = Text(
    "I cannot do that: I only look things up and propose, and a person decides and signs.",
    "这件事我不能做：我只查询和提出建议，由人决定并签字。",
)
LEAD: Final = Text("I keep to my instructions.", "我只按既定规则工作。")
GREETING: Final = Text("Hello.", "您好。")
THANKS: Final = Text("You are welcome.", "不客气。")
CHART_EXAMPLE: Final = Text("What is this patient allergic to?", "这位患者对什么过敏？")
FAILED: Final = Text(
    "{what} could not be done, so nothing is known of it: {why}", "{what}未能完成，因此没有结果：{why}"
)
NOT_CHECKED: Final = Text("Not checked:", "未核查：")
MORE: Final = Text("{n} more not shown here; ask for all of them.", "另有 {n} 条未列出；可要求全部列出。")
UNHEARD: Final = Text(
    "You asked this as well, and I did not deal with it: {what}.", "您还问到以下内容，我未处理：{what}。"
)
UNHEARD_DRUG: Final = Text(
    "I did not deal with another part of what you asked; please ask it by itself.",
    "您的另一部分问题我未处理，请单独提问。",
)
QUOTED: Final = Text("From document {n}, in its own words:", "随附文书 {n} 的原文摘录：")
NO_SUMMARY: Final = Text(
    "Without a large language model I cannot summarise freely.", "没有大语言模型，我不能自由概括。"
)
MORE_THERE: Final = Text("The document says more than this.", "文书中还有其他内容。")
WITHHELD: Final = Text(
    "Words in this document that read like instructions were held back, and nobody followed them.",
    "该文书中类似指令的内容已被扣下，未予执行。",
)
CUT: Final = Text("The result was too long, and not all of it was read.", "结果过长，未能全部读取。")
NO_FINDING: Final = Text("No finding.", "无提示。")
SEVERITIES: Final[dict[str, Text]] = {
    "critical": Text("Critical", "危急"), "high": Text("High", "重要"), "moderate": Text("Moderate", "中等"),
    "low": Text("Low", "较低"), "info": Text("Note", "说明"),
}  # fmt: skip
RANK: Final = {name: place for place, name in enumerate(SEVERITIES)}
_MOST_TOLD: Final = 300
_MOST_DOCUMENTS: Final = 21
_OWN: Final = (
    CANNOT,
    EXAMPLES,
    UNKNOWN,
    NOTHING,
    ACT,
    LEAD,
    GREETING,
    THANKS,
    CHART_EXAMPLE,
    NO_CHART,
    NOT_CHECKED,
    CUT,
    NO_FINDING,
    UNHEARD_DRUG,
    NO_SUMMARY,
    MORE_THERE,
    WITHHELD,
)


def own_sentences(name: Text | None, language: str) -> frozenset[str]:
    """The sentences that speak of the talker and its answer alone, and of no patient: they need no support."""
    said = {text.in_(language) for text in _OWN} | {WHO.in_(language).format(name=(name or NAME).in_(language))}
    said |= {QUOTED.in_(language).format(n=n) for n in range(1, _MOST_DOCUMENTS)}
    return frozenset(said | {MORE.in_(language).format(n=n) for n in range(1, _MOST_TOLD)})


ALL: Final = ("show all", "all of them", "everything", "full list", "全部", "所有", "都列出来")
