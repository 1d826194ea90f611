"""Packs for the tests of the catalogue: the real ones, read once, and a small one that a test may spoil."""

import copy
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.catalogue.rules import Edition, Pack, compose, load_packs

PACKS = Path(__file__).resolve().parents[3] / "packs"


@cache
def real_edition(name: str) -> Edition:
    """Return a real pack's edition."""
    return compose(load_packs(PACKS / name))


@cache
def _real_packs(name: str) -> tuple[Pack, ...]:
    return load_packs(PACKS / name)


@pytest.fixture
def fujian() -> Edition:
    return real_edition("fujian")


Spoil = Callable[..., tuple[Pack, ...]]


@pytest.fixture
def spoil() -> Spoil:
    """Give the packs of Fujian with one row of the national one changed; `None` takes a value away."""

    def changed(section: str, code: object, /, **values: Any) -> tuple[Pack, ...]:  # noqa: ANN401
        national, *others = _real_packs("fujian")
        rows = copy.deepcopy(dict(national.rows))
        (row,) = [row for row in rows[section] if row.get("code", row.get("year")) == code]
        for name, value in values.items():
            if value is None:
                del row[name]  # type: ignore[attr-defined]
            else:
                row[name] = value  # type: ignore[index]
        return (replace(national, rows=rows), *others)

    return changed


@pytest.fixture
def packs_copy(tmp_path: Path) -> Path:
    """Give a copy of the packs that a test may edit."""
    return Path(shutil.copytree(PACKS, tmp_path / "packs"))


@pytest.fixture
def catalogue_officer() -> Actor:
    return Actor(kind=ActorKind.OFFICER, key="account:7", roles=frozenset({Role.OFFICE_CATALOGUE}))
