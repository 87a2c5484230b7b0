"""Triage: how soon a person must be seen and where, by cited rules, one question at a time."""

from pathlib import Path
from typing import Final

from openward.harness.service import Amends, Service, load_card
from openward.services.triage.amending import settled
from openward.services.triage.checks import CHECKS
from openward.services.triage.engine import triage
from openward.services.triage.proposal import Triage
from openward.services.triage.reads import Reads
from openward.services.triage.study import STUDY

_FOLDER: Final = Path(__file__).parent

SERVICE: Final = Service(
    card=load_card(_FOLDER),
    reads=Reads,
    body=Triage,
    engine=triage,
    checks=CHECKS,
    study=STUDY,
    folder=_FOLDER,
    amends=Amends(("level", "department.name", "safety_net"), settled),
)
