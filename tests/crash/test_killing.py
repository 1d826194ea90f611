"""A batch is there wholly or not at all, whenever the application, or the database with it, is killed.

``CHENGXIN_CRASHES`` says how often (6; the acceptance run asks for 30); in every third the database is killed too.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from crash.driver import LINES
from sites import Site, new_site

pytestmark = pytest.mark.slow
DRIVER = Path(__file__).with_name("driver.py")
CRASHES = int(os.environ.get("CHENGXIN_CRASHES", "6"))


class CrashSite(Site):
    """A site whose driver is killed, and whose database is killed with it."""

    def drive(self, act: str, name: str) -> dict[str, Any]:
        return self.run(DRIVER, act, name)

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


@pytest.fixture(scope="module")
def site() -> Iterator[CrashSite]:
    with new_site() as made:
        crashing = CrashSite(made.data)
        crashing.drive("setup", "first")
        yield crashing


def test_a_batch_is_wholly_there_or_not_at_all(site: CrashSite) -> None:
    began = time.monotonic()
    assert site.drive("post", "first") == {"state": "POSTED", "lines": LINES, "accepted": LINES}
    whole = time.monotonic() - began
    chance = random.Random(20261123)
    seen = []
    for crash in range(CRASHES):
        name = f"crash{crash}"
        process = site.start(DRIVER, "post", name)
        time.sleep(chance.uniform(0.1, 1.05) * whole)
        is_database_too = crash % 3 == 2
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if is_database_too:
            site.kill_database()
        process.communicate()
        after = site.drive("check", name)
        seen.append(after["state"])
        assert after["of_batch"] in {0, LINES}, after
        assert (after["of_batch"] == LINES) == (after["state"] == "POSTED"), after
        assert after["batches"] <= 1
        assert (after["work"], after["versions"] % LINES) == ([], 0)
        assert site.drive("post", name) == {"state": "POSTED", "lines": LINES, "accepted": LINES}
        again = site.drive("check", name)
        expected = (crash + 2) * LINES
        assert (again["versions"], again["items"], again["keys"]) == (expected, expected, expected)
        assert (again["batches"], again["of_batch"], again["work"]) == (1, LINES, [])
    assert site.drive("verify", "all") == {"findings": 0, "faults": 0}
    assert len(set(seen)) > 1 or CRASHES < 6, seen  # some were killed before they were received, some later
