"""Lists as an officer wants them: which columns, and views kept under a name. Both stand in the list's address."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chengxin.accounts import lookups
from chengxin.accounts import operations as accounts
from chengxin.authority.actors import ActorKind
from chengxin.authority.decisions import Refused
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import actor_of
from chengxin.portals.presentation.clock import now_of
from chengxin.portals.presentation.labels import refusal_label

SHOW: Final = "show"
"""Parameter of the columns that are shown, by their place; none means all, and an empty one none but the first."""
LEFT_OUT: Final = frozenset({"after", "lang", "cursor"})
"""Parameters that say where in a list somebody was, not which list it is."""
PORTALS: Final = ("/office/", "/organisation/")


class ViewForm(forms.Form):
    """A name for the list as it is now."""

    name = forms.CharField(label=gettext_lazy("视图名称"), max_length=60)
    place = forms.CharField(max_length=200, widget=forms.HiddenInput)
    query = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)

    def clean_place(self) -> str:
        """Take only the path of a page of the officers' portals.

        Raises:
            ValidationError: It is another address.
        """
        place = str(self.cleaned_data["place"])
        try:
            resolve(place)
        except Resolver404:
            raise forms.ValidationError(_("没有这个页面。")) from None
        if not place.startswith(PORTALS):
            raise forms.ValidationError(_("没有这个页面。"))
        return place


def query_of(request: HttpRequest) -> str:
    """Return the filters and columns of the list that is shown, as they stand in its address.

    Args:
        request: The request being answered.
    """
    query = request.GET.copy()
    for name in LEFT_OUT & query.keys():
        del query[name]
    return query.urlencode()


def shown_columns(table: values.Table, chosen: Sequence[str]) -> frozenset[int]:
    """Return which columns are shown, by their place; the first, which names the row, always is.

    Args:
        table: The table.
        chosen: What the address asks for.
    """
    if not chosen:
        return frozenset(range(len(table.columns)))
    return frozenset({0}) | {place for place in range(len(table.columns)) if str(place) in chosen}


def with_columns(table: values.Table, chosen: Sequence[str]) -> values.Table:
    """Return a table with the chosen columns only.

    Args:
        table: The table.
        chosen: What the address asks for.
    """
    places = sorted(shown_columns(table, chosen))
    return replace(
        table,
        columns=[table.columns[place] for place in places],
        rows=[[row[place] for place in places] for row in table.rows],
    )


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def saved_views(request: HttpRequest) -> HttpResponse:
    """Show an officer's saved views; save the list somebody comes from, or remove a view.

    Args:
        request: The request being answered; reads ``remove``, or ``name``, ``place`` and ``query``.

    Raises:
        Refused: With code NOT_AN_OFFICER.
    """
    if actor_of(request).kind is not ActorKind.OFFICER:
        raise Refused("NOT_AN_OFFICER")  # noqa: EM101 - a code, not a sentence
    account_id = int(request.user.pk or 0)
    form = ViewForm(request.POST if request.method == "POST" and "remove" not in request.POST else None)
    if request.method == "POST" and "remove" in request.POST:
        asked = request.POST["remove"]
        is_key = asked.isascii() and asked.isdigit() and len(asked) < 19  # noqa: PLR2004 - fits a key
        if is_key and accounts.remove_view(account_id=account_id, view_id=int(asked)):
            messages.success(request, _("视图已移除。"))
        return HttpResponseRedirect(reverse("saved_views"))
    if request.method == "POST" and form.is_valid():
        query = QueryDict(form.cleaned_data["query"]).urlencode()
        place, name = form.cleaned_data["place"], form.cleaned_data["name"]
        try:
            accounts.save_view(account_id=account_id, place=place, name=name, query=query, now=now_of(request))
        except (accounts.ViewHoldsNumber, accounts.ViewsFull) as refused:
            form.add_error(None, str(refusal_label(refused.code, refused.details)))
        else:
            messages.success(request, _("视图「%(name)s」已保存。") % {"name": name})
            return HttpResponseRedirect(f"{place}?{query}")
    context = {"form": form, "views": lookups.list_saved_views(account_id=account_id)}
    return render(request, "presentation/saved_views.html", context, status=422 if form.errors else 200)
