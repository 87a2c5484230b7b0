"""The same words in the two languages of the house, and texts whose places are filled."""

from string import Formatter
from typing import Any, Final

import msgspec


class Text(msgspec.Struct, frozen=True):
    """The same words in the two languages of the house."""

    en: str
    zh: str

    def in_(self, language: str) -> str:
        """The words in one language."""
        return self.zh if language == "zh" else self.en


class _Counting(Formatter):
    """A place `{n:day|days}` takes the number and the word that goes with it."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, several, many = format_spec.partition("|")
        if not several:
            return super().format_field(value, format_spec)
        return f"{value} {one if str(value) == '1' else many}"


_FILLING: Final = _Counting()


def fill(text: str, *places: object, **slots: object) -> str:
    """A text with its places filled; `{n:day|days}` is `1 day` and `2 days`."""
    return _FILLING.vformat(text, places, slots)
