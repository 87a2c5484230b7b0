"""Questions joined with their answers: `Any fever?` and `No.` make `Denies fever`."""

import re
from typing import Final, NamedTuple

from openward.checks.claims.claim import Claim
from openward.language.prose import lowered
from openward.language.questions import Answer
from openward.services.clinical_note.cleaning import cleaned, trimmed
from openward.services.clinical_note.grammar import third
from openward.services.clinical_note.hearing import Utterance
from openward.services.clinical_note.person import Sex, to_patient, to_patient_zh

_TRIGGER: Final = re.compile(
    r"\b(?:any(?: other)?(?: symptoms)?(?: (?:like|such as))?|anything like|(?:symptoms|things|issues) like|such as|"
    r"(?:have|had) you(?: ever| also)?(?: (?:had|noticed|been having|been|experienced|felt|seen))?(?: any)?|(?:do|"
    r"did) you (?:have|get|feel|notice|experience)(?: any)?|"
    r"are you (?:having|experiencing|feeling)(?: any)?|having(?: any)?|noticed(?: any)?|no|history of|ever had)\s+",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:[ ,]*\b(?:or )?(?:anything|something|nothing)(?: like that| else| of that| along those lines| at all)?\b|"
    r"[ ,]*\bat all\b|[ ,]*\bor anything\b|[ ,]*\bor (?:no|not)\b|[ ,]*\bnot really\b|"
    r"[ ,]*\bor\b|[ ,]*\bthat you(?:'ve| have)? (?:noticed|seen)\b|[ ,]*\band\b|[ ,]*\bokay\b|[ ,]*\bright\b|"
    r"[ ,]+no\b)[ ,.?？-]*$",
    re.IGNORECASE,
)
_VAGUE: Final = re.compile(
    r"^(?:symptoms|issues?|problems?|other|of that|of those|anything|questions?|that|it|those|these|concerns?)\W*$",
    re.IGNORECASE,
)
_FILLER: Final = re.compile(r"(?:(?:uh|um|oh|well|okay|ok|so|actually|hmm|mm|hm|ah|and|you know|i mean)[ ,.]+)+")
_NO: Final = re.compile(
    r"(?:no|nope|nah|none|never|not|neither|negative|nothing|i (?:have|do|did|was|am|can|could|would)(?: not| n't|"
    r"n't)|i've (?:not|never))(?![\w'])"
)
_YES: Final = re.compile(
    r"(?:yes|yeah|yep|yup|yea|yah|correct|definitely|absolutely|sometimes|i (?:do|have|am|did)(?= ?[,.!]|$| \w)|"
    r"a little|a bit|a lot|mm-hmm|"
    r"uh-huh|right|exactly|that's right|it (?:does|is)(?! n)|occasionally|every now and then|some)(?![\w'])"
)
_ANY: Final = re.compile(r"\b(?:any(?: other| known)?|(?:do|did|have) you (?:have|had|take|ever had)(?: any)?)\s+")
_SUBJECTS: Final = re.compile(
    r"\b(?:allerg|surger|operation|medication|medicine|medical|problem|condition|family history|history|injur|"
    r"trauma|hospital|supplement|drug|alcohol|smok|"
    r"pets?|travel|symptom|weakness|changes?|trouble|difficult|issues? with|illness|exposure|contact|accident|falls?)"
)
_NO_ZH: Final = re.compile(r"^(?:没有?|无|不(?!是很|太)|否|从来没有?|从不|都没有?)")
_YES_ZH: Final = re.compile(r"^(?:有(?:的|一点|点)?|是的?|对的?|会的?|嗯)(?=[，。,、！\s]|$)")
_ASK_ZH: Final = re.compile(
    r"(?:您|你|最近|现在|平时|以前|还|那|有没有|是否|是不是|有过|有无|会不会|有|得过|对什么|感觉|觉得|出现|过)+"
)
_END_ZH: Final = re.compile(r"(?:这些|之类的?|什么的|的情况|的症状|这类|等)?(?:吗|么|呢|没有|没)?[？?。，,\s]*$")
_LABELS: Final = (
    (re.compile(r"\bhow long\b|\bhow many (?:days|weeks|months|years)\b"), "Duration"),
    (re.compile(r"\bwhen did\b|\bwhen (?:was|were)\b"), "When"),
    (re.compile(r"\b(?:scale|out of (?:ten|10)|how (?:bad|severe|much pain))\b"), "Severity"),
    (re.compile(r"\bwhere\b|\bwhich (?:side|part|one|leg|arm|knee|hand|foot|ear|eye)\b"), "Location"),
    (re.compile(r"\b(?:worse|aggravat\w+)\b"), "Made worse by"),
    (re.compile(r"\b(?:better|reliev\w+|alleviat\w+|help(?:s|ed)?)\b"), "Made better by"),
    (re.compile(r"\bhow (?:often|many times|frequent\w*)\b"), "Frequency"),
    (re.compile(r"\bhow (?:many|much)\b"), "Amount"),
    (re.compile(r"\b(?:how would you describe|what (?:kind|type) of pain|feel like|sharp|dull)\b"), "Character"),
)  # fmt: skip
_SMALL: Final = frozenset({
    "about", "around", "maybe", "in", "at", "on", "when", "since", "for", "a", "an", "the", "it", "just", "both",
    "every", "only", "more", "over", "sometimes", "probably", "mostly", "usually", "my", "her", "his", "some", "yes",
    "no", "not", "after", "before", "during", "almost", "rarely", "two", "three", "four", "five", "six", "seven",
    "eight", "nine", "ten", "one",
})  # fmt: skip
_SHORT_ANSWER: Final = 9
_SEVERAL: Final = 2


class Merged(NamedTuple):
    """A question with its answer as one statement; `rest` is what the answer says beyond yes and no."""

    text: str
    denied: bool


def answer_of(text: str, *, chinese: bool) -> Answer | None:
    """Whether an answer begins with yes or no."""
    if chinese:
        said = text.strip(" ，。,、")
        if _NO_ZH.match(said):
            return "no"
        return "yes" if _YES_ZH.match(said) else None
    said = lowered(text[:80]).strip(" ,.")
    said = said[found.end() :] if (found := _FILLER.match(said)) else said
    if _NO.match(said):
        return "no"
    return "yes" if _YES.match(said) else None


def is_negated(question: Utterance) -> bool:
    """Whether a question denies what it asks about (`no fever?`): then a yes may mean either."""
    return bool(_NEGATED_ZH.search(question.text) if question.is_chinese else _NEGATED.search(question.plain))


def object_of(question: Utterance) -> str:
    """What a question asks about, in its own words, from the first finding on."""
    findings = question.of("finding")
    if not findings:
        return _plain_object(question)
    if question.is_chinese:
        return _object_zh(question, findings)
    base = question.start
    first = min(claim.start for claim in findings) - base
    last = max(claim.start for claim in findings) - base
    triggers = [m.end() for m in _TRIGGER.finditer(question.text) if m.end() <= last]
    begin = max((end for end in triggers if end <= first), default=min(triggers, default=first))
    said = cleaned(question.text[begin:]).rstrip(" ?.,？")
    while (found := _TAIL.search(said)) and found.start() > 0:
        said = said[: found.start()].rstrip(" ,.-")
    named = any(claim.text.split()[0].lower() in said.lower() for claim in findings)
    return said if named and not _VAGUE.match(said) else ""


def _plain_object(question: Utterance) -> str:
    """What follows `any` in a short question whose words no vocabulary knows (`Any allergies?`)."""
    found = _ANY.search(question.plain)
    if found is None or question.is_chinese:
        return ""
    said = cleaned(question.text[found.end() :]).rstrip(" ?.,？")
    while (tail := _TAIL.search(said)) and tail.start() > 0:
        said = said[: tail.start()].rstrip(" ,.-")
    known = _SUBJECTS.search(said)
    return said if known and said.count(" ") < _SHORT_ANSWER and not _VAGUE.match(said) else ""


def _object_zh(question: Utterance, findings: tuple[Claim, ...]) -> str:
    first, last = min(c.start for c in findings) - question.start, max(c.end for c in findings) - question.start
    tail = _END_ZH.sub("", question.text[last:])
    return cleaned(question.text[first:last] + (tail if len(tail) <= _SHORT_ANSWER else ""))


def merged(question: Utterance, answer: Answer, sex: Sex | None) -> Merged | None:
    """A yes-or-no question about findings with its answer; None when it names none."""
    asked = object_of(question)
    if not asked or (answer == "yes" and not question.of("finding")):
        return None
    if question.is_chinese:
        asked = to_patient_zh(asked)
        return Merged(f"否认{asked}" if answer == "no" else f"自诉有{asked}", answer == "no")
    if not (_TRIGGER.search(question.text) or _ASKS.search(question.plain)):
        return _stated(question, answer, sex)
    if (
        _IT_DOES.match(question.plain)
        or _PARTICIPLE.match(asked)
        or _DOES.search(f"{question.plain.partition(asked.lower())[0]}")
    ):
        return None
    asked = to_patient(asked, sex)
    if answer == "no":
        return Merged(f"Denies {asked}", denied=True)
    several = len({claim.terms for claim in question.of("finding")}) >= _SEVERAL
    return Merged(f"Asked about {asked}: yes" if several else f"Reports {asked}", denied=False)


_PARTICIPLE: Final = re.compile(
    r"(?:been|had|lost|gone|passed|fallen|hurt|injured|broken|felt|seen|taken|tried|done|\w{3,}ed)(?= )", re.IGNORECASE
)
_DOES: Final = re.compile(r"\b(?:do|did) you(?: still| ever| currently| also)? $")
_OPEN: Final = re.compile(r"\b(?:how|what|where|when|which|scale|rate|describe)\b")
_IT_DOES: Final = re.compile(r"^(?:\W|okay|and|so|alright|well|um|uh|now|but)*does (?:it|that|this|the \w+)\b")
_NOUN: Final = 4
_HANGS: Final = re.compile(r"(?:for|in|with|about|of|as|from|because|if|when|like|that|which|than) ", re.IGNORECASE)
_EITHER: Final = re.compile(r"\bbetter or worse|worse or better|better and worse\b")
_NEGATED: Final = re.compile(r"n['’]t\b|(?<![\w'])(?:no|not|never|without)(?![\w'])")
_NEGATED_ZH: Final = re.compile(r"(?<!有)没(?!有[吗么]?[？?]?$)|不(?!舒服|适|好|是|会|太)|无")
_POINTS: Final = re.compile(r"\b(?:this|that|here|there|these|those)\b", re.IGNORECASE)
_ASKS: Final = re.compile(
    r"^(?:\W|okay|and|so|alright|well|um|uh)*(?:\w+ ){0,2}(?:do|does|did|have|has|are|is|was|were|what about|"
    r"how about)\b"
)


def _stated(question: Utterance, answer: Answer, sex: Sex | None) -> Merged | None:
    """What was put to the patient as a statement, or as a word or two, and what was answered."""
    said = to_patient(trimmed(cleaned(question.text)).rstrip(" ?.,？"), sex)
    if _HANGS.match(said) or not question.of("finding"):
        return None
    if len(said.split()) <= _NOUN:
        return Merged(
            f"Denies {said[:1].lower()}{said[1:]}" if answer == "no" else f"Reports {said[:1].lower()}{said[1:]}",
            answer == "no",
        )
    return Merged(
        f"Confirms: {said}" if answer == "yes" else f"Asked whether this is so, answers no: {said}", answer == "no"
    )


_TURNED: Final = re.compile(
    r"^(?:(?:okay|ok|alright|all right|and|so|now|well|but|um|uh|then|great|good|perfect|yeah|right)[ ,.]+)*"
    r"(?P<aux>do|does|did|have|has|are|is|was|were|can|could|will|would)(?P<n> ?n't)? (?P<who>you|it|that|they|he|"
    r"she|there|this|the (?:\w+ ){1,2}?)\s*(?P<rest>\b.+)$",
    re.IGNORECASE,
)


def turned(question: Utterance, answer: Answer, sex: Sex | None) -> str | None:
    """`Do you smoke?` and `No.` as `You do not smoke`, told of the patient; None when the question has another form."""
    said = trimmed(cleaned(question.text)).rstrip(" ?.,？")
    found = _TURNED.match(said)
    if found is None or found["who"].lower() == "there" or " or " in found["rest"]:
        return None
    if not question.of("finding") and (found["who"].lower() != "you" or _POINTS.search(found["rest"])):
        return None
    aux, rest = found["aux"].lower(), found["rest"]
    while (tail := _TAIL.search(rest)) and tail.start() > 0:
        rest = rest[: tail.start()]
    who = found["who"].strip()
    if answer == "no":
        verb = f"{aux} not"
        rest = re.sub(r"^(?:ever|still) ", "", rest)
    else:
        verb = "" if aux in ("do", "does") else aux
        rest = re.sub(r"\bany\b", "", re.sub(r"^ever ", "", rest))
    if answer == "yes" and aux == "did":
        return None
    if answer == "yes" and aux == "does":
        rest = third(rest.partition(" ")[0]) + (f" {more}" if (more := rest.partition(" ")[2]) else "")
    words = " ".join(f"{who} {verb} {rest}".split())
    return to_patient(words, sex)


def labelled(question: Utterance, answer: str) -> str | None:
    """A short answer to an open question, under what was asked."""
    if question.is_chinese or answer.count(" ") >= _SHORT_ANSWER or not _OPEN.search(question.plain):
        return None
    if _EITHER.search(question.plain):
        return None
    label = next((name for cue, name in _LABELS if cue.search(question.plain)), None)
    return f"{label}: {small(answer)}" if label else None


def small(answer: str) -> str:
    """An answer that goes on a sentence, without the capital letter of its first word."""
    first = answer.partition(" ")[0].strip(".,").lower()
    return answer[:1].lower() + answer[1:] if first in _SMALL else answer
