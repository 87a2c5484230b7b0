"""Words that come again and again, kept once and named by number."""

from collections.abc import Iterable
from threading import Lock
from typing import Final

from sqlalchemy import Connection, insert, select

from openward.adapters.tables import word

_REMEMBERED: Final = 20_000


class Words:
    """What numbers the words have; remembered for the life of the store, as a number is never taken back."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers: dict[str, int] = {}
        self._texts: dict[int, str] = {}

    def numbers(self, connection: Connection, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of those of the texts that are known."""
        known = self._numbers
        wanted = set(texts)
        missing = [text for text in wanted if text not in known]
        found: dict[str, int] = {}
        if missing:
            rows = connection.execute(select(word.c.text, word.c.id).where(word.c.text.in_(missing)))
            found = {row.text: row.id for row in rows}
            self.remember(found)
        return found | {text: known[text] for text in wanted if text in known}

    def text(self, connection: Connection, number: int) -> str:
        """The word of a number."""
        found = self._texts.get(number)
        if found is None:
            found = connection.execute(select(word.c.text).where(word.c.id == number)).scalar_one()
            self.remember({found: number})
        return found

    def known(self) -> dict[str, int]:
        """All that is remembered, as a new dictionary."""
        with self._lock:
            return dict(self._numbers)

    def remember(self, numbers: dict[str, int]) -> None:
        """Remembers numbers that stand in the database for good."""
        with self._lock:
            if len(self._numbers) + len(numbers) > _REMEMBERED:
                # Readers hold on to the dictionaries that they have.
                self._numbers, self._texts = {}, {}
            self._numbers.update(numbers)
            self._texts.update((number, text) for text, number in numbers.items())


class NewWords(dict[str, int]):
    """Numbers during one write: a word that has none gets one, for good only when the write is committed."""

    def __init__(self, connection: Connection, known: dict[str, int]) -> None:
        super().__init__(known)
        self._connection = connection
        self.met: dict[str, int] = {}

    def __missing__(self, text: str) -> int:
        """Looks the word up, or adds it."""
        found: int | None = self._connection.execute(select(word.c.id).where(word.c.text == text)).scalar()
        if found is None:
            found = self._connection.execute(insert(word).values(text=text).returning(word.c.id)).scalar_one()
        self[text] = self.met[text] = found
        return found
