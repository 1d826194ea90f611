"""No answer leaves without its line, whenever applications, or the database with them, are killed.

Four processes ask at once and say each reference once its answer may leave. ``CHENGXIN_CRASHES`` says how often they
are killed (6); in every third the database is killed too.
"""

import json
import os
import random
import signal
import subprocess
import time
from contextlib import suppress

import pytest

from crash.driver import ALLOWED, ASKED
from crash.place import Site, fresh_site

pytestmark = pytest.mark.slow
CRASHES = int(os.environ.get("CHENGXIN_CRASHES", "6"))
PROCESSES = 4


def _heard(asking: list[subprocess.Popen[str]]) -> set[str]:
    """Return what the processes said before they ended; the last line may be half of one."""
    whole = set()
    for process in asking:
        said, _ = process.communicate(timeout=120)
        whole |= {line for line in said.split("\n")[:-1] if line and not line.startswith("{")}
    return whole


def _kill(site: Site, asking: list[subprocess.Popen[str]], *, is_database_too: bool) -> None:
    for process in asking:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if is_database_too:
        site.kill_database()


def test_every_answer_that_left_has_its_line(site_with_people: tuple[Site, list[list[str]]]) -> None:
    site, allowed = site_with_people
    chance = random.Random(20261125)
    left: set[str] = set()
    per_crash = ALLOWED // CRASHES
    for crash in range(CRASHES):
        rounds = range(crash * per_crash, (crash + 1) * per_crash)
        mine = [allowed[index][round_] for round_ in rounds for index in range(ASKED)]
        asking = [site.start("answer", json.dumps([number, mine])) for number in range(PROCESSES)]
        time.sleep(chance.uniform(3, 9))
        _kill(site, asking, is_database_too=crash % 3 == 2)
        left |= _heard(asking)
    found = site.run("registered", "all")
    assert len(left) > CRASHES * PROCESSES
    assert left - set(found["references"]) == set()
    assert found["looks"] == found["used"] == len(found["references"])
    assert (found["gaps"], found["register"], found["ledger"]) == (0, 0, 0)


@pytest.fixture
def site_with_people() -> object:
    with fresh_site() as made:
        yield made, made.run("allow", "all")["allowed"]
