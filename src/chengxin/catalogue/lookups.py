"""Reading of the catalogue. Editions are values, kept in memory: one that was read once is never read again.

What may be remembered is only what never changes: the content of a digest, and the digest of a code. Which edition is
in force on a day is asked of the database each time.
"""

import json
import threading
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from chengxin.catalogue import models
from chengxin.catalogue.errors import NoEditionInForce, UnknownEdition, UnknownItemType
from chengxin.catalogue.rules.differences import Difference, difference
from chengxin.catalogue.rules.packs import body_digest, edition_from_body
from chengxin.catalogue.rules.values import Edition, ItemType
from chengxin.postgres.statements import Question, ask

_LONGEST_CACHE: Final = 16
_lock = threading.Lock()
Value = TypeVar("Value")
_editions: dict[str, Edition] = {}
_digests: dict[str, str] = {}  # by code; as many at most as editions


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    """An issued edition in a list."""

    code: str
    pack: str
    digest: str
    item_count: int
    in_force_from: date
    issued_at: datetime
    issued_by: str


def _read(digest: str) -> Edition:
    """Return an edition by its digest, from memory or, once per process, from the database.

    Raises:
        RuntimeError: The stored body is not the one that was issued; somebody went past the application.
    """
    known = _editions.get(digest)
    if known is not None:
        return known
    body = json.loads(models.Edition.objects.values_list("body", flat=True).get(digest=digest))
    if body_digest(body) != digest:
        message = f"the stored edition with digest {digest} was changed"
        raise RuntimeError(message)
    built = edition_from_body(body)
    with _lock:
        _remember(_editions, digest, built)
    return built


def _remember(kept: dict[str, Value], key: str, value: Value) -> None:
    while len(kept) >= _LONGEST_CACHE:
        del kept[next(iter(kept))]
    kept[key] = value


# Asked for at every decision; writing the statement out saves what composing it costs each time.
IN_FORCE_SQL = (
    "SELECT digest FROM catalogue_edition WHERE in_force_from <= %s ORDER BY in_force_from DESC, id DESC LIMIT 1"
)


def edition_in_force(on: date) -> Edition:
    """Return the edition in force on a civil day: of those in force from no later day the newest.

    Where two are in force from the same day, the one issued last holds.

    Raises:
        NoEditionInForce: No edition is in force on that day yet; nothing may be collected.
    """
    return edition_found(ask(edition_question(on)), on)


def edition_question(on: date) -> Question[str | None]:
    """Return the question which edition is in force on a day; :func:`edition_found` takes its answer.

    Args:
        on: The civil day.
    """
    return Question(statement=IN_FORCE_SQL, values=(on,), width=1, read=lambda row: None if row is None else row[0])


def edition_found(digest: str | None, on: date) -> Edition:
    """Return the edition that was found to be in force.

    Args:
        digest: The answer to :func:`edition_question`.
        on: The civil day that was asked about.

    Raises:
        NoEditionInForce: There was none.
    """
    if digest is None:
        raise NoEditionInForce(on=on.isoformat())
    return _read(digest)


def edition(code: str) -> Edition:
    """Return an edition by its code, as decisions name it; once read it is not asked for again.

    Raises:
        UnknownEdition: No edition has this code.
    """
    digest = _digests.get(code)
    if digest is not None:
        return _read(digest)
    digest = models.Edition.objects.filter(code=code).values_list("digest", flat=True).first()
    if digest is None:
        raise UnknownEdition(edition=code[:80])
    found = _read(digest)
    with _lock:
        _remember(_digests, code, digest)
    return found


def has_digest(digest: str) -> bool:
    """Say whether an edition with this digest was issued."""
    return models.Edition.objects.filter(digest=digest).exists()


def list_editions() -> tuple[EditionLine, ...]:
    """Return all issued editions, the one issued last first."""
    return tuple(
        EditionLine(
            code=row.code,
            pack=row.pack,
            digest=row.digest,
            item_count=row.item_count,
            in_force_from=row.in_force_from,
            issued_at=row.issued_at,
            issued_by=row.issued_by,
        )
        for row in models.Edition.objects.defer("body").order_by("-id")
    )


def find_item_type(*, code: str, on: date) -> ItemType | None:
    """Return an item type of the edition in force on a day, or `None` where the edition does not hold it.

    Raises:
        NoEditionInForce: No edition is in force on that day.
    """
    return edition_in_force(on).item_types.get(code)


def item_type(*, code: str, on: date) -> ItemType:
    """Return an item type of the edition in force on a day.

    Raises:
        NoEditionInForce: No edition is in force on that day.
        UnknownItemType: The edition does not hold it; it may not be collected.
    """
    found = find_item_type(code=code, on=on)
    if found is None:
        raise UnknownItemType(item=code[:80])
    return found


def diff(left: str, right: str) -> Difference:
    """Return what changed from one issued edition to another.

    Raises:
        UnknownEdition: One of the codes is not known.
    """
    return difference(edition(left), edition(right))


def forget_cached_editions() -> None:
    """Empty this process's memory of editions, so that the next reading comes from the database."""
    with _lock:
        _editions.clear()
        _digests.clear()
