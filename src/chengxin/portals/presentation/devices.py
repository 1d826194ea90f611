"""The sessions of one's own login: which device, from where, last used when; one or all others are ended here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chengxin.accounts import lookups
from chengxin.accounts import operations as accounts
from chengxin.portals.presentation.access import actor_of
from chengxin.portals.presentation.clock import now_of

OTHERS = "others"


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Show the sessions of whoever is signed in, and end one or all others.

    Args:
        request: The request being answered; reads ``end``: a session, or all others.
    """
    account_id = int(request.user.pk or 0)
    current = request.session.session_key or ""
    if request.method == "POST":
        asked = request.POST.get("end", "")
        session_id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None  # noqa: PLR2004 - fits a key
        if session_id is None and asked != OTHERS:
            return HttpResponseRedirect(reverse("usersessions_list"))
        count = accounts.end_sessions(
            account_id=account_id,
            keeping=current,
            session_id=session_id,
            actor=actor_of(request),
            now=now_of(request),
        )
        words = ngettext("%(count)s 台设备已退出。", "%(count)s 台设备已退出。", count) % {"count": count}
        messages.success(request, words if count else _("没有别的设备登录着。"))
        return HttpResponseRedirect(reverse("usersessions_list"))
    person_id = actor_of(request).person_id
    context = {
        "sessions": lookups.list_sessions(account_id=account_id, current_key=current),
        "closed": () if person_id is None else lookups.list_closed_logins(person_id=person_id),
    }
    return render(request, "usersessions/usersession_list.html", context)
