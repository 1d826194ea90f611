"""Where somebody who was handed a one-time code sets up the login: the own password first, then the second factor."""

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chengxin.accounts import operations as accounts
from chengxin.admission import operations as admission
from chengxin.authority.decisions import Refusal
from chengxin.identifiers.identity import IdentityNumber, MalformedIdentityNumber
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.labels import refusal_label

FRAME = "presentation/entrance.html"
CODE_LENGTH = 60


class PasswordForm(forms.Form):
    """A one-time code, and a password that its receiver chooses."""

    code = forms.CharField(
        label=gettext_lazy("一次性开通码"),
        max_length=CODE_LENGTH,
        help_text=gettext_lazy("纸条上的六组字母和数字，大小写都可以，横线可以不打。"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("您的新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 12 个字符。几个不相干的词连在一起，最好记也最安全。"),
    )
    again = forms.CharField(
        label=gettext_lazy("再输入一次新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the same strong password twice."""
        cleaned = super().clean() or {}
        password = cleaned.get("password", "")
        if password:
            try:
                validate_password(password)
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        if password and cleaned.get("again") and password != cleaned["again"]:
            self.add_error("again", _("两次输入的密码不一样。"))
        return cleaned


class SetUpForm(PasswordForm):
    """With the login name that belongs to the code."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=64,
        help_text=gettext_lazy("和开通码一起拿到的用户名。"),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("username", "code", "password", "again")


class ActivationForm(PasswordForm):
    """With the person's own identity number, and the login name that the person chooses."""

    number = forms.CharField(
        label=gettext_lazy("您的证件号码"),
        max_length=18,
        help_text=gettext_lazy("身份证、居住证或永久居留身份证上的号码，要写全。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    username = forms.CharField(
        label=gettext_lazy("给自己取一个用户名"),
        max_length=32,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9.-]{2,31}$", gettext_lazy("3 到 32 个小写字母、数字、点或横线，以字母开头。"))
        ],
        help_text=gettext_lazy("以后登录用。不要用证件号码和电话号码。"),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("code", "number", "username", "password", "again")


def too_often(request: HttpRequest) -> bool:
    """Tell whether codes are tried from one address too often.

    Args:
        request: The request being answered.
    """
    return not ratelimit.consume(request, action="one_time_code")


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
def set_up(request: HttpRequest) -> HttpResponse:
    """Let an officer set up the login by the code that the organisation's administrator handed over.

    Args:
        request: The request being answered.
    """
    form = SetUpForm(request.POST or None)
    context: dict[str, Any] = {
        "frame": FRAME,
        "title": _("设好您的工作账号"),
        "lead": _("管理员给了您用户名和一次性开通码。密码由您自己定，谁也不用知道；接着设好两步验证，就能开始工作。"),
        "button": _("设好密码"),
        "form": form,
        "help_text": _("开通码只能用一次，过几天就失效。丢了或者过期了，请管理员重新发一个。"),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "presentation/pages/choosing.html", context, status=422 if form.errors else 200)
    if too_often(request):
        return render(
            request,
            "presentation/pages/choosing.html",
            {**context, "refusal": refusal_label("RATE_LIMITED")},
            status=429,
        )
    asked = form.cleaned_data
    done = accounts.set_up_officer(
        code=asked["code"], username=asked["username"], password=asked["password"], now=now_of(request)
    )
    if isinstance(done, Refusal):
        refused = {**context, "refusal": refusal_label(done.code)}
        return render(request, "presentation/pages/choosing.html", refused, status=403)
    messages.success(request, _("密码已设好。请登录，接着设好两步验证。"))
    return HttpResponseRedirect(f"{reverse('account_login')}?next={reverse('mfa_index')}")


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
def activate(request: HttpRequest) -> HttpResponse:
    """Let a person open the own login by the code from the counter and the own identity number.

    Args:
        request: The request being answered.
    """
    form = ActivationForm(request.POST or None)
    context: dict[str, Any] = {
        "frame": FRAME,
        "title": _("开通我的账号"),
        "lead": _("您在服务窗口核对了身份，拿到一次性开通码。输入它和您的证件号码，自己定用户名和密码。"),
        "button": _("开通"),
        "form": form,
        "help_text": _("没有开通码？请带身份证件到任何一个服务窗口。开通码只能用一次，七天内有效；填错五次就作废。"),
    }
    template = "presentation/pages/choosing.html"
    number = _number_of(request, form)
    if number is None:
        return render(request, template, context, status=422 if form.errors else 200)
    if too_often(request):
        return render(request, template, {**context, "refusal": refusal_label("RATE_LIMITED")}, status=429)
    asked = form.cleaned_data
    done = admission.activate_person(
        code=asked["code"],
        number=number,
        username=asked["username"],
        password=asked["password"],
        now=now_of(request),
    )
    if isinstance(done, Refusal):
        return render(request, template, {**context, "refusal": refusal_label(done.code)}, status=403)
    messages.success(request, _("账号已开通。以前的登录如果有，已经关闭，那些设备都退出了。请登录，再设好两步验证。"))
    return HttpResponseRedirect(f"{reverse('account_login')}?next={reverse('mfa_index')}")


def _number_of(request: HttpRequest, form: ActivationForm) -> IdentityNumber | None:
    """Return the number that was sent with an otherwise valid form; ``None`` where the form must be shown again."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return IdentityNumber.parse(form.cleaned_data["number"], today=today_of(request))
    except MalformedIdentityNumber:
        form.add_error("number", _("这不是一个正确的证件号码，请对照证件核对。"))
        return None
