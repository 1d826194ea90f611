"""What tests of pages stand on: static files by their plain names, and a fixed day."""

from datetime import date

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _plain_static_files(plain_static_files: None) -> None:
    """Name static files without the digests of a build."""


@pytest.fixture
def _page_day(settings: Settings, today: date) -> None:
    """Let pages be answered on the fixed day of the tests."""
    settings.CHENGXIN_TODAY = today
