"""Reading of the register: a person's looks, and whether they are complete and unchanged.

Two independent verdicts stand behind "nothing is missing and nothing was changed". ``verify_completeness`` and
``verify`` compare the lines with their numbers, the counter and the ledger's events. That the events themselves were
not removed or changed is the verdict of the ledger (``ledger.lookups.verify``): a leaf whose event is gone stays.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q

from chengxin.ledger import lookups as ledger
from chengxin.ledger.rules import FindingCode, Findings, Verification, span
from chengxin.register.events import LookMade
from chengxin.register.models import Counter, Look
from chengxin.register.rules import line_of
from chengxin.register.states import Outcome
from chengxin.sealing.digests import salted_digest

_BLOCK: Final = 5_000
_MOST_LISTED: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """One line of the register, as the person may read it.

    Attributes:
        look_id: Its key.
        sequence: Its number among the person's looks, from 1 without gaps.
        at: The moment.
        actor_key: Who looked.
        organisation_code: The organisation looked for; ``None`` for nobody.
        purpose_code: For which purpose.
        basis_code: On which legal basis.
        case_number: The looker's own case; ``None`` without one.
        shown: Which items were shown, as codes and counts.
        mask_rule: Name of the rule by which the answer was masked.
        mask_version: Version of that rule.
        outcome: Whether something was shown.
        refusal_code: Why it was refused; ``None`` exactly when something was shown.
        event_id: The look's event in the ledger, to be proved.
    """

    look_id: int
    sequence: int
    at: datetime
    actor_key: str
    organisation_code: str | None
    purpose_code: str
    basis_code: str
    case_number: str | None
    shown: Mapping[str, Any]
    mask_rule: str
    mask_version: int
    outcome: Outcome
    refusal_code: str | None
    event_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFilter:
    """Which looks are listed; what is left out is not asked for.

    Attributes:
        actor_key: Only those of this login.
        not_actor_key: Only those of other logins than this.
        organisation_code: Only those taken for this organisation.
        purpose_code: Only those for this purpose.
        outcome: Only those that ended so.
        from_at: Only those at this moment or later.
        until_at: Only those before this moment.
        is_of_organisation: Only those taken for an organisation, whichever it is.
    """

    actor_key: str = ""
    not_actor_key: str = ""
    organisation_code: str = ""
    purpose_code: str = ""
    outcome: Outcome | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    is_of_organisation: bool = False

    def conditions(self) -> Q:
        """Return the filter as a condition on rows."""
        asked = {
            "actor_key": self.actor_key,
            "organisation_code": self.organisation_code,
            "purpose_code": self.purpose_code,
            "outcome": "" if self.outcome is None else self.outcome.value,
            "at__gte": self.from_at,
            "at__lt": self.until_at,
        }
        chosen = Q(**{name: value for name, value in asked.items() if value})
        if self.is_of_organisation:
            chosen &= Q(organisation_code__isnull=False)
        return chosen & ~Q(actor_key=self.not_actor_key) if self.not_actor_key else chosen


def list_looks(
    *, person_id: int, before: int | None = None, limit: int = 50, chosen: LookFilter | None = None
) -> tuple[LookLine, ...]:
    """Return a person's looks, the newest first.

    Args:
        person_id: Whose looks.
        before: Only looks with a smaller number, to read on; ``None`` to begin with the newest.
        limit: At most so many, between 1 and 1,000.
        chosen: Which looks; ``None`` for all.

    Raises:
        ValueError: The limit is out of range.
    """
    if not 1 <= limit <= _MOST_LISTED:
        message = f"the limit lies between 1 and {_MOST_LISTED}"
        raise ValueError(message)
    looks = Look.objects.filter(person_id=person_id)
    if before is not None:
        looks = looks.filter(sequence__lt=before)
    if chosen is not None:
        looks = looks.filter(chosen.conditions())
    return tuple(_look_line(look) for look in looks.order_by("-sequence")[:limit])


def find_look(*, person_id: int, sequence: int | None = None, look_id: int | None = None) -> LookLine | None:
    """Return one look at a person, by its number or by its key; ``None`` when that person has no such look.

    Args:
        person_id: At whom.
        sequence: Its number among the person's looks.
        look_id: Its key.

    Raises:
        ValueError: Neither number nor key is given.
    """
    if sequence is None and look_id is None:
        message = "a look is found by its number or by its key"
        raise ValueError(message)
    looks = Look.objects.filter(person_id=person_id)
    if sequence is not None:
        looks = looks.filter(sequence=sequence)
    if look_id is not None:
        looks = looks.filter(pk=look_id)
    look = looks.first()
    return None if look is None else _look_line(look)


def _look_line(look: Look) -> LookLine:
    return LookLine(
        look_id=look.pk,
        sequence=look.sequence,
        at=look.at,
        actor_key=look.actor_key,
        organisation_code=look.organisation_code,
        purpose_code=look.purpose_code,
        basis_code=look.basis_code,
        case_number=look.case_number,
        shown=look.shown,
        mask_rule=look.mask_rule,
        mask_version=look.mask_version,
        outcome=Outcome(look.outcome),
        refusal_code=look.refusal_code,
        event_id=look.event_id,
    )


def count_chosen(*, person_id: int, chosen: LookFilter) -> int:
    """Return how many looks at a person a filter chooses.

    Args:
        person_id: Whose looks.
        chosen: Which looks.
    """
    return Look.objects.filter(chosen.conditions(), person_id=person_id).count()


def list_lookers(*, person_id: int, newest: int = 5_000) -> tuple[tuple[str, str], ...]:
    """Return who looked at a person for what, as organisation and purpose, from the newest looks.

    Args:
        person_id: Whose looks.
        newest: How many of the newest looks are regarded, so that a long register costs no more than a short one.
    """
    query = """
        SELECT DISTINCT coalesce(organisation_code, ''), purpose_code FROM (
            SELECT organisation_code, purpose_code FROM register_look
            WHERE person_id = %s ORDER BY sequence DESC LIMIT %s
        ) AS newest ORDER BY 1, 2
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [person_id, newest])
        return tuple(cursor.fetchall())


@dataclass(frozen=True, slots=True, kw_only=True)
class LookOpened:
    """A line of the register with all that its digest is made of, for the person to check.

    Attributes:
        sequence: Its number.
        line: The canonical text under the digest.
        salt: The line's salt.
        event_id: Its event in the ledger.
    """

    sequence: int
    line: str
    salt: bytes
    event_id: int


def open_lines(*, person_id: int, first: int, end: int) -> tuple[LookOpened, ...]:
    """Return the lines of a person from one number to before another, oldest first, with their salts.

    Only for the person: whoever has the salts can check a guess of what a line says.

    Args:
        person_id: Whose looks.
        first: The first number.
        end: The number after the last.
    """
    looks = Look.objects.filter(person_id=person_id, sequence__gte=first, sequence__lt=end).order_by("sequence")
    return tuple(
        LookOpened(
            sequence=look.sequence,
            line=line_of(
                person_id=person_id,
                at=look.at,
                actor_key=look.actor_key,
                organisation_code=look.organisation_code,
                purpose_code=look.purpose_code,
                basis_code=look.basis_code,
                case_number=look.case_number,
                shown=look.shown,
                mask_rule=look.mask_rule,
                mask_version=look.mask_version,
                outcome=look.outcome,
                refusal_code=look.refusal_code,
            ).decode(),
            salt=bytes(look.salt),
            event_id=look.event_id,
        )
        for look in looks
    )


def list_looks_of_rows(
    *, person_ids: Sequence[int], before: int | None = None, limit: int = 50, chosen: LookFilter | None = None
) -> tuple[LookLine, ...]:
    """Return the looks at all rows that are one person as one list, the newest first.

    Args:
        person_ids: The rows.
        before: Only looks with a smaller key, to read on.
        limit: At most so many.
        chosen: Which looks; ``None`` for all.
    """
    looks = Look.objects.filter(person_id__in=person_ids)
    if before is not None:
        looks = looks.filter(pk__lt=before)
    if chosen is not None:
        looks = looks.filter(chosen.conditions())
    return tuple(_look_line(look) for look in looks.order_by("-pk")[:limit])


def first_look_at(*, person_ids: Sequence[int]) -> datetime | None:
    """Return when somebody first looked at a person, refused looks included; ``None`` when nobody ever did.

    Args:
        person_ids: All rows that are the person.
    """
    looks = Look.objects.filter(person_id__in=person_ids, sequence=1)
    return looks.order_by("at").values_list("at", flat=True).first()


def event_of_look(look_id: int) -> int:
    """Return the ledger's event of a look, to be proved.

    Args:
        look_id: Key of the look, as whoever registered it kept it.
    """
    return Look.objects.values_list("event_id", flat=True).get(pk=look_id)


def count_looks(*, person_id: int) -> int:
    """Return how many looks a person has, refused ones included. Reads one row."""
    return Counter.objects.filter(pk=person_id).values_list("look_count", flat=True).first() or 0


def verify_completeness(person_id: int) -> Verification:
    """Verify that no look at a person is missing, added or changed, the last one included.

    Returns:
        The findings; the place of a look is ``register_look:<person>:<number>``.
    """
    return _verify(person_id)


def verify() -> Verification:
    """Verify every person's looks as ``verify_completeness`` does, as streams and in constant memory."""
    return _verify(None)


@dataclass(slots=True)
class _Line:
    """What verification needs of a line of the register."""

    person_id: int
    sequence: int
    digest: bytes
    event_id: int
    is_genuine: bool

    @property
    def key(self) -> tuple[int, int]:
        return self.person_id, self.sequence


@dataclass(slots=True)
class _Entry:
    """What verification needs of a look's event in the ledger."""

    person_id: int
    sequence: int
    look_digest: str
    event_id: int

    @property
    def key(self) -> tuple[int, int]:
        return self.person_id, self.sequence


def _verify(person_id: int | None) -> Verification:
    findings = Findings()
    with transaction.atomic():
        checked = _compare(findings, _lines(person_id), _entries(findings, person_id), _counters(person_id))
    return findings.verdict(checked_count=checked)


def _compare(
    findings: Findings, lines: Iterator[_Line], entries: Iterator[_Entry], counters: Iterator[tuple[int, int]]
) -> int:
    """Walk through lines, events and counters side by side, all ordered by person and number."""
    checked = 0
    counter = next(counters, None)
    person: int | None = None
    last = 0
    for line, entry in _paired(lines, entries):
        found = line or entry
        if found is None:  # a pair holds at least one
            continue
        checked += 1
        if found.person_id != person:
            counter = _close(findings, person, last, counter, counters, upto=found.person_id)
            person, last = found.person_id, 0
        if found.sequence > last + 1:
            findings.add(FindingCode.ROW_REMOVED, span(f"register_look:{person}", last + 1, found.sequence - 1))
        last = max(last, found.sequence)
        _judge(findings, line, entry, f"register_look:{person}:{found.sequence}")
    _close(findings, person, last, counter, counters, upto=None)
    return checked


def _judge(findings: Findings, line: _Line | None, entry: _Entry | None, place: str) -> None:
    if line is None:
        findings.add(FindingCode.ROW_REMOVED, place)
    elif entry is None:
        findings.add(FindingCode.ROW_ADDED, place)
    elif not line.is_genuine or (line.event_id, line.digest.hex()) != (entry.event_id, entry.look_digest):
        findings.add(FindingCode.ROW_CHANGED, place)


def _close(
    findings: Findings,
    person: int | None,
    last: int,
    counter: tuple[int, int] | None,
    counters: Iterator[tuple[int, int]],
    *,
    upto: int | None,
) -> tuple[int, int] | None:
    """Compare a person's last number with the counter, and find counters of persons without any look."""
    if person is not None:
        while counter is not None and counter[0] < person:
            findings.add(FindingCode.ROW_REMOVED, span(f"register_look:{counter[0]}", 1, counter[1]))
            counter = next(counters, None)
        if counter is None or counter[0] != person:
            findings.add(FindingCode.ROW_REMOVED, f"register_counter:{person}")
        else:
            if counter[1] > last:
                findings.add(FindingCode.ROW_REMOVED, span(f"register_look:{person}", last + 1, counter[1]))
            elif counter[1] < last:
                findings.add(FindingCode.ROW_CHANGED, f"register_counter:{person}")
            counter = next(counters, None)
    while counter is not None and (upto is None or counter[0] < upto):
        findings.add(FindingCode.ROW_REMOVED, span(f"register_look:{counter[0]}", 1, counter[1]))
        counter = next(counters, None)
    return counter


def _paired(lines: Iterator[_Line], entries: Iterator[_Entry]) -> Iterator[tuple[_Line | None, _Entry | None]]:
    """Join two ordered streams by person and number."""
    line, entry = next(lines, None), next(entries, None)
    while line is not None or entry is not None:
        if entry is None or (line is not None and line.key < entry.key):
            yield line, None
            line = next(lines, None)
        elif line is None or entry.key < line.key:
            yield None, entry
            entry = next(entries, None)
        else:
            yield line, entry
            line, entry = next(lines, None), next(entries, None)


def _lines(person_id: int | None) -> Iterator[_Line]:
    query = (
        "SELECT person_id, sequence, event_id, digest, salt, at, actor_key, organisation_code, purpose_code,"
        " basis_code, case_number, shown::text, mask_rule, mask_version, outcome, refusal_code FROM register_look"
        f"{'' if person_id is None else ' WHERE person_id = %s'} ORDER BY person_id, sequence"
    )
    for person, sequence, event_id, digest, *content in _stream(query, [] if person_id is None else [person_id]):
        yield _Line(person, sequence, bytes(digest), event_id, _digest(person, content) == digest)


def _digest(person_id: int, content: Sequence[Any]) -> bytes | None:
    """Compute a line's digest anew; ``None`` when its columns could never have been written by us."""
    salt, at, actor_key, organisation_code, purpose_code, basis_code, case_number, shown = content[:8]
    mask_rule, mask_version, outcome, refusal_code = content[8:]
    try:
        line = line_of(
            person_id=person_id,
            at=at,
            actor_key=actor_key,
            organisation_code=organisation_code,
            purpose_code=purpose_code,
            basis_code=basis_code,
            case_number=case_number,
            shown=json.loads(shown),
            mask_rule=mask_rule,
            mask_version=mask_version,
            outcome=outcome,
            refusal_code=refusal_code,
        )
        return salted_digest(bytes(salt), line)
    except (TypeError, ValueError, RecursionError):
        return None


def _entries(findings: Findings, person_id: int | None) -> Iterator[_Entry]:
    for event in ledger.read_events(kind=LookMade.kind, person_id=person_id):
        sequence, look = event.body.get("sequence"), event.body.get("look")
        if not event.is_genuine or event.person_id is None or not isinstance(sequence, int):
            findings.add(FindingCode.EVENT_CHANGED, f"ledger_event:{event.event_id}")
            continue
        yield _Entry(event.person_id, sequence, str(look), event.event_id)


def _counters(person_id: int | None) -> Iterator[tuple[int, int]]:
    counters = Counter.objects.order_by("pk").values_list("pk", "look_count")
    if person_id is not None:
        counters = counters.filter(pk=person_id)
    yield from counters.iterator(chunk_size=_BLOCK)


def _stream(query: str, parameters: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, parameters)
        while rows := cursor.fetchmany(_BLOCK):
            yield from rows


def person_of_look(look_id: int) -> int | None:
    """Return whose look a line of the register is; ``None`` when there is no such line.

    Args:
        look_id: The line.
    """
    return Look.objects.filter(pk=look_id).values_list("person_id", flat=True).first()
