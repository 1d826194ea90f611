"""The rule of a witness (C2SP tlog-witness), and that of a monitor who holds two checkpoints.

A witness keeps one thing for each log: the last checkpoint it cosigned. It cosigns another only when that one continues
it. A monitor compares checkpoints from two places: the one it kept and the one published now, or two that two people
were shown. Both are pure: what was seen last is an argument, and keeping it, *before* the cosignature leaves, is the
caller's duty.

Where a log is caught, the two signed texts are the evidence: nobody but the holder of the log's key can have made both.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chengxin.sealing.checkpoints import Checkpoint, CheckpointBroken, Verifier, open_checkpoint
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.merkle import EMPTY_ROOT, HASH_BYTES, ProofBroken, verify_consistency

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})\Z", re.ASCII)
_MOST_HASHES: Final = 63
_LARGEST_REQUEST: Final = 80 * 1024


class Judgement(StrEnum):
    """What a witness answers to a new checkpoint."""

    COSIGN = "COSIGN"
    """It continues the last one. Keep it, then cosign."""
    UNKNOWN_LOG = "UNKNOWN_LOG"
    """Another log, or none."""
    NOT_SIGNED = "NOT_SIGNED"
    """Not signed by the log."""
    STALE = "STALE"
    """The request starts from another size than that last seen. Ask again from the size that is answered."""
    SPLIT_VIEW = "SPLIT_VIEW"
    """Signed by the log, and contradicts what it signed before: another root at the same size. Undeniable."""
    NOT_CONSISTENT = "NOT_CONSISTENT"
    """Signed by the log, and the proof does not show that it continues the last one. If the log has no other proof, its
    history is split; a proof that was damaged on the way looks the same, so ask once more."""
    TRUNCATED = "TRUNCATED"
    """Signed by the log, and smaller than what it signed before."""


HTTP_STATUS: Final = {
    Judgement.COSIGN: 200,
    Judgement.UNKNOWN_LOG: 404,
    Judgement.NOT_SIGNED: 403,
    Judgement.STALE: 409,
    Judgement.SPLIT_VIEW: 409,
    Judgement.NOT_CONSISTENT: 422,
    Judgement.TRUNCATED: 400,
}
"""The answers of C2SP tlog-witness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a log sends to a witness.

    Attributes:
        old_size: Size of the checkpoint from which the proof starts.
        path: Hashes of the consistency proof.
        checkpoint: The new checkpoint.
    """

    old_size: int
    path: tuple[bytes, ...]
    checkpoint: str

    def to_text(self) -> str:
        """Return the body of an ``add-checkpoint`` request."""
        hashes = "".join(f"{base64.b64encode(value).decode()}\n" for value in self.path)
        return f"old {self.old_size}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> "Request":
        """Read the body of an ``add-checkpoint`` request.

        Raises:
            NotVerified: It is malformed.
        """
        if len(text) > _LARGEST_REQUEST:
            raise NotVerified(Fault.TOO_LARGE)
        head, gap, checkpoint = text.partition("\n\n")
        first, *hashes = head.split("\n")
        old = _OLD.match(first)
        if not gap or old is None or len(hashes) > _MOST_HASHES:
            raise NotVerified(Fault.MALFORMED, "request")
        return cls(old_size=int(old[1]), path=tuple(_hash(line) for line in hashes), checkpoint=checkpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The answer of a witness.

    Attributes:
        judgement: The answer.
        checkpoint: The new checkpoint, where the log has signed it: to be kept with ``COSIGN``, and as evidence with
            ``SPLIT_VIEW``, ``NOT_CONSISTENT`` and ``TRUNCATED``.
        size: Size last seen, to be answered with ``STALE``.
    """

    judgement: Judgement
    checkpoint: Checkpoint | None
    size: int


def judge_checkpoint(request: Request, *, last: Checkpoint | None, verifier: Verifier) -> Judged:
    """Return what a witness answers to a new checkpoint.

    Args:
        request: What the log sends.
        last: The last checkpoint of this log that the witness cosigned; ``None``: none yet.
        verifier: The log's key, as the witness was configured.
    """
    size = 0 if last is None else last.size
    root = EMPTY_ROOT if last is None else last.root
    if request.checkpoint.partition("\n")[0] != verifier.origin:
        return Judged(judgement=Judgement.UNKNOWN_LOG, checkpoint=None, size=size)
    try:
        new = open_checkpoint(request.checkpoint, verifier)
    except CheckpointBroken:
        return Judged(judgement=Judgement.NOT_SIGNED, checkpoint=None, size=size)
    judgement = _judgement(new, size, root, request)
    return Judged(judgement=judgement, checkpoint=new, size=size)


def _judgement(new: Checkpoint, size: int, root: bytes, request: Request) -> Judgement:
    if new.size < size:
        return Judgement.TRUNCATED
    if new.size == size:
        if new.root != root:
            return Judgement.SPLIT_VIEW
        return Judgement.COSIGN if request.old_size == size and not request.path else Judgement.STALE
    if request.old_size != size:
        return Judgement.STALE
    try:
        verify_consistency(
            first_size=size, first_root=root, second_size=new.size, second_root=new.root, path=request.path
        )
    except ProofBroken:
        return Judgement.NOT_CONSISTENT
    return Judgement.COSIGN


def check_consistent(kept: Checkpoint, shown: Checkpoint, path: Sequence[bytes] | None) -> None:
    """Check that a log's state continues one that was kept; returning means that it does.

    Args:
        kept: The older state, from whatever place.
        shown: The state that is published now, or shown to somebody else, signed by the same log.
        path: Hashes of the consistency proof from the smaller to the larger; ``None``: the log gives none.

    Raises:
        NotVerified: They are of two logs (``PARTS_DISAGREE``); the later is smaller (``TRUNCATED``); they have two
            roots at one size (``SPLIT_VIEW``); the proof is missing or does not hold (``NOT_CONSISTENT``).
    """
    if kept.origin != shown.origin:
        raise NotVerified(Fault.PARTS_DISAGREE, "origin")
    if shown.size < kept.size:
        raise NotVerified(Fault.TRUNCATED, f"{kept.size} > {shown.size}")
    check_same_history(kept, shown, path)


def check_same_history(one: Checkpoint, other: Checkpoint, path: Sequence[bytes] | None) -> None:
    """Check that two states are of one history, whichever is older: two people compare what they were shown.

    Args:
        one: A state.
        other: Another state, signed by the same log.
        path: Hashes of the consistency proof from the smaller to the larger; ``None``: the log gives none.

    Raises:
        NotVerified: They are of two logs (``PARTS_DISAGREE``), have two roots at one size (``SPLIT_VIEW``), or the
            proof is missing or does not hold (``NOT_CONSISTENT``).
    """
    if one.origin != other.origin:
        raise NotVerified(Fault.PARTS_DISAGREE, "origin")
    smaller, larger = sorted((one, other), key=lambda checkpoint: checkpoint.size)
    if smaller.size == larger.size and smaller.root != larger.root:
        raise NotVerified(Fault.SPLIT_VIEW, f"size {smaller.size}")
    if path is None:
        if 0 < smaller.size < larger.size:
            raise NotVerified(Fault.NOT_CONSISTENT, "no proof")
        path = ()
    try:
        verify_consistency(
            first_size=smaller.size,
            first_root=smaller.root,
            second_size=larger.size,
            second_root=larger.root,
            path=path,
        )
    except ProofBroken:
        raise NotVerified(Fault.NOT_CONSISTENT, f"size {smaller.size} and {larger.size}") from None


def _hash(line: str) -> bytes:
    try:
        raw = base64.b64decode(line, validate=True)
    except ValueError:
        raise NotVerified(Fault.MALFORMED, "request") from None
    if len(raw) != HASH_BYTES or base64.b64encode(raw).decode() != line:
        raise NotVerified(Fault.MALFORMED, "request")
    return raw
