"""Rare diseases: HPO terms found while one types or in a text, and a ranking with what speaks for and against."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError
from openward.domain.run import Run, RunRequest
from openward.doors.console.visit import PageRoute, Visit, draw, go, view_of
from openward.doors.evidence import cite, for_a_person
from openward.doors.proposals import body_of, proposal_of
from openward.knowledge.hpo import PHENOTYPE, ontology
from openward.knowledge.hpo_annotations import annotations
from openward.knowledge.hpo_search import definition, label, read, search

SERVICE: Final = "differential-diagnosis"
STATES: Final = ("present", "excluded")
_ID: Final = re.compile(r"HP:\d{7}")
_YEARS: Final = re.compile(r"\d{1,3}(\.\d{1,2})?")
_OLDEST: Final = 130
_MOST: Final = 60
_MOST_READ: Final = 40  # a form has at most 50 fields
_LONGEST: Final = 20_000
_SHOWN: Final = 12
_READ: Final = "read."


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the address: the terms, and age and sex as far as they are said."""

    present: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    age: str = ""
    sex: str = ""

    def query(self) -> str:
        """The address's query that says the same."""
        said = {name: getattr(self, name) for name in ("present", "excluded", "age", "sex")}
        joined = {name: value if isinstance(value, str) else ",".join(value) for name, value in said.items() if value}
        return urlencode(joined, safe=":,")

    def put(self, id: str, state: str) -> "Asked":
        """The same with one term there (`present`), not there (`excluded`), or gone (empty)."""
        left = {name: tuple(one for one in getattr(self, name) if one != id) for name in STATES}
        if state:
            left[state] = (*left[state], id)
        return msgspec.structs.replace(self, **left)


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A term with what it means, where it stands now, and the addresses of this page with it there, not there, gone."""

    id: str
    name: str
    meaning: str
    state: str
    present: str
    absent: str
    gone: str
    by: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A term that a text speaks of, with its words; `state` is how the words were taken."""

    term: Term
    quote: str
    state: str


def rare(visit: Visit) -> Response:
    """The terms so far and, when there is one, the ranking; nothing is kept until wanted."""
    return _page(visit, _asked(visit.query), wanted=visit.query.get("q", ""))


def terms(visit: Visit) -> Response:
    """What stands beneath the field while one types."""
    visit.ward.access.require(visit.actor, f"service/{SERVICE}.run")
    wanted = visit.query.get("q", "")[:100]
    found = [*_found(visit, _asked(visit.query), wanted)]
    return draw(visit, "rare_terms.html", found=found, wanted=wanted.strip())


def in_text(visit: Visit) -> Response:
    """The terms of a text, for a person to confirm; the text itself is not kept."""
    visit.ward.access.require(visit.actor, f"service/{SERVICE}.run")
    text = visit.form.get("text", "")
    if len(text) > _LONGEST:
        raise InputError(f"the text has {len(text)} characters; paste at most {_LONGEST:,}")
    asked = _asked(visit.form)
    said = [
        Found(
            term=_term(visit, asked, mention.term), quote=text[mention.start : mention.end],
            state="present" if mention.assertion == "present" else "excluded",
        )
        for mention in read(text)
        if mention.term not in (*asked.present, *asked.excluded, PHENOTYPE)
    ]  # fmt: skip
    return _page(visit, asked, said=said[:_MOST_READ], more=max(0, len(said) - _MOST_READ), was_read=True)


def confirmed(visit: Visit) -> Response:
    """Takes what a person confirmed of a text."""
    asked = _asked(visit.form)
    for name, state in visit.form.items():
        id = name.removeprefix(_READ)
        if name.startswith(_READ) and _ID.fullmatch(id) and state in STATES:
            asked = asked.put(id, state)
    return go(f"/console/rare?{asked.query()}")


def keep(visit: Visit) -> Response:
    """Runs the question, keeps the run and goes to its page."""
    run = visit.ward.execute(SERVICE, _request(visit, _asked(visit.form)), actor=visit.actor, door="console")
    return go(f"/console/runs/{run.id}")


def _page(visit: Visit, asked: Asked, *, wanted: str = "", said: list[Found] | None = None, **more: Any) -> Response:
    chosen = {state: [_term(visit, asked, id) for id in getattr(asked, state)] for state in STATES}
    run = _thought(visit, asked) if any(chosen.values()) else None
    person = urlencode({name: value for name in ("age", "sex") if (value := getattr(asked, name))})
    return draw(
        visit, "rare.html", terms=chosen, asked=asked, body=body_of(run) if run else {}, cite=cite,
        proposal=proposal_of(run) if run else None, view=view_of(visit.ward.service(SERVICE).folder),
        for_a_person=for_a_person, why=run.failure.message if run and run.failure else "", person=person,
        found=[*_found(visit, asked, wanted)], wanted=wanted, said=said or [],
        **({"more": 0, "was_read": False} | more),
    )  # fmt: skip


def _asked(form: Mapping[str, str]) -> Asked:
    held = {state: tuple(dict.fromkeys(_ID.findall(form.get(state, "")))) for state in STATES}
    if sum(map(len, held.values())) > _MOST:
        raise InputError(f"at most {_MOST} terms can be weighed on one page")
    age, sex = form.get("age", "").strip(), form.get("sex", "").strip()
    if age and (not _YEARS.fullmatch(age) or float(age) > _OLDEST):
        raise InputError(f"the age must be a number of years up to {_OLDEST}, such as 4 or 0.5")
    return Asked(**held, age=age, sex=sex if sex in {"female", "male"} else "")


def _thought(visit: Visit, asked: Asked) -> Run:
    annotations()  # read before the clock of the run starts: on a busy machine the first reading takes seconds
    return visit.ward.think(SERVICE, _request(visit, asked), actor=visit.actor, door="console")


def _request(visit: Visit, asked: Asked) -> RunRequest:
    question: dict[str, Any] = {"present": asked.present, "excluded": asked.excluded}
    if asked.age:
        question["age"] = float(asked.age)
    if asked.sex:
        question["sex"] = asked.sex
    return RunRequest(input=msgspec.Raw(msgspec.json.encode({"rare": question})), language=visit.language)


def _found(visit: Visit, asked: Asked, words: str) -> Iterator[Term]:
    for hit in search(words, _SHOWN):
        yield _term(visit, asked, ontology().ids[hit.term], hit.by)


def _term(visit: Visit, asked: Asked, id: str, by: str = "") -> Term:
    number = ontology().index.get(id)
    if number is None:
        raise InputError(f"{id} is no term of this release of the Human Phenotype Ontology")
    name = label(number, visit.language)
    return Term(
        id=id, name=name, meaning=definition(number), by="" if by == name else by,
        state=next((state for state in STATES if id in getattr(asked, state)), ""),
        present=asked.put(id, "present").query(), absent=asked.put(id, "excluded").query(),
        gone=asked.put(id, "").query(),
    )  # fmt: skip


ROUTES: Final = (
    PageRoute("/console/rare", rare),
    PageRoute("/console/rare/terms", terms),
    PageRoute("/console/rare/text", in_text, method="POST"),
    PageRoute("/console/rare/confirmed", confirmed, method="POST"),
    PageRoute("/console/rare", keep, method="POST"),
)
