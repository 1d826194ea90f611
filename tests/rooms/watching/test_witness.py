"""A witness: remembers before it answers, also when it is killed; and what a log asks of it, over HTTP."""

import errno
import http.client
import signal
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chengxin.sealing.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from chengxin.sealing.cosignatures import cosignatures_of, with_cosignatures
from chengxin.sealing.merkle import consistency_proof, leaf_hash, root_of
from chengxin.sealing.witnessing import Request
from chengxin.watching import witness_command
from chengxin.watching.asking import Given, Trouble, WitnessPlace, ask_witness
from chengxin.watching.fetching import Unreachable, ask
from chengxin.watching.witness import WitnessBook, WitnessUnusable, make_witness
from chengxin.watching.witness_command import WitnessServer
from factories import sealing as office
from factories.watching import witnesses

LEAVES = [leaf_hash(str(number).encode()) for number in range(700)]
FORGED = [*LEAVES[:20], leaf_hash(b"forged"), *LEAVES[21:]]
NAME = "jia.example/witness"


def state(size: int, leaves: list[bytes] = LEAVES) -> Checkpoint:
    return open_checkpoint(sign_checkpoint(office.ORIGIN, size, root_of(leaves[:size]), office.LEDGER), office.VERIFIER)


def request(old: int, new: int, leaves: list[bytes] = LEAVES) -> str:
    path = consistency_proof(leaves, old, new) if 0 < old <= new else []
    return Request(old_size=old, path=tuple(path), checkpoint=state(new, leaves).text).to_text()


def asked(place: WitnessPlace, size: int, leaves: list[bytes] = LEAVES) -> Given:
    return ask_witness(place, state(size, leaves), leaves)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_witness(tmp_path / "jia", name=NAME)
    return tmp_path / "jia"


@pytest.fixture
def book(folder: Path) -> Iterator[WitnessBook]:
    opened = WitnessBook(folder, [office.VERIFIER])
    yield opened
    opened.close()


@pytest.fixture
def place(book: WitnessBook) -> Iterator[WitnessPlace]:
    """Give a witness that is served by this process."""
    with WitnessServer(("127.0.0.1", 0), book) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield WitnessPlace(address=f"http://127.0.0.1:{server.server_port}/", witness=book.witness)
        server.shutdown()
        thread.join()


def test_what_continues_is_cosigned_and_remembered(book: WitnessBook, folder: Path) -> None:
    for old, new in ((0, 5), (5, 5), (5, 300), (300, 700)):
        reply = book.add_checkpoint(request(old, new), now=office.NOW)
        assert reply.status == 200
        (found,) = cosignatures_of(with_cosignatures(state(new).text, [reply.text]), [book.witness])
        assert (found.name, found.at) == (NAME, office.NOW)
    assert book.last(office.ORIGIN) == state(700)
    book.close()
    again = WitnessBook(folder, [office.VERIFIER])
    assert again.last(office.ORIGIN) == state(700)
    again.close()


@pytest.mark.parametrize(
    ("text", "status", "answered"),
    [
        (request(0, 40), 409, "30\n"),
        (request(29, 40), 409, "30\n"),
        (request(30, 40, FORGED), 422, "the proof"),
        (request(30, 30, FORGED), 409, "30\n"),
        (request(20, 20), 400, "smaller"),
        (request(30, 40).replace(office.ORIGIN, "another.example/log"), 404, "this log is not known"),
        (request(30, 40).replace("\n40\n", "\n41\n"), 403, "not signed"),
        ("", 400, "malformed"),
        ("old 1\n\n", 404, "this log is not known"),
        ("old -1\n\nx", 400, "malformed"),
        ("x" * 100_000, 400, "malformed"),
    ],
)
def test_everything_else_is_refused_and_forgotten(book: WitnessBook, text: str, status: int, answered: str) -> None:
    assert book.add_checkpoint(request(0, 30), now=office.NOW).status == 200
    reply = book.add_checkpoint(text, now=office.NOW + timedelta(minutes=1))
    assert reply.status == status
    assert reply.text.startswith(answered)
    assert (reply.media_type == "text/x.tlog.size") == (status == 409)
    assert book.last(office.ORIGIN) == state(30)


@pytest.mark.parametrize("size", [30, 40])
def test_a_split_view_is_kept_as_evidence(book: WitnessBook, folder: Path, size: int) -> None:
    book.add_checkpoint(request(0, 30), now=office.NOW)
    for _ in range(3):
        reply = book.add_checkpoint(request(30, size, FORGED), now=office.NOW)
        assert office.ORIGIN in reply.told
    (kept,) = (folder / "evidence").iterdir()
    assert state(30).text in kept.read_text(encoding="utf-8")
    assert state(size, FORGED).text in kept.read_text(encoding="utf-8")


def test_a_shorter_log_is_told(book: WitnessBook) -> None:
    book.add_checkpoint(request(0, 30), now=office.NOW)
    assert book.add_checkpoint(request(20, 20), now=office.NOW).told.startswith("TRUNCATED")


def test_what_cannot_be_made_durable_is_not_answered(book: WitnessBook, monkeypatch: pytest.MonkeyPatch) -> None:
    book.add_checkpoint(request(0, 30), now=office.NOW)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("chengxin.watching.witness.write_file", full)
    with pytest.raises(OSError, match="full"):
        book.add_checkpoint(request(30, 40), now=office.NOW)
    assert book.last(office.ORIGIN) == state(30)


def test_two_processes_do_not_work_with_one_folder(book: WitnessBook, folder: Path) -> None:
    with pytest.raises(WitnessUnusable, match="another process"):
        WitnessBook(folder, [office.VERIFIER])


def test_a_damaged_memory_is_not_begun_anew(book: WitnessBook, folder: Path) -> None:
    book.add_checkpoint(request(0, 30), now=office.NOW)
    (memory,) = folder.glob("*.checkpoint")
    memory.write_text(memory.read_text(encoding="utf-8").replace("\n30\n", "\n31\n"), encoding="utf-8")
    book.close()
    with pytest.raises(WitnessUnusable, match="damaged"):
        WitnessBook(folder, [office.VERIFIER])
    memory.unlink()
    WitnessBook(folder, [office.VERIFIER]).close()


def test_a_key_is_made_once_and_kept_from_others(folder: Path, tmp_path: Path) -> None:
    assert (folder / "witness.key").stat().st_mode & 0o777 == 0o600
    for name in (NAME, "with space", "with+plus", ""):
        with pytest.raises(WitnessUnusable):
            make_witness(folder if name == NAME else tmp_path / "other", name=name)
    (folder / "witness.key").chmod(0o640)
    with pytest.raises(WitnessUnusable, match="others"):
        WitnessBook(folder, [])


def test_a_witness_is_asked_from_where_it_is(place: WitnessPlace) -> None:
    assert asked(place, 30).lines
    place.seen_size = 0
    assert asked(place, 300).lines
    assert asked(place, 300).lines
    place.seen_size = 17
    given = asked(place, 700)
    assert cosignatures_of(with_cosignatures(state(700).text, [given.lines]), [place.witness])
    assert place.seen_size == 700


@pytest.mark.parametrize(("size", "leaves"), [(30, FORGED), (40, FORGED), (20, LEAVES), (700, FORGED)])
@pytest.mark.parametrize("known", [True, False])
def test_a_witness_that_saw_another_history_disagrees(
    place: WitnessPlace,
    size: int,
    leaves: list[bytes],
    known: bool,  # noqa: FBT001
) -> None:
    asked(place, 30)
    place.seen_size = 30 if known else 0
    given = asked(place, size, leaves)
    assert (given.trouble, given.lines) == (Trouble.DISAGREES, "")


def test_a_witness_of_other_logs_refuses(place: WitnessPlace) -> None:
    unknown = open_checkpoint(
        sign_checkpoint("another.example/log", 1, root_of(LEAVES[:1]), office.LEDGER),
        type(office.VERIFIER)(origin="another.example/log", public_key=office.VERIFIER.public_key),
    )
    assert ask_witness(place, unknown, LEAVES).trouble is Trouble.REFUSED  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\nnonsense\n", b"HTTP/1.0 409 X\r\n\r\nmany\n",
        b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 200_000, b"not HTTP at all\r\n\r\n", b"HTTP/1.0 500 X\r\n\r\n",
        b"HTTP/1.0 302 X\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
    ],
)  # fmt: skip
def test_whatever_a_witness_answers_nothing_is_raised(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            taken, _ = server.accept()
            with taken:
                taken.recv(65536)
                taken.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        place = WitnessPlace(address=f"http://127.0.0.1:{server.getsockname()[1]}/", witness=office.POLICY.witnesses[0])
        given = asked(place, 30)
        thread.join()
    assert given.trouble in {Trouble.AWAY, Trouble.REFUSED}
    assert given.lines == ""


def test_a_witness_that_is_away_or_slow_costs_no_more_than_the_time_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(Unreachable):
            ask(address, seconds=0.2)
    with pytest.raises(Unreachable):
        ask(address, seconds=0.2)


@pytest.mark.parametrize("text", ["", "http://x.example/", "ftp://x.example/ key", "x", "http:// key"])
def test_a_witness_that_is_written_wrongly_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        WitnessPlace.parse(text)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/", {}, 404), ("POST", "/add-checkpoint", {"Content-Length": "-1"}, 411),
        ("POST", "/add-checkpoint", {"Content-Length": "99999999999"}, 413), ("GET", "/add-checkpoint", {}, 404),
        ("POST", "/add-checkpoint", {"Content-Length": "x"}, 411), ("GET", "/", {}, 200), ("PUT", "/", {}, 501),
    ],
)  # fmt: skip
def test_other_requests_are_answered_and_do_nothing(
    place: WitnessPlace, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    connection = http.client.HTTPConnection(urlsplit(place.address).netloc, timeout=5)
    connection.putrequest(method, path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()
    assert asked(place, 30).lines


def test_a_wrong_call_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = [
        ["serve", "--state", str(tmp_path), "--log", office.VERIFIER.encoded()],
        ["serve", "--state", str(tmp_path), "--log", "nonsense"],
        ["key", "--state", str(tmp_path), "--name", "a b"],
    ]
    for call in calls:
        assert witness_command.main(call) == 2
    assert capsys.readouterr().err.count("chengxin-witness: ") == 3
    with pytest.raises(SystemExit, match="2"):
        witness_command.main([])


def test_killed_at_any_moment_a_witness_forgets_nothing(tmp_path: Path) -> None:
    with witnesses(tmp_path, "jia", "yi", logs=(office.VERIFIER,)) as (jia, yi):
        place = jia.place()
        assert asked(place, 30).lines
        assert asked(yi.place(), 30, FORGED).lines  # the log shows two people two histories
        jia.kill()
        assert asked(place, 40).trouble is Trouble.AWAY
        jia.start()
        assert asked(jia.place(), 40, FORGED).trouble is Trouble.DISAGREES
        assert asked(jia.place(), 20).trouble is Trouble.DISAGREES
        assert "NOT_CONSISTENT" in jia.told()
        assert "TRUNCATED" in jia.told()
        # Killed while it is asked again and again: whatever it has answered, it remembers.
        answered = 30
        for size in range(41, 61):
            threading.Timer(0.003 * (size % 7), jia.kill).start() if size % 5 == 0 else None
            if asked(place if jia.process is None else jia.place(), size).lines:
                answered = size
            if size % 5 == 0:
                threading.Event().wait(0.05)
                jia.kill()
                jia.start()
                assert asked(jia.place(), answered - 1).trouble is Trouble.DISAGREES
        assert answered > 55
        assert asked(yi.place(), 40).trouble is Trouble.DISAGREES
        assert jia.process is not None
        jia.process.send_signal(signal.SIGTERM)
        assert jia.process.wait(10) == 0
