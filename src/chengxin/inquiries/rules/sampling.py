"""Which looks the office samples for review, as a table.

The platform's own choice of what is worth a second pair of eyes; no statute names these numbers.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class SamplingCode(StrEnum):
    """Why a look was sampled. Stored; never shown."""

    PAPER_FIRST = "PAPER_FIRST"
    OTHER_CASE = "OTHER_CASE"
    NO_FOLLOW_UP = "NO_FOLLOW_UP"
    REFUSED_SERIES = "REFUSED_SERIES"
    REPEATED = "REPEATED"
    NIGHT = "NIGHT"
    BULK = "BULK"
    OFFICE_SHARE = "OFFICE_SHARE"
    SHARE = "SHARE"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingRule:
    """One row of the table.

    Attributes:
        code: Its name.
        per_mille: How many of a thousand fitting looks are taken; which ones, the look's salted digest decides, so
            that nobody can choose.
        count: The number of looks at which the rule fits; 0 where it does not count.
        due_days: For how many days the review may wait, the day of sampling not counted.
    """

    code: SamplingCode
    per_mille: int
    count: int
    due_days: int


NIGHT_FROM_HOUR: Final = 22
NIGHT_TO_HOUR: Final = 6
REPEATED_DAYS: Final = 7
FOLLOW_UP_DAYS: Final = 7

# The first rule that fits names the review: the narrow ones stand first.
SAMPLING_RULES: Final = (
    SamplingRule(code=SamplingCode.PAPER_FIRST, per_mille=1000, count=0, due_days=7),
    SamplingRule(code=SamplingCode.OTHER_CASE, per_mille=1000, count=0, due_days=7),
    SamplingRule(code=SamplingCode.REFUSED_SERIES, per_mille=1000, count=5, due_days=7),
    SamplingRule(code=SamplingCode.REPEATED, per_mille=1000, count=3, due_days=14),
    SamplingRule(code=SamplingCode.NIGHT, per_mille=1000, count=0, due_days=14),
    SamplingRule(code=SamplingCode.BULK, per_mille=1000, count=30, due_days=14),
    SamplingRule(code=SamplingCode.NO_FOLLOW_UP, per_mille=1000, count=0, due_days=14),
    SamplingRule(code=SamplingCode.OFFICE_SHARE, per_mille=50, count=0, due_days=28),
    SamplingRule(code=SamplingCode.SHARE, per_mille=10, count=0, due_days=28),
)


def review_due_on(*, sampled_on: date, due_days: int) -> date:
    """Return the last day on which a review is in time.

    Args:
        sampled_on: Civil day of sampling, not counted.
        due_days: From the rule, in calendar days.

    Source:
        R-REVIEW-01 (docs/law/rules.md).

    Example:
        >>> review_due_on(sampled_on=date(2026, 12, 30), due_days=7)
        datetime.date(2027, 1, 6)
    """
    return sampled_on + timedelta(days=due_days)
