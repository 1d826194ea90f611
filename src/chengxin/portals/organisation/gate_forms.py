"""What a requester's officer sends: whom to ask about, for what, how much; and what a person is asked to allow."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengxin.catalogue.rules.values import AnswerForm
from chengxin.identifiers.identity import IdentityNumber, MalformedIdentityNumber
from chengxin.inquiries.states import Outcome
from chengxin.portals.organisation.gate_words import FORMS, OUTCOMES, REQUEST_STATES

LONGEST_CASE: Final = 60
LONGEST_NAME: Final = 100
MANY_LOOKS: Final = 99
MANY_DAYS: Final = 999
PLAIN: Final[dict[str, Any]] = {"autocomplete": "off", "spellcheck": "false"}
Choices = list[tuple[str, str | Promise]]


class PersonForm(forms.Form):
    """Whose number and name, and for which case."""

    number = forms.CharField(
        label=_("证件号码"),
        max_length=18,
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": _("请写证件号码。")},
    )
    name = forms.CharField(
        label=_("姓名"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": _("请写姓名。")},
    )
    case_number = forms.CharField(
        label=_("事项编号"), max_length=LONGEST_CASE, required=False, widget=forms.TextInput(attrs=PLAIN)
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        """Keep the day on which a number is judged.

        Args:
            *args: As for every form.
            today: The civil date of the page.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.today = today

    def clean_number(self) -> IdentityNumber:
        """Return the number as a value that masks itself.

        Raises:
            ValidationError: It is no number of a person.
        """
        try:
            return IdentityNumber.parse(self.cleaned_data["number"], today=self.today)
        except MalformedIdentityNumber as error:
            raise forms.ValidationError(_("这不是一个正确的证件号码，请对照证件核对。")) from error


class IdentityForm(PersonForm):
    """An identity check; where the person must allow it, with the authorisation."""

    authorisation = forms.CharField(
        label=_("授权编号"), max_length=24, required=False, widget=forms.TextInput(attrs=PLAIN)
    )

    def __init__(self, *args: object, needs_authorisation: bool, **kwargs: Any) -> None:  # noqa: ANN401 - as for every form
        """Ask for an authorisation only where the purpose needs one.

        Args:
            *args: As for every form.
            needs_authorisation: Whether the person must allow it.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)
        if not needs_authorisation:
            del self.fields["authorisation"]


class InquiryForm(IdentityForm):
    """An inquiry: how much is asked for, and about which items."""

    form = forms.ChoiceField(
        label=_("需要知道到什么程度"),
        widget=forms.RadioSelect,
        choices=[(form.value, words) for form, words in FORMS.items()],
        error_messages={"required": _("请选需要知道到什么程度。")},
    )
    items = forms.MultipleChoiceField(label=_("信息项"), required=False, widget=forms.CheckboxSelectMultiple)
    field_order = ("number", "name", "case_number", "authorisation", "form", "items")

    def __init__(self, *args: object, items: Mapping[str, str], **kwargs: Any) -> None:  # noqa: ANN401 - as for every form
        """Offer the items that purpose and mandate allow.

        Args:
            *args: As for every form.
            items: Names by code.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["items"]
        chosen.choices = list(items.items())

    @property
    def answer_form(self) -> AnswerForm:
        """Return the form that was chosen."""
        return AnswerForm(self.cleaned_data["form"])


class RequestForm(PersonForm):
    """What a person is asked to allow."""

    items = forms.MultipleChoiceField(
        label=_("信息项"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一个信息项。")},
    )
    data_from = forms.DateField(label=_("从哪一天的事起"), required=False, widget=forms.DateInput(attrs=PLAIN))
    data_to = forms.DateField(label=_("到哪一天以前的事"), required=False, widget=forms.DateInput(attrs=PLAIN))
    looks = forms.IntegerField(label=_("查几次"), min_value=1, max_value=MANY_LOOKS, initial=1)
    days = forms.IntegerField(label=_("几天以内"), min_value=1, max_value=MANY_DAYS, initial=30)

    def __init__(
        self,
        *args: object,
        items: Mapping[str, str],
        most_looks: int,
        most_days: int,
        **kwargs: Any,  # noqa: ANN401 - as for every form
    ) -> None:
        """Offer the items that purpose and mandate allow, and say how often and how long at most.

        Args:
            *args: As for every form.
            items: Names by code.
            most_looks: From the purpose.
            most_days: From the purpose.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["items"]
        chosen.choices = list(items.items())
        self.fields["looks"].help_text = _("最多 %(count)s 次。") % {"count": most_looks}
        self.fields["days"].help_text = _("最多 %(count)s 天，授权当天算第一天。") % {"count": most_days}
        self.fields["days"].initial = min(30, most_days)

    def clean(self) -> dict[str, Any]:
        """Ask for a period that is not empty.

        Raises:
            ValidationError: The last day lies before the first.
        """
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("data_from"), cleaned.get("data_to")
        if begins is not None and ends is not None and begins >= ends:
            raise forms.ValidationError(_("时间范围是空的：后一天要晚于前一天。"))
        return cleaned


class InquiryFilter(forms.Form):
    """Of one purpose, ended in one way."""

    purpose = forms.ChoiceField(label=_("查询目的"), required=False)
    outcome = forms.ChoiceField(
        label=_("结果"),
        required=False,
        choices=[("", _("全部结果")), *((outcome.value, words) for outcome, (words, _tone) in OUTCOMES.items())],
    )

    def __init__(self, *args: object, purposes: Choices, **kwargs: object) -> None:
        """Offer the purposes of the catalogue.

        Args:
            *args: As for every form.
            purposes: Codes and names.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen: Any = self.fields["purpose"]
        chosen.choices = [("", _("全部目的")), *purposes]

    @property
    def chosen_outcome(self) -> Outcome | None:
        """Return the outcome that was chosen, if any."""
        return Outcome(self.cleaned_data["outcome"]) if self.cleaned_data["outcome"] else None


class RequestFilter(forms.Form):
    """Those that wait, or the others."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部状态")), ("WAITING", REQUEST_STATES["WAITING"][0]), ("ENDED", _("已有结果"))],
    )

    @property
    def is_waiting(self) -> bool | None:
        """Return whether only waiting ones are wanted, only the others, or all."""
        return {"WAITING": True, "ENDED": False}.get(self.cleaned_data["state"])


class BatchForm(forms.Form):
    """A file of inquiries for one purpose."""

    token = forms.CharField(
        widget=forms.HiddenInput, validators=[RegexValidator(r"^[A-Za-z0-9_-]{20,64}$", _("请刷新这一页再报送。"))]
    )
    purpose = forms.ChoiceField(label=_("查询目的"))
    form = forms.ChoiceField(
        label=_("需要知道到什么程度"),
        widget=forms.RadioSelect,
        choices=[(form.value, words) for form, words in FORMS.items()],
        initial=AnswerForm.YES_NO.value,
        error_messages={"required": _("请选需要知道到什么程度。")},
    )
    file = forms.FileField(
        label=_("文件"),
        error_messages={"required": _("请选择要报送的文件。"), "empty": _("文件里一行也没有。")},
    )

    def __init__(self, *args: object, purposes: Choices, **kwargs: object) -> None:
        """Offer the purposes that one may ask for today.

        Args:
            *args: As for every form.
            purposes: Codes and names.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen: Any = self.fields["purpose"]
        chosen.choices = purposes
