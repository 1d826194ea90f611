"""Who acts: a person, an officer, an organisation's client program, or the system itself.

An actor is what the register and the ledger write down. It therefore carries a stable key and no personal data: no
name, no identity number, no login name.
"""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of actor it is. Stored; never shown."""

    PERSON = "PERSON"
    OFFICER = "OFFICER"
    CLIENT = "CLIENT"
    SYSTEM = "SYSTEM"


class Role(StrEnum):
    """What an actor has been appointed to do. Stored; never shown."""

    CITIZEN = "CITIZEN"
    SUPPLIER = "SUPPLIER"
    SUPPLIER_SECOND = "SUPPLIER_SECOND"
    REQUESTER = "REQUESTER"
    ORGANISATION_ADMINISTRATOR = "ORGANISATION_ADMINISTRATOR"
    OFFICE_CLERK = "OFFICE_CLERK"
    OFFICE_REVIEWER = "OFFICE_REVIEWER"
    OFFICE_CATALOGUE = "OFFICE_CATALOGUE"
    OFFICE_POPULATION = "OFFICE_POPULATION"
    OPERATOR = "OPERATOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever performs an act, as the register and the ledger know them.

    Attributes:
        kind: The sort of actor.
        key: Stable and free of personal data, such as ``account:17``, ``client:ab`` or ``system:demo``.
        organisation_code: Unified social credit code of the organisation acted for; ``None`` when for nobody.
        person_id: The person that the actor is, when a person acts about themselves; ``None`` otherwise.
        roles: Appointments held at the moment of the act.
        for_person_id: The person for whom the actor, a guardian or agent, acts in the own name; ``None`` otherwise.
        mandate: Reference of the representation under which that is; ``None`` otherwise.
    """

    kind: ActorKind
    key: str
    organisation_code: str | None = None
    person_id: int | None = None
    roles: frozenset[Role] = frozenset()
    for_person_id: int | None = None
    mandate: str | None = None

    def __post_init__(self) -> None:
        """Check that the acts of this actor can be traced.

        Raises:
            ValueError: The key is empty, or it is not said by what somebody acts for another person.
        """
        if not self.key:
            message = "an actor needs a key"
            raise ValueError(message)
        if (self.for_person_id is None) != (self.mandate is None):
            message = "who acts for another person names the mandate"
            raise ValueError(message)

    def has(self, role: Role) -> bool:
        """Tell whether the actor holds a role.

        Example:
            >>> Actor(kind=ActorKind.OFFICER, key="account:17", roles=frozenset({Role.SUPPLIER})).has(Role.SUPPLIER)
            True
        """
        return role in self.roles
