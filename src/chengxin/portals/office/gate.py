"""The office's looks at persons: registered under the officer's purpose and case before anything is answered."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from chengxin.authority.actors import Actor, Role
from chengxin.authority.decisions import Refused
from chengxin.catalogue.rules import Edition
from chengxin.identifiers.identity import IdentityNumber
from chengxin.organisations import lookups as organisations
from chengxin.persons import lookups as persons
from chengxin.persons.lookups import PersonLine
from chengxin.register import operations as register

MASK_RULE: Final = "MASK_IDENTITY"
MASK_VERSION: Final = 1
CLERICAL_MATCH: Final = "CLERICAL_MATCH"
COUNTER: Final = "COUNTER_READ"
LOOKER_SUSPENDED: Final = "LOOKER_SUSPENDED"

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
    what: str = "MASKED_IDENTITY",
) -> None:
    """Register that an officer saw some persons masked.

    Args:
        person_ids: Whom, in any order; ascending rows are locked one after another.
        actor: The officer.
        purpose_code: For which purpose.
        case_number: For which case.
        edition: The edition in force, which names the purpose's basis.
        now: The moment.
        what: What is shown of them.

    Raises:
        Refused: The officer is suspended; the attempt is on record, and nothing may be shown.
    """
    purpose = None if edition is None else edition.purposes.get(purpose_code)
    is_suspended = organisations.is_suspended([actor.key, f"organisation:{actor.organisation_code}"])
    with transaction.atomic():
        register.register_looks(
            [
                register.LookToMake(
                    person_id=person_id,
                    purpose_code=purpose_code,
                    basis_code="" if purpose is None else purpose.basis,
                    case_number=case_number,
                    shown={"what": what},
                    mask_rule=MASK_RULE,
                    mask_version=MASK_VERSION,
                    refusal_code=LOOKER_SUSPENDED if is_suspended else None,
                )
                for person_id in sorted(person_ids)
            ],
            actor=actor,
            at=now,
        )
    if is_suspended:
        raise Refused(LOOKER_SUSPENDED)


def access_person_lines(
    *,
    number: IdentityNumber | None,
    reference: str | None,
    actor: Actor,
    case_number: str,
    edition: Edition | None,
    now: datetime,
    purpose_code: str = "",
    what: str = "MASKED_IDENTITY",
) -> tuple[PersonLine, ...]:
    """Look a person up by exactly one number or reference: registered, then shown masked.

    Args:
        number: The number, or ``None``.
        reference: The reference, or ``None``.
        actor: The officer.
        case_number: For which case.
        edition: The edition in force.
        now: The moment.
        purpose_code: For which purpose; the one of the officer's role when empty.
        what: What is shown.

    Raises:
        Refused: The officer is suspended; the attempt is on record.
    """
    found = persons.list_persons(number=number, reference=reference)
    register_looks(
        [line.person_id for line in found],
        actor=actor,
        purpose_code=purpose_code or purpose_of(actor),
        case_number=case_number,
        edition=edition,
        now=now,
        what=what,
    )
    return found
