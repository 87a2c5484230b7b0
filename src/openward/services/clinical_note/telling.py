"""From a talk to statements: what was told, asked and answered, found and decided."""

import re
from typing import Final

import msgspec

from openward.checks.claims.findings import general
from openward.language.questions import Answer
from openward.services.clinical_note import cues, merging
from openward.services.clinical_note.cleaning import cleaned, closed, trimmed
from openward.services.clinical_note.hearing import Heard, Utterance
from openward.services.clinical_note.keeping import keeps
from openward.services.clinical_note.person import Sex, of_patient, of_patient_zh, to_patient, to_patient_zh
from openward.services.clinical_note.proposal import By
from openward.services.clinical_note.statement import Statement
from openward.services.clinical_note.topics import Visit, asked_about, told

_YES_NO: Final = re.compile(
    r"^(?:[ ,.]*(?:(?:no|nope|nah|not really|not at all|never|none of (?:that|those)|nothing like that|"
    r"not that i(?:'ve| have)? (?:noticed|know of|can think of)|"
    r"i (?:have|do|did|was|am)(?: n't|n't| not)?|it (?:does|is|did)(?: n't|n't| not)?)(?=[ ]?[,.!]|[ ]*$)|"
    r"no (?=(?:i|it|he|she|they|we|that|my|this)\b)|"
    r"(?:yes|yeah|yep|yup|correct|absolutely|definitely|uh-huh|mm-hmm|sure|exactly|okay|"
    r"right(?= ?[,.!]))(?![\w'-]))[ ,.!]*)+|"
    r"^(?:(?:没有?|有的?|是的?|对的?|不|无)[，,。、！\s]+)+",
    re.IGNORECASE,
)
_FEW: Final = 3
_FEW_ZH: Final = 2
_FEWEST_ZH: Final = 3
_TO_DOCTOR: Final = re.compile(r"(?<![\w'])(?:you|your|you're|you've)(?! know\b)(?![\w])|[您你]")
_LIMITED: Final = re.compile(
    r"\b(?:but|except|just|only|sometimes|maybe|a little|a bit|occasionally|rarely|used to|anymore|other than|"
    r"besides|much|often|usually|lately|yet|while)\b|^(?:\W|uh|um|oh|well)*not (?!at all|that i|really|any)|"
    r"\b(?:do ?n['’]?t|not) (?:know|remember|think|sure)\b|不知道|不清楚|记不|不确定|"
    r"就是|只是|偶尔|有点|除了|但|有时|不多|不太|不怎么"
)
_TURNS_BACK: Final = re.compile(r"\W*(?:no|not|never|but)\b", re.IGNORECASE)
_LIMITED_TEXT: Final = {False: "Asked about {asked}: “{said}”", True: "问及{asked}：“{said}”"}
_WHOLE: Final = re.compile(r"\W*(?:i|i['’](?:m|ve|d|ll)|we|he|she|they|it|it's|my|that|that's|there)\b", re.IGNORECASE)
_SAYS_NOTHING: Final = re.compile(
    r"(?:(?:well|hmm+|maybe|let's see|i-|so|like|let me (?:think|see)|what|sorry|pardon)\W*)+$", re.IGNORECASE
)
_LONG_QUESTION: Final = 25
_GOES_ON: Final = 5  # who says so many words behind a question no longer waits for its answer
_BRIEF: Final = 8
_SHORT: Final = 60
_LISTS: Final = ("past", "surgical", "allergy", "medication", "social", "obstetric")
_WORD: Final = re.compile(r"[\w'’-]+")
_ANSWERS: Final = 4


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
        self.doubtful = heard.swapped
        self.last_question: Utterance | None = None
        self.asked: str | None = None
        self.turns: dict[int, list[Utterance]] = {}
        for one in heard.utterances:
            self.turns.setdefault(one.turn, []).append(one)

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
        self._complaint(one)
        if one.asks:
            self.opening = bool(cues.OPENING.search(one.plain)) or (self.opening and not one.claims)
            self.open.append(one)
            return
        if one.text.count(" ") >= _GOES_ON:
            self.open = []
        topic = self.visit.states(one)
        if topic is None:
            return
        text = trimmed(cleaned(one.text))
        if cues.REFER.search(one.plain) and topic in ("plan", "followup"):
            self._add("referral", self._of_clinician(text, one), one)
        if topic == "plan" and one.of("drug") and cues.KEEPS_ON.search(one.plain):
            self._add("medication", self._of_clinician(text, one), one, source=one.text)
        self._add(topic, self._of_clinician(text, one), one, source=one.text)

    def _of_clinician(self, text: str, one: Utterance) -> str:
        text = re.sub(
            r"^(?:it looks like|it seems like|i see (?:here )?(?:that )?|i know(?: that)?|i understand(?: that)?|"
            r"you said (?:that )?|that) (?=you)",
            "",
            text,
            flags=re.IGNORECASE,
        )
        text = re.sub(r"\blet's (?:go ahead and )?", "we will ", text, flags=re.IGNORECASE)
        text = re.sub(r"\bgo(?:ing to)? go ahead and\b", "going to", text)
        return to_patient_zh(text) if one.is_chinese else _first_person(to_patient(text, self.sex))

    def _complaint(self, one: Utterance) -> None:
        """Why the patient comes, where the clinician names it."""
        if any(s.topic == "complaint" for s in self.statements):
            return
        found = cues.COMPLAINT.search(one.plain)
        if found is None or not (one.of("finding", "side") or found.start("what") > 0):
            return
        start, end = found.span("what")
        text = trimmed(cleaned(one.text[start:end]))
        text = re.split(
            r"(?: so,? | ,? how are | can you | could you | tell me|, what|\?|？| is that | and how | who is )", text
        )[0]
        if not (one.of("finding", "drug", "side") or self._names_visit(text)):
            return
        self._add("complaint", to_patient(text.strip(" ,.-"), self.sex), one)

    @staticmethod
    def _names_visit(text: str) -> bool:
        return bool(re.search(r"\b(?:follow|exam|physical|check|visit|evaluation|consult\w*|results?|refill)", text))

    # the patient

    def _patient(self, one: Utterance) -> None:
        if _speaks_to_patient(one) or (self.visit.phase == "exam" and cues.MEASURES.search(one.plain)):
            self.doubtful += 1
            self._clinician(one)
            return
        first = self.asked_turn != one.turn
        self.asked_turn = one.turn
        if one.asks and not self.open:
            return
        if first and self.open:
            self.asked = asked_about(self.open[-1])
            self._answer(one)
            return
        goes_on = not first and len(one.text) <= _SHORT
        self._tell(one, self.asked if goes_on and (self.asked in _LISTS or one.is_chinese) else None)

    def _answer(self, one: Utterance) -> None:
        questions, self.open = self.open[-_ANSWERS:], []
        self.last_question = questions[-1]
        answer = merging.answer_of(one.text, chinese=one.is_chinese)
        last = questions[-1]
        rest = _rest(one)
        if self.opening and self._opened(one):
            self.opening = False
            return
        if answer is not None and self._merge(questions, one, answer, rest):
            return
        if self._is_bare(rest or one.text, one) and answer is None and not merging.labelled(last, rest):
            self._with_question(last, one)
            return
        if answer is None and (text := merging.labelled(last, self._of_patient(rest, one))):
            topic = asked_about(last)
            self._add("hpi" if topic == "ros" else topic, text, one, last)
            return
        self._tell(one, asked_about(last), last)

    @staticmethod
    def _is_bare(text: str, one: Utterance) -> bool:
        """Whether an answer means nothing without its question."""
        if one.is_chinese or one.of("finding", "drug", "side") or _WHOLE.match(text):
            return False
        return len(_WORD.findall(text)) <= _BRIEF

    def _with_question(self, question: Utterance, one: Utterance) -> None:
        """A short answer stands with what was asked, both as they were said."""
        topic = asked_about(question)
        asked, said = trimmed(cleaned(question.text)), cleaned(one.text).strip(" .,")
        if not _WORD.search(said) or _SAYS_NOTHING.match(said) or cues.INSTRUCTS.match(question.plain):
            return
        if (
            (topic == "hpi" and not one.of("amount"))
            or cues.CHAT.match(one.plain.strip())
            or cues.GREETING.search(question.plain)
        ):
            return
        if len(_WORD.findall(asked)) <= _LONG_QUESTION:
            self._add(topic, _both(question, one), question, one)

    def _opened(self, one: Utterance) -> bool:
        """The answer to `what brings you in` is the complaint."""
        if any(s.topic == "complaint" for s in self.statements) or not one.of("finding", "side"):
            return False
        self._add("complaint", self._of_patient(_rest(one), one), one)
        self._tell(one)
        return True

    def _merge(self, questions: list[Utterance], one: Utterance, answer: Answer, rest: str) -> bool:
        """Writes down what was asked with yes or no; whether the answer is used up."""
        if any(self._answers_itself(question, one) for question in questions):
            self._tell(one, asked_about(questions[-1]), questions[-1], text=one.text)
            return True
        asked = [
            q
            for q in (questions if answer == "no" else _last_with_finding(questions))
            if not cues.INSTRUCTS.match(q.plain)
        ]
        if answer == "yes" and asked and merging.is_negated(asked[-1]):
            self._add(asked_about(asked[-1]), _both(asked[-1], one), asked[-1], one)
            return True
        limited = bool(_LIMITED.search(one.plain)) if answer == "no" else bool(_TURNS_BACK.match(rest))
        more = rest if answer == "yes" and rest and len(_WORD.findall(rest)) <= _BRIEF and not one.is_chinese else ""
        made = False
        for question in asked:
            made |= self._limited(question, one) if limited else self._merged(question, answer, one, more)
        if made and (limited or more):
            return True
        if rest and (one.claims or not made) and _long(rest, one):
            self._tell(one, asked_about(questions[-1]), questions[-1], text=rest)
            return True
        return made

    def _answers_itself(self, question: Utterance, one: Utterance) -> bool:
        """Whether the answer names what was asked: then its own words say how it is."""
        asked = {term for claim in question.of("finding") for term in claim.terms}
        said = {term for part in self.turns[one.turn] for claim in part.of("finding") for term in claim.terms}
        return bool(asked & said) or any(asked & general().get(term, frozenset()) for term in said)

    def _limited(self, question: Utterance, one: Utterance) -> bool:
        """A denial with a "but" stays as it was said."""
        asked = merging.object_of(question)
        if not asked:
            return False
        words = _LIMITED_TEXT[one.is_chinese].format(
            asked=asked if one.is_chinese else to_patient(asked, self.sex), said=cleaned(one.text).strip(" .,。，")
        )
        self._add(asked_about(question), words, question, one)
        return True

    def _merged(self, question: Utterance, answer: Answer, one: Utterance, more: str = "") -> bool:
        found = merging.merged(question, answer, self.sex)
        topic = asked_about(question)
        if self.visit.phase != "history" and cues.HURTS.search(question.plain):
            topic = "exam"
        if found is not None:
            detail = f": {merging.small(self._of_patient(more, one))}" if more else ""
            self._add(topic, found.text + detail, question, one)
            return True
        text = None if question.is_chinese else merging.turned(question, answer, self.sex)
        if text is not None and (question.claims or topic != "hpi"):
            self._add(topic, text + (f": {merging.small(self._of_patient(more, one))}" if more else ""), question, one)
            return True
        return False

    def _tell(
        self, one: Utterance, asked: str | None = None, question: Utterance | None = None, text: str = ""
    ) -> None:
        topic = told(one)
        if (
            topic is None
            and asked not in (None, "ros")
            and _long(one.text, one)
            and not cues.CHAT.match(one.plain.strip())
        ) or (topic == "hpi" and asked in _LISTS):
            topic = asked
        if topic is None or one.asks:
            return
        said = text or _rest(one)
        if one.who == "patient" and _TO_DOCTOR.search(said):
            self._quote(topic, said, one, question)
            return
        self._add(topic, self._of_patient(said, one), one, question, source=said)

    def _quote(self, topic: str, said: str, one: Utterance, question: Utterance | None) -> None:
        """What speaks to the clinician stays as it was said."""
        if one.of("finding", "drug", "amount", "side"):
            self._add(topic, f"“{cleaned(said)}”", one, question)
            self.statements[-1] = msgspec.structs.replace(self.statements[-1], quoted=True)

    def _of_patient(self, text: str, one: Utterance) -> str:
        said = trimmed(cleaned(text))
        if one.is_chinese:
            return of_patient_zh(_habit(said, self.last_question) + said)
        return of_patient(said, self.sex) if one.who == "patient" else said

    def _add(self, topic: str, text: str, one: Utterance, other: Utterance | None = None, source: str = "") -> None:
        words, quoted = closed(text), False
        if source and not keeps(words, source):
            words, quoted = f"“{' '.join(source.split())}”", True
        if _is_empty(words, one, fewest=_FEW if other is None else _FEW - 1):
            return
        places = [one] if other is None else sorted((one, other), key=lambda u: u.start)
        evidence = tuple(e for place in places for e in self.heard.evidence(place.start, place.end))
        self.statements.append(
            Statement(
                topic=topic,
                text=words,
                by=one.who if other is None else self._answerer(one, other),
                evidence=evidence,
                place=one.start,
                quoted=quoted,
            )
        )

    @staticmethod
    def _answerer(one: Utterance, other: Utterance) -> By:
        return other.who if one.who == "clinician" else one.who


def _both(question: Utterance, one: Utterance) -> str:
    """What was asked and what was answered, both as they were said."""
    asked, said = trimmed(cleaned(question.text)).rstrip(" ?.,？。，"), cleaned(one.text).strip(" .,。，")
    return f"问“{asked}”，答“{said}”" if one.is_chinese else f"Asked “{asked}”: “{said}”"


def _last_with_finding(questions: list[Utterance]) -> list[Utterance]:
    """The question that a yes answers: the last one that names a finding, if any does."""
    return [question for question in questions if question.of("finding")][-1:] or questions[-1:]


def _habit(said: str, question: Utterance | None) -> str:
    """A habit that a Chinese answer leaves out (`抽，一天一包`)."""
    asked = cues.SOCIAL.search(question.plain) if question is not None else None
    if (
        asked is None
        or cues.SOCIAL.search(said)
        or not said.startswith(("抽", "喝", "有", "不", "没", "偶尔", "一天", "每天", "戒"))
    ):
        return ""
    return f"{asked.group()}："


def _speaks_to_patient(one: Utterance) -> bool:
    """Whether a sentence marked as the patient's is the clinician's, as when a transcript misses a change of turn."""
    said = one.plain
    if not cues.YOUR.search(said):
        return bool(cues.APPRECIATES.search(said))
    led = (cues.PLAN_BEGINS, cues.DECIDED, cues.EXAM_BEGINS, cues.APPRECIATES, cues.EXAM, cues.RESULTS, cues.VITAL)
    return not one.asks and any(cue.search(said) for cue in led)


def _rest(one: Utterance) -> str:
    """What an answer says beyond yes and no."""
    found = _YES_NO.match(one.text)
    rest = one.text[found.end() :] if found else one.text
    return rest if rest.strip(" .,!。，") else ""


def _is_empty(words: str, one: Utterance, fewest: int) -> bool:
    """Whether too little is left to be a statement."""
    return len(words) <= _FEWEST_ZH if one.is_chinese else len(_WORD.findall(words)) < fewest


def _long(text: str, one: Utterance) -> bool:
    return len(text.strip()) > _FEW_ZH if one.is_chinese else text.strip().count(" ") >= _FEW


def _first_person(text: str) -> str:
    """The clinician's `i` as `I`."""
    return re.sub(r"(?<![\w'’-])i(?=['’]|\b)(?!\.)", "I", text)
