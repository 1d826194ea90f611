"""Receiving: who may, once per key, as it was declared, whole or in parts; and what is kept is sealed."""

import hashlib
import io
from datetime import date, timedelta

import pytest

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refused
from chengxin.intake import lookups
from chengxin.intake.operations import spool
from chengxin.intake.operations.receiving import present_bytes
from chengxin.intake.states import BatchState
from chengxin.organisations import operations as organisations
from chengxin.sealing.suites import SealBroken
from factories import intake as given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def province() -> None:
    given.edition()
    given.supplier()
    given.people(3)


def send(contents: bytes, **changed: object) -> given.intake.Received:
    arguments = {
        "source": io.BytesIO(contents),
        "declared_name": "../../etc/甲 乙.csv",
        "item_code": given.ITEM,
        "organisation_code": given.SUPPLIER,
        "channel": "PORTAL",
        "actor": given.SENDER,
        "now": given.NOW,
    }
    return given.intake.receive_batch(**(arguments | changed))  # type: ignore[arg-type]


def batch_of(reference: str) -> lookups.BatchLine:
    batch = lookups.access_batch(reference=reference, actor=given.SENDER)
    assert isinstance(batch, lookups.BatchLine)
    return batch


def right(count: int = 3) -> bytes:
    return given.csv_bytes([given.line(index) for index in range(count)])


def test_a_file_is_sent_by_an_officer_of_the_mandated_organisation() -> None:
    assert send(right()).is_new
    near = {
        "NOT_A_SUPPLIER": {"actor": given.officer("account:n", Role.SUPPLIER, organisation_code="NEIGHBOUR")},
        "NOT_MANDATED": {"item_code": "TRADER.REGISTRATION"},
        "ITEM_NOT_IN_CATALOGUE": {"item_code": "MARKET.GOSSIP"},
    }
    for code, changed in near.items():
        with pytest.raises(Refused) as caught:
            send(right(), **changed)
        assert caught.value.code == code
    assert len(lookups.list_batches()) == 1


def test_a_mandate_ends_with_its_last_day() -> None:
    today = date(2026, 11, 23)
    organisations.end_mandate(
        organisation_code=given.SUPPLIER,
        item_code=given.ITEM,
        to_on=today + timedelta(days=1),
        actor=given.SYSTEM,
        now=given.NOW,
    )
    assert send(right()).is_new
    with pytest.raises(Refused) as caught:
        send(right(), now=given.NOW + timedelta(days=1))
    assert caught.value.code == "NOT_MANDATED"


def test_the_same_key_brings_the_same_batch_and_another_file_under_it_is_refused() -> None:
    first = send(right(), idempotency_key="K")
    again = send(right(), idempotency_key="K")
    assert (again.reference, again.is_new) == (first.reference, False)
    with pytest.raises(Refused) as caught:
        send(right(2), idempotency_key="K")
    assert (caught.value.code, caught.value.details) == ("IDEMPOTENCY_KEY_REUSED", {"batch": first.reference})
    assert send(right(), idempotency_key="").reference != send(right(), idempotency_key="").reference


def test_a_settled_batch_is_only_reported_when_settled_again() -> None:
    reference = send(right()).reference
    first = given.intake.settle_batch(reference=reference, actor=given.SENDER, now=given.NOW)
    assert given.intake.settle_batch(reference=reference, actor=given.SENDER, now=given.NOW) == first


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"declared_lines": 3}, ""),
        ({"declared_lines": 2}, "DECLARED_COUNT"),
        ({"declared_sha256": hashlib.sha256(right()).hexdigest().upper()}, ""),
        ({"declared_sha256": "0" * 64}, "DECLARED_DIGEST"),
    ],
)
def test_a_file_is_what_was_declared_of_it(changed: dict[str, object], code: str) -> None:
    reference = send(right(), **changed).reference
    settled = given.intake.settle_batch(reference=reference, actor=given.SENDER, now=given.NOW)
    assert settled.refusal_code == code
    assert settled.state is (BatchState.REFUSED if code else BatchState.POSTED)
    assert settled.accepted == (0 if code else 3)


def test_what_is_kept_is_sealed_and_bound_to_its_batch() -> None:
    reference, other = send(right()).reference, send(right(2)).reference
    path = spool.path_of(reference)
    assert given.number(0).encode() not in path.read_bytes()
    assert batch_of(reference).declared_name == "甲 乙.csv"
    spool.path_of(other).write_bytes(path.read_bytes())
    with spool.working_folder() as work, pytest.raises(SealBroken):
        spool.read_clear(reference=other, target=work / "clear")
    for contents in (b"", b"x", b"y" * (2 * spool.BLOCK_BYTES), b"z" * (2 * spool.BLOCK_BYTES + 1)):
        kept = spool.keep(reference="B-TEST", source=io.BytesIO(contents))
        with spool.working_folder() as work:
            spool.read_clear(reference="B-TEST", target=work / "clear")
            assert (work / "clear").read_bytes() == contents
        assert (kept.size_bytes, kept.sha256) == (len(contents), hashlib.sha256(contents).hexdigest())
        cut = spool.path_of("B-TEST").read_bytes()
        if len(contents) > spool.BLOCK_BYTES:  # the last block is missing
            spool.path_of("B-TEST").write_bytes(cut[: 4 + int.from_bytes(cut[:4], "big")])
            with spool.working_folder() as work, pytest.raises(SealBroken):
                spool.read_clear(reference="B-TEST", target=work / "clear")
    spool.discard("B-TEST")


def open_upload(size: int, key: str = "", sha256: str = "") -> str:
    return given.intake.open_upload(
        declared_name="甲.csv",
        item_code=given.ITEM,
        organisation_code=given.SUPPLIER,
        size_bytes=size,
        actor=given.SENDER,
        now=given.NOW,
        declared_sha256=sha256,
        idempotency_key=key,
    )


def part(reference: str, offset: int, contents: bytes, organisation_code: str = given.SUPPLIER) -> int:
    return given.intake.receive_part(
        reference=reference, offset=offset, part=contents, organisation_code=organisation_code
    )


def commit(reference: str) -> given.intake.Received:
    return given.intake.commit_upload(
        reference=reference, organisation_code=given.SUPPLIER, actor=given.SENDER, now=given.NOW
    )


def test_an_upload_in_parts_becomes_one_batch() -> None:
    contents = right()
    upload = open_upload(len(contents), key="U", sha256=hashlib.sha256(contents).hexdigest())
    assert part(upload, 0, contents[:100]) == 100
    assert part(upload, 50, contents[50:150]) == 150  # sent again, and more
    assert open_upload(len(contents), key="U", sha256=hashlib.sha256(contents).hexdigest()) == upload
    with pytest.raises(Refused, match="PARTS_MISSING"):
        commit(upload)
    with pytest.raises(Refused, match="PARTS_MISSING"):
        part(upload, 151, contents[151:])
    with pytest.raises(Refused, match="PARTS_MISSING"):
        part(upload, 150, contents[150:] + b"x")
    with pytest.raises(Refused, match="BATCH_UNKNOWN"):
        part(upload, 150, contents[150:], organisation_code="NEIGHBOUR")
    assert present_bytes(upload) == 150
    part(upload, 150, contents[150:])
    first = commit(upload)
    assert (commit(upload).reference, first.is_new) == (first.reference, True)
    with pytest.raises(Refused, match="BATCH_UNKNOWN"):
        part(upload, 0, contents)
    settled = given.intake.settle_batch(reference=first.reference, actor=given.SENDER, now=given.NOW)
    assert settled.accepted == 3


def test_a_key_opens_no_second_upload_of_another_size() -> None:
    open_upload(100, key="U")
    with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REUSED"):
        open_upload(101, key="U")


def test_a_file_is_removed_after_its_last_day_and_an_unknown_one_when_old() -> None:
    reference = send(right()).reference
    kept_until = batch_of(reference).file_kept_until
    on_the_last_day = given.NOW + (kept_until - date(2026, 11, 23))
    assert spool.path_of(reference).exists()
    given.intake.discard_overdue_files(now=on_the_last_day)
    assert spool.path_of(reference).exists()
    given.intake.discard_overdue_files(now=on_the_last_day + timedelta(days=1))
    assert not spool.path_of(reference).exists()
