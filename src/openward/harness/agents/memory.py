"""What an agent remembers: one conversation, with one actor, about one patient, sealed, for so many hours."""

from datetime import timedelta
from typing import Final

import msgspec

from openward.domain.agent import Said
from openward.domain.journal import Remembered
from openward.ports.clock import Clock
from openward.ports.signer import Signer
from openward.ports.store import JournalStore
from openward.ports.vault import Vault

_encode: Final = msgspec.json.Encoder().encode


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """Whose a memory is; who names the conversation for another patient, actor or agent finds nothing."""

    agent: str
    actor: str
    patient: str | None
    conversation: str


class Shelf:
    """Where conversations are kept."""

    def __init__(self, store: JournalStore, vault: Vault, signer: Signer, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._signer = signer
        self._clock = clock

    def knows(self, whose: Whose) -> bool:
        """Whether this conversation was begun and is not forgotten yet."""
        return self._kept(self._id(whose)) is not None

    def recall(self, whose: Whose) -> tuple[Said, ...]:
        """The turns so far; nothing once they have expired."""
        id = self._id(whose)
        kept = self._kept(id)
        if kept is None:
            return ()
        return msgspec.json.decode(self._vault.open(kept.key, kept.body, id), type=tuple[Said, ...])

    def keep(self, whose: Whose, turns: tuple[Said, ...], hours: int) -> None:
        """Keeps the turns in place of those before, under a new key, for so many hours."""
        id, key = self._id(whose), self._vault.new_key()
        kept = Remembered(
            id=id, conversation=self._signer.pseudonym(whose.conversation), actor=self._signer.pseudonym(whose.actor),
            expires=self._clock.now() + timedelta(hours=hours), key=key, body=self._vault.seal(key, _encode(turns), id),
        )  # fmt: skip
        self._store.remember(kept)

    def forget(self, conversation: str, actor: str) -> int:
        """Drops what any agent remembers of a conversation with an actor."""
        return self._store.forget_conversation(self._signer.pseudonym(conversation), self._signer.pseudonym(actor))

    def _kept(self, id: str) -> Remembered | None:
        kept = self._store.remembered(id)
        return kept if kept is not None and kept.expires > self._clock.now() else None

    def _id(self, whose: Whose) -> str:
        return self._signer.pseudonym(_encode(whose).decode())


class Memory:
    """The memory of one run: what was remembered when it began, and the place for what is to be remembered."""

    def __init__(self, shelf: Shelf, whose: Whose, remembered: tuple[Said, ...], hours: int) -> None:
        self._shelf = shelf
        self._whose = whose
        self._hours = hours
        self.remembered = remembered

    @property
    def conversation(self) -> str:
        """Its id, to go on with it."""
        return self._whose.conversation

    def keep(self, turns: tuple[Said, ...]) -> None:
        """Keeps the turns in place of what was remembered."""
        self._shelf.keep(self._whose, turns, self._hours)
