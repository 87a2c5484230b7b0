"""Words of an emergency: the red flags of triage, read in what a person says, stop any conversation.

The findings and rules are those of the house (`findings`, `triage_rules`), so that what triage calls an emergency is
one here too; what is denied, past, asked about in general or a family history is none.
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from openward.checks.guards.stop import Outcome, Stop
from openward.domain.agent import Audience
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.findings import vocabulary
from openward.knowledge.triage import LEVELS, RULES, Rule, rules
from openward.knowledge.triage_conditions import Atom, Literal_, holds
from openward.language.durations import YEAR
from openward.language.mentions import Mention
from openward.language.person import Person, person

GUARD: Final = "emergency"
_LONGEST: Final = 20_000
# "…, what should I do?" asks about what stands before it, which is stated and not asked.
_THEN_ASKS: Final = re.compile(
    r"[,，;；—–-](?=\s*(?:so |and |but )?(?:what|should|shall|can|could|do|does|is|am|are|how|why|which|where|will)\b"
    r"[^.?!\n]{0,200}\?)|"
    r"[,，;；。—](?=\s*(?:(?:请问|该|应该|要不要|是不是|能不能|可以|需要|我该|是否|会不会|有没有)|"
    r"[^，,。！？!?\n]{0,16}(?:什么|怎么|哪|吗|呢|多少|如何))[^，,。！？!?\n]{0,40}[?？])",
    re.IGNORECASE,
)
# Somebody who says "I am confused about my tablets" is not.
_PUZZLED: Final = re.compile(
    r"\b(?<=\bI )(?:am |was |got |get )?(?:\w+ ){0,2}confused (?=about|by|how|what|which|whether|as to)|"
    r"\bI(?:'|’)m (?:\w+ ){0,2}confused (?=about|by|how|what|which|whether|as to)",
    re.IGNORECASE,
)
_LASTING: Final = ("suicid", "self_harm", "homicidal")
_OF_SELF: Final = frozenset({"suicide_f", "suicide_thoughts", "self_harm_f", "poison", "poison_severe", "battery"})
_OF_POISON: Final = frozenset({"poison", "poison_severe", "battery", "organophosphate"})
_OF_WILL: Final = frozenset({"suicidal_ideation", "suicidal_plan", "suicide_attempt", "self_harm"})
_HARMS_SELF: Final = _OF_WILL | {"overdose", "poisoning", "drug_acetaminophen_excess", "caustic_swallowed"}
_ENDS: Final = re.compile(r"[.!?\n。！？]+")
_FIRST: Final = re.compile(r"\b(?:I|me|my|myself)\b|\bi(?:'|’)?(?:m|ve|ll|d)\b|我|俺|自己", re.IGNORECASE)
_OTHERS: Final = re.compile(
    r"\b(?:he|she|they|him|them|patients?|pt|clients?|someone|somebody|husband|wife|partner|son|daughter|child|baby|"
    r"suspect\w*|treat\w*|manag\w+|assess\w*|admitt\w+|review\w*|case|"
    r"kid|mother|father|mum|mom|dad|brother|sister|friend|woman|man|girl|boy)\b|"
    r"[他她]|患者|病人|病员|来访者|孩子|宝宝|儿子|女儿|老公|老婆|丈夫|妻子|爸|妈|父亲|母亲|朋友|有人|家属",
    re.IGNORECASE,
)
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_OF_MIND: Final = frozenset({"suicide_f", "suicide_thoughts", "self_harm_f", "violence"})


class _Known(msgspec.Struct, frozen=True):
    """What one person is said to have: findings with what they imply, by id; age in days when it is stated."""

    findings: dict[str, Mention]
    person: Person

    def stands(self, literal: Literal_) -> bool:
        """Whether a literal holds; what is wanted must be known, what is not wanted must not be."""
        return self._truth(literal.atom) is literal.wanted

    def _truth(self, atom: Atom) -> bool:
        mention = self.findings.get(atom.name)
        if atom.kind == "number":
            age = self.person.age_days
            known = {"age": age / YEAR, "age_days": age} if age is not None else {}
            return atom.name in known and holds(atom.operator, known[atom.name], atom.value)
        if atom.kind == "person":
            return atom.name == self.person.sex or (atom.name == "pregnant" and self.person.pregnant is True)
        if mention is None or atom.kind == "finding":
            return mention is not None
        if atom.kind == "days":
            return mention.days is not None and holds(atom.operator, mention.days, atom.value)
        return mention.severity == atom.word


def emergency(text: str, audience: Audience, language: Language) -> tuple[Stop, ...]:
    """The safe answer for a patient, an alert for a clinician, when red flags stand in what was said.

    Who speaks of self-harm or an overdose of their own gets the safe answer, whomever the agent is made for.
    """
    flagged = red_flags(text)
    if not flagged:
        return ()
    of_self = [rule for rule in flagged if rule.id in _OF_SELF] if of_oneself(text) else []
    stops = audience == "patient" or bool(of_self)
    leading = min(of_self if of_self and audience != "patient" else flagged, key=lambda rule: (rule.scale, rule.id))
    outcome: Outcome = "answer" if stops else "alert"
    says = _for_patient(leading, language, flagged) if stops else _for_clinician(leading, language)
    return (Stop(guard=GUARD, outcome=outcome, reason=f"{RULES}/{leading.id}", says=says),)


def of_oneself(text: str) -> bool:
    """Whether somebody says of themselves, now, that they want to die, hurt themselves or took too much."""
    said = _THEN_ASKS.sub("。", text[:_LONGEST])
    return any(
        mention.term in _HARMS_SELF and mention.subject == "patient" and _is_now(mention) and _is_first(said, mention)
        for mention in vocabulary().read(said)
    )


def _is_first(text: str, mention: Mention) -> bool:
    """Whether the sentence up to the end of a mention is told in the first person, of nobody else."""
    until = _ENDS.split(text[: mention.end])[-1]
    if _OTHERS.search(until):
        return False
    return _FIRST.search(until) is not None or (_HAN.search(until) is not None and mention.term in _OF_WILL)


def red_flags(text: str) -> tuple[Rule, ...]:
    """The red flags of triage that a text states of a person, now."""
    said = _PUZZLED.sub(" ", _THEN_ASKS.sub("。", text[:_LONGEST]))
    now = [mention for mention in vocabulary().read(said) if _is_now(mention)]
    who = person(said)
    own = _Known(_implied(m for m in now if m.subject == "patient"), who)
    theirs = _Known(_implied(m for m in now if m.subject != "patient"), who)
    found = {rule.id: rule for known in (own, theirs) for rule in _spoken(known)}
    return tuple(found.values())


def _is_now(mention: Mention) -> bool:
    """Whether it is stated of today; what began years ago is an illness, but for the will to die."""
    old = mention.days is not None and mention.days >= YEAR and not mention.term.startswith(_LASTING)
    return mention.assertion == "present" and mention.when == "current" and not old


def _implied(mentions: Iterable[Mention]) -> dict[str, Mention]:
    """Mentions by finding; whoever has a finding has those above it."""
    found: dict[str, Mention] = {}
    words = vocabulary()
    for mention in mentions:
        found[mention.term] = mention
        for above in words.ancestors(mention.term):
            found.setdefault(above, mention)
    return found


def _spoken(known: _Known) -> list[Rule]:
    held = rules()
    anchored = (way for finding in known.findings for way in held.anchored.get(finding, ()))
    flags = (way for way in (*anchored, *held.always) if way.rule.kind == "floor" and way.rule.level == "emergency")
    return [way.rule for way in flags if all(known.stands(literal) for literal in way.literals)]


def _for_patient(rule: Rule, language: Language, flagged: Iterable[Rule] = ()) -> str:
    action = tables.find(LEVELS).row("emergency")[f"action_{language}"]
    lines = [_MAY_BE.in_(language).format(reason=rule.reason.in_(language)), action]
    found = {rule.id, *(one.id for one in flagged)}
    if found & _OF_POISON:
        lines.append(_POISON.in_(language))
    if found & _OF_MIND:
        lines.append(_CRISIS.in_(language))
    return "\n".join((*lines, _NO_REPLACEMENT.in_(language)))


def _for_clinician(rule: Rule, language: Language) -> str:
    return _ALERT.in_(language).format(reason=rule.reason.in_(language))


_MAY_BE: Final = Text(
    "What you write may be an emergency: {reason}.",
    "您描述的情况可能是急症：{reason}。",
)
_CRISIS: Final = Text(
    "You are not alone. Stay with somebody, and put away what could hurt you. You can also call a crisis line at any "
    "hour.",
    "您并不孤单。请让身边的人陪着您，并远离可能伤害自己的物品；任何时候都可以拨打心理援助热线。",
)
_POISON: Final = Text(
    "Call the emergency service or a poisons centre now, even without complaints. Do not make yourself vomit; keep the "
    "packets. Do not stay alone.",
    "即使没有不适，也请立即拨打急救电话或联系中毒急救中心。不要催吐，保留药盒或容器，不要独处。",
)
_NO_REPLACEMENT: Final = Text(
    "This conversation cannot help in an emergency and stops here.",
    "本对话不能处理急症，到此为止。",
)
_ALERT: Final = Text(
    "Red flag in what was said: {reason}. See the patient, or have them seen, before reading on.",
    "所述内容含危险信号：{reason}。请先处置患者，再继续阅读。",
)
