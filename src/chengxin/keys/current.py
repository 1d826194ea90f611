"""The keyring of this process."""

import os
from functools import cache
from pathlib import Path

from chengxin.keys.keyring import Keyring


def keyring() -> Keyring:
    """Return the keyring under the data directory that ``CHENGXIN_DATA`` names (default ``var``), opened once.

    Raises:
        KeyMissing: The data directory has no keys yet. ``chengxin init`` makes them.
        KeyUnsafe: Others than the owner may read the keys.
    """
    return _opened(os.environ.get("CHENGXIN_DATA", "var"))


@cache
def _opened(data: str) -> Keyring:
    return Keyring.open(Path(data).resolve() / "keys")
