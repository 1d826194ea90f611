"""The one place where a page reads the clock.

Views ask here and pass the answer on; rooms never read the clock themselves. In a demonstration the civil date may be
set by ``CHENGXIN_TODAY``, so that screenshots and examples stay the same.
"""

from datetime import date, datetime, time

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from chengxin.periods.civil import civil_date


def now_of(request: HttpRequest) -> datetime:
    """Return the moment at which this request is answered, the same for the whole request.

    Args:
        request: The request being answered; the moment is kept on it, so that a page that crosses midnight does not
            speak of two days.

    Returns:
        An aware moment in UTC.
    """
    kept: datetime | None = getattr(request, "_answered_at", None)
    if kept is not None:
        return kept
    now = timezone.now()
    fixed: date | None = getattr(settings, "CHENGXIN_TODAY", None)
    if fixed is not None:
        local = datetime.combine(fixed, time(12, 0), tzinfo=timezone.get_default_timezone())
        now = local.astimezone(now.tzinfo)
    request._answered_at = now  # type: ignore[attr-defined]  # noqa: SLF001
    return now


def today_of(request: HttpRequest) -> date:
    """Return the civil date in Asia/Shanghai on which this request is answered.

    Args:
        request: The request being answered.

    Returns:
        The date by which every period on the page is judged.
    """
    return civil_date(now_of(request))
