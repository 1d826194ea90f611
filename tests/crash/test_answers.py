"""No answer leaves without its line, whenever applications, or the database with them, are killed.

Four processes ask at once and say each reference once its answer may leave. ``CHENGXIN_CRASHES`` says how often they
are killed at least (6), ``CHENGXIN_ANSWERS`` how many answers must have left before it ends (as many; the acceptance
run asks for 10,000); in every third the database is killed too.
"""

import json
import os
import random
import signal
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from crash.driver import ALLOWED, ASKED, DRIVER
from sites import Site, new_site

pytestmark = pytest.mark.slow
CRASHES = int(os.environ.get("CHENGXIN_CRASHES", "6"))
ANSWERS = int(os.environ.get("CHENGXIN_ANSWERS", "0")) or CRASHES
PROCESSES = 4
LONGEST_LIFE_SECONDS = 1.5 if ANSWERS == CRASHES else 8.0
LONGEST_START_SECONDS = 90


def _heard(path: Path) -> set[str]:
    """Return the references that a process said; the last line may be half of one."""
    return {line for line in path.read_text().split("\n")[:-1] if line and not line.startswith("{")}


def _kill(site: Site, asking: list[subprocess.Popen[str]], *, is_database_too: bool) -> None:
    for process in asking:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if is_database_too:
        site.kill_database()


def test_every_answer_that_left_has_its_line(site_with_people: tuple[Site, list[list[str]]], tmp_path: Path) -> None:
    site, allowed = site_with_people
    chance = random.Random(20261125)
    left: set[str] = set()
    crash = 0
    while crash < CRASHES or len(left) < ANSWERS:
        if crash:
            allowed = site.run(DRIVER, "allow_more", "all")["allowed"]
        mine = [allowed[index][round_] for round_ in range(ALLOWED) for index in range(ASKED)]
        paths = [tmp_path / f"{crash}-{number}" for number in range(PROCESSES)]
        with ExitStack() as files:
            asking = [
                site.start(DRIVER, "answer", json.dumps([number, mine]), says=files.enter_context(path.open("w")))
                for number, path in enumerate(paths)
            ]
            until = time.monotonic() + LONGEST_START_SECONDS
            while time.monotonic() < until and not any(map(_heard, paths)):
                time.sleep(0.02)
            time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
            _kill(site, asking, is_database_too=crash % 3 == 2)
            for process in asking:
                process.communicate()
        left |= set().union(*map(_heard, paths))
        crash += 1
    found = site.run(DRIVER, "registered", "all")
    assert len(left) >= ANSWERS
    assert left - set(found["references"]) == set()
    assert found["looks"] == found["used"] == len(found["references"])
    assert (found["gaps"], found["register"], found["ledger"]) == (0, 0, 0)


@pytest.fixture
def site_with_people() -> object:
    with new_site() as made:
        yield made, made.run(DRIVER, "allow", "all")["allowed"]
