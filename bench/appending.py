"""Inside the site's processes: a large tree, proofs in it, and events that come in while receipts wait for theirs."""

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime
from itertools import count, islice
from typing import Any

from django.db import connection, transaction

from bench.small import ACTOR, BenchEvent
from chengxin.commands.serving import INTEGRATE_SECONDS
from chengxin.keys.current import keyring
from chengxin.ledger import lookups
from chengxin.ledger import operations as ledger
from chengxin.ledger.errors import EventNotIntegrated
from chengxin.ledger.events import payload_of
from chengxin.ledger.models import Checkpoint
from chengxin.ledger.rules import check_proof
from chengxin.sealing import checkpoints, merkle
from chengxin.sealing.digests import SALT_BYTES

FILLING = """
    INSERT INTO ledger_leaf (leaf_index, event_id, leaf_hash)
    SELECT place, coalesce(known.event_id, 1000000000 + place),
           coalesce(known.leaf_hash, sha256('\\x00'::bytea || sha256(int8send(place))))
    FROM generate_series(%s::bigint, %s::bigint) AS place LEFT JOIN bench_known AS known USING (place)
"""
RECEIPT_SECONDS, LOOK_SECONDS = 0.05, 0.01


def fill_tree(*, now: datetime, leaves: int, events: int) -> dict[str, Any]:
    """Grow the tree to so many leaves, of which some anywhere in it are events that can be proved.

    The events are real and committed; the other leaves are hashes that the database makes. Frontier, signature and
    tiles come from the product's own code, over the leaves as they stand in the table.

    Args:
        now: The moment.
        leaves: Of the whole tree.
        events: How many of them are events.
    """
    ledger.integrate(now=now)
    first = lookups.count_leaves()
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        ids = ledger.append_many((BenchEvent(person_id=None, number=at) for at in range(events)), actor=ACTOR, at=now)
        cursor.execute("DELETE FROM ledger_pending WHERE event_id = ANY(%s)", [ids])
        cursor.execute("CREATE TEMPORARY TABLE bench_known (place bigint, event_id bigint, leaf_hash bytea)")
        places = random.Random(7).sample(range(first, leaves), events)  # noqa: S311 - no secret
        cursor.execute(
            "INSERT INTO bench_known SELECT given.place, event.id, sha256('\\x00'::bytea || event.digest)"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS given(place, id) JOIN ledger_event AS event USING (id)",
            [places, ids],
        )
        cursor.execute("ANALYZE bench_known")
        cursor.execute(FILLING, [first, leaves - 1])
        number, frontier = lookups.load_frontier()
        frontier.extend(lookups.read_leaf_hashes(first, leaves))
        ring = keyring()
        text = checkpoints.sign_checkpoint(ring.ledger_origin, frontier.size, frontier.root(), ring.ledger_signer())
        Checkpoint.objects.create(
            number=number + 1, tree_size=frontier.size, root=frontier.root(), frontier=frontier.to_state(), text=text,
            at=now,
        )  # fmt: skip
    filled = time.perf_counter() - begun
    begun = time.perf_counter()
    published = ledger.rebuild_tiles()
    assert published is not None
    assert published.size == leaves
    return {"events": ids, "filled": filled, "tiles": time.perf_counter() - begun}


def time_proofs(*, now: datetime, events: list[int], consistencies: int) -> dict[str, Any]:
    """Prove each event and so many earlier sizes, each alone, and check each proof outside of the time taken."""
    del now
    verifier = keyring().ledger_verifier()
    inclusion, consistency = [], []
    published = lookups.find_published_checkpoint(verifier)
    assert published is not None
    for event_id in events:
        begun = time.perf_counter()
        proof = lookups.prove(event_id)
        inclusion.append(time.perf_counter() - begun)
        assert check_proof(proof, verifier).size == published.size
    chance = random.Random(11)  # noqa: S311 - no secret
    sizes = [chance.randrange(1, published.size) for _ in range(consistencies)]
    for size in sizes:
        begun = time.perf_counter()
        proof = lookups.prove_consistency(first_size=size)
        consistency.append(time.perf_counter() - begun)
    _check_some(sizes[:20], published)
    return {"inclusion": inclusion, "consistency": consistency, "size": published.size}


def _check_some(sizes: list[int], published: checkpoints.Checkpoint) -> None:
    """Check consistency proofs against roots that are computed from the leaves in the table, in one pass over them."""
    frontier = merkle.Frontier()
    with transaction.atomic():
        leaves = lookups.read_leaf_hashes(0, published.size)
        for size in sorted(sizes):
            frontier.extend(islice(leaves, size - frontier.size))
            merkle.verify_consistency(
                first_size=size, first_root=frontier.root(), second_size=published.size,
                second_root=published.root, path=list(lookups.prove_consistency(first_size=size).path),
            )  # fmt: skip


def append_for(*, now: datetime, seconds: float, at_once: int, per_second: float, bare: bool) -> dict[str, Any]:
    """Commit events in a stretch of time, so many in a transaction; return how many.

    Args:
        now: The moment of the events.
        seconds: For how long.
        at_once: How many in a transaction.
        per_second: At most so many a second; 0 for as many as possible.
        bare: Only insert the same bytes, payload and salt, into a table with nothing but a key.
    """
    number = count()

    def events() -> list[BenchEvent]:
        return [BenchEvent(person_id=None, number=next(number)) for _ in range(at_once)]

    def append() -> None:
        with transaction.atomic():
            ledger.append_many(events(), actor=ACTOR, at=now)

    payloads = [payload_of(event, actor=ACTOR, at=now).decode() for event in events()]

    def insert() -> None:
        drawn = os.urandom(SALT_BYTES * at_once)
        salts = [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_plain (payload, salt) SELECT * FROM unnest(%s::text[], %s::bytea[])",
                [payloads, salts],
            )

    return {"events": at_once * _until(seconds, insert if bare else append, pause=at_once / (per_second or 1e9))}


def _until(seconds: float, act: Callable[[], None], *, pause: float) -> int:
    """Do something again and again in a stretch of time, no sooner than a pause after the time before began."""
    act()  # what a process and a connection load once is not counted
    begin = _begun()
    done, due = 0, time.time()
    while time.time() < begin + seconds:
        act()
        done += 1
        due += pause
        _wait(due)
    return done


def _begun() -> float:
    """Say that this process is ready, and return when all of them are to begin, once that is come."""
    print("ready", flush=True)
    begin = float(sys.stdin.readline())
    _wait(begin)
    return begin


def _wait(until: float) -> None:
    time.sleep(max(0.0, until - time.time()))


def integrate_for(*, now: datetime, seconds: float) -> dict[str, Any]:
    """Integrate as the server does, a pause after each time."""
    turns = []
    ledger.integrate(now=now)
    begin = _begun()
    while time.time() < begin + seconds:
        started = time.perf_counter()
        ledger.integrate(now=now)
        turns.append(time.perf_counter() - started)
        time.sleep(INTEGRATE_SECONDS)
    return {"turns": len(turns), "longest": max(turns), "behind": lookups.count_pending()}


def receipts_for(*, now: datetime, seconds: float) -> dict[str, Any]:
    """Commit an event every little while and prove each as soon as it can be; return how long each took to its proof."""
    verifier = keyring().ledger_verifier()
    waiting: dict[int, float] = {}
    took: list[float] = []
    seen = 0
    begin = due = _begun()
    while waiting or time.time() < begin + seconds:
        if time.time() >= due and time.time() < begin + seconds:
            waiting[ledger.append(BenchEvent(person_id=None, number=0), actor=ACTOR, at=now)] = time.perf_counter()
            due = max(due + RECEIPT_SECONDS, time.time())
        published = lookups.find_published_checkpoint(verifier)
        if published is not None and published.size > seen:
            seen = published.size
            for event_id, committed in list(waiting.items()):
                try:
                    proof = lookups.prove(event_id)
                except EventNotIntegrated:
                    continue
                took.append(time.perf_counter() - committed)
                check_proof(proof, verifier)
                del waiting[event_id]
        assert time.time() < begin + seconds + 30, "receipts that are not provable"
        time.sleep(LOOK_SECONDS)
    return {"took": took}
