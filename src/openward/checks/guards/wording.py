"""Whether the audience can read an answer: its language, the length of sentences and words, words of medicine.

English is measured by the Flesch-Kincaid grade (Kincaid 1975: .39 words a sentence + 11.8 syllables a word - 15.59),
without what stands in brackets. Chinese has no measure that is agreed upon: the characters of a sentence are counted.
"""

import re
from collections.abc import Iterable
from typing import Final

from openward.checks.guards.stop import Outcome, Stop
from openward.domain.agent import Audience
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.knowledge.plain_words import hard_words
from openward.language.passages import sentences

TONGUE: Final = "language"
READABLE: Final = "readability"
JARGON: Final = "jargon"
MOST_GRADE: Final = 9.0
MOST_CHARACTERS: Final = 40.0
_ENOUGH_WORDS: Final = 30
_ENOUGH_CHARACTERS: Final = 60
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]+")
_ASIDE: Final = re.compile(
    r"\[[^\]]{0,40}\]|\([^)]{0,200}\)|（[^）]{0,200}）|“[^”]{0,2000}”|「[^」]{0,2000}」|\"[^\"\n]{0,2000}\"|https?://\S+"
)
_VOWELS: Final = re.compile(r"[aeiouy]+")
_FEW: Final = 8
_OTHER: Final = 0.2
_OWN: Final = 0.35


def other_language(text: str, language: Language, audience: Audience) -> tuple[Stop, ...]:
    """Stops an answer that is not in the language that was asked for: held from a patient, told to a clinician.

    What is quoted or in brackets does not count.
    """
    said = _ASIDE.sub(" ", text)
    chinese, latin = len(_CHINESE.findall(said)), len(_LATIN.findall(said))
    if chinese + latin < _FEW:
        return ()
    share = chinese / (chinese + latin)
    wrong = share > _OTHER if language == "en" else share < _OWN
    if not wrong:
        return ()
    outcome: Outcome = "hold" if audience == "patient" else "alert"
    reason = f"the answer is not in the language that was asked for ({language})"
    return (Stop(guard=TONGUE, outcome=outcome, reason=reason),)


def unreadable(text: str, language: Language) -> tuple[Stop, ...]:
    """Tells when sentences or words are too long for a patient."""
    if language == "zh":
        length = characters_a_sentence(text)
        fault = f"{length:.0f} characters a sentence, at most {MOST_CHARACTERS:.0f}" if length > MOST_CHARACTERS else ""
    else:
        level = grade(text)
        fault = f"grade {level:.1f} (Flesch-Kincaid), at most {MOST_GRADE:.0f}" if level > MOST_GRADE else ""
    return (Stop(guard=READABLE, outcome="alert", reason=fault, says=_HARD.in_(language)),) if fault else ()


def jargon(text: str, language: Language) -> tuple[Stop, ...]:
    """Tells each word of medicine that is not explained, with plain words for it: never these alone."""
    return tuple(
        Stop(
            guard=JARGON,
            outcome="alert",
            reason=f"plain_words/{word.row}",
            start=word.start,
            end=word.end,
            says=_BESIDE.in_(language).format(text[word.start : word.end], word.plain),
        )
        for word in hard_words(text, language)
    )


def told(stops: Iterable[Stop], text: str, shown: str, language: Language) -> tuple[str, ...]:
    """What the alerts say beside an answer, words of medicine in one list; `shown` is what is left of `text`."""
    alerts = [stop for stop in stops if stop.outcome == "alert" and stop.says]
    words: dict[str, str] = {}
    for stop in alerts:
        if stop.guard == JARGON and text[stop.start : stop.end] in shown:
            words.setdefault(stop.reason, stop.says)
    others = tuple(stop.says for stop in alerts if stop.guard != JARGON)
    between, end = ("；", "。") if language == "zh" else ("; ", ".")
    explained = between.join(words.values())
    return (*others, f"{_EXPLAINED.in_(language)}{explained}{end}") if words else others


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of an English text; 0 when it is too short to say."""
    said = _ASIDE.sub(" ", text)
    words = [word.lower() for word in _LATIN.findall(said)]
    if len(words) < _ENOUGH_WORDS:
        return 0.0
    count = sum(1 for span in sentences(said) if _LATIN.search(said, span.start, span.end))
    return 0.39 * len(words) / count + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def characters_a_sentence(text: str) -> float:
    """How many characters a Chinese sentence has on average; 0 when the text is too short to say."""
    said = _ASIDE.sub(" ", text)
    total = len(_CHINESE.findall(said))
    if total < _ENOUGH_CHARACTERS:
        return 0.0
    return total / sum(1 for span in sentences(said) if _CHINESE.search(said, span.start, span.end))


def _syllables(word: str) -> int:
    runs = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and runs > 1
    return max(1, runs - silent)


_BESIDE: Final = Text("{} ({})", "{}（{}）")
_EXPLAINED: Final = Text("Words explained: ", "词语解释：")
_HARD: Final = Text("This may be hard to read; ask to have it explained.", "这段文字可能不易读懂，可请医护人员解释。")
