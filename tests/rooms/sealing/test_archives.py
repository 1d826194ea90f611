"""The archive that a person takes away."""

import hashlib
import io
import json
import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.archives import FORMAT, KIND, NAMES, ArchiveFacts, verify_archive, write_archive
from chengxin.sealing.cosignatures import WitnessPolicy
from chengxin.sealing.digests import canonical
from chengxin.sealing.event_proofs import written_event
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KeyUse, sign_keys
from chengxin.sealing.signed_texts import sign_text
from chengxin.sealing.stored_zips import MOST_FILES, Stored, ZipReader, write_zip
from chengxin.sealing.trust import Trust
from factories import sealing as office

LOG = office.log()
ARCHIVE = office.archive(LOG)
TRUST = office.trust()


def opened(archive: bytes, trust: Trust = TRUST) -> ArchiveFacts:
    return verify_archive(io.BytesIO(archive), trust)


def fault_of(archive: bytes, trust: Trust = TRUST) -> Fault:
    with pytest.raises(NotVerified) as caught:
        opened(archive, trust)
    return caught.value.fault


def parts(archive: bytes = ARCHIVE) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened_zip:
        return {name: opened_zip.read(name) for name in opened_zip.namelist()}


def joined(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    write_zip(target, [Stored(name=name, open=office.opener(raw)) for name, raw in files.items()])
    return target.getvalue()


def signed_anew(files: Mapping[str, bytes], /, **changes: object) -> bytes:
    """Join changed parts under a manifest that the archive's own key has signed: what only the office could do."""
    manifest = json.loads(files["manifest.json"])
    for entry in manifest["files"]:
        entry["size"] = len(files[entry["name"]])
        entry["sha256"] = hashlib.sha256(files[entry["name"]]).hexdigest()
    text = canonical({**manifest, **changes})  # type: ignore[dict-item]
    header, _, signature = sign_text(text, kind=KIND, signer=office.ARCHIVE).split(".")
    return joined({**files, "manifest.json": text, "manifest.jws": f"{header}..{signature}".encode()})


def test_an_archive_proves_what_it_holds() -> None:
    facts = opened(ARCHIVE)
    assert (facts.reference, facts.made_at) == (office.REFERENCE, office.SIGNED)
    assert (facts.event_count, facts.receipt_count) == (36, 2)
    assert (facts.looks.look_count, facts.looks.proven_count) == (7, 6)
    assert facts.files == (
        "keys.jws",
        "manifest.json",
        "manifest.jws",
        *NAMES,
        "README.en.txt",
        "README.zh-Hans.txt",
        "README.zh-Hant.txt",
    )


def test_the_same_contents_give_the_same_bytes_and_every_program_opens_them(tmp_path: Path) -> None:
    assert office.archive(LOG) == ARCHIVE
    path = tmp_path / "archive.zip"
    path.write_bytes(ARCHIVE)
    with zipfile.ZipFile(path) as own:
        assert own.testzip() is None
        assert {info.compress_type for info in own.infolist()} == {zipfile.ZIP_STORED}
    listed = subprocess.run([sys.executable, "-m", "zipfile", "-t", path], capture_output=True, text=True, check=True)
    assert "Done testing" in listed.stdout


@given(st.integers(0, len(ARCHIVE) - 1), st.integers(0, 7))
def test_any_flipped_bit_is_refused(place: int, bit: int) -> None:
    changed = bytearray(ARCHIVE)
    changed[place] ^= 1 << bit
    assert fault_of(bytes(changed)) in set(Fault)


@given(st.integers(0, len(ARCHIVE) - 1))
def test_a_cut_or_lengthened_archive_is_refused(length: int) -> None:
    assert fault_of(ARCHIVE[:length]) in {Fault.MALFORMED, Fault.TRUNCATED}
    assert fault_of(ARCHIVE + ARCHIVE[: length + 1]) is Fault.MALFORMED


@given(st.binary(max_size=200))
def test_other_bytes_are_no_archive(contents: bytes) -> None:
    assert fault_of(contents) is Fault.MALFORMED
    assert fault_of(b"PK\x03\x04" + contents) is Fault.MALFORMED


def test_a_part_of_another_archive_is_refused() -> None:
    other = parts(office.archive(LOG, file=office.opener(b'{"reference":"P-2"}'), reference="P-2"))
    for name in NAMES:
        if other[name] != parts()[name]:
            assert fault_of(joined({**parts(), name: other[name]})) is Fault.ALTERED
    assert fault_of(joined({**parts(), "manifest.json": other["manifest.json"]})) is Fault.ALTERED
    assert fault_of(joined({**parts(), "manifest.jws": other["manifest.jws"]})) is Fault.ALTERED
    assert fault_of(joined({**parts(), "file.json": b"{}"})) is Fault.ALTERED


def test_parts_that_are_missing_moved_or_too_many_are_refused() -> None:
    files = parts()
    without = {name: raw for name, raw in files.items() if name != "README.en.txt"}
    assert fault_of(joined(without)) is Fault.PARTS_DISAGREE
    assert fault_of(joined({**files, "README.fr.txt": b"more"})) is Fault.PARTS_DISAGREE
    assert fault_of(joined(dict(reversed(files.items())))) is Fault.MALFORMED
    assert fault_of(joined({})) is Fault.MALFORMED


def test_what_the_office_signed_and_does_not_fit_is_refused() -> None:
    files = parts()
    assert opened(signed_anew(files)).event_count == 36
    lines = files["ledger.jsonl"].splitlines(keepends=True)
    others = next(index for index, text in enumerate(LOG.payloads) if f'"person":{office.OTHER_PERSON}' in text)
    theirs = written_event(LOG.payloads[others], office.salt(others), others, LOG.path(others)).encode() + b"\n"
    changed = lines[3].replace(b"account:17", b"account:18")
    replayed = {"format": "chengxin-authorisations-1", "receipts": [office.authorisation("A-1")] * 2}
    foreign = {"format": "chengxin-authorisations-1", "receipts": [office.authorisation("A-1", "P-2")]}
    late = {"format": "chengxin-authorisations-1", "receipts": [office.authorisation(at=office.ENDS)]}
    look = {"format": "chengxin-authorisations-1", "receipts": [office.look_receipt()]}
    for name, raw, fault in (
        ("ledger.jsonl", b"".join([theirs, *lines]), Fault.REPLAYED),
        ("ledger.jsonl", b"".join([*lines, lines[0]]), Fault.REPLAYED),
        ("ledger.jsonl", b"".join([lines[1], lines[0]]), Fault.REPLAYED),
        ("ledger.jsonl", b"".join([*lines[:3], changed]), Fault.NOT_IN_LEDGER),
        ("ledger.jsonl", b"".join(lines)[:-1], Fault.MALFORMED),
        ("ledger.jsonl", b"x" * 400_000, Fault.TOO_LARGE),
        ("ledger.jsonl", b"[]\n", Fault.MALFORMED),
        ("authorisations.json", json.dumps(replayed).encode(), Fault.REPLAYED),
        ("authorisations.json", json.dumps(foreign).encode(), Fault.REPLAYED),
        ("authorisations.json", json.dumps(late).encode(), Fault.KEY_EXPIRED_AT_SIGNING),
        ("authorisations.json", json.dumps(look).encode(), Fault.MALFORMED),
        ("authorisations.json", b"[]", Fault.MALFORMED),
        ("authorisations.json", b'{"format":"chengxin-authorisations-1","receipts":[1]}', Fault.MALFORMED),
        ("authorisations.json", b"\xff", Fault.MALFORMED),
        ("looks.json", json.dumps(office.looks_file(office.log(others=4))).encode(), Fault.PARTS_DISAGREE),
        ("checkpoint", LOG.checkpoint(60).encode(), Fault.NOT_IN_LEDGER),
        ("checkpoint", office.log(looks=9).checkpoint().encode(), Fault.NOT_IN_LEDGER),
        ("checkpoint", LOG.checkpoint(signer=office.ed25519("x")).encode(), Fault.UNKNOWN_KEY),
        ("checkpoint", LOG.checkpoint().partition("— witness")[0].encode(), Fault.NOT_COSIGNED),
        ("keys.jws", office.keys_text(office.revoked(KeyUse.REPORT, office.NOW)).encode(), Fault.SPLIT_VIEW),
    ):
        assert fault_of(signed_anew({**files, name: raw})) is fault, (name, fault)


def test_a_manifest_that_is_none_is_refused() -> None:
    files = parts()
    listed = json.loads(files["manifest.json"])["files"]
    for changes in (
        {"format": "chengxin-archive-2"},
        {"more": 1},
        {"reference": ""},
        {"reference": 7},
        {"persons": "4021"},
        {"persons": [True]},
        {"files": {}},
        {"files": [1]},
        {"files": listed[1:]},
        {"files": [*listed, listed[-1]]},
        {"files": [*listed, {**listed[-1], "name": "../escape.txt"}]},
        {"files": [*listed, {**listed[-1], "name": 1}]},
        {"files": [{**listed[0], "media_type": "text/html"}, *listed[1:]]},
        {"made_at": "2030"},
    ):
        assert fault_of(signed_anew(files, **changes)) is Fault.MALFORMED, changes
    assert fault_of(signed_anew(files, issuer="https://another.invalid")) is Fault.PARTS_DISAGREE
    assert fault_of(signed_anew(files, keys_sha256="00")) is Fault.PARTS_DISAGREE
    assert fault_of(signed_anew(files, persons=[office.OTHER_PERSON])) is Fault.REPLAYED
    assert fault_of(joined({**files, "manifest.jws": b"x"})) is Fault.MALFORMED
    assert fault_of(joined({**files, "manifest.jws": b"x..y"})) is Fault.MALFORMED
    assert json.loads(files["manifest.json"])["format"] == FORMAT


def test_the_key_of_archives_decides() -> None:
    late = office.archive(LOG, made_at=office.ENDS)
    assert fault_of(late) is Fault.KEY_EXPIRED_AT_SIGNING
    revoked = office.keys_text(office.revoked(KeyUse.ARCHIVE, office.NOW))
    assert fault_of(office.archive(LOG, keys=revoked), office.trust(revoked)) is Fault.KEY_REVOKED
    target = io.BytesIO()
    write_archive(target, office.archive_contents(LOG), office.RECEIPT)  # a good key, for another use
    assert fault_of(target.getvalue()) is Fault.UNKNOWN_KEY


def test_the_newer_list_of_keys_decides_whether_it_comes_with_the_archive_or_is_known() -> None:
    revoked = replace(
        office.document(office.revoked(KeyUse.ARCHIVE, office.NOW)), number=2, previous=TRUST.require_keys().digest
    )
    newer = sign_keys(revoked, office.ROOT)
    assert fault_of(ARCHIVE, office.trust(newer)) is Fault.KEY_REVOKED
    assert fault_of(office.archive(LOG, keys=newer)) is Fault.KEY_REVOKED
    nothing_known = replace(TRUST, keys=None, keys_text=None, ledger=None)
    assert opened(ARCHIVE, nothing_known).keys.number == 1
    assert fault_of(ARCHIVE, replace(nothing_known, least_number=2)) is Fault.KEYS_OUTDATED


def test_without_witnesses_an_archive_holds_and_says_so() -> None:
    assert opened(ARCHIVE, replace(TRUST, witnesses=WitnessPolicy())).state.seen_at is None


def test_what_does_not_fit_is_not_written() -> None:
    for name in ("../x", "a/b", "", "x" * 101, "é"):
        with pytest.raises(ValueError, match="cannot be put"):
            joined({name: b""})
    with pytest.raises(ValueError, match="cannot be put"):
        joined({f"f{number}": b"" for number in range(MOST_FILES + 1)})
    with pytest.raises(ValueError, match="not the name of a text"):
        office.archive(LOG, texts={"../x": ""})


def test_a_compressed_archive_is_none() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("keys.jws", b"0" * 10_000_000)
    assert fault_of(target.getvalue()) is Fault.MALFORMED


def test_a_part_larger_than_allowed_is_not_read() -> None:
    assert fault_of(joined({"keys.jws": b"0" * (1 << 21)})) is Fault.TOO_LARGE
    reader = ZipReader(io.BytesIO(joined({"a": b"1", "b": b"2"})))
    assert [reader.next_name(), list(reader.blocks()), reader.next_name(), list(reader.blocks())] == [
        "a",
        [b"1"],
        "b",
        [b"2"],
    ]
    assert reader.next_name() is None


@pytest.mark.slow
def test_ten_thousand_events_are_verified_in_seconds(tmp_path: Path) -> None:
    log = office.Log()
    chance = random.Random(1)
    for number in range(1, 1_001):
        log.look(number)
        for other in range(9):
            log.append(office.event_payload("records.item.posted", {"item": other}))
            for _ in range(chance.randrange(4)):
                log.append(office.event_payload("records.item.posted", {"item": other}, person=office.OTHER_PERSON))
    path = tmp_path / "archive.zip"
    with path.open("wb") as target:
        write_archive(target, office.archive_contents(log), office.ARCHIVE)
    source: BinaryIO
    with path.open("rb") as source:
        began = time.perf_counter()
        facts = verify_archive(source, TRUST)
        seconds = time.perf_counter() - began
    assert (facts.event_count, facts.looks.proven_count) == (10_000, 1_000)
    sys.stdout.write(f"{path.stat().st_size} bytes, {seconds:.2f} s\n")
    assert seconds < 10 * max(1.0, os.getloadavg()[0])
