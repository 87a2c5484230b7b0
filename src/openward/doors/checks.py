"""What the checks of a run ask, in words, and what came of each, the same verdicts together."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from openward.domain.proposal import Language
from openward.domain.run import Outcome, Run

_PATH: Final = Path(__file__).parent / "checks.toml"
_EVERY: Final = "every"
_WORST: Final[dict[Outcome, int]] = {"refuse": 0, "hold": 1, "pass": 2}


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One check with one outcome: `asks` in words, and the ids of the `findings` of which it speaks."""

    check: str
    asks: str
    outcome: Outcome
    reason: str = ""
    findings: tuple[str, ...] = ()


def asked(service: str, check: str, language: Language) -> str:
    """What a check asks, its own name where nobody said so."""
    held = _words().get(service, {}).get(check) or _words()[_EVERY].get(check)
    return check.replace("-", " ") if held is None else held[language == "zh"]


def checked(run: Run, language: Language) -> list[Checked]:
    """The verdicts of a run, what did not pass first."""
    together: dict[tuple[str, Outcome, str], list[str]] = {}
    for verdict in run.verdicts:
        findings = together.setdefault((verdict.check, verdict.outcome, verdict.reason), [])
        if verdict.finding is not None:
            findings.append(verdict.finding)
    found = [
        Checked(
            check=check, asks=asked(run.service, check, language), outcome=outcome, reason=reason,
            findings=tuple(findings),
        )
        for (check, outcome, reason), findings in together.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: _WORST[one.outcome])


@cache
def _words() -> dict[str, dict[str, tuple[str, str]]]:
    return msgspec.convert(tomllib.loads(_PATH.read_text(encoding="utf-8")), dict[str, dict[str, tuple[str, str]]])
