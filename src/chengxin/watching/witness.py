"""A witness: cosigns a checkpoint only when it continues the last one that it cosigned (C2SP tlog-witness).

What was seen last of a log is one file, written whole and made durable *before* a cosignature leaves. So a witness that
is killed at any moment has either not answered, or remembers. Where a log shows another history, the witness keeps both
signed texts: nobody but the holder of the log's key can have made both.
"""

import fcntl
import hashlib
import os
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chengxin.sealing.checkpoints import Checkpoint, CheckpointBroken, Verifier, is_key_name, open_checkpoint
from chengxin.sealing.cosignatures import Witness, cosign
from chengxin.sealing.faults import NotVerified
from chengxin.sealing.tiles import sync_folder, write_file
from chengxin.sealing.witnessing import HTTP_STATUS, Judgement, Request, judge_checkpoint

TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"
MALFORMED: Final = 400

_KEY: Final = "witness.key"
_NAME: Final = "witness.name"
_KEY_BYTES: Final = 32
_EVIDENCE: Final = frozenset({Judgement.SPLIT_VIEW, Judgement.NOT_CONSISTENT})
_MOST_EVIDENCE: Final = 100
_WORDS: Final = {
    Judgement.UNKNOWN_LOG: "this log is not known here",
    Judgement.NOT_SIGNED: "not signed by the log",
    Judgement.NOT_CONSISTENT: "the proof does not show that it continues what was cosigned",
    Judgement.TRUNCATED: "smaller than what was cosigned: the end was cut off",
}


class WitnessUnusable(Exception):  # noqa: N818 - says what is the case
    """The witness cannot begin its work; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a witness answers.

    Attributes:
        status: Of HTTP.
        text: Cosignature lines, the size last seen, or a sentence.
        media_type: Of the text.
        told: What the witness's keeper should know; empty where all is as it should be.
    """

    status: int
    text: str
    media_type: str = TEXT
    told: str = ""


class WitnessBook:
    """A witness's key and what it saw last of each log, in a folder that one process at a time works with."""

    def __init__(self, folder: Path, logs: Iterable[Verifier]) -> None:
        """Open the folder.

        Args:
            folder: Where ``make_witness`` put the key.
            logs: The keys of the logs that are watched.

        Raises:
            WitnessUnusable: There is no key, another process works with it, or what was seen last is damaged.
        """
        self._folder = folder
        self._name, self._signer = _load(folder)
        self._logs = {verifier.origin: verifier for verifier in logs}
        self._turn = threading.Lock()
        self._held: int | None = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._last = {origin: self._read(verifier) for origin, verifier in self._logs.items()}
        except BlockingIOError:
            self.close()
            message = f"{folder}: another process works with it"
            raise WitnessUnusable(message) from None
        except WitnessUnusable:
            self.close()
            raise

    @property
    def witness(self) -> Witness:
        """Return the public half of the key, to be given to the log and to readers."""
        return Witness.of(self._name, self._signer)

    def close(self) -> None:
        """Let another process work with the folder. May be repeated."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def last(self, origin: str) -> Checkpoint | None:
        """Return the last checkpoint of a log that was cosigned; ``None`` when there is none."""
        return self._last.get(origin)

    def add_checkpoint(self, text: str, *, now: datetime) -> Reply:
        """Answer an ``add-checkpoint`` request.

        Args:
            text: The request's body.
            now: The moment, which the cosignature will hold.
        """
        try:
            request = Request.parse(text)
        except NotVerified:
            return Reply(status=MALFORMED, text="malformed\n")
        verifier = self._logs.get(request.checkpoint.partition("\n")[0])
        if verifier is None:
            status = HTTP_STATUS[Judgement.UNKNOWN_LOG]
            return Reply(status=status, text=f"{_WORDS[Judgement.UNKNOWN_LOG]}\n")
        with self._turn:
            return self._judge(request, verifier, now)

    def _judge(self, request: Request, verifier: Verifier, now: datetime) -> Reply:
        last = self._last[verifier.origin]
        judged = judge_checkpoint(request, last=last, verifier=verifier)
        status = HTTP_STATUS[judged.judgement]
        if judged.judgement is Judgement.COSIGN and judged.checkpoint is not None:
            line = cosign(judged.checkpoint.text, name=self._name, signer=self._signer, now=now)
            if last is None or judged.checkpoint.size > last.size:
                write_file(self._folder, _file(verifier.origin), judged.checkpoint.text.encode())
                self._last[verifier.origin] = judged.checkpoint
            return Reply(status=status, text=line)
        told = ""
        if judged.checkpoint is not None and last is not None and judged.judgement is not Judgement.STALE:
            told = f"{judged.judgement} {verifier.origin}: cosigned {last.size}, shown {judged.checkpoint.size}"
            if judged.judgement in _EVIDENCE:
                told += self._keep_evidence(last, judged.checkpoint)
        if judged.judgement in {Judgement.STALE, Judgement.SPLIT_VIEW}:
            return Reply(status=status, text=f"{judged.size}\n", media_type=SIZE, told=told)
        return Reply(status=status, text=f"{_WORDS[judged.judgement]}\n", told=told)

    def _keep_evidence(self, last: Checkpoint, shown: Checkpoint) -> str:
        """Keep two signed texts that contradict each other, once; return where."""
        folder = self._folder / "evidence"
        digest = hashlib.sha256((last.text + shown.text).encode()).hexdigest()[:16]
        name = f"{digest}.txt"
        if not (folder / name).exists():
            if folder.is_dir() and len(list(folder.iterdir())) >= _MOST_EVIDENCE:
                return ""
            write_file(folder, name, f"{last.text}\n{'=' * 20}\n\n{shown.text}".encode())
        return f", both kept in evidence/{name}"

    def _read(self, verifier: Verifier) -> Checkpoint | None:
        try:
            return open_checkpoint((self._folder / _file(verifier.origin)).read_text(encoding="utf-8"), verifier)
        except FileNotFoundError:
            return None
        except (CheckpointBroken, UnicodeDecodeError):
            # To begin anew here would be to forget; the keeper must decide.
            message = f"{_file(verifier.origin)}: what was seen last of {verifier.origin} is damaged"
            raise WitnessUnusable(message) from None


def make_witness(folder: Path, *, name: str) -> Witness:
    """Make the key of a witness.

    Args:
        folder: Where key and memory are kept; made if it is not there.
        name: What the witness is called, such as ``archive.example.org/witness``.

    Raises:
        WitnessUnusable: There is a key already, or the name cannot stand in a signature line.
    """
    if not is_key_name(name):
        message = f"{name}: a name has no spaces and no plus signs"
        raise WitnessUnusable(message)
    if (folder / _KEY).exists():
        message = f"{folder}: there is a key already"
        raise WitnessUnusable(message)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_file(folder, _NAME, f"{name}\n".encode())
    descriptor = os.open(folder / _KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(_KEY_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(folder)
    return Witness.of(*_load(folder))


def _load(folder: Path) -> tuple[str, Ed25519PrivateKey]:
    try:
        name = (folder / _NAME).read_text(encoding="utf-8").strip()
        secret = (folder / _KEY).read_bytes()
    except (OSError, UnicodeDecodeError):
        message = f"{folder}: there is no key; make one with chengxin-witness key"
        raise WitnessUnusable(message) from None
    if len(secret) != _KEY_BYTES or (folder / _KEY).stat().st_mode & 0o077 or not is_key_name(name):
        message = f"{folder}: the key is damaged, or others than its owner may read it"
        raise WitnessUnusable(message)
    return name, Ed25519PrivateKey.from_private_bytes(secret)


def _file(origin: str) -> str:
    return f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}.checkpoint"
