"""Differential diagnosis: what may lie behind a complaint, what must not be missed, and what to ask next."""

from pathlib import Path
from typing import Final

from openward.harness.service import Amends, Service, load_card
from openward.services.differential_diagnosis.checks import CHECKS
from openward.services.differential_diagnosis.engine import differentiate
from openward.services.differential_diagnosis.proposal import DifferentialDiagnosis
from openward.services.differential_diagnosis.reads import Reads
from openward.services.differential_diagnosis.study import STUDY

_FOLDER: Final = Path(__file__).parent

SERVICE: Final = Service(
    card=load_card(_FOLDER),
    reads=Reads,
    body=DifferentialDiagnosis,
    engine=differentiate,
    checks=CHECKS,
    study=STUDY,
    folder=_FOLDER,
    amends=Amends(("candidates", "keep_in_view", "next_findings")),
)
