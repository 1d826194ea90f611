"""Publishing the status lists: signed, whole, under addresses that credentials name.

A list is written by the worker every half hour, which looks at every report that may still serve; and at once when a
report is withdrawn. Past its last day a report is told of no more: it is over, and that stands in itself.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from chengxin.keys import published
from chengxin.reports import lookups, rules
from chengxin.sealing.faults import NotVerified
from chengxin.sealing.status_lists import ReportState, read_states, sign_states
from chengxin.sealing.tiles import write_file


def publish_status_lists(*, now: datetime) -> tuple[str, ...]:
    """Sign and write every list that must be published, and remove those that nobody needs any more.

    Must not be called within a transaction. Memory grows with the reports that are withdrawn or superseded, and with
    no others.

    Args:
        now: The moment.

    Returns:
        The names of the lists.

    Raises:
        KeysNotPublished: There is no list of keys.
        KeyNotInUse: The key of reports was revoked; replace it.
    """
    names = rules.lists_at(now)
    for name in names:
        superseded = lookups.superseded_places(name=name, now=now)
        with _alone():
            _write(name, superseded, now)
    for path in lookups.status_folder().glob("*.jws"):
        if path.stem not in names:
            path.unlink(missing_ok=True)
    return names


def list_withdrawals(*, name: str, now: datetime) -> None:
    """Write a list anew with what was withdrawn by now; what is superseded stays as the list had it.

    Args:
        name: The list.
        now: The moment.

    Raises:
        KeysNotPublished: There is no list of keys.
        KeyNotInUse: The key of reports was revoked; replace it.
    """
    with _alone():
        _write(name, _superseded_by_list(name), now)


def _superseded_by_list(name: str) -> Mapping[int, ReportState]:
    text = lookups.status_list_text(name)
    if text is None:
        return {}
    document = published.key_document()
    try:
        states = read_states(text, uri=rules.address_of(document.issuer, name), keys=document)
    except NotVerified:
        return {}  # damaged, or under a key that was revoked since; the next run looks at every report
    return {place: state for place, state in states.items() if state is ReportState.SUPERSEDED}


def _write(name: str, superseded: Mapping[int, ReportState], now: datetime) -> None:
    """Sign and write a list. What is withdrawn is read here, under the lock, so that none is ever taken back."""
    key, _certificate = published.report_signing()
    withdrawn = dict.fromkeys(lookups.withdrawn_places(name=name, now=now), ReportState.WITHDRAWN)
    text = sign_states(
        {**superseded, **withdrawn},
        size=rules.PLACES,
        uri=rules.address_of(published.key_document().issuer, name),
        signed_at=now,
        valid_until=now + rules.LIST_LIFE,
        signer=key,
    )
    write_file(lookups.status_folder(), f"{name}.jws", text.encode())


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time write lists."""
    folder = lookups.status_folder()
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
