"""Cosignatures of witnesses, and the demand for them."""

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.checkpoints import CheckpointBroken, open_checkpoint
from chengxin.sealing.cosignatures import Witness, WitnessPolicy, cosign, cosignatures_of, with_cosignatures
from chengxin.sealing.faults import Fault, NotVerified
from factories import sealing as office

LOG = office.log()
TEXT = LOG.checkpoint()
BARE = TEXT.partition("— witness")[0]
(FIRST, SECOND, THIRD) = office.POLICY.witnesses


def test_a_cosigned_checkpoint_is_still_the_logs_and_names_who_saw_it_when() -> None:
    assert open_checkpoint(TEXT, office.VERIFIER).size == len(LOG.leaves)
    found = office.POLICY.check(TEXT)
    minutes = [(cosignature.at - office.SIGNED) // timedelta(minutes=1) for cosignature in found]
    assert ([cosignature.name for cosignature in found], minutes) == ([FIRST.name, SECOND.name, THIRD.name], [1, 2, 3])
    assert office.POLICY.seen_at(TEXT) == office.SIGNED + timedelta(minutes=2)  # when the second of two needed saw it


def test_the_golden_cosignature() -> None:
    signer = office.ed25519("golden")
    line = cosign(BARE, name="w.example/1", signer=signer, now=office.SIGNED)
    name, _, encoded = line.removeprefix("— ").removesuffix("\n").partition(" ")
    raw = base64.b64decode(encoded)
    body = BARE.partition("\n\n")[0] + "\n"
    assert (name, raw[:4], int.from_bytes(raw[4:12])) == (
        "w.example/1",
        Witness.of(name, signer).key_hash,
        int(office.SIGNED.timestamp()),
    )
    signer.public_key().verify(raw[12:], f"cosignature/v1\ntime {int(office.SIGNED.timestamp())}\n{body}".encode())


def test_too_few_witnesses_are_refused_and_one_counts_once() -> None:
    lines = {
        witness.name: cosign(BARE, name=witness.name, signer=office.WITNESSES[witness.name], now=office.SIGNED)
        for witness in office.POLICY.witnesses
    }
    later = cosign(BARE, name=FIRST.name, signer=office.WITNESSES[FIRST.name], now=office.NOW)
    twice = with_cosignatures(BARE, [lines[FIRST.name], later])
    stranger = cosign(BARE, name="stranger", signer=office.ed25519("stranger"), now=office.SIGNED)
    for text in (BARE, twice, with_cosignatures(BARE, [lines[FIRST.name], stranger])):
        with pytest.raises(NotVerified) as caught:
            office.POLICY.check(text)
        assert caught.value.fault is Fault.NOT_COSIGNED
    assert len(office.POLICY.check(with_cosignatures(BARE, [lines[FIRST.name], lines[SECOND.name]]))) == 2
    assert cosignatures_of(twice, [FIRST])[0].at == office.SIGNED
    assert WitnessPolicy().check(BARE) == ()
    assert WitnessPolicy().seen_at(BARE) is None


def test_a_cosignature_over_another_state_does_not_hold() -> None:
    other = LOG.checkpoint(len(LOG.leaves) - 1)
    moved = BARE + "— witness" + other.partition("— witness")[2]
    with pytest.raises(NotVerified) as caught:
        office.POLICY.check(moved)
    assert caught.value.fault is Fault.ALTERED


def test_the_signature_of_the_log_is_no_cosignature_and_the_other_way_round() -> None:
    as_witness = Witness.of(office.ORIGIN, office.LEDGER)
    assert cosignatures_of(TEXT, [as_witness]) == ()
    line = cosign(BARE, name=office.ORIGIN, signer=office.LEDGER, now=office.SIGNED)
    with pytest.raises(CheckpointBroken):
        open_checkpoint(BARE.partition("\n\n")[0] + "\n\n" + line, office.VERIFIER)


@given(st.integers(len(BARE), len(TEXT) - 1), st.characters(exclude_categories=["Cs"]))
def test_any_changed_sign_of_a_needed_cosignature_is_refused(place: int, sign: str) -> None:
    changed = TEXT[:place] + sign + TEXT[place + 1 :]
    if changed != TEXT:
        with pytest.raises(NotVerified) as caught:
            WitnessPolicy(needed=3, witnesses=office.POLICY.witnesses).check(changed)
        assert caught.value.fault in {Fault.ALTERED, Fault.MALFORMED, Fault.NOT_COSIGNED}


def test_keys_are_written_and_read() -> None:
    assert Witness.parse(FIRST.encoded()) == FIRST
    for text in (
        "",
        "a+b",
        "a+b+c",
        FIRST.encoded()[:-4],
        office.VERIFIER.encoded(),
        FIRST.encoded().replace("w", "v", 1),
    ):
        with pytest.raises(NotVerified):
            Witness.parse(text)


def test_demands_that_cannot_be_met_are_refused() -> None:
    same_key = Witness(name="other", public_key=FIRST.public_key)
    for needed, witnesses in ((2, (FIRST,)), (-1, (FIRST,)), (1, (FIRST, FIRST)), (1, (FIRST, same_key))):
        with pytest.raises(ValueError, match="cannot meet"):
            WitnessPolicy(needed=needed, witnesses=witnesses)


def test_what_is_no_note_is_not_cosigned() -> None:
    with pytest.raises(CheckpointBroken):
        cosign("text", name="w", signer=office.LEDGER, now=office.SIGNED)
    with pytest.raises(CheckpointBroken):
        with_cosignatures(TEXT, ["no line\n"])
    with pytest.raises(ValueError, match="signature line"):
        cosign(TEXT, name="two words", signer=office.LEDGER, now=office.SIGNED)
    with pytest.raises(NotVerified):
        cosignatures_of("text\ud800\n\n— a b\n", [FIRST])
