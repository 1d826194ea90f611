"""Tiles: paths, growing, reading nodes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from chengxin.sealing.tiles import (
    Growth,
    TileBroken,
    TileFolder,
    decode_tile,
    encode_tile,
    read_tile_path,
    tile_path,
    tiles_of,
    write_file,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(66_100)]


def write_tree(folder: Path, size: int, start: int = 0) -> None:
    growth = Growth(TileFolder(folder, start).edge(), start) if start else Growth()
    for leaf in LEAVES[start:size]:
        for level, index, contents in growth.append(leaf):
            write_file(folder, tile_path(level, index), contents)
    for level, index, contents in growth.partials():
        write_file(folder, tile_path(level, index, len(contents) // 32), contents)
    assert growth.root() == root_of(LEAVES[:size])


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),  # the example of C2SP tlog-tiles
        (0, 273, 112, "tile/0/273.p/112"),
        (1, 1, 17, "tile/1/001.p/17"),
        (7, 1000, 1, "tile/7/x001/000.p/1"),
    ],
)
def test_paths_are_those_of_the_specification(level: int, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path
    assert read_tile_path(path) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "", "tile", "tile/0", "tile/0/", "tile/8/000", "tile/00/000", "tile/0/0", "tile/0/00", "tile/0/0000",
        "tile/0/x000/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p",
        "tile/0/000/", "/tile/0/000", "tile/0/../0/000", "tile/entries/000", "tile/0/000\n", "tile/0/x001/../000",
        "tile/٠/000", "tile/0/٠٠٠", "checkpoint", "tile/0/001/x234/067", "tile/0/000\x00",
    ],
)  # fmt: skip
def test_no_other_path_names_a_tile(path: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        read_tile_path(path)


@pytest.mark.parametrize(("level", "index", "width"), [(-1, 0, 1), (8, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_there_are_no_other_tiles(level: int, index: int, width: int) -> None:
    with pytest.raises(ValueError, match="no such tile"):
        tile_path(level, index, width)


def test_the_tiles_of_a_size_are_those_of_the_specification() -> None:
    # "a tree of size 70,000 will have" in C2SP tlog-tiles: 273 full tiles and one of 112, then 1 full and 17, then 1
    found = list(tiles_of(70_000))
    assert found[272:] == [(0, 272, 256), (0, 273, 112), (1, 0, 256), (1, 1, 17), (2, 0, 1)]
    assert list(tiles_of(0)) == []


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=256))
def test_a_tile_reads_back(hashes: list[bytes]) -> None:
    assert decode_tile(encode_tile(hashes)) == hashes


@pytest.mark.parametrize("length", [0, 31, 33, 257 * 32])
def test_other_lengths_are_no_tile(length: int) -> None:
    with pytest.raises(ValueError, match="no tile"):
        decode_tile(bytes(length))


@pytest.mark.parametrize("steps", [[1], [255], [256], [257], [1, 2, 300], [255, 256, 511, 512, 1000], [65_536, 66_100]])
def test_a_growing_tree_has_the_right_tiles_nodes_and_proofs(tmp_path: Path, steps: list[int]) -> None:
    before = 0
    for size in steps:
        write_tree(tmp_path, size, before)
        before = size
        folder = TileFolder(tmp_path, size)
        assert folder.root() == root_of(LEAVES[:size])
        for level, index, width in tiles_of(size):
            assert (tmp_path / tile_path(level, index, width)).stat().st_size == width * 32
        for index in {0, size // 3, size - 1}:
            assert inclusion_proof(folder, index, size) == inclusion_proof(LEAVES, index, size)
        for first in {1, size // 2 or 1, size}:
            assert consistency_proof(folder, first, size) == consistency_proof(LEAVES, first, size)


def test_an_older_size_reads_the_full_tile_in_place_of_its_partial_one(tmp_path: Path) -> None:
    write_tree(tmp_path, 256)
    assert TileFolder(tmp_path, 100).root() == root_of(LEAVES[:100])


def test_missing_and_cut_tiles_are_named(tmp_path: Path) -> None:
    write_tree(tmp_path, 300)
    with pytest.raises(TileBroken) as missing:
        TileFolder(tmp_path, 600).tile(0, 1)
    assert missing.value.path == "tile/0/001"
    (tmp_path / "tile/0/001.p/44").write_bytes(bytes(43 * 32))
    with pytest.raises(TileBroken) as cut:
        TileFolder(tmp_path, 300).root()
    assert cut.value.path == "tile/0/001.p/44"
