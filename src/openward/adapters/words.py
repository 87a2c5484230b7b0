"""Words that come again and again, kept once and named by number."""

from threading import Lock
from typing import Final

from sqlalchemy import Connection, insert, select

from openward.adapters.database import Database
from openward.adapters.tables import word

_REMEMBERED: Final = 20_000


class Words:
    """The numbers of words, remembered for the life of the store: a number stands for its word for good."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._numbers: dict[str, int] = {}
        self._texts: dict[int, str] = {}

    def number(self, text: str) -> int | None:
        """The number of a word, None when the record never met it."""
        found = self._numbers.get(text)
        if found is None:
            for (found,) in self._database.rows("SELECT id FROM word WHERE text = ?", (text,)):
                self.remember({text: found})
        return found

    def text(self, number: int) -> str:
        """The word of a number."""
        found = self._texts.get(number)
        if found is None:
            ((found,),) = self._database.rows("SELECT text FROM word WHERE id = ?", (number,))
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
            found = int(self._connection.execute(insert(word).values(text=text).returning(word.c.id)).scalar_one())
        self[text] = self.met[text] = found
        return found
