"""A talker without a large model: a deterministic planner finds services for a request, and tells what they give."""

from openward.models.embedded.endpoint import Embedded
from openward.models.embedded.phrases import own_sentences
from openward.models.embedded.talking import talk

__all__ = ["Embedded", "own_sentences", "talk"]
