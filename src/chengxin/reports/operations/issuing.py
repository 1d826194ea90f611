"""Issuing a report: judged, numbered as a look, read, laid out, signed, registered, and only then handed out.

All of it is one transaction, so that no file exists without its line of the register and its event in the ledger.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.keys import published
from chengxin.keys.current import keyring
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date
from chengxin.persons import operations as registry
from chengxin.persons.states import DocumentKind, VerificationMethod
from chengxin.postgres.statements import rows_of
from chengxin.records import lookups as records
from chengxin.records.lookups import ShownItem
from chengxin.records.rules import keeping_month
from chengxin.register import operations as register
from chengxin.reports import lookups, policies, rules
from chengxin.reports.events import ReportIssued
from chengxin.reports.layout import Sheet, render
from chengxin.reports.models import Report, ReportFile
from chengxin.reports.operations.gathering import Gathered, gather
from chengxin.reports.rules import ReportContents
from chengxin.reports.states import Channel, Extent, Language
from chengxin.sealing.credentials import CredentialContents, StatusReference, issue_credential
from chengxin.sealing.reports import report_data, sign_pdf
from chengxin.sealing.suites import seal

CREDENTIAL_KIND: Final = "urn:chengxin:credential:report:1"
_GONE_AT_ONCE: Final = 20

ITEMS_SQL: Final = """
    INSERT INTO reports_reportitem (report_id, record_key, version)
    SELECT %s, item.record_key, item.version
    FROM unnest(%s::bytea[], %s::integer[]) AS item (record_key, version)
"""

Wording = Callable[[ReportContents], Sheet]
"""Puts what a report says into words; an interface's, because all texts stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDocument:
    """How a clerk made sure who stands at the counter."""

    method: VerificationMethod
    kind: DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReport:
    """A report that was issued.

    Attributes:
        number: Its number.
        pdf: The signed file.
        last_on: Last day on which it serves.
        item_count: How many items it carries.
        look_sequence: Number of the look as which it was registered.
    """

    number: str
    pdf: bytes
    last_on: date
    item_count: int
    look_sequence: int


@transaction.atomic
def issue_report(
    *,
    person_id: int,
    language: Language,
    extent: Extent,
    wording: Wording,
    actor: Actor,
    now: datetime,
    case_number: str | None = None,
    seen: SeenDocument | None = None,
) -> IssuedReport | Refusal:
    """Issue a report. A refusal is returned, not raised, so that its line of the register is committed with it.

    Args:
        person_id: Whose report.
        language: In which language ``wording`` writes it.
        extent: How much it says.
        wording: Puts it into words.
        actor: The person, who acts for them, or a clerk at the counter.
        now: The moment.
        case_number: The counter's case; ``None`` online. With it the report is one of the counter.
        seen: Which document the clerk saw; it is kept as a verification. ``None`` online, and where none was seen.

    Raises:
        NoEditionInForce: The catalogue has no edition on that day.
        PersonUnknown: There is no such person.
        Refused: The clerk may not record what document was seen.
    """
    channel = Channel.ONLINE if case_number is None else Channel.COUNTER
    standing = lookups.standing_of(actor, person_id=person_id, case_number=case_number)
    decision = policies.may_issue(actor, standing, channel)
    if isinstance(decision, Refusal):
        _register(person_id, actor, channel, case_number, decision, now)
        return decision
    edition = catalogue.edition_in_force(civil_date(now))
    if seen is not None:
        _keep_verification(person_id, seen, actor, now)
    register.draw_look(person_id=person_id)
    number = rules.new_number()
    found = gather(
        person_id=person_id,
        issuer=published.key_document().issuer,
        number=number,
        extent=extent,
        edition=edition,
        now=now,
    )
    listed = StatusReference(
        uri=rules.address_of(found.contents.issuer, rules.list_of(now)), index=_free_place(rules.list_of(now))
    )
    pdf = _signed(found.contents, wording(found.contents), listed, now)
    look = _register(person_id, actor, channel, case_number, found, now)
    digest = hashlib.sha256(pdf).digest()
    report = Report.objects.create(
        number=number,
        person_id=person_id,
        sha256=digest,
        channel=channel.value,
        language=language.value,
        extent=extent.value,
        edition_code=edition.code,
        issued_by=actor.key,
        organisation_code=actor.organisation_code or "",
        issued_at=now,
        valid_until=found.contents.valid_until,
        look_sequence=look.sequence,
        status_list=rules.list_of(now),
        status_place=listed.index,
    )
    rows_of(
        ITEMS_SQL,
        [report.pk, [records.key_of(item.reference) for item in found.items], [item.version for item in found.items]],
    )
    ledger.append(
        ReportIssued(person_id=person_id, file_sha256=digest.hex(), channel=channel.value, item_count=len(found.items)),
        actor=actor,
        at=now,
    )
    _keep_file(report, pdf, found.items, now)
    return IssuedReport(
        number=number,
        pdf=pdf,
        last_on=found.contents.last_on,
        item_count=len(found.items),
        look_sequence=look.sequence,
    )


def _free_place(name: str) -> int:
    """Return a free place in a status list; a constraint makes sure that it is still free when it is taken."""
    reports = Report.objects.filter(status_list=name)
    return rules.draw_place(lambda place: reports.filter(status_place=place).exists())


def _signed(contents: ReportContents, sheet: Sheet, status: StatusReference, now: datetime) -> bytes:
    """Return the signed file: laid out, with its data and its credential embedded."""
    key, certificate = published.report_signing()
    data = report_data(
        issuer=contents.issuer,
        number=contents.number,
        issued_at=contents.issued_at,
        valid_until=contents.valid_until,
        data=rules.data_of(contents),
    )
    subject, items = rules.disclosures_of(contents)
    credential = issue_credential(
        CredentialContents(
            issuer=contents.issuer,
            kind=CREDENTIAL_KIND,
            number=contents.number,
            issued_at=contents.issued_at,
            valid_until=contents.valid_until,
            report_sha256=hashlib.sha256(data).digest(),
            subject=subject,
            items=items,
            status=status,
        ),
        signer=key,
    )
    pdf = render(sheet, data=data, credential=credential, moment=now)
    return sign_pdf(pdf, key=key, certificate=certificate, moment=now)


def _keep_verification(person_id: int, seen: SeenDocument, actor: Actor, now: datetime) -> None:
    registry.record_verification(
        person_id=person_id,
        method=seen.method,
        document_kind=seen.kind,
        verified_on=civil_date(now),
        organisation_code=actor.organisation_code or "",
        actor=actor,
        now=now,
    )


def _register(  # noqa: PLR0917 - one line of the register, in the order of its columns
    person_id: int,
    actor: Actor,
    channel: Channel,
    case_number: str | None,
    outcome: Gathered | Refusal,
    now: datetime,
) -> register.Look:
    shown: dict[str, object] = {}
    if isinstance(outcome, Gathered):
        counts = Counter(item.item.code for item in outcome.items)
        shown = {"what": lookups.WHAT, "extent": outcome.contents.extent.value, "items": dict(counts)}
    return register.register_look(
        person_id=person_id,
        actor=actor,
        purpose_code=lookups.SELF_REPORT if channel is Channel.ONLINE else lookups.COUNTER_READ,
        basis_code=lookups.BASIS,
        case_number=case_number,
        shown=shown,
        mask_rule=lookups.MASK_RULE,
        mask_version=lookups.MASK_VERSION,
        refusal=outcome if isinstance(outcome, Refusal) else None,
        at=now,
    )


def _keep_file(report: Report, pdf: bytes, items: tuple[ShownItem, ...], now: datetime) -> None:
    """Keep the file while it serves, sealed so that it is unreadable as soon as one of its items must be.

    Files that serve no more go on this occasion; no job is needed for it, and none could forget it.
    """
    ends = [civil_date(report.valid_until), *(item.kept_until for item in items)]
    month = keeping_month(min(ends))
    ReportFile.objects.create(
        report=report,
        month=month,
        sealed=seal(keyring().month(month, create=True), pdf, context=lookups.file_context(report.number)),
    )
    over = ReportFile.objects.filter(report__valid_until__lte=now).values_list("pk", flat=True)[:_GONE_AT_ONCE]
    ReportFile.objects.filter(pk__in=list(over)).delete()
