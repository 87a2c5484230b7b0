"""Whether the whole trail still says what was written: every link, every root, every signature."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec

from openward.domain.trail import Checkpoint, Entry, NewerCheckpoint
from openward.trail.checkpoint import Verifier, genuine
from openward.trail.walk import Walk


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found.

    `first_bad` is the seq of the first entry that cannot be trusted. `unproven` counts the entries at the end that no
    signed checkpoint covers yet: their links hold, but nobody can prove that none was cut off behind them. `lost` is
    the seq of the first decision, in a chain that is whole, which the store of decisions lacks or has otherwise.
    """

    ok: bool
    entries: int
    checkpoints: int
    unproven: int = 0
    first_bad: int | None = None
    lost: int | None = None
    reason: str = ""


class Verifying:
    """One pass over entries and checkpoints, in constant memory for the entries.

    `most_unproven` is how many entries a ward at work may leave behind the last checkpoint; more means that
    checkpoints were taken away.
    """

    def __init__(self, checkpoints: Callable[[], Sequence[Checkpoint]], verify: Verifier, most_unproven: int) -> None:
        self._load = checkpoints
        self._verify = verify
        self._most_unproven = most_unproven
        self._walk = Walk()
        self._ahead: deque[Checkpoint] = deque()
        self._proven = 0
        self._passed = 0

    def over(self, pages: Iterable[Sequence[Entry]]) -> Verification:
        """Walks all entries, stopping at the first that is wrong."""
        self._look_ahead()
        for page in pages:
            # A ward at work signs while we walk: look again as soon as we pass what we knew to be signed.
            if not self._ahead or page[-1].seq > self._ahead[-1].size:
                self._look_ahead()
            for entry in page:
                reason = self._walk.step(entry)
                if reason:
                    return self._bad(self._walk.size + 1, reason)
                reason = self._arrive()
                if reason:
                    return self._bad(self._proven + 1, reason)
        return self._end()

    def _look_ahead(self) -> None:
        """Loads the checkpoints that are still to come, smallest first."""
        size = self._walk.size
        self._ahead = deque(sorted((c for c in self._load() if c.size > size or size == 0), key=lambda c: c.size))

    def _arrive(self) -> str | None:
        """Compares signature and root with each checkpoint that the walk has reached."""
        size = self._walk.size
        while self._ahead and self._ahead[0].size <= size:
            checkpoint = self._ahead.popleft()
            if not genuine(checkpoint, self._verify):
                return _forged(checkpoint)
            if checkpoint.size != size or checkpoint.root != self._walk.root():
                return f"entries {self._proven + 1} to {size} are not those that were signed: the chain was rewritten"
            self._passed += 1
            self._proven = size
        return None

    def _end(self) -> Verification:
        """The judgement when every entry was walked."""
        size = self._walk.size
        for checkpoint in self._ahead:
            if not genuine(checkpoint, self._verify):
                return self._bad(self._proven + 1, _forged(checkpoint))
        if self._ahead:
            signed = self._ahead[-1].size
            return self._bad(size + 1, f"entries {size + 1} to {signed} were cut off: a signed checkpoint covers them")
        unproven = size - self._proven
        if unproven > self._most_unproven:
            reason = f"{unproven} entries have no signed checkpoint: checkpoints were taken away or failed"
            return self._bad(self._proven + 1, reason)
        return Verification(ok=True, entries=size, checkpoints=self._passed, unproven=unproven)

    def _bad(self, seq: int, reason: str) -> Verification:
        """The judgement when something is wrong."""
        size = self._walk.size
        return Verification(
            ok=False,
            entries=size,
            checkpoints=self._passed,
            unproven=size - self._proven,
            first_bad=seq,
            reason=reason,
        )


def _forged(checkpoint: Checkpoint) -> str:
    """What to say of a checkpoint whose signature does not hold, or cannot be judged."""
    if isinstance(checkpoint, NewerCheckpoint):
        return (
            f"the checkpoint over {checkpoint.size} entries was written by a newer version of OpenWard, so this one "
            "cannot judge its signature: verify with that version"
        )
    return (
        f"the checkpoint over {checkpoint.size} entries is not signed by the trusted key: "
        "it was changed, or another key signed it"
    )
