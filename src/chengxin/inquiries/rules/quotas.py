"""How often somebody may ask on one day, where nobody set another number. The platform's own choice, no statute's."""

from typing import Final

USUAL_PER_DAY: Final = {"account": 200, "client": 20_000, "organisation": 50_000}


def usual_quota(subject: str) -> int:
    """Return how often a subject may ask on one day unless the office said otherwise.

    Args:
        subject: ``organisation:CODE``, ``account:17`` or ``client:3``; any other may not ask at all.

    Source:
        R-QUOTA-01 (docs/law/rules.md).

    Example:
        >>> usual_quota("account:17"), usual_quota("system:demo")
        (200, 0)
    """
    return USUAL_PER_DAY.get(subject.partition(":")[0], 0)
