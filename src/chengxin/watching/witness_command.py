"""The command ``chengxin-witness``: make a witness's key, and serve ``POST /add-checkpoint`` on loopback.

Before it stands whatever the house uses to face the network (TLS, limits). Exit 2: wrong call, or the folder cannot be
used; else it serves until it is told to end.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from chengxin.sealing.checkpoints import CheckpointBroken, Verifier
from chengxin.watching.witness import TEXT, Reply, WitnessBook, WitnessUnusable, make_witness

WRONG_CALL: Final = 2
PATH: Final = "/add-checkpoint"
LARGEST: Final = 80 * 1024
SLOWEST_SECONDS: Final = 10


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], book: WitnessBook) -> None:
        self.book = book
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    timeout = SLOWEST_SECONDS
    server: WitnessServer
    server_version = "chengxin-witness"
    sys_version = ""

    def do_POST(self) -> None:
        """Answer ``add-checkpoint``."""
        if self.path != PATH:
            self._send(Reply(status=404, text="not found\n"))
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._send(Reply(status=411, text="a length is needed\n"))
        elif len(length) > len(str(LARGEST)) or int(length) > LARGEST:
            self._send(Reply(status=413, text="too large\n"))
        else:
            self._answer(self.rfile.read(int(length)))

    def _answer(self, body: bytes) -> None:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            self._send(Reply(status=400, text="malformed\n"))
            return
        reply = self.server.book.add_checkpoint(text, now=datetime.now(UTC))
        if reply.told:
            print(f"{datetime.now(UTC).isoformat(timespec='seconds')} {reply.told}", file=sys.stderr, flush=True)
        self._send(reply)

    def do_GET(self) -> None:
        """Tell the witness's public key, so that it can be compared."""
        if self.path == "/":
            self._send(Reply(status=200, text=f"{self.server.book.witness.encoded()}\n"))
        else:
            self._send(Reply(status=404, text="not found\n"))

    def _send(self, reply: Reply) -> None:
        raw = reply.text.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media_type or TEXT)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the signature is the library's
        """Say nothing of requests that are as they should be."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: What stands behind the command's name; ``None``: those of the process.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.verb == "key":
            print(make_witness(options.state, name=options.name).encoded())
            return 0
        return _serve(options)
    except (WitnessUnusable, OSError) as wrong:
        print(f"chengxin-witness: {wrong}", file=sys.stderr)
        return WRONG_CALL


def _serve(options: argparse.Namespace) -> int:
    book = WitnessBook(options.state, [_log(text) for text in options.log])
    try:
        with WitnessServer((options.host, options.port), book) as server:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, _end)
            host, port = server.server_address[:2]
            print(f"{book.witness.encoded()} http://{host!s}:{port}{PATH}", flush=True)
            server.serve_forever()
    finally:
        book.close()
    return 0


def _end(*_: object) -> None:
    raise SystemExit(0)


def _log(text: str) -> Verifier:
    try:
        return Verifier.parse(text)
    except CheckpointBroken:
        message = f"--log {text[:80]}: a key NAME+HASH+KEY is expected"
        raise WitnessUnusable(message) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chengxin-witness",
        description="Cosign the checkpoints of logs, each only when it continues the last one cosigned.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    key = verbs.add_parser("key", help="make the witness's key and print the public half")
    key.add_argument("--state", metavar="FOLDER", type=Path, required=True, help="key and memory")
    key.add_argument("--name", metavar="NAME", required=True, help="such as archive.example.org/witness")
    serve = verbs.add_parser("serve", help="answer POST /add-checkpoint")
    serve.add_argument("--state", metavar="FOLDER", type=Path, required=True, help="key and memory")
    serve.add_argument("--log", metavar="NAME+HASH+KEY", action="append", required=True, help="a log; may be repeated")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on; 127.0.0.1 if not given")
    serve.add_argument("--port", type=int, default=8400, help="port; 0 lets the system choose; 8400 if not given")
    return parser


if __name__ == "__main__":
    sys.exit(main())
