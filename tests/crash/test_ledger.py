"""Nothing acknowledged is missing and the tree never forks, whenever appenders, integrator or database are killed.

Three processes append events as fast as they can, a hundred in a transaction, and say the numbers of each transaction
once it is committed; another integrates without pause. ``CHENGXIN_LEDGER_KILLS`` says how often some of them are killed
(6; the acceptance run asks for 100); who was killed is started again, while the others go on. About every sixth time it
is the database.
"""

import json
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from chengxin.sealing.checkpoints import Checkpoint, Verifier, open_checkpoint
from chengxin.sealing.merkle import consistency_proof, verify_consistency
from chengxin.sealing.tiles import TileFolder
from crash.place import Site, fresh_site

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("CHENGXIN_LEDGER_KILLS", "6"))
APPENDERS = 3
AT_ONCE = 100
LONGEST_LIFE_SECONDS = 1.0
LONGEST_START_SECONDS = 90
PAIRS = 20 * KILLS


@dataclass
class Worker:
    """A process that is started again and again, and the files into which it said something."""

    site: Site
    act: str
    name: str
    folder: Path
    said: list[Path] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    def ensure(self) -> None:
        """Start it, if it does not run."""
        if self.process is None or self.process.poll() is not None:
            if self.process is not None:
                self.process.communicate()
            self.said.append(self.folder / f"{self.act}-{len(self.said)}")
            with self.said[-1].open("w") as file:
                self.process = self.site.start(self.act, self.name, says=file)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()
            self.process = None

    def lines(self) -> list[str]:
        """Return what it said; the last line of each life may be half of one."""
        return [line for path in self.said for line in path.read_text().split("\n")[:-1]]

    def has_begun(self) -> bool:
        return self.said[-1].stat().st_size > 0


class Reader(threading.Thread):
    """Somebody outside who keeps every checkpoint that was ever to be had."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.path, self.seen, self.stopped = path, set[str](), threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.01):
            with suppress(FileNotFoundError):
                self.seen.add(self.path.read_text(encoding="utf-8"))


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_START_SECONDS
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def check_never_forked(seen: dict[int, set[bytes]], folder: Path, newest: Checkpoint) -> None:
    """Prove every published state to continue the one before and to be a beginning of the last, and many pairs more."""
    assert {size: len(roots) for size, roots in seen.items() if len(roots) != 1} == {}
    states = sorted((size, root) for size, (root,) in seen.items() if size > 0)
    assert states[-1] == (newest.size, newest.root)
    chance = random.Random(20261126)
    pairs = [*pairwise(states), *((state, states[-1]) for state in states)]
    pairs += [tuple(sorted(chance.sample(states, 2))) for _ in range(PAIRS if len(states) > 1 else 0)]  # type: ignore[misc]
    source = TileFolder(folder, newest.size)
    for (first_size, first_root), (second_size, second_root) in pairs:
        path = consistency_proof(source, first_size, second_size)
        verify_consistency(
            first_size=first_size, first_root=first_root, second_size=second_size, second_root=second_root, path=path
        )


def test_nothing_acknowledged_is_missing_and_the_tree_never_forks(site: Site, tmp_path: Path) -> None:
    workers = []
    for number in range(APPENDERS):
        own = tmp_path / str(number)
        own.mkdir()
        workers.append(Worker(site, "append", str(AT_ONCE), own))
    appenders = list(workers)
    integrator = Worker(site, "integrate", "-", tmp_path)
    workers.append(integrator)
    reader = Reader(site.data / "ledger" / "checkpoint")
    reader.start()
    chance = random.Random(20261126)
    killed: list[str] = []
    try:
        begun = time.monotonic()
        for _ in range(KILLS):
            for worker in workers:
                worker.ensure()
            wait_until(lambda: all(worker.has_begun() or worker.process.poll() is not None for worker in workers))
            time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
            who = chance.choice(["appender", "appender", "integrator", "integrator", "all", "database"])
            killed.append(who)
            if who == "database":
                site.kill_database()
                for worker in workers:  # whose connections are gone; those that would go on are ended too
                    worker.kill()
            elif who == "all":
                for worker in chance.sample(workers, len(workers)):
                    worker.kill()
            else:
                (integrator if who == "integrator" else chance.choice(appenders)).kill()
        seconds = time.monotonic() - begun
    finally:
        for worker in workers:
            worker.kill()
    said = [number for worker in appenders for line in worker.lines() for number in line.split()]
    (tmp_path / "said").write_text("\n".join(said))
    found = site.run("tree", str(tmp_path / "said"))
    reader.stopped.set()
    reader.join()
    figures = {"acknowledged": len(said), "a_second": round(len(said) / seconds), "checkpoints": len(reader.seen)}
    (tmp_path / "figures.json").write_text(json.dumps(figures | {"killed": killed}))

    assert len(set(said)) == len(said) > KILLS * AT_ONCE
    assert found["missing"] == []
    assert (found["findings"], found["pending"]) == ([], 0)
    verifier = Verifier.parse(found["key"])
    texts = {*found["checkpoints"], *reader.seen, *map(json.loads, integrator.lines())}
    seen: dict[int, set[bytes]] = {}
    for text in texts:
        checkpoint = open_checkpoint(text, verifier)
        seen.setdefault(checkpoint.size, set()).add(checkpoint.root)
    # Whatever was seen outside is in the database still, also what was published right before a kill.
    assert {open_checkpoint(text, verifier).size for text in found["checkpoints"]} == set(seen)
    check_never_forked(seen, site.data / "ledger", open_checkpoint(found["newest"], verifier))


@pytest.fixture
def site() -> Iterator[Site]:
    with fresh_site() as made:
        yield made
