"""A batch is there wholly or not at all, whenever the application, or the database with it, is killed.

``CHENGXIN_CRASHES`` says how often (6; the acceptance run asks for 30); in every third the database is killed too.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chengxin.postgres import server
from chengxin.postgres.configuration import server_directory
from crash.driver import LINES

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("driver.py")
CRASHES = int(os.environ.get("CHENGXIN_CRASHES", "6"))


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

    def start(self, act: str, name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(DRIVER), act, name],
            env=self.environment() | ({"CHENGXIN_DATABASE_ROLE": "OWNER"} if act == "check" else {}),
            stdout=subprocess.PIPE,
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


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
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
    made.run("setup", "first")
    yield made
    directory = server_directory(made.data)
    server.stop(directory)
    location = directory / "location"
    if location.exists():
        shutil.rmtree(location.read_text(encoding="utf-8").strip())
    shutil.rmtree(server._RUNTIME / server._name(directory.resolve()), ignore_errors=True)
    shutil.rmtree(base)


def test_a_batch_is_wholly_there_or_not_at_all(site: Site) -> None:
    began = time.monotonic()
    assert site.run("post", "first") == {"state": "POSTED", "lines": LINES, "accepted": LINES}
    whole = time.monotonic() - began
    chance = random.Random(20261123)
    seen = []
    for crash in range(CRASHES):
        name = f"crash{crash}"
        process = site.start("post", name)
        time.sleep(chance.uniform(0.1, 1.05) * whole)
        is_database_too = crash % 3 == 2
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if is_database_too:
            site.kill_database()
        process.communicate()
        after = site.run("check", name)
        seen.append(after["state"])
        assert after["of_batch"] in {0, LINES}, after
        assert (after["of_batch"] == LINES) == (after["state"] == "POSTED"), after
        assert after["batches"] <= 1
        assert (after["work"], after["versions"] % LINES) == ([], 0)
        assert site.run("post", name) == {"state": "POSTED", "lines": LINES, "accepted": LINES}
        again = site.run("check", name)
        expected = (crash + 2) * LINES
        assert (again["versions"], again["items"], again["keys"]) == (expected, expected, expected)
        assert (again["batches"], again["of_batch"], again["work"]) == (1, LINES, [])
    assert site.run("verify", "all") == {"findings": 0, "faults": 0}
    assert len(set(seen)) > 1 or CRASHES < 6, seen  # some were killed before they were received, some later
