"""The keyring of files."""

import multiprocessing
import os
from pathlib import Path

import pytest

from chengxin.keys.current import keyring
from chengxin.keys.keyring import KeyDestroyed, KeyMissing, Keyring, KeyState, KeyUnsafe, MonthKey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def ring(folder: Path) -> Keyring:
    return Keyring.open(folder, create=True)


def draw_month(folder: str) -> bytes:
    return Keyring.open(Path(folder), create=True).month("2031-04", create=True)


def draw_vault(folder: str) -> bytes:
    return Keyring.open(Path(folder), create=True).vault()


def test_keys_are_made_only_when_asked_for(folder: Path) -> None:
    with pytest.raises(KeyMissing):
        Keyring.open(folder)
    assert not folder.exists()


def test_a_second_opening_finds_the_same_keys(ring: Keyring, folder: Path) -> None:
    for again in (Keyring.open(folder), Keyring.open(folder, create=True)):
        assert again.vault() == ring.vault()
        assert again.ledger_origin == ring.ledger_origin
        assert again.ledger_verifier().encoded() == ring.ledger_verifier().encoded()


def test_every_key_is_another(ring: Keyring) -> None:
    keys = [
        ring.vault(),
        ring.identity_index(),
        ring.name_index(),
        ring.line_index(),
        ring.spool(),
        ring.ledger_signer().private_bytes_raw(),
        ring.month("2031-04", create=True),
        ring.month("2031-05", create=True),
    ]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_key_files_are_readable_by_their_owner_only(ring: Keyring, folder: Path) -> None:
    ring.month("2031-04", create=True)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "months").stat().st_mode & 0o777 == 0o700
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 9
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_keys_that_others_may_read_are_refused(ring: Keyring, folder: Path) -> None:
    assert ring.vault()
    (folder / "vault.key").chmod(0o640)
    with pytest.raises(KeyUnsafe):
        Keyring.open(folder).vault()
    (folder / "vault.key").chmod(0o600)
    folder.chmod(0o750)
    with pytest.raises(KeyUnsafe):
        Keyring.open(folder)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(ring: Keyring, folder: Path, length: int) -> None:
    assert ring
    (folder / "spool.key").write_bytes(bytes(length))
    with pytest.raises(KeyUnsafe):
        Keyring.open(folder).spool()


def test_a_missing_long_lived_key_stops_the_opening(ring: Keyring, folder: Path) -> None:
    assert ring
    (folder / "identity-index.key").unlink()
    with pytest.raises(KeyMissing, match="identity-index"):
        Keyring.open(folder)


def test_a_month_without_a_key_is_not_a_destroyed_month(ring: Keyring) -> None:
    with pytest.raises(KeyMissing):
        ring.month("2031-04")
    assert ring.months() == []


def test_a_destroyed_month_cannot_be_had_again(ring: Keyring, folder: Path) -> None:
    other_process = Keyring.open(folder)
    key = ring.month("2031-04", create=True)
    assert other_process.month("2031-04") == key
    kept_copy = (folder / "months" / "2031-04.key").read_bytes()
    ring.destroy_month("2031-04")
    ring.destroy_month("2031-04")
    assert not (folder / "months" / "2031-04.key").exists()
    (folder / "months" / "2031-04.key").write_bytes(kept_copy)
    for holder in (ring, other_process, Keyring.open(folder)):
        with pytest.raises(KeyDestroyed):
            holder.month("2031-04")
        with pytest.raises(KeyDestroyed):
            holder.month("2031-04", create=True)


def test_destroying_overwrites_the_file_before_removing_it(ring: Keyring, folder: Path) -> None:
    key = ring.month("2031-04", create=True)
    os.link(folder / "months" / "2031-04.key", folder / "copy")  # the same contents on disk under a second name
    ring.destroy_month("2031-04")
    assert (folder / "copy").read_bytes() != key


def test_a_month_that_never_had_a_key_can_be_destroyed(ring: Keyring) -> None:
    ring.destroy_month("2031-04")
    with pytest.raises(KeyDestroyed):
        ring.month("2031-04", create=True)


def test_months_are_listed_in_order_with_their_state(ring: Keyring) -> None:
    for month in ("2031-12", "2030-01", "2031-04"):
        ring.month(month, create=True)
    ring.destroy_month("2031-04")
    assert ring.months() == [
        MonthKey(month="2030-01", state=KeyState.PRESENT),
        MonthKey(month="2031-04", state=KeyState.DESTROYED),
        MonthKey(month="2031-12", state=KeyState.PRESENT),
    ]


@pytest.mark.parametrize("month", ["2031-13", "2031-00", "2031-4", "../vault", "2031-04\n", "２０３１-04", ""])
def test_other_texts_are_no_month(ring: Keyring, month: str) -> None:
    with pytest.raises(ValueError, match="a month is written"):
        ring.month(month, create=True)
    with pytest.raises(ValueError, match="a month is written"):
        ring.destroy_month(month)


@pytest.mark.parametrize("draw", [draw_month, draw_vault])
def test_processes_that_make_a_key_at_once_agree_on_it(folder: Path, draw: object) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(draw, [str(folder)] * 12)  # type: ignore[arg-type]
    assert len(set(keys)) == 1
    assert not [path.name for path in folder.rglob(".*")]


def test_a_keyring_shows_nothing_of_its_keys(ring: Keyring) -> None:
    assert ring.vault().hex() not in repr(ring)


def test_the_process_has_one_keyring(keyring_directory: Path) -> None:
    assert keyring() is keyring()
    assert keyring().vault() == Keyring.open(keyring_directory).vault()
