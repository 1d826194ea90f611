"""Reading of organisations and mandates."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Q

from chengxin.accounts.rules import Appointments
from chengxin.organisations import rules
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
from chengxin.organisations.states import OrganisationKind
from chengxin.postgres.statements import Question, Row, ask


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationLine:
    """One organisation, as others use and show it."""

    code: str
    body_code: str
    division_code: str
    name_zh: str
    name_en: str
    kind: OrganisationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingFacts:
    """Whether an organisation may ask about persons for a purpose, as the gate needs it.

    Attributes:
        kind: What the organisation is; ``None`` where there is no such organisation.
        suspended: Which of the subjects asked about are suspended.
        mandate_basis: The provision named in its mandate of today; ``None`` without a mandate.
        mandate_items: Item types that the mandate names; empty means all that the purpose allows.
        is_licensed: A licence of today has the purpose in its scope.
    """

    kind: OrganisationKind | None
    suspended: frozenset[str]
    mandate_basis: str | None
    mandate_items: frozenset[str]
    is_licensed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryMandateLine:
    """One mandate to ask, as lists show it; ``to_on`` is the first day without it."""

    organisation_code: str
    purpose_code: str
    basis_code: str
    item_codes: tuple[str, ...]
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceLine:
    """One licence, as lists show it; ``to_on`` is the first day without it."""

    organisation_code: str
    number: str
    issuer: str
    purpose_codes: tuple[str, ...]
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionLine:
    """One inspection of a bureau; ``mend_by_on`` is ``None`` where nothing has to be mended."""

    organisation_code: str
    inspected_on: date
    findings: str
    mend_by_on: date | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLine:
    """One suspension; ``lifted_at`` is ``None`` while it lasts, and ``suspension_id`` is its key, to read on."""

    suspension_id: int
    subject: str
    reasons: str
    suspended_by: str
    since_at: datetime
    lifted_at: datetime | None


def _line(row: Organisation) -> OrganisationLine:
    return OrganisationLine(
        code=row.code,
        body_code=row.body_code,
        division_code=row.division_code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        kind=OrganisationKind(row.kind),
    )


def find_organisation(code: str) -> OrganisationLine | None:
    """Return one organisation, or None."""
    row = Organisation.objects.filter(code=code).first()
    return None if row is None else _line(row)


def find_organisations(codes: Collection[str]) -> Mapping[str, OrganisationLine]:
    """Return some organisations by code, in one statement, none without codes; a code of nobody is left out."""
    return {row.code: _line(row) for row in Organisation.objects.filter(code__in=set(codes))}


def appointments_of(code: str) -> Appointments:
    """Return which roles an organisation may give its officers; none where there is no such organisation."""
    found = find_organisation(code)
    return rules.appointments_of(None if found is None else found.kind)


def list_organisations() -> tuple[OrganisationLine, ...]:
    """Return all organisations by code."""
    return tuple(_line(row) for row in Organisation.objects.order_by("code"))


def has_mandate(*, organisation_code: str, item_code: str, on: date) -> bool:
    """Return whether the organisation was mandated to supply the item type on a day."""
    return Mandate.objects.filter(
        organisation__code=organisation_code, item_code=item_code, period__contains=on
    ).exists()


def list_mandated_items(*, organisation_code: str, on: date) -> tuple[str, ...]:
    """Return the item codes that an organisation may supply on a day, in order."""
    return tuple(
        Mandate.objects.filter(organisation__code=organisation_code, period__contains=on)
        .order_by("item_code")
        .values_list("item_code", flat=True)
    )


ASKING = """
    SELECT o.kind, m.basis_code, coalesce(m.item_codes, '{}'),
        EXISTS (
            SELECT 1 FROM organisations_licence l
            WHERE l.organisation_id = o.id AND l.period @> given.on_day AND given.purpose = ANY (l.purpose_codes)
        ),
        ARRAY (
            SELECT s.subject FROM organisations_suspension s
            WHERE s.subject = ANY (given.subjects) AND s.lifted_at IS NULL
        )
    FROM (SELECT %s::text AS organisation, %s::text AS purpose, %s::text[] AS subjects, %s::date AS on_day) AS given
    LEFT JOIN organisations_organisation o ON o.code = given.organisation
    LEFT JOIN organisations_inquirymandate m
        ON m.organisation_id = o.id AND m.purpose_code = given.purpose AND m.period @> given.on_day
"""


def asking_facts(*, organisation_code: str, purpose_code: str, subjects: Sequence[str], on: date) -> AskingFacts:
    """Return whether an organisation may ask for a purpose on a day; see :func:`asking_question`."""
    return ask(
        asking_question(organisation_code=organisation_code, purpose_code=purpose_code, subjects=subjects, on=on)
    )


def asking_question(
    *, organisation_code: str, purpose_code: str, subjects: Sequence[str], on: date
) -> Question[AskingFacts]:
    """Return the question whether an organisation may ask for a purpose on a day; it is answered freshly.

    Args:
        organisation_code: Who asks.
        purpose_code: For what.
        subjects: Keys under which the organisation, the officer or the client could be suspended.
        on: The civil day.
    """
    given = (organisation_code, purpose_code, list(subjects), on)
    return Question(statement=ASKING, values=given, width=5, read=_asking_facts)


def _asking_facts(row: Row | None) -> AskingFacts:
    kind, basis, items, is_licensed, suspended = cast("Row", row)  # the statement answers with a row whatever is asked
    return AskingFacts(
        kind=None if kind is None else OrganisationKind(kind),
        suspended=frozenset(suspended),
        mandate_basis=basis,
        mandate_items=frozenset(items),
        is_licensed=is_licensed,
    )


def list_inquiry_mandates(
    *, organisation_code: str | None = None, on: date | None = None
) -> tuple[InquiryMandateLine, ...]:
    """Return mandates to ask, of one organisation or of all, by organisation and purpose.

    Args:
        organisation_code: Whose; ``None`` for all.
        on: Only those in force on a day; ``None`` for all.
    """
    rows = InquiryMandate.objects.select_related("organisation").order_by("organisation__code", "purpose_code", "id")
    if organisation_code is not None:
        rows = rows.filter(organisation__code=organisation_code)
    if on is not None:
        rows = rows.filter(period__contains=on)
    return tuple(
        InquiryMandateLine(
            organisation_code=row.organisation.code,
            purpose_code=row.purpose_code,
            basis_code=row.basis_code,
            item_codes=tuple(row.item_codes),
            from_on=row.period.lower,
            to_on=row.period.upper,
        )
        for row in rows
    )


def list_licences(*, organisation_code: str | None = None) -> tuple[LicenceLine, ...]:
    """Return licences, of one organisation or of all, by organisation and number."""
    rows = Licence.objects.select_related("organisation").order_by("organisation__code", "number", "id")
    if organisation_code is not None:
        rows = rows.filter(organisation__code=organisation_code)
    return tuple(
        LicenceLine(
            organisation_code=row.organisation.code,
            number=row.number,
            issuer=row.issuer,
            purpose_codes=tuple(row.purpose_codes),
            from_on=row.period.lower,
            to_on=row.period.upper,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorLine:
    """An operator's entry in a real-name sector; ``to_on`` is the first day without it."""

    organisation: OrganisationLine
    sector_code: str
    from_on: date
    to_on: date | None


def list_sector_entries(
    *, organisation_code: str | None = None, sector_code: str | None = None, on: date | None = None
) -> tuple[SectorLine, ...]:
    """Return operators' entries in sectors, by sector and organisation.

    Args:
        organisation_code: Only this operator's; ``None`` for all.
        sector_code: Only of this sector; ``None`` for all.
        on: Only those that hold on a day; ``None`` for all.
    """
    rows = SectorEntry.objects.select_related("organisation").order_by("sector_code", "organisation__code", "id")
    if organisation_code is not None:
        rows = rows.filter(organisation__code=organisation_code)
    if sector_code is not None:
        rows = rows.filter(sector_code=sector_code)
    if on is not None:
        rows = rows.filter(period__contains=on)
    return tuple(
        SectorLine(
            organisation=_line(row.organisation),
            sector_code=row.sector_code,
            from_on=row.period.lower,
            to_on=row.period.upper,
        )
        for row in rows
    )


def list_suspensions(
    *,
    is_open: bool | None = None,
    subjects: Sequence[str] | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[SuspensionLine, ...]:
    """Return suspensions, the newest first.

    Args:
        is_open: Only those that last, only those that were lifted, or all.
        subjects: Only those of these subjects; ``None`` for all.
        before: Only suspensions with a smaller key, to read on.
        limit: At most so many.
    """
    rows = Suspension.objects.order_by("-id")
    if subjects is not None:
        rows = rows.filter(subject__in=list(subjects))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if is_open is not None:
        rows = rows.filter(lifted_at__isnull=is_open)
    return tuple(
        SuspensionLine(
            suspension_id=row.pk,
            subject=row.subject,
            reasons=row.reasons,
            suspended_by=row.suspended_by,
            since_at=row.since_at,
            lifted_at=row.lifted_at,
        )
        for row in rows[:limit]
    )


def is_suspended(subjects: Sequence[str]) -> bool:
    """Tell whether any of some subjects is suspended now.

    Args:
        subjects: ``organisation:CODE``, ``account:17`` or ``client:3``.
    """
    return Suspension.objects.filter(subject__in=list(subjects), lifted_at__isnull=True).exists()


def list_inspections(*, organisation_code: str) -> tuple[InspectionLine, ...]:
    """Return the inspections of a bureau, the newest first."""
    rows = Inspection.objects.select_related("organisation").filter(organisation__code=organisation_code)
    return tuple(
        InspectionLine(
            organisation_code=row.organisation.code,
            inspected_on=row.inspected_on,
            findings=row.findings,
            mend_by_on=row.mend_by_on,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )
        for row in rows.order_by("-inspected_on", "-id")
    )


def search_organisations(
    *, text: str = "", kind: OrganisationKind | None = None, after: str = "", limit: int = 50
) -> tuple[OrganisationLine, ...]:
    """Return organisations by code, of one kind, or with a text in code or name.

    Args:
        text: Part of the code or of a name; empty for all.
        kind: Only of this kind.
        after: Only organisations behind this code, to read on.
        limit: At most so many.
    """
    rows = Organisation.objects.filter(code__gt=after).order_by("code")
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    if text:
        rows = rows.filter(Q(code__icontains=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text))
    return tuple(_line(row) for row in rows[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionLine:
    """Where an organisation is told of corrections; ``ended_at`` is ``None`` while it holds."""

    address: str
    since_at: datetime
    set_by: str
    ended_at: datetime | None


def list_correction_subscriptions(*, organisation_code: str) -> tuple[SubscriptionLine, ...]:
    """Return where an organisation said that it is told of corrections, the newest first.

    Args:
        organisation_code: Whose.
    """
    rows = CorrectionSubscription.objects.filter(organisation__code=organisation_code).order_by("-id")
    return tuple(
        SubscriptionLine(address=row.address, since_at=row.since_at, set_by=row.set_by, ended_at=row.ended_at)
        for row in rows
    )


def find_correction_subscription(*, organisation_code: str) -> SubscriptionLine | None:
    """Return where an organisation is told of corrections now; ``None`` where nowhere.

    Args:
        organisation_code: Whose.
    """
    found = list_correction_subscriptions(organisation_code=organisation_code)
    return found[0] if found and found[0].ended_at is None else None
