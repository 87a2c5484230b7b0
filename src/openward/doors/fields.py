"""What the fields of a service's input are called for a person who fills them in, with help, units and bounds."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from openward.domain.proposal import Language
from openward.doors.outline import name_of

_PATH: Final = Path(__file__).parent / "fields.toml"
_LINE: Final = re.compile(r"\[\d{1,6}\]|\.(?:\d{1,6}|new)(?=\.|$)")
GIVEN: Final = "given."
Both = tuple[str, str]


class FieldWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one field, English first; `columns` are those of a mapping: its key, then its value."""

    title: Both
    help: Both = ("", "")
    columns: tuple[str, str, str, str] | None = None
    units: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    needed: bool = False
    folded: bool = False
    long: bool = False
    file: str = ""

    def column(self, place: int, language: Language) -> str:
        """The title of a column of a mapping, 0 for its key."""
        return self.columns[2 * place + (language == "zh")] if self.columns else ""


@cache
def _held() -> dict[str, dict[str, FieldWords]]:
    return msgspec.convert(tomllib.loads(_PATH.read_text(encoding="utf-8")), dict[str, dict[str, FieldWords]])


def words_of(service: str, path: str) -> FieldWords:
    """The words of a field at a path (`notes.0.text`); those of its bare name where the service has none."""
    plain = _LINE.sub("", path)
    found = _held().get(service, {}).get(plain)
    last = plain.rpartition(".")[2]
    return found or FieldWords(title=(name_of(last, "en"), name_of(last, "zh")))


def title_of(service: str, path: str, language: Language) -> str:
    """What a field is called."""
    return words_of(service, path).title[language == "zh"]


def given(service: str, language: Language) -> dict[str, str]:
    """What the fields of a service are called, by `given.` and their path, for evidence that names what was given."""
    return {f"{GIVEN}{path}": words.title[language == "zh"] for path, words in titled(service).items()}


def titled(service: str) -> dict[str, FieldWords]:
    """The fields of a service that have words of their own, by path."""
    return _held().get(service, {})
