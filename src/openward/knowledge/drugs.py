"""Drug names and codes resolved to ingredients; what is not understood is said, never guessed and never dropped."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import msgspec

from openward.domain.code import ATC, RXNORM, Concept
from openward.domain.evidence import KnowledgeEvidence
from openward.knowledge import drugnames, tables
from openward.knowledge.drugnames import Entry, Ingredient, Names, Node
from openward.knowledge.suggest import alike
from openward.language.words import Token, fold, is_chinese, normal, tokens

MAX_TEXT: Final = 2000
_CACHED_TEXT: Final = 300
_SUGGESTED_PARTS: Final = 3
_APPLICATION: Final = frozenset({"nda", "anda", "bla"})
_ATC_SYSTEMS: Final = frozenset({ATC, "http://www.whocc.no/atc/", "urn:oid:2.16.840.1.113883.6.73", "atc"})
_RXNORM_SYSTEMS: Final = frozenset({RXNORM, "urn:oid:2.16.840.1.113883.6.88", "rxnorm"})
_METALS: Final = frozenset({"potassium", "calcium", "magnesium", "zinc", "iron", "strontium", "bismuth", "gold"})
# Names of biologics that US labels carry with a suffix of four letters without meaning (FDA, 2017): `infliximab-dyyb`.
_BIOLOGIC: Final = (
    "mab",
    "cept",
    "stim",
    "ase",
    "alfa",
    "beta",
    "toxin",
    "tin",
    "tecan",
    "sine",
    "fusp",
    "tide",
    "pegol",
)
_SUFFIX: Final = 4
_SEPARATORS: Final = frozenset("/+&;,、()[]{}")

How = Literal["rxnorm", "atc", "name", "none"]


class Match(msgspec.Struct, frozen=True):
    """One name or code that was recognised: the words as they stand, and the row that gives their meaning."""

    text: str
    ids: tuple[str, ...]
    table: str
    row: str


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """What a drug name or concept was understood to be.

    `unresolved` holds the words that may name a drug and were not understood; `ambiguous` those that name more than one
    drug; `suggestions` are names that look alike, for a person only. `conflict` is set when codes and words name
    different ingredients (`ingredients` then holds all of them). `form` is where the product is used, as far as its
    name says: oral, injection, topical, transdermal, ophthalmic, otic, nasal, inhaled, rectal, vaginal, intrauterine,
    implant, irrigation, oromucosal.
    """

    ingredients: tuple[Ingredient, ...] = ()
    how: How = "none"
    matched: tuple[Match, ...] = ()
    unresolved: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    form: str | None = None
    conflict: str | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the ingredients."""
        return tuple(i.id for i in self.ingredients)

    @property
    def complete(self) -> bool:
        """Whether every part was understood."""
        return bool(self.ingredients) and not self.unresolved and not self.ambiguous


class _Reading:
    """What was read of one text so far."""

    def __init__(self, names: Names, text: str) -> None:
        self.names = names
        self.text = text
        self.matched: list[Match] = []
        self.ids: dict[str, None] = {}
        self.unresolved: list[str] = []
        self.ambiguous: list[str] = []
        self.forms: dict[str, str] = {}
        self.open: list[Token] = []
        self.after_drug = False

    def known(self, entry: Entry, start: int, end: int) -> None:
        """Takes a known word."""
        if self.after_drug and entry.ids and entry.ids[0] in _METALS and len(entry.ids) == 1:
            return
        self.close()
        words = self.text[start:end]
        if entry.kind == "drug":
            self.matched.append(Match(words, entry.ids, entry.table, entry.row))
            self.ids.update(dict.fromkeys(entry.ids))
            self.after_drug = True
        elif entry.kind == "ambiguous":
            self.ambiguous.append(words)
        elif entry.kind == "separator":
            self.after_drug = False
        elif entry.form:
            self.forms.setdefault(entry.kind, entry.form)

    def unknown(self, token: Token) -> None:
        """Takes a word that no table knows."""
        word = token.word
        if word[0].isdigit() or word == "%":
            self.close()
        elif word in _SEPARATORS:
            self.close()
            self.after_drug = False
        elif self._is_suffix(token):
            self.close()
        else:
            self.open.append(token)

    def _is_suffix(self, token: Token) -> bool:
        before = self.text[max(0, token.start - 8) : token.start].casefold()
        return self.after_drug and len(token.word) == _SUFFIX and before.endswith(tuple(b + "-" for b in _BIOLOGIC))

    def close(self) -> None:
        """Ends a run of unknown words; single letters say nothing."""
        if self.open:
            words = self.text[self.open[0].start : self.open[-1].end]
            if len(words) > 1 or is_chinese(fold(words)):
                self.unresolved.append(words)
            self.open = []


class Drugs:
    """Resolves names and codes of drugs; `search` names folders with a hospital's own rows."""

    def __init__(self, search: Sequence[Path] = ()) -> None:
        self._search = tuple(search)
        self._text = lru_cache(maxsize=16384)(self._read)

    @property
    def names(self) -> Names:
        """The index, built on first use."""
        return drugnames.load(self._search)

    def ingredient(self, id: str) -> Ingredient | None:
        """One ingredient by its id."""
        return self.names.ingredients.get(id)

    def evidence(self, found: Match | Ingredient) -> KnowledgeEvidence:
        """The row of knowledge behind a match or an ingredient."""
        if isinstance(found, Ingredient):
            return self.names.tables[drugnames.INGREDIENTS].evidence(found.id)
        return self.names.tables[found.table].evidence(found.row)

    def resolve_text(self, text: str) -> Resolution:
        """Resolves words: a name, a brand, a product as RxNorm writes it, English or Chinese."""
        if len(text) <= _CACHED_TEXT:
            return self._text(text)
        return self._read(text)

    def places(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where drug names stand in a normalised text (start, end)."""
        words = tokens(text)
        found: list[tuple[int, int]] = []
        place = 0
        while place < len(words):
            length, entry = _longest(self.names.root, words, place)
            if entry is not None and entry.kind in {"drug", "ambiguous"}:
                found.append((words[place].start, words[place + length - 1].end))
            place += max(length, 1)
        return tuple(found)

    def resolve(self, concept: Concept) -> Resolution:
        """Resolves a coded concept: its codes first, then its words; both are compared."""
        coded, how, unknown = self._codes(concept)
        said = self._words(concept)
        if coded is None:
            if said is None:
                return Resolution(unresolved=tuple(unknown))
            return said
        if said is None or not said.ingredients:
            return msgspec.structs.replace(coded, how=how, form=said.form if said else None)
        return _joined(coded, said, how)

    def _codes(self, concept: Concept) -> tuple[Resolution | None, How, list[str]]:
        """What the codes say, by which system, and the codes that no table knows."""
        found: list[tuple[How, str, Entry]] = []
        unknown: list[str] = []
        for coding in concept.coding:
            if not coding.code:
                continue
            how, entry = self._code(coding.system or "", coding.code)
            if entry is None:
                unknown.append(coding.code)
            else:
                found.append((how, coding.code, entry))
        if not found:
            return None, "none", unknown
        ingredients = self._of(i for _, _, entry in found for i in entry.ids)
        matched = tuple(Match(code, e.ids, e.table, e.row) for _, code, e in found)
        return Resolution(ingredients=ingredients, matched=matched), found[0][0], unknown

    def _code(self, system: str, code: str) -> tuple[How, Entry | None]:
        if system in _RXNORM_SYSTEMS:
            return "rxnorm", self.names.rxnorm.get(code)
        if system.lower() in _ATC_SYSTEMS:
            return "atc", self.names.atc.get(code.upper())
        return "none", None

    def _words(self, concept: Concept) -> Resolution | None:
        """The best reading of the text and the displays: a complete one before a partial one."""
        said = dict.fromkeys(w for w in (concept.text, *(c.display for c in concept.coding)) if w and w.strip())
        read = [self.resolve_text(word) for word in said]
        if not read:
            return None
        best = max(read, key=lambda r: (r.complete, len(r.ingredients)))
        other = next((r for r in read if r.complete and set(r.ids) - set(best.ids)), None)
        if other is None:
            return best
        conflict = f"{_listed(best)} / {_listed(other)}"
        both = self._of((*best.ids, *other.ids))
        return msgspec.structs.replace(
            best, ingredients=both, matched=(*best.matched, *other.matched), conflict=conflict
        )

    def _read(self, text: str) -> Resolution:
        plain = normal(text[:MAX_TEXT])
        reading = _Reading(self.names, plain)
        alone = self.names.alone.get(plain.strip())
        if alone is not None:
            reading.known(alone, 0, len(plain))
            return self._resolution(reading)
        words = tokens(plain)
        place = 0
        while place < len(words):
            token = words[place]
            length, entry = _longest(self.names.root, words, place)
            if entry is not None:
                reading.known(entry, token.start, words[place + length - 1].end)
                place += length
            else:
                place += 2 if token.word in _APPLICATION else 1
                reading.unknown(token)
        reading.close()
        if len(text) > MAX_TEXT:
            reading.unresolved.append(f"… (+{len(text) - MAX_TEXT})")
        return self._resolution(reading)

    def _resolution(self, reading: _Reading) -> Resolution:
        unresolved = tuple(dict.fromkeys(reading.unresolved))
        return Resolution(
            ingredients=self._of(reading.ids),
            how="name" if reading.ids else "none",
            matched=tuple(reading.matched),
            unresolved=unresolved,
            ambiguous=tuple(dict.fromkeys(reading.ambiguous)),
            suggestions=tuple(n for part in unresolved[:_SUGGESTED_PARTS] for n in self._suggest(part)),
            form=reading.forms.get("route") or reading.forms.get("form"),
        )

    def _of(self, ids: Iterable[str]) -> tuple[Ingredient, ...]:
        held = self.names.ingredients
        return tuple(held[i] for i in dict.fromkeys(ids))

    def _suggest(self, word: str) -> tuple[str, ...]:
        return alike(fold(word), _by_length(self._search))


def _longest(root: Node, words: Sequence[Token], place: int) -> tuple[int, Entry | None]:
    """The longest known name that begins at a place: how many words, and what it means."""
    node: Node | None = root
    found, length = None, 0
    for i in range(place, len(words)):
        node = node.next.get(words[i].word) if node else None
        if node is None:
            break
        if node.entry is not None:
            found, length = node.entry, i - place + 1
    return length, found


@tables.remembered(8)
def _by_length(search: tuple[Path, ...]) -> dict[int, tuple[str, ...]]:
    grouped: dict[int, list[str]] = {}
    for name in drugnames.load(search).words:
        grouped.setdefault(len(name), []).append(name)
    return {length: tuple(sorted(names)) for length, names in grouped.items()}


def _joined(coded: Resolution, said: Resolution, how: How) -> Resolution:
    """Codes and words of one concept together; they agree when they name the same ingredients."""
    same = set(coded.ids) == set(said.ids)
    if same:
        return msgspec.structs.replace(coded, how=how, matched=(*coded.matched, *said.matched), form=said.form)
    both = {i.id: i for i in (*coded.ingredients, *said.ingredients)}
    return Resolution(
        ingredients=tuple(both.values()),
        how=how,
        matched=(*coded.matched, *said.matched),
        unresolved=said.unresolved,
        ambiguous=said.ambiguous,
        suggestions=said.suggestions,
        form=said.form,
        conflict=f"{_listed(coded)} / {_listed(said)}",
    )


def _listed(resolution: Resolution) -> str:
    return " + ".join(resolution.ids)
