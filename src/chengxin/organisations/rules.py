"""Which roles an organisation of each kind may give its officers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from chengxin.accounts.rules import Appointments
from chengxin.authority.actors import Role
from chengxin.organisations.states import OrganisationKind

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
