"""The person's pages about what others ask to see and what was allowed; each is registered before it is answered."""

import hashlib
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authorisations import lookups, operations
from chengxin.authorisations.lookups import AuthorisationLine, RequestLine
from chengxin.authorisations.rules import Scope
from chengxin.authorisations.states import RequestState
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.errors import NoEditionInForce
from chengxin.catalogue.rules import Edition
from chengxin.inquiries import lookups as inquiries
from chengxin.keys import published
from chengxin.portals.citizen import allowed, gate
from chengxin.portals.citizen.forms import AuthorisationsFilter, GrantForm, RequestsFilter
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.sealing import receipts

PAGE = 20
MOST_WAITING_SHOWN = 100


def edition_of(request: HttpRequest) -> Edition | None:
    """Return the edition in force on the day of the page; ``None`` where there is none.

    Args:
        request: The request being answered.
    """
    try:
        return catalogue.edition_in_force(today_of(request))
    except NoEditionInForce:
        return None


def _before(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) <= 18 else None  # noqa: PLR2004 - a bigint


def waiting_requests(request: HttpRequest) -> tuple[allowed.ShownRequest, ...]:
    """Return the requests that wait for the person, the newest first; the page that shows them registers its look.

    Args:
        request: The request being answered.
    """
    found = lookups.list_requests_to(
        person_id=gate.person_of(actor_of(request)), now=now_of(request), is_waiting=True, limit=MOST_WAITING_SHOWN
    )
    edition = edition_of(request) if found else None
    return tuple(allowed.shown_request(line, edition=edition, today=today_of(request)) for line in found)


@open_to(Audience.PERSON)
def authorisations(request: HttpRequest) -> HttpResponse:
    """Show what the person allowed, standing and past, and how many requests wait.

    Args:
        request: The request being answered; reads ``which`` and ``before``.
    """
    actor = actor_of(request)
    number = gate.register_own_look(actor=actor, shown="AUTHORISATIONS", now=now_of(request))
    form = AuthorisationsFilter(request.GET)
    which = form.cleaned_data["which"] if form.is_valid() else ""
    today, before = today_of(request), _before(request)
    found = lookups.list_authorisations_of(
        person_id=gate.person_of(actor),
        holds_on=today if which == "STANDING" else None,
        ended_by=today if which == "PAST" else None,
        before=before,
        limit=PAGE + 1,
    )
    edition = edition_of(request)
    context = {
        "form": form,
        "active": bool(which),
        "today": today,
        "waiting": waiting_requests(request),
        "entries": [
            allowed.shown_authorisation(line, edition=edition, today=today, actor=actor) for line in found[:PAGE]
        ],
        "look_number": number,
        "clear_url": reverse("citizen:authorisations"),
        "pager": _pager(
            "citizen:authorisations",
            which=which,
            before=before,
            keys=[line.authorisation_id for line in found],
        ),
    }
    return render(request, "citizen/authorisations.html", context)


@open_to(Audience.PERSON)
def requests(request: HttpRequest) -> HttpResponse:
    """Show what others asked the person to allow: waiting, answered, lapsed.

    Args:
        request: The request being answered; reads ``which`` and ``before``.
    """
    actor = actor_of(request)
    number = gate.register_own_look(actor=actor, shown="REQUESTS", now=now_of(request))
    form = RequestsFilter(request.GET)
    which = form.cleaned_data["which"] if form.is_valid() else ""
    before = _before(request)
    found = lookups.list_requests_to(
        person_id=gate.person_of(actor),
        now=now_of(request),
        is_waiting={"WAITING": True, "ANSWERED": False}.get(which),
        is_lapsed={"LAPSED": True, "ANSWERED": False}.get(which),
        before=before,
        limit=PAGE + 1,
    )
    edition = edition_of(request)
    context = {
        "form": form,
        "active": bool(which),
        "today": today_of(request),
        "entries": [allowed.shown_request(line, edition=edition, today=today_of(request)) for line in found[:PAGE]],
        "look_number": number,
        "clear_url": reverse("citizen:requests"),
        "pager": _pager("citizen:requests", which=which, before=before, keys=[line.request_id for line in found]),
    }
    return render(request, "citizen/requests.html", context)


def _pager(name: str, *, which: str, before: int | None, keys: list[int]) -> values.Pager:
    base, asked = reverse(name), {"which": which} if which else {}
    following = urlencode({**asked, "before": keys[PAGE - 1]}) if len(keys) > PAGE else ""
    return values.Pager(
        first_url=f"{base}?{urlencode(asked)}" if before is not None else "",
        next_url=f"{base}?{following}" if following else "",
        shown=min(len(keys), PAGE),
    )


# One request ---------------------------------------------------------------------------------------------------------


def _request_of(request: HttpRequest, reference: str) -> RequestLine:
    try:
        return lookups.request_of_person(
            reference=reference, person_id=gate.person_of(actor_of(request)), now=now_of(request)
        )
    except operations.RequestUnknown:
        raise Http404 from None


def _preview(request: HttpRequest, reference: str, scope: Scope | None = None) -> inquiries.Preview | None:
    found = inquiries.preview_for_person(reference=reference, actor=actor_of(request), now=now_of(request), scope=scope)
    return None if isinstance(found, Refusal) else found


def _not_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "citizen/request_unknown.html", status=404)


@open_to(Audience.PERSON)
def asked(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request: who asks, for what, on which basis, over what, and exactly what would be shown today.

    Args:
        request: The request being answered.
        reference: The request of the requester.
    """
    edition = edition_of(request)
    preview = None if edition is None else _preview(request, reference)
    if preview is None or edition is None:
        return _not_asked(request)
    shown = allowed.shown_request(preview.request, edition=edition, today=today_of(request))
    context = {
        "asked": shown,
        "preview": allowed.shown_preview(preview, edition=edition),
        "look_number": preview.look_number,
        "today": today_of(request),
    }
    return render(request, "citizen/request.html", context)


@open_to(Audience.PERSON)
def grant(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the person choose what to allow: less than was asked, or all of it; then show it again before sending.

    The choice stands in the address, so that going back loses nothing.

    Args:
        request: The request being answered.
        reference: The request of the requester.
    """
    actor = actor_of(request)
    line, edition = _request_of(request, reference), edition_of(request)
    shown = allowed.shown_request(line, edition=edition, today=today_of(request))
    if not shown.is_waiting:
        return HttpResponseRedirect(reverse("citizen:asked", args=[line.reference]))
    chosen = "looks" in request.GET
    form = GrantForm(request.GET if chosen else None, asked=line.scope, items=shown.items)
    context = {"asked": shown, "form": form, "today": today_of(request), "steps": _steps(is_review=False)}
    if not chosen or "change" in request.GET or not form.is_valid() or edition is None:
        gate.register_own_look(actor=actor, shown="REQUESTS", now=now_of(request))
        return render(request, "citizen/grant.html", context)
    scope = form.scope()
    preview = _preview(request, reference, scope)
    if preview is None:
        return _not_asked(request)
    context |= {
        "steps": _steps(is_review=True),
        "lines": allowed.scope_lines(scope, edition=edition, today=today_of(request)),
        "preview": allowed.shown_preview(preview, edition=edition),
        "hidden": [(name, value) for name in request.GET if name != "change" for value in request.GET.getlist(name)],
        "change_url": f"{request.path}?{request.GET.urlencode()}&change=1",
    }
    return render(request, "citizen/grant_review.html", context)


def _steps(*, is_review: bool) -> tuple[values.Step, ...]:
    return (
        values.Step(label=_("选"), state="DONE" if is_review else "CURRENT"),
        values.Step(label=_("再看一遍"), state="CURRENT" if is_review else "COMING"),
        values.Step(label=_("完成")),
    )


@open_to(Audience.PERSON, read=(), write=("POST",))
def grant_now(request: HttpRequest, reference: str) -> HttpResponse:
    """Allow what was chosen and reviewed.

    Args:
        request: The request being answered.
        reference: The request of the requester.
    """
    line = _request_of(request, reference)
    shown = allowed.shown_request(line, edition=edition_of(request), today=today_of(request))
    form = GrantForm(request.POST, asked=line.scope, items=shown.items)
    if shown.is_waiting and not form.is_valid():
        context = {"asked": shown, "form": form, "today": today_of(request), "steps": _steps(is_review=False)}
        return render(request, "citizen/grant.html", context)
    if shown.is_waiting:
        operations.grant_authorisation(
            request_reference=line.reference, scope=form.scope(), actor=actor_of(request), now=now_of(request)
        )
    return HttpResponseRedirect(reverse("citizen:answered", args=[line.reference]))


@open_to(Audience.PERSON, write=("POST",))
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once more, then refuse; nothing of the person is told to the requester.

    Args:
        request: The request being answered.
        reference: The request of the requester.
    """
    line, edition = _request_of(request, reference), edition_of(request)
    shown = allowed.shown_request(line, edition=edition, today=today_of(request))
    if request.method == "POST":
        if shown.is_waiting:
            operations.refuse_authorisation(
                request_reference=line.reference, actor=actor_of(request), now=now_of(request)
            )
        return HttpResponseRedirect(reverse("citizen:answered", args=[line.reference]))
    if not shown.is_waiting:
        return HttpResponseRedirect(reverse("citizen:asked", args=[line.reference]))
    gate.register_own_look(actor=actor_of(request), shown="REQUESTS", now=now_of(request))
    purpose = None if edition is None else edition.purposes.get(line.purpose_code)
    pause = 0 if purpose is None or purpose.disclosure is None else purpose.disclosure.pause_days
    return render(request, "citizen/refuse.html", {"asked": shown, "pause_days": pause})


@open_to(Audience.PERSON)
def answered(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm what the person answered: with its number, and what happens next.

    Args:
        request: The request being answered.
        reference: The request of the requester.
    """
    line = _request_of(request, reference)
    if line.state not in {RequestState.GRANTED, RequestState.REFUSED}:
        return HttpResponseRedirect(reverse("citizen:asked", args=[line.reference]))
    actor = actor_of(request)
    gate.register_own_look(actor=actor, shown="AUTHORISATIONS", now=now_of(request))
    edition, today = edition_of(request), today_of(request)
    granted = None
    if line.authorisation_reference is not None:
        granted = allowed.shown_authorisation(
            _authorisation_of(request, line.authorisation_reference), edition=edition, today=today, actor=actor
        )
    context = {
        "asked": allowed.shown_request(line, edition=edition, today=today),
        "granted": granted,
        "today": today,
    }
    return render(request, "citizen/answered.html", context)


# One authorisation ---------------------------------------------------------------------------------------------------


def _authorisation_of(request: HttpRequest, reference: str) -> AuthorisationLine:
    try:
        return lookups.authorisation_of_person(reference=reference, person_id=gate.person_of(actor_of(request)))
    except operations.AuthorisationUnknown:
        raise Http404 from None


@open_to(Audience.PERSON)
def authorisation(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one authorisation: over what, how often it was used, until when, how it ended.

    Args:
        request: The request being answered.
        reference: The authorisation.
    """
    actor = actor_of(request)
    line = _authorisation_of(request, reference)
    number = gate.register_own_look(actor=actor, shown="AUTHORISATIONS", now=now_of(request))
    context = {
        "entry": allowed.shown_authorisation(line, edition=edition_of(request), today=today_of(request), actor=actor),
        "looks_url": f"{reverse('citizen:looks')}?{urlencode({'organisation': line.organisation_code})}",
        "today": today_of(request),
        "was_withdrawn_now": request.GET.get("done") == "1" and line.withdrawn_at is not None,
        "look_number": number,
    }
    return render(request, "citizen/authorisation.html", context)


@open_to(Audience.PERSON, write=("POST",))
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take an authorisation back: one press leads here, the second does it, with effect at once.

    Args:
        request: The request being answered.
        reference: The authorisation.
    """
    actor = actor_of(request)
    line = _authorisation_of(request, reference)
    target = reverse("citizen:authorisation", args=[line.reference])
    if request.method == "POST":
        operations.withdraw_authorisation(reference=line.reference, actor=actor, now=now_of(request))
        return HttpResponseRedirect(f"{target}?done=1")
    if line.withdrawn_at is not None:
        return HttpResponseRedirect(target)
    gate.register_own_look(actor=actor, shown="AUTHORISATIONS", now=now_of(request))
    entry = allowed.shown_authorisation(line, edition=edition_of(request), today=today_of(request), actor=actor)
    return render(request, "citizen/withdraw.html", {"entry": entry})


@open_to(Audience.PERSON)
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the signed receipt says, field by field.

    Args:
        request: The request being answered.
        reference: The authorisation.
    """
    line = _authorisation_of(request, reference)
    gate.register_own_look(actor=actor_of(request), shown="RECEIPT", now=now_of(request))
    contents, key = receipts.open_kept_receipt(
        line.receipt, kind=receipts.AUTHORISATION_TYPE, public_keys=published.receipt_keys()
    )
    context = {
        "reference": line.reference,
        "lines": allowed.receipt_lines(contents, edition=edition_of(request)),
        "digest": hashlib.sha256(line.receipt.encode()).hexdigest(),
        "key_name": receipts.key_name(key),
    }
    return render(request, "citizen/receipt.html", context)


@open_to(Audience.PERSON)
def receipt_file(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Give the signed receipt as it is, to be kept and checked offline.

    Args:
        request: The request being answered.
        reference: The authorisation.
    """
    line = _authorisation_of(request, reference)
    gate.register_own_look(actor=actor_of(request), shown="RECEIPT", now=now_of(request))
    response = HttpResponse(line.receipt, content_type="application/jose")
    response.headers["Content-Disposition"] = f'attachment; filename="authorisation-{line.reference}.jws"'
    return response
