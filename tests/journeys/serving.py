"""A demonstration that is really served, with its web server, its worker and its ledger's integrator."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chengxin.periods.civil import civil_date
from sites import Site, new_site

PEOPLE = 30
FURNISHING = Path(__file__).with_name("furnishing.py")


@dataclass(frozen=True, slots=True)
class Served:
    """A served site, its civil date, and a client's credentials."""

    site: Site
    today: date
    client_id: str
    client_secret: str


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """Serve a fresh demonstration with a supplier, its officers and thirty people, three of whom have a login."""
    with new_site() as site:
        site.collect_static()
        furnished = site.run(FURNISHING, PEOPLE)
        with site.serving():
            yield Served(site, civil_date(datetime.fromtimestamp(time.time(), UTC)), **furnished)
