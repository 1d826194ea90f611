"""The citizen's file page over HTTP, against pgbench sending the same statements, twenty clients each."""

import http
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import lines
from bench.figures import Figure
from bench.place import PROJECT, BenchFailed, Place, program
from chengxin.periods.civil import civil_date
from chengxin.postgres.configuration import DatabaseRole

SECONDS = 12
READY_SECONDS = 60
SHARE, TAIL = 0.05, 4.0
LITERAL = re.compile(r"( ?\bE)?'((?:[^']|'')*)'")


def measure(place: Place, *, known: list[str], supplier: str) -> list[Figure]:
    """Give twenty citizens fifty items each, let each open the own page again and again, and compare.

    Args:
        place: The site.
        known: All people.
        supplier: Who supplies the items.
    """
    path = place.files / "citizens.csv"
    lines.write_citizens_file(target=path, known=known, today=civil_date(place.now))
    place.work("settle", file=str(path), supplier=supplier)
    signed_in = place.work("citizens")
    _collect_static(place)
    pages = place.work("capture", cookies=signed_in["cookies"])["pages"]
    place.settle_down()
    limit = _pgbench(place, pages)
    place.settle_down()
    with _served(place) as port:
        _await(place, port, signed_in["path"], signed_in["cookies"][0])
        ours = _drive(port=port, path=signed_in["path"], cookies=signed_in["cookies"])
    share = ours["per_second"] / limit
    tail = ours["p99_ms"] / ours["median_ms"]
    items = lines.ITEMS_OF_A_CITIZEN
    return [
        Figure(
            name=f"file page of {items} items, opened and registered, ÷ pgbench with the same SQL", value=share,
            target=f"≥ {SHARE}", holds=share >= SHARE,
            note=f"{ours['per_second']:.0f} pages/s against {limit:.0f} transactions/s, {lines.CITIZENS} clients,"
            f" {len([said for said in pages[0] if said not in {'BEGIN', 'COMMIT'}])} statements",
        ),
        Figure(
            name="file page, p99 ÷ median", value=tail, target=f"≤ {TAIL:.0f}", holds=tail <= TAIL,
            note=f"{ours['median_ms']:.1f} ms and {ours['p99_ms']:.1f} ms",
        ),
    ]  # fmt: skip


def _collect_static(place: Place) -> None:
    words = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"]
    environment = place.environment() | {"DJANGO_SETTINGS_MODULE": "chengxin.settings", "CHENGXIN_OFFLINE": "1"}
    if subprocess.run(words, env=environment, cwd=PROJECT, check=False).returncode:
        message = "collectstatic failed"
        raise BenchFailed(message)


def _pgbench(place: Place, pages: list[list[str]]) -> float:
    """Return transactions a second; each client sends the statements of one citizen's page."""
    script = place.files / "page.pgbench"
    parts = []
    for number, statements in enumerate(pages):
        parts.append(f"\\{'if' if number == 0 else 'elif'} :client_id = {number}\n")
        parts += [f"{_one_line(statement)};\n" for statement in statements]
    script.write_text("".join([*parts, "\\endif\n"]), encoding="utf-8")
    words = [
        str(program("pgbench")), "-n", "-M", "prepared", "-c", str(len(pages)), "-j", "2", "-T", str(SECONDS),
        "-f", str(script), place.logins.conninfo(DatabaseRole.APP),
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    if done.returncode or found is None:
        raise BenchFailed(done.stderr[-2000:])
    return float(found[1])


def _one_line(statement: str) -> str:
    """Return a statement as pgbench can send it: to pgbench a colon begins a variable, even within a literal."""
    text = " ".join(line.strip() for line in statement.strip().splitlines())
    return LITERAL.sub(_without_colons, text)


def _without_colons(literal: re.Match[str]) -> str:
    if ":" not in literal[0]:
        return literal[0]
    body = literal[2] if literal[1] else literal[2].replace("\\", "\\\\")
    return f" E'{body.replace(':', chr(92) + 'x3a')}'"


@contextmanager
def _served(place: Place) -> Iterator[int]:
    """Run ``chengxin serve`` on a free port, with its two web processes, worker and integrator."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = [sys.executable, "-m", "chengxin.commands.entry", "serve"]
    environment = place.environment() | {"CHENGXIN_PORT": str(port)}
    with (place.files / "serve.log").open("wb") as log:
        process = subprocess.Popen(words, env=environment, cwd=PROJECT, stdout=log, stderr=log)
        try:
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=45)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()


def _await(place: Place, port: int, path: str, cookie: str) -> None:
    """Wait until the page is answered as it will be during the measurement.

    Raises:
        BenchFailed: It is not; the text shows the end of the server's log.
    """
    until = time.monotonic() + READY_SECONDS
    said = "nothing"
    while time.monotonic() < until:
        caller = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        try:
            caller.request("GET", path, headers={"Cookie": f"sessionid={cookie}", "Accept-Language": "zh-Hans"})
            status = caller.getresponse().status
        except OSError as error:
            said = str(error)
        else:
            said = str(status)
            if status == http.HTTPStatus.OK:
                return
        finally:
            caller.close()
        time.sleep(0.2)
    log = (place.files / "serve.log").read_text(encoding="utf-8", errors="replace")
    message = f"the page is answered with {said}\n{log[-2000:]}"
    raise BenchFailed(message)


def _drive(**arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on as JSON
    words = [sys.executable, "-m", "bench.clients", json.dumps(arguments | {"seconds": SECONDS})]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchFailed(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
