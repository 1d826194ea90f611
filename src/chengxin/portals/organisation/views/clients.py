"""Machine clients of an organisation and their secrets, changed by its own administrator without a gap."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.accounts import lookups
from chengxin.accounts import operations as accounts
from chengxin.accounts.lookups import ApiClientLine
from chengxin.authority.actors import Role
from chengxin.portals.organisation import administration as pages
from chengxin.portals.organisation.answers import organisation_of
from chengxin.portals.organisation.views.officers import ADMINISTRATORS
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of
from chengxin.portals.presentation.stepping import in_steps
from chengxin.portals.presentation.templatetags.components import moment
from chengxin.portals.presentation.values import Action, Line, Tone


def _frame(**context: Any) -> dict[str, Any]:  # noqa: ANN401 - what a template reads
    return {
        "frame": pages.FRAME,
        "help_text": _("换密钥不用停机：先加第二个，系统换好以后再停用旧的。密钥只显示一次，平台只存它的摘要。"),
        **context,
    }


def _client(request: HttpRequest, client_pk: int) -> ApiClientLine:
    code = organisation_of(actor_of(request))
    found = lookups.find_own_client(client_pk=client_pk, organisation_code=code, now=now_of(request))
    if found is None:
        raise Http404
    return found


def _once(request: HttpRequest, *, title: str, client_id: str, secret: str, next_url: str) -> HttpResponse:
    context = _frame(
        title=title,
        next_step=_("把它放进系统的密钥保管处，不要写进代码和邮件。"),
        once_text=_("丢了就再加一个，把丢了的停用。"),
        shown=[(_("客户端编号"), client_id), (_("密钥"), secret)],
        next_url=next_url,
        next_label=_("回到接口客户端"),
    )
    return render(request, "presentation/pages/once.html", context)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the organisation's clients with their last use.

    Args:
        request: The request being answered.
    """
    found = lookups.list_clients(organisation_code=organisation_of(actor_of(request)), now=now_of(request))
    context = _frame(
        title=_("接口客户端"),
        lead=_("替本单位办事的系统。很久没有用过的，请关闭。"),
        create_url=reverse("organisation:client_open"),
        create_label=_("开立客户端"),
        table=pages.clients_table(found),
        empty_title=_("还没有接口客户端"),
        empty_text=_("系统要自己报送或者查询时，在这里为它开一个客户端，拿到编号和密钥。"),
    )
    return render(request, "presentation/pages/list.html", context)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def opened(request: HttpRequest) -> HttpResponse:
    """Open a client; its secret is shown once.

    Args:
        request: The request being answered.
    """
    appointments = pages.appointments_here(request)
    roles = appointments.assignable - {Role.ORGANISATION_ADMINISTRATOR}
    form = pages.ClientForm(request.POST or None, roles=roles)

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        done = accounts.open_own_client(
            name=cleaned["name"],
            roles=pages.roles_of(cleaned),
            organisation_code=organisation_of(actor_of(request)),
            appointments=appointments,
            actor=actor_of(request),
            now=now_of(request),
        )
        return _once(
            request,
            title=_("客户端已开立"),
            client_id=done.client_id,
            secret=done.client_secret,
            next_url=reverse("organisation:clients"),
        )

    context = _frame(
        title=_("开立客户端"),
        back_url=reverse("organisation:clients"),
        effect=_("马上可以用。编号和密钥显示一次。系统做的每一件事，都记在这个客户端名下。"),
    )
    return in_steps(request, form=form, context=context, act=act)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS)
def one(request: HttpRequest, client_pk: int) -> HttpResponse:
    """Show one client with its secrets.

    Args:
        request: The request being answered.
        client_pk: The client.
    """
    line = _client(request, client_pk)
    is_open = line.closed_at is None
    actions = []
    if is_open:
        actions = [
            Action(
                label=_("加第二个密钥"),
                url=reverse("organisation:secret_add", args=[client_pk]),
                hint=_("旧的还能用您定的几天。"),
                primary=True,
            ),
            Action(label=_("关闭客户端"), url=reverse("organisation:client_close", args=[client_pk])),
        ]
    context = _frame(
        title=line.name,
        back_url=reverse("organisation:clients"),
        state=_("开着") if is_open else _("已关闭"),
        tone=Tone.DONE if is_open else Tone.NEUTRAL,
        summary=[
            Line(label=_("客户端编号"), value=line.client_id),
            Line(label=_("岗位"), value=pages.role_words(line.roles)),
            Line(label=_("开立时间"), value=moment(line.opened_at)),
            Line(label=_("上次使用"), value=moment(line.last_used_at) or _("从未使用")),
        ],
        actions=actions,
        no_actions=_("客户端已经关闭，不能再打开；需要时另开一个。"),
        tables=[pages.secrets_table(line)],
    )
    return render(request, "presentation/pages/detail.html", context)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def secret_add(request: HttpRequest, client_pk: int) -> HttpResponse:
    """Add a second secret; both are valid for the days that were asked for.

    Args:
        request: The request being answered.
        client_pk: The client.
    """
    line = _client(request, client_pk)

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        done = accounts.add_secret(
            client_pk=client_pk, overlap_days=cleaned["overlap_days"], actor=actor_of(request), now=now_of(request)
        )
        return _once(
            request,
            title=_("新密钥已加上"),
            client_id=line.client_id,
            secret=done.client_secret,
            next_url=reverse("organisation:client", args=[client_pk]),
        )

    context = _frame(
        title=_("加第二个密钥"),
        back_url=reverse("organisation:client", args=[client_pk]),
        facts=[Line(label=_("客户端"), value=line.name)],
        effect=_("新密钥马上可以用，旧密钥过了您定的天数自动失效。系统换好以后，可以提前停用旧的。"),
    )
    return in_steps(request, form=pages.OverlapForm(request.POST or None), context=context, act=act)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def secret_end(request: HttpRequest, client_pk: int, secret_id: int) -> HttpResponse:
    """End one of two secrets now.

    Args:
        request: The request being answered.
        client_pk: The client.
        secret_id: The secret.
    """
    line = _client(request, client_pk)

    def act(_cleaned: dict[str, Any]) -> HttpResponse:
        accounts.end_secret(client_pk=client_pk, secret_id=secret_id, actor=actor_of(request), now=now_of(request))
        return HttpResponseRedirect(reverse("organisation:client", args=[client_pk]))

    context = _frame(
        title=_("停用密钥 #%(number)s") % {"number": secret_id},
        back_url=reverse("organisation:client", args=[client_pk]),
        facts=[Line(label=_("客户端"), value=line.name)],
        effect=_("马上生效：用它取得的令牌随即作废，系统要用另一个密钥重新取。"),
    )
    return in_steps(request, form=forms.Form(request.POST or None), context=context, act=act)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def close(request: HttpRequest, client_pk: int) -> HttpResponse:
    """Close a client.

    Args:
        request: The request being answered.
        client_pk: The client.
    """
    line = _client(request, client_pk)

    def act(_cleaned: dict[str, Any]) -> HttpResponse:
        accounts.close_client(client_pk=client_pk, actor=actor_of(request), now=now_of(request))
        return HttpResponseRedirect(reverse("organisation:client", args=[client_pk]))

    context = _frame(
        title=_("关闭客户端"),
        back_url=reverse("organisation:client", args=[client_pk]),
        facts=[Line(label=_("客户端"), value=line.name)],
        effect=_("马上生效：所有密钥和令牌作废，系统的下一次请求就被拒绝。不能再打开。"),
    )
    return in_steps(request, form=forms.Form(request.POST or None), context=context, act=act)
