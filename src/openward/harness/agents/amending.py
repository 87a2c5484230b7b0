"""What follows when a person edits an agent's answer: which of its sentences still stand in it."""

import msgspec

from openward.domain.agent import Answer
from openward.harness.service import Amends


def _settled(_before: Answer, after: Answer) -> Answer:
    """A sentence that does not stand in the text any more is left out with its evidence: that spoke for other words."""
    kept = tuple(sentence for sentence in after.sentences if sentence.text in after.text)
    return msgspec.structs.replace(after, sentences=kept)


AMENDS = Amends(("text",), _settled)
