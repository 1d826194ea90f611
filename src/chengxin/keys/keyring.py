"""A keyring of files: one key to a file, readable by its owner only, safe for many processes.

A key file is made under a name of its own, written, made durable, and only then given its name by a hard link, which
fails when the name is taken: a reader finds a key whole or not at all, and of two processes that make the same key
one wins and the other takes the winner's. A destroyed month leaves a tombstone, which is never removed, so that a key
put back from a copy is not taken up again.

A key that signs may be replaced while other processes run: they look before each use whether the file is still the one
they read, and go on with the new key.
"""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)
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
_REPORTS: Final = "report-signer"
_ARCHIVES: Final = "archive-signer"
_REPORT_ROOT: Final = "report-root"
_ROOT: Final = "root-signer"
_ORIGIN: Final = "ledger.origin"
_ON_P256: Final = frozenset({_REPORTS, _REPORT_ROOT})
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


class Signing(StrEnum):
    """The keys that sign, by the names of their files."""

    RECEIPT = _RECEIPTS
    CHECKPOINT = _LEDGER
    REPORT = _REPORTS
    ARCHIVE = _ARCHIVES
    REPORT_ROOT = _REPORT_ROOT
    """Certifies report keys. Needed only when one is made; may be kept off line."""
    ROOT = _ROOT
    """Signs lists of keys. Needed only when one is published; may be kept off line."""


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
        self._signers: dict[str, tuple[tuple[int, int], Ed25519PrivateKey | EllipticCurvePrivateKey]] = {}

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
        _shred(self._folder / f"{name}.key")
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

    @property
    def folder(self) -> Path:
        """Return the folder of the keys."""
        return self._folder

    def ledger_signer(self) -> Ed25519PrivateKey:
        """Return the key that signs the ledger's checkpoints."""
        return self._ed25519(Signing.CHECKPOINT)

    def receipt_signer(self) -> Ed25519PrivateKey:
        """Return the key that signs receipts: of authorisations and of looks."""
        return self._ed25519(Signing.RECEIPT)

    def archive_signer(self) -> Ed25519PrivateKey:
        """Return the key that signs archives which a person takes away.

        Raises:
            KeyMissing: The directory is of an older version. ``chengxin init`` makes the key.
            KeyUnsafe: Others than the owner may read the file, or it has another length.
        """
        return self._ed25519(Signing.ARCHIVE)

    def root_signer(self) -> Ed25519PrivateKey:
        """Return the root key, which signs lists of keys and nothing else.

        Raises:
            KeyMissing: It is kept off line.
            KeyUnsafe: Others than the owner may read the file, or it has another length.
        """
        return self._ed25519(Signing.ROOT)

    def report_signer(self) -> EllipticCurvePrivateKey:
        """Return the key that signs reports.

        Raises:
            KeyMissing: The directory is of an older version. ``chengxin init`` makes the key.
            KeyUnsafe: Others than the owner may read the file, or it has another length.
        """
        return self._p256(Signing.REPORT)

    def report_root(self) -> EllipticCurvePrivateKey:
        """Return the key that certifies report keys, and does nothing else.

        Raises:
            KeyMissing: It is kept off line.
            KeyUnsafe: Others than the owner may read the file, or it has another length.
        """
        return self._p256(Signing.REPORT_ROOT)

    def make_signers(self) -> None:
        """Make the signing keys that older versions did not have, where they are missing; touch no key that is there.

        Only before the first list of keys is published: from then on a missing key is to be restored.
        """
        for signing in (Signing.REPORT, Signing.ARCHIVE, Signing.REPORT_ROOT, Signing.ROOT):
            self._make(f"{signing}.key", _drawn(signing))

    def draw_next(self, signing: Signing) -> Ed25519PrivateKey | EllipticCurvePrivateKey:
        """Return the key that is to follow the one in use, made when first asked for and kept until it follows.

        Args:
            signing: Which of the keys.

        Raises:
            KeyUnsafe: Others than the owner may read the file, or it has another length.
        """
        name = f"{signing}.next.key"
        self._make(name, _drawn(signing))
        try:
            return _loaded(signing, self._key(name))
        finally:
            self._kept.pop(name, None)

    def take_next(self, signing: Signing) -> None:
        """Let the drawn key follow the one in use, which is overwritten and removed. May be repeated after a crash.

        Args:
            signing: Which of the keys.
        """
        current, coming = self._folder / f"{signing}.key", self._folder / f"{signing}.next.key"
        retired = self._folder / f"{signing}.retired.key"
        if coming.exists():
            if not retired.exists():
                os.link(current, retired)
                _sync(self._folder)
            coming.replace(current)
            _sync(self._folder)
        _shred(retired)
        self._signers.pop(signing, None)

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

    def _ed25519(self, signing: Signing) -> Ed25519PrivateKey:
        key = self._signer(signing)
        assert isinstance(key, Ed25519PrivateKey)  # noqa: S101 - for the type checker
        return key

    def _p256(self, signing: Signing) -> EllipticCurvePrivateKey:
        key = self._signer(signing)
        assert isinstance(key, EllipticCurvePrivateKey)  # noqa: S101 - for the type checker
        return key

    def _signer(self, signing: Signing) -> Ed25519PrivateKey | EllipticCurvePrivateKey:
        name = f"{signing}.key"
        try:
            found = (self._folder / name).stat()
        except FileNotFoundError:
            self._signers.pop(signing, None)
            raise KeyMissing(signing) from None
        seen = (found.st_ino, found.st_mtime_ns)
        kept = self._signers.get(signing)
        if kept is None or kept[0] != seen:
            self._kept.pop(name, None)
            kept = self._signers[signing] = (seen, _loaded(signing, self._key(name)))
        return kept[1]

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


def _drawn(signing: Signing) -> bytes:
    """Return a new secret. On P-256 not every 32 bytes are one."""
    if signing not in _ON_P256:
        return secrets.token_bytes(KEY_BYTES)
    return generate_private_key(SECP256R1()).private_numbers().private_value.to_bytes(KEY_BYTES, "big")


def _loaded(signing: Signing, secret: bytes) -> Ed25519PrivateKey | EllipticCurvePrivateKey:
    if signing in _ON_P256:
        return derive_private_key(int.from_bytes(secret, "big"), SECP256R1())
    return Ed25519PrivateKey.from_private_bytes(secret)


def _shred(path: Path) -> None:
    """Overwrite a file and remove it; nothing where there is none."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as stream:
            stream.write(secrets.token_bytes(max(KEY_BYTES, path.stat().st_size)))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()
    _sync(path.parent)


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
