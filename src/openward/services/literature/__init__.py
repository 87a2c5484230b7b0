"""Literature: search over imported corpora with quotations, retractions and kinds of evidence; citations checked."""

from pathlib import Path
from typing import Final

from openward.harness.service import Service, load_card
from openward.services.literature.checks import CHECKS
from openward.services.literature.engine import literature
from openward.services.literature.proposal import Literature
from openward.services.literature.reads import Reads
from openward.services.literature.study import STUDY

_FOLDER: Final = Path(__file__).parent

SERVICE: Final = Service(
    card=load_card(_FOLDER),
    reads=Reads,
    body=Literature,
    engine=literature,
    checks=CHECKS,
    study=STUDY,
    folder=_FOLDER,
)
