"""Writing of organisations and mandates."""

from datetime import date, datetime

from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refused
from chengxin.ledger import operations as ledger
from chengxin.organisations import policies
from chengxin.organisations.events import (
    CorrectionsSubscribed,
    CorrectionsUnsubscribed,
    InquiryMandateEnded,
    InquiryMandateGranted,
    InspectionRecorded,
    LicenceRecorded,
    MandateEnded,
    MandateGranted,
    OrganisationRegistered,
    SectorEntered,
    SectorLeft,
    Suspended,
    SuspensionLifted,
)
from chengxin.organisations.models import (
    CorrectionSubscription,
    InquiryMandate,
    Inspection,
    Licence,
    Mandate,
    Organisation,
    SectorEntry,
    Suspension,
)
from chengxin.organisations.rules import correction_address
from chengxin.organisations.states import OrganisationKind
from chengxin.periods.civil import civil_date


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


class LicenceOverlaps(Refused):
    """The licence is recorded already for some of the days."""

    code = "LICENCE_OVERLAPS"


class NotAnOperator(Refused):
    """Only operators of real-name sectors are entered in one."""

    code = "NOT_AN_OPERATOR"


class SectorOverlaps(Refused):
    """The organisation is entered in this sector already on some of the days."""

    code = "SECTOR_OVERLAPS"


class SectorMissing(Refused):
    """The organisation is not in this sector on that day."""

    code = "SECTOR_MISSING"


class NotABureau(Refused):
    """Only bureaus are inspected here."""

    code = "NOT_A_BUREAU"


class InspectionDateWrong(Refused):
    """The inspection lies in the future, or what it found would be mended before it."""

    code = "INSPECTION_DATE_WRONG"


class CorrectionAddressWrong(Refused):
    """Corrections are delivered to an encrypted address under the name of a host, without login and fragment."""

    code = "CORRECTION_ADDRESS_WRONG"


class CorrectionSubscriptionMissing(Refused):
    """The organisation has said nowhere where it is told of corrections."""

    code = "CORRECTION_SUBSCRIPTION_MISSING"


class ReasonsMissing(Refused):
    """A suspension needs reasons in words, an inspection its findings."""

    code = "REASONS_MISSING"


class SuspendedAlready(Refused):
    """The subject is suspended already."""

    code = "SUSPENDED_ALREADY"


class NotSuspended(Refused):
    """The subject is not suspended."""

    code = "NOT_SUSPENDED"


@transaction.atomic
def register_organisation(
    *,
    code: str,
    body_code: str,
    division_code: str,
    name_zh: str,
    name_en: str,
    actor: Actor,
    now: datetime,
    kind: OrganisationKind = OrganisationKind.DEPARTMENT,
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
        kind: What sort of body it is.

    Raises:
        OrganisationKnown: The code is taken; nothing changes.
    """
    if Organisation.objects.filter(code=code).exists():
        raise OrganisationKnown(organisation=code)
    Organisation.objects.create(
        code=code,
        body_code=body_code,
        division_code=division_code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind.value,
        registered_at=now,
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
    organisation = _lock_organisation(organisation_code)
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


@transaction.atomic
def grant_inquiry_mandate(
    *,
    organisation_code: str,
    purpose_code: str,
    basis_code: str,
    from_on: date,
    to_on: date | None,
    actor: Actor,
    now: datetime,
    item_codes: tuple[str, ...] = (),
) -> None:
    """Let an organisation ask about persons for a purpose, for a half-open period.

    Args:
        organisation_code: Who may ask.
        purpose_code: For which purpose of the catalogue.
        basis_code: The provision that gives this very organisation the task.
        from_on: First day.
        to_on: First day without the mandate; None means open.
        actor: Who grants it.
        now: The moment.
        item_codes: Item types that may be asked for; empty means all that the purpose allows.

    Raises:
        OrganisationUnknown: No organisation has this code.
        MandateOverlaps: There is such a mandate on some of the days; nothing changes.
        MandatePeriodEmpty: The first day without it is not after its first day.
        Refused: The actor may not admit anybody.
    """
    policies.may_admit(actor).require()
    organisation = _lock_organisation(organisation_code)
    if to_on is not None and to_on <= from_on:
        raise MandatePeriodEmpty(organisation=organisation_code, purpose=purpose_code)
    known = InquiryMandate.objects.filter(organisation=organisation, purpose_code=purpose_code)
    if known.filter(period__overlap=(from_on, to_on)).exists():
        raise MandateOverlaps(organisation=organisation_code, purpose=purpose_code)
    InquiryMandate.objects.create(
        organisation=organisation,
        purpose_code=purpose_code,
        basis_code=basis_code,
        item_codes=sorted(item_codes),
        period=(from_on, to_on),
        granted_at=now,
    )
    ledger.append(
        InquiryMandateGranted(
            organisation_code=organisation_code,
            purpose_code=purpose_code,
            basis_code=basis_code,
            item_codes=tuple(sorted(item_codes)),
            from_on=from_on.isoformat(),
            to_on=None if to_on is None else to_on.isoformat(),
        ),
        actor=actor,
        at=now,
    )


@transaction.atomic
def end_inquiry_mandate(*, organisation_code: str, purpose_code: str, to_on: date, actor: Actor, now: datetime) -> None:
    """End an open mandate to ask; inquiries from that day on are refused.

    Args:
        organisation_code: Whose mandate.
        purpose_code: For which purpose.
        to_on: First day without the mandate.
        actor: Who ends it.
        now: The moment.

    Raises:
        MandateMissing: No mandate is open on that day.
        Refused: The actor may not admit anybody.
    """
    policies.may_admit(actor).require()
    mandate = (
        InquiryMandate.objects.select_for_update()
        .filter(organisation__code=organisation_code, purpose_code=purpose_code, period__contains=to_on)
        .first()
    )
    if mandate is None:
        raise MandateMissing(organisation=organisation_code, purpose=purpose_code)
    InquiryMandate.objects.filter(pk=mandate.pk).update(period=(mandate.period.lower, to_on))
    ledger.append(
        InquiryMandateEnded(organisation_code=organisation_code, purpose_code=purpose_code, to_on=to_on.isoformat()),
        actor=actor,
        at=now,
    )


@transaction.atomic
def record_licence(
    *,
    organisation_code: str,
    number: str,
    issuer: str,
    purpose_codes: tuple[str, ...],
    from_on: date,
    to_on: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Record a licence that an organisation holds.

    Args:
        organisation_code: The holder.
        number: As it stands on the licence.
        issuer: Who issued it, as it stands there.
        purpose_codes: The purposes in its scope.
        from_on: First day.
        to_on: First day without it; None means open.
        actor: Who records it.
        now: The moment.

    Raises:
        OrganisationUnknown: No organisation has this code.
        LicenceOverlaps: It is recorded already for some of the days.
        MandatePeriodEmpty: The first day without it is not after its first day.
        Refused: The actor may not admit anybody.
    """
    policies.may_admit(actor).require()
    organisation = _lock_organisation(organisation_code)
    if to_on is not None and to_on <= from_on:
        raise MandatePeriodEmpty(organisation=organisation_code, licence=number)
    known = Licence.objects.filter(organisation=organisation, number=number)
    if known.filter(period__overlap=(from_on, to_on)).exists():
        raise LicenceOverlaps(organisation=organisation_code, licence=number)
    Licence.objects.create(
        organisation=organisation,
        number=number,
        issuer=issuer,
        purpose_codes=sorted(purpose_codes),
        period=(from_on, to_on),
        recorded_at=now,
    )
    ledger.append(
        LicenceRecorded(
            organisation_code=organisation_code,
            number=number,
            purpose_codes=tuple(sorted(purpose_codes)),
            from_on=from_on.isoformat(),
            to_on=None if to_on is None else to_on.isoformat(),
        ),
        actor=actor,
        at=now,
    )


@transaction.atomic
def enter_sector(
    *, organisation_code: str, sector_code: str, from_on: date, to_on: date | None, actor: Actor, now: datetime
) -> None:
    """Enter an organisation as an operator of a real-name sector, for a half-open period.

    It lets nobody ask: for that the organisation needs a mandate as well.

    Args:
        organisation_code: The operator.
        sector_code: A sector of the catalogue.
        from_on: First day.
        to_on: First day without it; None means open.
        actor: Who enters it.
        now: The moment.

    Raises:
        OrganisationUnknown: No organisation has this code.
        NotAnOperator: It is of another kind.
        MandatePeriodEmpty: The first day without it is not after its first day.
        SectorOverlaps: It is entered on some of the days; nothing changes.
        Refused: The actor may not admit anybody.
    """
    policies.may_admit(actor).require()
    organisation = _lock_organisation(organisation_code)
    if organisation.kind != OrganisationKind.REAL_NAME_OPERATOR.value:
        raise NotAnOperator(organisation=organisation_code)
    if to_on is not None and to_on <= from_on:
        raise MandatePeriodEmpty(organisation=organisation_code, sector=sector_code)
    known = SectorEntry.objects.filter(organisation=organisation, sector_code=sector_code)
    if known.filter(period__overlap=(from_on, to_on)).exists():
        raise SectorOverlaps(organisation=organisation_code, sector=sector_code)
    SectorEntry.objects.create(
        organisation=organisation, sector_code=sector_code, period=(from_on, to_on), entered_at=now
    )
    ledger.append(
        SectorEntered(
            organisation_code=organisation_code,
            sector_code=sector_code,
            from_on=from_on.isoformat(),
            to_on=None if to_on is None else to_on.isoformat(),
        ),
        actor=actor,
        at=now,
    )


@transaction.atomic
def leave_sector(*, organisation_code: str, sector_code: str, to_on: date, actor: Actor, now: datetime) -> None:
    """End an operator's entry in a sector.

    Args:
        organisation_code: The operator.
        sector_code: The sector.
        to_on: First day without it.
        actor: Who ends it.
        now: The moment.

    Raises:
        SectorMissing: It is not in this sector on that day.
        Refused: The actor may not admit anybody.
    """
    policies.may_admit(actor).require()
    entry = (
        SectorEntry.objects.select_for_update()
        .filter(organisation__code=organisation_code, sector_code=sector_code, period__contains=to_on)
        .first()
    )
    if entry is None:
        raise SectorMissing(organisation=organisation_code, sector=sector_code)
    SectorEntry.objects.filter(pk=entry.pk).update(period=(entry.period.lower, to_on))
    ledger.append(
        SectorLeft(organisation_code=organisation_code, sector_code=sector_code, to_on=to_on.isoformat()),
        actor=actor,
        at=now,
    )


@transaction.atomic
def record_inspection(
    *,
    organisation_code: str,
    inspected_on: date,
    findings: str,
    mend_by_on: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Record that a bureau was inspected, and what was found.

    Args:
        organisation_code: The bureau.
        inspected_on: The day.
        findings: What was found, in words; that nothing was wrong is a finding too.
        mend_by_on: Last day to mend it; None where nothing has to be mended.
        actor: A reviewer of the office.
        now: The moment.

    Raises:
        OrganisationUnknown: No organisation has this code.
        NotABureau: It is of another kind.
        InspectionDateWrong: The day lies in the future, or the last day to mend before it.
        ReasonsMissing: No findings were given.
        Refused: The actor is no reviewer.
    """
    policies.may_inspect(actor).require()
    organisation = _lock_organisation(organisation_code)
    if organisation.kind != OrganisationKind.BUREAU.value:
        raise NotABureau(organisation=organisation_code)
    if inspected_on > civil_date(now) or (mend_by_on is not None and mend_by_on < inspected_on):
        raise InspectionDateWrong(organisation=organisation_code)
    if not findings.strip():
        raise ReasonsMissing
    row = Inspection.objects.create(
        organisation=organisation,
        inspected_on=inspected_on,
        findings=findings.strip(),
        mend_by_on=mend_by_on,
        recorded_by=actor.key,
        recorded_at=now,
    )
    ledger.append(
        InspectionRecorded(
            organisation_code=organisation_code, inspection=row.pk, inspected_on=inspected_on.isoformat()
        ),
        actor=actor,
        at=now,
    )


@transaction.atomic
def suspend(*, subject: str, reasons: str, actor: Actor, now: datetime) -> None:
    """Suspend an organisation, officer or client: the very next request is refused.

    Args:
        subject: ``organisation:CODE``, ``account:17`` or ``client:3``.
        reasons: Why, in words.
        actor: A reviewer of the office.
        now: The moment.

    Raises:
        ReasonsMissing: No reasons were given.
        SuspendedAlready: It is suspended already.
        Refused: The actor is no reviewer, or it is the own login.
    """
    policies.may_suspend(actor, subject=subject).require()
    if not reasons.strip():
        raise ReasonsMissing
    _, is_new = Suspension.objects.get_or_create(
        subject=subject,
        lifted_at=None,
        defaults={"reasons": reasons.strip(), "suspended_by": actor.key, "since_at": now},
    )
    if not is_new:
        raise SuspendedAlready(subject=subject)
    ledger.append(Suspended(subject=subject), actor=actor, at=now)


@transaction.atomic
def lift_suspension(*, subject: str, actor: Actor, now: datetime) -> None:
    """End a suspension.

    Args:
        subject: As it was suspended.
        actor: A reviewer of the office.
        now: The moment.

    Raises:
        NotSuspended: It is not suspended.
        Refused: The actor is no reviewer, or it is the own login.
    """
    policies.may_suspend(actor, subject=subject).require()
    lifted = Suspension.objects.filter(subject=subject, lifted_at=None).update(lifted_at=now, lifted_by=actor.key)
    if not lifted:
        raise NotSuspended(subject=subject)
    ledger.append(SuspensionLifted(subject=subject), actor=actor, at=now)


@transaction.atomic
def subscribe_corrections(*, address: str, actor: Actor, now: datetime) -> bool:
    """Say where the actor's organisation is told that what it received was corrected, and that it acknowledges it.

    Takes the place of what was said before. Nothing is delivered by this act.

    Args:
        address: Where, as it was entered.
        actor: The organisation's administrator, or its client.
        now: The moment.

    Returns:
        Whether anything changed: saying the same again changes nothing.

    Raises:
        CorrectionAddressWrong: It is no address to which anything could be delivered safely.
        OrganisationUnknown: No organisation has the actor's code.
        Refused: The actor may not, or the organisation may ask about nobody.
    """
    organisation = _subscriber(actor)
    wanted = correction_address(address)
    if wanted is None:
        raise CorrectionAddressWrong
    standing = CorrectionSubscription.objects.filter(organisation=organisation, ended_at__isnull=True).first()
    if standing is not None and standing.address == wanted:
        return False
    if standing is not None:
        _end_subscription(standing, organisation, actor, now)
    made = CorrectionSubscription.objects.create(
        organisation=organisation, address=wanted, since_at=now, set_by=actor.key
    )
    ledger.append(CorrectionsSubscribed(organisation_code=organisation.code, subscription=made.pk), actor=actor, at=now)
    return True


@transaction.atomic
def unsubscribe_corrections(*, actor: Actor, now: datetime) -> None:
    """Be told of corrections there no more; what is owed already stays owed.

    Args:
        actor: The organisation's administrator, or its client.
        now: The moment.

    Raises:
        CorrectionSubscriptionMissing: Nothing was said.
        OrganisationUnknown: No organisation has the actor's code.
        Refused: The actor may not.
    """
    organisation = _subscriber(actor)
    standing = CorrectionSubscription.objects.filter(organisation=organisation, ended_at__isnull=True).first()
    if standing is None:
        raise CorrectionSubscriptionMissing
    _end_subscription(standing, organisation, actor, now)


def _subscriber(actor: Actor) -> Organisation:
    may_ask = InquiryMandate.objects.filter(organisation__code=actor.organisation_code or "").exists()
    policies.may_subscribe(actor, may_ask=may_ask).require()
    return _lock_organisation(actor.organisation_code or "")


def _end_subscription(
    standing: CorrectionSubscription, organisation: Organisation, actor: Actor, now: datetime
) -> None:
    standing.ended_at, standing.ended_by = now, actor.key
    standing.save(update_fields=["ended_at", "ended_by"])
    ledger.append(
        CorrectionsUnsubscribed(organisation_code=organisation.code, subscription=standing.pk), actor=actor, at=now
    )


def _lock_organisation(code: str) -> Organisation:
    """Lock an organisation, so that two grants at once follow one another and the second sees the first.

    Raises:
        OrganisationUnknown: No organisation has this code.
    """
    organisation = Organisation.objects.select_for_update().filter(code=code).first()
    if organisation is None:
        raise OrganisationUnknown(organisation=code[:64])
    return organisation
