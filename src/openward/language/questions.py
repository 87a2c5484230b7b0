"""Questions and their answers in a talk: `any chest pain ? — no`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

Answer = Literal["yes", "no"]

_ASKING: Final = frozenset({
    "any", "do", "does", "did", "have", "has", "are", "is", "was", "were", "how", "what", "when", "where",
    "which", "who",
    "why", "can", "could", "would", "will", "right", "you", "your", "吗", "么", "呢", "您", "你",
})  # fmt: skip
_ASKING_PAIRS: Final = frozenset({("有", "没"), ("有", "无"), ("是", "否"), ("会", "不"), ("是", "不")})
_FILLERS: Final = frozenset({
    "\n", "[", "]", "patient", "doctor", "clinician", "guest", "family", ":", "-", ",", ".", "uh", "um", "oh",
    "well", "okay", "ok",
    "so", "actually", "hmm", "mm", "hm", "ah", "and", "医", "生", "患", "者", "嗯", "哦", "啊", "病", "人",
})  # fmt: skip
_NO: Final = frozenset({"no", "nope", "nah", "never", "none", "not", "neither", "negative", "没", "无", "否", "不"})
_YES: Final = frozenset(
    {"yes", "yeah", "yep", "yup", "yea", "definitely", "absolutely", "correct", "sometimes", "有", "是", "对"}
)
_SAID: Final = frozenset(
    {("i", "do"), ("i", "have"), ("i", "am"), ("i", "did"), ("a", "little"), ("a", "bit"), ("a", "lot")}
)
_TAGS: Final = frozenset({"okay", "ok", "right", "alright", "correct"})  # "it is low, okay?" asks nothing
_SEARCHED: Final = 12


def is_question(words: Sequence[str], first: int, last: int) -> bool:
    """Whether a sentence asks; `Pneumonia?` alone is a doubt and no question."""
    if "?" not in words[max(first, last - 3) : last] or any(
        word in _TAGS for word in words[max(first, last - 3) : last]
    ):
        return False
    said = words[first:last]
    return not _ASKING.isdisjoint(said) or any(pair in _ASKING_PAIRS for pair in pairwise(said))


def answer_in(words: Sequence[str], first: int, last: int) -> Answer | None:
    """What the beginning of a sentence answers."""
    for place in range(first, min(last, first + _SEARCHED)):
        word = words[place]
        if word in _FILLERS:
            continue
        if word in _NO:
            return "no"
        return "yes" if word in _YES or tuple(words[place : place + 2]) in _SAID else None
    return None


def only_fillers(words: Sequence[str], first: int, last: int) -> bool:
    """Whether a sentence says nothing (`okay .`), so that an answer may still follow."""
    return last - first <= _SEARCHED and all(word in _FILLERS for word in words[first:last])
