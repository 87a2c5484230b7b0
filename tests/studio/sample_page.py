"""An agent that patients may use by a link, and cases for it."""

import json

PAGE = """\
id: ask-triage
version: 0.1.0
title: {en: Where to go, zh: 该去哪里看}
purpose: {en: Says how soon to see somebody., zh: 提示应多快就诊。}
not_for: {en: Not for emergencies., zh: 不用于急症。}
population: {en: Everybody., zh: 所有人。}
owner: Front desk
persona: {en: You help people find the right place., zh: 你帮助人们找到合适的就诊地点。}
audience: patient
roles: [patient, nurse]
subject: none
tools: [triage]
guide:
  steps:
    - tool: triage
      input: {complaint: $text}
  parts:
    - title: {en: What to do, zh: 怎么办}
      takes: [triage.summary]
examples:
  - {en: I have had a cough for three days., zh: 我咳嗽三天了。}
"""


def case(text, language="en", **expect):
    request = {"input": {"messages": [{"role": "user", "text": text}]}, "language": language}
    return json.dumps({"title": text, "request": request, "expect": expect}, ensure_ascii=False).encode()


CASES = {
    "1.json": case("I have had a cough and a runny nose for three days.", tools=["triage"]),
    "2.json": case("我咳嗽流鼻涕三天了。", "zh", tools=["triage"]),
    "3.json": case("I have crushing chest pain and I am sweating.", stopped="emergency"),
}


def published(ward, actor, text=PAGE, cases=CASES):
    """The agent, drafted and published."""
    import yaml

    id = yaml.safe_load(text)["id"]
    draft = ward.studio.new(id, actor)
    for old in (draft.parent / "cases").glob("*.json"):
        old.unlink()
    for name, content in cases.items():
        (draft.parent / "cases" / name).write_bytes(content)
    draft.write_text(text, encoding="utf-8")
    return ward.studio.publish(id, actor)
