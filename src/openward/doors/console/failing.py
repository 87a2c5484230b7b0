"""Why a run failed, in people's words and the language of the page."""

import re
from collections.abc import Callable
from typing import Final

from openward.domain.run import Failure

_BUDGET: Final = re.compile(r"the service used up its budget of (?P<seconds>[\d.]+) s and was stopped")


def why_failed(failure: Failure, t: Callable[..., str]) -> str:
    """What the page says of a failure; a message that the words have nothing for is shown as it is."""
    late = _BUDGET.fullmatch(failure.message)
    return t("failed_late", seconds=late["seconds"]) if late else failure.message
