"""A generated patient, decoded, as the tests of the synthetic hospital read it."""

import base64
from datetime import date, datetime

from openward.synthetic.hospital import build_patient, story_of
from openward.synthetic.story import load_stories
from openward.synthetic.when import Calendar

AS_OF = date(2026, 10, 1)
NOW = datetime.fromisoformat("2026-10-01T08:00:00+08:00")
SEED = 7
STORIES = [f.id for f in load_stories()]


class Chart:
    """A generated patient with its story."""

    def __init__(self, number: int, seed: int, as_of: date = AS_OF) -> None:
        self.filed = story_of(number, seed)
        self.resources = build_patient(number, seed=seed, calendar=Calendar(as_of))
        self.patient = self.resources[0]

    def of(self, *types: str) -> list[dict]:
        return [r for r in self.resources if r["resourceType"] in types]

    def notes(self) -> list[tuple[datetime, str]]:
        return [
            (moment(r["date"]), base64.b64decode(r["content"][0]["attachment"]["data"]).decode())
            for r in self.of("DocumentReference")
        ]


def moment(text: str) -> datetime:
    """A FHIR date or dateTime as a moment; a date counts from its midnight at the hospital."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00+08:00")
