"""How an inquiry ended, and what an identity check says."""

from enum import StrEnum


class Outcome(StrEnum):
    """How an inquiry ended. Stored; never shown."""

    ANSWERED = "ANSWERED"
    REFUSED = "REFUSED"
    UNDECIDED = "UNDECIDED"


class Match(StrEnum):
    """All that an identity check ever says."""

    MATCH = "MATCH"
    NO_MATCH = "NO_MATCH"
    UNKNOWN = "UNKNOWN"


class ReviewState(StrEnum):
    """Where the review of a sampled look stands. Stored; never shown."""

    WAITING = "WAITING"
    PROPER = "PROPER"
    MISUSE = "MISUSE"


class Suspends(StrEnum):
    """Whom a finding of misuse suspends."""

    LOOKER = "LOOKER"
    ORGANISATION = "ORGANISATION"


class BatchState(StrEnum):
    """Where a batch of inquiries stands. Stored; never shown."""

    WAITING = "WAITING"
    ANSWERED = "ANSWERED"


class LineOutcome(StrEnum):
    """How one line of a batch of inquiries ended; an unreadable one asked nothing."""

    ANSWERED = "ANSWERED"
    REFUSED = "REFUSED"
    UNDECIDED = "UNDECIDED"
    UNREADABLE = "UNREADABLE"
