"""One door for everything; mutations of everything; sentences; the command."""

import io
import json
import logging
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing import sentences
from chengxin.sealing.command import main
from chengxin.sealing.cosignatures import WitnessPolicy
from chengxin.sealing.credentials import present_credential
from chengxin.sealing.faults import Fault
from chengxin.sealing.key_documents import KeyUse, sign_keys
from chengxin.sealing.merkle import consistency_proof
from chengxin.sealing.status_lists import ReportState
from chengxin.sealing.verdicts import Beside, Caution, Kind, Verdict, verify
from chengxin.sealing.witnessing import Request
from factories import sealing as office

LOG = office.log()
PDF = office.report()
ISSUED = LOG.append(office.event_payload("reports.report.issued", {"file_sha256": office.sha256(PDF)}))
# Every cosignature is demanded, so that none of them can be changed unseen.
TRUST = office.trust(witnesses=WitnessPolicy(needed=3, witnesses=office.POLICY.witnesses))
KEPT = LOG.checkpoint(40)
CONSISTENCY = Request(
    old_size=40, path=tuple(consistency_proof(LOG.leaves, 40, len(LOG.leaves))), checkpoint=LOG.checkpoint()
).to_text()
THINGS: dict[Kind, bytes] = {
    Kind.REPORT: PDF,
    Kind.CREDENTIAL: office.credential().encode(),
    Kind.RECEIPT: office.authorisation().encode(),
    Kind.ARCHIVE: office.archive(LOG),
    Kind.LOOKS: json.dumps(office.looks_file(LOG)).encode(),
    Kind.EVENT: LOG.event_proof(ISSUED).encode(),
    Kind.CHECKPOINT: LOG.checkpoint().encode(),
    Kind.CONSISTENCY: CONSISTENCY.encode(),
    Kind.KEYS: office.keys_text().encode(),
}


def judged(raw: bytes, beside: Beside | None = None, **changes: object) -> Verdict:
    trust = replace(TRUST, **changes)  # type: ignore[arg-type]
    kept = Beside(earlier=KEPT if raw.startswith(b"old ") else None)
    return verify(io.BytesIO(raw), trust, now=office.NOW, beside=beside or kept)


@pytest.mark.parametrize("kind", THINGS)
def test_everything_is_recognised_and_verified(kind: Kind) -> None:
    verdict = judged(THINGS[kind])
    assert (verdict.kind, verdict.fault, verdict.is_verified) == (kind, None, True)
    assert verdict.facts


# Mutations ------------------------------------------------------------------------------------------------------------

_UNREAD = {Fault.UNRECOGNISED, Fault.MALFORMED, Fault.ALTERED, Fault.UNKNOWN_KEY, Fault.TOO_LARGE}
WORDS: dict[Kind, set[Fault]] = {
    Kind.REPORT: _UNREAD,
    Kind.CREDENTIAL: _UNREAD,
    Kind.RECEIPT: _UNREAD,
    Kind.ARCHIVE: {
        *_UNREAD,
        Fault.PARTS_DISAGREE,
        Fault.TRUNCATED,
        Fault.NOT_IN_LEDGER,
        Fault.NOT_COSIGNED,
        Fault.REPLAYED,
    },
    Kind.CHECKPOINT: {*_UNREAD, Fault.NOT_COSIGNED},
    Kind.KEYS: _UNREAD,
}


def flipped(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        changed[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def swapped(raw: bytes, chance: random.Random) -> bytes:
    one, two, three = sorted(chance.sample(range(len(raw) + 1), 3))
    return raw[:one] + raw[two:three] + raw[one:two] + raw[three:]


def repeated(raw: bytes, chance: random.Random) -> bytes:
    one, two = sorted(chance.sample(range(len(raw) + 1), 2))
    return raw[:two] + raw[one:two] + raw[two:]


def overwritten(raw: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(raw)), chance.randrange(1, 40)
    return raw[:at] + chance.randbytes(length) + raw[at + length :]


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, flipped, cut, swapped, repeated, overwritten)


def mutations(kind: Kind, number: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(f"{kind} 1")
    raw = THINGS[kind]
    while number:
        way = chance.choice(WAYS)
        changed = way(raw, chance)
        # The one line feed that editors put at the end is passed over, and to withhold a disclosure is allowed.
        withheld = kind is Kind.CREDENTIAL and way is cut and changed.endswith(b"~")
        # Lines of keys that nobody trusts are passed over, as C2SP signed-note demands.
        added = kind is Kind.CHECKPOINT and set(raw.split(b"\n")) <= set(changed.split(b"\n"))
        if changed not in {raw, raw + b"\n"} and not withheld and not (added and raw[:90] == changed[:90]):
            yield way.__name__, changed
            number -= 1


@pytest.mark.parametrize("kind", WORDS)
def test_250_mutations_of_each_are_refused_with_the_right_word(kind: Kind) -> None:
    wrong = []
    for number, (way, changed) in enumerate(mutations(kind, 250)):
        verdict = judged(changed)
        if verdict.fault not in WORDS[kind]:
            wrong.append((number, way, verdict.fault, verdict.place))
    assert not wrong, f"{len(wrong)} of 250: {wrong}"


@pytest.mark.parametrize("kind", [Kind.LOOKS, Kind.EVENT, Kind.CONSISTENCY])
def test_mutations_of_what_is_not_signed_as_a_whole_never_prove_anything_else(kind: Kind) -> None:
    proven = judged(THINGS[kind]).facts
    for _, changed in mutations(kind, 250):
        verdict = judged(changed)
        assert not verdict.is_verified or verdict.facts == proven


@given(st.sampled_from(sorted(THINGS)), st.randoms(use_true_random=False))
def test_any_mutation_ends_in_a_verdict(kind: Kind, chance: random.Random) -> None:
    changed = THINGS[kind]
    for _ in range(chance.randrange(1, 4)):
        changed = chance.choice(WAYS)(changed, chance) or b"x"
    verdict = judged(changed)
    assert verdict.is_verified == (verdict.fault is None)
    assert sentences.sentence_of(verdict, "en")


@given(
    st.sampled_from(
        [
            b"",
            b"%PDF-1.7\n",
            b"PK\x03\x04",
            b"old 1\n",
            b'{"format": "chengxin-looks-1"',
            b'{"checkpoint"',
            b"x\n\n\xe2\x80\x94 ",
        ]
    ),
    st.binary(max_size=400),
)
def test_any_bytes_end_in_a_refusal(head: bytes, rest: bytes) -> None:
    assert not judged(head + rest).is_verified


# Words ----------------------------------------------------------------------------------------------------------------


def revoked(use: KeyUse) -> dict[str, object]:
    text = office.keys_text(office.revoked(use, office.SIGNED + timedelta(days=1)))
    trust = office.trust(text)
    return {"keys": trust.keys, "keys_text": text}


@pytest.mark.parametrize(
    ("verdict", "fault"),
    [
        (judged(PDF, Beside(status=office.authorisation())), Fault.MALFORMED),
        (judged(PDF, Beside(status=office.status_list(ReportState.VALID))), None),
        (judged(PDF, Beside(status=office.status_list(ReportState.WITHDRAWN))), Fault.WITHDRAWN),
        (judged(PDF, Beside(status=office.status_list(ReportState.SUPERSEDED) + "\n")), Fault.SUPERSEDED),
        (judged(PDF, Beside(status=office.status_list(ReportState.VALID, uri="https://a"))), Fault.PARTS_DISAGREE),
        (judged(PDF, Beside(status=office.status_list(ReportState.VALID, until=office.NOW))), Fault.OVER),
        (judged(THINGS[Kind.CREDENTIAL], Beside(status=office.status_list(ReportState.VALID))), None),
        (judged(THINGS[Kind.CREDENTIAL], Beside(status=office.status_list(ReportState.WITHDRAWN))), Fault.WITHDRAWN),
        (judged(THINGS[Kind.CREDENTIAL], Beside(status=office.status_list(ReportState.SUPERSEDED))), Fault.SUPERSEDED),
        (judged(THINGS[Kind.CREDENTIAL], Beside(status=office.authorisation())), Fault.MALFORMED),
        (judged(PDF, Beside(proof=LOG.event_proof(0))), Fault.PARTS_DISAGREE),
        (judged(PDF, **revoked(KeyUse.REPORT)), Fault.KEY_REVOKED),
        (judged(PDF, Beside(proof=LOG.event_proof(ISSUED)), **revoked(KeyUse.REPORT)), None),
        (judged(office.report(at=office.ROTATED)), Fault.KEY_EXPIRED_AT_SIGNING),
        (judged(office.report(at=office.BEGAN - timedelta(days=1))), Fault.KEY_NOT_YET_VALID),
        (verify(io.BytesIO(PDF), TRUST, now=office.VALID_UNTIL), Fault.OVER),
        (verify(io.BytesIO(THINGS[Kind.CREDENTIAL]), TRUST, now=office.VALID_UNTIL), Fault.OVER),
        (verify(io.BytesIO(PDF), TRUST, now=office.VALID_UNTIL - timedelta(microseconds=1)), None),
        (judged(PDF, keys=None, keys_text=None), Fault.TRUST_MISSING),
        (judged(THINGS[Kind.CHECKPOINT], Beside(earlier=office.log(looks=9).checkpoint())), Fault.TRUNCATED),
        (judged(THINGS[Kind.CHECKPOINT], Beside(earlier=LOG.checkpoint())), None),
        (judged(THINGS[Kind.CHECKPOINT], Beside(earlier=KEPT)), Fault.NOT_CONSISTENT),  # and no proof
        (judged(office.log(looks=5).checkpoint(40).encode(), Beside(earlier=office.forked(LOG, 40))), Fault.SPLIT_VIEW),
        (judged(CONSISTENCY.encode(), Beside()), Fault.TRUST_MISSING),
        (judged(CONSISTENCY.encode(), Beside(earlier=LOG.checkpoint(41))), Fault.PARTS_DISAGREE),
        (judged(CONSISTENCY.encode(), Beside(earlier=office.forked(LOG, 40))), Fault.NOT_CONSISTENT),
        (judged(THINGS[Kind.CHECKPOINT].partition("— witness".encode())[0]), Fault.NOT_COSIGNED),
        (judged(THINGS[Kind.CHECKPOINT], Beside(), **revoked(KeyUse.CHECKPOINT)), None),
        (judged(LOG.checkpoint(at=office.NOW).encode(), Beside(), **revoked(KeyUse.CHECKPOINT)), Fault.KEY_REVOKED),
        (judged(THINGS[Kind.LOOKS], Beside(at_least=8)), Fault.TRUNCATED),
        (judged(THINGS[Kind.RECEIPT], Beside(expected={"record_id": "A-2"})), Fault.REPLAYED),
        (judged(THINGS[Kind.KEYS], least_number=2), Fault.KEYS_OUTDATED),
        (judged(b'{"format": "another"}'), Fault.UNRECOGNISED),
        (judged(office.keys_text().replace("eyJ", "eyK", 1).encode()), Fault.UNRECOGNISED),
    ],
)
def test_each_case_has_its_word(verdict: Verdict, fault: Fault | None) -> None:
    assert verdict.fault is fault, verdict


def test_cautions_say_what_is_not_proven() -> None:
    assert judged(PDF).cautions == (Caution.STATUS_NOT_ASKED, Caution.TIME_IS_SIGNERS_WORD)
    asked = Beside(status=office.status_list(ReportState.VALID), proof=LOG.event_proof(ISSUED))
    assert judged(PDF, asked).cautions == ()
    assert judged(THINGS[Kind.LOOKS], Beside(at_least=7)).cautions == (Caution.NEWEST_WAIT,)
    assert judged(THINGS[Kind.LOOKS]).cautions == (Caution.NEWEST_WAIT, Caution.END_NOT_KNOWN)
    assert judged(THINGS[Kind.CONSISTENCY]).cautions == ()
    assert judged(THINGS[Kind.CHECKPOINT], Beside()).cautions == (Caution.END_NOT_KNOWN,)
    unwitnessed = judged(THINGS[Kind.EVENT], witnesses=WitnessPolicy())
    assert unwitnessed.cautions == (Caution.NO_WITNESSES,)


def test_a_presentation_tells_how_much_is_withheld() -> None:
    shown = present_credential(office.credential(), keep=lambda name, _: name is None)
    facts = judged(shown.encode()).facts
    assert (facts["disclosed"], facts["withheld"]) == (2, 2)


def test_a_next_list_of_keys_must_keep_what_the_known_one_says() -> None:
    known = TRUST.require_keys()
    following = office.document(number=2, previous=known.digest)
    assert judged(sign_keys(following, office.ROOT).encode()).facts["number"] == 2
    fewer = replace(following, keys=following.keys[1:])
    assert judged(sign_keys(fewer, office.ROOT).encode()).fault is Fault.ALTERED


# Sentences ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", sentences.LANGUAGES)
def test_everything_has_a_sentence_in_each_language(language: str) -> None:
    for kind, raw in THINGS.items():
        verdict = judged(raw)
        told = sentences.sentence_of(verdict, language)
        assert told.endswith((".", "。"))
        assert "\n" not in told
        named = {name for _, name, _, _ in Formatter().parse(sentences._VERIFIED[language][kind]) if name}
        assert named <= set(verdict.facts)
    assert set(sentences._FAULTS[language]) == set(Fault)
    assert set(sentences._CAUTIONS[language]) == set(Caution)
    assert set(sentences._VERIFIED[language]) == set(Kind) - {Kind.UNKNOWN}
    endless = {"number": "R", "issued_at": "2030-01-01T00:00:00.000000Z", "valid_until": "9999-12-31T23:59:59.000000Z"}
    assert "9999" in sentences.sentence_of(Verdict(kind=Kind.REPORT, facts=endless), language)
    refused = Verdict(kind=Kind.REPORT, fault=Fault.ALTERED, place="digest")
    assert "digest" in sentences.sentence_of(refused, language)


# The command ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind, raw in THINGS.items():
        (tmp_path / kind).write_bytes(raw)
    (tmp_path / "trust.json").write_text(TRUST.to_text(), encoding="utf-8")
    (tmp_path / "kept").write_text(KEPT, encoding="utf-8")
    (tmp_path / "withdrawn").write_text(office.status_list(ReportState.WITHDRAWN) + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    yield
    logging.disable(logging.NOTSET)


def run(folder: Path, *arguments: str) -> int:
    at = ("--at", office.NOW.isoformat())
    return main([str(folder / arguments[0]), *arguments[1:], "--trust", str(folder / "trust.json"), *at])


def test_the_command_ends_with_a_number_and_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "REPORT") == 0
    assert capsys.readouterr().out.startswith("有效：报告 R2030-0000-0001")
    assert run(folder, "REPORT", "--language", "en", "--status", str(folder / "withdrawn")) == 1
    assert capsys.readouterr().out == "Not verified: withdrawn by its issuer (R2030-0000-0001).\n"
    assert run(folder, "CONSISTENCY", "--earlier", str(folder / "kept"), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["kind"], answer["verified"], answer["facts"]["continues"]) == ("CONSISTENCY", True, 40)
    assert run(folder, "RECEIPT", "--expect", "record_id=A-2", "--json") == 1
    assert json.loads(capsys.readouterr().out)["code"] == "REPLAYED"
    (folder / "newer").write_text(
        sign_keys(
            office.document(
                office.revoked(KeyUse.REPORT, office.BEGAN), number=2, previous=TRUST.require_keys().digest
            ),
            office.ROOT,
        ),
        encoding="utf-8",
    )
    assert run(folder, "REPORT", "--keys", str(folder / "newer"), "--json") == 1
    assert json.loads(capsys.readouterr().out)["code"] == "KEY_REVOKED"
    assert main([str(folder / "REPORT"), "--language", "en"]) == 1  # nothing is trusted, so nothing is verified


def test_wrong_calls_end_with_two(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "missing") == 2
    assert run(folder, "REPORT", "--status", str(folder / "missing")) == 2
    assert run(folder, "REPORT", "--status", str(folder / "ARCHIVE")) == 2
    assert run(folder, "REPORT", "--keys", str(folder / "kept")) == 2
    assert run(folder, "REPORT", "--expect", "name") == 2
    assert main([str(folder / "REPORT"), "--at", "2030-01-01"]) == 2
    assert main([str(folder / "REPORT"), "--at", "yesterday"]) == 2
    assert main([str(folder), "--trust", str(folder / "trust.json")]) == 2
    (folder / "trust.json").write_text("{}", encoding="utf-8")
    assert run(folder, "REPORT") == 2
    with pytest.raises(SystemExit, match="2"):
        main([])
    assert "Traceback" not in capsys.readouterr().err
