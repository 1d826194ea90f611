"""An old backup put back, or two histories for two witnesses: found by ``ledger verify``, by witnesses, by monitors."""

import argparse
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from pytest_django import Settings

from chengxin.commands import ledger as command
from chengxin.commands.cosigning import Cosigner
from chengxin.keys import published
from chengxin.keys.current import keyring
from chengxin.ledger import lookups
from chengxin.ledger import operations as ledger
from chengxin.sealing.cosignatures import WitnessPolicy
from chengxin.sealing.faults import Fault
from chengxin.sealing.trust import Trust
from chengxin.watching.asking import Trouble
from chengxin.watching.fetching import Answer, ask
from chengxin.watching.monitor import Finding, Report, Seen, visit
from factories.ledger import OFFICER, ThingDone
from factories.watching import RunningWitness, served, witnesses

if TYPE_CHECKING:
    from conftest import Backups


@pytest.fixture
def folder(backups: "Backups", settings: Settings, tmp_path: Path) -> Path:
    """Give the ledger's own folder; its database is fresh too."""
    settings.CHENGXIN_DATA = tmp_path
    return tmp_path / "ledger"


@pytest.fixture
def grow(folder: Path, now: datetime) -> Callable[..., None]:
    def grow(count: int, *, first: int = 0) -> None:
        with transaction.atomic():
            events = [ThingDone(number=first + number) for number in range(count)]
            ledger.append_many(events, actor=OFFICER, at=now)
        ledger.integrate(now=now)

    return grow


@pytest.fixture
def two(folder: Path, tmp_path: Path) -> Iterator[list[RunningWitness]]:
    with witnesses(tmp_path, "jia", "yi", logs=(keyring().ledger_verifier(),)) as running:
        yield running


def found() -> list[tuple[str, str]]:
    answer = command.verify(argparse.Namespace(), None)  # type: ignore[arg-type] - uses neither
    return [(place["code"], place["place"]) for place in answer.body["findings"]]


def asked(witness: RunningWitness, now: datetime) -> Trouble | None:
    (given,) = Cosigner([witness.place()]).turn(now=now)
    return given.trouble


def look(folder: Path, seen: Seen | None, *, now: datetime, trust: Trust | None = None) -> Report:
    with served(folder) as address:

        def fetch(path: str) -> Answer:
            return ask(f"{address}{path}")

        return visit(fetch, trust or Trust.parse(published.trust_text()), seen, now=now, reads_all=True)


def test_an_old_database_under_newer_files_is_found(
    backups: "Backups", grow: Callable[..., None], now: datetime
) -> None:
    grow(300)
    old = backups.take()
    grow(5)
    assert found() == []
    backups.restore(old)
    assert found() == [("CHECKPOINT_REMOVED", "ledger_checkpoint:2"), ("LEAF_REMOVED", "ledger_leaf:300-304")]
    with pytest.raises(ledger.LedgerBroken):
        ledger.integrate(now=now)


def test_an_old_database_with_its_old_files_is_found_by_whoever_saw_more(
    backups: "Backups", two: list[RunningWitness], grow: Callable[..., None], folder: Path, now: datetime
) -> None:
    grow(300)
    old, files = backups.take(), folder.parent / "files"
    shutil.copytree(folder, files)
    grow(5)
    assert [asked(one, now) for one in two] == [None, None]
    monitor = look(folder, None, now=now)
    assert (monitor.finding, monitor.facts["size"]) == (None, 305)

    backups.restore(old)
    shutil.rmtree(folder)
    files.rename(folder)
    # Database and files agree, signed with the true key: who was not there before can find nothing.
    assert found() == []
    assert [asked(one, now) for one in two] == [Trouble.DISAGREES] * 2
    cut = look(folder, monitor.seen, now=now)
    assert (cut.finding, cut.place) == (Fault.TRUNCATED, "305 > 300")
    # And it does not pass when the log has grown over where it was.
    grow(20, first=1000)
    assert found() == []
    assert [asked(one, now) for one in two] == [Trouble.DISAGREES] * 2
    again = look(folder, monitor.seen, now=now)
    assert (again.finding, again.place) == (Finding.REWRITTEN, "256-304")
    assert len(again.evidence) == 2
    for one in two:
        assert "NOT_CONSISTENT" in one.told()


def test_two_histories_for_two_witnesses_are_found(
    backups: "Backups", two: list[RunningWitness], grow: Callable[..., None], folder: Path, now: datetime
) -> None:
    jia, yi = two
    grow(300)
    old, files = backups.take(), folder.parent / "files"
    shutil.copytree(folder, files)
    grow(10)
    assert asked(jia, now) is None
    one_history = folder.parent / "one"
    shutil.copytree(folder, one_history)

    backups.restore(old)
    shutil.rmtree(folder)
    files.rename(folder)
    grow(10, first=5000)
    assert found() == []
    assert asked(yi, now) is None

    # Both witnesses are content, each with its own. Whoever demands both is content with neither history.
    policy = WitnessPolicy(needed=2, witnesses=tuple(one.place().witness for one in two))
    demanding = replace(Trust.parse(published.trust_text()), witnesses=policy)
    for shown in (one_history, folder):
        report = look(shown, None, now=now, trust=demanding)
        assert (report.finding, report.place) == (Fault.NOT_COSIGNED, "1/2")
    # Whoever saw the one and is shown the other holds two signed texts that contradict each other.
    first = look(one_history, None, now=now)
    second = look(folder, first.seen, now=now)
    assert (first.finding, second.finding) == (None, Fault.SPLIT_VIEW)
    assert [text.split("\n")[1] for text in second.evidence] == ["310", "310"]
    # And as soon as one witness is asked about what the other was told, it says so.
    assert asked(jia, now) is Trouble.DISAGREES
    assert "SPLIT_VIEW" in jia.told()
    assert lookups.verify().is_untouched
