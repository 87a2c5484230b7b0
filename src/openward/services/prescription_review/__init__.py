"""Prescription review: interactions, allergies, duplicates and dose by kidney function of one patient's orders."""

from pathlib import Path
from typing import Final

from openward.harness.service import Amends, Service, load_card
from openward.services.prescription_review.amending import settled
from openward.services.prescription_review.checks import CHECKS
from openward.services.prescription_review.engine import review
from openward.services.prescription_review.proposal import PrescriptionReview
from openward.services.prescription_review.reads import Reads
from openward.services.prescription_review.study import STUDY

_FOLDER: Final = Path(__file__).parent

SERVICE: Final = Service(
    card=load_card(_FOLDER),
    reads=Reads,
    body=PrescriptionReview,
    engine=review,
    checks=CHECKS,
    study=STUDY,
    folder=_FOLDER,
    amends=Amends(("orders",), settled),
)
