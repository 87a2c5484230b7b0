"""Search: one page of what matches, and what is to be included beside it."""

from openward.domain.resource import Stored
from openward.doors.fhir.bundles import Bundle, Entry, told
from openward.doors.fhir.call import Answer, Call, answer, links, with_query
from openward.doors.fhir.including import MOST_INCLUDED, Included, included
from openward.doors.fhir.outcome import outcome
from openward.doors.fhir.query import Asked, asked_of
from openward.doors.fhir.shaping import Cut


def search(call: Call) -> Answer:
    """One page of what matches."""
    type = call.path["type"]
    call.allow(type, "s")
    asked = asked_of(type, call.parameters, now=call.ward.clock.now(), strict=call.strict)
    page = None if asked.nothing else call.ward.stores.record.search(asked.query)
    shown = () if page is None or asked.shape.only_count else page.items
    beside = _beside(call, asked, shown)
    call.seen("fhir.search", type, (*shown, *beside.resources))
    url = f"{call.base}/{type}"
    following = page.next if page and not asked.shape.only_count else None
    return answer(
        Bundle(
            type="searchset",
            total=page.total if page else 0,
            link=links(with_query(url, asked.link()), with_query(url, asked.link(following)) if following else None),
            entry=_entries(call, asked, shown, beside),
        )
    )


def _beside(call: Call, asked: Asked, shown: tuple[Stored, ...]) -> Included:
    """What the caller may see of what is to be included."""
    for rule in asked.includes:
        call.allow(rule.source, "s" if rule.back else "r")
    if not (asked.includes and shown):
        return Included()
    found = included(call.ward.stores.record, asked.includes, shown)
    for type in {stored.type for stored in found.resources}:
        call.allow(type, "r")
    return found


def _entries(call: Call, asked: Asked, shown: tuple[Stored, ...], beside: Included) -> tuple[Entry, ...]:
    cut = asked.shape.cut
    # The elements that were named are those of the type that is searched.
    entries = (
        *call.entries(shown, cut),
        *call.entries(beside.resources, Cut(cut.summary), mode="include"),
    )
    if beside.whole:
        return entries
    words = f"more than {MOST_INCLUDED} resources are to be included: those beyond are left out; ask for smaller pages"
    return (*entries, told(outcome(200, words, code="incomplete", severity="warning")))
