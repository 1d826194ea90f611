"""Who looked: the looks at every row that is the person, read as one list, newest first, in plain words."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengxin.authority.actors import Actor
from chengxin.catalogue.rules.values import Edition
from chengxin.organisations import lookups as organisations
from chengxin.portals.citizen.labels import SHOWN, refusal_words
from chengxin.portals.presentation.languages import in_current_language
from chengxin.register import lookups as register
from chengxin.register.lookups import LookLine
from chengxin.register.states import Outcome

PAGE = 20
_BLOCK = 100

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLook:
    """One look in words.

    Attributes:
        number: Its number; of a merged person each row counts for itself.
        at: When.
        who: The organisation, or the person.
        login: Which login acted, as a key; it names nobody.
        is_own: Whether the person looked.
        why: For which purpose.
        basis: On which act and article.
        verified: How far that was checked.
        case_number: The looker's case; empty without one.
        what: What was shown, in words; empty when refused.
        refused: Why it was refused; empty when something was shown.
    """

    number: int
    at: datetime
    who: Words
    login: str
    is_own: bool
    why: str
    basis: str
    article: str
    verified: str
    case_number: str
    what: tuple[str, ...]
    refused: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksPage:
    """One page of looks, and the cursor of the next; empty at the end."""

    looks: tuple[LookLine, ...]
    cursor: str


def _of_row(person_id: int, before: int | None) -> Iterator[LookLine]:
    while True:
        block = register.list_looks(person_id=person_id, before=before, limit=_BLOCK)
        yield from block
        if len(block) < _BLOCK:
            return
        before = block[-1].sequence


def _merged(cluster: Sequence[int], places: Sequence[int | None]) -> Iterator[tuple[int, LookLine]]:
    """Yield the looks at all rows, newest first, each with the place of its row."""

    def placed(place: int) -> Iterator[tuple[datetime, int, int, LookLine]]:
        for look in _of_row(cluster[place], places[place]):
            yield look.at, look.sequence, place, look

    streams = [placed(place) for place in range(len(cluster))]
    for _at, _sequence, place, look in heapq.merge(*streams, key=lambda entry: entry[:3], reverse=True):
        yield place, look


def _places(cluster: Sequence[int], cursor: str) -> list[int | None]:
    """Read a cursor: for each row the number before which to go on; a broken cursor begins anew."""
    parts = cursor.split(".")
    if len(parts) != len(cluster) or not all(part.isdigit() and len(part) <= 18 for part in parts):  # noqa: PLR2004 - a bigint
        return [None] * len(cluster)
    return [int(part) or None for part in parts]


def is_own(look: LookLine, actor: Actor) -> bool:
    """Tell whether a look was the person's own.

    Args:
        look: The look.
        actor: The person.
    """
    return look.actor_key == actor.key


def list_page(*, cluster: Sequence[int], actor: Actor, which: str, cursor: str = "", limit: int = PAGE) -> LooksPage:
    """Return one page of the looks at all rows that are the person.

    Args:
        cluster: The rows, in ascending order.
        actor: The person.
        which: ``OTHERS``, ``OWN``, ``REFUSED``, or empty for all.
        cursor: Where to go on, as the page before gave it.
        limit: How many at most.
    """
    places = _places(cluster, cursor)
    found: list[LookLine] = []
    for place, look in _merged(cluster, places):
        if len(found) == limit:
            return LooksPage(looks=tuple(found), cursor=".".join(str(before or 0) for before in places))
        places[place] = look.sequence
        own = is_own(look, actor)
        fits = {"OTHERS": not own, "OWN": own, "REFUSED": look.outcome is Outcome.REFUSED}
        if fits.get(which, True):
            found.append(look)
    return LooksPage(looks=tuple(found), cursor="")


def count_of_others_since(*, cluster: Sequence[int], actor: Actor, since: datetime | None) -> int:
    """Return how often others looked after a moment, or ever.

    Args:
        cluster: The rows that are the person.
        actor: The person.
        since: The moment; ``None`` for ever.
    """
    count = 0
    for _place, look in _merged(cluster, [None] * len(cluster)):
        if since is not None and look.at <= since:
            break
        count += not is_own(look, actor)
    return count


def last_own_look_at(*, cluster: Sequence[int], actor: Actor) -> datetime | None:
    """Return when the person last looked, or ``None`` where this is the first time.

    Args:
        cluster: The rows that are the person.
        actor: The person.
    """
    looks = _merged(cluster, [None] * len(cluster))
    return next((look.at for _place, look in looks if is_own(look, actor)), None)


def shown_look(look: LookLine, *, actor: Actor, edition: Edition | None) -> ShownLook:
    """Return a look in words.

    Args:
        look: The look.
        actor: The person who reads it.
        edition: The edition in force; gives purposes, bases and item types their names.
    """
    purpose = None if edition is None else edition.purposes.get(look.purpose_code)
    # Looks of the first records name the basis with a point where the catalogue has a hyphen.
    basis = None if edition is None else edition.bases.get(look.basis_code.replace(".", "-"))
    return ShownLook(
        number=look.sequence,
        at=look.at,
        who=_who(look, actor),
        login=look.actor_key,
        is_own=is_own(look, actor),
        why=look.purpose_code if purpose is None else in_current_language(purpose.name_zh, purpose.name_en),
        basis=look.basis_code if basis is None else basis.title,
        article=(basis.article or "") if basis is not None else "",
        verified="UNVERIFIED" if basis is None else basis.verified.value,
        case_number=look.case_number or "",
        what=_what(look, edition),
        refused="" if look.refusal_code is None else refusal_words(look.refusal_code),
    )


def _who(look: LookLine, actor: Actor) -> Words:
    if is_own(look, actor):
        return _("您本人")
    if look.shown.get("mandate"):
        return _("您的监护人或代理人（%(mandate)s）") % {"mandate": look.shown["mandate"]}
    if look.organisation_code is None:
        return _("平台系统")
    organisation = organisations.find_organisation(look.organisation_code)
    if organisation is None:
        return look.organisation_code
    return in_current_language(organisation.name_zh, organisation.name_en)


def _what(look: LookLine, edition: Edition | None) -> tuple[str, ...]:
    """Return what a look showed: item types with their counts, or a thing that is no item."""
    words = []
    named = look.shown.get("what")
    if isinstance(named, str):
        words.append(str(SHOWN.get(named, named)))
    items = look.shown.get("items")
    if isinstance(items, dict):
        for code, count in items.items():
            item = None if edition is None else edition.item_types.get(code)
            name = code if item is None else in_current_language(item.name_zh, item.name_en)
            words.append(_("%(name)s %(count)s 条") % {"name": name, "count": count})
        if not items:
            words.append(_("档案里没有任何一条"))
    return tuple(words)
