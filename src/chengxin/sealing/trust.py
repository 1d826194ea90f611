"""What a reader has from elsewhere, and why everything else is only as good as that.

A thing that brought its own keys along would prove nothing. The reader needs, from print, from a second body or from an
earlier visit: the *root key*, under which the list of keys is signed; optionally the *ledger's key*; optionally the
*witnesses* whose cosignatures he demands, and how many. These stand in a trust file, which is not signed by anybody: it
is the reader's own::

    {"format": "chengxin-trust-1", "issuer": "https://…", "root": {JWK},
     "ledger": "name+hash+key" or null, "witnesses": {"needed": 2, "keys": ["name+hash+key", …]},
     "keys": "<list of keys>" or null, "least_number": 1}

``keys`` is the newest list that the reader knows; a thing may bring a newer one along (an archive does).
``least_number`` keeps an older list, from before a revocation, from being passed off as the newest.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chengxin.sealing.checkpoints import Checkpoint, CheckpointBroken, Verifier, note_parts, open_checkpoint
from chengxin.sealing.cosignatures import Cosignature, Witness, WitnessPolicy
from chengxin.sealing.faults import LARGEST_TEXT, Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument, KeyUse, check_succession, open_keys
from chengxin.sealing.signed_texts import key_name, public_jwk, read_json, read_jwk

FORMAT: Final = "chengxin-trust-1"

_MEMBERS: Final = {"format", "issuer", "root", "ledger", "witnesses", "keys", "least_number"}
_KEY_HASH: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerState:
    """A state of the ledger whose signature holds, cosigned as the reader demands.

    Attributes:
        checkpoint: Size and root.
        verifier: The key that signed it.
        cosignatures: Of the reader's witnesses, the oldest first.
        seen_at: When as many witnesses as are needed had seen it; ``None`` where none is needed. Nobody but them says
            when a checkpoint was made.
    """

    checkpoint: Checkpoint
    verifier: Verifier
    cosignatures: tuple[Cosignature, ...]
    seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the reader has from elsewhere.

    Attributes:
        issuer: Address of the platform.
        root: The root key.
        ledger: The ledger's key; ``None``: as the list of keys says.
        witnesses: Whose cosignatures are demanded.
        keys: The newest list of keys that the reader knows; ``None``: none.
        keys_text: Its signed text; ``None``: none.
        least_number: Older lists are refused.
    """

    issuer: str
    root: Ed25519PublicKey
    ledger: Verifier | None = None
    witnesses: WitnessPolicy = field(default_factory=WitnessPolicy)
    keys: KeyDocument | None = None
    keys_text: str | None = None
    least_number: int = 1

    @classmethod
    def parse(cls, text: str) -> "Trust":
        """Read a trust file.

        Raises:
            NotVerified: It is malformed, or the list of keys in it is not signed by its root key.
        """
        if len(text) > LARGEST_TEXT:
            raise NotVerified(Fault.TOO_LARGE, "trust")
        members = read_json(text, place="trust")
        if not isinstance(members, dict) or set(members) != _MEMBERS or members["format"] != FORMAT:
            raise NotVerified(Fault.MALFORMED, "trust")
        issuer, root, least = members["issuer"], read_jwk(members["root"]), members["least_number"]
        if not isinstance(issuer, str) or not isinstance(root, Ed25519PublicKey) or type(least) is not int:
            raise NotVerified(Fault.MALFORMED, "trust")
        trust = cls(
            issuer=issuer,
            root=root,
            ledger=_ledger(members["ledger"]),
            witnesses=_witnesses(members["witnesses"]),
            least_number=least,
        )
        if members["keys"] is None:
            return trust
        if not isinstance(members["keys"], str):
            raise NotVerified(Fault.MALFORMED, "trust")
        return trust.with_keys(members["keys"])

    def to_text(self) -> str:
        """Return the trust file."""
        members = {
            "format": FORMAT,
            "issuer": self.issuer,
            "root": public_jwk(self.root),
            "ledger": None if self.ledger is None else self.ledger.encoded(),
            "witnesses": {
                "needed": self.witnesses.needed,
                "keys": [witness.encoded() for witness in self.witnesses.witnesses],
            },
            "keys": self.keys_text,
            "least_number": self.least_number,
        }
        return json.dumps(members, ensure_ascii=False, indent=1)

    def open_keys(self, text: str) -> KeyDocument:
        """Check a list of keys under the root key and return it.

        Raises:
            NotVerified: It is malformed, not signed by the root key, of another platform, older than one that is known
                (``KEYS_OUTDATED``), or takes back what the known one says, if it is the next.
        """
        keys = open_keys(text, self.root)
        if keys.issuer != self.issuer:
            raise NotVerified(Fault.PARTS_DISAGREE, "issuer")
        known = self.least_number if self.keys is None else max(self.least_number, self.keys.number)
        if keys.number < known:
            raise NotVerified(Fault.KEYS_OUTDATED, f"{keys.number} < {known}")
        if self.keys is not None and keys.number == self.keys.number and keys.digest != self.keys.digest:
            raise NotVerified(Fault.SPLIT_VIEW, f"keys {keys.number}")
        if self.keys is not None and keys.number == self.keys.number + 1:
            check_succession([self.keys, keys])
        return keys

    def with_keys(self, text: str) -> "Trust":
        """Return the trust with a list of keys as the newest known.

        Raises:
            NotVerified: As ``open_keys``.
        """
        return replace(self, keys=self.open_keys(text), keys_text=text)

    def newest(self, text: str) -> KeyDocument:
        """Return the newer of a list that was brought along and the one known. An older one must still be genuine.

        Raises:
            NotVerified: The list is not signed by the root key, of another platform, or contradicts the one known.
        """
        if self.keys is None:
            return self.open_keys(text)
        brought = open_keys(text, self.root)
        if brought.issuer != self.issuer:
            raise NotVerified(Fault.PARTS_DISAGREE, "issuer")
        if brought.number < self.keys.number:
            return self.keys
        return self.open_keys(text)

    def require_keys(self) -> KeyDocument:
        """Return the newest list of keys known.

        Raises:
            NotVerified: None is known (``TRUST_MISSING``).
        """
        if self.keys is None:
            raise NotVerified(Fault.TRUST_MISSING, "keys")
        return self.keys

    def open_state(self, text: str, keys: KeyDocument | None = None) -> LedgerState:
        """Check a checkpoint: signed by the ledger, with a key that is good, and cosigned as is demanded.

        Args:
            text: The checkpoint.
            keys: The list of keys to judge by; ``None``: the newest known, if any.

        Raises:
            NotVerified: It is malformed, not signed by the ledger, its key was revoked, or too few witnesses cosigned.
        """
        judged_by = self.keys if keys is None else keys
        verifiers = [] if self.ledger is None else [self.ledger]
        if judged_by is not None:
            verifiers += _verifiers(judged_by)
        if not verifiers:
            raise NotVerified(Fault.TRUST_MISSING, "ledger")
        verifier = _signer(text, verifiers)
        try:
            checkpoint = open_checkpoint(text, verifier)
        except CheckpointBroken:
            raise NotVerified(Fault.ALTERED, "checkpoint") from None
        seen_at = self.witnesses.seen_at(text)
        name = key_name(verifier.public_key)
        if judged_by is not None and judged_by.find(name, KeyUse.CHECKPOINT) is not None:
            judged_by.require_good(name, KeyUse.CHECKPOINT, claimed_at=None, proven_at=seen_at)
        return LedgerState(
            checkpoint=checkpoint, verifier=verifier, cosignatures=self.witnesses.check(text), seen_at=seen_at
        )


def _verifiers(keys: KeyDocument) -> list[Verifier]:
    return [
        Verifier(origin=entry.origin, public_key=entry.public_key)
        for entry in keys.of_use(KeyUse.CHECKPOINT)
        if entry.origin is not None and isinstance(entry.public_key, Ed25519PublicKey)
    ]


def _signer(text: str, verifiers: list[Verifier]) -> Verifier:
    """Return the key that a checkpoint names; nothing is verified yet.

    Raises:
        NotVerified: It is no note, or names none of these keys.
    """
    try:
        _, signatures = note_parts(text)
    except CheckpointBroken:
        raise NotVerified(Fault.MALFORMED, "checkpoint") from None
    named = {(name, raw[:_KEY_HASH]) for name, raw in signatures}
    for verifier in verifiers:
        if (verifier.origin, verifier.key_hash) in named:
            return verifier
    raise NotVerified(Fault.UNKNOWN_KEY, "checkpoint")


def _ledger(value: object) -> Verifier | None:
    if value is None:
        return None
    try:
        return Verifier.parse(value if isinstance(value, str) else "")
    except CheckpointBroken:
        raise NotVerified(Fault.MALFORMED, "ledger") from None


def _witnesses(value: Any) -> WitnessPolicy:  # noqa: ANN401 - whatever the file holds
    try:
        needed, keys = value["needed"], value["keys"]
        if set(value) != {"needed", "keys"} or type(needed) is not int or not isinstance(keys, list):
            raise NotVerified(Fault.MALFORMED, "witnesses")
        witnesses = tuple(Witness.parse(key if isinstance(key, str) else "") for key in keys)
        return WitnessPolicy(needed=needed, witnesses=witnesses)
    except (KeyError, TypeError, ValueError):
        raise NotVerified(Fault.MALFORMED, "witnesses") from None
