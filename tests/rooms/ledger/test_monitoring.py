"""What a superuser rewrites is consistent with itself, signed with the true key, and found by whoever looked before."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from chengxin.keys import published
from chengxin.ledger import lookups
from chengxin.ledger import operations as ledger
from chengxin.sealing.trust import Trust
from chengxin.watching.fetching import Answer, ask
from chengxin.watching.monitor import Finding, Report, Seen, visit
from factories.watching import served


def test_a_history_that_was_made_anew_with_the_true_key_is_found(
    grow: Callable[..., list[int]], tamper: Callable[..., None], folder: Path, now: datetime
) -> None:
    trust = Trust.parse(published.trust_text())

    def look(seen: Seen | None) -> Report:
        with served(folder) as address:

            def fetch(path: str) -> Answer:
                return ask(f"{address}{path}")

            return visit(fetch, trust, seen, now=now, reads_all=True)

    ids = grow(700)
    first = look(None)
    assert (first.finding, first.facts["size"]) == (None, 700)
    grow(100)
    assert look(first.seen).finding is None

    # One event is taken out, with leaf, tiles and checkpoints; then the platform itself signs what is left.
    shutil.rmtree(folder)
    tamper(
        f"DELETE FROM ledger_event WHERE id = {ids[300]}",
        "DELETE FROM ledger_leaf",
        "DELETE FROM ledger_checkpoint",
        "INSERT INTO ledger_pending (event_id) SELECT id FROM ledger_event",
    )
    ledger.integrate(now=now)
    grow(1)
    assert lookups.verify().is_untouched
    again = look(first.seen)
    assert (again.finding, again.place) == (Finding.REWRITTEN, "256-511")
    assert again.seen is None
    assert first.seen is not None
    assert again.evidence[0] == first.seen.checkpoint
