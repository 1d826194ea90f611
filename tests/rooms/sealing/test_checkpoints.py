"""Signed notes and checkpoints."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.checkpoints import (
    CheckpointBroken,
    Verifier,
    open_checkpoint,
    open_note,
    sign_checkpoint,
    sign_note,
)

# Published with the reference implementation of signed notes (golang.org/x/mod/sumdb/note).
NOTE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE_SIGNER = Ed25519PrivateKey.from_private_bytes(base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:])
NOTE_BODY = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = (
    f"{NOTE_BODY}\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

ORIGIN = "example.org/ledger"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VERIFIER = Verifier.of(ORIGIN, SIGNER)
GOLDEN = (
    "example.org/ledger\n"
    "20852163\n"
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
    "\n"
    "— example.org/ledger "
    "X1txbeCX3Yn9W5SmeHmMBmzQAoGNdYN4GlKpom5YRS5rr8jC8e5cVbNdJVz0gZ8ikA8/DTvNBWuKof1Hxh6fzEyGWwg=\n"
)


def test_the_published_note_is_signed_and_opened_as_published() -> None:
    verifier = Verifier.parse(NOTE_KEY)
    assert verifier.encoded() == NOTE_KEY == Verifier.of("PeterNeumann", NOTE_SIGNER).encoded()
    assert open_note(NOTE, verifier) == NOTE_BODY
    assert sign_note(NOTE_BODY, "PeterNeumann", NOTE_SIGNER) == NOTE


def test_a_checkpoint_has_its_golden_text() -> None:
    text = sign_checkpoint(ORIGIN, 20852163, b"\x01" * 32, SIGNER)
    assert text == GOLDEN
    opened = open_checkpoint(text, VERIFIER)
    assert (opened.origin, opened.size, opened.root, opened.text) == (ORIGIN, 20852163, b"\x01" * 32, text)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_signed_checkpoint_opens(size: int, root: bytes) -> None:
    opened = open_checkpoint(sign_checkpoint(ORIGIN, size, root, SIGNER), VERIFIER)
    assert (opened.size, opened.root) == (size, root)


@given(st.integers(min_value=0), st.characters(exclude_categories=["Cs"]))
def test_any_changed_sign_breaks_a_checkpoint(place: int, sign: str) -> None:
    place %= len(GOLDEN)
    changed = GOLDEN[:place] + sign + GOLDEN[place + 1 :]
    if changed != GOLDEN:
        with pytest.raises(CheckpointBroken):
            open_checkpoint(changed, VERIFIER)


@given(st.text())
def test_any_other_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(CheckpointBroken):
        open_checkpoint(text, VERIFIER)


@pytest.mark.parametrize(
    "body",
    [
        f"{ORIGIN}\n1\n",
        f"{ORIGIN}\n01\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n+1\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n9223372036854775808\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n1\n{base64.b64encode(bytes(31)).decode()}\n",
        f"another.example/log\n1\n{base64.b64encode(bytes(32)).decode()}\n",
    ],
)
def test_a_signature_does_not_make_a_malformed_checkpoint_good(body: str) -> None:
    with pytest.raises(CheckpointBroken):
        open_checkpoint(sign_note(body, ORIGIN, SIGNER), VERIFIER)


def test_another_key_under_the_same_name_is_passed_over_and_does_not_count() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    forged = sign_checkpoint(ORIGIN, 1, bytes(32), other)
    with pytest.raises(CheckpointBroken):
        open_checkpoint(forged, VERIFIER)
    witnessed = sign_checkpoint(ORIGIN, 1, bytes(32), SIGNER) + forged.rpartition("\n\n")[2]
    assert open_checkpoint(witnessed, VERIFIER).size == 1


@pytest.mark.parametrize(
    ("origin", "size", "length"), [("two words", 1, 32), ("a+b", 1, 32), (ORIGIN, -1, 32), (ORIGIN, 1, 31)]
)
def test_values_that_cannot_stand_in_a_checkpoint_are_refused(origin: str, size: int, length: int) -> None:
    with pytest.raises(ValueError, match="cannot stand"):
        sign_checkpoint(origin, size, bytes(length), SIGNER)


def test_a_body_without_its_line_feed_is_not_signed() -> None:
    with pytest.raises(ValueError, match="line feed"):
        sign_note("body", ORIGIN, SIGNER)


@pytest.mark.parametrize(
    "text", ["", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a+00000000+AQ=="]
)
def test_other_texts_are_no_verifier_key(text: str) -> None:
    with pytest.raises(CheckpointBroken):
        Verifier.parse(text)
