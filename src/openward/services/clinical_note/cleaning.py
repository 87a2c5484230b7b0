"""Spoken words made readable: fillers, stutters and stray spaces go, everything that means something stays."""

import re
from typing import Final

_JOINED: Final = (
    (re.compile(r"(?<=\w) n['’]t\b"), "n't"),
    (re.compile(r"(?<=\w) (?=['’](?:s|re|ve|ll|d|m)\b)"), ""),
    (re.compile(r"\bgon ?na\b", re.IGNORECASE), "going to"),
    (re.compile(r"\bwan ?na\b", re.IGNORECASE), "want to"),
    (re.compile(r"\bgot ?ta\b", re.IGNORECASE), "have to"),
    (re.compile(r"\blem ?me\b", re.IGNORECASE), "let me"),
    (re.compile(r"\bkind ?of\b|\bkinda\b", re.IGNORECASE), "kind of"),
    (re.compile(r"\bcan not\b", re.IGNORECASE), "cannot"),
    (re.compile(r"(?<![\w'])'cause\b", re.IGNORECASE), "because"),
)  # fmt: skip
_FILLERS: Final = re.compile(
    r"(?<![\w'-])(?:uh-huh|mm-hmm|uh|um|uhm|umm|er|erm|hmm|mm|ah|you know|i mean|you see|i guess you could say|like ,|"
    r"hey ,? ?dragon|if you will)(?![\w'-])[ ]?,?",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(
    r"^(?:(?:okay|ok|alright|all right|so|well|yeah|yep|yes|right|great|good|perfect|sure|and then|and|but|"
    r"oh|now|also|actually|"
    r"absolutely|correct|exactly|excellent|awesome|gotcha|got it|i see|sounds good|that's (?:good|great|right|"
    r"correct|fine)|"
    r"anyway|again|basically|as well|too|then|great)(?![\w'-])[ ,.!…-]*)+",
    re.IGNORECASE,
)
_NO_LEAD: Final = re.compile(r"^(?:and then|but|then|now|again|well|right|good|no no)\b", re.IGNORECASE)
_TAIL: Final = re.compile(
    r"[ ,.…-]+(?:(?<!doing )(?<!feeling )(?<!'s )(?<!relatively )"
    r"(?<!is )(?<!are )(?<!be )(?<!was )(?<!been )(?<!pretty )(?<!going )(?<!look )(?<!looks )(?:okay|"
    r"ok|alright|all right)|(?<=[,.] )right|you know|and so|and|so|but|or|like|yeah|um|uh|though|um-hum|"
    r"because)[ ,.?!…-]*$",
    re.IGNORECASE,
)
_STUMBLE: Final = re.compile(r"(?<![\w'-])([a-z]{1,8})-+ (?=,? ?\1)", re.IGNORECASE)
_AGAIN: Final = re.compile(r"(?<![\w'-])([a-z'’]+(?: [a-z'’]+){0,3})(?: \1(?![\w'-]))+", re.IGNORECASE)
_STUTTER: Final = re.compile(
    r"(?<![\w'-])((?:(?:i|i'm|i've|i'll|you|you're|we|we're|they|they're|he|she|it|it's|that|that's|the|a|an|my|"
    r"your|his|her|and|or|but|so|to|of|in|on|for|"
    r"with|is|was|are|do|did|have|had|has|this|these|there|there's|if|when|what|just|like|really|because|where|"
    r"how|about|we'll|let's|can|would|could|will|some|also|as|at)(?: |(?= ?,))){1,4})"
    r"(?: ?, ?\1| ?, ?(?=\1))+",
    re.IGNORECASE,
)
_NUMBERS: Final = frozenset({
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty",
    "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "oh", "point", "that", "had", "very",
    "no",
})  # fmt: skip
_NO_NO: Final = re.compile(r"(?<![\w'-])no[ ,.]+(?=no(?![\w'-]))", re.IGNORECASE)
_BROKEN: Final = re.compile(
    r"^(?:i|we|you|it|they|he|she|and|so|but) ?, (?=(?:the|that|your|this|my|i|we|you|it|they|he|she|there|if|"
    r"when|in|on|for)\b)",
    re.IGNORECASE,
)
_SPACED: Final = re.compile(r"\s+(?=[,.;:!?%)](?!\d))")
_DECIMAL: Final = re.compile(r"(?<=\d)\.\s+(?=\d)|(?<=\d) \. (?=\d)")
_FILLERS_ZH: Final = re.compile(r"(?:嗯+|呃+|啊(?=[，。,])|哦+|那个(?=[，,])|就是说(?=[，,])|这个(?=[，,]))[，,、。]?")
_LEAD_ZH: Final = re.compile(r"^(?:好的?|行|对|是的?|那|嗯|哦|然后|所以)[，,。、！!]+")
_COMMAS: Final = re.compile(r"(?:\s*,){2,}|^[\s,.;，。、-]+")


def cleaned(text: str) -> str:
    """One sentence without fillers, repeated words and stray spaces; never a number, a denial or a side less."""
    said = " ".join(text.split())
    for pattern, words in _JOINED:
        said = pattern.sub(words, said)
    said = _DECIMAL.sub(".", said)
    said = _FILLERS.sub(" ", said)
    said = _FILLERS_ZH.sub("", said)
    said = _STUMBLE.sub("", " ".join(said.split()))
    said = _NO_NO.sub("", said)
    said = _STUTTER.sub(r"\1", said)
    said = _AGAIN.sub(_once, said)
    said = _BROKEN.sub("", said)
    said = _COMMAS.sub(lambda found: "," if found.start() else "", said)
    return _SPACED.sub("", " ".join(said.split())).strip()


def trimmed(text: str) -> str:
    """A cleaned sentence without the words that only take up the turn at its beginning and end."""
    said = _LEAD_ZH.sub("", text)
    said = _LEAD.sub("", said)
    while (found := _TAIL.search(said)) and found.start() > 0:
        said = said[: found.start()]
    return said.strip(" ,，、-…")


def closed(text: str) -> str:
    """The sentence with a capital letter and a full stop."""
    said = text.strip()
    if not said:
        return ""
    said = said[0].upper() + said[1:]
    if said[-1] in ".!。！”":
        return said
    said = said.rstrip(",;:，；：、?？")
    return said + ("。" if _is_chinese(said) else ".")


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def _once(found: re.Match[str]) -> str:
    words = found.group(1).lower().split()
    return found.group() if any(word in _NUMBERS for word in words) else found.group(1)
