"""What each sentence of a talk is about, and so to which part of a note it belongs; None for what is no part of it."""

import re
from typing import Final, Literal

from openward.services.clinical_note import cues
from openward.services.clinical_note.hearing import Utterance

Phase = Literal["history", "exam", "results", "plan"]
_OWN_LIFE: Final = re.compile(r"(?<![\w'])(?:i|i'm|i've|my|me|i'd)(?![\w])")
_OF_PATIENT: Final = re.compile(r"(?<![\w'])(?:you|you're|you've|your|he|she|his|her|patient)(?![\w])")
_NUMBERED: Final = ("vital", "exam", "results", "plan", "followup")
_LONG: Final = 5
_LONG_ZH: Final = 6
_MEDICAL: Final = ("finding", "drug", "side")


def asked_about(question: Utterance) -> str:
    """What a question of the clinician is about."""
    said = question.plain
    for topic, cue in (
        ("allergy", cues.ALLERGY), ("family", cues.FAMILY), ("obstetric", cues.OBSTETRIC), ("social", cues.SOCIAL),
    ):  # fmt: skip
        if cue.search(said):
            return topic
    if cues.PAST.search(said):
        return "surgical" if "surg" in said or "手术" in said else "past"
    if question.of("drug") or ("medic" in said and cues.TAKING.search(said)) or "药" in said:
        return "medication"
    return "ros" if question.of("finding") else "hpi"


def told(one: Utterance) -> str | None:
    """What a patient or relative tells of."""
    if cues.CHAT.match(one.plain.strip()) or cues.MACHINE.search(one.plain):
        return None
    topic = _of_life(one)
    if topic is not None:
        return topic
    if one.of("drug") and cues.TAKING.search(one.plain):
        return "medication"
    if one.of(*_MEDICAL) or (one.of("amount") and _is_long(one)):
        return "hpi"
    return None


def _of_life(one: Utterance) -> str | None:
    said = one.plain
    if cues.ALLERGY.search(said):
        return "allergy"
    family = any(claim.subject == "family" for claim in one.of("finding"))
    if family or (cues.KIN.search(said) and one.of("finding")) or cues.FAMILY.search(said):
        return "family"
    if cues.SOCIAL.search(said) and not one.of("drug"):
        return "social"
    if cues.OBSTETRIC.search(said):
        return "obstetric"
    if cues.PAST.search(said) and (one.of("finding", "side") or cues.PAST.search(said)):
        return "surgical" if "surg" in said or "手术" in said else "past"
    return None


def _is_long(one: Utterance) -> bool:
    return len(one.text) > _LONG_ZH * 2 if one.is_chinese else one.text.count(" ") > _LONG


class Visit:
    """Follows the clinician through a visit: history, examination, results, plan."""

    def __init__(self) -> None:
        self.phase: Phase = "history"
        self.last: str | None = None

    def hears(self, one: Utterance) -> None:
        """Takes in a sentence of the clinician that may begin another part of the visit."""
        said = one.plain
        if cues.PLAN_BEGINS.search(said) or (self.phase in ("exam", "results") and cues.DECIDED.search(said)):
            self.phase = "plan"
        elif (cues.EXAM_BEGINS.search(said) or cues.ON_EXAM.search(said)) and self.phase in ("history", "exam"):
            self.phase = "exam"
        elif self.phase in ("exam", "history") and self.is_result(one) and not one.asks:
            self.phase = "results" if self.phase == "exam" else self.phase

    def is_result(self, one: Utterance) -> bool:
        """Whether a sentence tells a result."""
        said = one.plain
        if self.phase == "history" and not cues.REPORTED.search(said):
            return False
        done = not cues.TO_DO.search(said) or "came back" in said or "show" in said or "显示" in said
        return bool(cues.RESULTS.search(said) and cues.SHOWN.search(said)) and done

    def states(self, one: Utterance) -> str | None:
        """What a statement of the clinician is about; a number alone belongs to what was told before it."""
        topic = self._states(one)
        if topic is None and self._goes_on(one):
            return self.last
        self.last = topic or self.last
        return topic

    def _goes_on(self, one: Utterance) -> bool:
        if self.phase == "history" or self.last not in _NUMBERED or not one.of("amount"):
            return False
        if self.last in ("plan", "followup") and not any(claim.unit for claim in one.of("amount")):
            return False
        said = one.plain
        return not (cues.CHAT.match(said) or cues.ANNOUNCED.search(said) or cues.INSTRUCTS.match(said))

    def _states(self, one: Utterance) -> str | None:
        if _is_talk(one):
            return None
        if cues.PRESENT_SELF.search(one.plain):
            return "hpi"
        if self.phase == "plan":
            return self._planned(one)
        if self._vital(one):
            return "vital"
        if self.is_result(one):
            return "results"
        return self._examined(one) if self.phase in ("exam", "results") else self._history(one)

    def _vital(self, one: Utterance) -> bool:
        return (
            bool(cues.VITAL.search(one.plain))
            and bool(one.of("amount") or "vital" in one.plain)
            and not cues.TO_DO.search(one.plain)
        )

    def _examined(self, one: Utterance) -> str | None:
        said = one.plain
        if cues.OPINION.search(said) and one.of("finding") and not cues.EXAM.search(said):
            return "assessment"
        if cues.TO_DO.search(said) and not one.of("side") and not cues.EXAM.search(said) and one.claims:
            return "followup" if cues.FOLLOW.search(said) else "plan"
        if cues.INSTRUCTS.match(said):
            return None
        if cues.EXAM.search(said) or one.of("finding", "side"):
            return "results" if self.phase == "results" and not cues.EXAM.search(said) else "exam"
        return None

    def _planned(self, one: Utterance) -> str | None:
        said = one.plain
        if cues.ON_EXAM.search(said) and one.of("finding", "side"):
            return "exam"
        if self.is_result(one) and one.of("amount", "finding") and not cues.OPINION.search(said):
            return "results"
        if cues.TO_DO.search(said) and self._is_decision(one):
            return "followup" if cues.FOLLOW.search(said) else "plan"
        if cues.OPINION.search(said) and (one.of("finding") or _is_long(one)):
            return "assessment"
        return "plan" if one.of("finding", "drug") and _is_long(one) else None

    @staticmethod
    def _is_decision(one: Utterance) -> bool:
        """Whether a plan says what: a finding, a drug, a number, a test, a visit or a decision."""
        said = one.plain
        if cues.ANNOUNCED.search(said) and not one.of("finding", "drug"):
            return False
        cue = (
            cues.DECIDED.search(said)
            or cues.RESULTS.search(said)
            or cues.REFER.search(said)
            or cues.FOLLOW.search(said)
        )
        return bool(one.of("finding", "drug", "amount", "side") or cue or one.is_chinese)

    def _history(self, one: Utterance) -> str | None:
        """What the clinician says while the history is taken: mostly what is known, sometimes a find or a decision."""
        said, finds, drugs = one.plain, bool(one.of("finding")), bool(one.of("drug"))
        orders = bool(one.claims and cues.TO_DO.search(said))
        rules = (
            ("exam", bool(cues.FOUND.search(said)) and bool(one.of("finding", "amount"))),
            ("assessment", finds and bool(cues.BELIEVES.search(said))),
            ("followup", one.is_chinese and orders and bool(cues.FOLLOW.search(said))),
            ("plan", one.is_chinese and orders),
            (None, bool(_OWN_LIFE.search(said)) and not _OF_PATIENT.search(said)),
            ("plan", orders and not finds),
            ("allergy", bool(one.claims and cues.ALLERGY.search(said))),
            ("medication", drugs and bool(cues.TAKING.search(said))),
            ("past", finds and _is_long(one) and bool(cues.PAST.search(said))),
            ("hpi", (finds or bool(one.of("amount"))) and _is_long(one)),
        )
        return next((topic for topic, holds in rules if holds), None)


def _is_talk(one: Utterance) -> bool:
    """Whether a sentence only greets, announces, or speaks to a machine."""
    said = one.plain
    if cues.MACHINE.search(said) or cues.CHAT.match(said.strip()) or cues.GREETING.search(said):
        return True
    return bool(cues.ANNOUNCED.search(said)) and not one.of("finding", "amount", "drug")
