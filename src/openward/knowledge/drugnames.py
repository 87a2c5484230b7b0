"""All names that drugs and products go by, as one index that finds the longest known word at each place of a text."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.evidence import KnowledgeEvidence
from openward.knowledge import tables
from openward.knowledge.cells import one_of
from openward.knowledge.tables import Row, Table
from openward.language.words import fold, normal, words

INGREDIENTS: Final = "ingredients"
COMBINATIONS: Final = "combinations"
WORDS: Final = "product_words"
AMBIGUOUS: Final = "ambiguous_names"
_NAMES: Final = ("name_en", "name_zh")
_LISTS: Final = ("synonyms_en", "synonyms_zh", "brands")

Kind = Literal["drug", "ambiguous", "route", "form", "salt", "unit", "noise", "separator"]


class Ingredient(msgspec.Struct, frozen=True):
    """One active substance of the table `ingredients`; `herb` marks a plant or what is taken as made of one."""

    id: str
    name_en: str
    name_zh: str = ""
    atc: tuple[str, ...] = ()
    rxnorm: tuple[str, ...] = ()
    herb: bool = False

    def name(self, language: str = "en") -> str:
        """The name in one language, the English one when there is no Chinese one."""
        return (self.name_zh or self.name_en) if language == "zh" else self.name_en


class Entry(msgspec.Struct, frozen=True):
    """What a known word means: the ingredients of a drug name and the row that says so, or a part of a product name."""

    kind: Kind
    ids: tuple[str, ...] = ()
    table: str = ""
    row: str = ""
    form: str = ""


class Node:
    """One step of the index: what ends here, and what may follow."""

    __slots__ = ("entry", "next")

    def __init__(self) -> None:
        self.entry: Entry | None = None
        self.next: dict[str, Node] = {}


class Names(msgspec.Struct, frozen=True):
    """The index over the four tables, and the codes of ingredients and combinations.

    `words` holds drug names as written, folded; `alone` names of one character (锌), which are a name only when nothing
    else stands beside them, since many other names hold the character.
    """

    root: Node
    ingredients: dict[str, Ingredient]
    rxnorm: dict[str, Entry]
    atc: dict[str, Entry]
    words: dict[str, tuple[str, ...]]
    alone: dict[str, Entry]
    tables: dict[str, Table]

    def versions(self) -> dict[str, str]:
        """The version of each table that was read."""
        return {name: table.version for name, table in self.tables.items()}

    def evidence(self, entry: Entry) -> KnowledgeEvidence:
        """The row that an entry stands on."""
        return self.tables[entry.table].evidence(entry.row)


@tables.remembered(8)
def load(search: tuple[Path, ...] = ()) -> Names:
    """Reads the tables and builds the index, once.

    Raises:
        KnowledgeError: a name or code belongs to two drugs, or a combination names an unknown ingredient.
    """
    held = {name: tables.find(name, search) for name in (INGREDIENTS, COMBINATIONS, WORDS, AMBIGUOUS)}
    names = Names(Node(), {}, {}, {}, {}, {}, held)
    for row in held[WORDS]:
        _put(names, row.id, Entry(_word_kind(row), form=row["form"]), row, over=True)
    for row in held[INGREDIENTS]:
        _add_ingredient(names, row)
    for row in held[COMBINATIONS]:
        _add_combination(names, row)
    for row in held[AMBIGUOUS]:
        ids = _known(names, row.list("candidates"), row)
        _put(names, row.id, Entry("ambiguous", ids, AMBIGUOUS, row.id), row, over=False)
    return names


def names_of(row: Row) -> Iterator[str]:
    """All names of an ingredient or a combination."""
    yield from (row[column] for column in _NAMES if row[column])
    for column in _LISTS:
        yield from row.list(column)


def _add_ingredient(names: Names, row: Row) -> None:
    herb = one_of(row, "kind", ("herb", "")) == "herb"
    codes = (row.list("atc"), row.list("rxnorm"))
    names.ingredients[row.id] = Ingredient(row.id, row["name_en"], row["name_zh"], *codes, herb)
    entry = Entry("drug", (row.id,), INGREDIENTS, row.id)
    for name in names_of(row):
        _put(names, name, entry, row, over=False)
    _code(names.rxnorm, row.list("rxnorm"), entry, row)
    _code(names.atc, (*row.list("atc"), *row.list("atc_former")), entry, row)


def _add_combination(names: Names, row: Row) -> None:
    entry = Entry("drug", _known(names, row.list("ingredients"), row), COMBINATIONS, row.id)
    for name in names_of(row):
        _put(names, name, entry, row, over=False)
    _code(names.atc, row.list("atc"), entry, row)


def _known(names: Names, ids: Sequence[str], row: Row) -> tuple[str, ...]:
    for id_ in ids:
        if id_ not in names.ingredients:
            raise KnowledgeError(f"{row.where}: '{id_}' is not in the table '{INGREDIENTS}'")
    return tuple(ids)


def _code(index: dict[str, Entry], codes: Iterable[str], entry: Entry, row: Row) -> None:
    for code in codes:
        if code in index:
            raise KnowledgeError(f"{row.where}: the code '{code}' belongs to '{index[code].row}' already")
        index[code] = entry


def _put(names: Names, name: str, entry: Entry, row: Row, *, over: bool) -> None:
    """Adds one name; a drug name may take the place of a product word, never of another drug."""
    if len(name) == 1 and entry.kind == "drug":
        names.alone[name] = entry
        return
    node = names.root
    for word in words(name):
        found = node.next.get(word)
        if found is None:
            found = node.next[word] = Node()
        node = found
    held = node.entry
    if held is not None and not over and held.kind in {"drug", "ambiguous"} and held.ids != entry.ids:
        raise KnowledgeError(f"{row.where}: the name '{name}' belongs to '{held.row}' already")
    if held is None or not over:
        node.entry = entry
    if entry.kind == "drug":
        names.words[fold(normal(name))] = entry.ids


def _word_kind(row: Row) -> Kind:
    kind = row["kind"]
    if kind not in {"route", "form", "salt", "unit", "noise", "separator"}:
        raise KnowledgeError(f"{row.where}: column 'kind': '{kind}' is not route, form, salt, unit, noise or separator")
    return kind  # type: ignore[return-value]
