"""The words of biomedical text as a search compares them: stems of English words, pairs of Chinese characters."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_NAME: Final = re.compile(r"\w+")
_WORD: Final = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+")
_GREEK: Final = str.maketrans(
    {
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
        "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi",
        "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi",
        "ω": "omega",
    }
)  # fmt: skip
_STOP_WORDS: Final = (
    "a about above after again all also am an and any are as at be because been before being below between both but by"
    " can cannot could did do does doing done down during each either etc ever few for from further had has have having"
    " he her here hers him his how however i if in into is it its itself just let may me might more most must my no"
    " nor not of off on once only or other our out over own per same she should so some such than that the their them"
    " then there these they this those through thus to too under until up upon very was we were what when where whether"
    " which while who whom whose why will with within without would you your"
)
# What a question says about itself, not about its subject.
_ASKING_WORDS: Final = (
    "list name describe explain define mention give provide please known used use using involved associated available"
    " role"
)
_STOP: Final = frozenset(_STOP_WORDS.split())
_ASKING: Final = frozenset(_ASKING_WORDS.split())
_ASKING_ZH: Final = re.compile(
    "什么|哪些|哪种|哪个|怎么|怎样|如何|是否|有无|请问|多少|为何|能否|可以|应该|吗|呢|的|了|是|有|对|与|和|或|及|在"
)
# An ending, and how much must be left of a word from which it is cut; the first that fits is cut, and only that.
_ENDINGS: Final = (
    ("ically", 2), ("ization", 3), ("isation", 3), ("ational", 3), ("fulness", 3), ("ousness", 3), ("iveness", 3),
    ("ations", 3), ("ized", 5), ("ised", 6), ("izing", 5),
    ("ising", 6), ("izes", 5), ("ize", 5), ("ities", 3), ("ments", 3), ("ation", 3), ("ies", 2), ("ing", 3),
    ("ions", 3), ("ion", 3),
    ("ally", 3), ("edly", 3), ("ical", 3), ("ment", 3), ("ity", 3), ("ive", 3), ("ous", 3), ("ed", 3), ("es", 3),
    ("al", 3), ("ic", 3), ("ly", 3), ("s", 2), ("e", 3), ("y", 3),
)  # fmt: skip
_NO_PLURAL: Final = ("ss", "us", "is")
_SHORTEST: Final = 4
_BRITISH_OUR: Final = re.compile(r"our(s?)$")


def words(text: str) -> list[str]:
    """The words of a text in order, without those that carry no subject.

    A run of Chinese characters gives each pair of neighbours, since Chinese has no spaces; a single one stands alone.
    """
    found: list[str] = []
    for word in _WORD.findall(plain(text)):
        if word[0] > "z":
            found += _pairs(word)
        elif word not in _STOP:
            found.append(stem(word))
    return found


def asked(question: str) -> list[str]:
    """The words of a question, without those by which it asks."""
    kept = _ASKING_ZH.sub(" ", plain(question))
    subject = words(" ".join(w for w in _WORD.findall(kept) if w not in _ASKING))
    return subject or words(question)


def plain(text: str) -> str:
    """A text in lower case, without accents and with Greek letters in words."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.lower().translate(_GREEK))
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_GREEK)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A word without its ending, so that `diabetes` and `diabetic` compare equal; names with a number stay.

    British and American spellings compare equal too: `anaemia`, `oedema`, `tumour`, `randomised`.
    """
    if len(word) < _SHORTEST or word[-1].isdigit():
        return word
    word = _BRITISH_OUR.sub(r"or\1", word.replace("ae", "e").replace("oe", "e"))
    for ending, least in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word if ending == "s" and word.endswith(_NO_PLURAL) else word[: -len(ending)]
    return word


@lru_cache(maxsize=200_000)
def grams(word: str) -> tuple[str, ...]:
    """The pieces of four characters of a word and its beginning, so that spellings that differ a little still meet."""
    begun = "^" + word
    return tuple(dict.fromkeys(begun[i : i + 4] for i in range(max(1, len(begun) - 3))))


def joined(name: str) -> str:
    """A name as one word, for comparing whole names (`Diabetes Mellitus, Type 2`)."""
    return "".join(_WORD.findall(plain(name)))


def name_words(name: str) -> list[str]:
    """The words of a person's name."""
    return _NAME.findall(plain(name))
