"""Reading of requests and authorisations.

A person reads the own ones; a requester its organisation's. What a requester is shown of a request that named somebody
does not tell whether the registry knows that person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F, Q

from chengxin.authorisations import rules
from chengxin.authorisations.errors import AuthorisationUnknown, RequestUnknown
from chengxin.authorisations.models import Authorisation, AuthorisationRequest, PaperScan, Redirection, Usage
from chengxin.authorisations.rules import Scope
from chengxin.authorisations.states import Channel, RequestState
from chengxin.keys.current import keyring
from chengxin.periods.civil import CIVIL_ZONE, civil_date
from chengxin.persons import lookups as persons
from chengxin.postgres.statements import Question, Row, ask
from chengxin.sealing.suites import unseal

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """A request, as the person and the requester read it.

    Attributes:
        request_id: Its key, to read on.
        reference: Its reference.
        organisation_code: Who asks.
        purpose_code: For what.
        scope: Over what, how often, how long.
        case_number: The requester's case.
        asked_at: When.
        asked_by: Key of the officer or client.
        answer_by_on: Last day for an answer.
        state: Where it stands; ``WAITING`` after the last day means lapsed.
        is_lapsed: Nobody answered in time.
        authorisation_reference: What came of it; ``None`` unless it was granted.
    """

    request_id: int
    reference: str
    organisation_code: str
    purpose_code: str
    scope: Scope
    case_number: str
    asked_at: datetime
    asked_by: str
    answer_by_on: date
    state: RequestState
    is_lapsed: bool
    authorisation_reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationLine:
    """An authorisation, as the person and the requester read it.

    Attributes:
        authorisation_id: Its key, to read on.
        reference: Its reference.
        organisation_code: Who may look.
        purpose_code: For what.
        basis_code: On which provision.
        edition_code: Edition of the catalogue under which it was granted.
        item_codes: Which item types.
        data_from: First day of events that may be shown; ``None`` for no bound.
        data_to: First day of events that may no longer be shown; ``None`` for no bound.
        looks: How many looks it allows.
        used_count: How many were used.
        last_used_at: When it was used last; ``None`` when never.
        case_number: The requester's case.
        channel: Online, or on paper at a counter.
        granted_at: When.
        last_on: Last day on which it can be used.
        withdrawn_at: When it was taken back; ``None`` while it was not.
        withdrawn_by: Key of the login that took it back; empty while nobody did.
        receipt: The signed receipt.
    """

    authorisation_id: int
    reference: str
    organisation_code: str
    purpose_code: str
    basis_code: str
    edition_code: str
    item_codes: tuple[str, ...]
    data_from: date | None
    data_to: date | None
    looks: int
    used_count: int
    last_used_at: datetime | None
    case_number: str
    channel: Channel
    granted_at: datetime
    last_on: date
    withdrawn_at: datetime | None
    withdrawn_by: str
    receipt: str

    def holds_on(self, today: date) -> bool:
        """Tell whether it can be used on a day.

        Args:
            today: Civil date in Asia/Shanghai.
        """
        return self.withdrawn_at is None and today <= self.last_on and self.used_count < self.looks


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedRequest:
    """A request whose person comes by a redirect (RFC 9126) and goes back by another.

    Attributes:
        request: The request.
        redirect_uri: Where the person goes afterwards.
        state: The client's own text, to be returned unchanged.
        is_late: The person came later than the client was told.
    """

    request: RequestLine
    redirect_uri: str
    state: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationFacts:
    """What the gate needs to know of an authorisation.

    Attributes:
        authorisation_id: Its key.
        reference: Its reference.
        person_id: Whose data it opens.
        organisation_code: To whom.
        purpose_code: For what.
        item_codes: Which item types.
        data_from: First day of events that may be shown; ``None`` for no bound.
        data_to: First day of events that may no longer be shown; ``None`` for no bound.
        looks_left: How many looks are left.
        last_on: Last day on which it can be used.
        is_withdrawn: It was taken back.
        channel: Online, or on paper at a counter.
        used_count: How many looks were used.
    """

    authorisation_id: int
    reference: str
    person_id: int
    organisation_code: str
    purpose_code: str
    item_codes: frozenset[str]
    data_from: date | None
    data_to: date | None
    looks_left: int
    last_on: date
    is_withdrawn: bool
    channel: Channel
    used_count: int


FACTS = tuple(field.name for field in fields(AuthorisationFacts))
FACTS_SQL = """
    SELECT a.id, a.reference, a.person_id, a.organisation_code, a.purpose_code, a.item_codes, a.data_from, a.data_to,
        u.looks - u.used_count, a.last_on, w.authorisation_id IS NOT NULL, a.channel, u.used_count
    FROM authorisations_authorisation a
    JOIN authorisations_usage u ON u.authorisation_id = a.id
    LEFT JOIN authorisations_withdrawal w ON w.authorisation_id = a.id
    WHERE a.reference = ANY (%s)
"""


def find_facts(reference: str) -> AuthorisationFacts | None:
    """Return what the gate needs to know of an authorisation, freshly; ``None`` when there is none. One statement.

    Args:
        reference: Its reference, as the requester gives it.
    """
    return ask(facts_question(reference))


def facts_question(reference: str) -> Question[AuthorisationFacts | None]:
    """Return the question that :func:`find_facts` asks.

    Args:
        reference: The authorisation's reference, as the requester gives it; there is none with an empty one.
    """
    return Question(statement=FACTS_SQL, values=([reference.strip().upper()],), width=len(FACTS), read=_found_facts)


def lock_facts(references: Sequence[str]) -> dict[str, AuthorisationFacts]:
    """Return what the gate needs to know of many authorisations, by reference, and let nobody else use them meanwhile.

    Those that do not exist are left out. They are locked in the order of their keys.

    Args:
        references: As the requester gives them.
    """
    wanted = sorted({reference.strip().upper() for reference in references})
    held = Usage.objects.select_for_update(of=("self",)).filter(authorisation__reference__in=wanted)
    list(held.order_by("authorisation_id"))
    return _facts_of(wanted)


def _facts_of(references: Sequence[str]) -> dict[str, AuthorisationFacts]:
    with connection.cursor() as cursor:
        cursor.execute(FACTS_SQL, [list(references)])
        found = [_facts(row) for row in cursor.fetchall()]
    return {facts.reference: facts for facts in found}


def _found_facts(row: Row | None) -> AuthorisationFacts | None:
    return None if row is None else _facts(row)


def _facts(row: Row) -> AuthorisationFacts:
    named = dict(zip(FACTS, row, strict=True))
    return AuthorisationFacts(
        **named | {"item_codes": frozenset(named["item_codes"]), "channel": Channel(named["channel"])}
    )


def refused_on(*, organisation_code: str, purpose_code: str, person_id: int) -> date | None:
    """Return the civil day on which a person last refused an organisation for a purpose; ``None`` when never.

    Args:
        organisation_code: Who asked.
        purpose_code: For what.
        person_id: Who refused; rows merged with this one count.
    """
    ended_at = (
        AuthorisationRequest.objects.filter(
            organisation_code=organisation_code,
            purpose_code=purpose_code,
            person_id__in=persons.cluster_of(person_id),
            state=RequestState.REFUSED.value,
        )
        .order_by("-ended_at")
        .values_list("ended_at", flat=True)
        .first()
    )
    return None if ended_at is None else civil_date(ended_at)


def list_requests_to(
    *,
    person_id: int,
    now: datetime,
    is_waiting: bool | None = None,
    is_lapsed: bool | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[RequestLine, ...]:
    """Return what was asked of a person, the newest first.

    Args:
        person_id: Whom; rows merged with this one count.
        now: The moment; decides which have lapsed.
        is_waiting: Only those that wait for an answer, only the others, or all.
        is_lapsed: Only those that nobody answered in time, only the others, or all.
        before: Only requests with a smaller key, to read on.
        limit: At most so many.
    """
    rows = AuthorisationRequest.objects.filter(person_id__in=persons.cluster_of(person_id))
    if is_lapsed is not None:
        lapsed = {"state": RequestState.WAITING.value, "asked_at__lt": _oldest_waiting(now)}
        rows = rows.filter(**lapsed) if is_lapsed else rows.exclude(**lapsed)
    return _requests(rows, now=now, is_waiting=is_waiting, before=before, limit=limit)


def list_requests_of(
    *,
    organisation_code: str,
    now: datetime,
    is_waiting: bool | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[RequestLine, ...]:
    """Return what an organisation asked, the newest first. See :func:`list_requests_to`.

    Args:
        organisation_code: Who asked.
        now: The moment; decides which have lapsed.
        is_waiting: Only those that wait for an answer, only the others, or all.
        before: Only requests with a smaller key, to read on.
        limit: At most so many.
    """
    rows = AuthorisationRequest.objects.filter(organisation_code=organisation_code)
    return _requests(rows, now=now, is_waiting=is_waiting, before=before, limit=limit)


def _requests(
    rows: "QuerySet[AuthorisationRequest]",
    *,
    now: datetime,
    is_waiting: bool | None,
    before: int | None,
    limit: int,
) -> tuple[RequestLine, ...]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if is_waiting is not None:
        # The days before are civil days; the first moment that has not lapsed lies at their midnight.
        waiting = {"state": RequestState.WAITING.value, "asked_at__gte": _oldest_waiting(now)}
        rows = rows.filter(**waiting) if is_waiting else rows.exclude(**waiting)
    return tuple(request_line(row, now=now) for row in rows.select_related("granted").order_by("-id")[:limit])


def _oldest_waiting(now: datetime) -> datetime:
    """Return the first moment whose request has not lapsed: midnight in Asia/Shanghai, so many days ago."""
    midnight = now.astimezone(CIVIL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=rules.WAITING_DAYS)


def request_of_person(*, reference: str, person_id: int, now: datetime) -> RequestLine:
    """Return one request that a person may answer: asked of that person, or of nobody in particular.

    Args:
        reference: The request.
        person_id: The person.
        now: The moment.

    Raises:
        RequestUnknown: There is none, or somebody else was asked.
    """
    row = AuthorisationRequest.objects.select_related("granted").filter(reference=reference.strip().upper()).first()
    if row is None or not is_asked(row, person_id):
        raise RequestUnknown
    return request_line(row, now=now)


def pushed_request(*, reference: str, client_key: str, person_id: int, now: datetime) -> PushedRequest:
    """Return a request to which a person came by a redirect.

    Args:
        reference: The request.
        client_key: Key of the client that is said to have pushed it.
        person_id: The person.
        now: The moment.

    Raises:
        RequestUnknown: There is none, another client pushed it, or somebody else answered it already.
    """
    row = Redirection.objects.filter(request__reference=reference.strip().upper(), client_key=client_key).first()
    if row is None:
        raise RequestUnknown
    request = request_of_person(reference=reference, person_id=person_id, now=now)
    return PushedRequest(
        request=request,
        redirect_uri=row.redirect_uri,
        state=row.state,
        is_late=now > request.asked_at + timedelta(seconds=rules.PUSHED_SECONDS),
    )


def request_of_organisation(*, reference: str, organisation_code: str, now: datetime) -> RequestLine:
    """Return one request of an organisation.

    Args:
        reference: The request.
        organisation_code: Who asked.
        now: The moment.

    Raises:
        RequestUnknown: There is none, or another organisation asked.
    """
    row = (
        AuthorisationRequest.objects.select_related("granted")
        .filter(reference=reference.strip().upper(), organisation_code=organisation_code)
        .first()
    )
    if row is None:
        raise RequestUnknown
    return request_line(row, now=now)


def is_asked(row: AuthorisationRequest, person_id: int | None) -> bool:
    """Tell whether a person may answer a request: asked of that person, or of nobody in particular.

    Args:
        row: The request.
        person_id: The person; ``None`` for nobody.
    """
    if person_id is None:
        return False
    if row.person_id is None:
        return not row.is_directed
    return row.person_id in persons.cluster_of(person_id)


def request_line(row: AuthorisationRequest, *, now: datetime) -> RequestLine:
    """Return a request as values.

    Args:
        row: The request.
        now: The moment.
    """
    granted = getattr(row, "granted", None)
    state = RequestState(row.state)
    return RequestLine(
        request_id=row.pk,
        reference=row.reference,
        organisation_code=row.organisation_code,
        purpose_code=row.purpose_code,
        scope=scope_of(row),
        case_number=row.case_number,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        answer_by_on=civil_date(row.asked_at) + timedelta(days=rules.WAITING_DAYS),
        state=state,
        is_lapsed=state is RequestState.WAITING and rules.has_lapsed(asked_at=row.asked_at, now=now),
        authorisation_reference=None if granted is None else granted.reference,
    )


def scope_of(row: AuthorisationRequest) -> Scope:
    """Return what a request asks for.

    Args:
        row: The request.
    """
    return Scope(
        item_codes=frozenset(row.item_codes),
        data_from=row.data_from,
        data_to=row.data_to,
        looks=row.looks,
        days=row.days,
    )


def list_authorisations_of(
    *,
    person_id: int,
    holds_on: date | None = None,
    ended_by: date | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[AuthorisationLine, ...]:
    """Return what a person allowed, the newest first, with its use and withdrawal.

    Args:
        person_id: Who; rows merged with this one count.
        holds_on: Only those that can be used on this day.
        ended_by: Only those that can no longer be used on this day.
        before: Only authorisations with a smaller key, to read on.
        limit: At most so many.
    """
    rows = Authorisation.objects.filter(person_id__in=persons.cluster_of(person_id))
    if holds_on is not None:
        rows = rows.filter(_holds(holds_on))
    if ended_by is not None:
        rows = rows.exclude(_holds(ended_by))
    return _lines(rows, before, limit)


def _holds(today: date) -> Q:
    """Say of a row what :meth:`AuthorisationLine.holds_on` says of a line."""
    return Q(withdrawal__isnull=True, last_on__gte=today, usage__used_count__lt=F("usage__looks"))


def list_authorisations_to(
    *, organisation_code: str, before: int | None = None, limit: int = 50
) -> tuple[AuthorisationLine, ...]:
    """Return what an organisation was allowed, the newest first; nobody is named.

    Args:
        organisation_code: The organisation.
        before: Only authorisations with a smaller key, to read on.
        limit: At most so many.
    """
    return _lines(Authorisation.objects.filter(organisation_code=organisation_code), before, limit)


def authorisation_of_person(*, reference: str, person_id: int) -> AuthorisationLine:
    """Return one authorisation of a person.

    Args:
        reference: Which.
        person_id: Who; rows merged with this one count.

    Raises:
        AuthorisationUnknown: There is none, or it is another person's.
    """
    found = _lines(
        Authorisation.objects.filter(reference=reference.strip().upper(), person_id__in=persons.cluster_of(person_id)),
        None,
        1,
    )
    if not found:
        raise AuthorisationUnknown
    return found[0]


def authorisation_of_organisation(*, reference: str, organisation_code: str) -> AuthorisationLine:
    """Return one authorisation that was given to an organisation; nobody is named.

    Args:
        reference: Which.
        organisation_code: To whom.

    Raises:
        AuthorisationUnknown: There is none, or it was given to another organisation.
    """
    found = _lines(
        Authorisation.objects.filter(reference=reference.strip().upper(), organisation_code=organisation_code), None, 1
    )
    if not found:
        raise AuthorisationUnknown
    return found[0]


def _lines(rows: "QuerySet[Authorisation]", before: int | None, limit: int) -> tuple[AuthorisationLine, ...]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return tuple(_line(row) for row in rows.select_related("usage", "withdrawal").order_by("-id")[:limit])


def _line(row: Authorisation) -> AuthorisationLine:
    withdrawal = getattr(row, "withdrawal", None)
    return AuthorisationLine(
        authorisation_id=row.pk,
        reference=row.reference,
        organisation_code=row.organisation_code,
        purpose_code=row.purpose_code,
        basis_code=row.basis_code,
        edition_code=row.edition_code,
        item_codes=tuple(row.item_codes),
        data_from=row.data_from,
        data_to=row.data_to,
        looks=row.looks,
        used_count=row.usage.used_count,
        last_used_at=row.usage.last_used_at,
        case_number=row.case_number,
        channel=Channel(row.channel),
        granted_at=row.granted_at,
        last_on=row.last_on,
        withdrawn_at=None if withdrawal is None else withdrawal.withdrawn_at,
        withdrawn_by="" if withdrawal is None else withdrawal.withdrawn_by,
        receipt=row.receipt,
    )


def scan_context(reference: str) -> bytes:
    """Return what a sealed scan is bound to."""
    return b"authorisations.scan:" + reference.encode("ascii")


def open_scan(*, reference: str) -> tuple[str, bytes] | None:
    """Return media type and contents of the paper behind an authorisation; ``None`` when it has none.

    Only review and the person read it; who may is judged by the room that shows it.

    Args:
        reference: The authorisation.
    """
    row = PaperScan.objects.filter(authorisation__reference=reference).first()
    if row is None:
        return None
    contents = unseal(keyring().vault(), bytes(row.sealed), context=scan_context(reference))
    return row.media_type, contents
