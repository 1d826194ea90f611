"""A data directory with an embedded server of its own, whose processes and database are killed by tests."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from chengxin.postgres import server
from chengxin.postgres.configuration import server_directory

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("driver.py")


@dataclass(frozen=True, slots=True)
class Site:
    """A data directory with its own embedded server, used by other processes only."""

    data: Path

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHENGXIN_OFFLINE"}}
        return kept | {
            "CHENGXIN_DATA": str(self.data),
            "CHENGXIN_MODE": "DEMONSTRATION",
            "DJANGO_SETTINGS_MODULE": "chengxin.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}",
        }

    def start(self, act: str, name: str, *, says: IO[str] | int = subprocess.PIPE) -> subprocess.Popen[str]:
        """Start an act in a process of its own; what it says goes into a pipe, or into a file."""
        return subprocess.Popen(
            [sys.executable, str(DRIVER), act, name],
            env=self.environment() | ({"CHENGXIN_DATABASE_ROLE": "OWNER"} if act == "check" else {}),
            stdout=says,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, act: str, name: str) -> dict[str, Any]:
        process = self.start(act, name)
        said, wrong = process.communicate(timeout=900)
        assert process.returncode == 0, wrong[-3000:]
        found: dict[str, Any] = json.loads(said.splitlines()[-1])
        return found

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
        found = server._cluster(server_directory(self.data))
        assert found is not None
        return found


@contextmanager
def fresh_site() -> Iterator[Site]:
    """Make a site, give it, and leave nothing of it behind."""
    base = Path(tempfile.mkdtemp(prefix="chengxin-crash-"))
    base.chmod(0o755)
    made = Site(base / "data")
    subprocess.run(
        [sys.executable, "-m", "chengxin.commands.entry", "init", "--demonstration"],
        env=made.environment(),
        check=True,
        capture_output=True,
        timeout=300,
    )
    try:
        yield made
    finally:
        directory = server_directory(made.data)
        server.stop(directory)
        location = directory / "location"
        if location.exists():
            shutil.rmtree(location.read_text(encoding="utf-8").strip())
        shutil.rmtree(server._RUNTIME / server._name(directory.resolve()), ignore_errors=True)
        shutil.rmtree(base)
