"""Joiners, movers and leavers, by the organisation's own administrator; in the credit office by two officers."""

from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengxin.accounts import lookups, rules
from chengxin.accounts import operations as accounts
from chengxin.accounts.lookups import ChangeLine, OfficerLine
from chengxin.accounts.operations import Appointed
from chengxin.accounts.states import CodePurpose, Decision
from chengxin.authority.actors import Role
from chengxin.periods.civil import civil_date
from chengxin.portals.organisation import administration as pages
from chengxin.portals.organisation.answers import organisation_of
from chengxin.portals.organisation.pages import PAGE, cursor_of, pager
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.stepping import in_steps
from chengxin.portals.presentation.templatetags.components import day
from chengxin.portals.presentation.values import Action, Line, Tone

ADMINISTRATORS: Final = frozenset({Role.ORGANISATION_ADMINISTRATOR})
DECIDERS: Final = ADMINISTRATORS | {Role.OFFICE_REVIEWER}
MOST: Final = 500


def _officer(request: HttpRequest, account_id: int) -> OfficerLine:
    found = lookups.find_officer(account_id=account_id, organisation_code=organisation_of(actor_of(request)))
    if found is None:
        raise Http404
    return found


def _frame(**context: Any) -> dict[str, Any]:  # noqa: ANN401 - what a template reads
    return {
        "frame": pages.FRAME,
        "help_text": _("账号只发给本人，一人一个。您不能改自己的岗位，也不能关闭自己的账号。"),
        **context,
    }


def _code_page(request: HttpRequest, *, username: str, code: str) -> HttpResponse:
    """Show a code, once."""
    until = rules.code_valid_until(purpose=CodePurpose.OFFICER_SETUP, issued_on=civil_date(now_of(request)))
    context = _frame(
        title=_("账号已备好，请把开通码交给本人"),
        next_step=_("本人打开“%(address)s”，输入用户名和开通码，自己设密码和两步验证。密码谁也不用知道。")
        % {"address": request.build_absolute_uri(reverse("set_up"))},
        once_text=_("当面交给本人，不要发到群里。丢了可以重新发一个，旧的随即失效。"),
        shown=[(_("用户名"), username), (_("开通码"), code)],
        facts=[Line(label=_("有效到"), value=day(until))],
        next_url=reverse("organisation:officers"),
        next_label=_("回到工作人员账号"),
    )
    return render(request, "presentation/pages/once.html", context)


def _after(request: HttpRequest, done: Appointed, username: str) -> HttpResponse:
    if done.code is not None:
        return _code_page(request, username=username, code=done.code)
    if done.account_id is None and done.change_id is not None:
        return HttpResponseRedirect(reverse("organisation:change", args=[done.change_id]))
    return HttpResponseRedirect(reverse("organisation:officer", args=[done.account_id]))


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, while_unconfirmed=True)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the organisation's logins; the filters stay in the address.

    Args:
        request: The request being answered; reads ``q``, ``role``, ``state`` and ``after``.
    """
    roles = pages.appointments_here(request).assignable
    form = pages.OfficerFilter(request.GET, roles=roles)
    asked = form.cleaned_data if form.is_valid() else {}
    code = organisation_of(actor_of(request))
    found = lookups.list_officers(
        organisation_code=code,
        text=asked.get("q", ""),
        role=asked.get("role", ""),
        is_open=asked.get("state") != "CLOSED",
        after=cursor_of(request) or 0,
        limit=PAGE + 1,
    )
    page = found[:PAGE]
    today = today_of(request)
    mine = lookups.list_organisation_logins(today=today)
    overdue = sum(line.overdue for line in mine if line.organisation_code == code)
    context = _frame(
        title=_("工作人员账号"),
        lead=_("谁在用、有哪些岗位、上次什么时候登录。新来的开账号，换岗的改岗位，离开的马上关闭。"),
        form=form,
        active=any(request.GET.get(name) for name in form.fields),
        clear_url=reverse("organisation:officers"),
        create_url=reverse("organisation:officer_open"),
        create_label=_("开立账号"),
        table=pages.officers_table(page, today),
        pager=pager(request, shown=len(page), following=page[-1].account_id if len(found) > PAGE else None),
        empty_title=_("还没有账号"),
        empty_text=_("开立的账号会列在这里，连同岗位、上次登录和核对的期限。"),
    )
    if overdue:
        context |= {
            "notice": ngettext("%(count)s 个账号过了核对期限", "%(count)s 个账号过了核对期限", overdue)
            % {"count": overdue},
            "notice_text": _("这些账号打不开工作页面，直到您核对并确认。"),
            "notice_url": reverse("organisation:confirming"),
            "notice_action": _("现在核对名单"),
        }
    return render(request, "presentation/pages/list.html", context)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def opened(request: HttpRequest) -> HttpResponse:
    """Open an officer's login: fill in, read again, confirm; the code is shown once.

    Args:
        request: The request being answered.
    """
    appointments = pages.appointments_here(request)
    form = pages.OfficerForm(request.POST or None, roles=appointments.assignable)
    effect = (
        _("信用办的任命要两个人：您提出以后，由另一位管理员或者复核人决定，决定以后才开通。")
        if appointments.two_officers
        else _("账号马上开立，没有密码。您会看到一个一次性开通码，交给本人，由本人自己设密码和两步验证。")
    )

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        done = accounts.open_officer(
            username=cleaned["username"],
            display_name=cleaned["display_name"],
            roles=pages.roles_of(cleaned),
            organisation_code=organisation_of(actor_of(request)),
            appointments=appointments,
            actor=actor_of(request),
            now=now_of(request),
        )
        return _after(request, done, cleaned["username"])

    context = _frame(title=_("开立账号"), back_url=reverse("organisation:officers"), effect=effect)
    return in_steps(request, form=form, context=context, act=act)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, while_unconfirmed=True)
def one(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show one login, what was done to it, and what may be done.

    Args:
        request: The request being answered.
        account_id: The login.
    """
    line = _officer(request, account_id)
    today = today_of(request)
    is_own = line.key == actor_of(request).key
    actions = []
    if line.is_open and not is_own:
        actions = [
            Action(label=_("更改岗位"), url=reverse("organisation:officer_roles", args=[account_id]), primary=True),
            Action(label=_("发一次性开通码"), url=reverse("organisation:officer_code", args=[account_id])),
            Action(
                label=_("关闭账号"),
                url=reverse("organisation:officer_close", args=[account_id]),
                hint=_("马上生效，所有设备随即退出。"),
            ),
        ]
    until = lookups.find_setup_code_end(account_id=account_id)
    facts = pages.officer_facts(line, today)
    if until is not None:
        facts.append(Line(label=_("开通码有效到"), value=day(until)))
    context = _frame(
        title=line.display_name or line.username,
        back_url=reverse("organisation:officers"),
        state=_("还在用") if line.is_open else _("已关闭"),
        tone=Tone.DONE if line.is_open else Tone.NEUTRAL,
        summary=facts,
        actions=actions,
        no_actions=_("这是您自己的账号，由另一位管理员办理。") if is_own else _("账号已经关闭，不能再改。"),
        tables=[pages.acts_table(lookups.list_acts(account_id=account_id))],
    )
    return render(request, "presentation/pages/detail.html", context)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def roles(request: HttpRequest, account_id: int) -> HttpResponse:
    """Change an officer's roles.

    Args:
        request: The request being answered.
        account_id: The login.
    """
    line = _officer(request, account_id)
    appointments = pages.appointments_here(request)
    form = pages.RolesForm(request.POST or None, roles=appointments.assignable, initial={"roles": list(line.roles)})

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        done = accounts.change_roles(
            account_id=account_id,
            roles=pages.roles_of(cleaned),
            appointments=appointments,
            actor=actor_of(request),
            now=now_of(request),
        )
        return _after(request, done, line.username)

    context = _frame(
        title=_("更改岗位"),
        back_url=reverse("organisation:officer", args=[account_id]),
        facts=pages.officer_facts(line, today_of(request))[:3],
        effect=_("提出以后，由另一位工作人员决定。")
        if appointments.two_officers
        else _("本人的下一步操作就按新岗位。"),
    )
    return in_steps(request, form=form, context=context, act=act)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def code(request: HttpRequest, account_id: int) -> HttpResponse:
    """Issue a setup code for a login, shown once.

    Args:
        request: The request being answered.
        account_id: The login.
    """
    line = _officer(request, account_id)

    def act(_cleaned: dict[str, Any]) -> HttpResponse:
        issued = accounts.issue_setup_code(
            account_id=account_id,
            two_officers=pages.appointments_here(request).two_officers,
            actor=actor_of(request),
            now=now_of(request),
        )
        return _code_page(request, username=line.username, code=issued.text)

    context = _frame(
        title=_("发一次性开通码"),
        back_url=reverse("organisation:officer", args=[account_id]),
        facts=pages.officer_facts(line, today_of(request))[:4],
        effect=_("本人用它自己设密码。如果已经设过密码，原来的密码和两步验证作废，所有设备退出。"),
    )
    return in_steps(request, form=forms.Form(request.POST or None), context=context, act=act)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",))
def close(request: HttpRequest, account_id: int) -> HttpResponse:
    """Close a login.

    Args:
        request: The request being answered.
        account_id: The login.
    """
    line = _officer(request, account_id)

    def act(_cleaned: dict[str, Any]) -> HttpResponse:
        accounts.close_officer(account_id=account_id, actor=actor_of(request), now=now_of(request))
        return HttpResponseRedirect(reverse("organisation:officer", args=[account_id]))

    context = _frame(
        title=_("关闭账号"),
        back_url=reverse("organisation:officer", args=[account_id]),
        facts=pages.officer_facts(line, today_of(request))[:5],
        effect=_("马上生效：所有设备退出，下一步操作就打不开。不能再打开；本人回来时另开一个。"),
    )
    return in_steps(request, form=forms.Form(request.POST or None), context=context, act=act)


@open_to(Audience.ADMINISTRATION, roles=ADMINISTRATORS, write=("POST",), while_unconfirmed=True)
def confirming(request: HttpRequest) -> HttpResponse:
    """Confirm once a year who still needs a login; open even to an administrator who is overdue, to end that.

    Args:
        request: The request being answered.
    """
    organisation_code = organisation_of(actor_of(request))
    officers = lookups.list_officers(organisation_code=organisation_code, limit=MOST)
    form = pages.ConfirmingForm(request.POST or None, officers=officers)
    today = today_of(request)

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        accounts.confirm_officers(
            account_ids=[int(one) for one in cleaned["accounts"]],
            organisation_code=organisation_code,
            actor=actor_of(request),
            now=now_of(request),
        )
        return HttpResponseRedirect(reverse("organisation:officers"))

    due = [rules.confirmation_due_on(one.confirmed_on) for one in officers if one.confirmed_on is not None]
    context = _frame(
        title=_("每年核对名单"),
        back_url=reverse("organisation:officers"),
        facts=[
            Line(label=_("还在用的账号"), value=len(officers)),
            Line(
                label=_("过了期限的"),
                value=sum(rules.is_overdue(confirmed_on=o.confirmed_on, today=today) for o in officers),
            ),
            Line(label=_("最早的到期日"), value=day(min(due)) if due else pages.NOTHING),
        ],
        effect=_("勾选的账号从今天起再用一年，到明年的同一天为止。"),
    )
    return in_steps(request, form=form, context=context, act=act)


def _change(request: HttpRequest, change_id: int) -> ChangeLine:
    found = lookups.find_change(change_id=change_id, organisation_code=organisation_of(actor_of(request)))
    if found is None:
        raise Http404
    return found


@open_to(Audience.ADMINISTRATION, roles=DECIDERS)
def changes(request: HttpRequest) -> HttpResponse:
    """Show appointments that were proposed, those that wait first.

    Args:
        request: The request being answered.
    """
    code = organisation_of(actor_of(request))
    waiting = lookups.list_changes(organisation_code=code, is_undecided=True)
    decided = lookups.list_changes(organisation_code=code, is_undecided=False)
    context = _frame(
        title=_("任命的复核"),
        lead=_("信用办的每一个任命由一位工作人员提出，由另一位决定。谁也不能给自己任命。"),
        table=pages.changes_table((*waiting, *decided)),
        empty_title=_("没有提出的任命"),
        empty_text=_("需要两个人办理的任命会列在这里，等另一位工作人员决定。其他单位的任命由管理员直接办理。"),
    )
    return render(request, "presentation/pages/list.html", context)


@open_to(Audience.ADMINISTRATION, roles=DECIDERS, write=("POST",))
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Show a proposed appointment, and let a second officer decide it.

    Args:
        request: The request being answered.
        change_id: The proposal.
    """
    line = _change(request, change_id)
    actor = actor_of(request)
    facts = [
        Line(label=_("用户名"), value=line.username),
        Line(label=_("显示名"), value=line.display_name or pages.NOTHING),
        Line(label=_("提议的岗位"), value=pages.role_words(line.roles)),
        Line(label=_("提出人"), value=Actors((line.proposed_by,)).words(line.proposed_by)),
    ]
    is_own = line.account_id is not None and actor.key == f"account:{line.account_id}"
    if line.decision is not None or is_own or actor.key == line.proposed_by:
        context = _frame(
            title=_("提出的任命"),
            back_url=reverse("organisation:changes"),
            state=_("等待另一位工作人员决定") if line.decision is None else pages.DECISIONS[line.decision],
            tone=Tone.WAITING if line.decision is None else Tone.DONE,
            summary=facts,
            no_actions=_("现在没有您能办的。提出的人和本人都不能决定。"),
        )
        return render(request, "presentation/pages/detail.html", context)

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        done = accounts.decide_change(
            change_id=change_id,
            decision=Decision(cleaned["decision"]),
            appointments=pages.appointments_here(request),
            actor=actor,
            now=now_of(request),
        )
        if done.code is not None:
            return _code_page(request, username=line.username, code=done.code)
        return HttpResponseRedirect(reverse("organisation:changes"))

    context = _frame(
        title=_("决定一个任命"),
        back_url=reverse("organisation:changes"),
        facts=facts,
        effect=_("同意后马上生效；新开的账号，由您把一次性开通码交给本人。不同意，就什么也不变。"),
    )
    return in_steps(request, form=pages.ChangeDecisionForm(request.POST or None), context=context, act=act)
