"""Walking the chain from its first entry, checking each link and growing the Merkle tree on the way."""

from openward.domain.trail import Checkpoint, Entry
from openward.trail.chain import GENESIS, link
from openward.trail.merkle import Frontier


class Walk:
    """How far the chain was walked and found whole: number of entries, last hash and Merkle root."""

    __slots__ = ("_frontier", "_head")

    def __init__(self) -> None:
        self._head = GENESIS
        self._frontier = Frontier()

    @classmethod
    def signed(cls, checkpoint: Checkpoint) -> "Walk | None":
        """A walk that goes on from a checkpoint whose signature is trusted; None where it does not say enough."""
        if not checkpoint.head or not checkpoint.peaks:
            return None
        walk = cls()
        walk._head = checkpoint.head
        walk._frontier = Frontier(checkpoint.size, [bytes.fromhex(peak) for peak in checkpoint.peaks])
        return walk

    @property
    def head(self) -> str:
        """The hash of the last entry that was walked."""
        return self._head

    @property
    def peaks(self) -> tuple[str, ...]:
        """The roots (hex) of the perfect subtrees, largest first."""
        return tuple(peak.hex() for peak in self._frontier.peaks)

    @property
    def size(self) -> int:
        """How many entries were walked."""
        return self._frontier.size

    def root(self) -> str:
        """The Merkle root (hex) over the entries walked; the leaves are the 32 bytes of each entry's hash."""
        return self._frontier.root().hex()

    def step(self, entry: Entry) -> str | None:
        """Walks over the next entry; says what is wrong with it, None when it follows from what came before."""
        seq = self.size + 1
        if entry.seq != seq:
            return f"entry {seq} is missing: entry {entry.seq} stands in its place"
        if entry.previous != self._head:
            return f"entry {seq} does not follow entry {seq - 1}"
        if entry.hash != link(self._head, bytes(entry.event)):
            return f"entry {seq} was changed: its hash is not that of its bytes"
        self._head = entry.hash
        self._frontier.add(bytes.fromhex(entry.hash))
        return None
