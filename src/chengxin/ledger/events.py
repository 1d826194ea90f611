"""What an event of the ledger is: the base of every room's events, and the payload that is put under the digest.

An event's body holds keys, codes, counts and digests only. Nothing in it has to be erased when a person's contents
are, because nothing in it can be read without them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from chengxin.authority.actors import Actor
from chengxin.sealing.digests import canonical, moment_text


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEvent:
    """The base of all events; a room derives one class for each kind of act.

    Attributes:
        kind: Name of the kind in the past tense, ``room.thing.happened``; declared once, never parsed for meaning.
        person_id: Internal key of the person whom the act touches; ``None`` where it touches nobody in particular.
    """

    kind: ClassVar[str] = ""
    person_id: int | None = None

    def body(self) -> Mapping[str, Any]:
        """Return keys, codes, counts and digests of the act, as canonical JSON can hold them."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsAdded(LedgerEvent):
    """Rows were added to an append-only table. Written by that table's trigger, in the statement that adds them.

    Attributes:
        table: The table.
        rows: Key and digest of each row, in the order of keys; see ``docs/ledger.md``.
    """

    kind: ClassVar[str] = "ledger.rows.added"
    table: str
    rows: tuple[tuple[str, str], ...]

    def body(self) -> Mapping[str, Any]:
        """Return the table, and its rows' keys and digests in hexadecimal."""
        return {"rows": [list(row) for row in self.rows], "table": self.table}


def payload(
    *,
    kind: str,
    at: datetime,
    actor_key: str,
    organisation_code: str | None,
    person_id: int | None,
    body: Mapping[str, Any],
) -> bytes:
    """Return the canonical bytes of an event, from which its digest is made; see ``docs/ledger.md``.

    Raises:
        TypeError: The body holds something without a canonical form.
        ValueError: A value has no canonical form, or a text holds U+0000, which the database cannot store.
    """
    encoded = canonical(
        {
            "actor": actor_key,
            "at": moment_text(at),
            "body": body,
            "kind": kind,
            "organisation": organisation_code,
            "person": person_id,
        }
    )
    if b"\\u0000" in encoded:
        message = "a text in an event holds U+0000"
        raise ValueError(message)
    return encoded


def payload_of(event: LedgerEvent, *, actor: Actor, at: datetime) -> bytes:
    """Return the canonical bytes of an event that an actor is about to append.

    Raises:
        TypeError: The body holds something without a canonical form.
        ValueError: The event names no kind, or one of its values has no canonical form.
    """
    if not event.kind:
        message = f"{type(event).__name__} names no kind"
        raise ValueError(message)
    return payload(
        kind=event.kind,
        at=at,
        actor_key=actor.key,
        organisation_code=actor.organisation_code,
        person_id=event.person_id,
        body=event.body(),
    )
