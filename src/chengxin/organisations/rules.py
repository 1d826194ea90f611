"""Which roles an organisation of each kind may give its officers, and where it may be told of corrections."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from chengxin.accounts.rules import Appointments
from chengxin.authority.actors import Role
from chengxin.organisations.states import OrganisationKind

MOST_ADDRESS: Final = 500

_ADMINISTRATION: Final = frozenset({Role.ORGANISATION_ADMINISTRATOR})
_OFFICE: Final = frozenset({Role.OFFICE_CLERK, Role.OFFICE_REVIEWER, Role.OFFICE_CATALOGUE, Role.OFFICE_POPULATION})
_SUPPLYING: Final = frozenset({Role.SUPPLIER, Role.SUPPLIER_SECOND})
_ASKING: Final = frozenset({Role.REQUESTER})

_OF_KIND: Final[Mapping[OrganisationKind, frozenset[Role]]] = MappingProxyType(
    {
        OrganisationKind.OFFICE: _OFFICE,
        OrganisationKind.DEPARTMENT: _SUPPLYING | _ASKING,
        OrganisationKind.SCHOOL: _SUPPLYING | _ASKING,
        OrganisationKind.ASSOCIATION: _SUPPLYING,
        OrganisationKind.EMPLOYER: _ASKING,
        OrganisationKind.BANK: _ASKING,
        OrganisationKind.BUREAU: _ASKING,
        OrganisationKind.REAL_NAME_OPERATOR: _ASKING,
    }
)


def appointments_of(kind: OrganisationKind | None) -> Appointments:
    """Return which roles an organisation may give, and whether two officers are needed for it.

    Args:
        kind: What the organisation is; ``None`` for one that is not registered, which may give none.

    Example:
        >>> appointments_of(OrganisationKind.OFFICE).two_officers, appointments_of(OrganisationKind.BANK).two_officers
        (True, False)
        >>> appointments_of(None).assignable
        frozenset()
    """
    if kind is None:
        return Appointments(assignable=frozenset(), two_officers=True)
    return Appointments(assignable=_OF_KIND[kind] | _ADMINISTRATION, two_officers=kind is OrganisationKind.OFFICE)


def correction_address(text: str) -> str | None:
    """Return the address at which corrections are to be delivered, or ``None`` where it is none.

    Encrypted, with the name of a host and not a bare number of the network, without a login and without a fragment.

    Args:
        text: As it was entered.

    Source:
        R-CORRECT-01 (docs/law/rules.md).

    Example:
        >>> correction_address(" https://bank.example/corrections ")
        'https://bank.example/corrections'
        >>> [correction_address(text) for text in ("http://bank.example/", "https://127.0.0.1/", "bank.example")]
        [None, None, None]
    """
    address = text.strip()
    if len(address) > MOST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    labels = (parts.hostname or "").rstrip(".").split(".")
    is_name = len(labels) > 1 and all(labels) and not labels[-1].isdecimal() and ":" not in (parts.hostname or "")
    is_clean = parts.scheme == "https" and not (parts.username or parts.password or parts.fragment)
    return address if is_name and is_clean and address.startswith("https://") and port != 0 else None
