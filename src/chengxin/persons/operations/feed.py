"""Applying a feed of the population base: ordered, whole or not at all, every line accounted for (clause R3)."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice, repeat
from typing import Any, TypeVar

from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.identifiers.identity import IdentityNumber, MalformedIdentityNumber
from chengxin.identifiers.names import fold_many, fold_name
from chengxin.keys.current import keyring
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups, policies, rules
from chengxin.persons.errors import FeedCountWrong, FeedDiffers, FeedGap
from chengxin.persons.events import FeedApplied
from chengxin.persons.models import PopulationFeed
from chengxin.persons.operations.posting import Mirror, NumberRow, PersonRow, copy_feed_lines
from chengxin.persons.rules import FeedLine, Known, ReadLine, Verdict
from chengxin.persons.states import FeedKind, FeedOutcome, Move
from chengxin.sealing.merkle import Frontier, leaf_hash
from chengxin.sealing.suites import BlindIndex, seal_many

PART_LINES = 20_000
"""Lines judged and written together; memory grows with this and not with the feed."""

_Value = TypeVar("_Value")
_KINDS = {kind.value: kind for kind in FeedKind}
_UNKNOWN_KIND = "UNKNOWN"
# One encoder for all lines; ASCII, so that any text at all can be written.
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedColumns:
    """The lines of a feed as columns of equal length, for feeds that come out of a table.

    A column that a feed does not have is empty. See :class:`~chengxin.persons.rules.FeedLine` for their meaning.
    """

    kind: Sequence[str]
    identity_number: Sequence[str]
    name: Sequence[str | None] = ()
    effective_on: Sequence[date | None] = ()
    new_identity_number: Sequence[str | None] = ()
    new_name: Sequence[str | None] = ()
    died_on: Sequence[date | None] = ()

    def lines(self) -> Iterator[FeedLine]:
        """Yield the lines.

        Raises:
            ValueError: The columns differ in length.
        """
        count = len(self.kind)
        columns: list[Iterable[Any]] = [self.kind]
        for column in (
            self.identity_number,
            self.name,
            self.effective_on,
            self.new_identity_number,
            self.new_name,
            self.died_on,
        ):
            if column and len(column) != count:
                message = "the columns of a feed have one length"
                raise ValueError(message)
            columns.append(column or repeat(None, count))
        return map(FeedLine, *columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedFeed:
    """What became of a feed. The four counts add up to ``lines``.

    Attributes:
        feed_number: Its number.
        lines: How many lines it has.
        accepted: Lines that changed something.
        rejected: Lines that are wrong in themselves.
        held: Lines that an officer has to look at.
        unchanged: Lines that report what is known already.
        root: Merkle root over the keyed digests of the lines.
        was_applied_before: Whether this very feed had been applied; then nothing was written.
    """

    feed_number: int
    lines: int
    accepted: int
    rejected: int
    held: int
    unchanged: int
    root: bytes
    was_applied_before: bool


@dataclass(slots=True)
class _Texts:
    """A line whose shape is right, before its texts are turned into digests."""

    kind: FeedKind
    number: IdentityNumber
    clear: str
    name: str
    folded: str
    new_number: IdentityNumber | None
    new_name: str | None


@dataclass(slots=True)
class _Part:
    """Some lines of a feed, with everything about them that needs no database.

    Attributes:
        lines: The lines.
        digests: Their keyed digests, the leaves of the feed's tree.
        read: What was understood of each, or the verdict that rejects it.
        blinds: Blind indexes of the numbers of those that were understood, in order.
        name_digests: Digests of their names, in order.
        new_blinds: Blind indexes of their new numbers, in order.
    """

    lines: list[FeedLine]
    digests: list[bytes]
    read: list[_Texts | Verdict]
    blinds: list[bytes]
    name_digests: list[bytes]
    new_blinds: list[bytes | None]


@dataclass(slots=True)
class _Keys:
    """The keys that a feed needs, fetched once."""

    vault: bytes
    numbers: BlindIndex
    names: BlindIndex
    lines: BlindIndex


@transaction.atomic
def apply_population_feed(
    *,
    lines: Iterable[FeedLine] | FeedColumns,
    feed_number: int,
    declared_count: int,
    synthetic: bool,
    actor: Actor,
    now: datetime,
    declared_by_kind: Mapping[str, int] | None = None,
) -> AppliedFeed:
    """Apply one feed, in one transaction.

    Feeds are numbered from 1 without a gap. The same feed again changes nothing and says so. A line attaches by its
    number together with an agreeing name; a line that finds nobody, or somebody else, is held, never guessed.

    Args:
        lines: The lines, in the order in which the base reports them; read once, ahead and in another thread, so
            that they must not come out of the database.
        feed_number: The number that the base gave the feed.
        declared_count: How many lines the base declares to have sent.
        synthetic: Whether this is a demonstration: then only made-up numbers are accepted, else only real ones.
        actor: Who applies it.
        now: The moment.
        declared_by_kind: How many lines of each kind the base declares; ``None`` when it declares only the sum.

    Returns:
        The counts by outcome, and the root over the lines.

    Raises:
        Refused: The actor may not apply feeds (``FEED_NOT_POPULATION_OFFICER``).
        FeedGap: The feed does not follow the last one; apply the missing ones first.
        FeedDiffers: Another feed was applied under this number.
        FeedCountWrong: Lines are missing or too many; nothing was applied, ask for the feed again.
    """
    policies.may_apply_feed(actor).require()
    lookups.lock_registry(exclusive=True)
    rows = lines.lines() if isinstance(lines, FeedColumns) else iter(lines)
    ring = keyring()
    keys = _Keys(
        vault=ring.vault(),
        numbers=BlindIndex(ring.identity_index()),
        names=BlindIndex(ring.name_index()),
        lines=BlindIndex(ring.line_index()),
    )
    last_number = lookups.find_last_feed_number()
    if feed_number <= last_number:
        return _compare_feed(rows, feed_number=feed_number, keys=keys)
    if feed_number != last_number + 1:
        raise FeedGap(feed=feed_number, expected=last_number + 1)

    frontier = Frontier()
    outcomes: Counter[FeedOutcome] = Counter()
    kinds: Counter[str] = Counter()
    with connection.cursor() as cursor:
        # Otherwise two million foreign keys wait for the end of the transaction, in memory.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for part in _prepared_parts(rows, keys=keys, today=civil_date(now), synthetic=synthetic):
        first_line = frontier.size + 1
        frontier.extend(map(leaf_hash, part.digests))
        outcomes.update(_apply_part(part, first_line=first_line, feed_number=feed_number, keys=keys, now=now))
        kinds.update(line.kind for line in part.lines)
    with connection.cursor() as cursor:
        # As it was: what comes after in the same transaction may rely on it.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    _reconcile(frontier.size, kinds, declared_count=declared_count, declared_by_kind=declared_by_kind)

    applied = AppliedFeed(
        feed_number=feed_number,
        lines=frontier.size,
        accepted=outcomes[FeedOutcome.ACCEPTED],
        rejected=outcomes[FeedOutcome.REJECTED],
        held=outcomes[FeedOutcome.HELD],
        unchanged=outcomes[FeedOutcome.UNCHANGED],
        root=frontier.root(),
        was_applied_before=False,
    )
    PopulationFeed.objects.create(
        number=feed_number,
        root=applied.root,
        line_count=applied.lines,
        accepted_count=applied.accepted,
        rejected_count=applied.rejected,
        held_count=applied.held,
        unchanged_count=applied.unchanged,
        applied_at=now,
        actor_key=actor.key,
    )
    ledger.append(
        FeedApplied(
            person_id=None,
            feed_number=feed_number,
            counts={outcome.value.lower(): outcomes[outcome] for outcome in FeedOutcome},
            root=applied.root.hex(),
        ),
        actor=actor,
        at=now,
    )
    return applied


def _compare_feed(rows: Iterator[FeedLine], *, feed_number: int, keys: _Keys) -> AppliedFeed:
    """Answer a feed whose number was applied: the same lines change nothing.

    Raises:
        FeedDiffers: The lines are others.
    """
    frontier = Frontier()
    while part := list(islice(rows, PART_LINES)):
        frontier.extend(map(leaf_hash, _digests(part, keys)))
    known = PopulationFeed.objects.filter(number=feed_number).first()
    if known is None or bytes(known.root) != frontier.root():
        raise FeedDiffers(feed=feed_number)
    return AppliedFeed(
        feed_number=feed_number,
        lines=frontier.size,
        accepted=0,
        rejected=0,
        held=0,
        unchanged=frontier.size,
        root=frontier.root(),
        was_applied_before=True,
    )


def _reconcile(
    count: int, kinds: Mapping[str, int], *, declared_count: int, declared_by_kind: Mapping[str, int] | None
) -> None:
    """Compare the lines counted with those declared.

    Raises:
        FeedCountWrong: They are not as many, altogether or of one kind.
    """
    if count != declared_count:
        raise FeedCountWrong(declared=declared_count, counted=count)
    if declared_by_kind is None:
        return
    for kind in sorted({*kinds, *declared_by_kind}):
        declared, counted = declared_by_kind.get(kind, 0), kinds.get(kind, 0)
        if declared != counted:
            raise FeedCountWrong(kind=kind if kind in _KINDS else _UNKNOWN_KIND, declared=declared, counted=counted)


def _prepared_parts(rows: Iterator[FeedLine], *, keys: _Keys, today: date, synthetic: bool) -> Iterator[_Part]:
    """Yield the parts of a feed; the next is prepared while the database works on the one before."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="feed") as ahead:

        def prepare() -> _Part | None:
            lines = list(islice(rows, PART_LINES))
            return _prepare(lines, keys=keys, today=today, synthetic=synthetic) if lines else None

        coming = ahead.submit(prepare)
        while (part := coming.result()) is not None:
            coming = ahead.submit(prepare)
            yield part


def _prepare(lines: list[FeedLine], *, keys: _Keys, today: date, synthetic: bool) -> _Part:
    """Do everything about some lines that needs no database."""
    folded = fold_many([line.name or "" for line in lines])
    read = [_read_line(line, name, today=today, synthetic=synthetic) for line, name in zip(lines, folded, strict=True)]
    understood = [texts for texts in read if isinstance(texts, _Texts)]
    return _Part(
        lines,
        _digests(lines, keys),
        read,
        keys.numbers.of_many(texts.clear for texts in understood),
        keys.names.of_many(texts.folded for texts in understood),
        [
            None if texts.new_number is None else keys.numbers.of(rules.canonical_text(texts.new_number))
            for texts in understood
        ],
    )


def _apply_part(part: _Part, *, first_line: int, feed_number: int, keys: _Keys, now: datetime) -> Counter[FeedOutcome]:
    """Judge and write the lines of one part, in their order; return how they ended."""
    verdicts, persons = _judge_part(part, first_line=first_line, keys=keys, feed_number=feed_number, now=now)
    sealed = _seal_open_lines(part.lines, verdicts, first_line=first_line, feed_number=feed_number, keys=keys)
    copy_feed_lines(
        [
            (
                feed_number,
                first_line + at,
                line.kind if line.kind in _KINDS else _UNKNOWN_KIND,
                verdict.outcome.value,
                verdict.code,
                None if person is None else person.id,
                digest,
                sealed.get(at),
            )
            for at, (line, verdict, person, digest) in enumerate(
                zip(part.lines, verdicts, persons, part.digests, strict=True)
            )
        ]
    )
    return Counter(verdict.outcome for verdict in verdicts)


def _judge_part(
    part: _Part, *, first_line: int, feed_number: int, keys: _Keys, now: datetime
) -> tuple[list[Verdict], list[PersonRow | None]]:
    """Judge the lines of one part in their order, and write what they change."""
    mirror = Mirror.of(chain(part.blinds, (blind for blind in part.new_blinds if blind is not None)))
    ready = zip(part.blinds, part.name_digests, part.new_blinds, strict=True)
    verdicts: list[Verdict] = []
    persons: list[PersonRow | None] = []
    for line_number, (line, texts) in enumerate(zip(part.lines, part.read, strict=True), start=first_line):
        if isinstance(texts, Verdict):
            verdicts.append(texts)
            persons.append(None)
            continue
        blind, name_digest, new_blind = next(ready)
        new_name_digest = None if texts.new_name is None else keys.names.of(fold_name(texts.new_name))
        number = mirror.numbers.get(blind)
        target = None if new_blind is None else mirror.numbers.get(new_blind)
        understood = ReadLine(
            texts.kind,
            texts.number.born_on,
            blind,
            name_digest,
            line.effective_on,
            new_blind,
            new_name_digest,
            line.died_on,
        )
        verdict = rules.judge(understood, _known(number), _known(target))
        person = None if number is None else number.person
        if verdict.outcome is FeedOutcome.ACCEPTED:
            person = _change(mirror, number, texts, understood, line_number)
        elif number is None and target is not None and verdict.outcome is FeedOutcome.UNCHANGED:
            person = target.person
        verdicts.append(verdict)
        persons.append(person)
    mirror.write(vault=keys.vault, feed_number=feed_number, now=now)
    return verdicts, persons


def _read_line(line: FeedLine, folded: str, *, today: date, synthetic: bool) -> _Texts | Verdict:
    """Check a line's shape, numbers and names; return them, or the verdict that rejects it."""
    kind = _KINDS.get(line.kind)
    if kind is None:
        return rules.KIND_UNKNOWN
    fault = rules.shape_verdict(kind, line, today=today)
    if fault is not None:
        return fault
    name = line.name or ""
    name_fault = rules.name_fault(name, folded=folded)
    if name_fault is None and line.new_name:
        name_fault = rules.name_fault(line.new_name, folded=fold_name(line.new_name))
    if name_fault is not None:
        return Verdict(FeedOutcome.REJECTED, name_fault)
    try:
        number = IdentityNumber.parse(line.identity_number, today=today)
        new_number = IdentityNumber.parse(line.new_identity_number, today=today) if line.new_identity_number else None
    except MalformedIdentityNumber as malformed:
        return Verdict(FeedOutcome.REJECTED, malformed.code)
    if not rules.is_accepted_number(number, synthetic=synthetic) or (
        new_number is not None and not rules.is_accepted_number(new_number, synthetic=synthetic)
    ):
        return Verdict(FeedOutcome.REJECTED, "IDENTITY_NOT_SYNTHETIC" if synthetic else "IDENTITY_SYNTHETIC")
    return _Texts(kind, number, rules.canonical_text(number), name.strip(), folded, new_number, line.new_name or None)


def _known(number: NumberRow | None) -> Known | None:
    """Return what the mirror knows of a number's person, as the rules want it.

    Raises:
        RuntimeError: The person has no current name, which the tables do not allow.
    """
    if number is None:
        return None
    person = number.person
    current, name = person.number, person.name
    if name is None:
        message = "a person without a current name"
        raise RuntimeError(message)
    return Known(
        person_key=id(person),
        is_current_number=number.until_on is None,
        number_since_on=number.since_on if current is None else current.since_on,
        name_digest=name.digest,
        name_since_on=name.since_on,
        died_on=person.died_on,
    )


def _change(mirror: Mirror, number: NumberRow | None, texts: _Texts, line: ReadLine, line_number: int) -> PersonRow:
    """Make the change that an accepted line reports, in the mirror.

    Raises:
        RuntimeError: A known person was accepted as new, which the rules do not allow.
    """
    if number is None:
        return mirror.add_person(
            blind=line.blind,
            kind=texts.number.canonical_kind.value,
            clear=texts.clear,
            digest=line.name_digest,
            name=texts.name,
            since_on=_given(line.effective_on),
        )
    person = number.person
    match line.kind:
        case FeedKind.NAME_CHANGE:
            mirror.close_name(_given(person.name), _given(line.effective_on))
            _add_new_name(mirror, person, texts, line, since_on=_given(line.effective_on))
        case FeedKind.NUMBER_CHANGE:
            mirror.close_number(number, _given(line.effective_on))
            _add_new_number(mirror, person, texts, line, since_on=_given(line.effective_on))
        case FeedKind.DEATH:
            mirror.move(person, Move.RECORD_DEATH, died_on=line.died_on)
        case FeedKind.DEATH_WITHDRAWN:
            mirror.strike_death(person, line_number)
            mirror.move(person, Move.WITHDRAW_DEATH, died_on=None)
        case FeedKind.CORRECTION:
            _correct(mirror, number, texts, line, line_number)
        case FeedKind.NEW:
            message = "a new person is known"
            raise RuntimeError(message)
    return person


def _correct(mirror: Mirror, number: NumberRow, texts: _Texts, line: ReadLine, line_number: int) -> None:
    """Strike what never was true and put what is true in its place, from the same day on."""
    person = number.person
    name = _given(person.name)
    if line.new_name_digest is not None and line.new_name_digest != name.digest:
        mirror.strike_name(name, line_number)
        _add_new_name(mirror, person, texts, line, since_on=name.since_on)
    if line.new_blind is not None:
        mirror.strike_number(number, line_number)
        _add_new_number(mirror, person, texts, line, since_on=number.since_on)
    if line.died_on is not None and line.died_on != person.died_on:
        mirror.strike_death(person, line_number)
        mirror.move(person, Move.CORRECT_DEATH, died_on=line.died_on)


def _add_new_name(mirror: Mirror, person: PersonRow, texts: _Texts, line: ReadLine, *, since_on: date) -> None:
    mirror.add_name(
        person, digest=_given(line.new_name_digest), clear=_given(texts.new_name).strip(), since_on=since_on
    )


def _add_new_number(mirror: Mirror, person: PersonRow, texts: _Texts, line: ReadLine, *, since_on: date) -> None:
    number = _given(texts.new_number)
    mirror.add_number(
        person,
        blind=_given(line.new_blind),
        kind=number.canonical_kind.value,
        clear=rules.canonical_text(number),
        since_on=since_on,
    )


def _given(value: _Value | None) -> _Value:
    """Return a value that the shape of the line promised.

    Raises:
        RuntimeError: It is missing, which is a bug.
    """
    if value is None:
        message = "a fact that the shape of the line promised is missing"
        raise RuntimeError(message)
    return value


def _digests(part: Sequence[FeedLine], keys: _Keys) -> list[bytes]:
    """Return the keyed digests of lines: without the key, nobody can try numbers until a digest agrees."""
    return keys.lines.of_many(map(_line_text, part))


def _line_text(line: FeedLine) -> str:
    """Return the one text of a line."""
    return "population-feed:" + _encode(
        (
            line.kind,
            line.identity_number,
            line.name,
            None if line.effective_on is None else line.effective_on.isoformat(),
            line.new_identity_number,
            line.new_name,
            None if line.died_on is None else line.died_on.isoformat(),
        )
    )


def _seal_open_lines(
    part: Sequence[FeedLine], verdicts: Sequence[Verdict], *, first_line: int, feed_number: int, keys: _Keys
) -> dict[int, bytes]:
    """Seal the lines that an officer has to look at, by their place in the part."""
    places = [at for at, verdict in enumerate(verdicts) if verdict.outcome in {FeedOutcome.HELD, FeedOutcome.REJECTED}]
    sealed = seal_many(
        keys.vault,
        [_line_text(part[at]).encode("ascii") for at in places],
        [lookups.feed_line_context(feed_number, first_line + at) for at in places],
    )
    return dict(zip(places, sealed, strict=True))
