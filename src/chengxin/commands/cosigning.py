"""Asking the witnesses to cosign the ledger, beside the integrator and never in its way.

A thread of its own asks, at most every few seconds, those witnesses whose cosignature the newest checkpoint lacks. What
goes wrong is said on standard error, once a minute for each witness, and ends nothing. A witness that is away is left
alone for longer each time.
"""

import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

from chengxin.sealing.checkpoints import Checkpoint
from chengxin.sealing.cosignatures import Witness, cosignatures_of
from chengxin.sealing.faults import NotVerified
from chengxin.sealing.tiles import TileFolder
from chengxin.watching.asking import Given, Trouble, WitnessPlace, ask_witness

ASK_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 5.0
MOST_PAUSE_SECONDS: Final = 60.0
COMPLAIN_SECONDS: Final = 60.0
WORDS: Final = {
    Trouble.AWAY: "没有应答",
    Trouble.REFUSED: "拒绝联署",
    Trouble.DISAGREES: "见证过的账本与现在的账本矛盾，请立即执行 chengxin ledger verify 并保全现场",
}


class Cosigner:
    """Asks witnesses in a thread; ``turn`` is one round."""

    def __init__(self, places: Sequence[WitnessPlace] | None = None) -> None:
        """Prepare.

        Args:
            places: The witnesses; ``None``: as the settings name them.
        """
        self._places = places
        self._stop = threading.Event()
        self._rests_until: dict[str, float] = {}
        self._pause: dict[str, float] = {}
        self._complained_at: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run, name="cosigner", daemon=True)

    def start(self) -> None:
        """Begin asking."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the round that is under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=3 * ANSWER_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(ASK_SECONDS):
            try:
                if self._places is None:
                    self._places = _configured()
                if not self._places:
                    return
                self.turn(now=datetime.now(UTC))
            except Exception as fault:  # noqa: BLE001 - whatever it is, the server goes on, and so does the next round
                self._complain("", f"联署失败：{type(fault).__name__} {fault}")
            finally:
                _close_connection()

    def turn(self, *, now: datetime) -> list[Given]:
        """Ask every witness whose cosignature is missing, keep what they give, and return what came of it.

        Args:
            now: The moment.
        """
        # Django is loaded late, so that the server's children start at once.
        from chengxin.keys.current import keyring  # noqa: PLC0415
        from chengxin.ledger import lookups  # noqa: PLC0415
        from chengxin.ledger import operations as ledger  # noqa: PLC0415

        checkpoint = lookups.find_published_checkpoint(keyring().ledger_verifier())
        if checkpoint is None:
            return []
        asked = [place for place in self._places or () if self._is_due(place, checkpoint)]
        if not asked:
            return []
        folder = lookups.ledger_folder()

        def given(place: WitnessPlace) -> Given:
            return ask_witness(place, checkpoint, TileFolder(folder, checkpoint.size), seconds=ANSWER_SECONDS)

        with ThreadPoolExecutor(max_workers=len(asked)) as pool:
            answers = list(pool.map(given, asked))
        lines = [answer.lines for answer in answers if answer.lines]
        if lines:
            ledger.add_cosignatures(checkpoint=checkpoint, lines=lines, now=now)
        for answer in answers:
            self._note(answer)
        return answers

    def _is_due(self, place: WitnessPlace, checkpoint: Checkpoint) -> bool:
        is_resting = time.monotonic() < self._rests_until.get(place.address, 0.0)
        return not is_resting and not _has_cosigned(place.witness, checkpoint.text)

    def _note(self, answer: Given) -> None:
        address = answer.place.address
        if answer.trouble is None:
            self._pause.pop(address, None)
            return
        pause = self._pause[address] = min(2 * self._pause.get(address, ASK_SECONDS), MOST_PAUSE_SECONDS)
        self._rests_until[address] = time.monotonic() + pause
        self._complain(address, f"见证方 {answer.place.witness.name} {WORDS[answer.trouble]}：{answer.told}")

    def _complain(self, about: str, text: str) -> None:
        if time.monotonic() - self._complained_at.get(about, -COMPLAIN_SECONDS) >= COMPLAIN_SECONDS:
            self._complained_at[about] = time.monotonic()
            print(text, file=sys.stderr, flush=True)


def _has_cosigned(witness: Witness, text: str) -> bool:
    try:
        return bool(cosignatures_of(text, [witness]))
    except NotVerified:
        return False


def _configured() -> Sequence[WitnessPlace]:
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    django.setup()
    places: Sequence[WitnessPlace] = settings.CHENGXIN_WITNESSES
    return places


def _close_connection() -> None:
    from django.db import connection  # noqa: PLC0415

    connection.close()
