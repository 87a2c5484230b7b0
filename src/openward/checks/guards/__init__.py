"""Guards around an agent: small, named, deterministic; each looks at one thing on its way in, through, or out.

`on_ask` a person's message · `on_words` a stranger's text before a model sees it · `on_call` a tool before it is
called · `on_answer` an answer before it is shown · `on_exit` anything that leaves · `on_tool_description` a stranger's
tool · `scan` a folder with SKILL.md.
"""

from openward.checks.guards.answering import STRICTER, Said, on_answer
from openward.checks.guards.asking import on_ask
from openward.checks.guards.calling import Allowed, Call, Offered, on_call
from openward.checks.guards.describing import Described, digest_of, on_tool_description
from openward.checks.guards.leaving import Channel, on_exit
from openward.checks.guards.reading import Words, on_words
from openward.checks.guards.skills import Skill, scan
from openward.checks.guards.stop import Origin, Outcome, Stop

__all__ = [
    "STRICTER", "Allowed", "Call", "Channel", "Described", "Offered", "Origin", "Outcome", "Said", "Skill", "Stop",
    "Words", "digest_of", "on_answer", "on_ask", "on_call", "on_exit", "on_tool_description", "on_words", "scan",
]  # fmt: skip
