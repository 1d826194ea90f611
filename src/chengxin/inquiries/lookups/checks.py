"""How many checks of identity each operator made, by result; nothing here is about a person."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Sum

from chengxin.inquiries.models import DayCount
from chengxin.inquiries.rules.checks import checked_by


def count_checks(*, first_on: date, last_on: date) -> Mapping[str, Mapping[str, int]]:
    """Return the checks of identity of each organisation in some days, by result.

    Args:
        first_on: First civil day.
        last_on: Last civil day.
    """
    rows = (
        # From "check:" up to the next character: the index of subject and day serves the range, not a pattern.
        DayCount.objects.filter(subject__gte="check:", subject__lt="check;", day_on__range=(first_on, last_on))
        .values_list("subject")
        .annotate(asked=Sum("asked_count"))
        .order_by("subject")
    )
    counts: dict[str, dict[str, int]] = {}
    for subject, asked in rows:
        organisation_code, result = checked_by(subject)
        counts.setdefault(organisation_code, {})[result] = asked
    return counts
