"""Note quality: completeness, timeliness, consistency and contradiction of clinical notes, with score and grade."""

from pathlib import Path
from typing import Final

from openward.harness.service import Service, load_card
from openward.services.note_quality.checks import CHECKS
from openward.services.note_quality.engine import review
from openward.services.note_quality.proposal import NoteQuality
from openward.services.note_quality.reads import Reads
from openward.services.note_quality.study import STUDY

_FOLDER: Final = Path(__file__).parent

SERVICE: Final = Service(
    card=load_card(_FOLDER),
    reads=Reads,
    body=NoteQuality,
    engine=review,
    checks=CHECKS,
    study=STUDY,
    folder=_FOLDER,
)
