"""Files as they were sent, kept sealed until their result need not be fetched any more.

A file is cut into blocks; each is sealed under the spool key, bound to the batch, its place and whether it is the last,
so that blocks can be neither exchanged nor cut off. Clear copies exist only in a private working folder while a batch
is being settled or its result written.
"""

import hashlib
import os
import shutil
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

from django.conf import settings

from chengxin.keys.current import keyring
from chengxin.sealing.suites import seal, unseal

BLOCK_BYTES = 1024 * 1024
_LENGTH = struct.Struct(">I")


def _folder(name: str) -> Path:
    folder = Path(settings.CHENGXIN_DATA) / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(reference: str) -> Path:
    """Return where the sealed file of a batch or an upload lies."""
    return _folder("spool") / reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file as it was kept: size in bytes, SHA-256 in hexadecimal."""

    size_bytes: int
    sha256: str


def keep(*, reference: str, source: BinaryIO) -> Kept:
    """Seal a file and keep it. It is on disk when this returns.

    Args:
        reference: Of the batch.
        source: Open for reading, at its beginning.
    """
    size = 0
    number = 0
    digest = hashlib.sha256()
    target = path_of(reference)
    partial = target.with_suffix(".partial")
    with partial.open("wb") as file:
        block = source.read(BLOCK_BYTES)
        while True:
            following = source.read(BLOCK_BYTES)
            is_last = not following
            sealed = seal(keyring().spool(), block, context=_context(reference, number, is_last=is_last))
            file.write(_LENGTH.pack(len(sealed)))
            file.write(sealed)
            size += len(block)
            digest.update(block)
            number += 1
            if is_last:
                break
            block = following
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
    return Kept(size_bytes=size, sha256=digest.hexdigest())


def _context(reference: str, number: int, *, is_last: bool) -> bytes:
    return f"spool|{reference}|{number}|{int(is_last)}".encode()


def read_clear(*, reference: str, target: Path) -> None:
    """Write the clear copy of a kept file.

    Args:
        reference: Of the batch.
        target: Path in a private working folder.

    Raises:
        FileNotFoundError: It is no longer kept.
        SealBroken: It was changed on the disk.
    """
    with path_of(reference).open("rb") as file, target.open("wb") as clear:
        remaining = path_of(reference).stat().st_size
        number = 0
        while remaining:
            (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
            remaining -= _LENGTH.size + length
            context = _context(reference, number, is_last=remaining == 0)
            clear.write(unseal(keyring().spool(), file.read(length), context=context))
            number += 1


def discard(reference: str) -> None:
    """Remove a kept file; it is no error when it is gone already."""
    path_of(reference).unlink(missing_ok=True)


@contextmanager
def working_folder() -> Iterator[Path]:
    """Give a private folder for clear copies, and remove it whatever happens."""
    folder = Path(mkdtemp(dir=_folder("work"), prefix=f"{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_work() -> None:
    """Remove working folders whose process is gone; called when a server or worker starts."""
    for left in _folder("work").iterdir():
        owner, dash, _ = left.name.partition("-")
        if dash and owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
