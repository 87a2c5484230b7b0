"""The drug knowledge as the review uses it: names to ingredients, and ingredients to names and ATC codes."""

from functools import cache, lru_cache

from openward.domain.code import Concept
from openward.domain.proposal import Language
from openward.knowledge import tables


@cache
def _names():
    found = {}
    for row in tables.find("ingredients"):
        for w in (row["name_en"], row["name_zh"], row.id, *row.list("synonyms_en"), *row.list("synonyms_zh"), *row.list("brands")):
            if w: found.setdefault(w.lower(), (row.id,))
    for row in tables.find("combinations"):
        for w in (row["name_en"], row["name_zh"], row.id, *row.list("synonyms_en"), *row.list("synonyms_zh"), *row.list("brands")):
            if w: found.setdefault(w.lower(), row.list("ingredients"))
    return found

@lru_cache(maxsize=65536)
def ingredients_of(concept: Concept) -> tuple[str, ...]:
    names = _names()
    for t in (concept.text, *(c.display for c in concept.coding)):
        if t:
            words = t.lower().split()
            for n in range(len(words), 0, -1):
                if (f := names.get(" ".join(words[:n]))): return f
            for w in words:
                if w in names: return names[w]
    return ()

def suggestions_for(text: str) -> tuple[str, ...]:
    return ()

@lru_cache(maxsize=65536)
def name_of(ingredient: str, language: Language) -> str:
    """The name of an ingredient in a language, in English where no other is known."""
    row = tables.find("ingredients").index.get(ingredient)
    if row is None:
        return ingredient
    return (row["name_zh"] if language == "zh" else "") or row["name_en"]


@lru_cache(maxsize=65536)
def atc_of(ingredient: str) -> tuple[str, ...]:
    """The ATC codes of an ingredient."""
    row = tables.find("ingredients").index.get(ingredient)
    return row.list("atc") if row else ()
