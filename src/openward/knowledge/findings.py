"""Findings: symptoms, signs, histories, exposures, drugs and results in the words of patients and doctors.

A finding may have parents that are more general: whoever has the child has the parents, and who lacks a parent lacks
its children. The words of the table `findings` are phrases in the grammar of `language.mentions`. A relative's
`history_x` is read as the patient's `family_x` where the table has that row.
"""

import re
from collections.abc import Container, Iterator
from itertools import chain
from typing import Final, Literal, cast

import msgspec

from openward.domain.errors import KnowledgeError, NotFoundError
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.cells import one_of
from openward.knowledge.tables import Row, Table
from openward.language.mentions import Lexicon, Mention

FINDINGS: Final = "findings"
FURTHER_WORDS: Final = "finding_words"
Kind = Literal["symptom", "sign", "history", "exposure", "result", "vital", "drug"]
KINDS: Final = ("symptom", "sign", "history", "exposure", "result", "vital", "drug")
_READ_BY_NAME: Final = frozenset({"symptom", "sign", "result", "vital"})
_PLAIN_NAME: Final = re.compile(r"[^(),:;/（），：；/]+")
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_HPO: Final = re.compile(r"(?:HP:\d{7})?")


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One finding; `ask_en` and `ask_zh` are the question that finds it out, empty where nobody can be asked."""

    id: str
    name_en: str
    name_zh: str
    kind: Kind
    parents: tuple[str, ...] = ()
    ask_en: str = ""
    ask_zh: str = ""
    hpo: str | None = None

    @property
    def name(self) -> Text:
        """The name in both languages."""
        return Text(self.name_en, self.name_zh)


class Vocabulary:
    """All findings, their order from general to special, and their words."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._terms = {row.id: _term(row, table) for row in table}
        self._ancestors = _closed(self._terms, table)
        self._children: dict[str, list[str]] = {}
        for term in self._terms.values():
            for parent in term.parents:
                self._children.setdefault(parent, []).append(term.id)
        self._lexicon: Lexicon | None = None

    def __iter__(self) -> Iterator[Term]:
        """The terms in the order of the table."""
        return iter(self._terms.values())

    def __len__(self) -> int:
        """How many terms there are."""
        return len(self._terms)

    def __contains__(self, id: object) -> bool:
        """Whether there is a term of that id."""
        return id in self._terms

    def get(self, id: str) -> Term:
        """One term by its id.

        Raises:
            NotFoundError: there is no such term in this version of the table.
        """
        if id not in self._terms:
            raise NotFoundError(f"the table '{FINDINGS}' {self.table.version} has no row '{id}'")
        return self._terms[id]

    def ancestors(self, id: str) -> frozenset[str]:
        """All more general terms, without the term itself.

        Raises:
            NotFoundError: there is no such term.
        """
        return self._ancestors[self.get(id).id]

    def children(self, id: str) -> tuple[str, ...]:
        """The terms directly below one term.

        Raises:
            NotFoundError: there is no such term.
        """
        return tuple(self._children.get(self.get(id).id, ()))

    def read(self, text: str) -> tuple[Mention, ...]:
        """The findings that a text names, with how each is meant.

        Raises:
            InputError: the text is longer than a text may be.
        """
        if self._lexicon is None:
            said = ((phrase, row.id) for row in self.table for phrase in phrases(row))
            self._lexicon = Lexicon(chain(said, _further_words(self._terms)))
        return tuple(dict.fromkeys(self._of_patient(mention) for mention in self._lexicon.mentions(text)))

    def _of_patient(self, mention: Mention) -> Mention:
        """A family history belongs to the patient, whoever the words name."""
        family = self._family(mention.term) if mention.subject == "family" else mention.term
        if not family.startswith("family_"):
            return mention
        return msgspec.structs.replace(mention, term=family, subject="patient", when="current")

    def _family(self, id: str) -> str:
        """The family history that a relative's finding, or what is directly above it, makes; else the finding."""
        for near in (id, *self._terms[id].parents):
            family = f"family_{near.removeprefix('history_')}"
            if family in self._terms:
                return family
        return id


@tables.remembered(1)
def vocabulary() -> Vocabulary:
    """The findings, read on first use.

    Raises:
        KnowledgeError: a row names an unknown parent or kind, or descends from itself; the message says file and line.
    """
    return Vocabulary(tables.find(FINDINGS))


def phrases(row: Row) -> tuple[str, ...]:
    """The phrases that a row is read by: its words, and its plain names where a name is what people say."""
    names = (row["name_en"], row["name_zh"]) if row["kind"] in _READ_BY_NAME else ()
    plain = tuple(name for name in names if _PLAIN_NAME.fullmatch(name))
    return tuple(dict.fromkeys((*row.list("words_en"), *row.list("words_zh"), *plain)))


def _further_words(terms: Container[str]) -> Iterator[tuple[str, str]]:
    """Words of patients that stand in the table `finding_words`, by the finding that they mean."""
    for row in tables.find(FURTHER_WORDS):
        if row["finding"] not in terms:
            raise KnowledgeError(f"{row.where}: column 'finding': '{row['finding']}' is not in the table '{FINDINGS}'")
        yield from ((phrase, row["finding"]) for phrase in (*row.list("words_en"), *row.list("words_zh")))


def _term(row: Row, table: Table) -> Term:
    if not _ID.fullmatch(row.id):
        raise KnowledgeError(f"{row.where}: column 'id': '{row.id}' is not in lower_snake_case")
    if not _HPO.fullmatch(row["hpo"]):
        raise KnowledgeError(f"{row.where}: column 'hpo': '{row['hpo']}' is not like HP:0001945")
    for parent in row.list("parents"):
        if parent not in table.index:
            raise KnowledgeError(f"{row.where}: column 'parents': '{parent}' is not in the table '{FINDINGS}'")
    return Term(
        id=row.id,
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        kind=cast("Kind", one_of(row, "kind", KINDS)),
        parents=row.list("parents"),
        ask_en=row["ask_en"],
        ask_zh=row["ask_zh"],
        hpo=row["hpo"] or None,
    )


def _closed(terms: dict[str, Term], table: Table) -> dict[str, frozenset[str]]:
    """All ancestors of every term; a term that descends from itself is refused."""
    closed: dict[str, frozenset[str]] = {}
    for start, term in terms.items():
        waiting, seen = [*term.parents], set[str]()
        while waiting:
            parent = waiting.pop()
            if parent == start:
                where = table.index[start].where
                raise KnowledgeError(f"{where}: column 'parents': '{start}' descends from itself")
            if parent not in seen:
                seen.add(parent)
                waiting.extend(terms[parent].parents)
        closed[start] = frozenset(seen)
    return closed
