"""What a report says, as typed values: who, which items, what was allowed, who looked.

The same values are laid out for people, embedded as JSON for programs, and put into the credential, each item apart. So
nothing can stand in one of the three that the others do not say. Names come in both languages, so that neither layout
nor reader needs the catalogue.

A report goes into other hands. It therefore never holds a whole identity number, whoever asks: the person reads that
number on the own page and knows it. It holds the name, the masked number and the year of birth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chengxin.reports.states import Extent
from chengxin.sealing.digests import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """A name in Chinese and in English; the English one may be empty."""

    zh: str
    en: str = ""

    def data(self) -> Mapping[str, JSON]:
        """Return it for programs."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a report is about.

    Attributes:
        name: The current name, as written.
        masked_number: The identity number after rule R-ID-07.
        birth_year: Year of birth; ``None`` where the number states none.
    """

    name: str
    masked_number: str
    birth_year: int | None

    def data(self) -> Mapping[str, JSON]:
        """Return it for programs."""
        return {"name": self.name, "masked_number": self.masked_number, "birth_year": self.birth_year}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One detail of an item.

    Attributes:
        code: Its field.
        name: Name of the field.
        value: As the supplier gave it.
        words: The words for a value that is a code; ``None`` where it is none.
        is_money: The value is an amount in yuan.
    """

    code: str
    name: Both
    value: str
    words: Both | None = None
    is_money: bool = False

    def data(self) -> Mapping[str, JSON]:
        """Return it for programs."""
        words = None if self.words is None else self.words.data()
        return {"code": self.code, "name": self.name.data(), "value": self.value, "words": words}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOfItem:
    """One item, with the five answers: what, who says so, on which basis, until when; what to do stands at the end.

    Attributes:
        reference: Opaque reference, the same on the person's pages.
        version: Which version.
        item_code: Its type.
        name: Name of the type.
        kind: Kind of the type, as the catalogue codes it.
        domain: Name of its domain.
        severity: Severity that the supplier named; ``None`` where it has none.
        occurred_on: Day of the event.
        ended_on: Its end, or ``None``.
        document_on: Day of the document, or ``None``.
        document: Kind and number of the document; empty without one.
        body: Who decided, as the document names it; empty: the supplier.
        supplier: Who supplied it.
        basis: Title of the act.
        article: Article; empty where the whole act is meant.
        verified: How far somebody read the provision, as the catalogue codes it.
        shown_until: Last day on which it may be shown.
        details: What else was supplied.
    """

    reference: str
    version: int
    item_code: str
    name: Both
    kind: str
    domain: Both
    severity: Both | None
    occurred_on: date
    ended_on: date | None
    document_on: date | None
    document: Both
    body: str
    supplier: Both
    basis: str
    article: str
    verified: str
    shown_until: date
    details: tuple[Detail, ...]

    def data(self) -> Mapping[str, JSON]:
        """Return it for programs."""
        return {
            "reference": self.reference,
            "version": self.version,
            "item": self.item_code,
            "name": self.name.data(),
            "kind": self.kind,
            "domain": self.domain.data(),
            "severity": None if self.severity is None else self.severity.data(),
            "occurred_on": _day(self.occurred_on),
            "ended_on": _day(self.ended_on),
            "document_on": _day(self.document_on),
            "document": self.document.data(),
            "body": self.body,
            "supplier": self.supplier.data(),
            "basis": {"title": self.basis, "article": self.article, "verified": self.verified},
            "shown_until": _day(self.shown_until),
            "details": [detail.data() for detail in self.details],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedLine:
    """One authorisation that can be used on the day of issue.

    Attributes:
        organisation: To whom.
        purpose: For what.
        granted_on: Since when.
        last_on: Last day.
        looks: How many looks it allows.
        used_count: How many were taken.
    """

    organisation: Both
    purpose: Both
    granted_on: date
    last_on: date
    looks: int
    used_count: int

    def data(self) -> Mapping[str, JSON]:
        """Return it for programs."""
        return {
            "organisation": self.organisation.data(),
            "purpose": self.purpose.data(),
            "granted_on": _day(self.granted_on),
            "last_on": _day(self.last_on),
            "looks": self.looks,
            "used_count": self.used_count,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """One look by an organisation; neither its case nor its login is told to third parties.

    Attributes:
        on: Civil day.
        organisation: For whom.
        purpose: For what.
        was_shown: Something was shown; else it was refused.
    """

    on: date
    organisation: Both
    purpose: Both
    was_shown: bool

    def data(self) -> Mapping[str, JSON]:
        """Return it for programs."""
        return {
            "on": _day(self.on),
            "organisation": self.organisation.data(),
            "purpose": self.purpose.data(),
            "was_shown": self.was_shown,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContents:
    """All that a report says.

    Objections and own statements have a section as soon as the platform can take them in; until then they are left out,
    because an empty section would say that there are none.

    Attributes:
        issuer: Address of the platform.
        number: The report's number.
        issued_at: When.
        last_on: Last day on which it serves.
        valid_until: First moment at which it serves no more.
        extent: How much it says.
        subject: Whom it is about.
        items: The items that may be shown on the day, in the order in which they are told.
        allowed: Authorisations that can be used; ``None`` where the extent leaves them out.
        looks: The newest looks by organisations; ``None`` where the extent leaves them out.
        looks_since: First day from which looks are told.
        look_count: How many looks by organisations there were since then; those listed are the newest.
    """

    issuer: str
    number: str
    issued_at: datetime
    last_on: date
    valid_until: datetime
    extent: Extent
    subject: Subject
    items: tuple[LineOfItem, ...]
    allowed: tuple[AllowedLine, ...] | None
    looks: tuple[LookLine, ...] | None
    looks_since: date
    look_count: int


def data_of(contents: ReportContents) -> Mapping[str, JSON]:
    """Return what a report says, for programs: the member ``data`` of the embedded ``report.json``.

    Args:
        contents: The report.

    Source:
        R-REPORT-04 (docs/law/rules.md).
    """
    data: dict[str, JSON] = {
        "extent": contents.extent.value,
        "last_on": _day(contents.last_on),
        "subject": contents.subject.data(),
        "items": [item.data() for item in contents.items],
    }
    if contents.allowed is not None:
        data["authorisations"] = [line.data() for line in contents.allowed]
    if contents.looks is not None:
        data["looks"] = {
            "since": _day(contents.looks_since),
            "count": contents.look_count,
            "newest": [line.data() for line in contents.looks],
        }
    return data


def disclosures_of(contents: ReportContents) -> tuple[Mapping[str, JSON], Sequence[JSON]]:
    """Return what the credential discloses each on its own: the fields of who the person is, and the items.

    Authorisations and looks stand in the report alone: nobody has to prove them to a third party.

    Args:
        contents: The report.

    Source:
        R-REPORT-04 (docs/law/rules.md).
    """
    return contents.subject.data(), [item.data() for item in contents.items]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
