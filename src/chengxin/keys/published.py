"""The published list of keys: who signs with which key, since when, until when; making, replacing and revoking keys.

The list itself, and what it says about a signature, is in ``sealing.key_documents``. Here it is kept: each list is a
file ``published/<number>.jws`` below the keys, never changed; ``root.jwk`` is the public half of the root key that
signs them. The root key, and the key that certifies report keys, are needed only to publish a list; they may be kept
off line.

A key is replaced at once: the list that ends it and begins the next is published first, then the next takes its place
and the old secret is destroyed. Acts that began before and end after the change are covered by ``OVERLAP``.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chengxin.authority.decisions import Refused
from chengxin.keys.current import keyring
from chengxin.keys.keyring import KeyMissing, Keyring, Signing
from chengxin.sealing import certificates
from chengxin.sealing.cosignatures import WitnessPolicy
from chengxin.sealing.faults import NotVerified
from chengxin.sealing.key_documents import (
    KeyDocument,
    KeyEntry,
    KeyUse,
    RevocationReason,
    check_succession,
    open_keys,
    sign_keys,
)
from chengxin.sealing.signed_texts import PrivateKey, PublicKey, key_name, public_jwk, read_jwk
from chengxin.sealing.trust import Trust

LIFE: Final = timedelta(days=3652)
"""How long a key may sign at most. It should be replaced long before."""
OVERLAP: Final = timedelta(hours=1)
"""How far the periods of a key and the next lie over each other: acts that are under way when it is replaced."""

_FOLDER: Final = "published"
_found_in_use: Final[dict[KeyUse, tuple[KeyDocument, PrivateKey, KeyEntry]]] = {}
"""The key of each use that was found to be in use, and by which list."""
_read_lists: Final[dict[Path, tuple[KeyDocument, str]]] = {}
"""The newest list of each folder as it was last read, and where the next one will lie. A process has one folder."""
_ROOT: Final = "root.jwk"
_SIGNING: Final = {
    KeyUse.REPORT: Signing.REPORT,
    KeyUse.RECEIPT: Signing.RECEIPT,
    KeyUse.CHECKPOINT: Signing.CHECKPOINT,
    KeyUse.ARCHIVE: Signing.ARCHIVE,
}


class KeysNotPublished(Exception):  # noqa: N818 - says what is the case
    """There is no published list of keys, or it is damaged. ``chengxin init`` makes the first; else restore it."""

    code = "KEYS_NOT_PUBLISHED"


class RootKeyAbsent(Exception):  # noqa: N818 - says what is the case
    """A list of keys is to be published, and the root key (or that of report certificates) is kept off line."""

    code = "ROOT_KEY_ABSENT"


class KeyNotInUse(Refused):
    """The key that would have to sign was revoked, or does not stand in the newest list: wait until it is replaced."""

    code = "KEY_NOT_IN_USE"

    def __init__(self, use: KeyUse) -> None:
        super().__init__(use=use.value)


class RotationRefused(Exception):  # noqa: N818 - says what is the case
    """The key of this use cannot be replaced."""

    code = "ROTATION_REFUSED"


class RevocationRefused(Exception):  # noqa: N818 - says what is the case
    """The key cannot be revoked like this: unknown, from a later moment than it is already, or from the future."""

    code = "REVOCATION_REFUSED"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name[:64]}: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was, or would be, published.

    Attributes:
        document: The list.
        entry: The entry that is new or was changed.
        replaced: The entry of the key that ends; ``None`` where none does.
    """

    document: KeyDocument
    entry: KeyEntry
    replaced: KeyEntry | None = None


def report_signing() -> tuple[EllipticCurvePrivateKey, bytes]:
    """Return the key that signs reports, with its certificate in DER.

    Raises:
        KeyMissing: There is none; restore it, or in a directory of an older version run ``chengxin init``.
        KeysNotPublished: There is no list of keys.
        KeyNotInUse: The key was revoked; replace it (``chengxin keys rotate REPORT``).
    """
    ring = keyring()
    key = ring.report_signer()
    certificate = _in_use(KeyUse.REPORT, key).certificate
    if certificate is None:  # the list is not opened without it
        raise KeyNotInUse(KeyUse.REPORT)
    return key, certificate


def archive_signer() -> Ed25519PrivateKey:
    """Return the key that signs the archives which a person takes away.

    Raises:
        KeyMissing: There is none; restore it, or in a directory of an older version run ``chengxin init``.
        KeysNotPublished: There is no list of keys.
        KeyNotInUse: The key was revoked; replace it (``chengxin keys rotate ARCHIVE``).
    """
    key = keyring().archive_signer()
    _in_use(KeyUse.ARCHIVE, key)
    return key


def receipt_signer() -> Ed25519PrivateKey:
    """Return the key that signs receipts: of authorisations and of looks.

    Asked for at every inquiry. Only whether a next list was published is looked for each time; a revocation holds from
    the next receipt on.

    Raises:
        KeyMissing: The key is missing; restore it.
        KeysNotPublished: Lists of keys were published once, and are gone. Restore them.
        KeyNotInUse: The key was revoked; replace it (``chengxin keys rotate RECEIPT``).
    """
    ring = keyring()
    key = ring.receipt_signer()
    try:
        _in_use(KeyUse.RECEIPT, key)
    except KeysNotPublished:
        if is_published(ring):
            raise
        # A directory of an older version: there was only one key, and nothing by which it could be revoked.
    return key


def key_document() -> KeyDocument:
    """Return the newest list of keys, its signature checked.

    Raises:
        KeysNotPublished: There is none, or it is damaged.
    """
    return _opened(keyring())[0]


def key_document_text(number: int | None = None) -> str:
    """Return the signed text of a list of keys, its signature checked.

    Args:
        number: Which; ``None``: the newest.

    Raises:
        KeysNotPublished: There is none of that number, or it is damaged.
    """
    ring = keyring()
    text = _text(ring, _newest_number(ring) if number is None else number)
    _open(text, _root_text(ring))
    return text


def trust_text(witnesses: WitnessPolicy | None = None) -> str:
    """Return the trust file for ``chengxin-verify``: root key, ledger's key, and the newest list of keys.

    Whoever takes it from the platform itself must compare the root key with what is printed elsewhere.

    Args:
        witnesses: Whose cosignatures are demanded; ``None``: nobody's.

    Raises:
        KeysNotPublished: There is no list of keys.
    """
    ring = keyring()
    document, text = _opened(ring)
    trust = Trust(
        issuer=document.issuer,
        root=root_key(),
        ledger=ring.ledger_verifier(),
        witnesses=WitnessPolicy() if witnesses is None else witnesses,
        least_number=document.number,
    )
    return trust.with_keys(text).to_text()


def root_key() -> Ed25519PublicKey:
    """Return the public half of the root key.

    Raises:
        KeysNotPublished: Nothing was published yet.
    """
    return _root(_root_text(keyring()))


def publish_first(ring: Keyring, *, issuer: str, name: str, valid_from: datetime, now: datetime) -> KeyDocument:
    """Make the signing keys that are missing, and publish list number 1; nothing where a list is published already.

    Args:
        ring: The keyring, opened.
        issuer: Address of the platform; stands in everything that it issues, and never changes.
        name: What readers of reports show as the signer's name; some 40 characters.
        valid_from: Since when the keys that are there may have signed.
        now: The moment.

    Raises:
        KeysNotPublished: Lists were published once, and are gone. Restore ``published`` from the keys' backup.
        KeyMissing: A list is published, and a key that signs is missing. Restore it.
        ValueError: The issuer or the name cannot stand in the list.
    """
    with _alone(ring):
        if is_published(ring):
            document = _opened(ring)[0]
            for signing in (Signing.REPORT, Signing.ARCHIVE):
                if not (ring.folder / f"{signing}.key").is_file():
                    raise KeyMissing(signing)
            _finish(ring, document)
            return document
        ring.make_signers()
        root = ring.root_signer()
        if not (ring.folder / _FOLDER / "1.jws").exists():
            _write(ring.folder / _FOLDER / "1.jws", sign_keys(_first(ring, issuer, name, valid_from, now), root))
        # Last of all, so that its presence says that there is a list.
        _write(ring.folder / _ROOT, json.dumps(public_jwk(root.public_key())))
        return _opened(ring)[0]


def is_published(ring: Keyring) -> bool:
    """Tell whether a first list was published; from then on nothing that is missing is made anew."""
    return (ring.folder / _ROOT).exists()


def rotation(use: KeyUse, *, now: datetime) -> KeyEntry:
    """Return the entry of the key that replacing would end, as it would stand then; nothing is made.

    Raises:
        RotationRefused: The key of the ledger's checkpoints cannot be replaced.
        RootKeyAbsent: The root key is off line, or for ``REPORT`` the key that certifies.
        KeysNotPublished: There is no list of keys.
        KeyMissing: The key to be replaced is missing.
    """
    ring = keyring()
    document = _opened(ring)[0]
    _check_rotation(ring, use)
    return _ended(_current(ring, document, use), now)


def rotate(use: KeyUse, *, now: datetime) -> Change:
    """Replace the key of a use: publish the list, then let the new key take the place of the old, which is destroyed.

    After a crash in between, calling again (or ``chengxin init``) finishes what was begun.

    Args:
        use: What the key signs.
        now: The moment from which the new key signs.

    Returns:
        The new entry, and that of the key that ended.

    Raises:
        RotationRefused: The key of the ledger's checkpoints cannot be replaced.
        RootKeyAbsent: The root key is off line, or for ``REPORT`` the key that certifies.
        KeysNotPublished: There is no list of keys.
        KeyMissing: The key to be replaced is missing.
    """
    ring = keyring()
    with _alone(ring):
        document = _opened(ring)[0]
        _check_rotation(ring, use)
        _finish(ring, document)
        current = _current(ring, document, use)
        coming = ring.draw_next(_SIGNING[use]).public_key()
        began, ends = _whole(now) - OVERLAP, _whole(now) + LIFE
        entry = KeyEntry(
            use=use,
            public_key=coming,
            valid_from=began,
            valid_until=ends,
            certificate=None if current.certificate is None else _certified(ring, document, coming, began, ends),
        )
        ended = _ended(current, now)
        kept = tuple(ended if one == current else one for one in document.keys)
        published = _publish(ring, document, keys=(*kept, entry), now=now)
        ring.take_next(_SIGNING[use])
    return Change(document=published, entry=entry, replaced=ended)


def revocation(name: str, *, since: datetime, reason: RevocationReason, now: datetime) -> Change:
    """Return what revoking a key would publish.

    Args:
        name: The key's name, as the list has it.
        since: Moment from which nothing under this key is good any more that is not proven older.
        reason: Why.
        now: The moment.

    Raises:
        RevocationRefused: The key is unknown, was revoked from an earlier moment already, or ``since`` is to come.
        RootKeyAbsent: The root key is off line.
        KeysNotPublished: There is no list of keys.
    """
    ring = keyring()
    document = _opened(ring)[0]
    _require_root(ring)
    found = next((entry for entry in document.keys if entry.name == name), None)
    if found is None:
        raise RevocationRefused(name, "unknown")
    if since > now:
        raise RevocationRefused(name, "since is to come")
    if found.revoked_from is not None and found.revoked_from <= since:
        raise RevocationRefused(name, "revoked already")
    entry = replace(found, revoked_from=since.astimezone(UTC), revocation_reason=reason)
    return Change(document=document, entry=entry, replaced=found)


def revoke(name: str, *, since: datetime, reason: RevocationReason, now: datetime) -> Change:
    """Revoke a key: publish the list that says so. A key in use signs no reports and archives from then on.

    Arguments and refusals as for ``revocation``.
    """
    ring = keyring()
    with _alone(ring):
        change = revocation(name, since=since, reason=reason, now=now)
        kept = tuple(change.entry if one == change.replaced else one for one in change.document.keys)
        return replace(change, document=_publish(ring, change.document, keys=kept, now=now))


def receipt_keys() -> tuple[Ed25519PublicKey, ...]:
    """Return every key that ever signed receipts, the one in use first; revoked ones are among them.

    Raises:
        KeyMissing: The key in use is missing.
    """
    ring = keyring()
    used = ring.receipt_signer().public_key()
    try:
        entries = _opened(ring)[0].of_use(KeyUse.RECEIPT)
    except KeysNotPublished:
        entries = ()  # a directory of an older version: there was only one key
    keys = {entry.name: entry.public_key for entry in entries if isinstance(entry.public_key, Ed25519PublicKey)}
    return (used, *(key for name, key in keys.items() if name != key_name(used)))


def names_in_use() -> dict[KeyUse, str]:
    """Return the names of the keys that sign now; a use whose key is missing has none."""
    ring = keyring()
    return {
        use: key_name(_public(ring, signing))
        for use, signing in _SIGNING.items()
        if (ring.folder / f"{signing}.key").is_file()
    }


def is_root_here() -> bool:
    """Tell whether the root key is on this machine."""
    return (keyring().folder / f"{Signing.ROOT}.key").is_file()


def _first(ring: Keyring, issuer: str, name: str, valid_from: datetime, now: datetime) -> KeyDocument:
    began, ends = _whole(valid_from), _whole(now) + LIFE
    root = ring.report_root()
    certificate = certificates.make_root(root, name=f"{name} 报告根", valid_from=began)
    report = ring.report_signer().public_key()
    certified = certificates.make_report_certificate(
        report, name=f"{name} 报告 1", valid_from=began, valid_until=ends, root=root, root_certificate=certificate
    )
    return KeyDocument(
        issuer=issuer,
        number=1,
        previous=None,
        made_at=_whole(now),
        report_roots=(certificate,),
        keys=tuple(
            KeyEntry(
                use=use,
                public_key=_public(ring, signing),
                valid_from=began,
                valid_until=ends,
                certificate=certified if use is KeyUse.REPORT else None,
                origin=ring.ledger_origin if use is KeyUse.CHECKPOINT else None,
            )
            for use, signing in _SIGNING.items()
        ),
    )


def _certified(ring: Keyring, document: KeyDocument, key: PublicKey, began: datetime, ends: datetime) -> bytes:
    root = document.report_roots[-1]
    subject = certificates.name_of(root).removesuffix("根")
    number = len(document.of_use(KeyUse.REPORT)) + 1
    if isinstance(key, Ed25519PublicKey):
        message = "reports are signed on P-256"
        raise TypeError(message)
    return certificates.make_report_certificate(
        key,
        name=f"{subject} {number}",
        valid_from=began,
        valid_until=ends,
        root=ring.report_root(),
        root_certificate=root,
    )


def _check_rotation(ring: Keyring, use: KeyUse) -> None:
    if use is KeyUse.CHECKPOINT:
        # The ledger checks all its checkpoints, and a witness the log, under one key.
        message = "CHECKPOINT: every checkpoint is verified under the ledger's one key"
        raise RotationRefused(message)
    _require_root(ring)
    if use is KeyUse.REPORT and not (ring.folder / f"{Signing.REPORT_ROOT}.key").is_file():
        raise RootKeyAbsent(Signing.REPORT_ROOT)


def _require_root(ring: Keyring) -> Ed25519PrivateKey:
    try:
        root = ring.root_signer()
    except KeyMissing:
        raise RootKeyAbsent(Signing.ROOT) from None
    if key_name(root.public_key()) != key_name(_root(_root_text(ring))):
        message = f"{Signing.ROOT}: another key"
        raise RootKeyAbsent(message)
    return root


def _publish(ring: Keyring, document: KeyDocument, *, keys: tuple[KeyEntry, ...], now: datetime) -> KeyDocument:
    root = _require_root(ring)
    following = KeyDocument(
        issuer=document.issuer,
        number=document.number + 1,
        previous=document.digest,
        made_at=max(_whole(now), document.made_at),
        report_roots=document.report_roots,
        keys=keys,
    )
    text = sign_keys(following, root)
    made = open_keys(text, root.public_key())
    check_succession([document, made])
    _write(ring.folder / _FOLDER / f"{made.number}.jws", text)
    return made


def _finish(ring: Keyring, document: KeyDocument) -> None:
    """Finish replacements that a crash left half done: the list is published, the old key still in its place."""
    for use, signing in _SIGNING.items():
        if (ring.folder / f"{signing}.next.key").exists():
            coming = key_name(ring.draw_next(signing).public_key())
            if document.find(coming, use) is not None:
                ring.take_next(signing)
        elif (ring.folder / f"{signing}.retired.key").exists():
            ring.take_next(signing)


def _current(ring: Keyring, document: KeyDocument, use: KeyUse) -> KeyEntry:
    entry = document.find(key_name(_public(ring, _SIGNING[use])), use)
    if entry is None:
        raise KeyNotInUse(use)
    return entry


def _in_use(use: KeyUse, key: PrivateKey) -> KeyEntry:
    document = _standing(keyring())
    found = _found_in_use.get(use)
    if found is not None and found[0] is document and found[1] is key:
        return found[2]
    entry = document.find(key_name(key.public_key()), use)
    if entry is None or entry.revoked_from is not None:
        raise KeyNotInUse(use)
    _found_in_use[use] = document, key, entry
    return entry


def _standing(ring: Keyring) -> KeyDocument:
    """Return the newest list of keys; it is read once, and again when the next one was published.

    Lists are numbered without gaps and never removed, so whether there is a newer one is seen by one file's name.
    """
    document, following = _read_lists.get(ring.folder, (None, ""))
    if document is None or os.path.exists(following):  # noqa: PTH110 - a path as text costs a tenth
        document = _opened(ring)[0]
        _read_lists[ring.folder] = document, str(ring.folder / _FOLDER / f"{document.number + 1}.jws")
    return document


def _ended(entry: KeyEntry, now: datetime) -> KeyEntry:
    """Return an entry that ends; one that had not begun by then, or ends earlier already, stays as it is."""
    ends = min(entry.valid_until, _whole(now) + OVERLAP)
    return replace(entry, valid_until=max(ends, entry.valid_from + timedelta(seconds=1)))


def _public(ring: Keyring, signing: Signing) -> PublicKey:
    match signing:
        case Signing.REPORT:
            return ring.report_signer().public_key()
        case Signing.REPORT_ROOT:
            return ring.report_root().public_key()
        case Signing.RECEIPT:
            return ring.receipt_signer().public_key()
        case Signing.CHECKPOINT:
            return ring.ledger_signer().public_key()
        case Signing.ARCHIVE:
            return ring.archive_signer().public_key()
        case Signing.ROOT:
            return ring.root_signer().public_key()


def _opened(ring: Keyring) -> tuple[KeyDocument, str]:
    text = _text(ring, _newest_number(ring))
    return _open(text, _root_text(ring)), text


@lru_cache(maxsize=8)
def _open(text: str, root: str) -> KeyDocument:
    try:
        return open_keys(text, _root(root))
    except NotVerified as wrong:
        raise KeysNotPublished(str(wrong)) from None


@lru_cache(maxsize=8)
def _root(text: str) -> Ed25519PublicKey:
    try:
        key = read_jwk(json.loads(text))
    except (NotVerified, ValueError):
        raise KeysNotPublished(_ROOT) from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeysNotPublished(_ROOT)
    return key


def _newest_number(ring: Keyring) -> int:
    numbers = [
        int(path.stem) for path in (ring.folder / _FOLDER).glob("*.jws") if path.stem.isascii() and path.stem.isdigit()
    ]
    if not numbers:
        raise KeysNotPublished(_FOLDER)
    return max(numbers)


def _text(ring: Keyring, number: int) -> str:
    return _read(ring.folder / _FOLDER / f"{number}.jws")


def _root_text(ring: Keyring) -> str:
    return _read(ring.folder / _ROOT)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        raise KeysNotPublished(path.name) from None


def _write(path: Path, text: str) -> None:
    """Write a file that must not be there yet; it appears whole, and durable."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
    for folder in (path.parent, path.parent.parent):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextmanager
def _alone(ring: Keyring) -> Iterator[None]:
    """Let one process at a time change what is published."""
    descriptor = os.open(ring.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _whole(moment: datetime) -> datetime:
    """Return a moment in UTC, cut to whole seconds, as certificates have it."""
    return moment.astimezone(UTC).replace(microsecond=0)
