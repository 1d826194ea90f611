"""By when a sampled look is to be reviewed; which looks are sampled is data of the edition in force."""

from datetime import date, timedelta


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
