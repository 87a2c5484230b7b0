"""One small manifest that tests change."""

MANIFEST = """\
id: discharge-questions
version: 1.0.0
title: {en: Questions at discharge, zh: 出院问答}
purpose: {en: Answers questions at discharge from the chart., zh: 依据病历回答出院时的问题。}
not_for: {en: Not for emergencies., zh: 不用于急症。}
population: {en: Adults., zh: 成人。}
owner: Ward 7
persona: {en: You help at discharge., zh: 你协助出院。}
roles: [clinician, nurse]
tools: [prescription-review]
chart: [medications, allergies]
guide:
  steps:
    - tool: prescription-review
  parts:
    - title: {en: Medicines, zh: 用药}
      takes: [chart.medications, prescription-review.findings]
examples:
  - {en: What should I look at before discharge?, zh: 出院前我应关注什么？}
"""
