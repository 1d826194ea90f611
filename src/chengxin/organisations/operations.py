"""Writing of organisations and mandates."""

from datetime import date, datetime

from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refused
from chengxin.ledger import operations as ledger
from chengxin.organisations.events import MandateEnded, MandateGranted, OrganisationRegistered
from chengxin.organisations.models import Mandate, Organisation


class OrganisationKnown(Refused):
    """The code belongs to an organisation already."""

    code = "ORGANISATION_KNOWN"


class OrganisationUnknown(Refused):
    """No organisation has this code."""

    code = "ORGANISATION_UNKNOWN"


class MandateOverlaps(Refused):
    """There is such a mandate already on some of the days."""

    code = "MANDATE_OVERLAPS"


class MandatePeriodEmpty(Refused):
    """The mandate would end before it begins."""

    code = "MANDATE_PERIOD_EMPTY"


class MandateMissing(Refused):
    """There is no open mandate to end."""

    code = "MANDATE_MISSING"


@transaction.atomic
def register_organisation(
    *, code: str, body_code: str, division_code: str, name_zh: str, name_en: str, actor: Actor, now: datetime
) -> None:
    """Register an organisation.

    Args:
        code: Its code here, upper case.
        body_code: The catalogue's body whose mandate it exercises.
        division_code: Six digits of GB/T 2260.
        name_zh: Name in Chinese.
        name_en: Name in English.
        actor: Who registers it.
        now: The moment.

    Raises:
        OrganisationKnown: The code is taken; nothing changes.
    """
    if Organisation.objects.filter(code=code).exists():
        raise OrganisationKnown(organisation=code)
    Organisation.objects.create(
        code=code, body_code=body_code, division_code=division_code, name_zh=name_zh, name_en=name_en, registered_at=now
    )
    ledger.append(
        OrganisationRegistered(person_id=None, organisation_code=code, body_code=body_code), actor=actor, at=now
    )


@transaction.atomic
def grant_mandate(
    *, organisation_code: str, item_code: str, from_on: date, to_on: date | None, actor: Actor, now: datetime
) -> None:
    """Let an organisation supply an item type for a half-open period.

    Args:
        organisation_code: Who may supply.
        item_code: Which item type.
        from_on: First day.
        to_on: First day without the mandate; None means open.
        actor: Who grants it.
        now: The moment.

    Raises:
        OrganisationUnknown: No organisation has this code.
        MandateOverlaps: There is such a mandate on some of the days; nothing changes.
        MandatePeriodEmpty: The first day without it is not after its first day.
    """
    # Locked, so that two grants at once follow one another and the second sees the first.
    organisation = Organisation.objects.select_for_update().filter(code=organisation_code).first()
    if organisation is None:
        raise OrganisationUnknown(organisation=organisation_code[:64])
    if to_on is not None and to_on <= from_on:
        raise MandatePeriodEmpty(organisation=organisation_code, item=item_code)
    known = Mandate.objects.filter(organisation=organisation, item_code=item_code)
    if known.filter(period__overlap=(from_on, to_on)).exists():
        raise MandateOverlaps(organisation=organisation_code, item=item_code)
    Mandate.objects.create(organisation=organisation, item_code=item_code, period=(from_on, to_on), granted_at=now)
    ledger.append(
        MandateGranted(
            person_id=None,
            organisation_code=organisation_code,
            item_code=item_code,
            from_on=from_on.isoformat(),
            to_on=None if to_on is None else to_on.isoformat(),
        ),
        actor=actor,
        at=now,
    )


@transaction.atomic
def end_mandate(*, organisation_code: str, item_code: str, to_on: date, actor: Actor, now: datetime) -> None:
    """End an open mandate; batches sent from that day on are refused.

    Args:
        organisation_code: Whose mandate.
        item_code: Which item type.
        to_on: First day without the mandate.
        actor: Who ends it.
        now: The moment.

    Raises:
        MandateMissing: No mandate is open on that day.
    """
    mandate = (
        Mandate.objects.select_for_update()
        .filter(organisation__code=organisation_code, item_code=item_code, period__contains=to_on)
        .first()
    )
    if mandate is None:
        raise MandateMissing(organisation=organisation_code, item=item_code)
    Mandate.objects.filter(pk=mandate.pk).update(period=(mandate.period.lower, to_on))
    ledger.append(
        MandateEnded(person_id=None, organisation_code=organisation_code, item_code=item_code, to_on=to_on.isoformat()),
        actor=actor,
        at=now,
    )
