"""Signed checkpoints after C2SP tlog-checkpoint and signed-note, with Ed25519 keys.

A checkpoint is the text that says how large a log was and which root it had::

    <origin>
    <size>
    <root in base64>

    — <origin> <base64 of key hash (4 bytes) and signature (64 bytes)>

Whoever keeps an older checkpoint can demand the proof that the newer one continues it; this is what makes cutting off
the tail of the log visible outside.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chengxin.sealing.merkle import HASH_BYTES, LARGEST_SIZE

_ED25519: Final = b"\x01"
_DASH: Final = "\u2014 "
_LARGEST_NOTE: Final = 64 * 1024
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z", re.ASCII)
_NAME: Final = re.compile(r"[^\s+]+\Z")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_PARTS: Final = 3
_KEY_HASH: Final = 4


class CheckpointBroken(Exception):  # noqa: N818 - a verdict on a text
    """A checkpoint or note is malformed, from another log, or not signed by its key."""

    code = "CHECKPOINT_BROKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """The public key of a log, together with the name it signs under (the origin)."""

    origin: str
    public_key: Ed25519PublicKey

    @classmethod
    def of(cls, origin: str, signer: Ed25519PrivateKey) -> "Verifier":
        """Return the verifier that belongs to a signing key."""
        return cls(origin=origin, public_key=signer.public_key())

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read a verifier key in the notation ``name+hash+base64``.

        Raises:
            CheckpointBroken: The text is no verifier key, or its hash belongs to another key.
        """
        parts = text.strip().split("+", 2)
        if len(parts) != _PARTS or not _NAME.match(parts[0]):
            raise CheckpointBroken
        raw = _base64(parts[2])
        if raw[:1] != _ED25519 or len(raw) != 1 + HASH_BYTES:
            raise CheckpointBroken
        verifier = cls(origin=parts[0], public_key=Ed25519PublicKey.from_public_bytes(raw[1:]))
        if verifier.key_hash.hex() != parts[1]:
            raise CheckpointBroken
        return verifier

    @property
    def key_hash(self) -> bytes:
        """Return the four bytes that name the key in a signature line."""
        named = self.origin.encode() + b"\n" + _ED25519 + self.public_key.public_bytes_raw()
        return hashlib.sha256(named).digest()[:_KEY_HASH]

    def encoded(self) -> str:
        """Return the notation ``name+hash+base64``, to be published and kept by others."""
        raw = base64.b64encode(_ED25519 + self.public_key.public_bytes_raw()).decode()
        return f"{self.origin}+{self.key_hash.hex()}+{raw}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How large a log was and which root it had, with the signed text that says so."""

    origin: str
    size: int
    root: bytes
    text: str


def sign_checkpoint(origin: str, size: int, root: bytes, signer: Ed25519PrivateKey) -> str:
    """Return the signed text of a checkpoint.

    Args:
        origin: Name of the log, without spaces and plus signs; unchanging for the life of the log.
        size: Number of leaves.
        root: Root over these leaves.
        signer: The log's signing key.

    Raises:
        ValueError: A value cannot stand in a checkpoint.
    """
    if not (_NAME.match(origin) and 0 <= size <= LARGEST_SIZE and len(root) == HASH_BYTES):
        message = "these values cannot stand in a checkpoint"
        raise ValueError(message)
    return sign_note(f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n", origin, signer)


def open_checkpoint(text: str, verifier: Verifier) -> Checkpoint:
    """Check the signature of a checkpoint and read it. Lines after the root are extensions, and allowed.

    Raises:
        CheckpointBroken: It is malformed, from another log, or not signed by this key.
    """
    lines = open_note(text, verifier).split("\n")
    if len(lines) <= _PARTS or lines[0] != verifier.origin or not _NUMBER.match(lines[1]):
        raise CheckpointBroken
    root = _base64(lines[2])
    size = int(lines[1])
    if len(root) != HASH_BYTES or size > LARGEST_SIZE:
        raise CheckpointBroken
    return Checkpoint(origin=lines[0], size=size, root=root, text=text)


def sign_note(body: str, name: str, signer: Ed25519PrivateKey) -> str:
    """Return a signed note: the body, an empty line, and one signature line.

    Args:
        body: Text that ends with a line feed.
        name: Name of the key.
        signer: The key.

    Raises:
        ValueError: The body does not end with a line feed.
    """
    if not body.endswith("\n"):
        message = "the body of a note ends with a line feed"
        raise ValueError(message)
    line = base64.b64encode(Verifier.of(name, signer).key_hash + signer.sign(body.encode())).decode()
    return f"{body}\n{_DASH}{name} {line}\n"


def open_note(text: str, verifier: Verifier) -> str:
    """Return the body of a note that this key signed; signatures by other keys (witnesses) are passed over.

    Raises:
        CheckpointBroken: The note is malformed, or this key's signature is missing or does not hold.
    """
    body, signatures = note_parts(text)
    own = [raw for name, raw in signatures if _is_own(name, raw, verifier)]
    if not own:
        raise CheckpointBroken
    try:
        for raw in own:
            verifier.public_key.verify(raw[_KEY_HASH:], body.encode())
    except InvalidSignature:
        raise CheckpointBroken from None
    return body


def note_parts(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the body of a note, and of each signature line the name with what follows it. Nothing is verified here.

    Raises:
        CheckpointBroken: The note is malformed, or a line stands twice.
    """
    if len(text) > _LARGEST_NOTE or _CONTROL.search(text):
        raise CheckpointBroken
    body, gap, signatures = text.rpartition("\n\n")
    if not gap or not signatures.endswith("\n") or not _is_unicode(text):
        raise CheckpointBroken
    lines = signatures[:-1].split("\n")
    if len(set(lines)) != len(lines):
        raise CheckpointBroken
    return body + "\n", [_signature(line) for line in lines]


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


def is_key_name(name: str) -> bool:
    """Tell whether a name can stand in a signature line: not empty, without spaces and plus signs."""
    return bool(_NAME.match(name))


def _is_own(name: str, raw: bytes, verifier: Verifier) -> bool:
    return name == verifier.origin and raw[:_KEY_HASH] == verifier.key_hash


def _signature(line: str) -> tuple[str, bytes]:
    if not line.startswith(_DASH):
        raise CheckpointBroken
    name, gap, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _base64(encoded)
    if not gap or not _NAME.match(name) or len(raw) <= _KEY_HASH:
        raise CheckpointBroken
    return name, raw


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CheckpointBroken from None
    # Only the one canonical spelling: stray bits in the last sign would allow many texts for one signature.
    if base64.b64encode(raw).decode() != text:
        raise CheckpointBroken
    return raw
