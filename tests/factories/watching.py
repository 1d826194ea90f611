"""Witnesses as processes of their own, and a log as a folder that is served over HTTP."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from chengxin.sealing.checkpoints import Verifier
from chengxin.sealing.cosignatures import Witness
from chengxin.sealing.tiles import Growth, tile_path, write_file
from chengxin.watching.asking import WitnessPlace

COMMAND = (sys.executable, "-m", "chengxin.watching.witness_command")


@dataclass
class RunningWitness:
    """A witness, running."""

    folder: Path
    logs: tuple[Verifier, ...]
    process: subprocess.Popen[str] | None = None
    witness: Witness | None = None
    address: str = ""

    def start(self) -> "RunningWitness":
        """Start it, and learn where it is."""
        logs = [word for log in self.logs for word in ("--log", log.encoded())]
        command = [*COMMAND, "serve", "--state", str(self.folder), "--port", "0", *logs]
        with (self.folder / "told").open("a", encoding="utf-8") as told:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True, env=environment())
        assert self.process.stdout is not None
        key, _, address = self.process.stdout.readline().strip().partition(" ")
        assert address, self.told()
        self.witness, self.address = Witness.parse(key), address.removesuffix("add-checkpoint")
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def place(self) -> WitnessPlace:
        """Return it as a log that has never asked it knows it."""
        assert self.witness is not None
        return WitnessPlace(address=self.address, witness=self.witness)

    def told(self) -> str:
        """Return what it told its keeper."""
        return (self.folder / "told").read_text(encoding="utf-8")


def environment() -> dict[str, str]:
    """Return the environment of a process that finds this checkout."""
    source = str(Path(__file__).resolve().parents[2] / "src")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHENGXIN_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": source}


@contextmanager
def witnesses(folder: Path, *names: str, logs: tuple[Verifier, ...]) -> Iterator[list[RunningWitness]]:
    """Run witnesses, each with a key of its own."""
    running = []
    try:
        for name in names:
            own = folder / name
            made = [*COMMAND, "key", "--state", str(own), "--name", f"{name}.example/witness"]
            subprocess.run(made, check=True, capture_output=True, env=environment())
            running.append(RunningWitness(own, logs).start())
        yield running
    finally:
        for one in running:
            one.kill()


def write_log(folder: Path, leaves: list[bytes]) -> bytes:
    """Write the tiles of a log and return its root."""
    growth = Growth()
    for leaf in leaves:
        for level, index, contents in growth.append(leaf):
            write_file(folder, tile_path(level, index), contents)
    for level, index, contents in growth.partials():
        write_file(folder, tile_path(level, index, len(contents) // 32), contents)
    return growth.root()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is the library's
        del format, args


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder and give its address."""
    folder.mkdir(exist_ok=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
