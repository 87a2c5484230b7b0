"""What a request asks for: the tools and parts of the chart whose words it has, strongly or weakly."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, cast, get_args

import msgspec

from openward.domain.guide import Sign, Talk
from openward.knowledge.suggest import alike
from openward.language.mentions import Lexicon
from openward.language.words import is_chinese, normal, tokens
from openward.models.embedded.signs import Signs

HOUSE: Final = "@"
CHART: Final = "chart"
_STRONG, _WEAK = "strong", "weak"
_SIGNS: Final = frozenset(f"{{{sign}}}" for sign in get_args(Sign))
_SAME: Final = 5  # a word so long may be misspelt by one letter


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phrases that ask for something."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    weak_en: tuple[str, ...] = ()
    weak_zh: tuple[str, ...] = ()


class Heard(msgspec.Struct, frozen=True):
    """One thing that a request asks for (`lab-report`, `chart:allergies`, `@help`), and where its words stand."""

    what: str
    start: int
    end: int
    strong: bool


class Hearer:
    """The words of some tools, ready to be found in requests."""

    def __init__(self, talks: Mapping[str, Talk]) -> None:
        self._talks = talks
        entries = [*_of_house(), *_of_tools(talks)]
        self._keys: list[tuple[str, bool, tuple[Sign, ...]]] = []
        self._alone: list[int] = []
        self._lexicon = Lexicon(phrase for entry in entries if (phrase := self._phrase(*entry))[0])
        self._known = _by_length(entries)

    def _phrase(self, what: str, phrase: str, strong: bool) -> tuple[str, str]:  # noqa: FBT001 - one of three facts
        parts = [part.strip() for part in phrase.split(" + ")]
        needs = tuple(cast("Sign", part[1:-1]) for part in parts if part in _SIGNS)
        self._keys.append((what, strong, needs))
        words = " + ".join(part for part in parts if part not in _SIGNS)
        self._alone += [] if words else [len(self._keys) - 1]
        return words, str(len(self._keys) - 1)

    def hear(self, signs: Signs) -> tuple[Heard, ...]:
        """What the request asks for, in the order of its words."""
        found: list[Heard] = []
        said = [(int(m.term), m.start, m.end) for m in self._lexicon.mentions(self._spelt(signs.text))]
        for key, start, end in [*((key, 0, 0) for key in self._alone), *said]:
            what, strong, needs = self._keys[key]
            table = self._talks[what].names if what in self._talks else ""
            if all(signs.have(sign, table) for sign in needs):
                found.append(Heard(what, start, end, strong))
        return tuple(found)

    def _spelt(self, text: str) -> str:
        """The text with words that look like a misspelt one of the house as that one, every place as it was."""
        spelt = text
        for token in tokens(text):
            word = token.word
            if len(word) < _SAME or not word.isascii() or not word.isalpha() or word in self._known.get(len(word), ()):
                continue
            meant = [name for name in alike(word, {len(word): self._known.get(len(word), ())}) if name[0] == word[0]]
            if len(meant) == 1 and sorted(meant[0]) == sorted(word):
                spelt = spelt[: token.start] + meant[0] + spelt[token.end :]
        return spelt


@lru_cache(maxsize=64)
def hearer(talks: tuple[tuple[str, bytes], ...]) -> Hearer:
    """The hearer for some tools, made once; a talk comes encoded, so that it can be a key."""
    return Hearer({tool: msgspec.json.decode(talk, type=Talk) for tool, talk in talks})


def says(phrases: tuple[str, ...], text: str) -> bool:
    """Whether a text has one of some phrases."""
    return bool(_lexicon(phrases).mentions(text))


@lru_cache(maxsize=512)
def _lexicon(phrases: tuple[str, ...]) -> Lexicon:
    plain = (" + ".join(part for part in phrase.split(" + ") if part.strip() not in _SIGNS) for phrase in phrases)
    return Lexicon((phrase, "said") for phrase in plain if phrase)


def _of_tools(talks: Mapping[str, Talk]) -> Iterator[tuple[str, str, bool]]:
    for tool, talk in talks.items():
        asking = [phrase for one in talk.asks for phrase in (*one.en, *one.zh)]
        yield from ((tool, phrase, True) for phrase in (*talk.en, *talk.zh, *asking))
        yield from ((tool, phrase, False) for phrase in (*talk.weak_en, *talk.weak_zh))


def _of_house() -> Iterator[tuple[str, str, bool]]:
    for name, words in house_words().items():
        what = name if name.startswith(f"{CHART}:") else HOUSE + name
        yield from ((what, phrase, True) for phrase in (*words.en, *words.zh))
        yield from ((what, phrase, False) for phrase in (*words.weak_en, *words.weak_zh))


@cache
def house_words() -> dict[str, Words]:
    """The words of the house by what they ask for."""
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    chart = {f"{CHART}:{section}": words for section, words in data.pop(CHART).items()}
    return msgspec.convert(chart | data, dict[str, Words])


def _by_length(entries: Iterable[tuple[str, str, bool]]) -> dict[int, tuple[str, ...]]:
    """All English words of the phrases, by how long they are."""
    found: dict[int, dict[str, None]] = {}
    for _, phrase, _ in entries:
        for token in tokens(normal(phrase)):
            if token.word.isalpha() and not is_chinese(token.word):
                found.setdefault(len(token.word), {})[token.word] = None
    return {length: tuple(words) for length, words in found.items()}
