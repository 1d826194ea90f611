"""The small ones: what a line, a look and an event cost, each beside the bare primitive. Runs inside the site."""

import hashlib
import hmac
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from chengxin.authority.actors import Actor, ActorKind
from chengxin.ledger import lookups as ledger_lookups
from chengxin.ledger import operations as ledger
from chengxin.ledger.events import LedgerEvent
from chengxin.register import operations as register
from chengxin.sealing.merkle import Frontier
from chengxin.sealing.suites import BlindIndex, seal_many

ACTOR = Actor(kind=ActorKind.SYSTEM, key="system:bench")
COMMITS = 300
EVENTS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchEvent(LedgerEvent):
    """An event of the size of a registered look."""

    kind: ClassVar[str] = "bench.event.made"
    number: int

    def body(self) -> dict[str, Any]:
        """Return a number and a digest."""
        return {"number": self.number, "digest": "0" * 64}


def measure(*, now: datetime, count: int, events: int) -> dict[str, Any]:
    """Return seconds of each thing and of what it is compared with.

    Args:
        now: The moment.
        count: How many values are indexed, sealed and hashed.
        events: How many events are verified.
    """
    return {"count": count, "events": events, **_pure(count), **_committed(now), **_verified(now, events)}


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _pure(count: int) -> dict[str, float]:
    key = os.urandom(32)
    texts = [f"359900{number:012d}" for number in range(count)]
    plain = [(text * 11).encode() for text in texts]
    contexts = [text[:16].encode() for text in texts]
    index, cipher = BlindIndex(key), AESGCM(key)
    leaves = [hashlib.sha256(context).digest() for context in contexts]
    return {
        "index": _seconds(lambda: index.of_many(texts)),
        "index_bare": _seconds(lambda: [hmac.digest(key, text.encode(), "sha256") for text in texts]),
        "seal": _seconds(lambda: seal_many(key, plain, contexts)),
        "seal_bare": _seconds(
            lambda: [
                cipher.encrypt(os.urandom(12), text, context) for text, context in zip(plain, contexts, strict=True)
            ]
        ),
        "merkle": _seconds(lambda: Frontier().extend(leaves)),
        "merkle_bare": _seconds(lambda: [hashlib.sha256(leaf + leaf).digest() for leaf in leaves]),
    }


def _committed(now: datetime) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM persons_person")
        (person_id,) = cursor.fetchone()

    def look() -> None:
        for _ in range(COMMITS):
            register.register_look(
                person_id=person_id, actor=ACTOR, purpose_code="SELF_READ", basis_code="PIPL-45", case_number=None,
                shown={"items": {"MARKET.PENALTY": 50}}, mask_rule="OWN_FILE", mask_version=1, at=now,
            )  # fmt: skip

    def append() -> None:
        for number in range(COMMITS):
            ledger.append(BenchEvent(person_id=None, number=number), actor=ACTOR, at=now)

    def insert() -> None:
        with connection.cursor() as cursor:
            for number in range(COMMITS):
                cursor.execute("INSERT INTO bench_plain (body) VALUES (%s)", [f"{number:064d}"])

    for work in (look, append, insert):
        work()  # warm
    return {"look": _seconds(look), "append": _seconds(append), "insert": _seconds(insert), "commits": COMMITS}


def _verified(now: datetime, events: int) -> dict[str, float]:
    def append() -> None:
        for start in range(0, events, EVENTS_AT_ONCE):
            some = range(start, min(start + EVENTS_AT_ONCE, events))
            ledger.append_many((BenchEvent(person_id=None, number=at) for at in some), actor=ACTOR, at=now)

    appended = _seconds(append)
    integrated = _seconds(lambda: ledger.integrate(now=now))
    begun = time.perf_counter()
    verdict = ledger_lookups.verify()
    verified = time.perf_counter() - begun
    assert verdict.finding_count == 0, verdict.findings
    return {
        "append_many": appended, "integrate": integrated, "verify": verified, "leaves": verdict.size,
    }  # fmt: skip
