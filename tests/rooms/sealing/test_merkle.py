"""Merkle trees against published vectors, a naive tree, and another implementation."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from chengxin.sealing.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofBroken,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The reference tree of Certificate Transparency (RFC 6962), published with its implementations.
REFERENCE = [
    leaf_hash(bytes.fromhex(data))
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
REFERENCE_INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
REFERENCE_CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """Compute the root as section 2.1.1 of RFC 9162 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = split(len(leaves))
    return node_hash(naive_root(leaves[:half]), naive_root(leaves[half:]))


def split(size: int) -> int:
    half = 1
    while half * 2 < size:
        half *= 2
    return half


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give the inclusion proof as section 2.1.3.1 defines it."""
    if len(leaves) == 1:
        return []
    half = split(len(leaves))
    if index < half:
        return [*naive_path(index, leaves[:half]), naive_root(leaves[half:])]
    return [*naive_path(index - half, leaves[half:]), naive_root(leaves[:half])]


def naive_consistency(first: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """Give the consistency proof as section 2.1.4.1 defines it."""
    if first == len(leaves):
        return [] if whole else [naive_root(leaves)]
    half = split(len(leaves))
    if first <= half:
        return [*naive_consistency(first, leaves[:half], whole=whole), naive_root(leaves[half:])]
    return [*naive_consistency(first - half, leaves[half:], whole=False), naive_root(leaves[:half])]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    try:
        verify_inclusion(leaf=leaf, index=index, size=size, path=path, root=root)
    except ProofBroken:
        return False
    return True


def check_consistency(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    try:
        verify_consistency(
            first_size=first, first_root=first_root, second_size=second, second_root=second_root, path=path
        )
    except ProofBroken:
        return False
    return True


def test_roots_are_those_of_the_reference_tree() -> None:
    assert [root_of(REFERENCE[:size]).hex() for size in range(9)] == REFERENCE_ROOTS
    assert EMPTY_ROOT.hex() == REFERENCE_ROOTS[0]


@pytest.mark.parametrize(("index", "size", "path"), REFERENCE_INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference_tree(index: int, size: int, path: list[str]) -> None:
    assert [value.hex() for value in inclusion_proof(REFERENCE, index, size)] == path
    root = bytes.fromhex(REFERENCE_ROOTS[size])
    assert check_inclusion(REFERENCE[index], index, size, [bytes.fromhex(value) for value in path], root)


@pytest.mark.parametrize(("first", "second", "path"), REFERENCE_CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference_tree(first: int, second: int, path: list[str]) -> None:
    assert [value.hex() for value in consistency_proof(REFERENCE, first, second)] == path
    roots = bytes.fromhex(REFERENCE_ROOTS[first]), bytes.fromhex(REFERENCE_ROOTS[second])
    assert check_consistency(first, second, [bytes.fromhex(value) for value in path], *roots)


@given(st.integers(0, 300))
def test_the_frontier_has_the_root_of_the_naive_tree(size: int) -> None:
    leaves = leaves_of(size)
    frontier = Frontier()
    for done, leaf in enumerate(leaves):
        frontier.append(leaf)
        assert frontier.size == done + 1
    assert frontier.root() == naive_root(leaves) == root_of(leaves)


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_frontier_goes_on_from_its_state(first: int, more: int) -> None:
    leaves = leaves_of(first + more)
    frontier = Frontier()
    frontier.extend(leaves[:first])
    taken_up = Frontier.from_state(frontier.to_state())
    taken_up.extend(leaves[first:])
    assert taken_up.root() == naive_root(leaves)


@pytest.mark.parametrize(
    "state", [b"\x01", bytes(8) + b"x", (1).to_bytes(8, "big"), (2).to_bytes(8, "big") + bytes(33)]
)
def test_other_bytes_are_no_state_of_a_frontier(state: bytes) -> None:
    with pytest.raises(ValueError, match="no state"):
        Frontier.from_state(state)


@given(st.data(), st.integers(1, 200))
def test_inclusion_proofs_equal_the_naive_ones_and_verify(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    path = inclusion_proof(leaves, index, size)
    assert path == naive_path(index, leaves)
    assert check_inclusion(leaves[index], index, size, path, naive_root(leaves))


@given(st.data(), st.integers(1, 200))
def test_consistency_proofs_equal_the_naive_ones_and_verify(data: st.DataObject, size: int) -> None:
    first = data.draw(st.integers(1, size))
    leaves = leaves_of(size)
    path = consistency_proof(leaves, first, size)
    assert path == naive_consistency(first, leaves)
    assert check_consistency(first, size, path, naive_root(leaves[:first]), naive_root(leaves))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100, 257])
def test_roots_equal_those_of_another_implementation(size: int) -> None:
    other = InmemoryTree(algorithm="sha256")
    for number in range(size):
        other.append_entry(str(number).encode())
    assert other.get_root() == root_of(leaves_of(size))


def test_every_tampered_inclusion_proof_is_refused() -> None:
    for size in range(1, 20):
        leaves = leaves_of(size)
        root = naive_root(leaves)
        for index in range(size):
            path = inclusion_proof(leaves, index, size)
            leaf = leaves[index]
            assert check_inclusion(leaf, index, size, path, root)
            assert not check_inclusion(leaf_hash(b"another"), index, size, path, root)
            assert not check_inclusion(leaf, index, size, path, leaf_hash(b"another"))
            assert not check_inclusion(leaf, index, size, [*path, root], root)
            assert not check_inclusion(leaf, index, size, [root, *path], root)
            for other in range(size + 2):
                assert other == index or not check_inclusion(leaf, other, size, path, root)
            for place in range(len(path)):
                assert not check_inclusion(leaf, index, size, path[:place] + path[place + 1 :], root)
                changed = [*path[:place], bytes([path[place][0] ^ 1]) + path[place][1:], *path[place + 1 :]]
                assert not check_inclusion(leaf, index, size, changed, root)
                assert not check_inclusion(
                    leaf, index, size, [*path[:place], path[place][:31], *path[place + 1 :]], root
                )


def test_every_tampered_consistency_proof_is_refused() -> None:
    for second in range(1, 20):
        leaves = leaves_of(second)
        second_root = naive_root(leaves)
        for first in range(1, second + 1):
            first_root = naive_root(leaves[:first])
            path = consistency_proof(leaves, first, second)
            assert check_consistency(first, second, path, first_root, second_root)
            other = leaf_hash(b"another")
            assert not check_consistency(first, second, path, other, second_root)
            assert not check_consistency(first, second, path, first_root, other)
            assert not check_consistency(first, second, [*path, other], first_root, second_root)
            assert not check_consistency(first, second, [first_root, *path], first_root, second_root)
            for place in range(len(path)):
                shorter = path[:place] + path[place + 1 :]
                assert not check_consistency(first, second, shorter, first_root, second_root)
                changed = [*path[:place], other, *path[place + 1 :]]
                assert not check_consistency(first, second, changed, first_root, second_root)
            for size in range(second):
                assert size == first or not check_consistency(size, second, path, first_root, second_root)


def test_the_larger_tree_must_be_wholly_consumed() -> None:
    # A proof between sizes 2 and 4, claimed for a larger tree: walking stops before its top.
    leaves = leaves_of(8)
    path = consistency_proof(leaves, 2, 4)
    inner = naive_root(leaves[:4])
    assert check_consistency(2, 4, path, naive_root(leaves[:2]), inner)
    for claimed in range(5, 40):
        assert not check_consistency(2, claimed, path, naive_root(leaves[:2]), inner)


def test_an_empty_tree_is_the_beginning_of_every_tree() -> None:
    root = naive_root(leaves_of(5))
    assert check_consistency(0, 5, [], EMPTY_ROOT, root)
    assert check_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    assert not check_consistency(0, 5, [], root, root)
    assert not check_consistency(0, 5, [root], EMPTY_ROOT, root)
    assert not check_consistency(0, 0, [], EMPTY_ROOT, root)


@pytest.mark.parametrize("size", [-1, True, 2**63, 1.0, "1"])
def test_malformed_numbers_end_in_the_one_error(size: object) -> None:
    root = leaf_hash(b"")
    with pytest.raises(ProofBroken):
        verify_inclusion(leaf=root, index=0, size=size, path=[], root=root)  # type: ignore[arg-type]
    with pytest.raises(ProofBroken):
        verify_consistency(first_size=1, first_root=root, second_size=size, second_root=root, path=[])  # type: ignore[arg-type]


@pytest.mark.parametrize(("index", "size"), [(1, 1), (0, 0), (-1, 3)])
def test_no_proof_is_made_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="within the tree"):
        inclusion_proof(leaves_of(3), index, size)


@pytest.mark.parametrize(("first", "second"), [(0, 1), (2, 1), (-1, 3)])
def test_no_consistency_proof_is_made_backwards(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="empty or larger"):
        consistency_proof(leaves_of(3), first, second)
