"""The Human Phenotype Ontology: terms, their broader terms, and the ids that they had before."""

import re
from functools import cached_property
from typing import Final

from openward.domain.errors import KnowledgeError
from openward.knowledge.hpo_files import ONTOLOGY, files
from openward.knowledge.tables import remembered

ROOT: Final = "HP:0000001"
PHENOTYPE: Final = "HP:0000118"
_TAG: Final = re.compile(r"^(id|name|alt_id|is_a|is_obsolete|replaced_by|consider): ([^!\n]*)", re.MULTILINE)
_VERSION: Final = re.compile(r"^data-version: (?:hp/releases/)?(\S+)", re.MULTILINE)


class Ontology:
    """One release. Terms are numbered so that a broader term has a smaller number than the narrower ones.

    `index` knows current, alternative and replaced ids; `advised` the ids that the release suggests for a retired term
    without a clear successor.
    """

    def __init__(self, text: str) -> None:
        self.version = found[1] if (found := _VERSION.search(text)) else "unknown"
        blocks = _blocks(text)
        live = {id: block for id, block in blocks.items() if "is_obsolete" not in block}
        self.ids = _broad_first({id: block.get("is_a", []) for id, block in live.items()})
        self.index = {id: i for i, id in enumerate(self.ids)}
        self.names = tuple(live[id]["name"][0] for id in self.ids)
        self.parents = tuple(tuple(self.index[p] for p in live[id].get("is_a", ())) for id in self.ids)
        self.advised: dict[str, tuple[str, ...]] = {}
        self._add_former(live, blocks)
        self._ancestors: dict[int, tuple[int, ...]] = {}

    def _add_former(self, live: dict[str, dict[str, list[str]]], blocks: dict[str, dict[str, list[str]]]) -> None:
        for id, block in live.items():
            for former in block.get("alt_id", ()):
                self.index.setdefault(former, self.index[id])
        for id, block in blocks.items():
            if id in live:
                continue
            successors = [s for s in block.get("replaced_by", ()) if s in live]
            if len(successors) == 1:
                self.index.setdefault(id, self.index[successors[0]])
            elif id not in self.index:
                self.advised[id] = tuple(s for s in (*successors, *block.get("consider", ())) if s in live)

    def ancestors(self, term: int) -> tuple[int, ...]:
        """The term itself and all broader ones, the narrowest first."""
        found = self._ancestors.get(term)
        if found is None:
            above = {term}.union(*(self.ancestors(parent) for parent in self.parents[term]))
            found = self._ancestors[term] = tuple(sorted(above, reverse=True))
        return found

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """The next narrower terms of each term."""
        below: list[list[int]] = [[] for _ in self.ids]
        for term, parents in enumerate(self.parents):
            for parent in parents:
                below[parent].append(term)
        return tuple(map(tuple, below))


@remembered(1)
def ontology() -> Ontology:
    """The release in use, read on first use.

    Raises:
        KnowledgeError: the file is missing or is no ontology.
    """
    made = Ontology(files().text(ONTOLOGY))
    if ROOT not in made.index or PHENOTYPE not in made.index:
        msg = f"{ONTOLOGY} holds no term {ROOT}; put a file of a release of the Human Phenotype Ontology there"
        raise KnowledgeError(msg)
    return made


def _blocks(text: str) -> dict[str, dict[str, list[str]]]:
    """The tags of each `[Term]`, by its id; a term without a name counts as retired."""
    blocks: dict[str, dict[str, list[str]]] = {}
    block: dict[str, list[str]] = {}
    start, end = text.find("\n[Term]"), text.find("\n[Typedef]")
    if start < 0:
        return blocks
    for tag, value in _TAG.findall(text[start : end if end > start else len(text)]):
        if tag == "id":
            block = blocks[value.strip()] = {}
        else:
            block.setdefault(tag, []).append(value.strip())
    for block in blocks.values():
        if "name" not in block:
            block["is_obsolete"] = ["true"]
    return blocks


def _broad_first(parents: dict[str, list[str]]) -> tuple[str, ...]:
    """The ids in an order in which each stands behind all of its parents.

    Raises:
        KnowledgeError: a parent is missing, or the terms form a circle.
    """
    waiting = {id: len(above) for id, above in parents.items()}
    below: dict[str, list[str]] = {}
    for id, above in parents.items():
        for parent in above:
            if parent not in parents:
                raise KnowledgeError(f"{ONTOLOGY}: the parent {parent} of {id} is not in the file or is obsolete")
            below.setdefault(parent, []).append(id)
    order = [id for id, count in waiting.items() if not count]
    for id in order:
        for child in below.get(id, ()):
            waiting[child] -= 1
            if not waiting[child]:
                order.append(child)
    if len(order) < len(parents):
        raise KnowledgeError(f"{ONTOLOGY}: some terms are broader than themselves")
    return tuple(order)
