"""Tiles of a Merkle tree on disk, after C2SP tlog-tiles: paths, contents, reading nodes, growing.

A tile of level ``L`` holds up to 256 hashes of the tree's level ``8 * L``, each of 32 bytes, one after the other. Full
tiles never change. The right edge of each level is a partial tile, written anew for each size. Bundles of entries are
not kept here: the contents of the leaves stay in the database, under its rights and erasure.
"""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from chengxin.sealing.merkle import EMPTY_ROOT, HASH_BYTES, Frontier, complete_root, node_hash

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT

_GROUP: Final = 1000
_PATH: Final = re.compile(r"tile/(\d)/((?:x\d{3}/){0,6}\d{3})(?:\.p/(\d{1,3}))?\Z", re.ASCII)
_HIGHEST_LEVEL: Final = 7  # 8 * 8 bits exceed the 63 bits of a tree size


class TileBroken(Exception):  # noqa: N818 - a verdict on a file
    """A tile is missing or has another length than its width asks for."""

    code = "TILE_BROKEN"

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile below the log's folder.

    Args:
        level: Level of tiles, 0 for the leaves.
        index: Number of the tile in its level, from 0.
        width: Number of hashes in it; fewer than 256 make it a partial tile.

    Raises:
        ValueError: One of the numbers is out of range.

    Example:
        >>> tile_path(0, 1234067, 17)
        'tile/0/x001/x234/067.p/17'
    """
    if not (0 <= level <= _HIGHEST_LEVEL and index >= 0 and 0 < width <= TILE_WIDTH):
        message = "there is no such tile"
        raise ValueError(message)
    index, last = divmod(index, _GROUP)
    path = f"{last:03d}"
    while index:
        index, group = divmod(index, _GROUP)
        path = f"x{group:03d}/{path}"
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{path}{partial}"


def read_tile_path(path: str) -> tuple[int, int, int]:
    """Return level, index and width of the tile that a path names, in the one spelling that it has.

    Raises:
        ValueError: It is no path of a tile.

    Example:
        >>> read_tile_path("tile/0/x001/x234/067.p/17")
        (0, 1234067, 17)
    """
    found = _PATH.match(path)
    if found is not None:
        level, groups, partial = found.groups()
        index = int(groups.replace("x", "").replace("/", ""))
        width = TILE_WIDTH if partial is None else int(partial)
        if 0 < width <= TILE_WIDTH and int(level) <= _HIGHEST_LEVEL and tile_path(int(level), index, width) == path:
            return int(level), index, width
    message = "this is no path of a tile"
    raise ValueError(message)


def encode_tile(hashes: Iterable[bytes]) -> bytes:
    """Return the contents of a tile over these hashes."""
    return b"".join(hashes)


def decode_tile(contents: bytes) -> list[bytes]:
    """Return the hashes in the contents of a tile.

    Raises:
        ValueError: The contents are not a whole number of hashes between 1 and 256.
    """
    if not contents or len(contents) % HASH_BYTES or len(contents) > TILE_WIDTH * HASH_BYTES:
        message = "these bytes are no tile"
        raise ValueError(message)
    return [contents[at : at + HASH_BYTES] for at in range(0, len(contents), HASH_BYTES)]


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield level, index and width of every tile that a tree of this size has, partial tiles last in their level."""
    level, entries = 0, size
    while entries:
        full, rest = divmod(entries, TILE_WIDTH)
        yield from ((level, index, TILE_WIDTH) for index in range(full))
        if rest:
            yield level, full, rest
        level, entries = level + 1, full


class TileSource(ABC):
    """The tiles of one log, wherever they are read from; a source of nodes for proofs."""

    __slots__ = ("_read", "_size")

    def __init__(self, size: int) -> None:
        self._size = size
        self._read: dict[tuple[int, int], list[bytes]] = {}

    @property
    def size(self) -> int:
        """Number of leaves of the tree that the tiles are read for."""
        return self._size

    def width(self, level: int, index: int) -> int:
        """Return how many hashes a tile holds at this size of the tree; 0 or less when there is no such tile."""
        return min(TILE_WIDTH, (self._size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH)

    def tile(self, level: int, index: int) -> list[bytes]:
        """Return the hashes of a tile.

        Raises:
            TileBroken: It is missing or has another length.
        """
        width = self.width(level, index)
        path = tile_path(level, index, width)
        contents = self._contents(path, width)
        if contents is None and width < TILE_WIDTH:
            # The log may have grown meanwhile and replaced the partial tile by the full one, which begins with it.
            contents = self._contents(tile_path(level, index), TILE_WIDTH)
        if contents is None:
            raise TileBroken(path)
        return decode_tile(contents[: width * HASH_BYTES])

    @abstractmethod
    def _contents(self, path: str, width: int) -> bytes | None:
        """Return the contents of a tile; ``None`` where it is missing or has another width."""

    def node(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree.

        Raises:
            TileBroken: A file is missing or has another length.
        """
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, offset = divmod(index << height, TILE_WIDTH)
        hashes = self._read.get((tile_level, tile_index))
        if hashes is None:
            hashes = self._read[tile_level, tile_index] = self.tile(tile_level, tile_index)
        return complete_root(hashes[offset : offset + (1 << height)])

    def root(self) -> bytes:
        """Return the root over all tiles, read from the right edge alone.

        Raises:
            TileBroken: A file is missing or has another length.
        """
        if self._size == 0:
            return EMPTY_ROOT
        return root_of_edge(self.edge())

    def edge(self) -> list[list[bytes]]:
        """Return the hashes of the partial tiles, lowest level first; an empty list where the edge is even.

        Raises:
            TileBroken: A file is missing or has another length.
        """
        levels: list[list[bytes]] = []
        entries = self._size
        while entries:
            full, rest = divmod(entries, TILE_WIDTH)
            levels.append(self.tile(len(levels), full) if rest else [])
            entries = full
        return levels


class TileFolder(TileSource):
    """The tiles of one log below a folder."""

    __slots__ = ("_folder",)

    def __init__(self, folder: Path, size: int) -> None:
        super().__init__(size)
        self._folder = folder

    def _contents(self, path: str, width: int) -> bytes | None:
        try:
            contents = (self._folder / path).read_bytes()
        except OSError:
            return None
        return contents if len(contents) == width * HASH_BYTES else None


def root_of_edge(edge: Sequence[Iterable[bytes]]) -> bytes:
    """Return the root of a tree from the partial tiles at its right edge."""
    peaks: list[bytes] = []
    for hashes in reversed(edge):
        frontier = Frontier()
        frontier.extend(hashes)
        peaks.extend(frontier.peaks())
    if not peaks:
        return EMPTY_ROOT
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


class Growth:
    """A tree of tiles that grows: append leaves, take the tiles that are full, and at the end the partial ones.

    Memory is one partial tile for each level, whatever the size.
    """

    __slots__ = ("_changed", "_edge", "_filled", "_size")

    def __init__(self, edge: Iterable[Iterable[bytes]] = (), size: int = 0) -> None:
        self._edge = [list(hashes) for hashes in edge]
        self._size = size
        self._filled = [size >> (TILE_HEIGHT * (level + 1)) for level in range(_HIGHEST_LEVEL + 1)]
        self._changed: set[int] = set()

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Append one leaf hash and return level, index and contents of each tile that became full by it."""
        self._size += 1
        if not self._edge:
            self._edge.append([])
        lowest = self._edge[0]
        lowest.append(leaf)
        if len(lowest) < TILE_WIDTH:
            self._changed.add(0)
            return []
        return self._carry()

    def _carry(self) -> list[tuple[int, int, bytes]]:
        full: list[tuple[int, int, bytes]] = []
        level = 0
        while len(self._edge[level]) == TILE_WIDTH:
            hashes = self._edge[level]
            full.append((level, self._filled[level], encode_tile(hashes)))
            self._filled[level] += 1
            self._edge[level] = []
            level += 1
            if level == len(self._edge):
                self._edge.append([])
            self._edge[level].append(complete_root(hashes))
            self._changed.add(level)
        return full

    def partials(self) -> list[tuple[int, int, bytes]]:
        """Return level, index and contents of each partial tile that appending has changed."""
        return [
            (level, self._filled[level], encode_tile(self._edge[level]))
            for level in sorted(self._changed)
            if self._edge[level]
        ]

    def root(self) -> bytes:
        """Return the root over all leaves."""
        return root_of_edge(self._edge)

    def copy(self) -> "Growth":
        """Return a second tree in the same state, which grows on its own."""
        twin = Growth(self._edge, self._size)
        twin._changed = set(self._changed)
        return twin


def write_file(folder: Path, path: str, contents: bytes) -> None:
    """Write one file below a folder so that readers find the old contents or the new ones whole, also after a crash."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("wb") as stream:
        stream.write(contents)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
