"""Terms of the HPO as people look for them: by name, synonym and common words, in English and Chinese."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from openward.knowledge import tables
from openward.knowledge.findings import phrases, vocabulary
from openward.knowledge.hpo import PHENOTYPE, ontology
from openward.knowledge.hpo_files import ONTOLOGY, files
from openward.knowledge.hpo_words import chinese, lexicon, synonyms
from openward.knowledge.tables import remembered
from openward.language.mentions import Lexicon, Mention

SHORTEST: Final = 2
WORDS: Final = "phenotype_words"
_DEFINED: Final = re.compile(r'^(?:id: (HP:\d+)|def: "((?:[^"\\]|\\.)*)")', re.MULTILINE)
_PLAIN: Final = re.compile(r"[^*+!/]+")
_WIDE: Final = "\u2e80"


class Hit(msgspec.Struct, frozen=True):
    """A term that was found, by its number in the ontology; `by` are the words that name it, where not its own name."""

    term: int
    by: str = ""


def search(wanted: str, limit: int) -> tuple[Hit, ...]:
    """Terms of which one name holds every word: those named exactly so first, then what begins so, then the shorter."""
    words = wanted.casefold().split()
    if not words or (len("".join(words)) < SHORTEST and "".join(words) < _WIDE):
        return ()
    best: dict[int, tuple[tuple[int, int, int], str]] = {}
    whole = " ".join(words)
    for folded, said, term in _names():
        if all(word in folded for word in words):
            rank = (_nearness(folded, whole), len(folded), term)
            if term not in best or rank < best[term][0]:
                best[term] = (rank, said)
    found = sorted(best.items(), key=lambda item: item[1][0])[:limit]
    names = ontology().names
    plain = (all(word in names[term].casefold() for word in words) for term, _ in found)
    return tuple(Hit(term, "" if own else said) for (term, (_, said)), own in zip(found, plain, strict=True))


def _nearness(folded: str, whole: str) -> int:
    if folded == whole:
        return 0
    return 1 if folded.startswith(whole) else 2 if f" {whole}" in folded else 3


@remembered(1)
def _names() -> tuple[tuple[str, str, int], ...]:
    """Every way to name a phenotype: folded, as written, and its term."""
    terms = ontology()
    top = terms.index[PHENOTYPE]
    wanted = {i for i in range(len(terms.ids)) if i != top and top in terms.ancestors(i)}
    said = {(terms.names[i], i) for i in wanted}
    said |= {(words, i) for words, i in (*synonyms(), *_house_words(), *((w, i) for i, w in chinese().items()))}
    return tuple((words.casefold(), words, i) for words, i in sorted(said) if i in wanted)


def _house_words() -> Iterator[tuple[str, int]]:
    """The common words of findings that are the same as a term, and the Chinese names of the house."""
    index, table = ontology().index, vocabulary().table
    for row in table:
        if row["hpo"] in index:
            plain = (*phrases(row), row["name_en"], row["name_zh"])
            yield from ((word, index[row["hpo"]]) for word in plain if word and _PLAIN.fullmatch(word))
    for row in tables.find(WORDS):
        if row.id in index:
            yield from ((word, index[row.id]) for word in (row["name_zh"], *row.list("words_zh")))


def label(term: int, language: str) -> str:
    """The name of a term: in Chinese that of the imported translation, else of the house, else the English one."""
    found = (chinese().get(term) or _house_names().get(term)) if language == "zh" else None
    return found or ontology().names[term]


@remembered(1)
def _house_names() -> dict[int, str]:
    index = ontology().index
    named = {index[row["hpo"]]: row["name_zh"] for row in vocabulary().table if row["hpo"] in index}
    return named | {index[row.id]: row["name_zh"] for row in tables.find(WORDS) if row.id in index}


def definition(term: int) -> str:
    """What a term means, in the English words of the ontology; empty where it does not say."""
    return _definitions().get(term, "")


@remembered(1)
def _definitions() -> dict[int, str]:
    found: dict[int, str] = {}
    index, current = ontology().index, None
    for id, words in _DEFINED.findall(files().text(ONTOLOGY)):
        if id:
            current = index.get(id)
        elif current is not None:
            found[current] = words.replace('\\"', '"').replace("\\n", " ")
    return found


def read(text: str) -> tuple[Mention, ...]:
    """The terms that a text says are there or are not there in this patient, each once, in the order of the text.

    Raises:
        InputError: the text is longer than a text may be.
    """
    terms, held = ontology(), vocabulary()
    said = [mention for mention in lexicon().mentions(text) if mention.term in terms.index]
    for mention in held.read(text):
        hpo = held.get(mention.term).hpo if mention.term in held else None
        if hpo in terms.index:
            said.append(msgspec.structs.replace(mention, term=terms.ids[terms.index[hpo]]))
    said += _chinese_lexicon().mentions(text)
    own = (m for m in said if m.subject == "patient" and m.assertion in {"present", "absent"})
    kept: dict[str, Mention] = {}
    for mention in sorted(own, key=lambda m: (m.start, -m.end, m.assertion != "present")):
        kept.setdefault(mention.term, mention)
    return tuple(kept.values())


@remembered(1)
def _chinese_lexicon() -> Lexicon:
    """The Chinese names and words of the house, ready to be found in a text."""
    index = ontology().index
    rows = [row for row in tables.find(WORDS) if row.id in index]
    return Lexicon((word, row.id) for row in rows for word in (row["name_zh"], *row.list("words_zh")) if len(word) > 1)
