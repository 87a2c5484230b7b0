"""English verbs with `the patient` in place of I and you: is for am and are, has for have, takes for take."""

import re
from typing import Final

_FORMS: Final = {
    "am": "is", "are": "is", "were": "was", "have": "has", "do": "does", "'m": " is", "'re": " is", "'ve": " has",
    "don't": "does not", "haven't": "has not", "aren't": "is not", "weren't": "was not", "ain't": "is not",
    "'ll": " will", "go": "goes",
}  # fmt: skip
_SAME: Final = frozenset({
    "is", "was", "has", "had", "does", "did", "can", "could", "will", "would", "shall", "should", "may",
    "might", "must", "can't", "cannot", "couldn't", "won't", "wouldn't", "shouldn't", "didn't", "hadn't",
    "wasn't", "isn't", "doesn't", "hasn't", "mustn't", "went", "took", "got", "felt", "came", "saw", "said",
    "thought", "knew", "made", "told", "fell", "woke", "ate", "drank", "ran", "began", "broke", "brought",
    "bought", "caught", "found", "forgot", "gave", "grew", "heard", "held", "kept", "left", "lost", "met",
    "paid", "rode", "slept", "sat", "sent", "spent", "stood", "swam", "taught", "threw", "tore", "understood",
    "wore", "won", "wrote", "drove", "hurt", "cut", "put", "hit", "let", "set", "quit", "read", "shut", "used",
    "became", "chose", "done", "been", "gone", "bent", "bit", "bled", "blew", "built", "dealt", "dreamt", "fed",
    "fought", "froze", "hung", "laid", "led", "lent", "lit", "meant", "rose", "sang", "sank", "shook", "shot",
    "sold", "spoke", "sprained", "stuck", "stung", "swelled", "swept", "wound", "better", "rather",
})  # fmt: skip
_ADVERBS: Final = frozenset({
    "just", "also", "really", "usually", "still", "always", "never", "only", "sometimes", "kind", "of",
    "actually", "probably", "definitely", "currently", "generally", "normally", "mostly", "mainly", "recently",
    "then", "now", "already", "even", "often", "occasionally", "both", "all", "sort", "barely", "hardly",
    "ever", "first", "basically", "certainly", "typically", "maybe", "pretty", "much", "finally", "initially",
    "eventually", "simply", "constantly", "either",
})  # fmt: skip
_NO_VERB: Final = frozenset({
    "to", "on", "for", "in", "at", "with", "of", "and", "or", "but", "if", "so", "that", "this", "the", "a",
    "an", "my", "your", "his", "her", "it", "i", "you", "we", "they", "off", "up", "out", "about", "from", "by",
    "because", "as", "than", "not", "when", "while", "who", "what", "how", "why", "where", "some", "any", "no",
    "more", "less", "over", "there", "here", "through", "into", "around", "after", "before", "guys", "too",
    "again", "today", "yesterday", "tomorrow", "well", "okay", "please", "right", "like", "one", "two", "three",
    "four", "five", "six", "seven", "eight", "nine", "ten", "half", "once", "twice", "much", "many", "most",
    "mom", "dad", "wife", "husband", "doctor",
})  # fmt: skip
_LY_VERBS: Final = frozenset({"apply", "rely", "fly", "reply", "supply"})
_WORD: Final = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_ADVERBS_MOST: Final = 3


def third(verb: str) -> str:
    """The form of a verb behind `the patient`; past forms and modal verbs stay."""
    plain = verb.replace("’", "'").lower()
    if plain in _FORMS:
        return _FORMS[plain]
    if plain in _SAME or (plain.endswith("ed") and len(plain) > 3 and plain not in ("need", "feed", "bleed", "speed")):  # noqa: PLR2004
        return verb
    if plain.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if plain.endswith("y") and plain[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def verb_behind(text: str, place: int) -> tuple[int, int] | None:
    """The verb that follows a subject, adverbs left out; None when none does (the subject is an object)."""
    at = place
    for _ in range(_ADVERBS_MOST + 1):
        found = _WORD.match(text, at + len(text[at:]) - len(text[at:].lstrip(" ,")))
        if found is None:
            return None
        word = found.group().lower()
        if word not in _ADVERBS and not (word.endswith("ly") and word not in _LY_VERBS):
            pronoun = word.partition("'")[0] in _NO_VERB or word.partition("’")[0] in _NO_VERB
            return None if pronoun or word.endswith("ing") else found.span()
        at = found.end()
    return None
