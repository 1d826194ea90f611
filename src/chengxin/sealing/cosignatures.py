"""Cosignatures on checkpoints after C2SP tlog-cosignature: Ed25519 with the time at which a witness saw the state.

A witness is somebody else's program. It cosigns a checkpoint only when the log has proven that it continues the last
one the witness cosigned (``witnessing``). Who demands some witnesses' cosignatures cannot be shown a history that
others do not see, unless the log and all these witnesses lie together. The signed text is::

    cosignature/v1
    time <seconds since 1970>
    <body of the checkpoint>

and the signature line of the note holds key hash (4 bytes), time (8 bytes, big-endian) and signature (64 bytes). The
key hash is made with the type byte 0x04, so that a cosignature cannot be passed off as the log's own signature.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chengxin.sealing.checkpoints import CheckpointBroken, is_key_name, note_parts
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.merkle import HASH_BYTES
from chengxin.sealing.moments import moment_of_seconds

MOST_WITNESSES: Final = 64

_TYPE: Final = b"\x04"
_DASH: Final = "\u2014 "
_KEY_HASH: Final = 4
_TIME: Final = 8
_SIGNATURE: Final = 64
_PARTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """The public key of a witness, together with the name it signs under."""

    name: str
    public_key: Ed25519PublicKey

    @classmethod
    def of(cls, name: str, signer: Ed25519PrivateKey) -> "Witness":
        """Return the witness that belongs to a signing key."""
        return cls(name=name, public_key=signer.public_key())

    @classmethod
    def parse(cls, text: str) -> "Witness":
        """Read a witness's key in the notation ``name+hash+base64``.

        Raises:
            NotVerified: The text is no key of a witness, or its hash belongs to another key.
        """
        parts = text.strip().split("+", 2)
        try:
            raw = base64.b64decode(parts[2], validate=True) if len(parts) == _PARTS else b""
        except ValueError:
            raise NotVerified(Fault.MALFORMED, "witness") from None
        if raw[:1] != _TYPE or len(raw) != 1 + HASH_BYTES or not is_key_name(parts[0]):
            raise NotVerified(Fault.MALFORMED, "witness")
        witness = cls(name=parts[0], public_key=Ed25519PublicKey.from_public_bytes(raw[1:]))
        if witness.encoded() != text.strip():
            raise NotVerified(Fault.MALFORMED, "witness")
        return witness

    @property
    def key_hash(self) -> bytes:
        """Return the four bytes that name the key in a signature line."""
        named = self.name.encode() + b"\n" + _TYPE + self.public_key.public_bytes_raw()
        return hashlib.sha256(named).digest()[:_KEY_HASH]

    def encoded(self) -> str:
        """Return the notation ``name+hash+base64``, to be published and kept by others."""
        raw = base64.b64encode(_TYPE + self.public_key.public_bytes_raw()).decode()
        return f"{self.name}+{self.key_hash.hex()}+{raw}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A cosignature that holds.

    Attributes:
        name: The witness.
        at: When it saw the state, by its own clock; whole seconds.
    """

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessPolicy:
    """How many of which witnesses must have cosigned.

    Attributes:
        needed: At least so many; 0 demands none.
        witnesses: Of these.
    """

    needed: int = 0
    witnesses: tuple[Witness, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a demand that cannot be met, or that one key could meet twice.

        Raises:
            ValueError: More are needed than there are, or two have the same name or key.
        """
        names = {witness.name for witness in self.witnesses}
        keys = {witness.public_key.public_bytes_raw() for witness in self.witnesses}
        if not 0 <= self.needed <= len(self.witnesses) <= min(len(names), len(keys), MOST_WITNESSES):
            message = "these witnesses cannot meet the demand"
            raise ValueError(message)

    def check(self, text: str) -> tuple[Cosignature, ...]:
        """Return the cosignatures of these witnesses, the oldest first.

        Raises:
            NotVerified: The note is malformed, a cosignature under one of these keys does not hold, or there are too
                few.
        """
        found = cosignatures_of(text, self.witnesses)
        if len(found) < self.needed:
            raise NotVerified(Fault.NOT_COSIGNED, f"{len(found)}/{self.needed}")
        return found

    def seen_at(self, text: str) -> datetime | None:
        """Return the moment at which as many witnesses as are needed had seen a checkpoint; ``None`` if none is needed.

        Raises:
            NotVerified: As ``check``.
        """
        found = self.check(text)
        return found[self.needed - 1].at if self.needed else None


def cosign(text: str, *, name: str, signer: Ed25519PrivateKey, now: datetime) -> str:
    """Return the signature line of a witness over a checkpoint, with its line feed. Nothing is judged here.

    Args:
        text: The checkpoint, with whatever signatures.
        name: Name of the witness.
        signer: Its key.
        now: The moment, cut to whole seconds.

    Raises:
        CheckpointBroken: The text is no note.
        ValueError: The name cannot stand in a signature line.
    """
    if not is_key_name(name):
        message = "this name cannot stand in a signature line"
        raise ValueError(message)
    body, _ = note_parts(text)
    seconds = int(now.timestamp())
    signature = signer.sign(_signed(body, seconds))
    raw = Witness.of(name, signer).key_hash + seconds.to_bytes(_TIME, "big") + signature
    return f"{_DASH}{name} {base64.b64encode(raw).decode()}\n"


def with_cosignatures(text: str, lines: Iterable[str]) -> str:
    """Return a checkpoint with further signature lines.

    Raises:
        CheckpointBroken: The text is no note, or a line is no signature line.
    """
    note_parts(text)
    made = text + "".join(lines)
    note_parts(made)
    return made


def cosignatures_of(text: str, witnesses: Iterable[Witness]) -> tuple[Cosignature, ...]:
    """Return the cosignatures of some witnesses on a checkpoint, the oldest first; other signatures are passed over.

    A witness that cosigned more than once counts once, with its oldest time.

    Raises:
        NotVerified: The text is no note, or a signature under one of these keys does not hold.
    """
    try:
        body, signatures = note_parts(text)
    except CheckpointBroken:
        raise NotVerified(Fault.MALFORMED, "checkpoint") from None
    known = {(witness.name, witness.key_hash): witness for witness in witnesses}
    oldest: dict[str, int] = {}
    for name, raw in signatures:
        witness = known.get((name, raw[:_KEY_HASH]))
        if witness is None:
            continue
        seconds = int.from_bytes(raw[_KEY_HASH : _KEY_HASH + _TIME], "big")
        try:
            witness.public_key.verify(raw[_KEY_HASH + _TIME :], _signed(body, seconds))
        except InvalidSignature:
            raise NotVerified(Fault.ALTERED, name) from None
        oldest[name] = min(seconds, oldest.get(name, seconds))
    made = [Cosignature(name=name, at=moment_of_seconds(at, place=name)) for name, at in oldest.items()]
    return tuple(sorted(made, key=lambda cosignature: (cosignature.at, cosignature.name)))


def _signed(body: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()
