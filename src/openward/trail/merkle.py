"""Merkle trees as in RFC 9162 section 2.1, over SHA-256."""

import hashlib
from collections.abc import Sequence
from typing import Final

EMPTY: Final = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, 2.1.1); the prefix keeps a leaf from being passed off as a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The tree over all leaves so far in logarithmic memory: the roots of its perfect subtrees, largest first."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    def add(self, data: bytes) -> None:
        """Appends one leaf."""
        top, size = leaf_hash(data), self.size
        while size & 1:
            top = node_hash(self.peaks.pop(), top)
            size >>= 1
        self.peaks.append(top)
        self.size += 1

    def root(self) -> bytes:
        """The Merkle tree hash of the leaves so far."""
        if not self.peaks:
            return EMPTY
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = node_hash(peak, top)
        return top


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of a list (RFC 9162, 2.1.1)."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def split_at(size: int) -> int:
    """The largest power of two below a size of at least 2: where the tree over that many leaves divides."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The path that proves a leaf (counted from 0) to be in the tree over the leaves (RFC 9162, 2.1.3.1).

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        msg = f"there is no leaf {index} among {len(leaves)}"
        raise IndexError(msg)
    if len(leaves) == 1:
        return ()
    middle = split_at(len(leaves))
    left, right = leaves[:middle], leaves[middle:]
    if index < middle:
        return (*inclusion_proof(left, index), root_of(right))
    return (*inclusion_proof(right, index - middle), root_of(left))


def verify_inclusion(data: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path proves a leaf to stand at an index of the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, second, top = index, size - 1, leaf_hash(data)
    for step in path:
        if second == 0:
            return False
        if first & 1 or first == second:
            top = node_hash(step, top)
            first, second = _climb(first, second)
        else:
            top = node_hash(top, step)
        first, second = first >> 1, second >> 1
    return second == 0 and top == root


def consistency_proof(leaves: Sequence[bytes], old: int) -> tuple[bytes, ...]:
    """The path that proves the tree over the first `old` leaves to be a prefix of the whole (RFC 9162, 2.1.4.1).

    Raises:
        IndexError: `old` is not between 1 and the number of leaves.
    """
    if not 1 <= old <= len(leaves):
        msg = f"there is no tree of {old} leaves among {len(leaves)}"
        raise IndexError(msg)
    return _subproof(leaves, old, whole=True)


def _subproof(leaves: Sequence[bytes], old: int, *, whole: bool) -> tuple[bytes, ...]:
    """SUBPROOF of RFC 9162, 2.1.4.1; `whole` says that the verifier knows the root of this subtree already."""
    if old == len(leaves):
        return () if whole else (root_of(leaves),)
    middle = split_at(len(leaves))
    left, right = leaves[:middle], leaves[middle:]
    if old <= middle:
        return (*_subproof(left, old, whole=whole), root_of(right))
    return (*_subproof(right, old - middle, whole=False), root_of(left))


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the path proves the old tree to be a prefix of the new one (RFC 9162, 2.1.4.2)."""
    if not 1 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = (old_root, *path) if old & (old - 1) == 0 else tuple(path)
    if not steps:
        return False
    return _consistent(old - 1, new - 1, steps, (old_root, new_root))


def _consistent(first: int, second: int, steps: Sequence[bytes], roots: tuple[bytes, bytes]) -> bool:
    """Steps 3 to 7 of RFC 9162, 2.1.4.2: climbs both trees at once and compares both roots."""
    while first & 1:
        first, second = first >> 1, second >> 1
    old_top = new_top = steps[0]
    for step in steps[1:]:
        if second == 0:
            return False
        if first & 1 or first == second:
            old_top, new_top = node_hash(step, old_top), node_hash(step, new_top)
            first, second = _climb(first, second)
        else:
            new_top = node_hash(new_top, step)
        first, second = first >> 1, second >> 1
    return second == 0 and (old_top, new_top) == roots


def _climb(first: int, second: int) -> tuple[int, int]:
    """Skips the levels on which a right edge has no sibling."""
    while first and not first & 1:
        first, second = first >> 1, second >> 1
    return first, second
