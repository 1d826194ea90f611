"""The ledger under load: events a second, proofs in a tree of ten million leaves, and how soon a receipt can be proved."""

import json
import statistics
import time
from typing import Any

from bench.figures import Figure
from bench.place import BenchFailed, Place

CONNECTIONS, AT_ONCE, PER_SECOND = 4, 50, 5_000.0
PROVED = 2_000
PROOF_MS, PROVABLE_SECONDS = 5.0, 1.0


def measure(place: Place, *, leaves: int, seconds: float) -> list[Figure]:
    """Fill the tree, time proofs in it, then let events come in.

    Args:
        place: The site; its ledger cannot be verified afterwards, because most leaves are no events. Comes last.
        leaves: How many the tree has before events come in.
        seconds: How long they come in, twice as long where receipts are timed.
    """
    filled = place.work("fill_tree", leaves=leaves, events=PROVED)
    print(f"  {leaves} leaves in {filled['filled']:.0f} s, their tiles in {filled['tiles']:.0f} s", flush=True)
    with place.connect() as connection:
        connection.execute("ANALYZE ledger_leaf, ledger_event")
    place.settle_down()
    proofs = place.work("time_proofs", events=filled["events"], consistencies=PROVED)
    figures = [_proof("inclusion", proofs, leaves), _proof("consistency", proofs, leaves)]
    with place.connect() as connection:
        connection.execute(
            "CREATE TABLE bench_plain"
            " (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload text NOT NULL, salt bytea NOT NULL)"
        )
    plain = _load(place, seconds=seconds, bare=True)["rate"]
    place.settle_down()
    full = _load(place, seconds=seconds, integrated=True)
    place.settle_down()
    paced = _load(place, seconds=2 * seconds, integrated=True, per_second=PER_SECOND, receipts=True)
    with place.connect() as connection:
        connection.execute("DROP TABLE bench_plain")
    group = f"{CONNECTIONS} connections, {AT_ONCE} events a transaction"
    took = sorted(paced["took"])
    provable = _quantile(took, 0.99)
    return [
        *figures,
        Figure(
            name=f"events committed on {group}, integrated beside", value=full["rate"], unit="a second",
            target=f"≥ {PER_SECOND:.0f}", holds=full["rate"] >= PER_SECOND,
            note=f"{full['turns']} integrations, the longest {full['longest']:.2f} s; {full['behind']} waited at the end",
        ),
        Figure(
            name="the same ÷ bare INSERT of the same bytes", value=full["rate"] / plain,
            note=f"{plain:.0f} rows a second of payload and salt, with a key, on the same group, nothing integrated",
        ),
        Figure(
            name=f"commit of a receipt to its proof, at {paced['rate']:.0f} events a second, p99", value=provable,
            unit="s", target=f"< {PROVABLE_SECONDS:.0f} s",
            holds=provable < PROVABLE_SECONDS if paced["rate"] > 0.95 * PER_SECOND else False,
            note=f"{len(took)} receipts, median {statistics.median(took):.2f} s, the longest {took[-1]:.2f} s;"
            f" the longest integration {paced['longest']:.2f} s",
        ),
    ]  # fmt: skip


def _proof(kind: str, proofs: dict[str, Any], leaves: int) -> Figure:
    took = sorted(1000 * seconds for seconds in proofs[kind])
    value = _quantile(took, 0.95)
    return Figure(
        name=f"{kind} proof at {leaves} leaves, p95", value=value, unit="ms", target=f"< {PROOF_MS:.0f} ms",
        holds=value < PROOF_MS, note=f"{len(took)} proofs, median {statistics.median(took):.2f} ms, each checked or sampled",
    )  # fmt: skip


def _load(
    place: Place,
    *,
    seconds: float,
    bare: bool = False,
    integrated: bool = False,
    per_second: float = 0.0,
    receipts: bool = False,
) -> dict[str, Any]:
    """Let the group commit for so long, each connection in a process of its own, and others beside it.

    Their memory is not watched, which would take a good part of a processor.
    """
    words = {"seconds": seconds, "at_once": AT_ONCE, "per_second": per_second / CONNECTIONS, "bare": bare}
    processes = [place.start("append_for", **words) for _ in range(CONNECTIONS)]
    if receipts:
        processes.append(place.start("receipts_for", seconds=seconds))
    if integrated:
        # A little longer, so that the last receipts get their proofs.
        processes.append(place.start("integrate_for", seconds=seconds + 3))
    for process in processes:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            message = "a process was not ready"
            raise BenchFailed(message)
    begin = time.time() + 1
    told: list[dict[str, Any]] = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{begin}\n")
        process.stdin.flush()
    for process in processes:
        said, _ = process.communicate()
        if process.returncode:
            message = f"a process failed with {process.returncode}"
            raise BenchFailed(message)
        told.append(json.loads(said.splitlines()[-1]))
    result: dict[str, Any] = {"rate": sum(one.pop("events", 0) for one in told) / seconds}
    for one in told:
        result |= one
    return result


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
