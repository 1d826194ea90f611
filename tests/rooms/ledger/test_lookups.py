"""Proofs, and the verification that names the place of every tampering."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chengxin.keys.current import keyring
from chengxin.ledger import lookups
from chengxin.ledger import operations as ledger
from chengxin.ledger.rules import FindingCode, Proof, check_proof, joined
from chengxin.sealing.checkpoints import Verifier, open_checkpoint, sign_checkpoint
from chengxin.sealing.merkle import ProofBroken, root_of, verify_consistency

Grow = Callable[..., list[int]]
Tamper = Callable[..., None]

REWRITE_EVENT = (
    "UPDATE ledger_event SET actor_key = 'account:1', digest = sha256(salt || convert_to(replace("
    '\'{"actor":"account:1","at":"2028-02-28T16:00:01.000000Z","body":{"nothing":null,"number":@,"text":"一件事"},'
    '"kind":"ledger.thing.done","organisation":"359900000000000000","person":@}\', \'@\', body->>\'number\'),'
    " 'UTF8')) WHERE id = {id}"
)
REWRITE_LEAF = (
    "UPDATE ledger_leaf SET leaf_hash = (SELECT sha256('\\x00'::bytea || digest) FROM ledger_event WHERE id = event_id)"
    " WHERE event_id = {id}"
)


def rewritten(statement: str, event_id: int) -> str:
    return statement.replace("{id}", str(event_id))


def found() -> list[tuple[str, str]]:
    verification = lookups.verify()
    assert verification.finding_count == len(verification.findings)
    assert verification.is_untouched == (not verification.findings)
    return [(finding.code.value, finding.place) for finding in verification.findings]


def test_every_integrated_event_is_proved_to_whoever_has_the_public_key(grow: Grow) -> None:
    ids = [*grow(300), *grow(7)]
    verifier = Verifier.parse(keyring().ledger_verifier().encoded())
    for event_id in (ids[0], ids[255], ids[256], ids[-1]):
        proof = Proof.from_text(lookups.prove(event_id).to_text())
        assert check_proof(proof, verifier).size == 307
        assert '"kind":"ledger.thing.done"' in proof.payload


def test_a_tampered_proof_is_refused(grow: Grow) -> None:
    ids = grow(20)
    verifier = keyring().ledger_verifier()
    proof = lookups.prove(ids[5])
    other = lookups.prove(ids[6])
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    forged = sign_checkpoint(verifier.origin, 1, lookups.merkle.leaf_hash(b""), stranger)
    for changed in (
        replace(proof, payload=proof.payload.replace("account:17", "account:18")),
        replace(proof, salt=other.salt),
        replace(proof, salt=b""),
        replace(proof, leaf_index=6),
        replace(proof, path=proof.path[:-1]),
        replace(proof, path=other.path),
        replace(proof, checkpoint=forged),
        replace(proof, payload="\ud800"),
    ):
        with pytest.raises(ProofBroken):
            check_proof(changed, verifier)
    assert check_proof(replace(proof, event_id=0), verifier)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"event": 1}', "[" * 100_000, '{"event": "x", "path": 5}'])
def test_other_texts_are_no_proof(text: str) -> None:
    with pytest.raises(ProofBroken):
        Proof.from_text(text)


def test_events_without_a_place_in_the_published_tree_are_not_proved(grow: Grow, now: datetime) -> None:
    with pytest.raises(ledger.EventUnknown):
        lookups.prove(1)
    (waiting,) = grow(1, integrated=False)
    with pytest.raises(ledger.EventNotIntegrated):
        lookups.prove(waiting)
    ledger.integrate(now=now)
    assert lookups.prove(waiting)


def test_no_proof_is_given_of_what_was_changed(grow: Grow, tamper: Tamper, folder: Path) -> None:
    ids = grow(20)
    tamper(f"UPDATE ledger_event SET actor_key = 'account:1' WHERE id = {ids[5]}")
    with pytest.raises(ledger.LedgerBroken):
        lookups.prove(ids[5])
    (folder / "tile/0/000.p/20").unlink()
    with pytest.raises(ledger.LedgerBroken):
        lookups.prove(ids[6])


def test_an_older_checkpoint_is_proved_to_be_the_beginning(grow: Grow, now: datetime) -> None:
    grow(3)
    older = ledger.integrate(now=now)
    grow(400)
    proof = lookups.prove_consistency(first_size=older.size)
    newer = open_checkpoint(proof.checkpoint, keyring().ledger_verifier())
    verify_consistency(
        first_size=older.size,
        first_root=older.root,
        second_size=newer.size,
        second_root=newer.root,
        path=list(proof.path),
    )
    with pytest.raises(ledger.EventNotIntegrated):
        lookups.prove_consistency(first_size=404)


def test_an_untouched_log_has_no_findings(grow: Grow) -> None:
    assert found() == []
    grow(3)
    grow(600)
    grow(4, integrated=False)
    verification = lookups.verify()
    assert verification.is_untouched
    assert (verification.checked_count, verification.pending_count, verification.size) == (607, 4, 603)
    assert lookups.count_pending() == 4


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'ledger.thing.undone'",
        "at = at + interval '1 microsecond'",
        "actor_key = 'account:1'",
        "organisation_code = NULL",
        "person_id = 99",
        "person_id = NULL",
        "body = body || '{\"number\": 0}'",
        "body = body || '{\"number\": 5.5}'",
        "body = body - 'nothing'",
        "body = '[]'",
        "salt = decode(repeat('00', 16), 'hex')",
        "digest = sha256('x')",
    ],
)
def test_a_changed_event_is_named(grow: Grow, tamper: Tamper, change: str) -> None:
    ids = grow(10)
    tamper(f"UPDATE ledger_event SET {change} WHERE id = {ids[5]}")
    assert found() == [("EVENT_CHANGED", f"ledger_event:{ids[5]}")]


def test_an_event_changed_together_with_its_digest_is_named(grow: Grow, tamper: Tamper) -> None:
    ids = grow(10)
    tamper(rewritten(REWRITE_EVENT, ids[5]))
    assert found() == [("EVENT_CHANGED", f"ledger_event:{ids[5]}")]


def test_an_event_changed_together_with_digest_and_leaf_is_named(grow: Grow, tamper: Tamper) -> None:
    ids = grow(300)
    tamper(rewritten(REWRITE_EVENT, ids[5]), rewritten(REWRITE_LEAF, ids[5]))
    assert found() == [("ROOT_DIFFERS", "ledger_checkpoint:1"), ("EVENT_CHANGED", f"ledger_event:{ids[5]}")]


def test_an_event_changed_together_with_leaf_and_tiles_contradicts_the_signature(
    grow: Grow, tamper: Tamper, folder: Path
) -> None:
    ids = grow(10)
    tamper(rewritten(REWRITE_EVENT, ids[5]), rewritten(REWRITE_LEAF, ids[5]))
    hashes = [bytes(leaf) for leaf in lookups.Leaf.objects.order_by("pk").values_list("leaf_hash", flat=True)]
    (folder / "tile/0/000.p/10").write_bytes(b"".join(hashes))
    assert found() == [("ROOT_DIFFERS", "ledger_checkpoint:1"), ("CHECKPOINT_FILE_CONTRADICTS", "checkpoint")]


def test_an_event_changed_before_integration_is_named(grow: Grow, tamper: Tamper) -> None:
    ids = grow(3, integrated=False)
    tamper(f"UPDATE ledger_event SET actor_key = 'account:1' WHERE id = {ids[1]}")
    assert found() == [("EVENT_CHANGED", f"ledger_event:{ids[1]}")]


def test_a_removed_event_is_named(grow: Grow, tamper: Tamper) -> None:
    ids = grow(10)
    tamper(f"DELETE FROM ledger_event WHERE id IN ({ids[5]}, {ids[9]})")
    assert found() == [("EVENT_REMOVED", f"ledger_event:{ids[5]}"), ("EVENT_REMOVED", f"ledger_event:{ids[9]}")]


def test_an_event_removed_before_integration_is_named_for_ever(grow: Grow, tamper: Tamper) -> None:
    ids = grow(3, integrated=False)
    tamper(f"DELETE FROM ledger_event WHERE id = {ids[1]}")
    assert found() == [("EVENT_REMOVED", f"ledger_event:{ids[1]}")]
    grow(2)
    assert found() == [("EVENT_REMOVED", f"ledger_event:{ids[1]}")]


def test_truncated_events_are_named(grow: Grow, tamper: Tamper) -> None:
    ids = grow(10)
    tamper("TRUNCATE ledger_event")
    assert found() == [("EVENT_REMOVED", f"ledger_event:{event_id}") for event_id in ids]


def test_an_event_kept_out_of_the_tree_is_named(grow: Grow, tamper: Tamper) -> None:
    ids = grow(3, integrated=False)
    tamper(f"DELETE FROM ledger_pending WHERE event_id = {ids[1]}")
    grow(2)
    assert found() == [("EVENT_OUTSIDE_TREE", f"ledger_event:{ids[1]}")]


def test_exchanged_events_are_named(grow: Grow, tamper: Tamper) -> None:
    ids = grow(10)
    tamper(
        f"UPDATE ledger_event SET id = -1 WHERE id = {ids[2]}",
        f"UPDATE ledger_event SET id = {ids[2]} WHERE id = {ids[3]}",
        f"UPDATE ledger_event SET id = {ids[3]} WHERE id = -1",
    )
    assert found() == [("EVENT_CHANGED", f"ledger_event:{ids[2]}"), ("EVENT_CHANGED", f"ledger_event:{ids[3]}")]


def test_a_changed_leaf_is_named(grow: Grow, tamper: Tamper) -> None:
    grow(300)
    tamper("UPDATE ledger_leaf SET leaf_hash = sha256('x') WHERE leaf_index = 5")
    assert found() == [("ROOT_DIFFERS", "ledger_checkpoint:1"), ("LEAF_CHANGED", "ledger_leaf:5")]


def test_removed_leaves_are_named_as_a_range(grow: Grow, tamper: Tamper) -> None:
    ids = grow(10)
    tamper("DELETE FROM ledger_leaf WHERE leaf_index IN (3, 4, 5)")
    outside = [("EVENT_OUTSIDE_TREE", f"ledger_event:{ids[index]}") for index in (3, 4, 5)]
    assert found() == [("LEAF_REMOVED", "ledger_leaf:3-5"), *outside]


def test_a_cut_tail_is_named(grow: Grow, tamper: Tamper) -> None:
    ids = [*grow(10), *grow(3)]
    tamper(
        "DELETE FROM ledger_leaf WHERE leaf_index >= 10",
        f"DELETE FROM ledger_event WHERE id >= {ids[10]}",
        "DELETE FROM ledger_checkpoint WHERE number = 2",
    )
    assert found() == [("CHECKPOINT_REMOVED", "ledger_checkpoint:2"), ("LEAF_REMOVED", "ledger_leaf:10-12")]


def test_a_wholly_truncated_ledger_is_named(grow: Grow, tamper: Tamper) -> None:
    grow(10)
    tamper("TRUNCATE ledger_event, ledger_leaf, ledger_checkpoint, ledger_pending")
    assert found() == [("CHECKPOINT_REMOVED", "ledger_checkpoint:1"), ("LEAF_REMOVED", "ledger_leaf:0-9")]


def test_a_leaf_smuggled_in_is_named(grow: Grow, tamper: Tamper) -> None:
    grow(3)
    tamper("INSERT INTO ledger_leaf VALUES (3, 999, sha256('x'))")
    assert found() == [("EVENT_REMOVED", "ledger_event:999"), ("LEAF_UNSIGNED", "ledger_leaf:3")]


def test_a_removed_checkpoint_is_named(grow: Grow, tamper: Tamper) -> None:
    for _ in range(4):
        grow(3)
    tamper("DELETE FROM ledger_checkpoint WHERE number IN (2, 3)")
    assert found() == [("CHECKPOINT_REMOVED", "ledger_checkpoint:2-3")]


@pytest.mark.parametrize(
    "change", ["root = sha256('x')", "tree_size = 5", "text = replace(text, '3', '4')", "text = ''"]
)
def test_a_changed_checkpoint_is_named(grow: Grow, tamper: Tamper, change: str) -> None:
    for _ in range(2):
        grow(3)
    tamper(f"UPDATE ledger_checkpoint SET {change} WHERE number = 1")
    assert found() == [("CHECKPOINT_BROKEN", "ledger_checkpoint:1")]


def test_a_checkpoint_over_another_tree_is_named_though_its_signature_holds(grow: Grow, tamper: Tamper) -> None:
    grow(3)
    root = root_of([bytes(32)] * 3)
    ring = keyring()
    text = sign_checkpoint(ring.ledger_origin, 3, root, ring.ledger_signer())
    tamper(f"UPDATE ledger_checkpoint SET root = '\\x{root.hex()}', text = '{text}'")
    assert found() == [("ROOT_DIFFERS", "ledger_checkpoint:1")]


@pytest.mark.parametrize(
    ("size", "path"),
    [(10, "tile/0/000.p/10"), (300, "tile/0/000"), (300, "tile/0/001.p/44"), (300, "tile/1/000.p/1")],
)
def test_changed_cut_and_missing_tiles_are_named(grow: Grow, folder: Path, size: int, path: str) -> None:
    grow(size)
    contents = bytearray((folder / path).read_bytes())
    contents[7] ^= 1
    (folder / path).write_bytes(bytes(contents))
    assert found() == [("TILE_CHANGED", path)]
    (folder / path).write_bytes(bytes(contents[:-1]))
    assert {place for _, place in found()} == {path}
    (folder / path).unlink()
    assert found() == [("TILE_MISSING", path)]


def test_a_changed_checkpoint_file_is_named(grow: Grow, folder: Path) -> None:
    grow(3)
    path = folder / "checkpoint"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\n3\n", "\n4\n"), encoding="utf-8")
    assert found() == [("CHECKPOINT_FILE_BROKEN", "checkpoint")]
    path.write_bytes(b"\xff")
    assert found() == [("CHECKPOINT_FILE_BROKEN", "checkpoint")]
    path.unlink()
    assert found() == [("CHECKPOINT_FILE_MISSING", "checkpoint")]


def test_findings_are_counted_beyond_those_that_are_kept(grow: Grow, tamper: Tamper) -> None:
    grow(1100)
    tamper("TRUNCATE ledger_event")
    verification = lookups.verify()
    assert verification.finding_count == 1100
    assert len(verification.findings) == 1000


def test_verdicts_join(grow: Grow, tamper: Tamper) -> None:
    ids = grow(3)
    whole = lookups.verify()
    tamper(f"DELETE FROM ledger_event WHERE id = {ids[0]}")
    both = joined([whole, lookups.verify()])
    assert (both.finding_count, both.checked_count, both.size) == (1, 6, 3)
    assert both.findings[0].code is FindingCode.EVENT_REMOVED
    assert joined([]).is_untouched
