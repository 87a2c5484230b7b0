"""Care at home is provisional while it rests on a bare complaint about which nothing was asked yet."""

import re
from typing import Final

import msgspec

from openward.domain.text import Text
from openward.services.triage.acuity import Acuity, Spoken
from openward.services.triage.intake import OF_PERSON, Intake
from openward.services.triage.reads import Reads

# Who says no more than this and denies nothing tells no story: silence on a danger says nothing of it.
_MOST_WORDS: Final = 6
_MOST_FINDINGS: Final = 2
_WORD: Final = re.compile(r"[^\W\d_\u3000-\u9fff]+(?:['’][a-z]+)?|[\u3400-\u9fff]{1,2}")


def is_provisional(decided: Acuity, intake: Intake, reads: Reads, *, asks: bool) -> bool:
    """Whether care at home was found by taking dangers as absent that a bare complaint does not speak of."""
    if decided.level != "self-care" or not any(spoken.assumed for spoken in decided.heard):
        return False
    if not _is_bare(intake, reads):
        return False
    unknown_age = "age" not in intake.facts.numbers
    return unknown_age or (asks and not _was_answered(reads))


def until_asked(decided: Acuity) -> Acuity:
    """The same rules, heard as an appointment whose warning signs are still to be asked about."""
    raised = tuple(_raised(spoken) for spoken in decided.heard)
    return msgspec.structs.replace(decided, level="routine", heard=raised, provisional=True)


def _raised(spoken: Spoken) -> Spoken:
    rule = msgspec.structs.replace(spoken.rule, level="routine", scale="IV", department="general", reason=_REASON)
    return msgspec.structs.replace(spoken, rule=rule)


def _is_bare(intake: Intake, reads: Reads) -> bool:
    told = [known for known in intake.facts.stated.values() if known.origin == "text"]
    denies = any(not known.present for known in told)
    return not denies and len(told) <= _MOST_FINDINGS and len(_WORD.findall(reads.complaint)) <= _MOST_WORDS


def _was_answered(reads: Reads) -> bool:
    return any(id not in OF_PERSON and value != "unknown" for id, value in reads.answers.items())


_REASON: Final = Text("Warning signs not asked about yet", "尚未询问警示征象")
