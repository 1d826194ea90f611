"""Writing of the register: one act, one statement."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from chengxin.authority.actors import Actor
from chengxin.ledger.events import payload_of
from chengxin.register.events import NUMBER_TO_COME, LookMade
from chengxin.register.rules import line_of
from chengxin.register.states import Outcome
from chengxin.sealing.digests import SALT_BYTES, salted_digest
from chengxin.sealing.merkle import leaf_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look as it was registered.

    Attributes:
        sequence: Its number among the person's looks, from 1 without gaps.
        look_id: Its key.
        digest: Salted digest of the line.
        leaf: Hash of the leaf by which the ledger holds it (RFC 9162, 2.1.1).
    """

    sequence: int
    look_id: int
    digest: bytes
    leaf: bytes


def draw_look(*, person_id: int) -> None:
    """Draw the number of a look before anything is read: from here to the end of the transaction the person is open.

    The line must follow in the same transaction; without it the database lets nothing commit. Looks at the same person
    wait for each other from here on; keep it short.

    Args:
        person_id: At whom somebody is about to look.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT register_draw_look(%s)", [person_id])


def register_look(
    *,
    person_id: int,
    actor: Actor,
    purpose_code: str,
    basis_code: str,
    case_number: str | None,
    shown: Mapping[str, Any],
    mask_rule: str,
    mask_version: int,
    outcome: Outcome | str,
    refusal_code: str | None = None,
    at: datetime,
) -> Look:
    """Register a look, before its answer leaves, in the caller's transaction and in one round trip.

    Takes the number that :func:`draw_look` drew in this transaction, or draws one.

    Looks at the same person wait for each other until the transaction ends; keep it short. Commit before answering.

    Args:
        person_id: Whose data.
        actor: Who looks.
        purpose_code: For which purpose, from the catalogue.
        basis_code: On which legal basis, from the catalogue.
        case_number: The looker's own case; ``None`` without one.
        shown: Which items were shown, as codes and counts; no contents.
        mask_rule: Name of the rule by which the answer was masked.
        mask_version: Version of that rule.
        outcome: ``SHOWN`` or ``REFUSED``.
        refusal_code: Why it was refused; ``None`` exactly when something was shown.
        at: The moment.

    Raises:
        TypeError: What was shown holds something without a canonical form.
        ValueError: The outcome is none of the two, a refusal has no code, a shown look has one, or a value has no
            canonical form.
    """
    ended = Outcome(outcome)
    if (ended is Outcome.REFUSED) != (refusal_code is not None):
        message = "exactly the refused looks have a refusal code"
        raise ValueError(message)
    if actor.mandate is not None:
        # Whoever acts for another does so in the own name: the line names both, and the mandate.
        shown = {**shown, "representative": actor.person_id, "mandate": actor.mandate}
    drawn = os.urandom(2 * SALT_BYTES)
    salt, event_salt = drawn[:SALT_BYTES], drawn[SALT_BYTES:]
    line = line_of(
        person_id=person_id,
        at=at,
        actor_key=actor.key,
        organisation_code=actor.organisation_code,
        purpose_code=purpose_code,
        basis_code=basis_code,
        case_number=case_number,
        shown=shown,
        mask_rule=mask_rule,
        mask_version=mask_version,
        outcome=ended.value,
        refusal_code=refusal_code,
    )
    digest = salted_digest(salt, line)
    event = LookMade(person_id=person_id, sequence=NUMBER_TO_COME, look_digest=digest.hex())
    before, behind = _halves(payload_of(event, actor=actor, at=at).decode())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT look_number, look_id FROM register_add_look(%s::text, %s::bytea, %s::text, %s::text, %s::bytea)",
            [line.decode(), salt, before, behind, event_salt],
        )
        sequence, look_id = cursor.fetchone()
    leaf = leaf_hash(salted_digest(event_salt, f"{before}{sequence}{behind}".encode()))
    return Look(sequence=int(sequence), look_id=int(look_id), digest=digest, leaf=leaf)


def _halves(payload: str) -> tuple[str, str]:
    """Divide the event's canonical text around the place of the number.

    A text within the event cannot imitate the place: its quotation marks are escaped.

    Raises:
        ValueError: The place is not there, or there twice.
    """
    mark = f'"sequence":{NUMBER_TO_COME}'
    before, found, behind = payload.partition(mark)
    if not found or mark in behind:
        message = "the place of the number is not found exactly once"
        raise ValueError(message)
    return f'{before}"sequence":', behind
