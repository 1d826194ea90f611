"""The ledger as anybody gets it: the files of C2SP tlog-tiles and nothing beside them, and the page that explains it."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.keys.current import keyring
from chengxin.sealing.checkpoints import open_checkpoint, sign_checkpoint
from chengxin.sealing.merkle import leaf_hash, root_of
from chengxin.sealing.tiles import Growth, encode_tile, tile_path, write_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_page_day")]
LEAVES = [leaf_hash(str(number).encode()) for number in range(600)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a ledger, empty yet."""
    monkeypatch.setattr("chengxin.ledger.lookups.ledger_folder", lambda: tmp_path / "ledger")
    return tmp_path / "ledger"


@pytest.fixture
def publish(folder: Path) -> Callable[[int], str]:
    """Publish the ledger at a size."""

    def publish(size: int) -> str:
        growth = Growth()
        for leaf in LEAVES[:size]:
            for level, index, contents in growth.append(leaf):
                write_file(folder, tile_path(level, index), contents)
        for level, index, contents in growth.partials():
            write_file(folder, tile_path(level, index, len(contents) // 32), contents)
        ring = keyring()
        text = sign_checkpoint(ring.ledger_origin, size, growth.root(), ring.ledger_signer())
        write_file(folder, "checkpoint", text.encode())
        return text

    return publish


def test_the_checkpoint_is_served_and_never_kept_by_caches(client: Client, publish: Callable[[int], str]) -> None:
    assert client.get("/ledger/checkpoint").status_code == 404
    text = publish(600)
    response = client.get("/ledger/checkpoint")
    assert response.content.decode() == text
    assert open_checkpoint(text, keyring().ledger_verifier()).size == 600
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert client.head("/ledger/checkpoint").status_code == 200
    assert client.post("/ledger/checkpoint").status_code == 405


def test_tiles_are_served_and_full_ones_may_be_kept_for_ever(client: Client, publish: Callable[[int], str]) -> None:
    publish(600)
    full = client.get("/ledger/tile/0/001")
    assert full.content == encode_tile(LEAVES[256:512])
    assert full.headers["Content-Type"] == "application/octet-stream"
    assert full.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    partial = client.get("/ledger/tile/0/002.p/88")
    assert partial.content == encode_tile(LEAVES[512:])
    assert "immutable" not in partial.headers["Cache-Control"]
    assert client.get("/ledger/tile/1/000.p/2").content == root_of(LEAVES[:256]) + root_of(LEAVES[256:512])
    for response in (full, partial):
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_partial_tile_that_became_full_is_still_given(client: Client, publish: Callable[[int], str]) -> None:
    publish(600)
    assert client.get("/ledger/tile/0/001.p/40").content == encode_tile(LEAVES[256:296])


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/003", "tile/0/002", "tile/0/002.p/89", "tile/2/000", "tile/0/000.p/256", "tile/0/x000/000",
        "tile/0/../../checkpoint", "../mode", "..%2Fmode", "%2e%2e/keys/vault.key", "tile/0/..%2f..%2f..%2fkeys%2fvault.key",
        "/etc/passwd", "checkpoint/", "tile/", "tile", "tile/0/", "tile/entries/000", "tile/0/000%00", "tile/0/000%0a", "hidden",
        "tile/0/.000.1", "./checkpoint", "tile/0/000/", "CHECKPOINT",
    ],
)  # fmt: skip
def test_nothing_else_is_there(client: Client, publish: Callable[[int], str], folder: Path, path: str) -> None:
    publish(600)
    for hidden in (folder / "hidden", folder.parent / "mode", folder / "tile" / "0" / ".000.1"):
        hidden.write_text("something else")
    response = client.get(f"/ledger/{path}")
    assert response.status_code in {301, 404}
    assert b"something else" not in response.content


def test_a_damaged_tile_is_not_given(client: Client, publish: Callable[[int], str], folder: Path) -> None:
    publish(600)
    (folder / "tile" / "0" / "001").write_bytes(bytes(100))
    assert client.get("/ledger/tile/0/001").status_code == 404


def test_the_page_shows_the_newest_checkpoint(client: Client, publish: Callable[[int], str], folder: Path) -> None:
    assert "账本还没有公布" in client.get(reverse("public:ledger")).content.decode()
    text = publish(600)
    page = re.sub(r"\s+", " ", client.get(reverse("public:ledger")).content.decode())
    assert "600" in page
    assert base64.b64decode(text.split("\n")[2]).hex() in page
    assert keyring().ledger_origin in page
    assert "chengxin-monitor http://testserver/ledger/ --trust trust.json" in page
    assert "tile/层/号" in page  # signs that HTML would take for a tag are lost
    (folder / "checkpoint").write_text(text.replace("600", "601"))
    assert "账本的最新一页现在读不出来" in client.get(reverse("public:ledger")).content.decode()
