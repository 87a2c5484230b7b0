"""One patient while the record is being written: who, when, where, and what has been drawn so far."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from openward.domain.errors import KnowledgeError
from openward.synthetic.catalogue import Catalogue, Json, Language, Term, concept
from openward.synthetic.dosing import Regimen
from openward.synthetic.house import META, doctor, ward
from openward.synthetic.person import Person, completed_years
from openward.synthetic.story import Filed, MedicationLine, ProblemLine
from openward.synthetic.when import DAY_MINUTES, Timeline, parse_when

Stay = tuple[int, int, Json, str]
_CONCEPTS: dict[tuple[str, str, str, bool], Json] = {}


class Case:
    """A patient's story on its way into the record; builders read it and append resources."""

    def __init__(
        self, filed: Filed, number: int, person: Person, timeline: Timeline, *, rng: Random, catalogue: Catalogue
    ) -> None:
        """Starts with an empty record."""
        self.filed = filed
        self.story = filed.story
        self.person = person
        self.time = timeline
        self.rng = rng
        self.catalogue = catalogue
        self.language: Language = filed.story.language
        self.subject: Json = {"reference": f"Patient/{person.id}"}
        self.doctor: Json = doctor(filed.specialty, number)
        self.ward: Json = ward(filed.specialty)
        self.stays: list[Stay] = []
        self.arrival = 0
        self.problems: list[ProblemLine] = list(filed.story.problems)
        self.medications: list[MedicationLine] = list(filed.story.medications)
        self.companions: list[tuple[str, str | None]] = []
        self.regimens: dict[str, tuple[Term, Regimen]] = {}
        self.doses: dict[str, str] = {}
        self.shown: dict[tuple[str, str], str | None] = {}
        self.last: dict[str, str] = {}
        self.resources: list[Json] = []

    def add(self, resource_type: str, id: str, /, **fields: Any) -> Json:
        """Appends a resource with its id, tag and subject."""
        resource: Json = {"resourceType": resource_type, "id": f"{self.person.id}-{id}", "meta": META, **fields}
        self.resources.append(resource)
        return resource

    def concept(self, table: str, key: str, *, codes: bool = True) -> Json:
        """The FHIR concept of a catalogue entry in the chart's language."""
        known = (table, key, self.language, codes)
        body = _CONCEPTS.get(known)
        if body is None:
            body = _CONCEPTS[known] = concept(key, self.term(table, key), self.language, codes=codes)
        return body

    def term(self, table: str, key: str) -> Term:
        """A catalogue entry.

        Raises:
            KnowledgeError: the story names an entry that the table does not have.
        """
        entries: dict[str, Term] = getattr(self.catalogue, table)
        if key not in entries:
            msg = f"story {self.filed.id}: '{key}' is not in synthetic/catalogue/{table}.toml"
            raise KnowledgeError(msg)
        return entries[key]

    def answer(self, key: str) -> Json:
        """The FHIR concept of a coded answer."""
        return self._word("answers", key, self.catalogue.words.answers)

    def vital(self, key: str) -> Json:
        """The FHIR concept of a vital sign."""
        return self._word("vitals", key, self.catalogue.words.vitals)

    def reaction(self, key: str) -> Json:
        """The FHIR concept of an allergic reaction."""
        return self._word("reactions", key, self.catalogue.words.reactions)

    def note(self, key: str) -> Json:
        """The FHIR concept of a kind of note."""
        return self._word("notes", key, self.catalogue.people.notes)

    def _word(self, table: str, key: str, terms: Mapping[str, Term]) -> Json:
        known = (table, key, self.language, True)
        body = _CONCEPTS.get(known)
        if body is None:
            body = _CONCEPTS[known] = concept(key, terms[key], self.language)
        return body

    def minutes(self, text: str) -> int:
        """The minute number of a story's time."""
        return self.time.minutes(parse_when(text))

    def moment(self, text: str) -> str:
        """The date or time of a story's time."""
        return self.time.moment(parse_when(text))

    def age_at(self, minutes: int) -> int:
        """Completed years at a minute number."""
        day = self.time.calendar.as_of + timedelta(days=minutes // DAY_MINUTES)
        return completed_years(self.person.born, day)

    def clock(self, minutes: int) -> str:
        """The ISO time of a minute number."""
        return self.time.calendar.moment(minutes)

    def encounter(self, minutes: int) -> Json | None:
        """The encounter that goes on at a minute number."""
        return next((ref for start, end, ref, _ in self.stays if start <= minutes <= end), None)

    def during(self, minutes: int) -> Json:
        """The encounter element for an event, empty when there is none."""
        found = self.encounter(minutes)
        return {} if found is None else {"encounter": found}

    def show(self, key: str, at: str, text: str) -> None:
        """Keeps how a value reads, for the notes: by its exact time, by its day where that is unique, and the last."""
        self.shown[(key, at)] = text
        day = at.partition(" ")[0]
        if day != at:
            self.shown[(key, day)] = None if (key, day) in self.shown else text
        self.last[key] = text
