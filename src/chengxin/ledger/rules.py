"""What makes a ledger whole: findings, their classification, and proofs that anybody can check.

Nothing here reads a database or a clock. A proof is checked with the log's public key alone.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from chengxin.sealing import checkpoints, digests, merkle

MOST_FINDINGS: Final = 1000


class FindingCode(StrEnum):
    """What is wrong at a place. Stored nowhere; interfaces translate it."""

    EVENT_CHANGED = "EVENT_CHANGED"
    EVENT_REMOVED = "EVENT_REMOVED"
    EVENT_OUTSIDE_TREE = "EVENT_OUTSIDE_TREE"
    LEAF_CHANGED = "LEAF_CHANGED"
    LEAF_REMOVED = "LEAF_REMOVED"
    LEAF_UNSIGNED = "LEAF_UNSIGNED"
    TILE_CHANGED = "TILE_CHANGED"
    TILE_MISSING = "TILE_MISSING"
    CHECKPOINT_BROKEN = "CHECKPOINT_BROKEN"
    CHECKPOINT_REMOVED = "CHECKPOINT_REMOVED"
    CHECKPOINT_FILE_BROKEN = "CHECKPOINT_FILE_BROKEN"
    CHECKPOINT_FILE_MISSING = "CHECKPOINT_FILE_MISSING"
    CHECKPOINT_FILE_CONTRADICTS = "CHECKPOINT_FILE_CONTRADICTS"
    ROOT_DIFFERS = "ROOT_DIFFERS"
    ROW_CHANGED = "ROW_CHANGED"
    ROW_REMOVED = "ROW_REMOVED"
    ROW_ADDED = "ROW_ADDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where the stored log is not what it was.

    Attributes:
        code: What is wrong.
        place: Where: a table with the key of its row or a range of keys (``ledger_event:17``, ``ledger_leaf:5-9``), or
            the path of a file below the ledger's folder.
    """

    code: FindingCode
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The verdict over a log or a register.

    Attributes:
        findings: The first thousand findings.
        finding_count: Number of all findings.
        checked_count: Number of rows read and checked.
        pending_count: Events committed but not yet in the tree; nothing is wrong with them.
        size: Number of leaves of the newest signed checkpoint.
    """

    findings: tuple[Finding, ...]
    finding_count: int
    checked_count: int
    pending_count: int = 0
    size: int = 0

    @property
    def is_untouched(self) -> bool:
        """Tell whether nothing was found."""
        return self.finding_count == 0


class Findings:
    """Findings as they are made: all are counted, the first thousand are kept."""

    __slots__ = ("_count", "_kept")

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._count = 0

    def add(self, code: FindingCode, place: str) -> None:
        """Add one finding."""
        self._count += 1
        if len(self._kept) < MOST_FINDINGS:
            self._kept.append(Finding(code=code, place=place))

    def verdict(self, *, checked_count: int, pending_count: int = 0, size: int = 0) -> Verification:
        """Return the verdict over everything found."""
        return Verification(
            findings=tuple(self._kept),
            finding_count=self._count,
            checked_count=checked_count,
            pending_count=pending_count,
            size=size,
        )


def span(table: str, first: int, last: int) -> str:
    """Return the place of one row or of a range of rows; the last is included.

    Example:
        >>> span("ledger_leaf", 5, 9), span("ledger_leaf", 5, 5)
        ('ledger_leaf:5-9', 'ledger_leaf:5')
    """
    return f"{table}:{first}" if first == last else f"{table}:{first}-{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The proof that an event is in the log, which anybody can check with the log's public key.

    Attributes:
        event_id: Number of the event in the database; not part of what is proved.
        payload: The event's canonical text.
        salt: The event's salt.
        leaf_index: Position in the tree.
        path: Hashes of the inclusion proof, lowest first.
        checkpoint: Text of the signed checkpoint that the proof leads to.
    """

    event_id: int
    payload: str
    salt: bytes
    leaf_index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def to_text(self) -> str:
        """Return the proof as one JSON object, to be handed out."""
        return json.dumps(
            {
                "event": self.event_id,
                "payload": self.payload,
                "salt": _encoded(self.salt),
                "leaf": self.leaf_index,
                "path": [_encoded(value) for value in self.path],
                "checkpoint": self.checkpoint,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_text(cls, text: str) -> "Proof":
        """Read a proof that was handed out.

        Raises:
            ProofBroken: The text is no proof.
        """
        try:
            read: dict[str, Any] = json.loads(text)
            return cls(
                event_id=int(read["event"]),
                payload=str(read["payload"]),
                salt=base64.b64decode(read["salt"], validate=True),
                leaf_index=int(read["leaf"]),
                path=tuple(base64.b64decode(value, validate=True) for value in read["path"]),
                checkpoint=str(read["checkpoint"]),
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            raise merkle.ProofBroken from None


def check_proof(proof: Proof, verifier: checkpoints.Verifier) -> checkpoints.Checkpoint:
    """Check a proof with the log's public key and return the checkpoint it leads to.

    Raises:
        ProofBroken: The event is not the one that is in the log, or the checkpoint is not signed by this log.
    """
    try:
        checkpoint = checkpoints.open_checkpoint(proof.checkpoint, verifier)
        digest = digests.salted_digest(proof.salt, proof.payload.encode())
    except (checkpoints.CheckpointBroken, ValueError):
        raise merkle.ProofBroken from None
    merkle.verify_inclusion(
        leaf=merkle.leaf_hash(digest),
        index=proof.leaf_index,
        size=checkpoint.size,
        path=proof.path,
        root=checkpoint.root,
    )
    return checkpoint


def joined(verifications: Iterable[Verification]) -> Verification:
    """Join the verdicts of several rooms into one; the size is the ledger's, which comes first."""
    parts: Sequence[Verification] = tuple(verifications)
    return Verification(
        findings=tuple(finding for part in parts for finding in part.findings)[:MOST_FINDINGS],
        finding_count=sum(part.finding_count for part in parts),
        checked_count=sum(part.checked_count for part in parts),
        pending_count=sum(part.pending_count for part in parts),
        size=parts[0].size if parts else 0,
    )


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()
