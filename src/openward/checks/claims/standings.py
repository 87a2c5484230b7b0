"""What a sentence says of something measured: that it is high or usual, how it goes on, which value is the latest."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from openward.checks.claims.measured import Name, names
from openward.language.prose import narrowed

Kind = Literal["state", "course", "latest"]

_WORDS: Final = {
    "abnormal": r"abnormal|out of range|outside (?:the |its )?(?:normal |reference )?(?:range|limits)|deranged|"
    r"impaired|不正常|异常",
    "normal": r"(?:back |returned? )?(?:to |with)?(?:in )?(?:the |its )?(?:normal|reference) (?:range|limits|"
    r"interval)|in range|within range|within limits|normali[sz]ed|normal|unremarkable|recovered|(?:已|恢复)?正常",
    "higher": r"ris(?:es|ing|en)|rise|rose|increas(?:es|ing|ed|e)|climb(?:s|ing|ed)?|(?:go(?:es|ing|ne)|went) up|"
    r"higher|trending up|upward|上升|增加|升至|升到|走高",
    "lower": r"fall(?:s|ing|en)?|fell|drop(?:s|ping|ped)?|declin(?:es|ing|ed|e)|decreas(?:es|ing|ed|e)|"
    r"(?:com(?:es|ing|e)|came|go(?:es|ing|ne)|went) down|lower|trending down|downward|下降|降至|降到|回落|走低",
    "high": r"high|raised|elevated|above (?:the |its )?(?:normal|reference|range|limits?)|偏高|过高|增高|升高|高于正常",
    "low": r"low|reduced|below (?:the |its )?(?:normal|reference|range|limits?)|偏低|过低|降低|减低|低于正常",
    "same": r"stable|unchanged|steady|constant|the same|plateaued|平稳|稳定|无明显变化|未变|不变",
    "double": r"doubled|doubling|twice|翻倍|翻番|增加一倍",
    "triple": r"tripled|trebled",
    "half": r"halved|halving|减半",
    "better": r"improv(?:es|ing|ed|e)|better|recovering|好转|改善",
    "worse": r"worsen(?:s|ing|ed)?|worse|deteriorat(?:es|ing|ed|e)|恶化|加重",
}
_STATES: Final = frozenset({"high", "low", "normal", "abnormal"})
_PREDICATE: Final = re.compile(
    "|".join(f"(?P<{name}>(?<![a-z])(?:{words})(?![a-z]))" for name, words in _WORDS.items()), re.IGNORECASE
)
# What may stand between the thing and what is said of it.
_FILLED: Final = re.compile(
    r"(?:\s|[,，:：;()（）≤≥<>~+–—\-./]|\d[\d.,/]*|(?:19|20)\d\d年|[年月日]|"
    r"(?:[a-zµμ]{1,6}|\[[a-z_]+\]|%|10[*^]\d+)(?:/[a-z\d.\[\]_]+)+|%|(?:mmhg|mm\[hg\]|cel|bpm|mmol|umol|°c)|"
    r"\b(?:is|are|was|were|be|been|being|has|have|had|it|its|which|that|this|now|today|yesterday|still|again|"
    r"currently|"
    r"remains?|remained|stay(?:s|ed)?|becomes?|became|appears?|seems?|looks?|slightly|mildly|markedly|clearly|"
    r"significantly|well|quite|very|only|just|also|so|too|far|almost|nearly|about|completely|continu(?:es|ed|"
    r"ing)|to|at|"
    r"of|in|on|with|from|by|and|but|more|than|steadily|slowly|rapidly|the|a|level|levels|value|values|result|results|"
    r"concentration|count|test|range|measured|serum|plasma|blood|since|admission|critically|severely|moderately|"
    r"not|n't|never|no longer|longer|no|back|returned|come|gone|got|getting|latest|newest|last|january|february|"
    r"march|"
    r"april|may|june|july|august|september|october|november|december|h|l|n)\b|"
    r"[已经较昨日前天今入院以来为是水平值目现仍持续明显逐渐略有轻度显著呈再次结果在范围内于都均也比从由自至到未无没不并了又的"
    r"恢复见及]){0,60}",
    re.IGNORECASE,
)
_NOT: Final = re.compile(r"\b(?:not|never|no longer)\b|n't|[未无没不](?!变)", re.IGNORECASE)
_OPEN: Final = re.compile(
    r"\b(?:if|whether|may|might|could|should|would|can|cannot|unless|until|when|once|risk|causes?|in case|"
    r"target|aim|goal|repeat|had been|previously|initially|formerly)\b|[?？]|"
    r"如果|如|若|可能|是否|是不是|风险|导致|引起|曾|既往|直到|目标",
    re.IGNORECASE,
)
_NOUN: Final = re.compile(
    r"\b(?:there (?:is|was|has been|are)|shows?|showed|has|had) (?:an? |some |the )?(?:\w{3,12} )?"
    r"(?:(?P<higher>rise|increase)|(?P<lower>fall|drop|decrease|decline)|(?P<double>doubling)|(?P<half>halving)|"
    r"(?P<better>improvement)|(?P<worse>worsening|deterioration)) (?:in|of) (?:the |her |his |serum |plasma ){0,2}$|"
    r"\b(?:there (?:is|was)|shows?|showed|has|had) (?:an? |the )?(?:\w{3,12}ly )?(?:(?P<high>high|raised|elevated)|"
    r"(?P<low>low|reduced)|(?P<normal>normal)) (?:serum |plasma )?$",
    re.IGNORECASE,
)
_LATEST: Final = re.compile(
    r"(?:\b(?:latest|newest|last|most recent|current)|最新|最近(?:一次)?|目前)(?:的|检测)?\s?(?:(?:available|recorded|"
    r"measured|serum|"
    r"plasma|blood|value|result|level|of|for|the) ){0,4}$",
    re.IGNORECASE,
)
_NOW: Final = re.compile(r"\s*(?:level |value )?(?:is|are) (?:now|currently)\b|\s*(?:目前|现)为?", re.IGNORECASE)
_NUMBER: Final = re.compile(
    r"(?<![A-Za-z\d.*^/-])\d{1,7}(?:\.\d{1,6})?(?![\d*^-]|\.\d|[/年月日]\d?)(?! ?(?:hours?|days?|weeks?|月|小时|天|日))"
)
_ENDS: Final = re.compile(
    r"(?:\b(?P<of>from)|(?P<of2>从|由|自)|\b(?P<to>to|at)|(?P<to2>至|到|"
    r"为)) ?(?P<value>\d{1,7}(?:\.\d{1,6})?)(?![\d*^-]|\.\d|年|月|"
    r" (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"\s*(?:,|，|、|and|or|及|和|与|, and|/)\s*(?:the |her |his |serum )?", re.IGNORECASE)
_THAN: Final = re.compile(r"较|比|从|由|自|至|到|\b(?:from|to|than|since|by)\b", re.IGNORECASE)
_ADJECTIVES: Final = re.compile(r"\b(?:is|are|was|were) (?:\w+ly )?$", re.IGNORECASE)
_STATED: Final = {"increased": "high", "decreased": "low"}
_LATER: Final = {"升高": "higher", "降低": "lower"}


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """One such statement; `said` is a key of the words above, `denied` that it is not so.

    `first` and `last` are the values that it names: where it came from and what it has come to.
    """

    kind: Kind
    name: Name
    said: str
    text: str
    start: int
    end: int
    denied: bool = False
    first: float | None = None
    last: float | None = None


def standings(text: str) -> tuple[Stated, ...]:
    """All that a sentence says of what it names; nothing where it asks, supposes or speaks of the past."""
    plain = narrowed(text)
    if not (_PREDICATE.search(plain) or _NOUN_CUE.search(plain)):
        return ()
    named = names(plain)
    found = [*_predicates(plain, named), *_before(plain, named), *_latest(plain, named)]
    return tuple(sorted(found, key=lambda one: one.start))


_NOUN_CUE: Final = re.compile(
    r"latest|newest|last|recent|current|now|doubling|improvement|最新|最近|目前|现", re.IGNORECASE
)


def _predicates(plain: str, named: Sequence[Name]) -> Iterator[Stated]:
    for found in _PREDICATE.finditer(plain):
        before = [number for number, name in enumerate(named) if name.end <= found.start()]
        if not before or _is_open(plain, found.start()):
            continue
        gap = plain[named[before[-1]].end : found.start()]
        if not _FILLED.fullmatch(gap):
            continue
        said = _said(found, gap, plain)
        first, last = _ends(plain, named[before[-1]].end)
        for number in _chain(plain, named, before[-1]):
            yield Stated(
                kind="state" if said in _STATES else "course", name=named[number], said=said, text=found.group(),
                start=found.start(), end=found.end(), denied=_NOT.search(gap) is not None,
                first=first, last=last,
            )  # fmt: skip


def _said(found: re.Match[str], gap: str, plain: str) -> str:
    """`is increased` is high, `has increased` a course; 升高 is high, but 较昨日升高 a course."""
    word = found.group().lower()
    behind = plain[found.end() :]
    if word in _STATED and _ADJECTIVES.search(gap) and not _THAN.search(behind):
        return _STATED[word]
    if word in _LATER and (_THAN.search(gap) or behind.startswith(("至", "到"))):
        return _LATER[word]
    return next(name for name in _WORDS if found.group(name) is not None)


def _chain(plain: str, named: Sequence[Name], last: int) -> Iterator[int]:
    """The names that are joined with the last one: `creatinine and potassium are normal`."""
    yield last
    while last > 0 and _JOINED.fullmatch(plain[named[last - 1].end : named[last].start]):
        last -= 1
        yield last


def _before(plain: str, named: Sequence[Name]) -> Iterator[Stated]:
    """`There is a rise in creatinine`, `she has a low potassium`."""
    for name in named:
        found = _NOUN.search(plain, 0, name.start)
        if found is None or _is_open(plain, name.start):
            continue
        said = next(word for word, group in found.groupdict().items() if group)
        first, last = _ends(plain, name.end)
        yield Stated(
            kind="state" if said in _STATES else "course", name=name, said=said, text=found.group().strip(),
            start=found.start(), end=name.end, first=first, last=last,
        )  # fmt: skip


def _latest(plain: str, named: Sequence[Name]) -> Iterator[Stated]:
    for name in named:
        lead = _LATEST.search(plain, 0, name.start)
        number = _NUMBER.search(plain, name.end)
        if number is None or _is_open(plain, number.start()) or not (lead or _NOW.match(plain, name.end)):
            continue
        if _FILLED.fullmatch(plain[name.end : number.start()]):
            start = lead.start() if lead else name.start
            yield Stated(
                kind="latest", name=name, said="latest", text=plain[start : number.end()], start=start,
                end=number.end(), last=float(number.group()),
            )  # fmt: skip


def _ends(plain: str, start: int) -> tuple[float | None, float | None]:
    """The values that a course came from and has come to."""
    first = last = None
    for found in _ENDS.finditer(plain, start):
        if found.group("of") or found.group("of2"):
            first = float(found.group("value"))
        else:
            last = float(found.group("value"))
    return first, last


def _is_open(plain: str, place: int) -> bool:
    """Whether a sentence asks or supposes, or speaks of what was before."""
    found = _OPEN.search(plain, 0, place)
    return found is not None or plain.rstrip().endswith(("?", "？"))
