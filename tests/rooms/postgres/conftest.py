"""Servers and databases of their own for the tests of this room."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chengxin.postgres import server
from chengxin.postgres.server import Server


def clear(directory: Path) -> None:
    """Stop the server of a directory and remove all that it made outside it."""
    if not directory.exists():
        return
    server.stop(directory)
    location = directory / "location"
    if location.exists():
        shutil.rmtree(location.read_text(encoding="utf-8").strip())
    shutil.rmtree(server._RUNTIME / server._name(directory.resolve()), ignore_errors=True)


@pytest.fixture
def new_directory() -> Iterator[Callable[[], Path]]:
    """Give a maker of places that the database's account can reach, each cleared afterwards."""
    made: list[Path] = []

    def make() -> Path:
        base = Path(tempfile.mkdtemp(prefix="chengxin-room-"))
        base.chmod(0o755)
        made.append(base)
        return base / "postgres"

    yield make
    for base in made:
        clear(base / "postgres")
        shutil.rmtree(base)


@pytest.fixture
def directory(new_directory: Callable[[], Path]) -> Path:
    """Give one such place."""
    return new_directory()


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    """Give a running embedded server to tests that leave it as it was."""
    base = Path(tempfile.mkdtemp(prefix="chengxin-room-"))
    base.chmod(0o755)
    yield server.ensure_running(base / "postgres")
    clear(base / "postgres")
    shutil.rmtree(base)


@pytest.fixture(scope="session")
def root() -> None:
    """Skip where the process is not root: then the server runs as the caller and no account is changed."""
    if os.geteuid() != 0:
        pytest.skip("only root changes accounts")
