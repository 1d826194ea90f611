"""What a log asks of its witnesses: send a checkpoint with the proof, take the cosignature, check it.

A witness says which size it saw last, and is asked once more from there. What it answers is trusted only as far as its
signature goes. A witness that saw more than the log now has, or another root at one size, is told apart from one that
is merely away: then the log itself may have been changed.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from chengxin.sealing.checkpoints import Checkpoint, CheckpointBroken
from chengxin.sealing.cosignatures import Witness, cosignatures_of, with_cosignatures
from chengxin.sealing.faults import NotVerified
from chengxin.sealing.merkle import NodeSource, consistency_proof
from chengxin.sealing.tiles import TileBroken
from chengxin.sealing.witnessing import Request
from chengxin.watching.fetching import SECONDS, Answer, Unreachable, ask, check_address

_OK: Final = 200
_CONFLICT: Final = 409
_INCONSISTENT: Final = 422
_TRUNCATED: Final = 400
_MOST_DIGITS: Final = 18


class Trouble(StrEnum):
    """Why a witness gave no cosignature."""

    AWAY = "AWAY"
    """It did not answer, or answered something else than a witness does."""
    REFUSED = "REFUSED"
    """It does not know this log, or not under this key."""
    DISAGREES = "DISAGREES"
    """It cosigned a state that this log does not continue. Verify the ledger: somebody may have changed it."""


@dataclass(slots=True, kw_only=True)
class WitnessPlace:
    """A witness that is asked, with what is remembered of it.

    Attributes:
        address: Where it is; ``add-checkpoint`` is below.
        witness: Its name and key.
        seen_size: Size that it cosigned last, as far as known.
    """

    address: str
    witness: Witness
    seen_size: int = field(default=0)

    @classmethod
    def parse(cls, text: str) -> "WitnessPlace":
        """Read ``ADDRESS NAME+HASH+KEY``.

        Raises:
            ValueError: It is written in another way.
        """
        address, _, key = text.strip().partition(" ")
        try:
            return cls(address=check_address(address), witness=Witness.parse(key))
        except NotVerified:
            message = f"{text[:80]}: ADDRESS NAME+HASH+KEY is expected"
            raise ValueError(message) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What came of asking one witness.

    Attributes:
        place: The witness.
        lines: Its signature lines, checked; empty where it gave none.
        trouble: Why it gave none; ``None``: it gave one.
        told: What it said, for the log of the server.
    """

    place: WitnessPlace
    lines: str = ""
    trouble: Trouble | None = None
    told: str = ""


def ask_witness(place: WitnessPlace, checkpoint: Checkpoint, source: NodeSource, *, seconds: float = SECONDS) -> Given:
    """Ask one witness to cosign a checkpoint. Never raises for what the witness does.

    Args:
        place: The witness; what it saw last is kept there.
        checkpoint: The log's newest, with whatever signatures.
        source: The log's tree at this size.
        seconds: For each of at most two requests.
    """
    try:
        answer = _send(place, checkpoint, source, seconds)
        if answer.status == _CONFLICT:
            seen = _size(answer)
            if seen is None:
                return Given(place=place, trouble=Trouble.AWAY, told="409 without a size")
            if seen >= checkpoint.size and (seen > checkpoint.size or place.seen_size == seen):
                return Given(place=place, trouble=Trouble.DISAGREES, told=f"cosigned size {seen}")
            place.seen_size = seen
            answer = _send(place, checkpoint, source, seconds)
    except Unreachable as away:
        return Given(place=place, trouble=Trouble.AWAY, told=str(away))
    except TileBroken as broken:
        return Given(place=place, trouble=Trouble.AWAY, told=f"no proof: {broken}")
    if answer.status == _OK:
        return _taken(place, checkpoint, answer)
    disagrees = answer.status in {_CONFLICT, _INCONSISTENT, _TRUNCATED}
    told = f"{answer.status} {answer.text()[:200].strip()}"
    return Given(place=place, trouble=Trouble.DISAGREES if disagrees else Trouble.REFUSED, told=told)


def _send(place: WitnessPlace, checkpoint: Checkpoint, source: NodeSource, seconds: float) -> Answer:
    old = min(place.seen_size, checkpoint.size)
    path = consistency_proof(source, old, checkpoint.size) if old else []
    request = Request(old_size=old, path=tuple(path), checkpoint=checkpoint.text)
    return ask(f"{place.address}add-checkpoint", body=request.to_text().encode(), seconds=seconds)


def _taken(place: WitnessPlace, checkpoint: Checkpoint, answer: Answer) -> Given:
    lines = answer.text()
    try:
        found = cosignatures_of(with_cosignatures(checkpoint.text, [lines]), [place.witness])
    except (NotVerified, CheckpointBroken):
        found = ()
    if not found:
        return Given(place=place, trouble=Trouble.AWAY, told="answered no cosignature of its own")
    place.seen_size = checkpoint.size
    own = f"\u2014 {place.witness.name} "
    return Given(place=place, lines="".join(f"{line}\n" for line in lines.splitlines() if line.startswith(own)))


def _size(answer: Answer) -> int | None:
    text = answer.text().strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
