"""What the organisations room appends to the ledger."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengxin.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRegistered(LedgerEvent):
    """An organisation was registered."""

    kind: ClassVar[str] = "organisations.organisation.registered"
    organisation_code: str
    body_code: str

    def body(self) -> dict[str, Any]:
        """Return the codes."""
        return {"organisation": self.organisation_code, "body": self.body_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateGranted(LedgerEvent):
    """An organisation may supply an item type from a day on."""

    kind: ClassVar[str] = "organisations.mandate.granted"
    organisation_code: str
    item_code: str
    from_on: str
    to_on: str | None

    def body(self) -> dict[str, Any]:
        """Return the codes and the period, half-open."""
        return {
            "organisation": self.organisation_code,
            "item": self.item_code,
            "from": self.from_on,
            "to": self.to_on,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateEnded(LedgerEvent):
    """An organisation may no longer supply an item type."""

    kind: ClassVar[str] = "organisations.mandate.ended"
    organisation_code: str
    item_code: str
    to_on: str

    def body(self) -> dict[str, Any]:
        """Return the codes and the first day without the mandate."""
        return {"organisation": self.organisation_code, "item": self.item_code, "to": self.to_on}


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryMandateGranted(LedgerEvent):
    """An organisation may ask about persons for a purpose."""

    kind: ClassVar[str] = "organisations.inquiry_mandate.granted"
    organisation_code: str
    purpose_code: str
    basis_code: str
    item_codes: tuple[str, ...]
    from_on: str
    to_on: str | None

    def body(self) -> dict[str, Any]:
        """Return the codes and the period, half-open."""
        return {
            "organisation": self.organisation_code,
            "purpose": self.purpose_code,
            "basis": self.basis_code,
            "items": list(self.item_codes),
            "from": self.from_on,
            "to": self.to_on,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryMandateEnded(LedgerEvent):
    """An organisation may no longer ask for a purpose."""

    kind: ClassVar[str] = "organisations.inquiry_mandate.ended"
    organisation_code: str
    purpose_code: str
    to_on: str

    def body(self) -> dict[str, Any]:
        """Return the codes and the first day without the mandate."""
        return {"organisation": self.organisation_code, "purpose": self.purpose_code, "to": self.to_on}


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceRecorded(LedgerEvent):
    """A bureau's licence was recorded."""

    kind: ClassVar[str] = "organisations.licence.recorded"
    organisation_code: str
    number: str
    purpose_codes: tuple[str, ...]
    from_on: str
    to_on: str | None

    def body(self) -> dict[str, Any]:
        """Return number, scope and period, half-open."""
        return {
            "organisation": self.organisation_code,
            "number": self.number,
            "purposes": list(self.purpose_codes),
            "from": self.from_on,
            "to": self.to_on,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorEntered(LedgerEvent):
    """An organisation was entered as an operator of a real-name sector."""

    kind: ClassVar[str] = "organisations.sector.entered"
    organisation_code: str
    sector_code: str
    from_on: str
    to_on: str | None

    def body(self) -> dict[str, Any]:
        """Return the codes and the period, half-open."""
        return {
            "organisation": self.organisation_code,
            "sector": self.sector_code,
            "from": self.from_on,
            "to": self.to_on,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorLeft(LedgerEvent):
    """An organisation is no operator of a real-name sector any more."""

    kind: ClassVar[str] = "organisations.sector.left"
    organisation_code: str
    sector_code: str
    to_on: str

    def body(self) -> dict[str, Any]:
        """Return the codes and the first day without it."""
        return {"organisation": self.organisation_code, "sector": self.sector_code, "to": self.to_on}


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionRecorded(LedgerEvent):
    """A bureau was inspected. What was found stays in the row."""

    kind: ClassVar[str] = "organisations.inspection.recorded"
    organisation_code: str
    inspection: int
    inspected_on: str

    def body(self) -> dict[str, Any]:
        """Return whom, which row and when."""
        return {
            "organisation": self.organisation_code,
            "inspection": self.inspection,
            "inspected_on": self.inspected_on,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(LedgerEvent):
    """An organisation, officer or client may ask nothing from now on. The reasons stay in the row."""

    kind: ClassVar[str] = "organisations.suspension.made"
    subject: str

    def body(self) -> dict[str, Any]:
        """Return whom."""
        return {"subject": self.subject}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLifted(LedgerEvent):
    """A suspension ended."""

    kind: ClassVar[str] = "organisations.suspension.lifted"
    subject: str

    def body(self) -> dict[str, Any]:
        """Return whom."""
        return {"subject": self.subject}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionsSubscribed(LedgerEvent):
    """An organisation said where it is told of corrections. The address stays in the row."""

    kind: ClassVar[str] = "organisations.corrections.subscribed"
    organisation_code: str
    subscription: int

    def body(self) -> dict[str, Any]:
        """Return whose and which row."""
        return {"organisation": self.organisation_code, "subscription": self.subscription}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionsUnsubscribed(LedgerEvent):
    """An organisation is told of corrections there no more."""

    kind: ClassVar[str] = "organisations.corrections.unsubscribed"
    organisation_code: str
    subscription: int

    def body(self) -> dict[str, Any]:
        """Return whose and which row."""
        return {"organisation": self.organisation_code, "subscription": self.subscription}
