"""`Patient/[id]/$everything`: all that is held of one patient, page by page."""

from urllib.parse import urlencode

from openward.domain.errors import InputError
from openward.doors.fhir.bundles import Bundle
from openward.doors.fhir.call import Answer, Call, answer, links, number, wrong_cursor
from openward.doors.fhir.history import moment_of
from openward.doors.fhir.outcome import NotSupportedError
from openward.doors.fhir.parameters import resource_types
from openward.doors.fhir.shaping import CURSOR, read_shape


def everything(call: Call) -> Answer:
    """The patient and all that is held of the patient, with the Medications spoken of, page by page.

    Later pages show the record as it was at the first one.
    """
    types = _types(call)
    call.allow("Patient", "r")
    for type in types or ("*",):
        call.allow(type, "r")
    if call.one("start") or call.one("end"):
        raise NotSupportedError("$everything takes no dates of care: search the types by date")
    shape, shaping = read_shape(call.parameters, None, strict=call.strict)
    patient, since = call.path["id"], moment_of(call, "_since")
    at, after = _place(call)
    held = call.ward.record.holding(patient, types=types, at=at).resources
    # The Medications may have come in after the last of the patient's own resources.
    at = at if at is not None else max((r.seq for r in held), default=0)
    wanted = sorted((r for r in held if since is None or r.received >= since.earliest), key=lambda r: r.seq)
    rest = [r for r in wanted if r.seq > after]
    page = [] if shape.only_count else rest[: shape.count]
    call.write("fhir.everything", "Patient", {patient: len(page)})
    asked = [*shaping, *((n, v) for n in ("_type", "_since") if (v := call.one(n)))]
    url = f"{call.base}/Patient/{patient}/$everything?"
    following = urlencode([*asked, (CURSOR, f"{at}.{page[-1].seq}")]) if page and len(rest) > len(page) else None
    own = links((url + urlencode(asked)).rstrip("?"), url + following if following else None)
    return answer(Bundle(type="searchset", total=len(wanted), link=own, entry=call.entries(page, shape.cut)))


def _place(call: Call) -> tuple[int | None, int]:
    """From where a page goes on: the `seq` of the record at the first page, and the last `seq` shown."""
    cursor = call.one(CURSOR)
    if cursor is None:
        return None, 0
    first, _, last = cursor.partition(".")
    at, after = number(first), number(last)
    if at is None or after is None:
        raise wrong_cursor(CURSOR)
    return at, after


def _types(call: Call) -> tuple[str, ...] | None:
    text = call.one("_type")
    if not text:
        return None
    types = tuple(sorted(set(filter(None, text.split(",")))))
    if not all(type in resource_types() for type in types):
        raise InputError("'_type' takes resource types of FHIR R4, separated by commas")
    return types
