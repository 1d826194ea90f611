"""The platform and its witnesses: real processes on loopback, a real ledger, and everything that may go wrong."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.commands.cosigning import Cosigner
from chengxin.keys.current import keyring
from chengxin.ledger import lookups
from chengxin.ledger import operations as ledger
from chengxin.postgres.roles import Logins
from chengxin.sealing.cosignatures import WitnessPolicy, cosignatures_of
from chengxin.sealing.merkle import leaf_hash
from chengxin.watching.asking import Trouble
from factories.ledger import OFFICER, ThingDone
from factories.watching import RunningWitness, witnesses


@pytest.fixture
def folder(fresh_database: Logins, settings: Settings, tmp_path: Path) -> Path:
    """Give the ledger's own folder; its database is fresh too."""
    settings.CHENGXIN_DATA = tmp_path
    return tmp_path / "ledger"


@pytest.fixture
def grow(folder: Path, now: datetime) -> Callable[[int], None]:
    def grow(count: int) -> None:
        with transaction.atomic():
            ledger.append_many([ThingDone(number=number) for number in range(count)], actor=OFFICER, at=now)
        ledger.integrate(now=now)

    return grow


@pytest.fixture
def two(folder: Path, tmp_path: Path) -> Iterator[list[RunningWitness]]:
    with witnesses(tmp_path, "jia", "yi", logs=(keyring().ledger_verifier(),)) as running:
        yield running


def policy(two: list[RunningWitness]) -> WitnessPolicy:
    return WitnessPolicy(needed=2, witnesses=tuple(one.place().witness for one in two))


def cosigner(two: list[RunningWitness]) -> Cosigner:
    return Cosigner([one.place() for one in two])


def test_cosignatures_appear_and_hold_and_nothing_is_signed_twice(
    two: list[RunningWitness], grow: Callable[[int], None], folder: Path, now: datetime
) -> None:
    asking = cosigner(two)
    assert asking.turn(now=now) == []
    for count in (3, 400, 1):
        grow(count)
        assert [given.trouble for given in asking.turn(now=now)] == [None, None]
        published = lookups.find_published_checkpoint(keyring().ledger_verifier())
        assert published is not None
        assert len(policy(two).check(published.text)) == 2
        assert (folder / "cosigned").read_text(encoding="utf-8") == published.text
        ledger.integrate(now=now)
        assert (folder / "checkpoint").read_text(encoding="utf-8") == published.text
        assert asking.turn(now=now) == []
    assert lookups.verify().is_untouched


def test_a_witness_that_is_away_is_left_alone_and_catches_up(
    two: list[RunningWitness], grow: Callable[[int], None], folder: Path, now: datetime
) -> None:
    asking = cosigner(two)
    grow(5)
    asking.turn(now=now)
    os.utime(folder / "cosigned", (now.timestamp(), now.timestamp()))
    two[0].kill()
    grow(300)
    assert [given.trouble for given in asking.turn(now=now)] == [Trouble.AWAY, None]
    assert asking.turn(now=now) == []  # the one has cosigned, the other rests
    # The checkpoint that both had cosigned is still kept for readers who demand both.
    cosigned = lookups.find_cosigned_checkpoint(keyring().ledger_verifier())
    assert cosigned is not None
    assert (cosigned.size, len(policy(two).check(cosigned.text))) == (5, 2)
    two[0].start()
    assert [given.trouble for given in cosigner(two).turn(now=now)] == [None]
    cosigned = lookups.find_cosigned_checkpoint(keyring().ledger_verifier())
    assert cosigned is not None
    assert (cosigned.size, len(policy(two).check(cosigned.text))) == (305, 2)


def test_a_cosigned_checkpoint_gives_way_to_one_with_fewer_when_it_is_old(
    two: list[RunningWitness], grow: Callable[[int], None], now: datetime, folder: Path
) -> None:
    grow(5)
    cosigner(two).turn(now=now)
    two[0].kill()
    grow(5)
    os.utime(folder / "cosigned", (now.timestamp(), now.timestamp()))
    cosigner(two[1:]).turn(now=now + timedelta(seconds=3601))
    cosigned = lookups.find_cosigned_checkpoint(keyring().ledger_verifier())
    assert cosigned is not None
    assert cosigned.size == 10


def test_the_log_may_grow_while_witnesses_are_asked(
    two: list[RunningWitness], grow: Callable[[int], None], folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(5)
    keep = ledger.add_cosignatures

    def keep_after_growing(**named: object) -> None:
        grow(7)
        keep(**named)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger, "add_cosignatures", keep_after_growing)
    cosigner(two).turn(now=now)
    verifier = keyring().ledger_verifier()
    published, cosigned = lookups.find_published_checkpoint(verifier), lookups.find_cosigned_checkpoint(verifier)
    assert published is not None
    assert cosigned is not None
    assert (published.size, cosigned.size) == (12, 5)
    assert cosignatures_of(published.text, policy(two).witnesses) == ()
    assert len(policy(two).check(cosigned.text)) == 2


def test_a_ledger_that_was_cut_off_or_rewritten_is_refused_and_told(
    two: list[RunningWitness],
    grow: Callable[[int], None],
    folder: Path,
    now: datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    grow(300)
    cosigner(two).turn(now=now)
    from chengxin.sealing.checkpoints import sign_checkpoint
    from factories.watching import write_log

    # Whoever holds key and files writes another history, as long as he likes.
    ring = keyring()
    for size in (200, 300, 400):
        shutil.rmtree(folder / "tile")
        root = write_log(folder, [leaf_hash(b"forged %d" % number) for number in range(size)])
        text = sign_checkpoint(ring.ledger_origin, size, root, ring.ledger_signer())
        (folder / "checkpoint").write_text(text, encoding="utf-8")
        given = cosigner(two).turn(now=now + timedelta(hours=1))
        assert [one.trouble for one in given] == [Trouble.DISAGREES, Trouble.DISAGREES]
        assert (folder / "checkpoint").read_text(encoding="utf-8") == text
    said = capsys.readouterr().err
    assert said.count("见证过的账本与现在的账本矛盾，请立即执行 chengxin ledger verify") == 6
    for one in two:
        assert {line.split()[1] for line in one.told().splitlines()} >= {"SPLIT_VIEW", "NOT_CONSISTENT"}


def test_the_page_says_who_cosigned(
    two: list[RunningWitness], grow: Callable[[int], None], now: datetime, settings: Settings, plain_static_files: None
) -> None:
    places = tuple(one.place() for one in two)
    page = reverse("public:ledger")
    grow(5)
    assert "还没有请见证方" in Client().get(page).content.decode()
    settings.CHENGXIN_WITNESSES = places
    assert "见证方还没有签过" in Client().get(page).content.decode()
    cosigner(two).turn(now=now)
    for count, said in ((0, "yi.example/witness（"), (2, "见证到第 5 笔")):
        grow(count)
        shown = Client().get(page).content.decode()
        assert said in shown
        assert all(place.witness.encoded() in shown for place in places)
    assert Client().get("/ledger/cosigned").content.decode().count("\u2014") == 3
