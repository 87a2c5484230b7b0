"""Laboratory report: results harmonised and judged, patterns across them, what to do next, words for the patient."""

from pathlib import Path
from typing import Final

from openward.harness.service import Service, load_card
from openward.services.lab_report.checks import CHECKS
from openward.services.lab_report.engine import read
from openward.services.lab_report.proposal import LabReport
from openward.services.lab_report.reads import Reads
from openward.services.lab_report.study import STUDY

_FOLDER: Final = Path(__file__).parent

SERVICE: Final = Service(
    card=load_card(_FOLDER),
    reads=Reads,
    body=LabReport,
    engine=read,
    checks=CHECKS,
    study=STUDY,
    folder=_FOLDER,
)
