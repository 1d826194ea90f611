"""Reading of the ledger: proofs of single events, and the verification of the whole log.

Verification trusts the public key and nothing else. It reads the events, the leaves, the checkpoints and the tiles
once, as streams, and names each place that does not fit.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from chengxin.keys.current import keyring
from chengxin.ledger.errors import EventNotIntegrated, EventUnknown, LedgerBroken
from chengxin.ledger.events import payload
from chengxin.ledger.lookups.rows import verify_rows as verify_rows
from chengxin.ledger.lookups.streams import snapshot, stream
from chengxin.ledger.models import Checkpoint, Event, Leaf
from chengxin.ledger.rules import MOST_FINDINGS, FindingCode, Findings, Proof, Verification, span
from chengxin.sealing import checkpoints, merkle, tiles
from chengxin.sealing.digests import salted_digest
from chengxin.sealing.event_proofs import DIGEST_MEMBER

CHECKPOINT_FILE: Final = "checkpoint"
COSIGNED_FILE: Final = "cosigned"
COSIGNED_FOLDER: Final = "cosigned-hours"

_FIELDS: Final = ("kind", "at", "actor_key", "organisation_code", "person_id", "body", "salt", "digest")
_COLUMNS: Final = (
    "event.kind, event.at, event.actor_key, event.organisation_code, event.person_id, event.body::text,"
    " event.salt, event.digest"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """An event as it is stored.

    Attributes:
        event_id: Its number.
        kind: Its kind.
        at: The moment of the act.
        actor_key: Who acted.
        organisation_code: The organisation acted for; ``None`` for nobody.
        person_id: The person touched; ``None`` for nobody in particular.
        body: Keys, codes, counts and digests.
        is_genuine: Whether the stored columns have the stored digest.
    """

    event_id: int
    kind: str
    at: datetime
    actor_key: str
    organisation_code: str | None
    person_id: int | None
    body: Mapping[str, Any]
    is_genuine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyProof:
    """The proof that an older checkpoint's log is the beginning of the published one."""

    first_size: int
    path: tuple[bytes, ...]
    checkpoint: str


def ledger_folder() -> Path:
    """Return the folder of the tiles and the checkpoint file."""
    return Path(settings.CHENGXIN_DATA) / "ledger"


def find_newest_checkpoint(verifier: checkpoints.Verifier) -> checkpoints.Checkpoint | None:
    """Return the newest checkpoint of the database, its signature checked.

    Raises:
        LedgerBroken: Its signature does not hold, or its columns say something else than its text.
    """
    row = Checkpoint.objects.order_by("-number").values_list("number", "tree_size", "root", "text").first()
    if row is None:
        return None
    number, size, root, text = row
    try:
        checkpoint = checkpoints.open_checkpoint(text, verifier)
    except checkpoints.CheckpointBroken:
        raise LedgerBroken(place=f"ledger_checkpoint:{number}") from None
    if (checkpoint.size, checkpoint.root) != (size, bytes(root)):
        raise LedgerBroken(place=f"ledger_checkpoint:{number}")
    return checkpoint


def find_published_checkpoint(
    verifier: checkpoints.Verifier, *, unreadable_is_missing: bool = False
) -> checkpoints.Checkpoint | None:
    """Return the checkpoint on disk, its signature checked; ``None`` when there is no file.

    Args:
        verifier: The log's public key.
        unreadable_is_missing: Take a broken file for no file, where it is about to be written anew.

    Raises:
        LedgerBroken: The file is no checkpoint of this log.
    """
    try:
        text = (ledger_folder() / CHECKPOINT_FILE).read_text(encoding="utf-8")
        return checkpoints.open_checkpoint(text, verifier)
    except FileNotFoundError:
        return None
    except (checkpoints.CheckpointBroken, UnicodeDecodeError):
        if unreadable_is_missing:
            return None
        raise LedgerBroken(place=CHECKPOINT_FILE) from None


def find_cosigned_checkpoint(verifier: checkpoints.Verifier) -> checkpoints.Checkpoint | None:
    """Return the newest checkpoint that witnesses cosigned, its signature checked; ``None`` without a whole one.

    Args:
        verifier: The log's public key.
    """
    try:
        return checkpoints.open_checkpoint((ledger_folder() / COSIGNED_FILE).read_text(encoding="utf-8"), verifier)
    except (FileNotFoundError, checkpoints.CheckpointBroken, UnicodeDecodeError):
        return None


def cosigned_path(at: datetime) -> str:
    """Return where the first checkpoint that witnesses cosigned in an hour is kept, below the ledger's folder.

    Args:
        at: A moment of that hour.
    """
    return f"{COSIGNED_FOLDER}/{at.astimezone(UTC):%Y-%m-%d/%H}"


def prove_age(*, kind: str, person_id: int, digest: str, before: datetime) -> Proof | None:
    """Return the proof that an event with a file's digest stands in a checkpoint that witnesses cosigned before long.

    It is the first such checkpoint that was kept. Who cosigned it, and when, is in it and is not judged here.

    Args:
        kind: Kind of the event.
        person_id: Whom it is about.
        digest: Digest of the file in hex, as the event's body has it.
        before: Only checkpoints that were kept before.

    Returns:
        ``None``: there is no such event, or no such checkpoint was kept.

    Raises:
        LedgerBroken: A tile is missing or damaged.
    """
    found = Event.objects.filter(person_id=person_id, kind=kind, **{f"body__{DIGEST_MEMBER}": digest}).order_by("pk")
    event = found.values_list("pk", "at").first()
    if event is None:
        return None
    index = Leaf.objects.filter(event_id=event[0]).values_list("leaf_index", flat=True).first()
    if index is None:
        return None
    for checkpoint in _cosigned_between(event[1], before):
        if checkpoint.size > index:
            return prove_many([event[0]], published=checkpoint).get(event[0])
    return None


def _cosigned_between(since: datetime, until: datetime) -> Iterator[checkpoints.Checkpoint]:
    """Yield the checkpoints that were kept from the hour of one moment to that of another, the oldest first."""
    verifier = keyring().ledger_verifier()
    first, last = (cosigned_path(at).removeprefix(f"{COSIGNED_FOLDER}/") for at in (since, until))
    folder = ledger_folder() / COSIGNED_FOLDER
    days = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    for day in days:
        if not first[:10] <= day <= last[:10]:
            continue
        for path in sorted((folder / day).iterdir()):
            if not first <= f"{day}/{path.name}" <= last:
                continue
            try:
                yield checkpoints.open_checkpoint(path.read_text(encoding="utf-8"), verifier)
            except (checkpoints.CheckpointBroken, UnicodeDecodeError):
                continue  # a damaged one proves nothing; the next one may


def read_note(name: str) -> str | None:
    """Return a checkpoint on disk as it is handed out, with its cosignatures; ``None`` when there is no file.

    Args:
        name: ``CHECKPOINT_FILE`` or ``COSIGNED_FILE``.
    """
    try:
        return (ledger_folder() / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def read_tile(level: int, index: int, width: int) -> bytes | None:
    """Return the contents of a tile on disk as they are handed out; ``None`` when there is none of that width.

    A partial tile that was replaced by the full one is the beginning of it.

    Args:
        level: Level of tiles, 0 for the leaves.
        index: Number of the tile in its level.
        width: Number of hashes in it.
    """
    for held in dict.fromkeys((width, tiles.TILE_WIDTH)):
        try:
            contents = (ledger_folder() / tiles.tile_path(level, index, held)).read_bytes()
        except OSError:
            continue
        if len(contents) == held * merkle.HASH_BYTES:
            return contents[: width * merkle.HASH_BYTES]
    return None


def find_signed_at(checkpoint: checkpoints.Checkpoint) -> datetime | None:
    """Return when a checkpoint was signed, by the database's word; ``None`` when it does not know it."""
    return Checkpoint.objects.filter(tree_size=checkpoint.size).values_list("at", flat=True).first()


def load_frontier() -> tuple[int, merkle.Frontier]:
    """Return the number of the newest checkpoint and the frontier of its tree; number 0 and no leaves without one.

    Raises:
        LedgerBroken: The stored frontier is none.
    """
    row = Checkpoint.objects.order_by("-number").values_list("number", "frontier").first()
    if row is None:
        return 0, merkle.Frontier()
    try:
        return row[0], merkle.Frontier.from_state(bytes(row[1]))
    except ValueError:
        raise LedgerBroken(place=f"ledger_checkpoint:{row[0]}") from None


def count_leaves() -> int:
    """Return the number of leaves, as the highest index tells it."""
    highest = Leaf.objects.order_by("-leaf_index").values_list("leaf_index", flat=True).first()
    return 0 if highest is None else highest + 1


def count_pending() -> int:
    """Return how many events are committed and not in the tree yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_pending")
        return int(cursor.fetchone()[0])


def read_leaf_hashes(first: int, end: int) -> Iterator[bytes]:
    """Yield the leaf hashes from one index to before another, in order, as a stream; must run in a transaction."""
    query = "SELECT leaf_hash FROM ledger_leaf WHERE leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index"
    for row in stream(query, [first, end]):
        yield bytes(row[0])


def read_events(*, kind: str, person_id: int | None = None) -> Iterator[EventLine]:
    """Yield the events of one kind, oldest first, each with the verdict over its digest; must run in a transaction.

    Args:
        kind: The kind of events.
        person_id: Only those about this person; ``None`` for all.
    """
    query = (
        f"SELECT event.id, {_COLUMNS} FROM ledger_event AS event WHERE event.kind = %s"
        f"{'' if person_id is None else ' AND event.person_id = %s'} ORDER BY event.person_id, event.id"
    )
    for event_id, *content in stream(query, [kind] if person_id is None else [kind, person_id]):
        yield EventLine(
            event_id=event_id,
            kind=content[0],
            at=content[1],
            actor_key=content[2],
            organisation_code=content[3],
            person_id=content[4],
            body=json.loads(content[5]),
            is_genuine=_digest(content) == content[-1],
        )


def prove(event_id: int) -> Proof:
    """Return the proof that an event is in the published log. Reads a few tiles, whatever the size of the log.

    Raises:
        EventUnknown: There is no such event.
        EventNotIntegrated: It is not under a published checkpoint yet.
        LedgerBroken: The stored log contradicts the checkpoint; no proof can be given. Run ``ledger verify``.
    """
    # One round trip, and nothing composed: a receipt waits for this.
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS}, leaf.leaf_index FROM ledger_event AS event"
            " LEFT JOIN ledger_leaf AS leaf ON leaf.event_id = event.id WHERE event.id = %s",
            [event_id],
        )
        found = cursor.fetchone()
    if found is None:
        raise EventUnknown(event=event_id)
    *content, index = found
    published = find_published_checkpoint(keyring().ledger_verifier())
    if index is None or published is None or index >= published.size:
        raise EventNotIntegrated(event=event_id)
    encoded, salt = _encoded(content), bytes(content[-2])
    leaf = merkle.leaf_hash(salted_digest(salt, encoded))
    try:
        path = merkle.inclusion_proof(tiles.TileFolder(ledger_folder(), published.size), index, published.size)
        merkle.verify_inclusion(leaf=leaf, index=index, size=published.size, path=path, root=published.root)
    except tiles.TileBroken as broken:
        raise LedgerBroken(place=broken.path) from None
    except merkle.ProofBroken:
        raise LedgerBroken(place=f"ledger_event:{event_id}") from None
    return Proof(
        event_id=event_id,
        payload=encoded.decode(),
        salt=salt,
        leaf_index=index,
        path=tuple(path),
        checkpoint=published.text,
    )


def prove_many(event_ids: Sequence[int], *, published: checkpoints.Checkpoint) -> dict[int, Proof]:
    """Return the proofs of events under one published checkpoint; an event that is not under it has none.

    Reads each tile once. Unlike :func:`prove` it does not check what it gives out: whoever receives it does.

    Args:
        event_ids: The events; a few thousand at a time.
        published: The checkpoint to which all proofs lead.

    Raises:
        LedgerBroken: A tile is missing or damaged.
    """
    source = tiles.TileFolder(ledger_folder(), published.size)
    rows = Event.objects.filter(pk__in=event_ids).values_list("pk", *_FIELDS[:-1])
    places = dict(
        Leaf.objects.filter(event_id__in=event_ids, leaf_index__lt=published.size).values_list("event_id", "leaf_index")
    )
    proofs = {}
    for event_id, kind, at, actor_key, organisation_code, person_id, body, salt in rows:
        if event_id not in places:
            continue
        try:
            path = merkle.inclusion_proof(source, places[event_id], published.size)
        except tiles.TileBroken as broken:
            raise LedgerBroken(place=broken.path) from None
        encoded = payload(
            kind=kind, at=at, actor_key=actor_key, organisation_code=organisation_code, person_id=person_id, body=body
        )
        proofs[event_id] = Proof(
            event_id=event_id,
            payload=encoded.decode(),
            salt=bytes(salt),
            leaf_index=places[event_id],
            path=tuple(path),
            checkpoint=published.text,
        )
    return proofs


def proofs_about(
    *, person_ids: Sequence[int], published: checkpoints.Checkpoint, block: int = 1_000
) -> Iterator[Proof]:
    """Yield the proofs of all events about some rows of the registry, in the order of the tree.

    Args:
        person_ids: The rows.
        published: The checkpoint to which all proofs lead; younger events are left out.
        block: How many are proven at once.

    Raises:
        LedgerBroken: A tile is missing or damaged.
    """
    events = list(Event.objects.filter(person_id__in=person_ids).values_list("pk", flat=True))
    leaves = Leaf.objects.filter(event_id__in=events, leaf_index__lt=published.size).order_by("leaf_index")
    ordered = list(leaves.values_list("event_id", flat=True))
    for first in range(0, len(ordered), block):
        part = ordered[first : first + block]
        proofs = prove_many(part, published=published)
        yield from (proofs[event_id] for event_id in part)


def prove_consistency(*, first_size: int) -> ConsistencyProof:
    """Return the proof that the log of an older checkpoint is the beginning of the published one.

    Args:
        first_size: Size in the older checkpoint, at least 1.

    Raises:
        EventNotIntegrated: Nothing is published that is as large.
        LedgerBroken: A tile is missing or damaged.
        ValueError: The size is 0 or less.
    """
    published = find_published_checkpoint(keyring().ledger_verifier())
    if published is None or published.size < first_size:
        raise EventNotIntegrated(size=first_size)
    try:
        source = tiles.TileFolder(ledger_folder(), published.size)
        path = merkle.consistency_proof(source, first_size, published.size)
    except tiles.TileBroken as broken:
        raise LedgerBroken(place=broken.path) from None
    return ConsistencyProof(first_size=first_size, path=tuple(path), checkpoint=published.text)


def verify() -> Verification:
    """Verify the whole log: events, leaves, tree, tiles, and checkpoints in the database and on disk.

    Reads everything once as streams, under one snapshot, in constant memory.

    Returns:
        The findings, each with its place. Events that wait for the next integration are no finding.
    """
    return _Verifying(keyring().ledger_verifier()).run()


@dataclass(slots=True, kw_only=True)
class _Found:
    """A leaf as it was found: its row, the event it names, and what the tile on disk says in its place."""

    index: int
    event_id: int | None = None
    row: bytes | None = None
    event: bytes | None = None


class _Verifying:
    """One run of the verification.

    Two trees are grown beside each other from where they differ: one over the leaves in the database, one over the
    tiles on disk. Which of the two has the signed root tells which of them was changed.
    """

    def __init__(self, verifier: checkpoints.Verifier) -> None:
        self._verifier = verifier
        self._findings = Findings()
        self._folder = ledger_folder()
        self._published: checkpoints.Checkpoint | None = None
        self._published_size = 0
        self._tiles = tiles.TileFolder(self._folder, 0)
        self._tile: list[bytes] = []
        self._rows = merkle.Frontier()
        self._row_tree = tiles.Growth()
        self._tile_tree = self._row_tree
        self._row_mismatches: list[str] = []
        self._tile_mismatches = self._row_mismatches
        self._differences: list[tuple[_Found, bool]] = []
        self._checked = 0

    def run(self) -> Verification:
        """Run once."""
        # The file first: integration commits before it publishes, so the snapshot holds whatever the file says.
        self._open_published()
        with snapshot():
            signed = self._compare_checkpoints()
            self._judge_tiles()
            pending = self._check_outside()
        return self._findings.verdict(checked_count=self._checked, pending_count=pending, size=signed)

    def _open_published(self) -> None:
        path = self._folder / CHECKPOINT_FILE
        try:
            self._published = checkpoints.open_checkpoint(path.read_text(encoding="utf-8"), self._verifier)
        except FileNotFoundError:
            return
        except (checkpoints.CheckpointBroken, UnicodeDecodeError):
            self._findings.add(FindingCode.CHECKPOINT_FILE_BROKEN, CHECKPOINT_FILE)
            return
        self._published_size = self._published.size
        self._tiles = tiles.TileFolder(self._folder, self._published_size)

    def _compare_checkpoints(self) -> int:
        """Walk through the leaves from checkpoint to checkpoint; return the size of the newest."""
        number = signed = 0
        leaves = self._leaves()
        is_first_difference = True
        rows = stream("SELECT number, tree_size, root, text, frontier FROM ledger_checkpoint ORDER BY number", [])
        for found, size, root, text, frontier in rows:
            place = f"ledger_checkpoint:{found}"
            if found != number + 1:
                self._findings.add(FindingCode.CHECKPOINT_REMOVED, span("ledger_checkpoint", number + 1, found - 1))
            number = found
            checkpoint = self._opened(text)
            # A new one is signed only when the tree has grown; the first may be over an empty tree.
            has_grown = checkpoint is not None and (number == 1 or checkpoint.size > signed)
            if not has_grown or checkpoint is None or (checkpoint.size, checkpoint.root) != (size, bytes(root)):
                self._findings.add(FindingCode.CHECKPOINT_BROKEN, place)
            if checkpoint is None or checkpoint.size < signed:
                continue
            signed = checkpoint.size
            self._walk(leaves, signed)
            # Every later root differs too: only the first is news.
            if (self._rows.size, self._rows.root()) != (signed, checkpoint.root):
                if is_first_difference:
                    is_first_difference = False
                    self._findings.add(FindingCode.ROOT_DIFFERS, place)
            elif self._rows.to_state() != bytes(frontier):
                self._findings.add(FindingCode.CHECKPOINT_BROKEN, place)
        if number and not (self._folder / CHECKPOINT_FILE).exists():
            self._findings.add(FindingCode.CHECKPOINT_FILE_MISSING, CHECKPOINT_FILE)
        if self._published_size > signed:
            self._findings.add(FindingCode.CHECKPOINT_REMOVED, f"ledger_checkpoint:{number + 1}")
        self._walk(leaves, max(signed, self._published_size))
        self._walk_unsigned(leaves)
        return signed

    def _opened(self, text: str) -> checkpoints.Checkpoint | None:
        try:
            return checkpoints.open_checkpoint(text, self._verifier)
        except checkpoints.CheckpointBroken:
            return None

    def _walk_unsigned(self, leaves: Iterator[_Found]) -> None:
        beyond = self._rows.size
        self._walk(leaves, None)
        if self._rows.size > beyond:
            self._findings.add(FindingCode.LEAF_UNSIGNED, span("ledger_leaf", beyond, self._rows.size - 1))

    def _leaves(self) -> Iterator[_Found]:
        """Yield every leaf from index 0 to the last that anything speaks of, also those whose row is missing."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(tree_size), 0) FROM ledger_checkpoint")
            end = max(int(cursor.fetchone()[0]), self._published_size)
        expected = 0
        query = (
            f"SELECT leaf.leaf_index, leaf.event_id, leaf.leaf_hash, {_COLUMNS} FROM ledger_leaf AS leaf"
            " LEFT JOIN ledger_event AS event ON event.id = leaf.event_id ORDER BY leaf.leaf_index"
        )
        for index, event_id, leaf_hash, *content in stream(query, []):
            yield from self._removed(expected, index)
            expected = index + 1
            found = _Found(index=index, event_id=event_id, row=bytes(leaf_hash))
            if content[0] is None:
                self._findings.add(FindingCode.EVENT_REMOVED, f"ledger_event:{event_id}")
            else:
                digest = _digest(content)
                if digest is not None and digest == content[-1]:
                    found.event = merkle.leaf_hash(digest)
                else:
                    self._findings.add(FindingCode.EVENT_CHANGED, f"ledger_event:{event_id}")
            yield found
        yield from self._removed(expected, end)

    def _removed(self, first: int, end: int) -> Iterator[_Found]:
        if first < end:
            self._findings.add(FindingCode.LEAF_REMOVED, span("ledger_leaf", first, end - 1))
        for index in range(first, end):
            yield _Found(index=index)

    def _walk(self, leaves: Iterator[_Found], end: int | None) -> None:
        rows = self._rows
        while end is None or rows.size < end:
            found = next(leaves, None)
            if found is None:
                return
            self._checked += 1
            index = found.index
            recorded = self._recorded(index)
            # Where the row is missing, the tile stands in for it, so that the places behind can still be judged.
            row = found.row or recorded or bytes(merkle.HASH_BYTES)
            tile = recorded or row
            if found.event not in {None, row, tile}:
                self._findings.add(FindingCode.EVENT_CHANGED, f"ledger_event:{found.event_id}")
            rows.append(row)
            if index < self._published_size:
                if row != tile:
                    self._fork(found)
                self._grow(row, tile, is_last=index == self._published_size - 1)

    def _recorded(self, index: int) -> bytes | None:
        """Return what the tile on disk says about a leaf; ``None`` beyond the published tree or without the tile."""
        if index >= self._published_size:
            return None
        tile_index, offset = divmod(index, tiles.TILE_WIDTH)
        if offset == 0:
            try:
                self._tile = self._tiles.tile(0, tile_index)
            except tiles.TileBroken as broken:
                self._findings.add(FindingCode.TILE_MISSING, broken.path)
                self._tile = []
        return self._tile[offset] if self._tile else None

    def _fork(self, found: _Found) -> None:
        if self._tile_tree is self._row_tree:
            self._tile_tree = self._row_tree.copy()
            self._tile_mismatches = list(self._row_mismatches)
        if len(self._differences) < MOST_FINDINGS:
            self._differences.append((found, found.event is not None and found.event == found.row))

    def _grow(self, row: bytes, tile: bytes, *, is_last: bool) -> None:
        full = self._row_tree.append(row)
        if full or is_last:
            self._compare(full + (self._row_tree.partials() if is_last else []), self._row_mismatches)
        if self._tile_tree is not self._row_tree:
            full = self._tile_tree.append(tile)
            if full or is_last:
                self._compare(full + (self._tile_tree.partials() if is_last else []), self._tile_mismatches)

    def _compare(self, grown: list[tuple[int, int, bytes]], mismatches: list[str]) -> None:
        for level, index, contents in grown:
            if level == 0 or len(mismatches) >= MOST_FINDINGS:
                continue  # the leaves themselves were compared one by one
            path = tiles.tile_path(level, index, len(contents) // merkle.HASH_BYTES)
            try:
                if tiles.encode_tile(self._tiles.tile(level, index)) != contents:
                    mismatches.append(path)
            except tiles.TileBroken:
                mismatches.append(path)

    def _judge_tiles(self) -> None:
        published = self._published
        if published is None:
            return
        by_rows = self._row_tree.root() == published.root
        by_tiles = self._tile_tree.root() == published.root
        if not by_rows and not by_tiles:
            self._findings.add(FindingCode.CHECKPOINT_FILE_CONTRADICTS, CHECKPOINT_FILE)
        changed_tiles = set()
        for found, is_event_of_row in self._differences:
            if not by_rows:
                code = FindingCode.EVENT_CHANGED if is_event_of_row else FindingCode.LEAF_CHANGED
                place = f"ledger_event:{found.event_id}" if is_event_of_row else f"ledger_leaf:{found.index}"
                self._findings.add(code, place)
            if not by_tiles:
                index = found.index // tiles.TILE_WIDTH
                changed_tiles.add(tiles.tile_path(0, index, self._tiles.width(0, index)))
        for path in [*sorted(changed_tiles), *(self._tile_mismatches if by_tiles else self._row_mismatches)]:
            is_there = (self._folder / path).exists()
            self._findings.add(FindingCode.TILE_CHANGED if is_there else FindingCode.TILE_MISSING, path)

    def _check_outside(self) -> int:
        """Check the events that are not in the tree; return how many of them rightly wait."""
        pending = 0
        query = (
            f"SELECT event.id, pending.event_id IS NOT NULL, {_COLUMNS} FROM ledger_event AS event"
            " LEFT JOIN ledger_pending AS pending ON pending.event_id = event.id"
            " WHERE NOT EXISTS (SELECT FROM ledger_leaf AS leaf WHERE leaf.event_id = event.id) ORDER BY event.id"
        )
        for event_id, is_pending, *content in stream(query, []):
            self._checked += 1
            if is_pending:
                pending += 1
            else:
                self._findings.add(FindingCode.EVENT_OUTSIDE_TREE, f"ledger_event:{event_id}")
            if _digest(content) != content[-1]:
                self._findings.add(FindingCode.EVENT_CHANGED, f"ledger_event:{event_id}")
        query = (
            "SELECT pending.event_id FROM ledger_pending AS pending"
            " WHERE NOT EXISTS (SELECT FROM ledger_event AS event WHERE event.id = pending.event_id) ORDER BY 1"
        )
        for (event_id,) in stream(query, []):
            self._findings.add(FindingCode.EVENT_REMOVED, f"ledger_event:{event_id}")
        return pending


def _encoded(content: Sequence[Any]) -> bytes:
    """Return the text that stands under an event's digest, made anew from its columns."""
    kind, at, actor_key, organisation_code, person_id, body, *_ = content
    return payload(
        kind=kind,
        at=at,
        actor_key=actor_key,
        organisation_code=organisation_code,
        person_id=person_id,
        body=json.loads(body),
    )


def _digest(content: Sequence[Any]) -> bytes | None:
    """Compute an event's digest anew from its columns; ``None`` when they could never have been written by us."""
    try:
        return salted_digest(bytes(content[-2]), _encoded(content))
    except (TypeError, ValueError, RecursionError):
        return None
