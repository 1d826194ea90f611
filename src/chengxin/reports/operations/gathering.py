"""What goes into a report, read after its look has drawn its number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from chengxin.authorisations import lookups as authorisations
from chengxin.catalogue.rules import columns_of
from chengxin.catalogue.rules.values import Edition, Format, ItemType
from chengxin.organisations import lookups as organisations
from chengxin.periods.civil import CIVIL_ZONE, civil_date
from chengxin.periods.terms import Unit, last_day
from chengxin.persons import lookups as persons
from chengxin.records import lookups as records
from chengxin.records.lookups import ShownDetail, ShownItem
from chengxin.register import lookups as register
from chengxin.register.lookups import LookFilter
from chengxin.register.states import Outcome
from chengxin.reports import rules
from chengxin.reports.rules import AllowedLine, Both, Detail, LineOfItem, LookLine, ReportContents, Subject
from chengxin.reports.states import Extent

_IN_DOCUMENT: Final = frozenset({"document_kind", "document_number", "issuing_body"})
_KINDS: Final = ("IDENTIFICATION", "COMMENDATION", "PLEDGE", "ADVERSE")
_MOST_ALLOWED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was read for a report.

    Attributes:
        contents: What it says.
        items: The items as they were read, in the same order.
    """

    contents: ReportContents
    items: tuple[ShownItem, ...]


def gather(*, person_id: int, issuer: str, number: str, extent: Extent, edition: Edition, now: datetime) -> Gathered:
    """Read all that a report says.

    Args:
        person_id: Whose report.
        issuer: Address of the platform.
        number: The report's number.
        extent: How much it says.
        edition: The edition in force; names the purposes.
        now: The moment.
    """
    today = civil_date(now)
    cluster = persons.cluster_of(person_id)
    found = records.shown_items_without_register(person_ids=cluster, today=today)
    items = tuple(sorted(found, key=_place))
    lines = authorisations.list_authorisations_of(person_id=person_id, holds_on=today, limit=_MOST_ALLOWED)
    allowed = lines if extent is Extent.WHOLE else ()
    since = _months_before(today, rules.LOOKS_MONTHS)
    chosen = LookFilter(from_at=datetime.combine(since, time(), tzinfo=CIVIL_ZONE), is_of_organisation=True)
    looks = () if extent is Extent.ITEMS else _looks(cluster, chosen)
    codes = {item.supplier_code for item in items} | {line.organisation_code for line in allowed}
    named = _namer(codes | {look.organisation_code or "" for look in looks})
    headed = _header()
    identity = persons.identity_of(persons.head_of(person_id))
    contents = ReportContents(
        issuer=issuer,
        number=number,
        issued_at=now,
        last_on=rules.last_day_of(now),
        valid_until=rules.valid_until(now),
        extent=extent,
        subject=Subject(
            name=identity.name,
            masked_number=str(identity.number),
            birth_year=None if identity.born_on is None else identity.born_on.year,
        ),
        items=tuple(_item(item, named, headed) for item in items),
        allowed=None if extent is Extent.ITEMS else tuple(_allowed(line, named, edition) for line in allowed),
        looks=None if extent is Extent.ITEMS else tuple(_look(look, named, edition) for look in looks),
        looks_since=since,
        look_count=0 if extent is Extent.ITEMS else _count(cluster, chosen),
    )
    return Gathered(contents=contents, items=items)


def _place(item: ShownItem) -> tuple[int, str, int]:
    """Return where an item stands: by kind, by domain, the newest first."""
    kind = item.item.kind.value
    return (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), item.item.domain, -item.occurred_on.toordinal())


def _months_before(day: date, months: int) -> date:
    """Return the day so many months earlier: the earliest from which as many months lead to this day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return max(first, last_day(started_on=first, count=day.day - 1, unit=Unit.CALENDAR_DAY))


def _looks(cluster: Sequence[int], chosen: LookFilter) -> tuple[register.LookLine, ...]:
    return register.list_looks_of_rows(person_ids=cluster, limit=rules.MOST_LOOKS, chosen=chosen)


def _count(cluster: Sequence[int], chosen: LookFilter) -> int:
    return sum(register.count_chosen(person_id=row, chosen=chosen) for row in cluster)


def _namer(codes: set[str]) -> Callable[[str], Both]:
    found = organisations.find_organisations(codes)

    def named(code: str) -> Both:
        line = found.get(code)
        return Both(zh=code) if line is None else Both(zh=line.name_zh, en=line.name_en)

    return named


def _header() -> Callable[[ShownItem], Mapping[str, Both]]:
    """Return what names the fields of an item; those of one type are read once."""
    found: dict[tuple[str, str], Mapping[str, Both]] = {}

    def headed(item: ShownItem) -> Mapping[str, Both]:
        key = item.edition.code, item.item.code
        if key not in found:
            columns = columns_of(item.item)
            found[key] = {column.code: Both(zh=column.header_zh, en=column.header_en) for column in columns}
        return found[key]

    return headed


def _item(
    item: ShownItem, named: Callable[[str], Both], headed: Callable[[ShownItem], Mapping[str, Both]]
) -> LineOfItem:
    kind, edition = item.item, item.edition
    details = {detail.code: detail.value for detail in item.details}
    basis = edition.bases[kind.basis]
    domain = edition.domains.get(kind.domain)
    return LineOfItem(
        reference=item.reference,
        version=item.version,
        item_code=kind.code,
        name=Both(zh=kind.name_zh, en=kind.name_en),
        kind=kind.kind.value,
        domain=Both(zh=kind.domain) if domain is None else Both(zh=domain.name_zh, en=domain.name_en),
        severity=_severity(item),
        occurred_on=item.occurred_on,
        ended_on=item.ended_on,
        document_on=item.document_on,
        document=_document(kind, details),
        body=details.get("issuing_body", ""),
        supplier=named(item.supplier_code),
        basis=basis.title,
        article=basis.article or "",
        verified=basis.verified.value,
        shown_until=item.shown_until,
        details=tuple(
            _detail(detail, headed(item)) for detail in item.details if detail.code not in _IN_DOCUMENT and detail.value
        ),
    )


def _severity(item: ShownItem) -> Both | None:
    if not item.severity:
        return None
    for label in item.item.severity_labels:
        if label.code == item.severity:
            return Both(zh=label.zh, en=label.en)
    severity = item.edition.severities.get(item.severity)
    return Both(zh=item.severity) if severity is None else Both(zh=severity.name_zh, en=severity.name_en)


def _document(kind: ItemType, details: Mapping[str, str]) -> Both:
    code, number = details.get("document_kind", ""), details.get("document_number", "")
    words = {label.code: Both(zh=label.zh, en=label.en) for label in kind.document_kinds}.get(code, Both(zh=code))
    return Both(zh=f"{words.zh} {number}".strip(), en=f"{words.en or words.zh} {number}".strip())


def _detail(detail: ShownDetail, names: Mapping[str, Both]) -> Detail:
    field = detail.field
    words = None
    if field is not None and field.format is Format.CODE:
        words = next((Both(zh=one.zh, en=one.en) for one in field.codes if one.code == detail.value), None)
    return Detail(
        code=detail.code,
        name=names.get(detail.code, Both(zh=detail.code)),
        value=detail.value,
        words=words,
        is_money=field is not None and field.format is Format.MONEY,
    )


def _purpose(code: str, edition: Edition) -> Both:
    purpose = edition.purposes.get(code)
    return Both(zh=code) if purpose is None else Both(zh=purpose.name_zh, en=purpose.name_en)


def _allowed(line: authorisations.AuthorisationLine, named: Callable[[str], Both], edition: Edition) -> AllowedLine:
    return AllowedLine(
        organisation=named(line.organisation_code),
        purpose=_purpose(line.purpose_code, edition),
        granted_on=civil_date(line.granted_at),
        last_on=line.last_on,
        looks=line.looks,
        used_count=line.used_count,
    )


def _look(look: register.LookLine, named: Callable[[str], Both], edition: Edition) -> LookLine:
    return LookLine(
        on=civil_date(look.at),
        organisation=named(look.organisation_code or ""),
        purpose=_purpose(look.purpose_code, edition),
        was_shown=look.outcome is Outcome.SHOWN,
    )
