"""The only reading of persons offered to other rooms.

Nothing here registers a look. What is shown to anybody goes through the gate of the room that shows it; lists for
office work (``list_…``) hold masked numbers and masked names. :func:`identity_of` gives a number that masks itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType

from django.db import connection
from django.db.models import Q

from chengxin.identifiers.identity import IdentityNumber
from chengxin.identifiers.names import fold_name
from chengxin.keys.current import keyring
from chengxin.periods.civil import civil_date
from chengxin.persons import rules
from chengxin.persons.errors import PersonUnknown, ProposalUnknown
from chengxin.persons.models import (
    Coverage,
    Identifier,
    Merge,
    MergeLink,
    MergeProposal,
    Name,
    Person,
    PopulationFeed,
    PopulationFeedLine,
    SplitProposal,
    Verification,
)
from chengxin.persons.policies import ProposalStanding
from chengxin.persons.states import Decision, DocumentKind, FeedKind, FeedOutcome, PersonState, VerificationMethod
from chengxin.postgres.statements import Question, Row, ask
from chengxin.sealing.suites import BlindIndex, unseal

PersonId = NewType("PersonId", int)

# Any constants do, as long as every writer of the registry takes the same ones.
_REGISTRY_LOCK = 0x70657273
_MERGING_LOCK = 0x6D657267


def number_context(reference: str) -> bytes:
    """Return what a sealed number is bound to: a number copied to another person's row does not open."""
    return b"persons.identifier:" + reference.encode("ascii")


def name_context(reference: str) -> bytes:
    """Return what a sealed name is bound to."""
    return b"persons.name:" + reference.encode("ascii")


def death_context(reference: str) -> bytes:
    """Return what a sealed, struck day of death is bound to."""
    return b"persons.death:" + reference.encode("ascii")


def feed_line_context(feed_number: int, line_number: int) -> bytes:
    """Return what a sealed line of a feed is bound to."""
    return f"persons.feedline:{feed_number}:{line_number}".encode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePeriod:
    """A name and the period in which it was the person's; ``until_on`` is the first day without it."""

    name: str
    since_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a person is. Only the gate may let it out, and only to the person whole.

    Attributes:
        person_id: The row asked for.
        reference: Public reference, opaque.
        state: Whether the person lives, as far as is known.
        died_on: Day of death; ``None`` while the person lives.
        number: Current number; masks itself in ``str`` and ``repr``.
        name: Current name, as written.
        born_on: Date of birth, as the number states it; ``None`` where it states none.
        names: All names, the oldest first.
        former_numbers: Numbers before the current one, the oldest first; they mask themselves.
    """

    person_id: PersonId
    reference: str
    state: PersonState
    died_on: date | None
    number: IdentityNumber
    name: str
    born_on: date | None
    names: tuple[NamePeriod, ...]
    former_numbers: tuple[IdentityNumber, ...]

    def __repr__(self) -> str:
        """Show the reference only, so that no log holds a name."""
        return f"<Identity {self.reference}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A person in a list for office work: number and name masked."""

    person_id: PersonId
    reference: str
    state: PersonState
    masked_number: str
    masked_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationLine:
    """How and when a person was verified; ``feed_number`` where the population base vouched for them."""

    method_code: VerificationMethod
    document_kind: DocumentKind
    verified_on: date
    organisation_code: str | None
    feed_number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    """A proposal to merge and what became of it.

    Attributes:
        proposal_id: The proposal.
        merge_id: The decision; ``None`` while nobody decided.
        merged_reference: Who is merged.
        into_reference: Into whom.
        proposed_by: Key of the first officer.
        decided_by: Key of the second; ``None`` while nobody decided.
        decision: How it was decided; ``None`` while nobody did.
        is_in_force: Whether the two are one now.
        proposed_at: When it was proposed.
        reasons: Why it was proposed.
        split_proposal_id: An undecided proposal to split it again; ``None`` when there is none.
        split_proposed_by: Key of the officer who proposed that.
    """

    proposal_id: int
    merge_id: int | None
    merged_reference: str
    into_reference: str
    proposed_by: str
    decided_by: str | None
    decision: Decision | None
    is_in_force: bool
    proposed_at: datetime
    reasons: str
    split_proposal_id: int | None
    split_proposed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSummary:
    """A feed that was applied, with its counts."""

    number: int
    lines: int
    accepted: int
    rejected: int
    held: int
    unchanged: int
    root: bytes
    applied_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLineOutcome:
    """What became of one line of a feed."""

    feed_number: int
    line_number: int
    kind: str
    outcome: FeedOutcome
    code: str
    person_id: PersonId | None
    digest: bytes


# All rows that are one person with the row in ``owner``: up to what it was merged into, and down to all merged there.
CLUSTER_SQL = """
    up (id) AS (
        SELECT id FROM owner
        UNION
        SELECT l.into_person_id FROM persons_mergelink l JOIN up ON l.merged_person_id = up.id
    ), cluster (id) AS (
        SELECT id FROM up
        UNION
        SELECT l.merged_person_id FROM persons_mergelink l JOIN cluster c ON l.into_person_id = c.id
    )
"""
IDENTIFY_SQL = f"""
    WITH RECURSIVE owner (id) AS (SELECT person_id FROM persons_identifier WHERE blind = %s), {CLUSTER_SQL}
    SELECT owner.id, ARRAY (SELECT id FROM cluster ORDER BY id), EXISTS (
        SELECT 1 FROM persons_name held JOIN cluster ON cluster.id = held.person_id WHERE held.digest = %s
    )
    FROM owner
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOwner:
    """Whom a number belongs to; ``position`` is its place among the numbers asked for."""

    position: int
    person_id: PersonId
    is_current: bool


def find_person_by_identity(number: IdentityNumber) -> PersonId | None:
    """Return the person whose number this is or was; ``None`` when nobody's.

    The row may be merged into another: :func:`cluster_of` gives all that are one.
    """
    blind = BlindIndex(keyring().identity_index()).of(rules.canonical_text(number))
    found = Identifier.objects.filter(blind=blind).values_list("person_id", flat=True).first()
    return None if found is None else PersonId(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Whom a number and a name lead to: nobody, or the rows of one person, and whether the name is that person's."""

    person_id: PersonId | None
    cluster: tuple[PersonId, ...]
    name_agrees: bool


def identify(number: IdentityNumber, name: str) -> Identified:
    """Return whose number this is or was, all rows that are that person, and whether the name is or was theirs.

    One statement. A name agrees in any spelling of it, and from whichever row of the person.

    Args:
        number: As somebody holds it.
        name: The name beside it.
    """
    return ask(identify_question(number, name))


def identify_question(number: IdentityNumber, name: str) -> Question[Identified]:
    """Return the question that :func:`identify` asks.

    Args:
        number: As somebody holds it.
        name: The name beside it.
    """
    blind = BlindIndex(keyring().identity_index()).of(rules.canonical_text(number))
    digest = BlindIndex(keyring().name_index()).of(fold_name(name))
    return Question(statement=IDENTIFY_SQL, values=(blind, digest), width=3, read=_identified)


def _identified(row: Row | None) -> Identified:
    if row is None:
        return Identified(person_id=None, cluster=(), name_agrees=False)
    person_id, cluster, name_agrees = row
    return Identified(
        person_id=PersonId(person_id), cluster=tuple(PersonId(row) for row in cluster), name_agrees=name_agrees
    )


def identify_many(asked: Sequence[tuple[IdentityNumber, str]]) -> list[Identified]:
    """Return for many what :func:`identify` says for one.

    Three statements, and one more for each person that was ever merged.

    Args:
        asked: Numbers with the name beside each.
    """
    blinds = BlindIndex(keyring().identity_index()).of_many([rules.canonical_text(number) for number, _name in asked])
    digests = BlindIndex(keyring().name_index()).of_many([fold_name(name) for _number, name in asked])
    owners = {blind: PersonId(person) for blind, person in _owners_of(blinds)}
    found = [owners.get(blind) for blind in blinds]
    clusters = _clusters_of({person for person in found if person is not None})
    members = [
        (place, member) for place, person in enumerate(found) if person is not None for member in clusters[person]
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT asked.place
            FROM unnest(%s::int[], %s::bigint[], %s::bytea[]) AS asked (place, person_id, digest)
            JOIN persons_name held ON held.person_id = asked.person_id AND held.digest = asked.digest
            """,
            [
                [place for place, _member in members],
                [member for _place, member in members],
                [digests[place] for place, _member in members],
            ],
        )
        agreeing = {place for (place,) in cursor.fetchall()}
    return [
        Identified(
            person_id=person,
            cluster=() if person is None else clusters[person],
            name_agrees=place in agreeing,
        )
        for place, person in enumerate(found)
    ]


def _owners_of(blinds: Sequence[bytes]) -> list[tuple[bytes, int]]:
    rows = Identifier.objects.filter(blind__in=list(blinds)).values_list("blind", "person_id")
    return [(bytes(blind), person_id) for blind, person_id in rows]


def _clusters_of(people: set[PersonId]) -> dict[PersonId, tuple[PersonId, ...]]:
    """Return each person's rows; only those that a link names need to be walked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT merged_person_id FROM persons_mergelink WHERE merged_person_id = ANY(%(ids)s)"
            " UNION SELECT into_person_id FROM persons_mergelink WHERE into_person_id = ANY(%(ids)s)",
            {"ids": list(people)},
        )
        linked = {person for (person,) in cursor.fetchall()}
    return {person: cluster_of(person) if person in linked else (person,) for person in people}


def list_owners(numbers: Sequence[str]) -> tuple[NumberOwner, ...]:
    """Return whom some numbers belong to, in one statement. For matching only: nothing of it is shown as it is.

    Args:
        numbers: Canonical eighteen-character texts, as :func:`chengxin.persons.rules.canonical_text` gives them.
    """
    blinds = BlindIndex(keyring().identity_index()).of_many(numbers)
    positions = {blind: at for at, blind in enumerate(blinds)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT blind, person_id, is_current FROM persons_identifier WHERE blind = ANY(%s)", [blinds])
        owners = [
            NumberOwner(position=positions[bytes(blind)], person_id=PersonId(person_id), is_current=is_current)
            for blind, person_id, is_current in cursor.fetchall()
        ]
    return tuple(sorted(owners, key=lambda owner: owner.position))


def find_by_reference(reference: str) -> PersonId | None:
    """Return the person with a public reference; ``None`` when there is none."""
    found = Person.objects.filter(reference=reference.strip().upper()).values_list("id", flat=True).first()
    return None if found is None else PersonId(found)


def reference_of(person_id: int) -> str:
    """Return a person's public reference.

    Raises:
        PersonUnknown: There is no such person.
    """
    found = Person.objects.filter(pk=person_id).values_list("reference", flat=True).first()
    if found is None:
        raise PersonUnknown
    return found


def identity_of(person_id: int) -> Identity:
    """Return who a person is.

    Args:
        person_id: The row; of a merged person ask for :func:`head_of` first.

    Raises:
        PersonUnknown: There is no such person.
    """
    return list_identities([person_id])[0]


def list_identities(person_ids: Iterable[int]) -> tuple[Identity, ...]:
    """Return who some persons are, in their order, with three statements for all.

    Raises:
        PersonUnknown: One of them does not exist.
    """
    wanted = list(person_ids)
    vault = keyring().vault()
    persons = Person.objects.in_bulk(wanted)
    numbers: dict[int, list[tuple[bool, IdentityNumber]]] = {}
    names: dict[int, list[NamePeriod]] = {}
    for identifier in Identifier.objects.filter(person_id__in=wanted).order_by("since_on", "id"):
        context = number_context(persons[identifier.person_id].reference)
        text = unseal(vault, bytes(identifier.sealed), context=context).decode()
        # Nothing is judged here: the number was checked on the day it came in.
        number = IdentityNumber.parse(text, today=date.max)
        numbers.setdefault(identifier.person_id, []).append((identifier.is_current, number))
    for name in Name.objects.filter(person_id__in=wanted).order_by("since_on", "id"):
        context = name_context(persons[name.person_id].reference)
        names.setdefault(name.person_id, []).append(
            NamePeriod(
                name=unseal(vault, bytes(name.sealed), context=context).decode(),
                since_on=name.since_on,
                until_on=name.until_on,
            )
        )
    if not set(wanted) <= persons.keys():
        raise PersonUnknown
    return tuple(_identity(persons[person_id], numbers[person_id], names[person_id]) for person_id in wanted)


def _identity(person: Person, numbers: Sequence[tuple[bool, IdentityNumber]], names: Sequence[NamePeriod]) -> Identity:
    number = next(number for is_current, number in numbers if is_current)
    return Identity(
        person_id=PersonId(person.pk),
        reference=person.reference,
        state=PersonState(person.state),
        died_on=person.died_on,
        number=number,
        name=next(period.name for period in names if period.until_on is None),
        born_on=number.born_on,
        names=tuple(names),
        former_numbers=tuple(former for is_current, former in numbers if not is_current),
    )


def cluster_of(person_id: int) -> tuple[PersonId, ...]:
    """Return every row that is the same person, in ascending order; the row alone where nothing was merged."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE owner (id) AS (SELECT %s::bigint), {CLUSTER_SQL} SELECT id FROM cluster ORDER BY id",
            [person_id],
        )
        return tuple(PersonId(row[0]) for row in cursor.fetchall())


def head_of(person_id: int) -> PersonId:
    """Return the row that a person was merged into, over all steps; the row itself where it was not merged."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up (id) AS (
                SELECT %s::bigint
                UNION
                SELECT l.into_person_id FROM persons_mergelink l JOIN up ON l.merged_person_id = up.id
            )
            SELECT up.id FROM up LEFT JOIN persons_mergelink l ON l.merged_person_id = up.id
            WHERE l.merged_person_id IS NULL
            """,
            [person_id],
        )
        return PersonId(cursor.fetchall()[0][0])


def list_persons(*, number: IdentityNumber | None = None, reference: str | None = None) -> tuple[PersonLine, ...]:
    """Return the persons with exactly this number or reference, masked, with all rows merged with them.

    There is no search by name or by part of a number.

    Raises:
        ValueError: Neither or both were given.
    """
    if (number is None) == (reference is None):
        message = "search by a number or by a reference"
        raise ValueError(message)
    found = find_person_by_identity(number) if number is not None else find_by_reference(reference or "")
    if found is None:
        return ()
    return tuple(
        PersonLine(
            person_id=identity.person_id,
            reference=identity.reference,
            state=identity.state,
            masked_number=str(identity.number),
            masked_name=rules.masked_name(identity.name),
        )
        for identity in list_identities(cluster_of(found))
    )


def count_persons() -> int:
    """Return how many rows of persons there are, merged ones included."""
    return Person.objects.count()


def list_verifications(person_id: int) -> tuple[VerificationLine, ...]:
    """Return how and when a person was verified, the oldest first.

    A person whom the population base reported is verified by that very line; no row says it a second time.
    """
    lines = [
        VerificationLine(
            method_code=VerificationMethod(row.method_code),
            document_kind=DocumentKind(row.document_kind),
            verified_on=row.verified_on,
            organisation_code=row.organisation_code,
            feed_number=None,
        )
        for row in Verification.objects.filter(person_id=person_id)
    ]
    vouched = PopulationFeedLine.objects.filter(
        person_id=person_id, kind=FeedKind.NEW.value, outcome=FeedOutcome.ACCEPTED.value
    ).values_list("feed_number", flat=True)
    lines.extend(
        VerificationLine(
            method_code=VerificationMethod.POPULATION_BASE,
            document_kind=DocumentKind.NONE,
            verified_on=civil_date(feed.applied_at),
            organisation_code=None,
            feed_number=feed.number,
        )
        for feed in PopulationFeed.objects.filter(number__in=list(vouched))
    )
    return tuple(sorted(lines, key=lambda line: line.verified_on))


def coverage_on(person_id: int, on: date) -> frozenset[str]:
    """Return the codes of the coverage roles that a person has on a day, over all rows that are the person."""
    return frozenset(
        Coverage.objects.filter(
            person_id__in=cluster_of(person_id), period__contains=on, annulled_at__isnull=True
        ).values_list("role_code", flat=True)
    )


def list_merges(*, is_undecided: bool | None = None, limit: int = 100) -> tuple[MergeLine, ...]:
    """Return proposals to merge and what became of them, the newest first.

    Args:
        is_undecided: ``True`` for those that wait for a second officer (to merge or to split), ``False`` for the
            others, ``None`` for all.
        limit: How many at most.
    """
    proposals = MergeProposal.objects.select_related("merged_person", "into_person", "merge", "merge__link")
    waiting = Q(merge__isnull=True) | Q(
        merge__split_proposals__isnull=False, merge__split_proposals__split__isnull=True
    )
    if is_undecided is not None:
        proposals = (
            proposals.filter(pk__in=MergeProposal.objects.filter(waiting).values("pk"))
            if is_undecided
            else (proposals.exclude(pk__in=MergeProposal.objects.filter(waiting).values("pk")))
        )
    chosen = list(proposals.order_by("-pk")[:limit])
    splits = {
        split.merge_id: split for split in SplitProposal.objects.filter(merge__proposal__in=chosen, split__isnull=True)
    }
    return tuple(_merge_line(proposal, splits) for proposal in chosen)


def _merge_line(proposal: MergeProposal, splits: dict[int, SplitProposal]) -> MergeLine:
    merge: Merge | None = getattr(proposal, "merge", None)
    split = None if merge is None else splits.get(merge.pk)
    return MergeLine(
        proposal_id=proposal.pk,
        merge_id=None if merge is None else merge.pk,
        merged_reference=proposal.merged_person.reference,
        into_reference=proposal.into_person.reference,
        proposed_by=proposal.proposed_by,
        decided_by=None if merge is None else merge.decided_by,
        decision=None if merge is None else Decision(merge.decision),
        is_in_force=merge is not None and hasattr(merge, "link"),
        proposed_at=proposal.proposed_at,
        reasons=proposal.reasons,
        split_proposal_id=None if split is None else split.pk,
        split_proposed_by=None if split is None else split.proposed_by,
    )


def find_last_feed_number() -> int:
    """Return the number of the last feed applied; 0 when none was."""
    return PopulationFeed.objects.order_by("-number").values_list("number", flat=True).first() or 0


def list_feeds(*, limit: int = 50) -> tuple[FeedSummary, ...]:
    """Return the feeds applied, the newest first."""
    return tuple(
        FeedSummary(
            number=feed.number,
            lines=feed.line_count,
            accepted=feed.accepted_count,
            rejected=feed.rejected_count,
            held=feed.held_count,
            unchanged=feed.unchanged_count,
            root=bytes(feed.root),
            applied_at=feed.applied_at,
        )
        for feed in PopulationFeed.objects.order_by("-number")[:limit]
    )


def list_feed_lines(
    *,
    feed_number: int | None = None,
    person_id: int | None = None,
    outcome: FeedOutcome | None = None,
    after_line: int = 0,
    limit: int = 100,
) -> tuple[FeedLineOutcome, ...]:
    """Return what became of lines of the feed: of one feed, of one person, or both.

    Args:
        feed_number: Only this feed.
        person_id: Only what touched this person.
        outcome: Only lines that ended so.
        after_line: Of one feed, only lines after this number.
        limit: How many at most.

    Raises:
        ValueError: Neither a feed nor a person was given.
    """
    if feed_number is None and person_id is None:
        message = "name a feed or a person"
        raise ValueError(message)
    lines = PopulationFeedLine.objects.filter(line_number__gt=after_line)
    if feed_number is not None:
        lines = lines.filter(feed_number=feed_number)
    if person_id is not None:
        lines = lines.filter(person_id=person_id)
    if outcome is not None:
        lines = lines.filter(outcome=outcome.value)
    return tuple(
        FeedLineOutcome(
            feed_number=line.feed_number,
            line_number=line.line_number,
            kind=line.kind,
            outcome=FeedOutcome(line.outcome),
            code=line.code,
            person_id=None if line.person_id is None else PersonId(line.person_id),
            digest=bytes(line.digest),
        )
        for line in lines.order_by("feed_number", "line_number")[:limit]
    )


def lock_registry(*, exclusive: bool) -> None:
    """Hold the registry for the rest of the transaction: a feed alone, other writers beside each other."""
    function = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_REGISTRY_LOCK])


def lock_merging() -> None:
    """Hold the links between persons for the rest of the transaction, so that no two decisions make a circle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MERGING_LOCK])


def find_merge_proposal(proposal_id: int) -> MergeProposal:
    """Return a proposal to merge, for the operations of this room.

    Raises:
        ProposalUnknown: There is no such proposal.
    """
    proposal = MergeProposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise ProposalUnknown
    return proposal


def find_split_proposal(proposal_id: int) -> SplitProposal:
    """Return a proposal to split, for the operations of this room.

    Raises:
        ProposalUnknown: There is no such proposal.
    """
    proposal = SplitProposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise ProposalUnknown
    return proposal


def standing_of(proposal: MergeProposal | SplitProposal) -> ProposalStanding:
    """Return the facts about a proposal by which it is judged who may decide it."""
    decided = "merge" if isinstance(proposal, MergeProposal) else "split"
    return ProposalStanding(proposed_by=proposal.proposed_by, is_decided=hasattr(proposal, decided))


def find_link(merge_id: int) -> MergeLink | None:
    """Return the link of a merge, while it is in force."""
    return MergeLink.objects.filter(merge_id=merge_id).first()
