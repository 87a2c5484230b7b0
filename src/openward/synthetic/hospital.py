"""The synthetic hospital as a stream: patient k is the same in any number, and leaves memory when written."""

import gzip
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final

import msgspec
import orjson

from openward.synthetic.case import Case
from openward.synthetic.catalogue import Json, load_catalogue
from openward.synthetic.clinical import (
    add_companions,
    write_allergies,
    write_encounters,
    write_events,
    write_patient,
    write_problems,
)
from openward.synthetic.house import house
from openward.synthetic.medicines import write_medications
from openward.synthetic.notes import write_notes
from openward.synthetic.observations import write_labs, write_state, write_vitals
from openward.synthetic.person import draw_person
from openward.synthetic.story import BACKGROUND, Filed, load_stories
from openward.synthetic.when import Calendar, Timeline

BACKGROUND_TWICE: Final = 2  # quiet people come twice in each round of stories
DEFAULT_PATIENTS: Final = 200
_STEPS: Final = (
    write_patient, add_companions, write_encounters, write_problems, write_allergies, write_medications,
    write_events, write_labs, write_vitals, write_state, write_notes,
)  # fmt: skip


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What a service should say about a patient.

    `kind` is a kind of finding; "none" says that nothing is wrong with the draft orders, "no-interrupt" that a passive
    remark is fair and an interruption is not. `orders` are the draft orders concerned, as `Type/id`.
    """

    patient: str
    story: str
    specialty: str
    service: str
    kind: str
    drugs: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    why: str = ""


def patient_id(number: int) -> str:
    """The id of patient `number`, counted from 1."""
    return f"demo-{number:04}"


@lru_cache(maxsize=8)
def _round(seed: int, index: int) -> tuple[Filed, ...]:
    """The stories of one round: the first in the order of the house, the later ones shuffled."""
    filed = load_stories()
    order = [*filed, *(f for f in filed if f.specialty == BACKGROUND for _ in range(BACKGROUND_TWICE - 1))]
    if index:
        Random(f"{seed}:round:{index}").shuffle(order)  # noqa: S311 - a reproducible draw, not a secret
    return tuple(order)


def story_of(number: int, seed: int) -> Filed:
    """The story that happens to patient `number`."""
    size = len(_round(seed, 0))
    index, place = divmod(number - 1, size)
    return _round(seed, index)[place]


def build_patient(number: int, *, seed: int, calendar: Calendar) -> list[Json]:
    """All resources of one patient, the Patient first."""
    filed = story_of(number, seed)
    rng = Random(f"{seed}:{number}")  # noqa: S311 - a reproducible draw, not a secret
    catalogue = load_catalogue()
    person = draw_person(patient_id(number), filed.story.patient, catalogue.people, rng, calendar.as_of)
    timeline = Timeline(calendar, person.age_days, rng.uniform(0.85, 1.15), rng.randrange(10))
    case = Case(filed, number, person, timeline, rng=rng, catalogue=catalogue)
    for step in _STEPS:
        step(case)
    return case.resources


def generate(patients: int = DEFAULT_PATIENTS, *, seed: int, as_of: date) -> Iterator[bytes]:
    """FHIR R4 resources as JSON bytes: the hospital once, then patient by patient.

    The same seed, date and count give the same bytes; patient k does not depend on the count.
    """
    for resource in house():
        yield orjson.dumps(resource)
    calendar = Calendar(as_of)
    for number in range(1, patients + 1):
        for resource in build_patient(number, seed=seed, calendar=calendar):
            yield orjson.dumps(resource)


def truth(patients: int = DEFAULT_PATIENTS, *, seed: int, as_of: date) -> Iterator[Truth]:  # noqa: ARG001 - same call as generate
    """What is planted in each patient, and which patients are clean; background people are clean."""
    for number in range(1, patients + 1):
        yield from _truths(number, story_of(number, seed))


def _truths(number: int, filed: Filed) -> Iterator[Truth]:
    story, id = filed.story, patient_id(number)
    drafts = {m.drug: f"MedicationRequest/{id}-draft-{m.name}" for m in story.medications if m.as_ == "draft"}
    names = load_catalogue().drugs
    substances = load_catalogue().substances
    for line in story.truths:
        terms = [names.get(d) or substances[d] for d in line.drugs]
        yield Truth(
            patient=id, story=filed.id, specialty=filed.specialty, service=line.service, kind=line.kind,
            drugs=tuple(t.en for t in terms), orders=tuple(drafts[d] for d in line.drugs if d in drafts), why=line.why,
        )  # fmt: skip
    if not story.truths:
        kind = "none" if story.verdict == "clean" else "no-interrupt"
        yield Truth(
            patient=id, story=filed.id, specialty=filed.specialty, service="prescription-review", kind=kind,
            orders=tuple(drafts.values()), why=story.teaches.en,
        )  # fmt: skip


def write_ndjson(path: Path, patients: int = DEFAULT_PATIENTS, *, seed: int, as_of: date) -> int:
    """Writes the resources one a line, gzipped when the name ends in .gz; returns how many."""
    return _write_lines(path, generate(patients, seed=seed, as_of=as_of))


def write_truth(path: Path, patients: int = DEFAULT_PATIENTS, *, seed: int, as_of: date) -> int:
    """Writes the truth one a line (`truth.ndjson`), gzipped when the name ends in .gz; returns how many."""
    return _write_lines(path, (msgspec.json.encode(t) for t in truth(patients, seed=seed, as_of=as_of)))


def _write_lines(path: Path, lines: Iterable[bytes]) -> int:
    count = 0
    with path.open("wb") as raw:
        # the file name and time of a gzip header would make equal contents differ
        out = gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) if path.suffix == ".gz" else raw
        for line in lines:
            out.write(line + b"\n")
            count += 1
        if out is not raw:
            out.close()
    return count
