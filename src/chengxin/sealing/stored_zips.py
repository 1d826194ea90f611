"""ZIP files in the one form that we write: stored, not compressed, every byte fixed by names and contents.

Any program opens such a file. Reading is strict the other way round: the reader knows what each byte of the frame must
be and compares it, so that nothing can hide in comments, extra fields, gaps or a second directory, two programs cannot
find different files in it, no name leads out of a folder, and nothing can unfold to more than it is (there is no
compression). Contents are streamed; memory does not grow with the file.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from chengxin.sealing.faults import Fault, NotVerified

MOST_FILES: Final = 64
LARGEST_FILE: Final = 512 << 20
LARGEST_ZIP: Final = 1 << 30
BLOCK: Final = 1 << 16

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z", re.ASCII)
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_VERSION: Final = 20
_UNIX: Final = 3 << 8
_UTF8: Final = 1 << 11
_DATE: Final = 0x21  # 1 January 1980, the first day of the format
_MODE: Final = 0o100644 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file to be written.

    Attributes:
        name: Letters, digits, points, hyphens and underscores; no folders.
        open: Opens the contents from their beginning; called twice, and must give the same both times.
    """

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    name: bytes
    size: int
    crc: int
    offset: int

    def local(self) -> bytes:
        numbers = (_VERSION, _UTF8, 0, 0, _DATE, self.crc, self.size, self.size, len(self.name), 0)
        return _LOCAL.pack(b"PK\x03\x04", *numbers) + self.name

    def central(self) -> bytes:
        numbers = (_UNIX | _VERSION, _VERSION, _UTF8, 0, 0, _DATE, self.crc, self.size, self.size, len(self.name))
        return _CENTRAL.pack(b"PK\x01\x02", *numbers, 0, 0, 0, 0, _MODE, self.offset) + self.name


def write_zip(target: BinaryIO, files: Iterable[Stored]) -> None:
    """Write a ZIP file; the same names and contents give the same bytes.

    Raises:
        ValueError: A name is not allowed or stands twice, there are too many files, or one is too large.
    """
    frames: list[_Frame] = []
    offset = 0
    for file in files:
        size = crc = 0
        for block in blocks_of(file.open):
            size, crc = size + len(block), zlib.crc32(block, crc)
        frame = _Frame(name=file.name.encode(), size=size, crc=crc, offset=offset)
        offset += len(frame.local()) + size
        is_new = all(frame.name != other.name for other in frames)
        fits = size <= LARGEST_FILE and offset <= LARGEST_ZIP and len(frames) < MOST_FILES
        if not (_NAME.match(file.name) and is_new and fits):
            message = f"{file.name!r} cannot be put into this archive"
            raise ValueError(message)
        target.write(frame.local())
        for block in blocks_of(file.open):
            target.write(block)
        frames.append(frame)
    target.write(_directory(frames, offset))


class ZipReader:
    """Reads a ZIP file of this form from front to end, once."""

    __slots__ = ("_frames", "_offset", "_rest", "_source")

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._offset = 0
        self._frames: list[_Frame] = []
        self._rest = b""

    def next_name(self) -> str | None:
        """Return the name of the next file, whose contents must be read then; ``None`` at the end of the archive.

        Raises:
            NotVerified: The frame is not one that we write.
        """
        head = self._source.read(4)
        if head == b"PK\x01\x02":
            self._rest = head
            self._check_end()
            return None
        head += self._source.read(_LOCAL.size - 4)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04" or len(self._frames) == MOST_FILES:
            raise NotVerified(Fault.MALFORMED, "zip")
        *_, crc, size, _, length, _ = _LOCAL.unpack(head)
        name = self._source.read(min(length, 100))
        frame = _Frame(name=name, size=size, crc=crc, offset=self._offset)
        is_new = all(name != other.name for other in self._frames)
        if head + name != frame.local() or not is_new or not _NAME.match(name.decode("latin-1")):
            raise NotVerified(Fault.MALFORMED, "zip")
        self._offset += len(head) + len(name) + size
        if size > LARGEST_FILE or self._offset > LARGEST_ZIP:
            raise NotVerified(Fault.TOO_LARGE, name.decode())
        self._frames.append(frame)
        return name.decode()

    @property
    def size(self) -> int:
        """Size of the file whose name was returned last."""
        return self._frames[-1].size

    def blocks(self) -> Iterator[bytes]:
        """Yield the contents of the file whose name was returned last; must be read to the end.

        Raises:
            NotVerified: The archive ends too early, or the contents do not have their checksum.
        """
        frame, crc, left = self._frames[-1], 0, self._frames[-1].size
        while left:
            block = self._source.read(min(left, BLOCK))
            if not block:
                raise NotVerified(Fault.TRUNCATED, frame.name.decode())
            crc, left = zlib.crc32(block, crc), left - len(block)
            yield block
        if crc != frame.crc:
            raise NotVerified(Fault.ALTERED, frame.name.decode())

    def _check_end(self) -> None:
        expected = _directory(self._frames, self._offset)
        if self._rest + self._source.read(len(expected) - len(self._rest) + 1) != expected:
            raise NotVerified(Fault.MALFORMED, "zip")


def _directory(frames: list[_Frame], offset: int) -> bytes:
    central = b"".join(frame.central() for frame in frames)
    return central + _END.pack(b"PK\x05\x06", 0, 0, len(frames), len(frames), len(central), offset, 0)


def blocks_of(opener: Callable[[], BinaryIO]) -> Iterator[bytes]:
    """Yield the contents that are opened, in blocks."""
    with opener() as source:
        while block := source.read(BLOCK):
            yield block
