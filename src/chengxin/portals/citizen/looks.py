"""Who looked: the looks at every row that is the person, read as one list, newest first, in plain words."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengxin.authority.actors import Actor
from chengxin.catalogue.rules.values import Edition
from chengxin.periods.civil import civil_date
from chengxin.portals.citizen.labels import SHOWN, refusal_words
from chengxin.portals.citizen.shown import named, organisation_name, organisation_names
from chengxin.portals.presentation.languages import in_current_language
from chengxin.register import lookups as register
from chengxin.register.lookups import LookFilter, LookLine

PAGE = 20
"""How many entries a page has; a folded entry counts as one."""
MOST_LOOKS = 60
"""How many looks a page holds at most, the folded ones included."""
FOLDED_FROM = 3
"""From how many looks of the same organisation and purpose in one month on they are folded into one entry."""
_BLOCK = 100

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLook:
    """One look in words.

    Attributes:
        look_id: Its key.
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
        authorisation: Under which authorisation; empty without one.
    """

    look_id: int
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
    authorisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Looks that are shown as one: of the same organisation, purpose, month and ending; mostly one alone.

    Attributes:
        looks: The looks, newest first.
        is_folded: Whether they are shown as one line that can be unfolded.
        month: First day of their month in Asia/Shanghai.
    """

    looks: tuple[ShownLook, ...]
    is_folded: bool
    month: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksPage:
    """One page of looks, and the cursor of the next; empty at the end."""

    looks: tuple[LookLine, ...]
    cursor: str


def _of_row(person_id: int, before: int | None, chosen: LookFilter | None) -> Iterator[LookLine]:
    while True:
        block = register.list_looks(person_id=person_id, before=before, limit=_BLOCK, chosen=chosen)
        yield from block
        if len(block) < _BLOCK:
            return
        before = block[-1].sequence


def _merged(
    cluster: Sequence[int], places: Sequence[int | None], chosen: LookFilter | None
) -> Iterator[tuple[int, LookLine]]:
    """Yield the looks at all rows, newest first, each with the place of its row."""

    def placed(place: int) -> Iterator[tuple[datetime, int, int, LookLine]]:
        for look in _of_row(cluster[place], places[place], chosen):
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


def list_page(*, cluster: Sequence[int], chosen: LookFilter, cursor: str = "") -> LooksPage:
    """Return one page of the looks at all rows that are the person: so many entries, or so many looks.

    Args:
        cluster: The rows, in ascending order.
        chosen: Which looks.
        cursor: Where to go on, as the page before gave it.
    """
    places = _places(cluster, cursor)
    found: list[LookLine] = []
    keys: set[tuple[object, ...]] = set()
    for place, look in _merged(cluster, places, chosen):
        keys.add(_fold_key(look))
        if len(keys) > PAGE or len(found) == MOST_LOOKS:
            return LooksPage(looks=tuple(found), cursor=".".join(str(before or 0) for before in places))
        places[place] = look.sequence
        found.append(look)
    return LooksPage(looks=tuple(found), cursor="")


def _fold_key(look: LookLine) -> tuple[object, ...]:
    day = civil_date(look.at)
    return (look.organisation_code or look.actor_key, look.purpose_code, day.year, day.month, look.outcome)


def entries(looks: Sequence[LookLine], *, actor: Actor, edition: Edition | None) -> tuple[Entry, ...]:
    """Return looks in words, those of the same organisation, purpose, month and ending folded into one entry.

    Args:
        looks: The looks of a page, newest first.
        actor: The person who reads them.
        edition: The edition in force.
    """
    folded: dict[tuple[object, ...], list[LookLine]] = {}
    for look in looks:
        folded.setdefault(_fold_key(look), []).append(look)
    names = dict(organisation_names({look.organisation_code for look in looks if look.organisation_code is not None}))
    made = []
    for group in folded.values():
        shown = tuple(shown_look(look, actor=actor, edition=edition, names=names) for look in group)
        month = civil_date(group[0].at).replace(day=1)
        if len(shown) >= FOLDED_FROM:
            made.append(Entry(looks=shown, is_folded=True, month=month))
        else:
            made.extend(Entry(looks=(one,), is_folded=False, month=month) for one in shown)
    return tuple(sorted(made, key=lambda entry: (entry.looks[0].at, entry.looks[0].number), reverse=True))


def choices(cluster: Sequence[int], *, edition: Edition | None) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return which organisations and purposes are among the newest looks, with their names, for the filter.

    Args:
        cluster: The rows that are the person.
        edition: The edition in force.
    """
    pairs = {pair for row in cluster for pair in register.list_lookers(person_id=row)}
    purposes = {} if edition is None else edition.purposes
    names = organisation_names({code for code, _purpose in pairs if code})
    return (
        sorted(names.items()),
        [(code, named(purposes.get(code), code)) for code in sorted({purpose for _code, purpose in pairs})],
    )


def find_own(*, cluster: Sequence[int], look_id: int) -> LookLine | None:
    """Return one look at the person; ``None`` where it was at somebody else, or never was.

    Args:
        cluster: The rows that are the person.
        look_id: Which look.
    """
    found = (register.find_look(person_id=row, look_id=look_id) for row in cluster)
    return next((look for look in found if look is not None), None)


def count_of_others_since(*, cluster: Sequence[int], actor: Actor, since: datetime | None) -> int:
    """Return how often others looked after a moment, or ever.

    Args:
        cluster: The rows that are the person.
        actor: The person.
        since: The moment; ``None`` for ever.
    """
    # A moment later than the one of the visit before, which is kept with microseconds.
    from_at = None if since is None else since + timedelta(microseconds=1)
    chosen = LookFilter(not_actor_key=actor.key, from_at=from_at)
    return sum(register.count_chosen(person_id=row, chosen=chosen) for row in cluster)


def last_own_look_at(*, cluster: Sequence[int], actor: Actor) -> datetime | None:
    """Return when the person last looked, or ``None`` where this is the first time.

    Args:
        cluster: The rows that are the person.
        actor: The person.
    """
    chosen = LookFilter(actor_key=actor.key)
    newest = [look for row in cluster for look in register.list_looks(person_id=row, limit=1, chosen=chosen)]
    return max((look.at for look in newest), default=None)


def shown_look(
    look: LookLine, *, actor: Actor, edition: Edition | None, names: dict[str, str] | None = None
) -> ShownLook:
    """Return a look in words.

    Args:
        look: The look.
        actor: The person who reads it.
        edition: The edition in force; gives purposes, bases and item types their names.
        names: Names of organisations that were found already.
    """
    purpose = None if edition is None else edition.purposes.get(look.purpose_code)
    # Looks of the first records name the basis with a point where the catalogue has a hyphen.
    basis = None if edition is None else edition.bases.get(look.basis_code.replace(".", "-"))
    authorisation = look.shown.get("authorisation")
    return ShownLook(
        look_id=look.look_id,
        number=look.sequence,
        at=look.at,
        who=_who(look, actor, {} if names is None else names),
        login=look.actor_key,
        is_own=is_own(look, actor),
        why=look.purpose_code if purpose is None else in_current_language(purpose.name_zh, purpose.name_en),
        basis=look.basis_code if basis is None else basis.title,
        article=(basis.article or "") if basis is not None else "",
        verified="UNVERIFIED" if basis is None else basis.verified.value,
        case_number=look.case_number or "",
        what=_what(look, edition),
        refused="" if look.refusal_code is None else refusal_words(look.refusal_code),
        authorisation=authorisation if isinstance(authorisation, str) else "",
    )


def _who(look: LookLine, actor: Actor, names: dict[str, str]) -> Words:
    if is_own(look, actor):
        return _("您本人")
    if look.shown.get("mandate"):
        return _("您的监护人或代理人（%(mandate)s）") % {"mandate": look.shown["mandate"]}
    code = look.organisation_code
    if code is None:
        return _("平台系统")
    if code not in names:
        names[code] = organisation_name(code)
    return names[code]


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
