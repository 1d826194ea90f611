"""How often may be asked on one day, where the office set no other number. The platform's own choice, no statute's."""

from typing import Final

USUAL_PER_DAY: Final = {"account": 200, "client": 20_000, "organisation": 50_000, "batches": 20_000}
"""By what a subject is: a login, a program, an organisation in all, an organisation's lines in batches."""


def usual_quota(subject: str) -> int:
    """Return how often a subject may ask on one day unless the office said otherwise.

    Args:
        subject: ``organisation:CODE``, ``batches:CODE``, ``account:17`` or ``client:3``; any other may not ask at all.

    Source:
        R-QUOTA-01 (docs/law/rules.md).

    Example:
        >>> usual_quota("account:17"), usual_quota("system:demo")
        (200, 0)
    """
    return USUAL_PER_DAY.get(subject.partition(":")[0], 0)


def batch_subjects(organisation_code: str) -> tuple[str, str]:
    """Return the keys under which lines of a batch are counted: the organisation in all, and its batches.

    Not the officer who sent the file: 200 a day is meant for somebody who asks one by one, and whoever sends a file
    could ask nothing else that day.

    Args:
        organisation_code: Whose batch.

    Example:
        >>> batch_subjects("BANK")
        ('organisation:BANK', 'batches:BANK')
    """
    return (f"organisation:{organisation_code}", f"batches:{organisation_code}")
