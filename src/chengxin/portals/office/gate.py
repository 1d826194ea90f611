"""The office's looks at persons: registered under the officer's purpose and case before anything is answered."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from chengxin.authority.actors import Actor, Role
from chengxin.catalogue.rules import Edition
from chengxin.identifiers.identity import IdentityNumber
from chengxin.persons import lookups as persons
from chengxin.persons.lookups import PersonLine
from chengxin.register import operations as register

MASK_RULE: Final = "MASK_IDENTITY"
MASK_VERSION: Final = 1
CLERICAL_MATCH: Final = "CLERICAL_MATCH"

# The purpose under which an officer looks a person up, by role; the first that fits.
_PURPOSES: Final = (
    (Role.OFFICE_CLERK, CLERICAL_MATCH),
    (Role.OFFICE_POPULATION, "POPULATION_UPKEEP"),
    (Role.OFFICE_REVIEWER, "OFFICE_REVIEW"),
)


def purpose_of(actor: Actor) -> str:
    """Return the purpose under which an officer looks persons up.

    Args:
        actor: An officer of the office.

    Raises:
        LookupError: The officer has no role that looks persons up; the view should not have been open.
    """
    for role, purpose in _PURPOSES:
        if actor.has(role):
            return purpose
    message = "no role of the officer looks persons up"
    raise LookupError(message)


def register_looks(
    person_ids: Iterable[int],
    *,
    actor: Actor,
    purpose_code: str,
    case_number: str,
    edition: Edition | None,
    now: datetime,
) -> None:
    """Register that an officer saw some persons masked.

    Args:
        person_ids: Whom, in any order; ascending rows are locked one after another.
        actor: The officer.
        purpose_code: For which purpose.
        case_number: For which case.
        edition: The edition in force, which names the purpose's basis.
        now: The moment.
    """
    purpose = None if edition is None else edition.purposes.get(purpose_code)
    with transaction.atomic():
        for person_id in sorted(person_ids):
            register.register_look(
                person_id=person_id,
                actor=actor,
                purpose_code=purpose_code,
                basis_code="" if purpose is None else purpose.basis,
                case_number=case_number,
                shown={"what": "MASKED_IDENTITY"},
                mask_rule=MASK_RULE,
                mask_version=MASK_VERSION,
                outcome="SHOWN",
                refusal_code=None,
                at=now,
            )


def access_person_lines(
    *,
    number: IdentityNumber | None,
    reference: str | None,
    actor: Actor,
    case_number: str,
    edition: Edition | None,
    now: datetime,
) -> tuple[PersonLine, ...]:
    """Look a person up by exactly one number or reference: registered, then shown masked.

    Args:
        number: The number, or ``None``.
        reference: The reference, or ``None``.
        actor: The officer.
        case_number: For which case.
        edition: The edition in force.
        now: The moment.
    """
    with transaction.atomic():
        found = persons.list_persons(number=number, reference=reference)
        register_looks(
            [line.person_id for line in found],
            actor=actor,
            purpose_code=purpose_of(actor),
            case_number=case_number,
            edition=edition,
            now=now,
        )
    return found
