"""Findings and diagnoses of a text: the vocabulary's, the conditions', and words that end like a medical term."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import msgspec

from openward.checks.claims.claim import Claim
from openward.knowledge import findings as vocabulary
from openward.knowledge import tables
from openward.knowledge.tables import Row
from openward.language.assertions import Assertion
from openward.language.mentions import Lexicon, Mention
from openward.language.prose import Prose

CONDITIONS: Final = "conditions"
# Endings of medical words; a word with one that no table knows is a claim all the same.
_MEDICAL: Final = re.compile(
    r"[a-z]{3,30}(?:itis|osis|oses|emia|aemia|uria|algia|oma|omas|pathy|pathies|ectomy|ectomies|otomy|ostomy|plasty|"
    r"rrhea|"
    r"rrhoea|rrhage|megaly|penia|plegia|paresis|phagia|pnea|pnoea|philia|sclerosis|stenosis|trophy|cele|lithiasis|"
    r"edema|"
    r"oedema|esthesia|phasia|thorax|ptysis|emesis|uresis|ectasis|ectasia|rrhexis|ptosis|spasm|iasis|phobia|phonia|opia|"
    r"opsia|cytosis|dynia|clonus|taxia|aneurysm|embolism|infarction|syndrome|seizures?|fracture|metastas[ei]s)"
)
# Terms of course and time, and short forms that are common words, are no statements of their own.
_NO_CLAIM: Final = re.compile(
    r"(?:course|onset)_.*|drug_(?!use).*|multiparous|echo_ef_low|cxr_normal|.*_bilateral|.*_unilateral|worse_.*|"
    r"better_.*"
)
_COMMON_WORDS: Final = frozenset(
    "all add as cap sad pad pe et ar ra mi pd pcp sma pv as iad psp tof vt cat ie sbp shot".split()  # noqa: SIM905
)
_HEADING: Final = re.compile(
    r"^[ \t*#]{0,4}(?:[A-Z][A-Z /&,-]{3,50}|[A-Z][A-Za-z /&]{3,40}:|[\u4e00-\u9fff]{2,8}[:：])(?=[ \t]*\n|.{0,1})",
    re.MULTILINE,
)
_FALSE_FRIENDS: Final = re.compile(
    r"numbers?|fluctuat\w*|stressed|murphy|scales?|winter|stat(?:ing|ed?)|adds|weaned|surgical|detached|"
    r"non-weight-bearing|moved from|breasts? feel|not eat|me|adenoma|trip|"
    r"dexamethasone suppression|work[ -]?up of .*",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"(?:'s|’s)?(?: \w{1,20})?[:：] ?(?P<no>negative|none|no\b|normal|absent|non-|never|阴性|无|否认)?", re.IGNORECASE
)
_NONE_BEHIND: Final = re.compile(r"倒?(?:是)?(?:没有|没|无)(?=[，。；,、！]|$)")
# What is named by what it is not: a non-healing ulcer is there.
_NAMED_NON: Final = (
    r"non-? ?(?:heal|small|union|hodgkin|insulin|st\b|stemi|alcohol|displace|complian|adheren|obstruct|produc|bleed|"
    r"melano|specific|epilep)"
)
_WITHIN: Final = re.compile(rf"[:：].*\b(?:no|not|without)\b|\bno |\b(?!{_NAMED_NON})non", re.IGNORECASE)
_NON: Final = re.compile(_NAMED_NON, re.IGNORECASE)
_NO_ILLNESS: Final = re.compile(r" (?:pandemic|vaccin\w*|booster|shots?|restrictions)\b", re.IGNORECASE)
_GENERAL: Final = frozenset({"injury", "pain", "surgery_recent"})
_RISK: Final = re.compile(
    r"\b(?:risks?|possibilit(?:y|ies)|complications?|in case of|side effects?) (?:of|include|including|for)\b|"
    r"可能出现|风险",
    re.IGNORECASE,
)
_SOUGHT: Final = re.compile(
    r"\b(?:look(?:s|ing)? for|check(?:ing)? for|screen(?:s|ing)? for|rule out|test(?:s|ing)? for|assess for|watch for|"
    r"evaluate for|concern for|prevent) (?:\w{1,12} ){0,2}$"
)
_UNABLE: Final = re.compile(
    r"(?:(?:ca|could) ?n't|can ?not|unable to|not able to|trouble|difficulty) (?:really |even )?$", re.IGNORECASE
)
_THEN: Final = re.compile(
    r"\b(?:at the time of|since|after|following|prior to|before|due to|because of|(?:medications?|medicines?|"
    r"anything|treatment|"
    r"pills?|prescriptions?|relief|seen) for) (?:the|her|his|my|your|this|that|an?)? ?$",
    re.IGNORECASE,
)
_ANOTHER: Final = re.compile(r"\b(?:other|additional|further|else) $|另外的?$|其他$", re.IGNORECASE)
_DENIAL: Final = re.compile(r"\b[Dd]en(?:ies|ied) (?:that )?(?:she|he|they|the patient)\b[^.;,\n]{0,60}$")
_NOT_ANY: Final = re.compile(
    r"\b(?:not|n't|never) (?:had|have|noticed|experienced|felt) any\b[^.;:?!\n。？]{0,160}[ ,]$", re.IGNORECASE
)
# A clause of its own behind a denial: "no swelling there and there's some slight pain".
_ANEW: Final = re.compile(
    r"(?:\band|\bbut|,)(?: then| also| that)? (?:there(?: is| are|'s)|i do|you (?:do|limit|are|have|had|take)|"
    r"(?:he|she) (?:does|is|has|had)|i (?:am|have|had|see|feel|hear|notice|appreciate))\b"
    r"(?![^.?!。？\n]*\b(?:no|not|without|never|nor|any|t)\b)",
    re.IGNORECASE,
)
_LONG_AGO: Final = 60.0
_WIDE: Final = 4
_RISK_REACH: Final = 400
_LEAD: Final = 48
_LONG_LEAD: Final = 80
_APART: Final = re.compile(r"[:;]| and \w+ | and \w+$| has ")
_NOT_MEDICAL: Final = frozenset(
    "diagnosis prognosis hypothesis symptom stoma aroma diploma cinema analysis soma coma dosis purpose roma "  # noqa: SIM905
    "trauma".split()
)


def lexicon() -> Lexicon:
    """All words for findings and conditions, read on first use."""
    return _built()


@tables.remembered(1)
def _built() -> Lexicon:
    found = ((phrase, row.id) for row in vocabulary.vocabulary().table for phrase in vocabulary.phrases(row))
    return Lexicon(chain(found, _further(), _conditions()))


def _further() -> Iterator[tuple[str, str]]:
    for row in tables.find(vocabulary.FURTHER_WORDS):
        yield from ((phrase, row["finding"]) for phrase in (*row.list("words_en"), *row.list("words_zh")))


def _conditions() -> Iterator[tuple[str, str]]:
    """The names of conditions; one- and two-letter short forms mean too many things."""
    for row in tables.find(CONDITIONS):
        yield from ((name, f"condition:{row.id}") for name in _names(row))


def _names(row: Row) -> Iterator[str]:
    for name in (row["name_en"], row["name_zh"], *row.list("synonyms_en"), *row.list("synonyms_zh")):
        plain = re.sub(r"[(（].*?[)）]", "", name).strip()
        if plain and plain.lower() not in _COMMON_WORDS and (not plain.isascii() or len(plain) > 2):  # noqa: PLR2004
            yield plain.replace(" + ", " ").replace("!", "")


def findings(text: str, prose: Prose, mentions: Iterable[Mention], *, spoken: bool) -> tuple[Claim, ...]:
    """One claim for each place where findings are named, with all terms that its words may mean.

    In writing, words on both sides of a colon or an "and" make no finding together.
    """
    family = _family_lines(text)
    placed: dict[tuple[int, int], list[Mention]] = {}
    for mention in mentions:
        if not _NO_CLAIM.fullmatch(mention.term) and not _FALSE_FRIENDS.fullmatch(text[mention.start : mention.end]):
            placed.setdefault((mention.start, mention.end), []).append(mention)
    out = [_claim(text, place, found, family) for place, found in placed.items()]
    within = [(one.start, one.end) for one in out if one.terms[0].startswith("family_")]
    out = [one for one in out if not is_wide(one) and (spoken or not _APART.search(one.text))]
    out = [meant for one in out if (meant := _labelled(text, prose.plain, one)) is not None]
    out = [
        one
        for one in out
        if not any(a <= one.start and one.end <= b and (a, b) != (one.start, one.end) for a, b in within)
    ]
    return tuple(sorted([*out, *_unknown(text, prose, placed)], key=lambda claim: claim.start))


def _labelled(text: str, marked: str, claim: Claim) -> Claim | None:
    """A finding before a colon is the label of what follows ("Tobacco Use: …"), and denied by "negative" or "none"."""
    label = _LABEL.match(text, claim.end)
    if _is_no_illness(text, claim) or (label is not None and not label.group("no")):
        return None
    denied = label is not None or _is_denied(text, marked, claim)
    return msgspec.structs.replace(claim, assertion="absent" if denied else _by_its_lead(text, claim))


def _is_no_illness(text: str, claim: Claim) -> bool:
    """Whether a vaccine is named, or what somebody is allergic to, which is a claim of its own."""
    allergic = claim.text.lower().startswith("allerg") and text.startswith(" to ", claim.end)
    return allergic or _NO_ILLNESS.match(text, claim.end) is not None


def _is_denied(text: str, marked: str, claim: Claim) -> bool:
    """Whether the finding's own words, those right beside it, or the head of its list deny it."""
    before = text[max(0, claim.start - 4) : claim.start].lower()
    non = before.endswith(("non-", "non ")) and not _NON.match(text, claim.start - 4)
    if non or _NONE_BEHIND.match(text, claim.end) or _WITHIN.search(claim.text):
        return True
    far = max(0, claim.start - _RISK_REACH)
    if claim.assertion != "present":
        return False
    listed = _NOT_ANY.search(marked, far, claim.start)
    if listed is not None and not re.search(r"\bbut\b", listed.group()) and not _ANEW.search(listed.group()):
        return True
    return _DENIAL.search(text, far, claim.start) is not None


def _by_its_lead(text: str, claim: Claim) -> Assertion:
    """How a finding is meant, by the words before it."""
    lead = text[max(0, claim.start - _LEAD) : claim.start]
    if _SOUGHT.search(lead):
        return "hypothetical"
    if claim.assertion == "absent" and (meant := _hedged(lead)) is not None:
        return meant
    if claim.assertion == "absent" and _is_there(text, claim):
        return "present"
    risk = _RISK.search(text, max(0, claim.start - _RISK_REACH), claim.start)
    return "hypothetical" if risk is not None and "." not in text[risk.end() : claim.start] else claim.assertion


def _is_there(text: str, claim: Claim) -> bool:
    """Whether a denial does not reach a finding: its name begins with "non", or it stands in a clause of its own."""
    lead = max(0, claim.start - _LONG_LEAD)
    return _NON.match(claim.text) is not None or _ANEW.search(text, lead, claim.start) is not None


def _hedged(lead: str) -> Assertion | None:
    """How a finding that reads as denied is meant, by the words before it: who cannot breathe has trouble breathing."""
    if _UNABLE.search(lead):
        return "present"
    if _THEN.search(lead) or _ANOTHER.search(lead):
        return "uncertain"
    return None


def _family_lines(text: str) -> tuple[tuple[int, int], ...]:
    """The parts of a text below a heading of the family's history, up to the next heading."""
    marks = [
        (mark.start(), "famil" in mark.group().lower() or "家族" in mark.group()) for mark in _HEADING.finditer(text)
    ]
    ends = [*(start for start, _ in marks[1:]), len(text)]
    return tuple((start, end) for (start, is_family), end in zip(marks, ends, strict=False) if is_family)


def _claim(text: str, place: tuple[int, int], found: list[Mention], family: tuple[tuple[int, int], ...]) -> Claim:
    start, end = place
    named = dict.fromkeys(mention.term for mention in found)
    terms = tuple(term for term in named if term not in _GENERAL) or tuple(named)
    relatives = found[0].subject == "family" or any(term.startswith("family_") for term in terms)
    relatives = relatives or any(first <= start < last for first, last in family)
    return Claim(
        kind="finding",
        text=text[start:end],
        start=start,
        end=end,
        terms=_of_family(terms) if relatives else terms,
        assertion=found[0].assertion,
        subject="family" if relatives else found[0].subject,
        past=found[0].when == "past" or any((mention.days or 0) > _LONG_AGO for mention in found),
    )


def _of_family(terms: tuple[str, ...]) -> tuple[str, ...]:
    """A relative's finding under all its ids: `family_x`, `history_x` and `x` are one."""
    known = general()
    bare = [term.removeprefix("family_").removeprefix("history_") for term in terms]
    same = [form for name in bare for form in (f"family_{name}", f"history_{name}", name) if form in known]
    return tuple(dict.fromkeys((*terms, *same)))


def _unknown(text: str, prose: Prose, placed: Iterable[tuple[int, int]]) -> Iterator[Claim]:
    """Words that end like a medical term and belong to no finding."""
    covered = sorted(placed)
    at = 0
    for word, start, end in zip(prose.words, prose.starts, prose.ends, strict=True):
        while at < len(covered) and covered[at][1] <= start:
            at += 1
        if len(word) < 6 or word in _NOT_MEDICAL or (at < len(covered) and covered[at][0] <= start):  # noqa: PLR2004
            continue
        if _MEDICAL.fullmatch(word):
            yield Claim(kind="finding", text=text[start:end], start=start, end=end, assertion="uncertain")


def is_wide(claim: Claim) -> bool:
    """Whether a finding is put together from words far apart."""
    return claim.kind == "finding" and claim.text.count(" ") >= _WIDE


def is_loose(claim: Claim) -> bool:
    """Whether a claim is a result or a circumstance: its words are only a hint."""
    kinds = _kinds()
    return bool(claim.terms) and all(kinds.get(term) in ("result", "exposure", "drug") for term in claim.terms)


@tables.remembered(1)
def _kinds() -> dict[str, str]:
    return {term.id: term.kind for term in vocabulary.vocabulary()}


@tables.remembered(1)
def general() -> dict[str, frozenset[str]]:
    """For every finding, what is more general."""
    words = vocabulary.vocabulary()
    return {term.id: words.ancestors(term.id) for term in words}
