"""The rows of the HPO annotations as evidence: `OMIM:148600/HP:0007530` names what is recorded of one finding."""

from datetime import date
from typing import Final

from openward.domain.errors import KnowledgeError, NotFoundError
from openward.knowledge import tables
from openward.knowledge.hpo import ontology
from openward.knowledge.hpo_annotations import Annotations, annotations
from openward.knowledge.tables import Row, Table, remembered

NAME: Final = "hpo_annotations"
TITLE: Final = (
    "HPO annotations of rare diseases (Human Phenotype Ontology, Monarch Initiative; OMIM, Orphanet, DECIPHER)"
)


class AnnotationTable(Table, frozen=True):
    """A table whose rows are looked up in the annotations when they are asked for; it lists none of them."""

    def row(self, id: str) -> Row:
        """One finding of one disease with all its references.

        Raises:
            NotFoundError: nothing of this kind is on record in this release.
        """
        known = annotations()
        disease, _, term = id.partition("/")
        place, number = known.index.get(disease), ontology().index.get(term)
        rows = [r for r in known.diseases[place].rows if r.term == number] if place is not None else []
        if not rows:
            msg = f"the table '{NAME}' {self.version} has no row '{id}'"
            raise NotFoundError(msg)
        references = dict.fromkeys(reference for row in rows for reference in row.reference.split(";"))
        cells = {"frequency": "; ".join(row.frequency for row in rows if row.frequency)}
        source = f"HPO annotations {known.version}: {'; '.join(references)}"
        return Row(id, cells, source, _released(known), f"phenotype.hpoa: {id}")


@remembered(1)
def table() -> Table:
    """The annotations of the release in use as a table."""
    known = annotations()
    return AnnotationTable(
        name=NAME, version=known.version, rows=(), index={}, columns=("frequency",), title=TITLE,
        licence="HPO licence, https://hpo.jax.org/license", reviewed=_released(known),
    )  # fmt: skip


def _released(known: Annotations) -> date:
    """The release's own date: its curators have reviewed it, this house has not reviewed each of its rows."""
    try:
        return date.fromisoformat(known.version[:10])
    except ValueError:
        raise KnowledgeError(f"phenotype.hpoa: its version '{known.version[:20]}' is no date") from None


tables.provide(NAME, table)
