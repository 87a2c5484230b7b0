"""From a talk to statements: what the patient told, what was asked and answered, what the clinician found and decided."""

import re
from typing import Final

from openward.services.clinical_note import cues, merging
from openward.services.clinical_note.cleaning import cleaned, closed, trimmed
from openward.services.clinical_note.hearing import Heard, Utterance
from openward.services.clinical_note.person import Sex, of_patient, of_patient_zh, to_patient, to_patient_zh
from openward.services.clinical_note.statement import Statement
from openward.services.clinical_note.topics import Visit, asked_about, told

_YES_NO: Final = re.compile(
    r"^(?:(?:no|nope|nah|yes|yeah|yep|yup|correct|absolutely|definitely|not really|not at all|never|uh-huh|mm-hmm|sure|right|exactly|okay|"
    r"none of (?:that|those)|nothing like that|not that i(?:'ve| have)? (?:noticed|know of)|i (?:have|do|did|was|am)(?: n't|n't| not)|i (?:have|do|did|am))(?![\w'-])[ ,.!]*)+|"
    r"^(?:(?:没有?|有的?|是的?|对的?|不|无)[，,。、！\s]+)+",
    re.IGNORECASE,
)
_FEW: Final = 3
_FEW_ZH: Final = 4
_ANSWERS: Final = 4
_ONLY: Final = re.compile(r"\b(?:no|not|nothing|none|n't|never|just|only|but|yes|yeah|some|a little|sometimes|也|就|但|只|有|没)\b|[没无不有]")


class Telling:
    """Goes through a talk once; `statements` are what came of it, in order."""

    def __init__(self, heard: Heard, sex: Sex | None) -> None:
        self.heard = heard
        self.sex = sex
        self.visit = Visit()
        self.open: list[Utterance] = []
        self.statements: list[Statement] = []
        self.asked_turn = -1
        self.opening = False

    def run(self) -> list[Statement]:
        """All statements of the talk."""
        for one in self.heard.utterances:
            if one.who == "clinician":
                self._clinician(one)
            else:
                self._patient(one)
        return self.statements

    # the clinician

    def _clinician(self, one: Utterance) -> None:
        if self.open and self.open[-1].turn != one.turn and self.asked_turn > self.open[-1].turn:
            self.open = []
        self.visit.hears(one)
        if one.asks:
            self.opening = bool(cues.OPENING.search(one.plain)) or (self.opening and not one.claims)
            self._own_answer(one)
            self.open.append(one)
            return
        self._complaint(one)
        topic = self.visit.states(one)
        if topic is None:
            return
        text = trimmed(cleaned(one.text))
        if cues.REFER.search(one.plain) and topic in ("plan", "followup"):
            self._add("referral", self._of_clinician(text, one), one)
        self._add(topic, self._of_clinician(text, one), one)

    def _of_clinician(self, text: str, one: Utterance) -> str:
        text = re.sub(r"^(?:it looks like|it seems like|i see (?:here )?that|i know(?: that)?|i understand(?: that)?) (?=you)", "", text, flags=re.IGNORECASE)
        text = re.sub(r"\blet's (?:go ahead and )?", "we will ", text, flags=re.IGNORECASE)
        text = re.sub(r"\bgo(?:ing to)? go ahead and\b", "going to", text)
        return to_patient_zh(text) if one.is_chinese else _first_person(to_patient(text, self.sex))

    def _own_answer(self, one: Utterance) -> None:
        """A question that names why the patient comes says it."""
        self._complaint(one)

    def _complaint(self, one: Utterance) -> None:
        if any(s.topic == "complaint" for s in self.statements):
            return
        found = cues.COMPLAINT.search(one.plain)
        if found is None or not (one.of("finding", "side") or found.start("what") > 0):
            return
        start, end = found.span("what")
        text = trimmed(cleaned(one.text[start:end]))
        text = re.split(r"(?: so,? | ,? how are | can you | could you | tell me|, what|\?|？| is that | and how | who is )", text)[0]
        if not (one.of("finding", "drug", "side") or self._names_visit(text)):
            return
        self._add("complaint", to_patient(text.strip(" ,.-"), self.sex), one)

    @staticmethod
    def _names_visit(text: str) -> bool:
        return bool(re.search(r"\b(?:follow|exam|physical|check|visit|evaluation|consult\w*|results?|refill)", text))

    # the patient

    def _patient(self, one: Utterance) -> None:
        first = self.asked_turn != one.turn
        self.asked_turn = one.turn
        if one.asks and not self.open:
            return
        if first and self.open:
            self._answer(one)
            return
        self._tell(one)

    def _answer(self, one: Utterance) -> None:
        questions, self.open = self.open[-_ANSWERS:], []
        answer = merging.answer_of(one.text, chinese=one.is_chinese)
        last = questions[-1]
        rest = _rest(one)
        if self.opening and self._opened(one):
            self.opening = False
            return
        if answer is not None and self._merge(questions, one, answer, rest):
            return
        if answer is None and (text := merging.labelled(last, self._of_patient(rest, one))):
            topic = asked_about(last)
            self._add("hpi" if topic == "ros" else topic, text, one, last)
            return
        self._tell(one, asked_about(last), last)

    def _opened(self, one: Utterance) -> bool:
        """The answer to `what brings you in` is the complaint."""
        if any(s.topic == "complaint" for s in self.statements) or not one.of("finding", "side"):
            return False
        self._add("complaint", self._of_patient(_rest(one), one), one)
        self._tell(one)
        return True

    def _merge(self, questions: list[Utterance], one: Utterance, answer: str, rest: str) -> bool:
        """Writes down what was asked with yes or no; whether the answer is used up."""
        names_own = bool(one.of("finding"))
        picks = names_own and bool(_ONLY.search(rest)) and answer == "yes"
        asked = questions if answer == "no" else questions[-1:]
        made = False
        for question in asked:
            made |= not picks and self._merged(question, answer, one, names_own=names_own)
        if rest and (one.claims or not made) and _long(rest, one):
            self._tell(one, asked_about(questions[-1]), questions[-1], text=rest)
            return True
        return made

    def _merged(self, question: Utterance, answer: str, one: Utterance, *, names_own: bool) -> bool:
        found = merging.merged(question, answer, self.sex)  # type: ignore[arg-type]
        topic = asked_about(question)
        if self.visit.phase != "history" and cues.HURTS.search(question.plain):
            topic = "exam"
        if found is not None and not (names_own and not found.denied):
            self._add(topic, found.text, question, one)
            return True
        text = None if question.is_chinese else merging.turned(question, answer, self.sex)  # type: ignore[arg-type]
        if text is not None and (question.claims or topic != "hpi"):
            self._add(topic, text, question, one)
            return True
        return False

    def _tell(self, one: Utterance, asked: str | None = None, question: Utterance | None = None, text: str = "") -> None:
        topic = told(one)
        if topic is None and asked not in (None, "ros") and _long(one.text, one) and not cues.CHAT.match(one.plain.strip()):
            topic = asked
        elif topic == "hpi" and asked in ("family", "social", "past", "surgical", "medication", "allergy", "obstetric"):
            topic = asked
        if topic is None or one.asks:
            return
        words = self._of_patient(text or _rest(one), one)
        self._add(topic, words, one, question)

    def _of_patient(self, text: str, one: Utterance) -> str:
        said = trimmed(cleaned(text))
        if one.is_chinese:
            return of_patient_zh(said)
        return of_patient(said, self.sex) if one.who == "patient" else said

    def _add(self, topic: str, text: str, one: Utterance, other: Utterance | None = None) -> None:
        words = closed(text)
        if len(words) <= _FEW:
            return
        places = [one] if other is None else sorted((one, other), key=lambda u: u.start)
        evidence = tuple(e for place in places for e in self.heard.evidence(place.start, place.end))
        self.statements.append(
            Statement(topic=topic, text=words, by=one.who if other is None else self._answerer(one, other), evidence=evidence, place=one.start)
        )

    @staticmethod
    def _answerer(one: Utterance, other: Utterance) -> str:  # type: ignore[misc]
        return other.who if one.who == "clinician" else one.who


def _rest(one: Utterance) -> str:
    """What an answer says beyond yes and no."""
    found = _YES_NO.match(one.text)
    rest = one.text[found.end() :] if found else one.text
    return rest if rest.strip(" .,!。，") else ""


def _long(text: str, one: Utterance) -> bool:
    return len(text.strip()) > _FEW_ZH if one.is_chinese else text.strip().count(" ") >= _FEW


def _first_person(text: str) -> str:
    """The clinician's `i` as `I`."""
    return re.sub(r"(?<![\w'’-])i(?=['’]|\b)(?!\.)", "I", text)
