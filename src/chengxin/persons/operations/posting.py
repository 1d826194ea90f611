"""What a part of a feed changes, collected in memory and written at once.

A feed of a million lines changes a million persons. Row by row that is an hour; so the lines of one part are judged
against a mirror of the few rows that they touch, and the difference is written with binary COPY and a handful of
set-based statements. A mirror lives as long as its part and is written in the feed's one transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from chengxin.persons.lookups import death_context, name_context, number_context
from chengxin.persons.operations.references import new_references
from chengxin.persons.states import FactKind, Move, PersonState, after
from chengxin.sealing.suites import seal_many


@dataclass(slots=True, eq=False)
class PersonRow:
    """A person as the part will leave them; ``is_new`` until written."""

    id: int
    reference: str
    died_on: date | None
    is_new: bool
    is_changed: bool = False
    number: "NumberRow | None" = None
    name: "NameRow | None" = None


@dataclass(slots=True, eq=False)
class NumberRow:
    """A number of a person; ``id`` 0 until written, ``clear`` only then."""

    id: int
    person: PersonRow
    blind: bytes
    since_on: date
    until_on: date | None = None
    clear: str = ""
    kind: str = ""


@dataclass(slots=True, eq=False)
class NameRow:
    """A name of a person; ``id`` 0 until written, ``clear`` only then."""

    id: int
    person: PersonRow
    digest: bytes
    since_on: date
    until_on: date | None = None
    clear: str = ""


@dataclass(slots=True, eq=False)
class Struck:
    """A fact that never was true, with the line that says so; ``row_id`` where it was written in an earlier part."""

    kind: FactKind
    person: PersonRow
    line_number: int
    row_id: int
    since_on: date | None
    clear: str


@dataclass(slots=True)
class Mirror:
    """The rows that one part of a feed touches.

    Attributes:
        numbers: Every number that the part names and that is known, by blind index.
    """

    numbers: dict[bytes, NumberRow] = field(default_factory=dict)
    new_persons: list[PersonRow] = field(default_factory=list)
    new_numbers: list[NumberRow] = field(default_factory=list)
    new_names: list[NameRow] = field(default_factory=list)
    closed_numbers: list[NumberRow] = field(default_factory=list)
    closed_names: list[NameRow] = field(default_factory=list)
    changed_persons: list[PersonRow] = field(default_factory=list)
    struck: list[Struck] = field(default_factory=list)

    @classmethod
    def of(cls, blinds: Iterable[bytes]) -> "Mirror":
        """Read what is known of the numbers that a part names.

        The three statements go by index, whatever the planner believes about tables that this very transaction fills:
        their statistics are stale, and a sequential scan for every part would make the feed quadratic.
        """
        mirror = cls()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                "SELECT blind, id, person_id, since_on, until_on FROM persons_identifier WHERE blind = ANY(%s)",
                [list(blinds)],
            )
            numbers = cursor.fetchall()
            if not numbers:
                cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
                return mirror
            ids = list({row[2] for row in numbers})
            cursor.execute("SELECT id, reference, died_on FROM persons_person WHERE id = ANY(%s)", [ids])
            persons = {row[0]: PersonRow(row[0], row[1], row[2], is_new=False) for row in cursor.fetchall()}
            cursor.execute(
                "SELECT id, person_id, digest, since_on FROM persons_name"
                " WHERE person_id = ANY(%s) AND until_on IS NULL",
                [ids],
            )
            for name_id, person_id, digest, since_on in cursor.fetchall():
                person = persons[person_id]
                person.name = NameRow(name_id, person, bytes(digest), since_on)
            cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
        for blind, number_id, person_id, since_on, until_on in numbers:
            person = persons[person_id]
            number = NumberRow(number_id, person, bytes(blind), since_on, until_on)
            mirror.numbers[number.blind] = number
            if until_on is None:
                person.number = number
        return mirror

    def add_person(self, *, blind: bytes, kind: str, clear: str, digest: bytes, name: str, since_on: date) -> PersonRow:
        """Add a new person with their first number and name."""
        person = PersonRow(0, "", None, is_new=True)
        self.new_persons.append(person)
        self.add_number(person, blind=blind, kind=kind, clear=clear, since_on=since_on)
        self.add_name(person, digest=digest, clear=name, since_on=since_on)
        return person

    def add_number(self, person: PersonRow, *, blind: bytes, kind: str, clear: str, since_on: date) -> None:
        """Add a number and make it the person's current one."""
        number = NumberRow(0, person, blind, since_on, None, clear, kind)
        person.number = number
        self.numbers[blind] = number
        self.new_numbers.append(number)

    def add_name(self, person: PersonRow, *, digest: bytes, clear: str, since_on: date) -> None:
        """Add a name and make it the person's current one."""
        name = NameRow(0, person, digest, since_on, None, clear)
        person.name = name
        self.new_names.append(name)

    def close_number(self, number: NumberRow, until_on: date) -> None:
        """End a number, which keeps leading to its person."""
        number.until_on = until_on
        if number.id:
            self.closed_numbers.append(number)

    def close_name(self, name: NameRow, until_on: date) -> None:
        """End a name, under which older documents keep agreeing."""
        name.until_on = until_on
        if name.id:
            self.closed_names.append(name)

    def strike_number(self, number: NumberRow, line_number: int) -> None:
        """Take a number from its person, because it never was theirs."""
        del self.numbers[number.blind]
        if not number.id:
            self.new_numbers.remove(number)
        self.struck.append(
            Struck(FactKind.NUMBER, number.person, line_number, number.id, number.since_on, number.clear)
        )

    def strike_name(self, name: NameRow, line_number: int) -> None:
        """Take a name from its person, because it never was theirs."""
        if not name.id:
            self.new_names.remove(name)
        self.struck.append(Struck(FactKind.NAME, name.person, line_number, name.id, name.since_on, name.clear))

    def strike_death(self, person: PersonRow, line_number: int) -> None:
        """Keep a day of death that was wrong, beside the line that says so."""
        died_on = "" if person.died_on is None else person.died_on.isoformat()
        self.struck.append(Struck(FactKind.DEATH, person, line_number, 0, None, died_on))

    def move(self, person: PersonRow, move: Move, *, died_on: date | None) -> None:
        """Record, correct or withdraw a death.

        Raises:
            MoveNotOffered: The person's state does not allow the move; the rules never accept such a line.
            ValueError: The day of death is missing, or too much, for the move.
        """
        target = after(_state(person.died_on), move)
        if target is not _state(died_on):
            message = f"{move} does not go with this day of death"
            raise ValueError(message)
        person.died_on = died_on
        if not person.is_new and not person.is_changed:
            person.is_changed = True
            self.changed_persons.append(person)

    def write(self, *, vault: bytes, feed_number: int, now: datetime) -> None:
        """Write the difference. What ends goes before what begins: a person has one current number and name at a time.

        Args:
            vault: Key under which numbers and names are sealed.
            feed_number: The feed that is applied.
            now: The moment of its application.
        """
        self._name_persons()
        _copy(
            "persons_person (id, reference, state, died_on, registered_at)",
            ("int8", "varchar", "varchar", "date", "timestamptz"),
            [(row.id, row.reference, _state(row.died_on).value, row.died_on, now) for row in self.new_persons],
        )
        self._write_struck(vault=vault, feed_number=feed_number, now=now)
        self._write_ended()
        numbers = self.new_numbers
        sealed = seal_many(
            vault, [row.clear.encode() for row in numbers], [number_context(row.person.reference) for row in numbers]
        )
        _copy(
            "persons_identifier (person_id, kind, blind, sealed, since_on, until_on, is_current)",
            ("int8", "varchar", "bytea", "bytea", "date", "date", "bool"),
            [
                (row.person.id, row.kind, row.blind, content, row.since_on, row.until_on, row.until_on is None)
                for row, content in zip(numbers, sealed, strict=True)
            ],
        )
        names = self.new_names
        sealed = seal_many(
            vault, [row.clear.encode() for row in names], [name_context(row.person.reference) for row in names]
        )
        _copy(
            "persons_name (person_id, digest, sealed, since_on, until_on)",
            ("int8", "bytea", "bytea", "date", "date"),
            [
                (row.person.id, row.digest, content, row.since_on, row.until_on)
                for row, content in zip(names, sealed, strict=True)
            ],
        )

    def _name_persons(self) -> None:
        """Draw ids and references for the new persons; what is sealed about them is bound to the reference."""
        if not self.new_persons:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval('persons_person_id_seq'::regclass) FROM generate_series(1, %s)",
                [len(self.new_persons)],
            )
            ids = cursor.fetchall()
        references = new_references(len(self.new_persons))
        for person, (person_id,), reference in zip(self.new_persons, ids, references, strict=True):
            person.id = person_id
            person.reference = reference

    def _write_struck(self, *, vault: bytes, feed_number: int, now: datetime) -> None:
        """Move facts that never were true out of the tables of facts, or seal those that never got there."""
        written = [row for row in self.struck if row.row_id]
        with connection.cursor() as cursor:
            for kind, table in ((FactKind.NUMBER, "persons_identifier"), (FactKind.NAME, "persons_name")):
                rows = [row for row in written if row.kind is kind]
                if rows:
                    cursor.execute(
                        f"WITH gone AS (DELETE FROM {table} WHERE id = ANY(%s)"
                        " RETURNING id, person_id, sealed, since_on)"
                        " INSERT INTO persons_struckfact"
                        " (person_id, kind, sealed, since_on, feed_number, line_number, struck_at)"
                        " SELECT g.person_id, %s, g.sealed, g.since_on, %s, l.line_number, %s"
                        " FROM gone g JOIN unnest(%s::bigint[], %s::bigint[]) AS l (id, line_number) USING (id)",
                        [
                            [row.row_id for row in rows],
                            kind.value,
                            feed_number,
                            now,
                            [row.row_id for row in rows],
                            [row.line_number for row in rows],
                        ],
                    )
        unwritten = [row for row in self.struck if not row.row_id]
        contexts = {FactKind.NUMBER: number_context, FactKind.NAME: name_context, FactKind.DEATH: death_context}
        sealed = seal_many(
            vault,
            [row.clear.encode() for row in unwritten],
            [contexts[row.kind](row.person.reference) for row in unwritten],
        )
        _copy(
            "persons_struckfact (person_id, kind, sealed, since_on, feed_number, line_number, struck_at)",
            ("int8", "varchar", "bytea", "date", "int8", "int8", "timestamptz"),
            [
                (row.person.id, row.kind.value, content, row.since_on, feed_number, row.line_number, now)
                for row, content in zip(unwritten, sealed, strict=True)
            ],
        )

    def _write_ended(self) -> None:
        """End numbers and names, and write deaths, of persons known before this part."""
        ended = "FROM unnest(%s::bigint[], %s::date[]) AS c (id, day) WHERE t.id = c.id"
        state = f"CASE WHEN c.day IS NULL THEN '{PersonState.ACTIVE}' ELSE '{PersonState.DECEASED}' END"
        statements: tuple[tuple[str, list[int], list[date | None]], ...] = (
            (
                f"UPDATE persons_identifier t SET is_current = false, until_on = c.day {ended}",
                [row.id for row in self.closed_numbers],
                [row.until_on for row in self.closed_numbers],
            ),
            (
                f"UPDATE persons_name t SET until_on = c.day {ended}",
                [row.id for row in self.closed_names],
                [row.until_on for row in self.closed_names],
            ),
            (
                f"UPDATE persons_person t SET died_on = c.day, state = {state} {ended}",
                [row.id for row in self.changed_persons],
                [row.died_on for row in self.changed_persons],
            ),
        )
        with connection.cursor() as cursor:
            for statement, ids, days in statements:
                if ids:
                    cursor.execute(statement, [ids, days])


def copy_feed_lines(rows: Sequence[Sequence[Any]]) -> None:
    """Write what became of the lines of one part."""
    _copy(
        "persons_populationfeedline (feed_number, line_number, kind, outcome, code, person_id, digest, sealed)",
        ("int8", "int8", "varchar", "varchar", "varchar", "int8", "bytea", "bytea"),
        rows,
    )


def _state(died_on: date | None) -> PersonState:
    return PersonState.ACTIVE if died_on is None else PersonState.DECEASED


def _copy(target: str, types: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows by binary COPY; nothing is sent for none."""
    if not rows:
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(types)
        write_row = copy.write_row
        for row in rows:
            write_row(row)
