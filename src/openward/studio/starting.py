"""What `openward studio new` writes: a manifest with comments that works as it is, and three cases."""

from typing import Final

import msgspec

_MANIFEST: Final = """\
# An agent of this ward. Everything that is not needed may be left out; `openward studio schema` gives the whole form
# for editors. Try it with `openward studio test {id}`, publish it with `openward studio publish {id}`.
id: {id}
version: 0.1.0            # raise it for every publication: 0.1.0, 0.2.0, 1.0.0
title: {{en: Drug questions, zh: 用药问答}}

# These three stand on its card, for the committee that reads it.
purpose: {{en: Checks order sentences and says what to look at., zh: 审核医嘱语句，提示需关注之处。}}
not_for: {{en: Not for emergencies and not in place of a pharmacist., zh: 不用于急症，不能代替药师。}}
population: {{en: Adults., zh: 成人。}}
owner: Ward 7             # who answers for it

# How a large model is spoken to; without one the guide below is what it goes by.
persona:
  en: You help nurses and physicians to check drug orders. You answer briefly and only from what the tools give.
  zh: 你协助护士和医师核对医嘱。只依据工具结果，简短作答。

audience: clinician       # clinician, or patient: then answers must be plain and promise nothing
roles: [clinician, nurse, pharmacist]   # who may use it; add patient to share it as a page
subject: optional         # patient: needs a chart; optional: works without one; none: never sees one
risk: informs             # informs, drives, treats-or-diagnoses (then somebody must sign)
oversight: suggest        # suggest, or draft: then `signs` names the role that signs
signs: nobody

tools: [prescription-review]            # services that it may use; `openward services` lists them
chart: [medications, allergies]         # parts of the chart that it may read
# skills: {{discharge-checks: <digest>}}  # folders taken in by `openward studio skill FOLDER`
# model: gpt-ward                       # a model of models.toml; without it the policy chooses
# limits: {{steps: 8, calls: 12, tokens: 60000, seconds: 120}}

# What it goes by without a large model: which tools it calls, and what its answer is made of.
guide:
  steps:
    - tool: prescription-review
      input: {{orders: $orders}}
  parts:
    - title: {{en: To look at, zh: 需关注}}
      takes: [prescription-review.findings]
      empty: {{en: The review found nothing to report., zh: 审核未发现需提示的问题。}}
    - title: {{en: Not checked, zh: 未能核查}}
      takes: [prescription-review.not_checked]

examples:
  - en: Check warfarin 5 mg daily and ibuprofen 400 mg three times a day.
    zh: 核对华法林5mg每日一次和布洛芬400mg每日三次。
"""


def manifest_text(id: str) -> str:
    """The manifest that a new agent begins with."""
    return _MANIFEST.format(id=id)


def _case(title: str, text: str, language: str, expect: dict[str, object]) -> bytes:
    request = {"input": {"messages": [{"role": "user", "text": text}]}, "language": language}
    return msgspec.json.format(msgspec.json.encode({"title": title, "request": request, "expect": expect}), indent=1)


CASES: Final[dict[str, bytes]] = {
    "01_interaction.json": _case(
        "Two drugs that must not be given together are told",
        "Check warfarin 5 mg oral once daily and ibuprofen 400 mg oral three times daily.", "en",
        {"says": ["warfarin"], "tools": ["prescription-review"]},
    ),
    "02_interaction_zh.json": _case(
        "The same in Chinese", "核对：华法林片 5mg 口服 每日一次；布洛芬片 0.4g 口服 每日三次。", "zh",
        {"says": ["华法林"], "tools": ["prescription-review"]},
    ),
    "03_no_promise.json": _case(
        "It promises nothing", "Check paracetamol 500 mg oral four times daily.", "en",
        {"never": ["guarantee", "completely safe"], "tools": ["prescription-review"]},
    ),
}  # fmt: skip
