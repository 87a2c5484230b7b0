"""Knowledge change: a row of the house's knowledge, proposed by a person, signed by a pharmacist, then in effect."""

from pathlib import Path
from typing import Final

from openward.harness.service import Amends, Service, load_card
from openward.services.knowledge_change.amending import settled
from openward.services.knowledge_change.checks import CHECKS
from openward.services.knowledge_change.engine import propose, take_effect
from openward.services.knowledge_change.proposal import KnowledgeChange
from openward.services.knowledge_change.reads import Reads
from openward.services.knowledge_change.study import STUDY

_FOLDER: Final = Path(__file__).parent

SERVICE: Final = Service(
    card=load_card(_FOLDER),
    reads=Reads,
    body=KnowledgeChange,
    engine=propose,
    checks=CHECKS,
    study=STUDY,
    folder=_FOLDER,
    amends=Amends(("cells", "why"), settled),
    effect=take_effect,
)
