"""A batch is there wholly or not at all, whenever the application, or the database with it, is killed.

``CHENGXIN_CRASHES`` says how often (6; the acceptance run asks for 30); in every third the database is killed too.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from crash.driver import DRIVER, LINES
from sites import Site, new_site

pytestmark = pytest.mark.slow
CRASHES = int(os.environ.get("CHENGXIN_CRASHES", "6"))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with new_site() as made:
        made.run(DRIVER, "setup", "first")
        yield made


def test_a_batch_is_wholly_there_or_not_at_all(site: Site) -> None:
    began = time.monotonic()
    assert site.run(DRIVER, "post", "first") == {"state": "POSTED", "lines": LINES, "accepted": LINES}
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
        after = site.run(DRIVER, "check", name, as_owner=True)
        seen.append(after["state"])
        assert after["of_batch"] in {0, LINES}, after
        assert (after["of_batch"] == LINES) == (after["state"] == "POSTED"), after
        assert after["batches"] <= 1
        assert (after["work"], after["versions"] % LINES) == ([], 0)
        assert site.run(DRIVER, "post", name) == {"state": "POSTED", "lines": LINES, "accepted": LINES}
        again = site.run(DRIVER, "check", name, as_owner=True)
        expected = (crash + 2) * LINES
        assert (again["versions"], again["items"], again["keys"]) == (expected, expected, expected)
        assert (again["batches"], again["of_batch"], again["work"]) == (1, LINES, [])
    assert site.run(DRIVER, "verify", "all") == {"findings": 0, "faults": 0}
    assert len(set(seen)) > 1 or CRASHES < 6, seen  # some were killed before they were received, some later
