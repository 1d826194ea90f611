"""Where an organisation is told that what it received was corrected: said by its own administrator."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengxin.organisations import lookups
from chengxin.organisations import operations as organisations
from chengxin.organisations.lookups import SubscriptionLine
from chengxin.organisations.rules import MOST_ADDRESS
from chengxin.portals.organisation import administration as pages
from chengxin.portals.organisation.answers import organisation_of
from chengxin.portals.organisation.views.officers import ADMINISTRATORS
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of
from chengxin.portals.presentation.stepping import in_steps
from chengxin.portals.presentation.templatetags.components import moment
from chengxin.portals.presentation.values import Action, Cell, Column, Line, Table, Tone


class AddressForm(forms.Form):
    """An address for corrections."""

    address = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=MOST_ADDRESS,
        help_text=gettext_lazy("以 https:// 开头，写主机名，例如 https://bank.example/corrections"),
    )


def _frame(**context: Any) -> dict[str, Any]:  # noqa: ANN401 - what a template reads
    return {
        "frame": pages.FRAME,
        "help_text": _(
            "本单位查到过的信息以后被更正或者撤回，要知道往哪里通知，由本单位确认收到。这里只登记地址；这个版本还不往外发送。"
        ),
        **context,
    }


def _found(request: HttpRequest) -> tuple[SubscriptionLine, ...]:
    return lookups.list_correction_subscriptions(organisation_code=organisation_of(actor_of(request)))


def _history(lines: tuple[SubscriptionLine, ...]) -> Table:
    return Table(
        caption=_("登记过的地址"),
        hide_caption=True,
        columns=[Column(label=_("地址")), Column(label=_("从什么时候")), Column(label=_("到什么时候"))],
        rows=[
            [
                Cell(value=line.address),
                Cell(value=moment(line.since_at)),
                Cell(value=moment(line.ended_at) or pages.NOTHING),
            ]
            for line in lines
        ],
    )


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS)
def standing(request: HttpRequest) -> HttpResponse:
    """Show where the organisation is told of corrections, and where it was before.

    Args:
        request: The request being answered.
    """
    lines = _found(request)
    now = lines[0] if lines and lines[0].ended_at is None else None
    actions = [
        Action(
            label=_("登记地址") if now is None else _("改地址"),
            url=reverse("organisation:corrections_new"),
            primary=True,
        )
    ]
    if now is not None:
        actions.append(Action(label=_("停止通知"), url=reverse("organisation:corrections_end")))
    context = _frame(
        title=_("更正通知"),
        state=_("还没有登记") if now is None else _("已登记"),
        tone=Tone.NEUTRAL if now is None else Tone.DONE,
        summary=[Line(label=_("地址"), value=pages.NOTHING if now is None else now.address)],
        actions=actions,
        tables=[_history(lines)] if lines else [],
    )
    return render(request, "presentation/pages/detail.html", context)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def subscribe(request: HttpRequest) -> HttpResponse:
    """Say where corrections go.

    Args:
        request: The request being answered.
    """

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        organisations.subscribe_corrections(address=cleaned["address"], actor=actor_of(request), now=now_of(request))
        return HttpResponseRedirect(reverse("organisation:corrections"))

    context = _frame(
        title=_("登记更正通知的地址"),
        back_url=reverse("organisation:corrections"),
        effect=_("以前登记的地址随即停用。登记就是答应：收到更正，由本单位确认。"),
    )
    return in_steps(request, form=AddressForm(request.POST or None), context=context, act=act)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def end(request: HttpRequest) -> HttpResponse:
    """Be told there no more.

    Args:
        request: The request being answered.
    """

    def act(_cleaned: dict[str, Any]) -> HttpResponse:
        organisations.unsubscribe_corrections(actor=actor_of(request), now=now_of(request))
        return HttpResponseRedirect(reverse("organisation:corrections"))

    lines = _found(request)
    context = _frame(
        title=_("停止更正通知"),
        back_url=reverse("organisation:corrections"),
        facts=[Line(label=_("地址"), value=lines[0].address)] if lines else [],
        effect=_("以后的更正不再往这个地址通知。已经查到的信息有错，本单位照样要改。"),
    )
    return in_steps(request, form=forms.Form(request.POST or None), context=context, act=act)
