"""Rare diseases: terms of the HPO added while one types, and a ranking with what speaks for and against."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError
from openward.domain.run import Run, RunRequest
from openward.doors.console.proposals import body_of, proposal_of
from openward.doors.console.visit import PageRoute, Visit, draw, go, view_of
from openward.doors.evidence import cite, for_a_person
from openward.knowledge.hpo import PHENOTYPE, ontology
from openward.knowledge.hpo_words import chinese

SERVICE: Final = "differential-diagnosis"
_ID: Final = re.compile(r"HP:\d{7}")
_MOST: Final = 60
_SHOWN: Final = 12
_SHORTEST: Final = 2


class Term(msgspec.Struct, frozen=True):
    """A term, its name, and the addresses of this page with it present, absent, and gone."""

    id: str
    name: str
    present: str = ""
    absent: str = ""
    gone: str = ""


def rare(visit: Visit) -> Response:
    """The terms so far and, when there is one, the ranking; nothing is kept until wanted."""
    chosen = _chosen(visit.query)
    terms = {state: [_term(id, chosen, visit.language) for id in ids] for state, ids in chosen.items()}
    run = _thought(visit, chosen) if any(chosen.values()) else None
    return draw(
        visit, "rare.html", terms=terms, body=body_of(run) if run else {}, proposal=proposal_of(run) if run else None,
        view=view_of(visit.ward.service(SERVICE).folder), chosen=_query(chosen), cite=cite, for_a_person=for_a_person,
        why=run.failure.message if run and run.failure else "",
        found=[*_found(visit.query.get("q", ""), chosen, visit.language)], wanted=visit.query.get("q", ""),
    )  # fmt: skip


def keep(visit: Visit) -> Response:
    """Runs the question, keeps the run and goes to its page."""
    run = visit.ward.execute(SERVICE, _request(visit, _chosen(visit.form)), actor=visit.actor, door="console")
    return go(f"/console/runs/{run.id}")


def _chosen(form: Any) -> dict[str, tuple[str, ...]]:
    chosen = {state: tuple(dict.fromkeys(_ID.findall(form.get(state, "")))) for state in ("present", "excluded")}
    if sum(map(len, chosen.values())) > _MOST:
        raise InputError(f"at most {_MOST} terms can be weighed on one page")
    return chosen


def _thought(visit: Visit, chosen: dict[str, tuple[str, ...]]) -> Run:
    return visit.ward.think(SERVICE, _request(visit, chosen), actor=visit.actor, door="console")


def _request(visit: Visit, chosen: dict[str, tuple[str, ...]]) -> RunRequest:
    return RunRequest(input=msgspec.Raw(msgspec.json.encode({"rare": chosen})), language=visit.language)


def _found(words: str, chosen: dict[str, tuple[str, ...]], language: str) -> Iterator[Term]:
    """Terms whose name holds every word, those that begin with them first."""
    wanted = words.casefold().split()
    if len(words.strip()) < _SHORTEST:
        return
    terms, labels = ontology(), chinese()
    top = terms.index[PHENOTYPE]
    names = ((i, name, labels.get(i, "")) for i, name in enumerate(terms.names) if i != top)
    hits = [(i, name) for i, name, label in names if all(word in f"{name.casefold()} {label}" for word in wanted)]
    hits = [(i, name) for i, name in hits if top in terms.ancestors(i)]
    hits.sort(key=lambda hit: (not hit[1].casefold().startswith(wanted[0]), len(hit[1])))
    for i, _ in hits[:_SHOWN]:
        yield _term(terms.ids[i], chosen, language)


def _term(id: str, chosen: dict[str, tuple[str, ...]], language: str) -> Term:
    terms, labels = ontology(), chinese()
    number = terms.index.get(id)
    if number is None:
        raise InputError(f"{id} is no term of this release of the Human Phenotype Ontology")
    name = terms.names[number]
    others = {state: tuple(one for one in ids if one != id) for state, ids in chosen.items()}
    return Term(
        id=id, name=labels.get(number, name) if language == "zh" else name,
        present=_query(others | {"present": (*others["present"], id)}),
        absent=_query(others | {"excluded": (*others["excluded"], id)}), gone=_query(others),
    )  # fmt: skip


def _query(chosen: dict[str, tuple[str, ...]]) -> str:
    return urlencode({state: ",".join(ids) for state, ids in chosen.items() if ids}, safe=":,")


ROUTES: Final = (PageRoute("/console/rare", rare), PageRoute("/console/rare", keep, method="POST"))
