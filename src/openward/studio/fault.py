"""What speaks against an agent, in both languages, with the field of its manifest that it speaks of."""

import msgspec

from openward.domain.text import Text


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong; `field` is the field of the manifest, or "cases"."""

    field: str
    said: Text

    def __str__(self) -> str:
        """The words in English, as terminals and logs have them."""
        return self.said.en


def fault(field: str, en: str, zh: str) -> Fault:
    """A fault in both languages."""
    return Fault(field, Text(en, zh))
