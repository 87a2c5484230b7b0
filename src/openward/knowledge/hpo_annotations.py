"""The HPO annotations: which findings, onsets and modes of inheritance are recorded of which disease, and by whom."""

import re
from typing import Final

import msgspec

from openward.domain.errors import KnowledgeError
from openward.knowledge.hpo import Ontology, ontology
from openward.knowledge.hpo_files import ANNOTATIONS, GENES, files
from openward.knowledge.tables import remembered

CATALOGUES: Final = ("OMIM:", "DECIPHER:", "ORPHA:")
_VERSION: Final = re.compile(r"^#version: (\S+)", re.MULTILINE)
_COLUMNS: Final = 12
_GENE_COLUMNS: Final = 6


_KEPT: Final = ("P", "C", "I")  # findings, onset and course, inheritance


class Row(msgspec.Struct, frozen=True, gc=False):
    """One annotation; `frequency` as written (`3/7`, `HP:0040281`, `45%`, empty), `absent` where it is denied."""

    term: int
    reference: str
    frequency: str
    absent: bool
    onset: str
    sex: str


class Disease(msgspec.Struct, frozen=True):
    """One disease of a catalogue: findings (`rows`), onsets and inheritance, each row with its reference."""

    id: str
    name: str
    rows: tuple[Row, ...]
    onsets: tuple[Row, ...]
    modes: tuple[Row, ...]


class Annotations(msgspec.Struct, frozen=True):
    """All diseases of one release; `touched` says of which diseases a publication gave rows."""

    version: str
    diseases: tuple[Disease, ...]
    index: dict[str, int]
    touched: dict[str, tuple[int, ...]]


_Group = tuple[str, dict[str, list[Row]]]


@remembered(1)
def annotations() -> Annotations:
    """The release in use, read on first use.

    Raises:
        KnowledgeError: the file is missing or has another form.
    """
    return parse(files().text(ANNOTATIONS), ontology())


def parse(text: str, terms: Ontology) -> Annotations:
    """Reads `phenotype.hpoa`; rows of terms that the ontology does not know are left out.

    Raises:
        KnowledgeError: the file has other columns, or no row of a disease.
    """
    groups: dict[str, _Group] = {}
    touched: dict[str, dict[str, None]] = {}
    for line in text.split("\n"):
        if not line.startswith(CATALOGUES):
            continue
        cells = line.split("\t")
        if len(cells) != _COLUMNS:
            raise KnowledgeError(f"{ANNOTATIONS}: a row has {len(cells)} columns, not {_COLUMNS}")
        id, name, qualifier, term, reference, _, onset, frequency, sex, _, aspect, _ = cells
        number = terms.index.get(term)
        if number is None or aspect not in _KEPT:
            continue
        group = groups.get(id)
        if group is None:
            group = groups[id] = (name, {"P": [], "C": [], "I": []})
        group[1][aspect].append(Row(number, reference, frequency, qualifier == "NOT", onset, sex))
        for publication in reference.split(";"):
            touched.setdefault(publication, {})[id] = None
    if not groups:
        raise KnowledgeError(f"{ANNOTATIONS}: no row of a disease; put the file of an HPO release there")
    places = {id: i for i, id in enumerate(groups)}
    return Annotations(
        version=found[1] if (found := _VERSION.search(text)) else "unknown",
        diseases=tuple(Disease(id, n, *(tuple(rows[a]) for a in _KEPT)) for id, (n, rows) in groups.items()),
        index=places,
        touched={p: tuple(places[id] for id in ids) for p, ids in touched.items()},
    )


@remembered(1)
def genes() -> dict[str, tuple[str, ...]]:
    """The gene symbols of each disease, from the gene file of the release."""
    found: dict[str, dict[str, None]] = {}
    for line in files().text(GENES).split("\n")[1:]:
        cells = line.split("\t")
        if len(cells) == _GENE_COLUMNS:
            found.setdefault(cells[-1], {})[cells[1]] = None
    return {disease: tuple(symbols) for disease, symbols in found.items()}
