"""A site of its own as an operator has it: data directory, keys, embedded server, used by other processes only.

Tests kill its processes and its database.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from chengxin.postgres import server
from chengxin.postgres.configuration import server_directory

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "chengxin.commands.entry"]
READY_SECONDS = 120


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class Site:
    """A data directory with its own embedded server."""

    data: Path
    port: int = field(default_factory=_free_port)

    @property
    def address(self) -> str:
        """Return where it serves, when it does."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Return the environment of its processes: nothing of the tests' own site is in it."""
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHENGXIN_OFFLINE"}}
        return kept | {
            "CHENGXIN_DATA": str(self.data),
            "CHENGXIN_MODE": "DEMONSTRATION",
            "CHENGXIN_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "chengxin.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}",
        }

    def start(
        self, *words: str | Path | int, says: IO[str] | int = subprocess.PIPE, as_owner: bool = False
    ) -> subprocess.Popen[str]:
        """Start a process of Python in its environment and in a session of its own.

        What it says goes into a pipe, or into a file; the owner may read what the application may not.
        """
        return subprocess.Popen(
            [sys.executable, *map(str, words)],
            env=self.environment() | ({"CHENGXIN_DATABASE_ROLE": "OWNER"} if as_owner else {}),
            stdout=says,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str | Path | int, seconds: int = 900, as_owner: bool = False) -> dict[str, Any]:
        """Run a process of Python to its good end and return the JSON of its last line."""
        process = self.start(*words, as_owner=as_owner)
        try:
            said, wrong = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        assert process.returncode == 0, wrong[-3000:]
        found: dict[str, Any] = json.loads(said.splitlines()[-1])
        return found

    def command(self, *words: str | Path) -> tuple[int, str, str]:
        """Run one command line and return its exit status and what it said on both streams."""
        done = subprocess.run(
            [*COMMAND, *map(str, words)],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def collect_static(self) -> None:
        """Collect the static files, as ``make run`` does before it serves."""
        subprocess.run(
            [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"],
            env=self.environment() | {"CHENGXIN_OFFLINE": "1"},
            capture_output=True,
            timeout=300,
            check=True,
        )

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve with web and worker as ``chengxin serve`` does, give the address, and stop again."""
        log = self.data.parent / "serve.log"
        with log.open("w") as out:
            process = subprocess.Popen([*COMMAND, "serve"], env=self.environment(), stdout=out, stderr=out)
            try:
                self._wait(process, log)
                yield self.address
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            assert process.poll() is None, log.read_text(errors="replace")[-3000:]
            time.sleep(0.2)
        raise AssertionError(log.read_text(errors="replace")[-3000:])

    def kill_database(self) -> None:
        """Kill the postmaster and all of its processes at once, as a power cut would."""
        (cluster,) = {path.parent for path in Path("/proc").glob("[0-9]*/cwd") if self._is_postmaster(path.parent)}
        postmaster = int(cluster.name)
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for process in (postmaster, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _is_postmaster(self, process: Path) -> bool:
        """Say whether a process is this site's postmaster: its parent is no other one, and it works in our cluster."""
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            return words[0].endswith(b"postgres") and str(self.cluster()).encode() in words
        except OSError:
            return False

    def cluster(self) -> Path:
        """Return the folder of its cluster."""
        found = server._cluster(server_directory(self.data))
        assert found is not None
        return found


@contextmanager
def new_site() -> Iterator[Site]:
    """Give a demonstration's site that was just set up, and remove it with its server."""
    base = Path(tempfile.mkdtemp(prefix="chengxin-site-"))
    base.chmod(0o755)
    made = Site(base / "data")
    try:
        status, _said, wrong = made.command("init", "--demonstration")
        assert status == 0, wrong[-3000:]
        yield made
    finally:
        directory = server_directory(made.data)
        server.stop(directory)
        location = directory / "location"
        if location.exists():
            shutil.rmtree(location.read_text(encoding="utf-8").strip())
        shutil.rmtree(server._RUNTIME / server._name(directory.resolve()), ignore_errors=True)
        shutil.rmtree(base)
