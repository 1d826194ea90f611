"""At the counter: a clerk verifies a person by the document and hands out the code that opens a login."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.admission import operations as admission
from chengxin.authority.actors import Role
from chengxin.persons import lookups as persons
from chengxin.persons.states import DocumentKind, VerificationMethod
from chengxin.portals.office import gate
from chengxin.portals.office.forms import CounterForm
from chengxin.portals.office.naming import edition_on
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.stepping import in_steps
from chengxin.portals.presentation.templatetags.components import day
from chengxin.portals.presentation.values import Line

CLERKS = frozenset({Role.OFFICE_CLERK})


@open_to(Audience.OFFICE, roles=CLERKS, write=("POST",))
def activation(request: HttpRequest, reference: str) -> HttpResponse:
    """Verify a person and hand out a one-time code; an older login of theirs is closed.

    Args:
        request: The request being answered.
        reference: The person's public reference.

    Raises:
        Http404: There is no such person.
    """
    person_id = persons.find_by_reference(reference)
    if person_id is None:
        raise Http404
    actor = actor_of(request)
    form = CounterForm(request.POST or None)
    facts = [Line(label=_("人员编号"), value=reference.upper())]
    if request.method == "POST" and form.is_valid():
        # Whom the clerk is about to verify is shown masked, and registered before it is.
        found = gate.access_person_lines(
            number=None,
            reference=reference,
            actor=actor,
            case_number=form.cleaned_data["case_number"],
            edition=edition_on(today_of(request)),
            now=now_of(request),
        )
        facts += [Line(label=_("姓名和号码（遮盖）"), value=f"{one.masked_name} {one.masked_number}") for one in found]

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        done = admission.hand_out_code(
            person_id=person_id,
            method=VerificationMethod(cleaned["method"]),
            document_kind=DocumentKind(cleaned["document_kind"]),
            actor=actor,
            now=now_of(request),
        )
        once = {
            "frame": "office/base.html",
            "title": _("身份已核对，请把开通码交给本人"),
            "next_step": _("本人打开“%(address)s”，输入开通码和自己的证件号码，自己定用户名和密码。")
            % {"address": request.build_absolute_uri(reverse("activate"))},
            "once_text": _("当面交给本人，可以打印这一页。您不要留底。"),
            "shown": [(_("开通码"), done.code)],
            "facts": [
                Line(label=_("有效到"), value=day(done.valid_until)),
                Line(
                    label=_("以前的登录"),
                    value=_("已经关闭，所有设备都退出了") if done.closed_login else _("没有"),
                ),
            ],
            "next_url": reverse("office:persons"),
            "next_label": _("回到查找人员"),
            "help_text": _("开通码只有本人的证件号码才能用。填错五次、过了有效期，就要重新核对身份。"),
        }
        return render(request, "presentation/pages/once.html", once)

    context = {
        "frame": "office/base.html",
        "title": _("核对身份，发开通码"),
        "back_url": reverse("office:persons"),
        "facts": facts,
        "effect": _("核对的方式和证件种类记下来，照片、指纹都不收。本人凭开通码自己开通；以前的登录马上关闭。"),
        "help_text": _("只能当面核对原件。别人代领的，不发。拿不准是不是本人，就不要发。"),
    }
    return in_steps(request, form=form, context=context, act=act)
