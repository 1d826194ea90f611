"""What the persons room appends to the ledger: keys, codes, counts and digests, never a number or a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedApplied(LedgerEvent):
    """A feed of the population base was applied, as one leaf over all its lines."""

    kind: ClassVar[str] = "persons.feed.applied"
    feed_number: int
    counts: Mapping[str, int]
    root: str

    def body(self) -> dict[str, Any]:
        """Return the number, the counts by outcome and the Merkle root over the lines, in hexadecimal."""
        return {"feed": self.feed_number, "counts": dict(self.counts), "root": self.root}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered(LedgerEvent):
    """A person was registered by an officer, outside the feed."""

    kind: ClassVar[str] = "persons.person.registered"
    reference: str

    def body(self) -> dict[str, Any]:
        """Return the public reference."""
        return {"reference": self.reference}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityVerified(LedgerEvent):
    """Somebody made sure who a person is."""

    kind: ClassVar[str] = "persons.identity.verified"
    verification_id: int
    method_code: str
    organisation_code: str

    def body(self) -> dict[str, Any]:
        """Return the key of the row, how, and by whom."""
        return {
            "verification": self.verification_id,
            "method": self.method_code,
            "organisation": self.organisation_code,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageGranted(LedgerEvent):
    """A person is in a coverage role for a period."""

    kind: ClassVar[str] = "persons.coverage.granted"
    coverage_id: int
    role_code: str

    def body(self) -> dict[str, Any]:
        """Return the key of the row and the role."""
        return {"coverage": self.coverage_id, "role": self.role_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeProposed(LedgerEvent):
    """An officer proposed that two persons are one."""

    kind: ClassVar[str] = "persons.merge.proposed"
    proposal_id: int
    into_person_id: int

    def body(self) -> dict[str, Any]:
        """Return the keys."""
        return {"proposal": self.proposal_id, "into": self.into_person_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeDecided(LedgerEvent):
    """A second officer decided whether two persons are one."""

    kind: ClassVar[str] = "persons.merge.decided"
    proposal_id: int
    into_person_id: int
    decision: str

    def body(self) -> dict[str, Any]:
        """Return the keys and the decision."""
        return {"proposal": self.proposal_id, "into": self.into_person_id, "decision": self.decision}


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitProposed(LedgerEvent):
    """An officer proposed that a merge was wrong."""

    kind: ClassVar[str] = "persons.split.proposed"
    proposal_id: int
    merge_id: int

    def body(self) -> dict[str, Any]:
        """Return the keys."""
        return {"proposal": self.proposal_id, "merge": self.merge_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitDecided(LedgerEvent):
    """A second officer decided whether a merge was wrong."""

    kind: ClassVar[str] = "persons.split.decided"
    proposal_id: int
    merge_id: int
    decision: str

    def body(self) -> dict[str, Any]:
        """Return the keys and the decision."""
        return {"proposal": self.proposal_id, "merge": self.merge_id, "decision": self.decision}
