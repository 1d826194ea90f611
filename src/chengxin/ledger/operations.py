"""Writing of the ledger: append events within an act, integrate them into the tree outside of any."""

import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.keys.current import keyring
from chengxin.ledger import lookups
from chengxin.ledger.errors import EventNotIntegrated, EventUnknown, LedgerBroken
from chengxin.ledger.events import LedgerEvent, payload_of
from chengxin.ledger.models import Checkpoint
from chengxin.sealing import checkpoints, merkle, tiles
from chengxin.sealing.cosignatures import with_cosignatures
from chengxin.sealing.digests import SALT_BYTES

__all__ = [
    "EventNotIntegrated",
    "EventUnknown",
    "LedgerBroken",
    "add_cosignatures",
    "append",
    "append_many",
    "integrate",
    "rebuild_tiles",
]

_LOCK: Final = 0x6C65_6467_6572  # "ledger", for pg_advisory_xact_lock
_CHUNK: Final = 20_000
_COSIGNED_SECONDS: Final = 60 * 60


def append(event: LedgerEvent, *, actor: Actor, at: datetime) -> int:
    """Append one event in the caller's transaction and return its id. One round trip.

    Args:
        event: What happened; keys, codes, counts and digests only.
        actor: Who did it.
        at: The moment of the act.

    Raises:
        TypeError: The event's body holds something without a canonical form.
        ValueError: A value in it has no canonical form.
    """
    encoded = payload_of(event, actor=actor, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_append(%s::text, %s::bytea)", [encoded.decode(), os.urandom(SALT_BYTES)])
        return int(cursor.fetchone()[0])


def append_many(events: Iterable[LedgerEvent], *, actor: Actor, at: datetime) -> list[int]:
    """Append many events of one act in the caller's transaction and return their ids, in the order given.

    Raises:
        TypeError: The body of an event holds something without a canonical form; nothing was appended then.
        ValueError: A value in an event has no canonical form; nothing was appended then.
    """
    payloads = [payload_of(event, actor=actor, at=at).decode() for event in events]
    ids: list[int] = []
    for start in range(0, len(payloads), _CHUNK):
        ids.extend(_append_chunk(payloads[start : start + _CHUNK]))
    return ids


def _append_chunk(payloads: Sequence[str]) -> list[int]:
    drawn = os.urandom(SALT_BYTES * len(payloads))
    salts = [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_append(line.payload, line.salt)"
            " FROM unnest(%s::text[], %s::bytea[]) WITH ORDINALITY AS line(payload, salt, place)"
            " ORDER BY line.place",
            [list(payloads), salts],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def integrate(*, now: datetime) -> checkpoints.Checkpoint:
    """Take every committed event that is not in the tree yet into it, sign a checkpoint and publish the tiles.

    First the leaves and the checkpoint are committed to the database; then the files are written from what is
    committed, the checkpoint file last. A crash in between leaves files that are behind; the next call catches up.
    Without new events the last checkpoint is returned. Must not be called within a transaction. Memory is constant.

    Args:
        now: The moment, stored beside the checkpoint.

    Returns:
        The newest signed checkpoint.

    Raises:
        LedgerBroken: What is stored contradicts what was signed: the database fell behind the published checkpoint, a
            state was changed, or the published tiles are damaged. Run ``ledger verify``; for damaged tiles alone,
            ``rebuild_tiles``.
    """
    ring = keyring()
    with transaction.atomic(durable=True):
        _lock()
        newest = _extend(now)
    with transaction.atomic(durable=True):
        _lock()
        _publish(ring.ledger_verifier())
    return newest


def rebuild_tiles() -> checkpoints.Checkpoint | None:
    """Write all tiles and the checkpoint file anew from the database, after a restore or damage to the files.

    Returns:
        The newest checkpoint, ``None`` when there is none yet.

    Raises:
        LedgerBroken: The leaves do not have the signed root, or do not continue the checkpoint on disk. Nothing that
            is published may contradict an older signature; restore the database first.
    """
    verifier = keyring().ledger_verifier()
    folder = lookups.ledger_folder()
    with transaction.atomic(durable=True):
        _lock()
        newest = lookups.find_newest_checkpoint(verifier)
        if newest is None:
            return None
        published = lookups.find_published_checkpoint(verifier, unreadable_is_missing=True)
        _check_published(published, newest)
        frontier = merkle.Frontier()
        for leaf in lookups.read_leaf_hashes(0, newest.size):
            if published is not None and frontier.size == published.size:
                _require(frontier.root() == published.root, "checkpoint")
            frontier.append(leaf)
        _require((frontier.size, frontier.root()) == (newest.size, newest.root), "ledger_leaf")
        _write_tiles(folder, tiles.Growth(), newest)
        tiles.write_file(folder, lookups.CHECKPOINT_FILE, newest.text.encode())
    return newest


def add_cosignatures(*, checkpoint: checkpoints.Checkpoint, lines: Iterable[str], now: datetime) -> None:
    """Keep cosignatures beside a checkpoint that was published: in its file while it is the newest, and as cosigned.

    The log may have grown since the witnesses were asked; then the newest checkpoint stays as it is, and the cosigned
    one is kept beside it. A cosigned checkpoint gives way to one with fewer cosignatures only when it has become old.

    Args:
        checkpoint: What the witnesses cosigned.
        lines: Their signature lines, checked already.
        now: The moment.

    Raises:
        LedgerBroken: The published checkpoint is damaged.
        CheckpointBroken: A line is no signature line.
    """
    verifier, folder = keyring().ledger_verifier(), lookups.ledger_folder()
    with transaction.atomic(durable=True):
        _lock()
        published = lookups.find_published_checkpoint(verifier)
        is_newest = published is not None and (published.size, published.root) == (checkpoint.size, checkpoint.root)
        text = published.text if published is not None and is_newest else checkpoint.text
        text = with_cosignatures(text, [line for line in lines if line not in text])
        if is_newest:
            tiles.write_file(folder, lookups.CHECKPOINT_FILE, text.encode())
        # One of each hour is kept for ever: by it, what is revoked later is proven to be older.
        hour = lookups.cosigned_path(now)
        if not (folder / hour).exists():
            tiles.write_file(folder, hour, text.encode())
        kept = lookups.find_cosigned_checkpoint(verifier)
        if kept is None or _gives_way(kept, checkpoints.open_checkpoint(text, verifier), now):
            tiles.write_file(folder, lookups.COSIGNED_FILE, text.encode())


def _gives_way(kept: checkpoints.Checkpoint, new: checkpoints.Checkpoint, now: datetime) -> bool:
    if new.size < kept.size:
        return False
    if new.text.count("\n") >= kept.text.count("\n"):
        return True
    kept_at = (lookups.ledger_folder() / lookups.COSIGNED_FILE).stat().st_mtime
    return now.timestamp() - kept_at > _COSIGNED_SECONDS


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _require(holds: bool, place: str) -> None:  # noqa: FBT001 - a condition, not an option
    if not holds:
        raise LedgerBroken(place=place)


def _check_published(published: checkpoints.Checkpoint | None, newest: checkpoints.Checkpoint) -> None:
    """Refuse to go on from a database that has fallen behind what was published: the log would fork."""
    if published is not None:
        _require(published.size <= newest.size, "checkpoint")
        _require(published.size < newest.size or published.root == newest.root, "checkpoint")


def _extend(now: datetime) -> checkpoints.Checkpoint:
    ring = keyring()
    verifier = ring.ledger_verifier()
    newest = lookups.find_newest_checkpoint(verifier)
    published = lookups.find_published_checkpoint(verifier)
    if newest is None:
        _require(published is None or published.size == 0, "checkpoint")
        number, frontier = 0, merkle.Frontier()
    else:
        _check_published(published, newest)
        number, frontier = lookups.load_frontier()
        _require((frontier.size, frontier.root()) == (newest.size, newest.root), f"ledger_checkpoint:{number}")
    _require(lookups.count_leaves() == frontier.size, "ledger_leaf")
    _integrate_pending(frontier)
    if newest is not None and frontier.size == newest.size:
        return newest
    text = checkpoints.sign_checkpoint(ring.ledger_origin, frontier.size, frontier.root(), ring.ledger_signer())
    Checkpoint.objects.create(
        number=number + 1,
        tree_size=frontier.size,
        root=frontier.root(),
        frontier=frontier.to_state(),
        text=text,
        at=now,
    )
    return checkpoints.open_checkpoint(text, verifier)


def _integrate_pending(frontier: merkle.Frontier) -> None:
    """Take the queue into the tree, so many at a time.

    Each statement names its rows by their keys: a join would be planned by what the statistics say of a queue that is
    empty one moment and long the next, and a plan for the empty one takes the square of the long one's time.
    """
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT event_id FROM ledger_pending WHERE event_id > %s ORDER BY event_id LIMIT %s", [last, _CHUNK]
            )
            waiting = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT id, digest FROM ledger_event WHERE id = ANY(%s) ORDER BY id", [waiting])
            taken = cursor.fetchall()
            # The queue's row stays where a superuser removed the event: verification names it.
            cursor.execute("DELETE FROM ledger_pending WHERE event_id = ANY(%s)", [[row[0] for row in taken]])
            if taken:
                _write_leaves(cursor, frontier, taken)
            if len(waiting) < _CHUNK:
                return
            last = waiting[-1]


def _write_leaves(cursor: Any, frontier: merkle.Frontier, taken: Sequence[tuple[int, bytes]]) -> None:  # noqa: ANN401 - Django's wrapper of psycopg's cursor
    with cursor.copy("COPY ledger_leaf (leaf_index, event_id, leaf_hash) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int8", "int8", "bytea"])
        for event_id, digest in taken:
            leaf = merkle.leaf_hash(bytes(digest))
            copy.write_row((frontier.size, event_id, leaf))
            frontier.append(leaf)


def _publish(verifier: checkpoints.Verifier) -> None:
    newest = lookups.find_newest_checkpoint(verifier)
    published = lookups.find_published_checkpoint(verifier)
    if newest is None:
        return
    # The file may bear cosignatures that the database does not hold.
    if published is not None and (published.size, published.root) == (newest.size, newest.root):
        return
    folder = lookups.ledger_folder()
    growth = tiles.Growth()
    if published is not None:
        _check_published(published, newest)
        present = tiles.TileFolder(folder, published.size)
        try:
            growth = tiles.Growth(present.edge(), published.size)
        except tiles.TileBroken as broken:
            raise LedgerBroken(place=broken.path) from None
        _require(growth.root() == published.root, "tile")
    superseded = _write_tiles(folder, growth, newest)
    tiles.write_file(folder, lookups.CHECKPOINT_FILE, newest.text.encode())
    for path in superseded:
        shutil.rmtree(path, ignore_errors=True)


def _write_tiles(folder: Path, growth: tiles.Growth, newest: checkpoints.Checkpoint) -> list[Path]:
    """Write the tiles that grow from the edge to the newest checkpoint; return the folders of partial tiles now full.

    Only the tiles that were partial at the beginning can have such folders; the list is short.
    """
    superseded: list[Path] = []
    for leaf in lookups.read_leaf_hashes(growth.size, newest.size):
        for level, index, contents in growth.append(leaf):
            path = tiles.tile_path(level, index)
            tiles.write_file(folder, path, contents)
            partial = folder / f"{path}.p"
            if partial.is_dir():
                superseded.append(partial)
    for level, index, contents in growth.partials():
        width = len(contents) // merkle.HASH_BYTES
        tiles.write_file(folder, tiles.tile_path(level, index, width), contents)
    _require((growth.size, growth.root()) == (newest.size, newest.root), "ledger_leaf")
    return superseded
