"""The one error of the verifier, and the words that say what is wrong.

Everything that leaves the platform (report, credential, receipt, checkpoint, claim, archive, list of keys) is checked
by functions of this room. They return typed facts, or raise ``NotVerified`` with one of these words: also for bytes
that are no such thing at all. No error of a library reaches the caller.
"""

from enum import StrEnum
from typing import Final

LARGEST_TEXT: Final = 1 << 20
"""Characters that a signed text may have: receipts, credentials, lists of keys."""


class Fault(StrEnum):
    """Why something is not verified. Stable: printed by ``chengxin-verify --json``."""

    UNRECOGNISED = "UNRECOGNISED"
    """Not a kind of thing that is known here."""
    MALFORMED = "MALFORMED"
    """Cannot be read as what it says it is."""
    TOO_LARGE = "TOO_LARGE"
    """Larger than such a thing may be; it was not read."""
    ALTERED = "ALTERED"
    """A signature or a digest does not hold: it was changed after it was signed, or was never signed."""
    PARTS_DISAGREE = "PARTS_DISAGREE"
    """Each part is whole, but they do not belong together."""
    REPLAYED = "REPLAYED"
    """A genuine part stands where it was not issued for: a second time, or at another person."""
    UNKNOWN_KEY = "UNKNOWN_KEY"
    """Signed with a key that the published list does not hold for this use."""
    KEY_NOT_YET_VALID = "KEY_NOT_YET_VALID"
    """Says it was signed before its key was valid."""
    KEY_EXPIRED_AT_SIGNING = "KEY_EXPIRED_AT_SIGNING"
    """Says it was signed after its key had been retired."""
    KEY_REVOKED = "KEY_REVOKED"
    """Its key was revoked, and nothing but the key itself says that it was signed before that."""
    KEYS_OUTDATED = "KEYS_OUTDATED"
    """The list of keys is older than one that is known already."""
    NOT_IN_LEDGER = "NOT_IN_LEDGER"
    """The proof does not lead to the root of the checkpoint."""
    NOT_COSIGNED = "NOT_COSIGNED"
    """Fewer trusted witnesses than demanded have cosigned the checkpoint."""
    SPLIT_VIEW = "SPLIT_VIEW"
    """Two signed states contradict each other."""
    NOT_CONSISTENT = "NOT_CONSISTENT"
    """No proof that holds shows the later state of the ledger to continue the earlier one."""
    TRUNCATED = "TRUNCATED"
    """Shorter than a state that was signed before: the end was cut off."""
    INCOMPLETE = "INCOMPLETE"
    """A number is missing between others."""
    WITHDRAWN = "WITHDRAWN"
    """Genuine, and withdrawn by its issuer."""
    SUPERSEDED = "SUPERSEDED"
    """Genuine, and replaced by a newer one."""
    OVER = "OVER"
    """Genuine, and past the last moment for which it was issued."""
    TRUST_MISSING = "TRUST_MISSING"
    """The trust given does not hold what this check needs."""


class NotVerified(Exception):  # noqa: N818 - a verdict on something
    """Something is malformed, or does not prove what it should.

    Attributes:
        fault: Which.
        place: Where in the thing, for people who look for the cause: the name of a part or of a field.
    """

    def __init__(self, fault: Fault, place: str = "") -> None:
        super().__init__(f"{fault}: {place}" if place else str(fault))
        self.fault = fault
        self.place = place

    @property
    def code(self) -> str:
        """Return the stable word."""
        return str(self.fault)
