"""The words of the HPO: Chinese labels where a hospital imported them, and phenotype terms in free text."""

import re
from typing import Final

from openward.domain.errors import KnowledgeError
from openward.knowledge.hpo import PHENOTYPE, ontology
from openward.knowledge.hpo_files import ONTOLOGY, files, read
from openward.knowledge.tables import remembered
from openward.language.mentions import Lexicon

_WORDS: Final = re.compile(r'^(?:id: (HP:\d+)|synonym: "((?:[^"\\]|\\.)*)" (?:EXACT|RELATED layperson))', re.MULTILINE)
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9 ,'()-]+")
_ID: Final = re.compile(r"HP:\d{7}")
_LEAST_LETTERS: Final = 4
_HEADINGS: Final = {"subject_id": "id", "translation_value": "label"}


@remembered(1)
def chinese() -> dict[int, str]:
    """The Chinese label of each term, empty where none were imported.

    The file has two columns, id and label, or the columns of an HPO translation (`subject_id`, `translation_value`).

    Raises:
        KnowledgeError: a line has too few columns.
    """
    path = files().chinese
    if path is None:
        return {}
    terms, labels, at_id, at_label = ontology().index, {}, 0, 1
    for number, line in enumerate(read(path).split("\n"), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if number == 1 and _HEADINGS.keys() <= set(cells):
            at_id, at_label = cells.index("subject_id"), cells.index("translation_value")
        elif line.strip() and len(cells) <= max(at_id, at_label):
            raise KnowledgeError(
                f"{path}:{number}: {len(cells)} columns; the file has an HP id and a label in each line"
            )
        elif line.strip() and _ID.fullmatch(cells[at_id]) and cells[at_label] and cells[at_id] in terms:
            labels[terms[cells[at_id]]] = cells[at_label]
    return labels


@remembered(1)
def lexicon() -> Lexicon:
    """Names and synonyms of all phenotype terms, and the Chinese labels, ready to be found in a text."""
    terms = ontology()
    phenotype = terms.index[PHENOTYPE]
    wanted = {i for i in range(len(terms.ids)) if phenotype in terms.ancestors(i) and i != phenotype}
    said = {(terms.names[i], terms.ids[i]) for i in wanted}
    said |= {(words, terms.ids[i]) for words, i in synonyms() if i in wanted}
    phrases = [(words, id) for words, id in sorted(said) if _PLAIN.fullmatch(words) and len(words) >= _LEAST_LETTERS]
    labels = [(label, terms.ids[i]) for i, label in chinese().items() if i in wanted and len(label) > 1]
    return Lexicon((*phrases, *labels))


def synonyms() -> list[tuple[str, int]]:
    """The exact and the lay synonyms of the terms in use, each with the number of its term."""
    found: list[tuple[str, int]] = []
    index, current = ontology().index, None
    for id, words in _WORDS.findall(files().text(ONTOLOGY)):
        if id:
            current = index.get(id)
        elif current is not None:
            found.append((words, current))
    return found
