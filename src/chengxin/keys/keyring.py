"""A keyring of files: one key to a file, readable by its owner only, safe for many processes.

A key file is made under a name of its own, written, made durable, and only then given its name by a hard link, which
fails when the name is taken: a reader finds a key whole or not at all, and of two processes that make the same key
one wins and the other takes the winner's. A destroyed month leaves a tombstone, which is never removed, so that a key
put back from a copy is not taken up again.
"""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chengxin.sealing.checkpoints import Verifier

KEY_BYTES: Final = 32

_MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z", re.ASCII)
_VAULT: Final = "vault"
_IDENTITY_INDEX: Final = "identity-index"
_NAME_INDEX: Final = "name-index"
_LINE_INDEX: Final = "line-index"
_SPOOL: Final = "spool"
_LEDGER: Final = "ledger-signer"
_RECEIPTS: Final = "receipt-signer"
_ORIGIN: Final = "ledger.origin"
_STANDING: Final = (_VAULT, _IDENTITY_INDEX, _NAME_INDEX, _LINE_INDEX, _SPOOL, _LEDGER, _RECEIPTS)


class KeyMissing(Exception):  # noqa: N818 - says what is the case
    """There is no such key, and making one was not asked for."""

    code = "KEY_MISSING"


class KeyDestroyed(Exception):  # noqa: N818 - says what is the case
    """The key was destroyed at the end of its month's keeping; what it sealed cannot be read again."""

    code = "KEY_DESTROYED"


class KeyUnsafe(Exception):  # noqa: N818 - says what is the case
    """A key file has the wrong length, or somebody other than its owner may read it."""

    code = "KEY_UNSAFE"


class KeyState(StrEnum):
    """Whether a month's key can be used."""

    PRESENT = "PRESENT"
    DESTROYED = "DESTROYED"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthKey:
    """The key of one month, without its secret."""

    month: str
    state: KeyState


class Keyring:
    """The keys in one folder. Made by ``Keyring.open``; keys are read when first asked for and kept in memory."""

    __slots__ = ("_folder", "_kept", "_signers")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, bytes] = {}
        self._signers: dict[str, Ed25519PrivateKey] = {}

    @classmethod
    def open(cls, directory: Path, *, create: bool = False) -> "Keyring":
        """Open the keyring of a folder.

        Args:
            directory: Folder of the keys, ``keys`` under the data directory.
            create: Make the folder and every long-lived key that is missing. Never for a folder whose database
                already holds sealed contents: new keys open nothing old.

        Raises:
            KeyMissing: A long-lived key is missing and ``create`` was not asked for. Restore the keys; do not make new.
            KeyUnsafe: Others than the owner may read the folder.
        """
        ring = cls(directory)
        if create:
            _make_folder(directory)
            _make_folder(directory / "months")
            for name in _STANDING:
                ring._make(f"{name}.key", secrets.token_bytes(KEY_BYTES))
            ring._make(_ORIGIN, f"chengxin.invalid/ledger/{secrets.token_hex(8)}\n".encode())
        ring._check()
        return ring

    def vault(self) -> bytes:
        """Return the key that seals identity data."""
        return self._key(f"{_VAULT}.key")

    def identity_index(self) -> bytes:
        """Return the key of the blind index over identity numbers."""
        return self._key(f"{_IDENTITY_INDEX}.key")

    def name_index(self) -> bytes:
        """Return the key of the blind index over names."""
        return self._key(f"{_NAME_INDEX}.key")

    def line_index(self) -> bytes:
        """Return the key of the blind index over suppliers' record numbers and lines."""
        return self._key(f"{_LINE_INDEX}.key")

    def spool(self) -> bytes:
        """Return the key that seals original files while they are kept."""
        return self._key(f"{_SPOOL}.key")

    def month(self, month: str, *, create: bool = False) -> bytes:
        """Return the key of the month in which keeping ends.

        Args:
            month: Year and month, ``2031-04``.
            create: Make the key when the month has none yet.

        Raises:
            KeyDestroyed: The month's contents were erased. Treat them as gone.
            KeyMissing: The month has no key and ``create`` was not asked for.
            KeyUnsafe: The file has another length.
            ValueError: The text is no month.
        """
        name = _month_file(month)
        # Another process may have destroyed the key since it was read: the tombstone is looked for each time.
        if (self._folder / f"{name}.destroyed").exists():
            self._kept.pop(f"{name}.key", None)
            raise KeyDestroyed(month)
        if create and f"{name}.key" not in self._kept:
            self._make(f"{name}.key", secrets.token_bytes(KEY_BYTES))
            if (self._folder / f"{name}.destroyed").exists():  # destroyed in between by another process
                self.destroy_month(month)
                raise KeyDestroyed(month)
        return self._key(f"{name}.key")

    def destroy_month(self, month: str) -> None:
        """Destroy the key of a month for ever: leave a tombstone, overwrite the file, remove it. May be repeated.

        Copies of the key outside this folder are not reached; the keyring must not be in the database's backups.

        Raises:
            ValueError: The text is no month.
        """
        name = _month_file(month)
        self._make(f"{name}.destroyed", b"")
        path = self._folder / f"{name}.key"
        with suppress(FileNotFoundError):
            with path.open("r+b") as stream:
                stream.write(secrets.token_bytes(max(KEY_BYTES, path.stat().st_size)))
                stream.flush()
                os.fsync(stream.fileno())
            path.unlink()
        _sync(path.parent)
        self._kept.pop(f"{name}.key", None)

    def months(self) -> list[MonthKey]:
        """Return every month that has or had a key, in order."""
        found: dict[str, KeyState] = {}
        for path in (self._folder / "months").iterdir():
            month, _, ending = path.name.partition(".")
            if not _MONTH.match(month) or ending not in {"key", "destroyed"}:
                continue
            if ending == "destroyed" or month not in found:
                found[month] = KeyState.DESTROYED if ending == "destroyed" else KeyState.PRESENT
        return [MonthKey(month=month, state=found[month]) for month in sorted(found)]

    def ledger_signer(self) -> Ed25519PrivateKey:
        """Return the key that signs the ledger's checkpoints."""
        return self._signer(_LEDGER)

    def receipt_signer(self) -> Ed25519PrivateKey:
        """Return the key that signs receipts: of authorisations and of looks."""
        return self._signer(_RECEIPTS)

    @property
    def ledger_origin(self) -> str:
        """Return the name of the ledger, which stands in every checkpoint and never changes."""
        kept = self._kept.get(_ORIGIN)
        if kept is None:
            kept = self._kept[_ORIGIN] = (self._folder / _ORIGIN).read_bytes()
        return kept.decode("utf-8").strip()

    def ledger_verifier(self) -> Verifier:
        """Return the public half of the ledger's key, with its name."""
        return Verifier.of(self.ledger_origin, self.ledger_signer())

    def __repr__(self) -> str:
        """Show the folder and nothing of the keys."""
        return f"Keyring({str(self._folder)!r})"

    def _signer(self, name: str) -> Ed25519PrivateKey:
        kept = self._signers.get(name)
        if kept is None:
            kept = self._signers[name] = Ed25519PrivateKey.from_private_bytes(self._key(f"{name}.key"))
        return kept

    def _check(self) -> None:
        missing = [name for name in (*(f"{name}.key" for name in _STANDING), _ORIGIN) if not self._has(name)]
        if missing:
            raise KeyMissing(", ".join(missing))
        if self._folder.stat().st_mode & 0o077:
            raise KeyUnsafe(self._folder.name)

    def _has(self, name: str) -> bool:
        return (self._folder / name).is_file()

    def _key(self, name: str) -> bytes:
        kept = self._kept.get(name)
        if kept is None:
            path = self._folder / name
            try:
                with path.open("rb") as stream:
                    kept = stream.read(KEY_BYTES + 1)
                    mode = os.fstat(stream.fileno()).st_mode
            except FileNotFoundError:
                raise KeyMissing(path.stem) from None
            if len(kept) != KEY_BYTES or mode & 0o077:
                raise KeyUnsafe(path.stem)
            self._kept[name] = kept
        return kept

    def _make(self, name: str, contents: bytes) -> None:
        """Make a file unless it is there; it appears whole, and durable."""
        target = self._folder / name
        if target.exists():
            return
        draft = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(contents)
                stream.flush()
                os.fsync(stream.fileno())
            with suppress(FileExistsError):
                os.link(draft, target)
        finally:
            draft.unlink()
        _sync(target.parent)


def _month_file(month: str) -> str:
    if not _MONTH.match(month):
        message = "a month is written as 2031-04"
        raise ValueError(message)
    return f"months/{month}"


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
