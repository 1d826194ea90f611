"""Clients of the page benchmark: kept-open connections that ask again as soon as they are answered, nothing more."""

import asyncio
import json
import statistics
import sys
import time
from typing import Any

WARM_SECONDS = 5.0


async def _client(*, port: int, path: str, cookie: str, until: float, warm_until: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={cookie}\r\n"
        "Accept-Language: zh-Hans\r\n\r\n"
    ).encode()
    while (begun := time.perf_counter()) < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            message = head.decode(errors="replace")
            raise RuntimeError(message)
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if b": " in line)
        await reader.readexactly(int(fields[b"content-length"]))
        if begun >= warm_until:
            times.append(time.perf_counter() - begun)
    writer.close()


async def _drive(*, port: int, path: str, cookies: list[str], seconds: float) -> dict[str, Any]:
    times: list[float] = []
    warm_until = time.perf_counter() + WARM_SECONDS
    until = warm_until + seconds
    await asyncio.gather(
        *(
            _client(port=port, path=path, cookie=cookie, until=until, warm_until=warm_until, times=times)
            for cookie in cookies
        )
    )
    times.sort()
    return {
        "requests": len(times),
        "per_second": len(times) / seconds,
        "median_ms": statistics.median(times) * 1000,
        "p99_ms": times[int(len(times) * 0.99)] * 1000,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_drive(**json.loads(sys.argv[1])))))
