"""The site served over HTTP, driven by clients, and pgbench sending the statements that its answers send."""

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

from bench.place import PROJECT, BenchFailed, Place, program
from chengxin.postgres.configuration import DatabaseRole

SECONDS = 12
READY_SECONDS = 60
OTHERS_SECONDS = 3  # from the first web process's first answer until the others listen, too
LITERAL = re.compile(r"( ?\bE)?'((?:[^']|'')*)'")


def collect_static(place: Place) -> None:
    """Gather style sheets and scripts as the server of this site wants them; no page is rendered before.

    Args:
        place: The site.

    Raises:
        BenchFailed: It did not work.
    """
    words = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"]
    offline = {"DJANGO_SETTINGS_MODULE": "chengxin.settings", "CHENGXIN_OFFLINE": "1"}
    if subprocess.run(words, env=place.environment() | offline, cwd=PROJECT, check=False).returncode:
        message = "collectstatic failed"
        raise BenchFailed(message)


@contextmanager
def served(place: Place) -> Iterator[int]:
    """Run ``chengxin serve`` on a free port, with its two web processes, worker and integrator; give the port.

    Args:
        place: The site.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = [sys.executable, "-m", "chengxin.commands.entry", "serve"]
    environment = place.environment() | {"CHENGXIN_PORT": str(port)}
    with (place.files / "serve.log").open("wb") as log:
        process = subprocess.Popen(words, env=environment, cwd=PROJECT, stdout=log, stderr=log)
        try:
            _await(place, port)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=45)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()


def _await(place: Place, port: int) -> None:
    """Wait until the site answers with all its web processes: kept-open connections stay with whoever listened first.

    Raises:
        BenchFailed: It does not; the text shows the end of the server's log.
    """
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        caller = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        try:
            caller.request("GET", "/api/v1/heartbeat")
            caller.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            time.sleep(OTHERS_SECONDS)
            return
        finally:
            caller.close()
    raise BenchFailed((place.files / "serve.log").read_text(encoding="utf-8", errors="replace")[-2000:])


def drive(**arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on as JSON
    """Let :mod:`bench.clients` ask in a process of its own; the arguments are those of its ``drive``.

    Raises:
        BenchFailed: An answer had another status.
    """
    words = [sys.executable, "-m", "bench.clients"]
    said = json.dumps({"seconds": SECONDS} | arguments)
    done = subprocess.run(words, cwd=PROJECT, input=said, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchFailed(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def pgbench(place: Place, name: str, transactions: list[list[str]]) -> float:
    """Return transactions a second; each of as many clients sends its own statements, again and again.

    Args:
        place: The site.
        name: Of the script.
        transactions: The statements of each client, their values written in.

    Raises:
        BenchFailed: A statement failed.
    """
    script = place.files / f"{name}.pgbench"
    parts = []
    for number, statements in enumerate(transactions):
        parts.append(f"\\{'if' if number == 0 else 'elif'} :client_id = {number}\n")
        parts += [f"{_one_line(statement)};\n" for statement in statements]
    script.write_text("".join([*parts, "\\endif\n"]), encoding="utf-8")
    words = [
        str(program("pgbench")), "-n", "-M", "prepared", "-c", str(len(transactions)), "-j", "2", "-T", str(SECONDS),
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
