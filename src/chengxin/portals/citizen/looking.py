"""Who looked: the timeline, one look, the question about one that the person does not know, and the proofs of all."""

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse

from chengxin.authority.actors import Actor
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries import operations
from chengxin.inquiries.lookups import ConcernRead
from chengxin.periods.civil import CIVIL_ZONE
from chengxin.persons import lookups as persons
from chengxin.portals.citizen import gate
from chengxin.portals.citizen import looks as looked
from chengxin.portals.citizen.authorisations import edition_of
from chengxin.portals.citizen.forms import ConcernForm, LooksFilter
from chengxin.portals.citizen.labels import CONCERNS, Words
from chengxin.portals.citizen.views import previous_visit
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.register import lookups as register
from chengxin.register.lookups import LookFilter, LookLine
from chengxin.register.states import Outcome
from chengxin.reports import operations as reports

DUE_SOON_DAYS = 2


def _cluster(actor: Actor) -> tuple[int, ...]:
    return tuple(persons.cluster_of(gate.person_of(actor)))


@open_to(Audience.PERSON)
def looks(request: HttpRequest) -> HttpResponse:
    """Show who looked, this visit included, newest first, refusals included.

    Args:
        request: The request being answered; reads the filter and ``before``.
    """
    actor = actor_of(request)
    previous_visit(request, actor)
    number = gate.register_own_look(actor=actor, shown="LOOKS", now=now_of(request))
    cluster, edition = _cluster(actor), edition_of(request)
    organisations, purposes = looked.choices(cluster, edition=edition)
    form = LooksFilter(request.GET, organisations=organisations, purposes=purposes)
    asked = {name: value for name in form.fields if (value := request.GET.get(name, ""))}
    cursor, base = request.GET.get("before", ""), reverse("citizen:looks")
    page = looked.LooksPage(looks=(), cursor="")
    if form.is_valid():
        page = looked.list_page(cluster=cluster, chosen=_chosen(form, actor), cursor=cursor)
    context = {
        "form": form,
        "active": bool(asked),
        "entries": looked.entries(page.looks, actor=actor, edition=edition),
        "look_number": number,
        "clear_url": base,
        "pager": values.Pager(
            first_url=f"{base}?{urlencode(asked)}" if cursor else "",
            next_url=f"{base}?{urlencode({**asked, 'before': page.cursor})}" if page.cursor else "",
            shown=len(page.looks),
        ),
    }
    return render(request, "citizen/looks.html", context)


def _chosen(form: LooksFilter, actor: Actor) -> LookFilter:
    asked = form.cleaned_data
    midnight = time(tzinfo=CIVIL_ZONE)
    until = asked["until"]
    return LookFilter(
        actor_key=actor.key if asked["which"] == "OWN" else "",
        not_actor_key=actor.key if asked["which"] == "OTHERS" else "",
        organisation_code=asked["organisation"],
        purpose_code=asked["purpose"],
        outcome=Outcome(asked["outcome"]) if asked["outcome"] else None,
        from_at=None if asked["since"] is None else datetime.combine(asked["since"], midnight),
        until_at=None if until is None else datetime.combine(until + timedelta(days=1), midnight),
    )


def _own_look(actor: Actor, look_id: int) -> LookLine:
    found = looked.find_own(cluster=_cluster(actor), look_id=look_id)
    if found is None:
        raise Http404
    return found


def _concern_status(read: ConcernRead, request: HttpRequest) -> tuple[Words, values.Tone]:
    line, today = read.line, today_of(request)
    label = CONCERNS[line.state.value]
    if line.state.is_answered:
        return label, values.Tone.DONE
    if line.due_on is None or (line.due_on - today).days > DUE_SOON_DAYS:
        return label, values.Tone.WAITING
    return label, values.Tone.OVERDUE if today > line.due_on else values.Tone.DUE_SOON


@open_to(Audience.PERSON)
def look(request: HttpRequest, look_id: int) -> HttpResponse:
    """Show one look with what the person asked about it and what the office answered.

    Args:
        request: The request being answered.
        look_id: The look, one of those at this person.
    """
    actor = actor_of(request)
    found = _own_look(actor, look_id)
    reads = inquiries.access_own_concerns(actor=actor, now=now_of(request), look_id=look_id)
    context = {
        "look": looked.shown_look(found, actor=actor, edition=edition_of(request)),
        "concern": reads[0] if reads else None,
        "status": _concern_status(reads[0], request) if reads else None,
        "was_raised_now": request.GET.get("done") == "1" and bool(reads),
        "today": today_of(request),
    }
    return render(request, "citizen/look.html", context)


@open_to(Audience.PERSON, write=("POST",))
def concern(request: HttpRequest, look_id: int) -> HttpResponse:
    """Ask the office to examine a look that the person does not know.

    Args:
        request: The request being answered.
        look_id: The look, one of those at this person.
    """
    actor = actor_of(request)
    found = _own_look(actor, look_id)
    target = reverse("citizen:look", args=[look_id])
    is_posted = request.method == "POST"
    form = ConcernForm(request.POST if is_posted else None)
    if is_posted and form.is_valid():
        operations.raise_concern(look_id=look_id, words=form.cleaned_data["words"], actor=actor, now=now_of(request))
        return HttpResponseRedirect(f"{target}?done=1")
    reads = inquiries.access_own_concerns(actor=actor, now=now_of(request), look_id=look_id)
    if reads or looked.is_own(found, actor):
        return HttpResponseRedirect(target)
    context = {"look": looked.shown_look(found, actor=actor, edition=edition_of(request)), "form": form}
    return render(request, "citizen/concern.html", context)


@open_to(Audience.PERSON)
def concerns(request: HttpRequest) -> HttpResponse:
    """Show which looks the person questioned, and how that stands.

    Args:
        request: The request being answered.
    """
    actor, edition = actor_of(request), edition_of(request)
    reads = inquiries.access_own_concerns(actor=actor, now=now_of(request))
    entries = [
        (
            read,
            _concern_status(read, request),
            None if read.look is None else looked.shown_look(read.look, actor=actor, edition=edition),
        )
        for read in reads
    ]
    return render(request, "citizen/concerns.html", {"entries": entries, "today": today_of(request)})


@open_to(Audience.PERSON)
def proofs(request: HttpRequest) -> HttpResponseBase:
    """Give all looks at the person with their proofs in one file, this one included, to be checked offline.

    Args:
        request: The request being answered.
    """
    actor = actor_of(request)
    number = gate.register_own_look(actor=actor, shown="PROOFS", now=now_of(request))
    rows = [(row, register.count_looks(person_id=row)) for row in _cluster(actor)]
    parts = reports.written_looks(rows, made_at=now_of(request))
    response = StreamingHttpResponse(parts, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="looks-1-{number}.json"'
    return response
