"""How a look ended."""

from enum import StrEnum


class Outcome(StrEnum):
    """Whether something was shown. Stored; never shown."""

    SHOWN = "SHOWN"
    REFUSED = "REFUSED"
