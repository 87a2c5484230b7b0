"""Clinical calculator: published scores and equations, with inputs from the chart and every missing one said."""

from pathlib import Path
from typing import Final

from openward.harness.service import Service, load_card
from openward.services.clinical_calculator.checks import CHECKS
from openward.services.clinical_calculator.engine import calculate
from openward.services.clinical_calculator.proposal import ClinicalCalculator
from openward.services.clinical_calculator.reads import Reads
from openward.services.clinical_calculator.study import STUDY

_FOLDER: Final = Path(__file__).parent

SERVICE: Final = Service(
    card=load_card(_FOLDER),
    reads=Reads,
    body=ClinicalCalculator,
    engine=calculate,
    checks=CHECKS,
    study=STUDY,
    folder=_FOLDER,
)
