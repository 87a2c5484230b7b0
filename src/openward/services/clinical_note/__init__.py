"""Clinical notes: a draft from a talk, a chart or both, every sentence with the place it comes from."""

from pathlib import Path
from typing import Final

from openward.harness.service import Amends, Service, load_card
from openward.services.clinical_note.amending import settled
from openward.services.clinical_note.checks import CHECKS
from openward.services.clinical_note.engine import clinical_note
from openward.services.clinical_note.proposal import ClinicalNote
from openward.services.clinical_note.reads import Reads
from openward.services.clinical_note.study import STUDY

_FOLDER: Final = Path(__file__).parent

SERVICE: Final = Service(
    card=load_card(_FOLDER),
    reads=Reads,
    body=ClinicalNote,
    engine=clinical_note,
    checks=CHECKS,
    study=STUDY,
    folder=_FOLDER,
    amends=Amends(("sections.written",), settled),
)
