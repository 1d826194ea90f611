"""Taking a report back."""

from datetime import datetime

from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.ledger import operations as ledger
from chengxin.reports import lookups, policies, rules
from chengxin.reports.errors import ReportUnknown
from chengxin.reports.events import ReportWithdrawn
from chengxin.reports.models import Report, ReportFile, ReportWithdrawal
from chengxin.reports.operations.listing import list_withdrawals


@transaction.atomic
def withdraw_report(*, number: str, actor: Actor, now: datetime) -> None:
    """Take a report back: whoever checks it from now on is told so, and its file is gone. Twice changes nothing.

    Args:
        number: Which.
        actor: The person, or who acts for them.
        now: The moment.

    Raises:
        ReportUnknown: There is none.
        Refused: It is somebody else's (``NOT_YOUR_REPORT``).
    """
    row = Report.objects.filter(number=rules.read_number(number) or "").first()
    if row is None:
        raise ReportUnknown
    policies.may_withdraw(actor, lookups.standing_of(actor, person_id=row.person_id)).require()
    _, is_new = ReportWithdrawal.objects.get_or_create(
        report=row, defaults={"withdrawn_by": actor.key, "withdrawn_at": now}
    )
    ReportFile.objects.filter(pk=row.pk).delete()
    if is_new:
        event = ReportWithdrawn(person_id=row.person_id, file_sha256=bytes(row.sha256).hex())
        ledger.append(event, actor=actor, at=now)
        if row.status_list is not None:
            name = row.status_list
            # A list that cannot be signed just now must not keep the person from withdrawing; the next run writes it.
            transaction.on_commit(lambda: list_withdrawals(name=name, now=now), robust=True)
