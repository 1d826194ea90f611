"""How an item stands on a day. Conditions, computed from dates and acts; never stored."""

from enum import StrEnum


class Standing(StrEnum):
    """What may be done with a version of an item on a given day."""

    SHOWN = "SHOWN"  # shown, and used where a purpose allows
    USED = "USED"  # no longer shown to others, still used
    KEPT = "KEPT"  # neither shown nor used: stored until its key is destroyed
    ENDED = "ENDED"  # keeping is over
    WITHDRAWN = "WITHDRAWN"  # the supplier took it back
    REVERSED = "REVERSED"  # its posting was reversed as a whole
    SUPERSEDED = "SUPERSEDED"  # a later version of the same item holds


class Change(StrEnum):
    """What a version does to its item."""

    ADD = "ADD"
    CORRECT = "CORRECT"
    WITHDRAW = "WITHDRAW"


# Whoever reads a person's file reads these; nothing else is reachable by a reader.
READABLE = frozenset({Standing.SHOWN, Standing.USED})
