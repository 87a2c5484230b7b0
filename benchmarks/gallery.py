"""Agents of the gallery on synthetic patients, with the embedded talker alone: `python -m benchmarks.gallery [STEP]`.

Counts sentences, those that a guard holds back, and runs that fail; every STEP-th patient (3) is taken.
"""

import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime

import msgspec

from openward.adapters.memory import CountingIds, FixedClock, MemorySigner, MemoryVault, memory_stores
from openward.domain.agent import Answer
from openward.domain.proposal import Proposal
from openward.studies.proportion import proportion
from openward.synthetic.hospital import generate, patient_id
from openward.ward import Ward, settings_of

PATIENTS = 56
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
ASKED = {
    "ward-round-brief": ("Brief me for the round", "给我查房简报"),
    "handover": ("Prepare the handover", "准备交接班"),
    "discharge-letter": ("Draft the discharge letter", "起草出院记录"),
    "admission-note": ("Draft the admission note", "起草入院记录"),
    "referral-letter": ("Draft a referral letter", "起草转诊信"),
    "mdt-preparation": ("Prepare this patient for the meeting", "为多学科讨论准备资料"),
    "patient-education": ("What do my results mean?", "我的化验结果是什么意思？"),
    "medication-counselling": ("Go through the medicines", "核对用药"),
    "ward-assistant": (
        "Explain the labs, check the medication and any allergies?",
        "解读化验，审核一下用药，有过敏史吗？",
    ),
}


def main():
    step = next((int(word) for word in sys.argv[1:] if word.isdigit()), 3)
    settings = settings_of(home=tempfile.mkdtemp())
    parts = {"signer": MemorySigner(), "clock": FixedClock(NOW), "ids": CountingIds(), "vault": MemoryVault()}
    with Ward(settings, memory_stores(), **parts) as ward:
        ward.record.import_resources(generate(PATIENTS, seed=7, as_of=date(2026, 11, 21)), source="synthetic")
        patients = [patient_id(number) for number in range(1, PATIENTS + 1, step)]
        print("| agent | patients | failed | sentences | held back, 95 % interval | seconds a run |")
        print("|---|---|---|---|---|---|")
        for agent, words in ASKED.items():
            _row(ward, agent, words, patients)


def _row(ward, agent, words, patients):
    said, held, failed, seconds, why = 0, 0, 0, 0.0, Counter()
    for patient in patients:
        name = ward.chart(patient).demographics.name or ""
        chinese = any("\u4e00" <= mark <= "\u9fff" for mark in name)
        begun = time.perf_counter()
        asked = {"messages": [{"role": "user", "text": words[chinese]}]}
        run = ward.run(agent, asked, patient=patient, language="zh" if chinese else "en")
        seconds += time.perf_counter() - begun
        if run.proposal is None:
            failed += 1
            continue
        answer = msgspec.json.decode(run.proposal, type=Proposal[Answer]).body
        said += len(answer.sentences) + len(answer.held)
        held += len(answer.held)
        why.update(f"{one.guard}: {one.text[:70]} ({one.why[:50]})" for one in answer.held)
    one = proportion(held, said)
    share = f"{one.counted}, {one.low:.4f}–{one.high:.4f}"
    print(f"| {agent} | {len(patients)} | {failed} | {said} | {share} | {seconds / max(len(patients), 1):.2f} |")
    if "--why" in sys.argv:
        for reason, count in why.most_common():
            print("   ", count, reason)


if __name__ == "__main__":
    main()
