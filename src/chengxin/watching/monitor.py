"""A monitor: does the published ledger still begin with what was seen last, and do the trusted witnesses see the same.

It needs no word of the platform's but the published files: the checkpoint, the newest cosigned checkpoint, the tiles.
Proofs are made here from the tiles. What was seen is kept, and replaced only by what continues it, so that whatever was
found is found again until somebody has looked into it.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chengxin.sealing.checkpoints import Checkpoint
from chengxin.sealing.cosignatures import WitnessPolicy
from chengxin.sealing.digests import moment_text
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.merkle import HASH_BYTES, consistency_proof, root_of
from chengxin.sealing.signed_texts import read_json
from chengxin.sealing.tiles import TILE_WIDTH, Growth, TileBroken, TileSource, encode_tile, tile_path
from chengxin.sealing.trust import LedgerState, Trust
from chengxin.sealing.witnessing import check_consistent
from chengxin.watching.fetching import Answer, Unreachable

FORMAT: Final = "chengxin-monitor-1"
OLDEST: Final = timedelta(hours=24)

_OK: Final = 200
_NOT_FOUND: Final = 404
_MEMBERS: Final = {"format", "checkpoint", "tiles"}

Fetch = Callable[[str], Answer]


class Finding(StrEnum):
    """What a monitor found, beside the faults of the verifier. Stable: printed with ``--json``."""

    UNREACHABLE = "UNREACHABLE"
    """The ledger was not to be had, or a part of it."""
    TILE_MISSING = "TILE_MISSING"
    """A tile that must be there is not."""
    TILE_CHANGED = "TILE_CHANGED"
    """The tiles do not have the signed root."""
    REWRITTEN = "REWRITTEN"
    """Signed, and not a continuation of what was seen before: entries were changed, removed or put in."""
    COSIGNED_TOO_OLD = "COSIGNED_TOO_OLD"
    """The newest state that enough witnesses cosigned is too old."""
    COSIGNED_DIFFERS = "COSIGNED_DIFFERS"
    """What the witnesses cosigned is not a beginning of the published ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a monitor keeps.

    Attributes:
        checkpoint: The newest state seen, as signed.
        tiles: Roots of the full tiles of 256 entries, where all entries were read; to tell later where a change is.
    """

    checkpoint: str
    tiles: tuple[bytes, ...] = ()

    def to_text(self) -> str:
        """Return what is written down."""
        members = {
            "format": FORMAT,
            "checkpoint": self.checkpoint,
            "tiles": base64.b64encode(b"".join(self.tiles)).decode(),
        }
        return json.dumps(members, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Seen":
        """Read what was written down.

        Raises:
            NotVerified: It is malformed.
        """
        members = read_json(text, place="state")
        if not isinstance(members, dict) or set(members) != _MEMBERS or members["format"] != FORMAT:
            raise NotVerified(Fault.MALFORMED, "state")
        checkpoint, tiles = members["checkpoint"], members["tiles"]
        try:
            raw = base64.b64decode(tiles, validate=True)
        except (ValueError, TypeError):
            raise NotVerified(Fault.MALFORMED, "state") from None
        if not isinstance(checkpoint, str) or len(raw) % HASH_BYTES:
            raise NotVerified(Fault.MALFORMED, "state")
        return cls(
            checkpoint=checkpoint, tiles=tuple(raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one visit found.

    Attributes:
        finding: What is wrong; ``None``: nothing.
        place: Where: a file below the ledger, or a range of entries.
        facts: Numbers for the sentence.
        seen: What is to be kept; ``None`` where something is wrong: then what was kept before stays.
        evidence: Signed texts that contradict each other.
    """

    finding: Finding | Fault | None
    place: str = ""
    facts: dict[str, str | int | None] = field(default_factory=dict)
    seen: Seen | None = None
    evidence: tuple[str, ...] = ()


class _Found(Exception):  # noqa: N818 - says what is the case
    """Something is wrong; ends the visit."""

    def __init__(self, finding: Finding | Fault, place: str = "", evidence: tuple[str, ...] = ()) -> None:
        super().__init__(finding, place)
        self.report = Report(finding=finding, place=place, evidence=evidence)


class PublishedTiles(TileSource):
    """The tiles of a log as it publishes them."""

    __slots__ = ("_fetch",)

    def __init__(self, fetch: Fetch, size: int) -> None:
        super().__init__(size)
        self._fetch = fetch

    def _contents(self, path: str, width: int) -> bytes | None:
        answer = self._fetch(path)
        if answer.status not in {_OK, _NOT_FOUND}:
            message = f"{path}: {answer.status}"
            raise Unreachable(message)
        return answer.body if answer.status == _OK and len(answer.body) == width * HASH_BYTES else None


def visit(
    fetch: Fetch, trust: Trust, seen: Seen | None, *, now: datetime, reads_all: bool = False, oldest: timedelta = OLDEST
) -> Report:
    """Look at a published ledger once.

    Args:
        fetch: Gives a file below the ledger's address, or raises ``Unreachable``.
        trust: What the reader has from elsewhere: the ledger's key, or a list of keys; witnesses.
        seen: What was kept of the last visit; ``None``: this is the first.
        now: The moment.
        reads_all: Read all entries and compute the root anew, rather than only the proofs.
        oldest: How long ago the witnesses may have cosigned last, where any are demanded.

    Returns:
        What was found. Anything that is not as it should be is a finding, never an error.
    """
    try:
        return _visit(fetch, trust, seen, now=now, reads_all=reads_all, oldest=oldest)
    except _Found as found:
        return found.report
    except NotVerified as refused:
        return Report(finding=refused.fault, place=refused.place)
    except TileBroken as broken:
        return Report(finding=Finding.TILE_MISSING, place=broken.path)
    except Unreachable as away:
        return Report(finding=Finding.UNREACHABLE, place=str(away))


def _visit(
    fetch: Fetch, trust: Trust, seen: Seen | None, *, now: datetime, reads_all: bool, oldest: timedelta
) -> Report:
    # Before the checkpoint: the ledger goes on, and what was cosigned must not be newer than what it is compared with.
    cosigned_note = fetch("cosigned") if trust.witnesses.needed else None
    unwitnessed = replace(trust, witnesses=WitnessPolicy(witnesses=trust.witnesses.witnesses))
    state = unwitnessed.open_state(_note(fetch, "checkpoint"))
    newest = state.checkpoint
    tiles = PublishedTiles(fetch, newest.size)
    kept = None if seen is None else unwitnessed.open_state(seen.checkpoint).checkpoint
    roots: tuple[bytes, ...] = () if seen is None else seen.tiles
    if reads_all:
        roots = _read_all(tiles, newest, kept, roots)
    elif tiles.root() != newest.root:
        raise _Found(Finding.TILE_CHANGED, f"size {newest.size}")
    if kept is not None:
        known = 0 if seen is None or not reads_all else len(seen.tiles)
        first = known * TILE_WIDTH if known == kept.size // TILE_WIDTH else 0
        _check_continues(kept, newest, tiles, Finding.REWRITTEN, first)
    cosigned = _cosigned(cosigned_note, trust, state, now=now, oldest=oldest)
    if cosigned is not None and cosigned.checkpoint.text != newest.text:
        _check_continues(cosigned.checkpoint, newest, tiles, Finding.COSIGNED_DIFFERS, 0)
    facts: dict[str, str | int | None] = {
        "origin": newest.origin,
        "size": newest.size,
        "before": None if kept is None else kept.size,
        "witnesses": 0 if cosigned is None else len(cosigned.cosignatures),
        "cosigned_size": None if cosigned is None else cosigned.checkpoint.size,
        "seen_at": None if cosigned is None or cosigned.seen_at is None else moment_text(cosigned.seen_at),
        "read": newest.size if reads_all else None,
    }
    return Report(finding=None, facts=facts, seen=Seen(checkpoint=newest.text, tiles=roots))


def _note(fetch: Fetch, name: str) -> str:
    answer = fetch(name)
    if answer.status != _OK:
        message = f"{name}: {answer.status}"
        raise Unreachable(message)
    try:
        return answer.body.decode()
    except UnicodeDecodeError:
        raise NotVerified(Fault.MALFORMED, name) from None


def _check_continues(earlier: Checkpoint, newest: Checkpoint, tiles: TileSource, finding: Finding, first: int) -> None:
    """Check that the published ledger begins with an earlier state; the proof is made from the published tiles.

    Args:
        earlier: The earlier state.
        newest: The published one.
        tiles: Its tiles.
        finding: What it is called when it does not.
        first: The entries before this one are known to be unchanged.

    Raises:
        _Found: It does not. Both signed texts are the evidence.
    """
    evidence = (earlier.text, newest.text)
    path = None
    if 0 < earlier.size <= newest.size:
        path = consistency_proof(tiles, earlier.size, newest.size)
    try:
        check_consistent(earlier, newest, path)
    except NotVerified as refused:
        if refused.fault is Fault.NOT_CONSISTENT:
            raise _Found(finding, f"{first}-{earlier.size - 1}", evidence) from None
        raise _Found(refused.fault, refused.place, evidence) from None


def _cosigned(
    note: Answer | None, trust: Trust, state: LedgerState, *, now: datetime, oldest: timedelta
) -> LedgerState | None:
    """Return the newest state that was cosigned as the reader demands; ``None`` where he demands nothing.

    Raises:
        _Found: Too few have cosigned, or too long ago.
    """
    if note is None:
        return state if state.cosignatures else None
    if len(state.cosignatures) >= trust.witnesses.needed:
        cosigned = trust.open_state(state.checkpoint.text)
    elif note.status == _NOT_FOUND:
        raise _Found(Fault.NOT_COSIGNED, f"{len(state.cosignatures)}/{trust.witnesses.needed}")
    else:
        cosigned = trust.open_state(_note(lambda _: note, "cosigned"))
    if cosigned.seen_at is not None and now - cosigned.seen_at > oldest:
        raise _Found(Finding.COSIGNED_TOO_OLD, moment_text(cosigned.seen_at))
    return cosigned


def _read_all(
    tiles: TileSource, newest: Checkpoint, kept: Checkpoint | None, before: tuple[bytes, ...]
) -> tuple[bytes, ...]:
    """Compute the root from all entries; return the roots of the full tiles of entries.

    Raises:
        _Found: They do not have the signed root, the tiles above do not fit, or entries read before were changed.
    """
    growth = Growth()
    roots: list[bytes] = []
    changed: int | None = None
    for index in range((newest.size + TILE_WIDTH - 1) // TILE_WIDTH):
        hashes = tiles.tile(0, index)
        for leaf in hashes:
            for level, above, contents in growth.append(leaf):
                _compare(tiles, level, above, contents)
        if len(hashes) == TILE_WIDTH:
            roots.append(root_of(hashes))
            if changed is None and index < len(before) and before[index] != roots[-1]:
                changed = index
    for level, above, contents in growth.partials():
        _compare(tiles, level, above, contents)
    if growth.root() != newest.root:
        raise _Found(Finding.TILE_CHANGED, f"tile/0, size {newest.size}")
    if changed is not None and kept is not None:
        first = changed * TILE_WIDTH
        raise _Found(Finding.REWRITTEN, f"{first}-{first + TILE_WIDTH - 1}", (kept.text, newest.text))
    return tuple(roots)


def _compare(tiles: TileSource, level: int, index: int, contents: bytes) -> None:
    if level and encode_tile(tiles.tile(level, index)) != contents:
        raise _Found(Finding.TILE_CHANGED, tile_path(level, index, len(contents) // HASH_BYTES))
