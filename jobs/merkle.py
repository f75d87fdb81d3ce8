"""Merkle trees of RFC 9162 (section 2.1.1), built leaf by leaf from the hashes of complete subtrees."""

import hashlib
from collections.abc import Iterable

LEAF, NODE = b"\x00", b"\x01"


def leaf(data: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(LEAF + data).digest()


class Tree:
    """A tree of `size` leaves. `peaks` are the hashes of its complete subtrees, largest first: one for each bit of
    `size` that is set."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    def append(self, entry: bytes) -> None:
        """Add a leaf by its hash, merging subtrees of equal size."""
        self.peaks.append(entry)
        self.size += 1
        merged = self.size
        while merged % 2 == 0:
            right, left = self.peaks.pop(), self.peaks.pop()
            self.peaks.append(_node(left, right))
            merged //= 2

    @property
    def root(self) -> bytes:
        """The Merkle tree hash; for an empty tree the hash of the empty string."""
        if not self.peaks:
            return hashlib.sha256().digest()
        *left, root = self.peaks
        for peak in reversed(left):
            root = _node(peak, root)
        return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()
