"""Taking an authorisation back."""

from datetime import datetime

from django.db import transaction

from chengxin.authorisations import policies
from chengxin.authorisations.errors import AuthorisationUnknown
from chengxin.authorisations.events import AuthorisationWithdrawn
from chengxin.authorisations.models import Authorisation, Usage, Withdrawal
from chengxin.authority.actors import Actor
from chengxin.ledger import operations as ledger
from chengxin.persons import lookups as persons


@transaction.atomic
def withdraw_authorisation(*, reference: str, actor: Actor, now: datetime) -> None:
    """Take an authorisation back: the very next request under it is refused. Doing it twice changes nothing.

    Args:
        reference: Which.
        actor: The person, or a clerk whom the person asked at a counter.
        now: The moment.

    Raises:
        AuthorisationUnknown: There is none.
        Refused: It is somebody else's.
    """
    row = Authorisation.objects.filter(reference=reference.strip().upper()).first()
    if row is None:
        raise AuthorisationUnknown
    is_the_person = actor.person_id is not None and row.person_id in persons.cluster_of(actor.person_id)
    policies.may_withdraw(actor, is_the_person=is_the_person).require()
    # Waits for whatever look is just being answered; none is taken after this.
    Usage.objects.filter(pk=row.pk).update(is_open=False)
    _, is_new = Withdrawal.objects.get_or_create(
        authorisation=row, defaults={"withdrawn_by": actor.key, "withdrawn_at": now}
    )
    if is_new:
        ledger.append(AuthorisationWithdrawn(person_id=row.person_id, authorisation=row.reference), actor=actor, at=now)
