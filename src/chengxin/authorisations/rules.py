"""What an authorisation covers: scope, looks, days; asking again after a refusal; what its receipt says. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from chengxin.periods.civil import civil_date

RECEIPT_VERSION: Final = "TS27560-2023"
WAITING_DAYS: Final = 7
"""Days for which an unanswered request waits. The platform's own choice: no statute names it."""

PUSHED_SECONDS: Final = 600
"""Seconds within which the person must come to a pushed request (RFC 9126, 2.2). The platform's own choice."""

REQUEST_URI: Final = re.compile(r"urn:ietf:params:oauth:request_uri:([A-Z2-7]{16})", re.ASCII)
"""How a pushed request is named on the way of a redirect (RFC 9126, 2.2): by its own opaque reference."""


def request_uri_of(reference: str) -> str:
    """Return the address-like name of a pushed request.

    Args:
        reference: Of the request.

    Example:
        >>> pushed_reference(request_uri_of("ABCDEFGHIJKLMNOP"))
        'ABCDEFGHIJKLMNOP'
    """
    return f"urn:ietf:params:oauth:request_uri:{reference}"


def pushed_reference(request_uri: str) -> str | None:
    """Return the reference in the name of a pushed request; ``None`` where it is no such name.

    Args:
        request_uri: As it came by the redirect.
    """
    found = REQUEST_URI.fullmatch(request_uri)
    return None if found is None else found[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is asked for, or allowed.

    Attributes:
        item_codes: Item types; every one of them is named, none is meant by silence.
        data_from: First day of events that may be shown; ``None`` for no bound.
        data_to: First day of events that may no longer be shown; ``None`` for no bound.
        looks: How many looks.
        days: For how many days, the day of granting counted as the first.
    """

    item_codes: frozenset[str]
    data_from: date | None
    data_to: date | None
    looks: int
    days: int

    @property
    def is_sound(self) -> bool:
        """Tell whether it is a scope at all: at least one look, one day, and a period that is not empty."""
        forward = self.data_from is None or self.data_to is None or self.data_from < self.data_to
        return self.looks >= 1 and self.days >= 1 and forward


def widest_scope(
    *, purpose_items: frozenset[str], mandate_items: frozenset[str], most_looks: int, most_days: int
) -> Scope:
    """Return the widest scope that anybody may ask for under a purpose and a mandate.

    Args:
        purpose_items: Item types that the purpose allows.
        mandate_items: Item types that the mandate names; empty where it names none in particular.
        most_looks: From the purpose.
        most_days: From the purpose.

    Source:
        R-AUTHORISATION-06 (docs/law/rules.md).
    """
    items = purpose_items & mandate_items if mandate_items else purpose_items
    return Scope(item_codes=items, data_from=None, data_to=None, looks=most_looks, days=most_days)


def is_within(scope: Scope, limit: Scope) -> bool:
    """Tell whether a scope asks for nothing beyond another one.

    Args:
        scope: The narrower one.
        limit: The wider one.

    Source:
        R-AUTHORISATION-01 (docs/law/rules.md).

    Example:
        >>> wide = Scope(item_codes=frozenset({"A", "B"}), data_from=None, data_to=None, looks=3, days=30)
        >>> narrow = Scope(item_codes=frozenset({"A"}), data_from=date(2024, 1, 1), data_to=None, looks=1, days=7)
        >>> is_within(narrow, wide), is_within(wide, narrow)
        (True, False)
    """
    begins = limit.data_from is None or (scope.data_from is not None and scope.data_from >= limit.data_from)
    ends = limit.data_to is None or (scope.data_to is not None and scope.data_to <= limit.data_to)
    items = scope.item_codes <= limit.item_codes
    return items and begins and ends and scope.looks <= limit.looks and scope.days <= limit.days


def last_day(*, granted_on: date, days: int) -> date:
    """Return the last day on which an authorisation can be used.

    Args:
        granted_on: Civil day of granting, the first day.
        days: How many days, at least one.

    Source:
        R-AUTHORISATION-02 (docs/law/rules.md).

    Example:
        >>> last_day(granted_on=date(2026, 12, 31), days=1), last_day(granted_on=date(2026, 12, 31), days=2)
        (datetime.date(2026, 12, 31), datetime.date(2027, 1, 1))
    """
    return granted_on + timedelta(days=days - 1)


def may_ask_again_on(*, refused_on: date, pause_days: int) -> date:
    """Return the first day on which the same organisation may ask the same person for the same purpose again.

    Args:
        refused_on: Civil day of the refusal.
        pause_days: From the purpose, in the catalogue.

    Source:
        R-AUTHORISATION-03 (docs/law/rules.md).

    Example:
        >>> may_ask_again_on(refused_on=date(2026, 2, 28), pause_days=30)
        datetime.date(2026, 3, 31)
    """
    return refused_on + timedelta(days=pause_days + 1) if pause_days else refused_on


def has_lapsed(*, asked_at: datetime, now: datetime) -> bool:
    """Tell whether an unanswered request has lapsed: its days are over at midnight in Asia/Shanghai.

    Args:
        asked_at: When it was made.
        now: The moment.

    Source:
        R-AUTHORISATION-04 (docs/law/rules.md).
    """
    return civil_date(now) > civil_date(asked_at) + timedelta(days=WAITING_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """What a receipt says.

    Attributes:
        reference: Of the authorisation; the record's identifier.
        person_reference: Opaque reference of the person.
        organisation_code: Who may look.
        organisation_name: As registered.
        purpose_code: For what.
        basis_code: On which provision.
        scope: Over what, how often, how long.
        granted_at: When it was allowed.
        last_on: Last day on which it can be used.
        channel: How it was allowed.
        office_name: Who keeps the records.
    """

    reference: str
    person_reference: str
    organisation_code: str
    organisation_name: str
    purpose_code: str
    basis_code: str
    scope: Scope
    granted_at: datetime
    last_on: date
    channel: str
    office_name: str


def receipt_contents(facts: ReceiptFacts) -> Mapping[str, Any]:
    """Return the contents of the receipt, with the fields of ISO/IEC TS 27560:2023 that apply.

    The person is named by the opaque reference: a receipt that is lost tells nobody's number or name.

    Args:
        facts: What was allowed.

    Source:
        R-AUTHORISATION-05 (docs/law/rules.md).
    """
    scope = facts.scope
    return {
        "schema_version": RECEIPT_VERSION,
        "record_id": facts.reference,
        "pii_principal_id": facts.person_reference,
        "pii_controllers": [
            {"role": "recipient", "party_id": facts.organisation_code, "name": facts.organisation_name},
            {"role": "controller", "party_id": "credit-office", "name": facts.office_name},
        ],
        "pii_processing": {
            "purpose": facts.purpose_code,
            "lawful_basis": facts.basis_code,
            "pii_types": sorted(scope.item_codes),
            "data_from": scope.data_from,
            "data_to": scope.data_to,
            "looks": scope.looks,
            "storage_and_use_until": facts.last_on,
            "withdrawal_method": "citizen portal or counter, at any moment",
        },
        "event": {
            "event_time": facts.granted_at,
            "validity_until": facts.last_on,
            "event_type": "explicit",
            "event_state": "given",
            "channel": facts.channel,
        },
    }
