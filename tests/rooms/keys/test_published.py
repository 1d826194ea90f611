"""The published list of keys: made once, kept for ever, and every change of it verified by the reader's own rules."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chengxin.keys import published
from chengxin.keys.current import keyring
from chengxin.keys.keyring import KeyMissing, Keyring, Signing
from chengxin.sealing.faults import NotVerified
from chengxin.sealing.key_documents import KeyState, KeyUse, RevocationReason, check_succession, open_keys
from chengxin.sealing.receipts import AUTHORISATION_TYPE, sign_receipt, verify_receipt
from chengxin.sealing.signed_texts import key_name
from chengxin.sealing.trust import Trust

ISSUER = "https://credit.example.invalid"
BEGAN = datetime(2030, 1, 1, tzinfo=UTC)
LATER = datetime(2030, 6, 30, 16, 0, 1, 500, tzinfo=UTC)
ROTATED = [KeyUse.REPORT, KeyUse.RECEIPT, KeyUse.ARCHIVE]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder of the keys of a new installation, which is the one of this process meanwhile."""
    monkeypatch.setenv("CHENGXIN_DATA", str(tmp_path))
    first(Keyring.open(tmp_path / "keys", create=True))
    return tmp_path / "keys"


def first(ring: Keyring) -> None:
    published.publish_first(ring, issuer=ISSUER, name="诚信测试", valid_from=BEGAN, now=BEGAN + timedelta(days=1))


def receipt(at: str) -> str:
    contents = {"event": {"event_time": at}}
    return sign_receipt(contents, kind=AUTHORISATION_TYPE, signer=keyring().receipt_signer())


def is_good(text: str) -> bool:
    try:
        verify_receipt(text, AUTHORISATION_TYPE, published.key_document())
    except NotVerified:
        return False
    return True


def revoke(name: str, since: datetime = LATER, now: datetime = LATER) -> published.Change:
    return published.revoke(name, since=since, reason=RevocationReason.COMPROMISED, now=now)


def test_the_first_list_holds_one_key_of_each_use_in_force(folder: Path) -> None:
    document = published.key_document()
    assert (document.issuer, document.number, document.previous) == (ISSUER, 1, None)
    assert [entry.use for entry in document.keys] == list(KeyUse)
    key, certificate = published.report_signing()
    assert document.find(key_name(key.public_key()), KeyUse.REPORT).certificate == certificate  # type: ignore[union-attr]
    archive = key_name(published.archive_signer().public_key())
    assert document.state_of(archive, KeyUse.ARCHIVE, claimed_at=LATER) is KeyState.GOOD
    receipts = key_name(keyring().receipt_signer().public_key())
    assert document.state_of(receipts, KeyUse.RECEIPT, claimed_at=BEGAN) is KeyState.GOOD
    assert document.of_use(KeyUse.CHECKPOINT)[0].origin == keyring().ledger_origin


def test_the_trust_file_says_what_a_verifier_needs(folder: Path) -> None:
    trust = Trust.parse(published.trust_text())
    assert trust.issuer == ISSUER
    assert trust.keys == published.key_document()
    assert trust.ledger == keyring().ledger_verifier()
    assert key_name(trust.root) == key_name(keyring().root_signer().public_key())
    assert open_keys(published.key_document_text(), trust.root) == trust.keys


def test_files_are_readable_by_their_owner_only_and_the_published_hold_no_secret(folder: Path) -> None:
    secrets = {path.read_bytes() for path in folder.glob("*.key")}
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    for path in [*(folder / "published").iterdir(), folder / "root.jwk"]:
        assert not any(secret in path.read_bytes() for secret in secrets)


def test_making_it_again_changes_nothing(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    first(Keyring.open(folder, create=True))
    first(Keyring.open(folder))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_an_older_directory_gets_the_new_keys_and_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHENGXIN_DATA", str(tmp_path))
    older = tmp_path / "keys"
    Keyring.open(older, create=True)
    before = {path: path.read_bytes() for path in older.rglob("*") if path.is_file()}
    assert not (older / "report-signer.key").exists()
    with pytest.raises(published.KeysNotPublished):
        published.key_document()
    assert published.receipt_keys()[0].public_bytes_raw() == keyring().receipt_signer().public_key().public_bytes_raw()
    first(Keyring.open(older))
    assert {path: path.read_bytes() for path in before} == before
    assert published.report_signing()


@pytest.mark.parametrize("step", ["keys", "list"])
def test_a_crash_before_the_first_list_was_finished_is_made_good(folder: Path, step: str) -> None:
    kept = published.key_document_text()
    (folder / "root.jwk").unlink()
    if step == "keys":
        (folder / "published" / "1.jws").unlink()
    first(Keyring.open(folder))
    assert published.key_document().number == 1
    assert (published.key_document_text() == kept) == (step == "list")


def test_lists_that_were_published_and_are_gone_are_not_made_anew(folder: Path) -> None:
    (folder / "published" / "1.jws").unlink()
    with pytest.raises(published.KeysNotPublished):
        first(Keyring.open(folder))


@pytest.mark.parametrize("signing", [Signing.REPORT, Signing.ARCHIVE])
def test_a_published_key_that_is_gone_is_not_made_anew(folder: Path, signing: Signing) -> None:
    (folder / f"{signing}.key").unlink()
    with pytest.raises(KeyMissing):
        first(Keyring.open(folder, create=True))
    assert not (folder / f"{signing}.key").exists()


@pytest.mark.parametrize("name", ["published/1.jws", "root.jwk"])
def test_a_damaged_list_is_refused(folder: Path, name: str) -> None:
    raw = (folder / name).read_bytes()
    for damaged in (raw[:-9] + bytes([raw[-9] ^ 1]) + raw[-8:], b"", b"\xff", b"{}"):
        (folder / name).write_bytes(damaged)
        with pytest.raises(published.KeysNotPublished):
            published.key_document()


@pytest.mark.parametrize("use", ROTATED)
def test_a_replaced_key_ends_and_what_it_signed_stays_good(folder: Path, use: KeyUse) -> None:
    before = published.key_document()
    old = published.names_in_use()[use]
    secret = (folder / f"{published._SIGNING[use]}.key").read_bytes()
    os.link(folder / f"{published._SIGNING[use]}.key", folder / "copy")
    signed = receipt("2030-06-29T00:00:00.000000Z")
    dry = published.rotation(use, now=LATER)
    assert (dry.name, published.key_document()) == (old, before)

    change = published.rotate(use, now=LATER)
    after = published.key_document()
    assert after == change.document
    check_succession([before, after])
    assert (after.number, len(after.keys)) == (2, 5)
    assert published.names_in_use()[use] == change.entry.name != old
    assert after.state_of(old, use, claimed_at=LATER - timedelta(days=1)) is KeyState.GOOD
    assert after.state_of(old, use, claimed_at=LATER + timedelta(days=1)) is KeyState.EXPIRED_AT_SIGNING
    for moment in (LATER - timedelta(minutes=1), LATER + timedelta(days=1)):
        assert after.state_of(change.entry.name, use, claimed_at=moment) is KeyState.GOOD
    assert is_good(signed)
    assert is_good(receipt("2030-07-01T00:00:00.000000Z"))
    assert secret not in {path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert not list(folder.glob("*.next.key")) + list(folder.glob("*.retired.key"))
    if use is KeyUse.REPORT:
        assert published.report_signing()[1] == change.entry.certificate


def test_another_process_goes_on_with_the_new_key(folder: Path) -> None:
    other = Keyring.open(folder)
    before = other.receipt_signer()
    assert other.receipt_signer() is before
    published.rotate(KeyUse.RECEIPT, now=LATER)
    assert key_name(other.receipt_signer().public_key()) == published.names_in_use()[KeyUse.RECEIPT]
    assert {key_name(key) for key in published.receipt_keys()} == {
        entry.name for entry in published.key_document().of_use(KeyUse.RECEIPT)
    }


class CutOffError(Exception):
    pass


@pytest.mark.parametrize("where", ["_write", "link", "replace", "_shred"])
def test_a_replacement_that_was_cut_off_is_finished(folder: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    old = published.names_in_use()[KeyUse.ARCHIVE]
    from chengxin.keys import keyring as files

    def crash(*_: object) -> None:
        raise CutOffError

    with monkeypatch.context() as patched:
        match where:
            case "_write":
                patched.setattr(published, "_write", crash)
            case "link":
                patched.setattr(Keyring, "take_next", crash)
            case "replace":
                patched.setattr(Path, "replace", crash)
            case "_shred":
                patched.setattr(files, "_shred", crash)
        with pytest.raises(CutOffError):
            published.rotate(KeyUse.ARCHIVE, now=LATER)
    was_published = published.key_document().number == 2
    assert was_published == (where != "_write")
    first(Keyring.open(folder))
    new = published.names_in_use()[KeyUse.ARCHIVE]
    assert (new == old) == (not was_published)
    assert not list(folder.glob("*.retired.key"))
    change = published.rotate(KeyUse.ARCHIVE, now=LATER + timedelta(days=1))
    assert change.document.number == (3 if was_published else 2)
    assert published.names_in_use()[KeyUse.ARCHIVE] == change.entry.name


def test_the_ledgers_key_cannot_be_replaced(folder: Path) -> None:
    for act in (published.rotation, published.rotate):
        with pytest.raises(published.RotationRefused):
            act(KeyUse.CHECKPOINT, now=LATER)
    assert published.key_document().number == 1


@pytest.mark.parametrize("signing", [Signing.ROOT, Signing.REPORT_ROOT])
def test_nothing_is_published_without_the_root_key(folder: Path, signing: Signing) -> None:
    kept = (folder / f"{signing}.key").rename(folder.parent / "off-line")
    assert published.is_root_here() == (signing is not Signing.ROOT)
    assert published.report_signing()
    assert Trust.parse(published.trust_text())
    with pytest.raises(published.RootKeyAbsent, match=signing):
        published.rotate(KeyUse.REPORT, now=LATER)
    assert not list(folder.glob("*.next.key"))
    kept.rename(folder / f"{signing}.key")
    assert published.rotate(KeyUse.REPORT, now=LATER).document.number == 2


def test_another_root_key_signs_nothing(folder: Path) -> None:
    (folder / "root-signer.key").write_bytes(bytes(32))
    with pytest.raises(published.RootKeyAbsent, match="another"):
        published.rotate(KeyUse.RECEIPT, now=LATER)
    with pytest.raises(published.RootKeyAbsent, match="another"):
        revoke(published.names_in_use()[KeyUse.RECEIPT])


def test_a_revoked_key_signs_nothing_more_until_it_is_replaced(folder: Path) -> None:
    signed = receipt("2030-06-29T00:00:00.000000Z")
    before = published.key_document()
    for use in (KeyUse.REPORT, KeyUse.ARCHIVE, KeyUse.RECEIPT):
        change = revoke(published.names_in_use()[use])
        assert change.entry.revocation_reason is RevocationReason.COMPROMISED
    documents = [open_keys(published.key_document_text(number), published.root_key()) for number in (1, 2, 3, 4)]
    assert documents[0] == before
    check_succession(documents)
    assert not is_good(signed)
    with pytest.raises(published.KeyNotInUse):
        published.report_signing()
    for signer in (published.archive_signer, published.receipt_signer):
        with pytest.raises(published.KeyNotInUse):
            signer()
    for use in ROTATED:
        published.rotate(use, now=LATER)
    assert published.report_signing()
    assert published.archive_signer()
    assert key_name(published.receipt_signer().public_key()) == published.names_in_use()[KeyUse.RECEIPT]
    assert is_good(receipt("2030-07-01T00:00:00.000000Z"))
    assert not is_good(signed)


def test_receipts_look_at_the_list_once_and_at_each_next_one_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert published.receipt_signer() is published.receipt_signer()
    with monkeypatch.context() as patched:
        patched.setattr(published, "_opened", lambda _ring: pytest.fail("read again"))
        assert published.receipt_signer()
    revoke(published.names_in_use()[KeyUse.RECEIPT])
    with pytest.raises(published.KeyNotInUse):
        published.receipt_signer()
    published.rotate(KeyUse.RECEIPT, now=LATER)
    assert published.receipt_signer() is keyring().receipt_signer()


def test_receipts_need_the_lists_once_there_were_some(folder: Path) -> None:
    (folder / "published" / "1.jws").unlink()
    with pytest.raises(published.KeysNotPublished):
        published.receipt_signer()
    (folder / "root.jwk").unlink()
    assert published.receipt_signer()


def test_a_revocation_is_never_taken_back_or_moved_to_later(folder: Path) -> None:
    name = published.names_in_use()[KeyUse.REPORT]
    dry = published.revocation(name, since=LATER, reason=RevocationReason.LOST, now=LATER)
    assert (dry.entry.revoked_from, published.key_document().number) == (LATER, 1)
    revoke(name)
    for since in (LATER, LATER + timedelta(seconds=1)):
        with pytest.raises(published.RevocationRefused, match="already"):
            revoke(name, since=since, now=LATER + timedelta(days=9))
    assert revoke(name, since=BEGAN).entry.revoked_from == BEGAN
    with pytest.raises(published.RevocationRefused, match="to come"):
        revoke(published.names_in_use()[KeyUse.ARCHIVE], since=LATER + timedelta(seconds=1))
    with pytest.raises(published.RevocationRefused, match="unknown"):
        revoke("nobody")


def test_the_ledgers_key_can_be_revoked(folder: Path) -> None:
    name = published.names_in_use()[KeyUse.CHECKPOINT]
    revoke(name)
    assert published.key_document().state_of(name, KeyUse.CHECKPOINT, claimed_at=None) is KeyState.REVOKED


def test_the_root_key_is_written_as_a_jwk(folder: Path) -> None:
    assert json.loads((folder / "root.jwk").read_text()) == {
        "crv": "Ed25519",
        "kty": "OKP",
        "x": json.loads(published.trust_text())["root"]["x"],
    }
