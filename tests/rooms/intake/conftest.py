"""What the tests of intake share."""

import os
import shutil
from pathlib import Path

import pytest

from chengxin.keys.current import keyring


@pytest.fixture
def keys_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test a copy of the keyring: a month whose key is destroyed stays destroyed, for every other test too."""
    keyring()
    shutil.copytree(Path(os.environ["CHENGXIN_DATA"]) / "keys", tmp_path / "keys")
    monkeypatch.setenv("CHENGXIN_DATA", str(tmp_path))
