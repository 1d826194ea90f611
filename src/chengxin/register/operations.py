"""Writing of the register: one act, one statement, for one look or for many."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.ledger.events import payload_of
from chengxin.postgres.statements import rows_of
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
    rows_of("SELECT register_draw_look(%s)", [person_id])


def draw_looks(*, person_ids: Iterable[int]) -> None:
    """Draw the number of one look for each of many persons, in one statement; see :func:`draw_look`.

    Whoever is to write lines of many persons draws for all of them at once, whether something will be read of them or
    not: persons are locked in ascending order here, and nobody waits in a circle.

    Args:
        person_ids: At whom somebody is about to look; each draws once, however often it is named.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT register_draw_looks(%s::bigint[])", [list(person_ids)])


@dataclass(frozen=True, slots=True, kw_only=True)
class LookToMake:
    """A look that is to be registered; see :func:`register_look` for what each field means.

    ``refusal_code`` is the code of the refusal, ``None`` exactly when something was shown.
    """

    person_id: int
    purpose_code: str
    basis_code: str
    case_number: str | None
    shown: Mapping[str, Any]
    mask_rule: str
    mask_version: int
    refusal_code: str | None = None


# The function is called once a line, in the lines' order: a cross join walks through its left side from the beginning.
REGISTER_SQL = """
    SELECT made.look_number, made.look_id
    FROM unnest(%s::text[], %s::bytea[], %s::text[], %s::text[], %s::bytea[])
        WITH ORDINALITY AS line (line, salt, before, behind, event_salt, place),
        LATERAL register_add_look(line.line, line.salt, line.before, line.behind, line.event_salt) AS made
    ORDER BY line.place
"""


# One line alone, without arrays: their quotation marks are escaped one by one, at every inquiry.
REGISTER_ONE_SQL = """
    SELECT made.look_number, made.look_id
    FROM register_add_look(%s::text, %s::bytea, %s::text, %s::text, %s::bytea) AS made
"""


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
    refusal: Refusal | None = None,
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
        refusal: Why it was refused; ``None`` when something was shown. The line's outcome follows from it.
        at: The moment.

    Raises:
        TypeError: What was shown holds something without a canonical form.
        ValueError: A value has no canonical form.
    """
    look = LookToMake(
        person_id=person_id,
        purpose_code=purpose_code,
        basis_code=basis_code,
        case_number=case_number,
        shown=shown,
        mask_rule=mask_rule,
        mask_version=mask_version,
        refusal_code=None if refusal is None else refusal.code,
    )
    (made,) = register_looks([look], actor=actor, at=at)
    return made


def register_looks(looks: Sequence[LookToMake], *, actor: Actor, at: datetime) -> list[Look]:
    """Register many looks of one actor in the caller's transaction and in one round trip; see :func:`register_look`.

    Events are appended and lines written one after the other, as they would be alone. A person's first line takes the
    number that :func:`draw_looks` drew in this transaction; each further one, and one without a number, draws its own.
    Persons are locked in ascending order, whatever the order given, so that two who register many never wait in a
    circle.

    Args:
        looks: The looks.
        actor: Who looks.
        at: The moment.

    Returns:
        The looks as registered, in the order given.

    Raises:
        TypeError: See :func:`register_look`; nothing was registered then.
        ValueError: See :func:`register_look`; nothing was registered then.
    """
    if not looks:
        return []
    order = sorted(range(len(looks)), key=lambda place: looks[place].person_id)
    prepared = [_prepared(looks[place], actor, at) for place in order]
    values = [(one.line.decode(), one.salt, one.before, one.behind, one.event_salt) for one in prepared]
    if len(values) == 1:
        rows = rows_of(REGISTER_ONE_SQL, values[0])
    else:
        rows = rows_of(REGISTER_SQL, [list(column) for column in zip(*values, strict=True)])
    made: list[Look | None] = [None] * len(looks)
    for place, one, (sequence, look_id) in zip(order, prepared, rows, strict=True):
        leaf = leaf_hash(salted_digest(one.event_salt, f"{one.before}{sequence}{one.behind}".encode()))
        made[place] = Look(sequence=int(sequence), look_id=int(look_id), digest=one.digest, leaf=leaf)
    return [look for look in made if look is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A look as it is handed to the database; the event's text comes in two halves around the number to come."""

    line: bytes
    salt: bytes
    digest: bytes
    before: str
    behind: str
    event_salt: bytes


def _prepared(look: LookToMake, actor: Actor, at: datetime) -> _Prepared:
    ended = Outcome.SHOWN if look.refusal_code is None else Outcome.REFUSED
    shown = look.shown
    if actor.mandate is not None:
        # Whoever acts for another does so in the own name: the line names both, and the mandate.
        shown = {**shown, "representative": actor.person_id, "mandate": actor.mandate}
    drawn = os.urandom(2 * SALT_BYTES)
    salt, event_salt = drawn[:SALT_BYTES], drawn[SALT_BYTES:]
    line = line_of(
        person_id=look.person_id,
        at=at,
        actor_key=actor.key,
        organisation_code=actor.organisation_code,
        purpose_code=look.purpose_code,
        basis_code=look.basis_code,
        case_number=look.case_number,
        shown=shown,
        mask_rule=look.mask_rule,
        mask_version=look.mask_version,
        outcome=ended.value,
        refusal_code=look.refusal_code,
    )
    digest = salted_digest(salt, line)
    event = LookMade(person_id=look.person_id, sequence=NUMBER_TO_COME, look_digest=digest.hex())
    before, behind = _halves(payload_of(event, actor=actor, at=at).decode())
    return _Prepared(line=line, salt=salt, digest=digest, before=before, behind=behind, event_salt=event_salt)


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
