"""What a person asks, before anything else: words of an emergency interrupt any conversation."""

from openward.checks.guards.emergency import emergency
from openward.checks.guards.stop import Stop
from openward.domain.agent import Audience
from openward.domain.proposal import Language


def on_ask(text: str, *, audience: Audience, language: Language) -> tuple[Stop, ...]:
    """Stops for one message: `answer` for patients and for self-harm told in the first person, else `alert`.

    `says` is what is shown: to a patient it is the whole answer, to a clinician it stands above it.
    """
    return emergency(text, audience, language)
