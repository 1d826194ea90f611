"""Looking a person up by exactly one number or reference: in the body of a request, registered, shown masked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.identifiers.identity import IdentityNumber, MalformedIdentityNumber
from chengxin.portals.office import gate
from chengxin.portals.office.forms import PersonSearch
from chengxin.portals.office.labels import PERSON_STATES
from chengxin.portals.office.naming import edition_on
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of

SEARCHERS = frozenset({Role.OFFICE_CLERK, Role.OFFICE_POPULATION, Role.OFFICE_REVIEWER})


def _table(request: HttpRequest, form: PersonSearch) -> values.Table | None:
    """Search, and return what was found masked; ``None`` where the number is none, which the form then says."""
    asked = form.cleaned_data
    number = None
    if asked["number"]:
        try:
            number = IdentityNumber.parse(asked["number"], today=today_of(request))
        except MalformedIdentityNumber:
            form.add_error("number", _("这不是一个正确的证件号码，请对照证件核对。"))
            return None
    found = gate.access_person_lines(
        number=number,
        reference=asked["reference"] or None,
        actor=actor_of(request),
        case_number=asked["case_number"],
        edition=edition_on(today_of(request)),
        now=now_of(request),
    )
    return values.Table(
        caption=_("找到的人"),
        columns=(
            values.Column(label=_("人员编号")),
            values.Column(label=_("姓名（遮盖）")),
            values.Column(label=_("证件号码（遮盖）")),
            values.Column(label=_("状态")),
        ),
        rows=[
            (
                values.Cell(value=line.reference, url=_counter_url(request, line.reference)),
                values.Cell(value=line.masked_name),
                values.Cell(value=line.masked_number),
                values.Cell(value=PERSON_STATES[line.state.value]),
            )
            for line in found
        ],
    )


def _counter_url(request: HttpRequest, reference: str) -> str:
    """Return where a clerk verifies the person and hands out a code; nobody else has such a place."""
    return reverse("office:activation", args=[reference]) if actor_of(request).has(Role.OFFICE_CLERK) else ""


@open_to(Audience.OFFICE, roles=SEARCHERS, read=("GET", "POST"))
def search(request: HttpRequest) -> HttpResponse:
    """Show the search, and after it the masked result; the number never enters an address or the answered form.

    Args:
        request: The request being answered.
    """
    if request.method != "POST":
        return render(request, "office/persons.html", {"form": PersonSearch(), "table": None, "searched": False})
    form = PersonSearch(request.POST)
    table = _table(request, form) if form.is_valid() else None
    context = {"form": form, "table": table, "searched": table is not None}
    if table is not None:
        context["form"] = PersonSearch(initial={"case_number": form.cleaned_data["case_number"]})
    return render(request, "office/persons.html", context)
