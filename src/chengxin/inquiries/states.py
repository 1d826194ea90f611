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
