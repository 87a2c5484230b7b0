"""The drug knowledge as the review uses it: names to ingredients, and ingredients to names and ATC codes."""

from openward.domain.code import Concept
from openward.domain.proposal import Language
from openward.knowledge import tables
from openward.knowledge.drugs import Drugs, Resolution


@tables.remembered(1)
def _drugs() -> Drugs:
    return Drugs()


@tables.remembered(65_536)
def resolved(concept: Concept) -> Resolution:
    """What a concept was understood to be, worked out once."""
    return _drugs().resolve(concept)


@tables.remembered(16_384)
def name_of(ingredient: str, language: Language) -> str:
    """The name of an ingredient in a language, in English where no other is known."""
    found = _drugs().ingredient(ingredient)
    return found.name(language) if found else ingredient


@tables.remembered(16_384)
def atc_of(ingredient: str) -> tuple[str, ...]:
    """The ATC codes of an ingredient."""
    found = _drugs().ingredient(ingredient)
    return found.atc if found else ()
