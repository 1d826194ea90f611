"""To whom a page is open: audience, way of signing in, and what each method may do, declared beside the view.

A view without this declaration is not mounted: a guard test walks the addresses. Methods declared as reading run under
a watch that lets nothing through to the database but reading and the one line of the register that a look leaves.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from types import MappingProxyType
from typing import Any, Concatenate, Final, ParamSpec, cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse

from chengxin.accounts.rules import is_overdue
from chengxin.admission import lookups as admission
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.labels import refusal_label

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]


ACTING: Final = "acting_for"
"""Where a session keeps under which representation its owner acts."""


class Audience(StrEnum):
    """For whom a page is made."""

    PERSON = "PERSON"  # a natural person reading the own file
    SUPPLIER = "SUPPLIER"  # officers of an organisation that supplies
    REQUESTER = "REQUESTER"  # officers of an organisation that asks about persons
    OFFICE = "OFFICE"  # officers of the credit office
    ADMINISTRATION = "ADMINISTRATION"  # an organisation's administrator, and who decides as second officer


class Login(StrEnum):
    """How somebody must have signed in."""

    SESSION = "SESSION"
    SECOND_FACTOR = "SECOND_FACTOR"


class Effect(StrEnum):
    """What a method of a page may do."""

    READ = "READ"  # reads, and leaves the line of the register that a look leaves
    WRITE = "WRITE"


ROLES_OF: Final[Mapping[Audience, frozenset[Role]]] = MappingProxyType(
    {
        Audience.PERSON: frozenset({Role.CITIZEN}),
        Audience.ADMINISTRATION: frozenset({Role.ORGANISATION_ADMINISTRATOR, Role.OFFICE_REVIEWER}),
        Audience.SUPPLIER: frozenset({Role.SUPPLIER, Role.SUPPLIER_SECOND}),
        Audience.REQUESTER: frozenset({Role.REQUESTER}),
        Audience.OFFICE: frozenset(
            {Role.OFFICE_CLERK, Role.OFFICE_REVIEWER, Role.OFFICE_CATALOGUE, Role.OFFICE_POPULATION}
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a view declares of itself.

    Attributes:
        audience: For whom it is.
        login: How they must have signed in.
        roles: One of these is needed.
        methods: What each method may do.
        while_unconfirmed: Whether it opens to an officer whose login nobody confirmed in time.
    """

    audience: Audience
    login: Login
    roles: frozenset[Role]
    methods: Mapping[str, Effect]
    while_unconfirmed: bool = False


class WroteWhileReading(RuntimeError):  # noqa: N818 - says what happened
    """A page that declared to read tried to write; a fault of ours, so nothing is answered."""


# A statement may begin with these only; a reading one may call the register's function and no other that writes.
_READING: Final = re.compile(
    r"\s*(?:SELECT|WITH|DECLARE|FETCH|CLOSE|SHOW|SAVEPOINT|RELEASE|ROLLBACK|SET LOCAL|SET TRANSACTION)\b", re.IGNORECASE
)
_WRITING: Final = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|ledger_append\s*\()", re.IGNORECASE
)


def is_reading(statement: str) -> bool:
    """Tell whether a statement only reads, or writes nothing but a line of the register.

    Args:
        statement: As it goes to the database.

    Example:
        >>> is_reading("SELECT 1"), is_reading("SELECT look_number FROM register_add_look('', '', '', '', '')")
        (True, True)
        >>> is_reading("WITH gone AS (DELETE FROM a RETURNING b) SELECT b FROM gone"), is_reading("UPDATE a SET b = 1")
        (False, False)
    """
    return bool(_READING.match(statement)) and not _WRITING.search(statement)


@contextmanager
def only_reading() -> Iterator[None]:
    """Let nothing but reading, and the register's line, through to the database."""

    def watch(execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - the signature is Django's
        text = statement if isinstance(statement, str) else statement.as_string(connection.connection)
        if not is_reading(text):
            message = f"a page that declared to read sent: {text[:80]}"
            raise WroteWhileReading(message)
        return execute(statement, params, many, context)

    with connection.execute_wrapper(watch):
        yield


def own_actor_of(request: HttpRequest) -> Actor:
    """Return who is signed in, whoever it is that they act for.

    Args:
        request: A request of somebody signed in.
    """
    actor: Actor = request.user.actor  # type: ignore[union-attr]
    return actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in a request; a guardian or agent in the own name, with the person acted for.

    The representation that was chosen is judged anew for each request: one that ended is none any more.

    Args:
        request: A request that the declaration of its view let through.
    """
    own = own_actor_of(request)
    chosen = request.session.get(ACTING, "")
    if own.kind is not ActorKind.PERSON or not chosen:
        return own
    kept: Actor | None = getattr(request, "_acting", None)
    if kept is None:
        kept = admission.acting_for(own, reference=chosen, on=today_of(request)) or own
        request._acting = kept  # type: ignore[attr-defined]  # noqa: SLF001 - the same for the whole request
    return kept


def lacks_second_factor(request: HttpRequest) -> bool:
    """Tell whether somebody signed in without a second factor being set up.

    Args:
        request: A request of somebody signed in.
    """
    return not is_mfa_enabled(request.user)


def has_verified_factor(request: HttpRequest) -> bool:
    """Tell whether whoever is signed in proved a second factor in this very session.

    A demonstration has published logins that one press signs in; there, and there alone, the session counts as
    verified, and its pages say so.

    Args:
        request: A request of somebody signed in.
    """
    if settings.DEMONSTRATION:
        return True
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records) and not lacks_second_factor(request)


def is_unconfirmed(request: HttpRequest) -> bool:
    """Tell whether the yearly confirmation of an officer's login is over on this day.

    Args:
        request: A request of an officer.
    """
    return is_overdue(confirmed_on=request.user.confirmed_on, today=today_of(request))  # type: ignore[union-attr]


def second_factor_url(request: HttpRequest) -> str:
    """Return where a second factor is set up, or verified where one is set up already.

    Args:
        request: A request of somebody signed in without a verified factor.
    """
    if lacks_second_factor(request):
        return reverse("mfa_index")
    by_code = is_mfa_enabled(request.user, types=[Authenticator.Type.TOTP])
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("arrival")
    name = "mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn"
    return f"{reverse(name)}?{urlencode({'next': back})}"


def open_to(
    audience: Audience,
    *,
    roles: frozenset[Role] | None = None,
    read: tuple[str, ...] = ("GET",),
    write: tuple[str, ...] = (),
    while_unconfirmed: bool = False,
) -> Callable[[View[Rest]], View[Rest]]:
    """Declare to whom a view is open, and hold it to that.

    Officers need a second factor, proved in this very session: one without is led to set it up, or to prove it, before
    any page. In a demonstration the session counts as verified, and its pages say so.

    Args:
        audience: For whom the page is.
        roles: One of these is needed; all of the audience's when not given.
        read: Methods that only read; HEAD goes with GET.
        write: Methods that write.
        while_unconfirmed: Open it even to an officer whose login nobody confirmed in time: it is no sensitive work.
    """
    effects = dict.fromkeys(read, Effect.READ) | dict.fromkeys(write, Effect.WRITE)
    if "GET" in effects:
        effects["HEAD"] = effects["GET"]
    login = Login.SESSION if audience is Audience.PERSON else Login.SECOND_FACTOR
    declared = Declared(
        audience=audience,
        login=login,
        roles=ROLES_OF[audience] if roles is None else roles,
        methods=MappingProxyType(effects),
        while_unconfirmed=while_unconfirmed,
    )

    def declare(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def held(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            answer = _turned_away(request, declared)
            if answer is not None:
                return answer
            if declared.methods[request.method or ""] is Effect.WRITE:
                return view(request, *args, **kwargs)
            with only_reading():
                return view(request, *args, **kwargs)

        held.declared = declared  # type: ignore[attr-defined]
        return cast("View[Rest]", held)

    return declare


def _turned_away(request: HttpRequest, declared: Declared) -> HttpResponseBase | None:
    """Return the answer to whoever may not come in, or ``None``."""
    if not request.user.is_authenticated:
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
    actor = actor_of(request)
    kind = ActorKind.PERSON if declared.audience is Audience.PERSON else ActorKind.OFFICER
    if actor.kind is not kind or not any(actor.has(role) for role in declared.roles):
        return refused_page(request, "NOT_YOUR_ROLE")
    if declared.login is Login.SECOND_FACTOR and not has_verified_factor(request):
        return HttpResponseRedirect(second_factor_url(request))
    if kind is ActorKind.OFFICER and not declared.while_unconfirmed and is_unconfirmed(request):
        return refused_page(request, "LOGIN_UNCONFIRMED")
    if request.method not in declared.methods:
        return HttpResponseNotAllowed(sorted(declared.methods))
    return None


def refused_page(request: HttpRequest, code: str, *, status: int = 403) -> HttpResponse:
    """Return the page that explains a refusal.

    Args:
        request: The request being answered.
        code: The stable code of the refusal.
        status: The answer's status.
    """
    context = {"code": code, "sentence": refusal_label(code), "basis": None}
    return render(request, "presentation/errors/refused.html", context, status=status)
