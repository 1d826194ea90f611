"""Running the platform: the web server, the worker, the ledger's integrator; and stopping them again.

One process watches over the others. It starts the web processes and, once they answer, the worker, integrates the
ledger itself up to five times a second, starts a child anew that died, and on SIGTERM or SIGINT ends all of them, the
embedded database last where it is its to end.
"""

import argparse
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from chengxin.commands.cosigning import Cosigner
from chengxin.commands.running import Answer, CommandRefused, Run
from chengxin.postgres import server
from chengxin.postgres.configuration import server_directory

HOST: Final = "127.0.0.1"
INTEGRATE_SECONDS: Final = 0.2  # so that a receipt is provable within a second, integration included
COMPLAIN_SECONDS: Final = 60.0
RESTART_SECONDS: Final = 2.0
MOST_PAUSE_SECONDS: Final = 60.0
STOP_SECONDS: Final = 30.0
KILL_WORKERS_SECONDS: Final = 10
READY_SECONDS: Final = 60.0


@dataclass(slots=True, kw_only=True)
class _Child:
    """A process that is watched over and started anew when it ends by itself."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = RESTART_SECONDS

    def start(self) -> None:
        # A session of its own: a Ctrl-C at the terminal reaches the watcher only, which then ends them in order.
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, start_new_session=True)
        self.started_at = time.monotonic()

    def keep(self) -> None:
        """Start it anew when it has ended; one that ends again and again is left for longer each time."""
        if self.process is None or self.process.poll() is None:
            return
        lived = time.monotonic() - self.started_at
        if lived >= self.pause:
            self.pause = RESTART_SECONDS if lived > MOST_PAUSE_SECONDS else min(2 * self.pause, MOST_PAUSE_SECONDS)
            print(f"{self.name} 已退出（{self.process.returncode}），重新启动。", file=sys.stderr)
            self.start()

    def stop(self, *, until: float) -> None:
        """Ask it to end, and end it when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def serve(called: argparse.Namespace, run: Run) -> Answer:
    """Serve until told to stop."""
    port = int(os.environ.get("CHENGXIN_PORT", "8000"))
    is_embedded = not os.environ.get("DATABASE_URL")
    had_database = is_embedded and server.is_running(server_directory(run.data))
    with _only_one(run.data), _stop_signal() as stop:
        _check_port(port)
        _watch(run, port=port, workers=max(1, called.workers), stop=stop)
        if is_embedded and (called.stop_database or not had_database):
            server.stop(server_directory(run.data))
    return Answer(body={"served": f"http://{HOST}:{port}/", "run": run.run_id}, lines=("已停止。",))


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the lock that says that a server works on this data directory, with its process number in the file.

    Raises:
        CommandRefused: Another server holds it.
    """
    with _lock_file(data).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CommandRefused(code="SERVER_RUNNING", process=file.read().strip()) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
        file.truncate(0)


def _lock_file(data: Path) -> Path:
    return data / "serve.lock"


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    kept = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CommandRefused(code="PORT_TAKEN", port=port) from None


def _watch(run: Run, *, port: int, workers: int, stop: threading.Event) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.settings")
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "chengxin.wsgi:application",
        "--host", HOST, "--port", str(port), "--workers", "1", "--blocking-threads", "2",
        "--workers-kill-timeout", str(KILL_WORKERS_SECONDS), "--respawn-failed-workers", "--no-ws",
        "--log-level", "warning",
    ]  # fmt: skip
    # A listening socket for each, between which the kernel spreads the connections. Workers of one granian share one,
    # and the first to wake takes nearly all: with twenty kept-open connections one of two had three times the work.
    serving = [_Child(name=f"网站 {number}", command=web) for number in range(1, workers + 1)]
    worker = _Child(name="后台任务", command=[sys.executable, "-m", "chengxin.jobs.worker"])
    children = [*serving, worker]
    integrator, cosigner = _Integrator(), Cosigner()
    try:
        for child in serving:
            child.start()
        _announce(run, port=port, stop=stop)
        worker.start()
        cosigner.start()
        while not stop.wait(INTEGRATE_SECONDS):
            for child in children:
                child.keep()
            integrator.turn()
    finally:
        until = time.monotonic() + STOP_SECONDS
        for child in children:
            child.stop(until=until)
        integrator.turn()
        cosigner.stop()
        integrator.close()


def _announce(run: Run, *, port: int, stop: threading.Event) -> None:
    """Wait until the site answers, then say where it is."""
    until = time.monotonic() + READY_SECONDS
    while not stop.is_set() and time.monotonic() < until and not _answers(port):
        stop.wait(0.1)
    mode = (run.data / "mode").read_text(encoding="utf-8").strip()
    lines = (
        f"诚信平台已启动（{mode}）：http://{HOST}:{port}/",
        f"  本人      http://{HOST}:{port}/me/",
        f"  单位      http://{HOST}:{port}/organisation/",
        f"  信用办    http://{HOST}:{port}/office/",
        f"  接口      http://{HOST}:{port}/api/",
        "按 Ctrl-C 停止，或另开终端执行 chengxin stop。",
    )
    print("\n".join(lines), file=sys.stderr, flush=True)
    accounts = run.data / "demonstration-accounts.txt"
    if accounts.is_file():
        print(accounts.read_text(encoding="utf-8"), file=sys.stderr, flush=True)


def _answers(port: int) -> bool:
    """Tell whether the site answers within a second; the port is open before it can."""
    caller = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        caller.request("GET", "/api/v1/heartbeat")
        caller.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        caller.close()


class _Integrator:
    """Integrates the ledger again and again; a fault is said once a minute and never ends the server."""

    def __init__(self) -> None:
        self._complained_at = -COMPLAIN_SECONDS
        self._ledger: Any = None

    def turn(self) -> None:
        """Take what was committed since the last turn into the tree."""
        try:
            if self._ledger is None:
                self._ledger = _load_ledger()
            self._ledger.integrate(now=datetime.now(UTC))
        except Exception as fault:  # noqa: BLE001 - whatever it is, the server goes on, and so does the next turn
            self.close()
            if time.monotonic() - self._complained_at >= COMPLAIN_SECONDS:
                self._complained_at = time.monotonic()
                details = getattr(fault, "details", "")
                print(f"存证集成失败：{type(fault).__name__} {details}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Close the connection, so that the next turn opens a new one."""
        if self._ledger is not None:
            from django.db import connection  # noqa: PLC0415 - loaded with the ledger

            connection.close()


def _load_ledger() -> Any:  # noqa: ANN401 - a module
    """Load Django and return the ledger's operations; late, so that the children start at once."""
    import django  # noqa: PLC0415

    django.setup()
    from chengxin.ledger import operations  # noqa: PLC0415

    return operations


def stop(called: argparse.Namespace, run: Run) -> Answer:
    """Stop the server of this data directory, and the embedded database."""
    del called
    process = serving_process(run.data)
    if process is not None:
        os.kill(process, signal.SIGTERM)
        until = time.monotonic() + 2 * STOP_SECONDS
        while serving_process(run.data) is not None and time.monotonic() < until:
            time.sleep(0.1)
    had_database = not os.environ.get("DATABASE_URL") and server.is_running(server_directory(run.data))
    if had_database:
        server.stop(server_directory(run.data))
    lines = (
        "服务已停止。" if process is not None else "服务没有在运行。",
        *(("内嵌数据库已停止。",) if had_database else ()),
    )
    return Answer(body={"server": process is not None, "database": had_database}, lines=lines)


def serving_process(data: Path) -> int | None:
    """Return the process that serves this data directory; None when the lock is free."""
    path = _lock_file(data)
    if not path.is_file():
        return None
    with path.open("r", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = file.read().strip()
            return int(text) if text.isdigit() else None
    return None
