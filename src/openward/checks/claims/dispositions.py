"""What may be done with a patient or a drug: only a source that says so supports it."""

import re
from typing import Final

from openward.checks.claims.words import content
from openward.language.prose import Prose, narrowed

_PERMITS: Final = re.compile(
    r"\b(?:can|may|could|is able to|is ready to|is fit to) (?:now |safely |also |"
    r"then ){0,2}(?:be (?:\w+ly )?(?:discharged|"
    r"sent home|stopped|discontinued|continued|resumed|restarted|withdrawn)|go home|leave (?:the )?hospital)|"
    r"\b(?:fit|ready|suitable|cleared|safe|stable) for (?:discharge|home|transfer|surgery|the operation)|"
    r"\b(?:safe|fine|okay|ok|all right|acceptable) to (?:stop|discontinue|continue|discharge|resume|restart|"
    r"give|take|go|"
    r"withhold|omit|start|use)|"
    r"\b(?:is|are|there is|there's|has|with) no (?:further |longer )?(?:need|reason|indication) (?:for|to)\b|"
    r"\bno need (?:for|to)\b|"
    r"\b(?:does|do) not need (?:to|any|further)\b|"
    r"可以?(?:安全地?)?(?:考虑)?(?:出院|停药|停用|停止|继续|回家|恢复用药|停服)|(?:准予|适合|符合|满足)出院|无需|不需要|不必|没有必要",
    re.IGNORECASE,
)
_OPEN: Final = re.compile(
    r"\b(?:if|whether|not|cannot|unless|until|when|once|before|asked?|decides?|discuss)\b|n't|是否|如果|若|能否|不可|不能|未|请医",
    re.IGNORECASE,
)

_LOOSE: Final = frozenset({"today", "safely", "further", "longer", "there", "from", "with"})
_SHORT: Final = 3


def permits(sentence: str) -> re.Match[str] | None:
    """Where a sentence permits or releases, if it does so without a question or a condition."""
    plain = narrowed(sentence)
    found = _PERMITS.search(plain)
    if found is None or plain.rstrip().endswith("?") or _OPEN.search(plain, 0, found.start()):
        return None
    return found


def says_the_same(sentence: str, said: str) -> bool:
    """Whether a sentence of a source permits as much in the same words."""
    return permits(said) is not None and _words(sentence) <= {*content(said), *Prose(said).stems}


def _words(sentence: str) -> set[str]:
    """The words that matter of a permission, and those of the rest of its sentence that carry meaning."""
    found = permits(sentence)
    own = Prose(sentence[found.start() :]).stems if found else ()
    return {*content(sentence), *(word for word in own if len(word) > _SHORT and word not in _LOOSE)}
