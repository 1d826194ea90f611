"""Clients of the HTTP benchmarks: kept-open connections that ask again as soon as they are answered, or at a pace."""

import asyncio
import json
import statistics
import sys
import time
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

WARM_SECONDS = 5.0


@dataclass(slots=True, kw_only=True)
class _Run:
    """One measurement; seconds of each answer that was asked for after the warming up."""

    port: int
    status: int
    pause: float
    warm_until: float
    until: float
    times: list[float] = field(default_factory=list)


async def _client(run: _Run, requests: list[str], begins_at: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", run.port)
    due = begins_at
    for request in cycle(requests):
        # With a pace, the time counts from when the request was due: a server that stalls is not spared its queue.
        due = due + run.pause if run.pause else time.perf_counter()
        if due >= run.until:
            break
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        writer.write(request.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if b": " in line)
        body = await reader.readexactly(int(fields[b"content-length"]))
        if not head.startswith(f"HTTP/1.1 {run.status}".encode()):
            raise RuntimeError((head + body).decode(errors="replace"))
        if due >= run.warm_until:
            run.times.append(time.perf_counter() - due)
    writer.close()


async def drive(
    *, port: int, requests: list[list[str]], status: int, seconds: float, per_second: float = 0.0
) -> dict[str, Any]:
    """Let clients ask for a time and return how many answers came, and how long they took.

    Args:
        port: Of the server on loopback.
        requests: For each client the whole text of its requests, which it sends in turn, again and again.
        status: What every answer has.
        seconds: How long is measured, after the warming up.
        per_second: Requests a second of all clients together; 0 for as fast as they are answered.
    """
    begun = time.perf_counter()
    run = _Run(
        port=port,
        status=status,
        pause=len(requests) / per_second if per_second else 0.0,
        warm_until=begun + WARM_SECONDS,
        until=begun + WARM_SECONDS + seconds,
    )
    step = run.pause / len(requests)
    await asyncio.gather(*(_client(run, texts, begun + step * number) for number, texts in enumerate(requests)))
    run.times.sort()
    return {
        "requests": len(run.times),
        "per_second": len(run.times) / seconds,
        "median_ms": statistics.median(run.times) * 1000,
        "p95_ms": run.times[int(len(run.times) * 0.95)] * 1000,
        "p99_ms": run.times[int(len(run.times) * 0.99)] * 1000,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(drive(**json.loads(sys.stdin.read())))))
