"""Reading of organisations and mandates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from chengxin.organisations.models import Mandate, Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationLine:
    """One organisation, as others use and show it."""

    code: str
    body_code: str
    division_code: str
    name_zh: str
    name_en: str


def _line(row: Organisation) -> OrganisationLine:
    return OrganisationLine(
        code=row.code,
        body_code=row.body_code,
        division_code=row.division_code,
        name_zh=row.name_zh,
        name_en=row.name_en,
    )


def find_organisation(code: str) -> OrganisationLine | None:
    """Return one organisation, or None."""
    row = Organisation.objects.filter(code=code).first()
    return None if row is None else _line(row)


def find_organisations(codes: Collection[str]) -> Mapping[str, OrganisationLine]:
    """Return some organisations by code, in one statement, none without codes; a code of nobody is left out."""
    return {row.code: _line(row) for row in Organisation.objects.filter(code__in=set(codes))}


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
