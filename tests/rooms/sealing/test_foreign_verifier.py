"""Another implementation of the C2SP formats reads what we write, and we read what it writes."""

import random
from pathlib import Path

import pytest
from aics_tlog import checkpoint as their_checkpoints
from aics_tlog import cosign as their_cosignatures
from aics_tlog import note as their_notes
from aics_tlog import tiles as their_tiles
from aics_tlog import tree as their_trees

from chengxin.sealing.checkpoints import open_checkpoint
from chengxin.sealing.cosignatures import Witness, cosignatures_of
from chengxin.sealing.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from chengxin.sealing.tiles import Growth, tile_path, write_file
from factories import sealing as office

DATA = [f"leaf {number}".encode() for number in range(600)]
LEAVES = [leaf_hash(data) for data in DATA]
SIZES = (1, 2, 3, 7, 255, 256, 257, 512, 600)


def test_their_verifier_accepts_our_checkpoint_with_its_cosignatures() -> None:
    log = office.log()
    read = their_checkpoints.verify_checkpoint(
        their_notes.parse_note(log.checkpoint()),
        their_notes.parse_vkey(office.VERIFIER.encoded()),
        [their_notes.parse_vkey(witness.encoded()) for witness in office.POLICY.witnesses],
        quorum=3,
    )
    assert read.ok, read
    cut = log.checkpoint().rpartition("— ")[0]
    read = their_checkpoints.verify_checkpoint(
        their_notes.parse_note(cut),
        their_notes.parse_vkey(office.VERIFIER.encoded()),
        [their_notes.parse_vkey(witness.encoded()) for witness in office.POLICY.witnesses],
        quorum=3,
    )
    assert not read.ok


def test_we_accept_their_checkpoint_with_their_cosignature() -> None:
    root = root_of(LEAVES)
    signed = their_checkpoints.sign_checkpoint(
        their_checkpoints.Checkpoint(office.ORIGIN, len(LEAVES), root), office.LEDGER, office.ORIGIN
    )
    name, key = next(iter(office.WITNESSES.items()))
    moment = int(office.SIGNED.timestamp())
    _, line = their_cosignatures.sign_cosignature(key, name, moment, office.ORIGIN, len(LEAVES), root)
    text = their_notes.Note(text=signed.text, signatures=(*signed.signatures, line)).serialise()
    assert open_checkpoint(text, office.VERIFIER).root == root
    (cosignature,) = cosignatures_of(text, [Witness.of(name, key)])
    assert (cosignature.name, cosignature.at) == (name, office.SIGNED)
    assert their_cosignatures.cosignature_vkey(name, key.public_key()).key_id == Witness.of(name, key).key_hash


@pytest.mark.parametrize("size", SIZES)
def test_proofs_are_verified_both_ways(size: int) -> None:
    root = root_of(LEAVES[:size])
    tree = their_trees.MerkleTree(DATA[:size])
    assert tree.root() == root
    for index in {0, size // 2, size - 1}:
        path = inclusion_proof(LEAVES, index, size)
        assert their_trees.verify_leaf_inclusion(DATA[index], index, size, path, root)
        verify_inclusion(leaf=LEAVES[index], index=index, size=size, path=tree.inclusion_proof(index), root=root)
    for first in {1, size // 2 or 1, size}:
        older = root_of(LEAVES[:first])
        path = consistency_proof(LEAVES, first, size)
        assert their_trees.verify_consistency(first, size, older, root, path)
        verify_consistency(
            first_size=first,
            first_root=older,
            second_size=size,
            second_root=root,
            path=tree.consistency_proof(first),
        )


def test_both_refuse_the_same_mutations_of_a_proof() -> None:
    chance = random.Random(7)
    size, index = 600, 300
    root, path = root_of(LEAVES), inclusion_proof(LEAVES, 300, 600)
    for _ in range(200):
        changed = list(path)
        place = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                hashed = bytearray(changed[place])
                hashed[chance.randrange(32)] ^= 1 << chance.randrange(8)
                changed[place] = bytes(hashed)
            case 1:
                del changed[place]
            case 2:
                changed.insert(place, changed[place])
            case _:
                changed = changed[:place] if place else changed[::-1]
        assert not their_trees.verify_leaf_inclusion(DATA[index], index, size, changed, root)
        with pytest.raises(Exception, match=r"^$"):
            verify_inclusion(leaf=LEAVES[index], index=index, size=size, path=changed, root=root)


def test_their_reader_finds_our_tiles_whole(tmp_path: Path) -> None:
    growth = Growth()
    for leaf in LEAVES:
        for level, index, contents in growth.append(leaf):
            write_file(tmp_path, tile_path(level, index), contents)
    for level, index, contents in growth.partials():
        write_file(tmp_path, tile_path(level, index, len(contents) // 32), contents)
    reader = their_tiles.FileSystemTileReader(tmp_path)
    assert their_tiles.tree_root_from_tiles(reader, len(LEAVES)) == root_of(LEAVES)
    path = their_tiles.inclusion_proof_from_tiles(reader, 300, len(LEAVES))
    assert path == inclusion_proof(LEAVES, 300, len(LEAVES))
    assert their_tiles.consistency_proof_from_tiles(reader, 257, 600) == consistency_proof(LEAVES, 257, 600)
