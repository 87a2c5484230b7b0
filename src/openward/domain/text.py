"""The same words in the two languages of the house."""

import msgspec


class Text(msgspec.Struct, frozen=True):
    """The same words in the two languages of the house."""

    en: str
    zh: str

    def in_(self, language: str) -> str:
        """The words in one language."""
        return self.zh if language == "zh" else self.en
