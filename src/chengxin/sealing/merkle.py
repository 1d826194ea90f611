"""Merkle trees after RFC 9162, section 2.1: roots, inclusion and consistency proofs, and their verification.

Hash function: SHA-256. The prefix bytes 0x00 (leaf) and 0x01 (node) keep a node from being passed off as a leaf. The
tree over no leaves has the digest of the empty text as its root.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final, Protocol

HASH_BYTES: Final = 32
BLOCK_LEAVES: Final = 1 << 10
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
LARGEST_SIZE: Final = 2**63 - 1


class ProofBroken(Exception):  # noqa: N818 - a verdict on a proof
    """A proof does not hold. Every malformed input of a verifier ends in this one error."""

    code = "PROOF_BROKEN"


class NodeSource(Protocol):
    """Where the hashes of complete subtrees are read from."""

    def node(self, level: int, index: int) -> bytes:
        """Return the root of the complete subtree over leaves ``index * 2**level`` and the ``2**level - 1`` after."""
        ...


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to append leaves and to tell the root, and nothing more.

    Memory is one hash for each bit set in the size. Appending costs one leaf and on average one inner hash.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._peaks: list[bytes] = []

    @property
    def size(self) -> int:
        """Number of leaves appended."""
        return self._size

    def append(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        carry = self._size
        peaks = self._peaks
        while carry & 1:
            leaf = hashlib.sha256(b"\x01" + peaks.pop() + leaf).digest()
            carry >>= 1
        peaks.append(leaf)
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append many leaf hashes, in their order.

        Whole blocks are hashed level by level, which takes half the time of appending leaf after leaf.
        """
        source = iter(leaves)
        for leaf in islice(source, -self._size % BLOCK_LEAVES):
            self.append(leaf)
        while block := list(islice(source, BLOCK_LEAVES)):
            if len(block) < BLOCK_LEAVES:
                for leaf in block:
                    self.append(leaf)
                return
            self._append_block(block)

    def _append_block(self, level: list[bytes]) -> None:
        """Append a whole block; the size is a multiple of a block, so every peak is at least that high."""
        block = complete_root(level)
        carry = self._size // BLOCK_LEAVES
        while carry & 1:
            block = node_hash(self._peaks.pop(), block)
            carry >>= 1
        self._peaks.append(block)
        self._size += BLOCK_LEAVES

    def peaks(self) -> tuple[bytes, ...]:
        """Return the roots of the complete subtrees that the tree falls into, from left to right."""
        return tuple(self._peaks)

    def root(self) -> bytes:
        """Return the root of the tree over all leaves appended so far."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def to_state(self) -> bytes:
        """Return the state as bytes: the size (8 bytes, big-endian), then the peaks from left to right."""
        return self._size.to_bytes(8, "big") + b"".join(self._peaks)

    @classmethod
    def from_state(cls, state: bytes) -> "Frontier":
        """Take up a state again.

        Raises:
            ValueError: The bytes are no state of a frontier.
        """
        frontier = cls()
        size = int.from_bytes(state[:8], "big")
        if len(state) != 8 + HASH_BYTES * size.bit_count():
            message = "these bytes are no state of a frontier"
            raise ValueError(message)
        frontier._size = size
        frontier._peaks = [state[at : at + HASH_BYTES] for at in range(8, len(state), HASH_BYTES)]
        return frontier


class Leaves:
    """All leaf hashes of a small tree in memory, as a source of nodes."""

    __slots__ = ("_leaves",)

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves

    def node(self, level: int, index: int) -> bytes:
        """Return the root of one complete subtree, computed from its leaves."""
        return root_of(self._leaves[index << level : (index + 1) << level])


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes, reading them once and keeping none."""
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier.root()


def complete_root(level: Sequence[bytes]) -> bytes:
    """Return the root of a complete subtree, hashed level by level.

    Args:
        level: Its hashes of one level, in number a power of two.
    """
    sha256 = hashlib.sha256
    while len(level) > 1:
        pairs = iter(level)
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]


def inclusion_proof(source: Sequence[bytes] | NodeSource, index: int, size: int) -> list[bytes]:
    """Return the path that proves a leaf to be in a tree (RFC 9162, 2.1.3.1).

    Args:
        source: The leaf hashes themselves, or where complete subtrees are read from; of a source, a number of nodes
            in the order of the logarithm of the size is read.
        index: Position of the leaf, counted from 0.
        size: Number of leaves of the tree; the source may hold more.

    Raises:
        ValueError: The leaf does not lie within the tree.
    """
    if not 0 <= index < size:
        message = "the leaf does not lie within the tree"
        raise ValueError(message)
    node = _nodes(source)
    path = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range_root(node, middle, high))
            high = middle
        else:
            path.append(_range_root(node, low, middle))
            low = middle
    path.reverse()
    return path


def consistency_proof(source: Sequence[bytes] | NodeSource, first_size: int, second_size: int) -> list[bytes]:
    """Return the hashes that prove a tree to be the beginning of a larger one (RFC 9162, 2.1.4.1).

    Args:
        source: The leaf hashes of the larger tree, or where its complete subtrees are read from.
        first_size: Number of leaves of the smaller tree, at least 1.
        second_size: Number of leaves of the larger tree; equal sizes have the empty proof.

    Raises:
        ValueError: The first tree is empty or larger than the second.
    """
    if not 0 < first_size <= second_size:
        message = "the first tree is empty or larger than the second"
        raise ValueError(message)
    node = _nodes(source)
    path = []
    low, high = 0, second_size
    while first_size != high:
        middle = low + _split(high - low)
        if first_size <= middle:
            path.append(_range_root(node, middle, high))
            high = middle
        else:
            path.append(_range_root(node, low, middle))
            low = middle
    if low > 0:
        path.append(_range_root(node, low, high))
    path.reverse()
    return path


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf is in the tree with this size and root (RFC 9162, 2.1.3.2). Return means that it is.

    Args:
        leaf: The leaf hash, not the data.
        index: Position of the leaf, counted from 0.
        size: Number of leaves of the tree.
        path: The proof, lowest node first.
        root: The root, from a signed checkpoint.

    Raises:
        ProofBroken: The proof does not hold or is malformed in any way.
    """
    _whole(index, size)
    _hashes([leaf, root, *path])
    if not index < size:
        raise ProofBroken
    left_index, last_index = index, size - 1
    computed = leaf
    for sibling in path:
        if last_index == 0:
            raise ProofBroken
        if left_index & 1 or left_index == last_index:
            computed = node_hash(sibling, computed)
            while left_index and not left_index & 1:
                left_index >>= 1
                last_index >>= 1
        else:
            computed = node_hash(computed, sibling)
        left_index >>= 1
        last_index >>= 1
    if last_index != 0 or computed != root:
        raise ProofBroken


def verify_consistency(
    *, first_size: int, first_root: bytes, second_size: int, second_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the first tree is the beginning of the second (RFC 9162, 2.1.4.2). Return means that it is.

    An empty first tree is the beginning of every tree; it needs no hashes, but must have the empty root.

    Raises:
        ProofBroken: The proof does not hold or is malformed in any way, also when hashes are left over or the larger
            tree was not wholly walked.
    """
    _whole(first_size, second_size)
    _hashes([first_root, second_root, *path])
    if first_size > second_size:
        raise ProofBroken
    if first_size in {0, second_size}:
        is_rightly_empty = first_size > 0 or first_root == EMPTY_ROOT
        is_same = first_size < second_size or first_root == second_root
        if path or not is_rightly_empty or not is_same:
            raise ProofBroken
        return
    # The root of a complete first tree is itself the first hash; the proof leaves it out.
    steps = [first_root, *path] if first_size.bit_count() == 1 else list(path)
    if not steps or (first_root, second_root) != _walk(first_size - 1, second_size - 1, steps):
        raise ProofBroken


def _walk(first_index: int, last_index: int, steps: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Compute both roots from a consistency proof.

    Raises:
        ProofBroken: There are too many hashes, or too few to consume the second tree wholly; a shorter walk would
            pass an inner node off as the root.
    """
    while first_index & 1:
        first_index >>= 1
        last_index >>= 1
    first_root = second_root = steps[0]
    for sibling in steps[1:]:
        if last_index == 0:
            raise ProofBroken
        if first_index & 1 or first_index == last_index:
            first_root = node_hash(sibling, first_root)
            second_root = node_hash(sibling, second_root)
            while first_index and not first_index & 1:
                first_index >>= 1
                last_index >>= 1
        else:
            second_root = node_hash(second_root, sibling)
        first_index >>= 1
        last_index >>= 1
    if last_index != 0:
        raise ProofBroken
    return first_root, second_root


def _nodes(source: Sequence[bytes] | NodeSource) -> Callable[[int, int], bytes]:
    if isinstance(source, Sequence):
        return Leaves(source).node
    return source.node


def _split(width: int) -> int:
    """Return the largest power of two smaller than the width (at least 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_root(node: Callable[[int, int], bytes], low: int, high: int) -> bytes:
    """Return the root over a range that begins at a multiple of a power of two not below its width."""
    peaks = []
    while low < high:
        level = (high - low).bit_length() - 1
        peaks.append(node(level, low >> level))
        low += 1 << level
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def _whole(*numbers: int) -> None:
    for number in numbers:
        if type(number) is not int or not 0 <= number <= LARGEST_SIZE:
            raise ProofBroken


def _hashes(hashes: Sequence[bytes]) -> None:
    for value in hashes:
        if type(value) is not bytes or len(value) != HASH_BYTES:
            raise ProofBroken
