"""A monitor against a ledger that is really served: what is fine, and everything that somebody may have done to it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chengxin.sealing.checkpoints import sign_checkpoint
from chengxin.sealing.cosignatures import WitnessPolicy, cosign, with_cosignatures
from chengxin.sealing.faults import NotVerified
from chengxin.sealing.merkle import leaf_hash
from chengxin.sealing.trust import Trust
from chengxin.watching import monitor_command
from chengxin.watching.monitor import Seen
from factories import sealing as office
from factories.watching import environment, served, write_log

LEAVES = [leaf_hash(str(number).encode()) for number in range(1500)]
# The command reads the clock; a year in which nothing is too old and nothing to come.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


@pytest.fixture
def publish(folder: Path) -> Callable[..., str]:
    """Publish the ledger with some leaves, as its own platform would, or as whoever has its key."""

    def publish(leaves: list[bytes]) -> str:
        shutil.rmtree(folder / "tile", ignore_errors=True)
        text = sign_checkpoint(office.ORIGIN, len(leaves), write_log(folder, leaves), office.LEDGER)
        (folder / "checkpoint").write_text(text, encoding="utf-8")
        return text

    return publish


class Watching:
    """A monitor with its trust and its memory."""

    def __init__(self, address: str, place: Path, trust: Trust, capsys: pytest.CaptureFixture[str]) -> None:
        self.address, self.state, self.trust = address, place / "state.json", place / "trust.json"
        self.trust.write_text(trust.to_text(), encoding="utf-8")
        self._capsys = capsys

    def visit(self, *words: str) -> tuple[int, dict[str, Any]]:
        call = [self.address, "--trust", str(self.trust), "--state", str(self.state), "--json", *words]
        ended = monitor_command.main([*call, "--language", "en"])
        return ended, json.loads(self._capsys.readouterr().out)

    def fine(self, *words: str) -> dict[str, Any]:
        ended, said = self.visit(*words)
        assert (ended, said["code"]) == (0, None), said
        return said

    def found(self, *words: str) -> dict[str, Any]:
        kept = self.state.read_bytes() if self.state.exists() else None
        ended, said = self.visit(*words)
        assert (ended, said["fine"]) == (1, False)
        assert (self.state.read_bytes() if self.state.exists() else None) == kept
        assert said["sentence"].startswith("Something is wrong: ")
        return said


@pytest.fixture
def watching(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Watching]:
    """Give a monitor that demands no witnesses."""
    with served(folder) as address:
        trust = replace(office.trust(), witnesses=WitnessPolicy(), keys=None, keys_text=None)
        yield Watching(address, tmp_path, trust, capsys)


@pytest.fixture
def demanding(watching: Watching) -> Watching:
    """Give a monitor that demands two witnesses."""
    trust = replace(office.trust(), witnesses=office.POLICY, keys=None, keys_text=None)
    watching.trust.write_text(trust.to_text(), encoding="utf-8")
    return watching


def cosigned(text: str, *names: str, at: datetime = LONG_AGO) -> str:
    lines = [cosign(text, name=name, signer=key, now=at) for name, key in office.WITNESSES.items() if name in names]
    return with_cosignatures(text, lines)


JIA, YI, BING = office.WITNESSES


@pytest.mark.parametrize("words", [(), ("--all",)])
def test_a_ledger_that_only_grows_is_fine(
    watching: Watching, publish: Callable[..., str], words: tuple[str, ...]
) -> None:
    before = None
    for size in (0, 1, 255, 256, 600, 600, 1500):
        text = publish(LEAVES[:size])
        said = watching.fine(*words)
        assert (said["facts"]["size"], said["facts"]["before"]) == (size, before)
        assert Seen.parse(watching.state.read_text(encoding="utf-8")).checkpoint == text
        before = size
    assert "1,500" not in said["sentence"]
    assert "begins with the 600 that were seen before" in said["sentence"]


@pytest.mark.parametrize(("changed", "place"), [(0, "0-255"), (300, "256-511"), (590, "512-599")])
def test_a_rewritten_ledger_is_found_and_where(
    watching: Watching, publish: Callable[..., str], changed: int, place: str, tmp_path: Path
) -> None:
    before = publish(LEAVES[:600])
    watching.fine("--all")
    after = publish([*LEAVES[:changed], leaf_hash(b"forged"), *LEAVES[changed + 1 : 900]])
    said = watching.found("--all")
    assert (said["code"], said["place"]) == ("REWRITTEN", place)
    kept = Path(said["evidence"]).read_text(encoding="utf-8")
    assert before in kept
    assert after in kept
    assert watching.found()["code"] == "REWRITTEN"
    publish(LEAVES[:900])
    watching.fine("--all")


@pytest.mark.parametrize("words", [(), ("--all",)])
def test_without_having_read_all_the_change_is_found_too(
    watching: Watching, publish: Callable[..., str], words: tuple[str, ...]
) -> None:
    publish(LEAVES[:600])
    watching.fine()
    for changed in (0, 300, 599):
        publish([*LEAVES[:changed], leaf_hash(b"forged"), *LEAVES[changed + 1 : 900]])
        said = watching.found(*words)
        assert (said["code"], said["place"]) == ("REWRITTEN", "0-599")


@pytest.mark.parametrize("words", [(), ("--all",)])
def test_a_ledger_that_was_cut_off_or_split_is_found(
    watching: Watching, publish: Callable[..., str], words: tuple[str, ...]
) -> None:
    publish(LEAVES[:600])
    watching.fine()
    publish(LEAVES[:599])
    said = watching.found(*words)
    assert (said["code"], said["place"], bool(said["evidence"])) == ("TRUNCATED", "600 > 599", True)
    publish([*LEAVES[:599], leaf_hash(b"forged")])
    assert watching.found(*words)["code"] == "SPLIT_VIEW"


def test_a_missing_tile_is_named(watching: Watching, publish: Callable[..., str], folder: Path) -> None:
    publish(LEAVES[:600])
    (folder / "tile/0/000").unlink()
    assert watching.fine()["facts"]["size"] == 600  # the proofs do not need it
    said = watching.found("--all")
    assert (said["code"], said["place"]) == ("TILE_MISSING", "tile/0/000")
    (folder / "tile/0/002.p/88").unlink()
    said = watching.found()
    assert (said["code"], said["place"]) == ("TILE_MISSING", "tile/0/002.p/88")


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2"])
def test_a_changed_tile_is_found(watching: Watching, publish: Callable[..., str], folder: Path, path: str) -> None:
    publish(LEAVES[:600])
    raw = (folder / path).read_bytes()
    (folder / path).write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    assert watching.found("--all")["code"] == "TILE_CHANGED"
    if path != "tile/0/000":
        assert watching.found()["code"] == "TILE_CHANGED"


def test_a_checkpoint_that_is_not_the_ledgers_is_found(
    watching: Watching, publish: Callable[..., str], folder: Path
) -> None:
    text = publish(LEAVES[:600])
    another = sign_checkpoint(office.ORIGIN, 600, bytes(32), office.ed25519("another"))
    for wrong, code in (
        (text.replace("\n600\n", "\n601\n"), "ALTERED"),
        (another, "UNKNOWN_KEY"),
        ("", "MALFORMED"),
        ("<html>", "MALFORMED"),
    ):
        (folder / "checkpoint").write_text(wrong, encoding="utf-8")
        assert watching.found()["code"] == code
    (folder / "checkpoint").write_bytes(b"\xff")
    assert watching.found()["code"] == "MALFORMED"
    (folder / "checkpoint").unlink()
    assert watching.found()["code"] == "UNREACHABLE"


def test_nobody_answering_is_said(watching: Watching) -> None:
    watching.address = "http://127.0.0.1:9/"
    assert watching.found()["code"] == "UNREACHABLE"


def test_enough_witnesses_must_have_seen_the_same(
    demanding: Watching, publish: Callable[..., str], folder: Path
) -> None:
    hours = ("--oldest", str(24 * 365 * 100))
    text = publish(LEAVES[:600])
    said = demanding.found(*hours)
    assert (said["code"], said["place"]) == ("NOT_COSIGNED", "0/2")
    (folder / "checkpoint").write_text(cosigned(text, JIA), encoding="utf-8")
    assert demanding.found(*hours)["code"] == "NOT_COSIGNED"
    (folder / "checkpoint").write_text(cosigned(text, JIA, BING), encoding="utf-8")
    assert demanding.fine(*hours)["facts"]["witnesses"] == 2
    said = demanding.found()
    assert (said["code"], said["place"]) == ("COSIGNED_TOO_OLD", "2020-01-01T00:00:00.000000Z")


def test_the_newest_may_wait_for_its_witnesses_when_the_one_before_was_seen(
    demanding: Watching, publish: Callable[..., str], folder: Path
) -> None:
    hours = ("--oldest", str(24 * 365 * 100))
    (folder / "cosigned").parent.mkdir(exist_ok=True)
    (folder / "cosigned").write_text(cosigned(publish(LEAVES[:600]), JIA, YI), encoding="utf-8")
    publish(LEAVES[:700])
    facts = demanding.fine(*hours)["facts"]
    assert (facts["size"], facts["cosigned_size"], facts["witnesses"]) == (700, 600, 2)
    # One history for the witnesses, another for whoever reads here.
    publish([*LEAVES[:10], leaf_hash(b"forged"), *LEAVES[11:700]])
    demanding.state.unlink()
    said = demanding.found(*hours)
    assert (said["code"], said["place"]) == ("COSIGNED_DIFFERS", "0-599")
    assert said["evidence"]
    publish(LEAVES[:500])
    assert demanding.found(*hours)["code"] == "TRUNCATED"


def test_a_false_cosignature_is_found(demanding: Watching, publish: Callable[..., str], folder: Path) -> None:
    other = cosigned(sign_checkpoint(office.ORIGIN, 600, bytes(32), office.LEDGER), JIA, YI)
    text = publish(LEAVES[:600]) + "".join(f"{line}\n" for line in other.splitlines()[-2:])
    (folder / "checkpoint").write_text(text, encoding="utf-8")
    assert demanding.found()["code"] == "ALTERED"


@pytest.mark.parametrize(
    "text", ["", "{}", '{"format": "chengxin-monitor-1"}', "[]", '{"format":"x","checkpoint":1,"tiles":""}']
)
def test_a_memory_that_is_none_is_a_wrong_call(watching: Watching, publish: Callable[..., str], text: str) -> None:
    publish(LEAVES[:3])
    watching.state.write_text(text, encoding="utf-8")
    call = [watching.address, "--trust", str(watching.trust), "--state", str(watching.state)]
    assert monitor_command.main(call) == 2
    assert watching.state.read_text(encoding="utf-8") == text
    with pytest.raises(NotVerified):
        Seen.parse(text)


def test_other_wrong_calls_end_with_two_and_keep_nothing(watching: Watching, tmp_path: Path) -> None:
    state = str(tmp_path / "none.json")
    trust = str(watching.trust)
    for call in (
        ["nonsense", "--trust", trust, "--state", state],
        [watching.address, "--trust", state, "--state", state],
        [watching.address, "--trust", __file__, "--state", state],
        [watching.address, "--trust", trust, "--keys", __file__, "--state", state],
        ["file:///etc/passwd", "--trust", trust, "--state", state],
    ):
        assert monitor_command.main(call) == 2
    with pytest.raises(SystemExit, match="2"):
        monitor_command.main([])
    assert not Path(state).exists()


def test_a_killed_monitor_keeps_its_memory_whole(
    watching: Watching, publish: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(LEAVES[:300])
    watching.fine()
    kept = watching.state.read_bytes()
    publish(LEAVES[:600])

    class CutOffError(Exception):
        pass

    def cut_off(*_: object) -> None:
        raise CutOffError

    monkeypatch.setattr(os, "fsync", cut_off)
    with pytest.raises(CutOffError):
        watching.visit()
    assert watching.state.read_bytes() == kept


def test_the_command_says_one_sentence(watching: Watching, publish: Callable[..., str]) -> None:
    publish(LEAVES[:300])
    command = [sys.executable, "-m", "chengxin.watching.monitor_command", watching.address]
    files = ["--trust", str(watching.trust), "--state", str(watching.state)]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False, env=environment())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"正常：{office.ORIGIN} 有 300 笔；这是第一次查看")
    publish(LEAVES[:299])
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False, env=environment())
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("发现问题：被截短：比先前签署或已知的内容短（300 > 299）。两份签名原文存于 ")


def test_moments_of_witnesses_are_judged_by_the_hours_given(
    demanding: Watching, publish: Callable[..., str], folder: Path
) -> None:
    text = publish(LEAVES[:3])
    for hours, expected in ((1, 1), (24 * 365 * 100, 0)):
        (folder / "checkpoint").write_text(cosigned(text, JIA, YI, at=LONG_AGO + timedelta(hours=1)), encoding="utf-8")
        assert demanding.visit("--oldest", str(hours))[0] == expected
