"""What the office asks and writes. Identity numbers are only ever sent in the body of a request."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengxin.intake.states import BatchState, HeldState
from chengxin.organisations import lookups as organisations
from chengxin.portals.office.labels import (
    BATCH_STATES,
    COUNTER_DOCUMENTS,
    COUNTER_METHODS,
    HELD_STATES,
    REPRESENTATION_DOCUMENTS,
)
from chengxin.portals.presentation.labels import REPRESENTATION_KINDS
from chengxin.portals.presentation.languages import in_current_language

Choices = list[tuple[str, str | Promise]]


def organisation_choices() -> Choices:
    """Return every organisation as a choice, after one for all."""
    lines = organisations.list_organisations()
    named: Choices = [(line.code, in_current_language(line.name_zh, line.name_en)) for line in lines]
    return [("", _("全部单位")), *named]


class HeldFilter(forms.Form):
    """Of one organisation, in one state."""

    organisation = forms.ChoiceField(label=_("提供单位"), required=False, choices=organisation_choices)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[*((state.value, HELD_STATES[state.value][0]) for state in HeldState), ("ALL", _("全部状态"))],
        initial=HeldState.WAITING.value,
    )


class BatchFilter(forms.Form):
    """Of one organisation, in one state, of one item type, or by part of a reference or file name."""

    q = forms.CharField(label=_("批次号或文件名"), required=False, max_length=60)
    organisation = forms.ChoiceField(label=_("提供单位"), required=False, choices=organisation_choices)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部状态")), *((state.value, BATCH_STATES[state.value][0]) for state in BatchState)],
    )
    item = forms.CharField(label=_("信息代码"), required=False, max_length=64)


class QualityFilter(forms.Form):
    """Of one organisation."""

    organisation = forms.ChoiceField(label=_("提供单位"), required=False, choices=organisation_choices)


class SettlingForm(forms.Form):
    """To whom a held line is attached, or that it is dismissed; with reasons."""

    choice = forms.ChoiceField(label=_("决定"), widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明凭什么判断。提供单位看得到，请不要写证件号码。"),
    )

    def __init__(self, *args: object, choices: Choices, **kwargs: object) -> None:
        """Offer the leads of the line, and dismissing it.

        Args:
            *args: As for every form.
            choices: References of leads with their words, and ``DISMISS``.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]


class PersonSearch(forms.Form):
    """Exactly one number or one reference, and the case for which it is looked up."""

    number = forms.CharField(
        label=_("证件号码"), required=False, max_length=18, help_text=_("要写全；不能按姓名或号码的一部分查找。")
    )
    reference = forms.CharField(label=_("人员编号"), required=False, max_length=12)
    case_number = forms.CharField(label=_("事项编号"), max_length=60, help_text=_("为哪件事查找。会登记，本人看得到。"))

    def clean(self) -> dict[str, object]:
        """Ask for exactly one of the two.

        Raises:
            ValidationError: Neither or both were given.
        """
        cleaned = super().clean() or {}
        if bool(cleaned.get("number")) == bool(cleaned.get("reference")):
            raise forms.ValidationError(_("请填证件号码或人员编号，只填一个。"))
        return cleaned


class MergeProposalForm(forms.Form):
    """Two references and why they are one person."""

    merged = forms.CharField(label=_("要并入的人员编号"), max_length=12)
    into = forms.CharField(label=_("并到哪个人员编号"), max_length=12)
    reasons = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明核对了什么材料。请不要写证件号码。"),
    )


class ReasonsForm(forms.Form):
    """Why something is proposed."""

    reasons = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明核对了什么材料。请不要写证件号码。"),
    )


class DecisionForm(ReasonsForm):
    """How a second officer decides, and why."""

    decision = forms.ChoiceField(
        label=_("决定"), widget=forms.RadioSelect, choices=[("APPROVED", _("同意")), ("DECLINED", _("不同意"))]
    )
    field_order = ("decision", "reasons")


class DifferenceFilter(forms.Form):
    """Two editions."""

    left = forms.ChoiceField(label=_("从哪一版"), required=False)
    right = forms.ChoiceField(label=_("到哪一版"), required=False)

    def __init__(self, *args: object, codes: list[str], **kwargs: object) -> None:
        """Offer the issued editions.

        Args:
            *args: As for every form.
            codes: Their codes, newest first.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("left", "right"):
            self.fields[name].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]


class CounterForm(forms.Form):
    """How a clerk made sure who stands at the counter. No face, no finger, no picture is kept."""

    case_number = forms.CharField(label=_("事项编号"), max_length=60, help_text=_("窗口的受理号。会登记，本人看得到。"))
    method = forms.ChoiceField(label=_("怎样核对的"), widget=forms.RadioSelect, choices=list(COUNTER_METHODS.items()))
    document_kind = forms.ChoiceField(
        label=_("看了哪一种证件"), widget=forms.RadioSelect, choices=list(COUNTER_DOCUMENTS.items())
    )


class RepresentationForm(forms.Form):
    """Who acts for whom, on which document, from when to when."""

    kind = forms.ChoiceField(
        label=_("以什么身份"), widget=forms.RadioSelect, choices=list(REPRESENTATION_KINDS.items())
    )
    represented = forms.CharField(
        label=_("替谁办事（人员编号）"),
        max_length=12,
        help_text=_("被监护人或者委托人的编号，先在「查找人员」里找到它。"),
    )
    representative = forms.CharField(
        label=_("谁来办（人员编号）"), max_length=12, help_text=_("监护人或者代理人的编号。两个人的身份都要核对过。")
    )
    document = forms.ChoiceField(label=_("凭什么文书"), choices=list(REPRESENTATION_DOCUMENTS.items()))
    document_number = forms.CharField(
        label=_("文书编号"), max_length=60, help_text=_("封存，只给决定的人看。不要写证件号码。")
    )
    from_on = forms.DateField(
        label=_("从哪一天起"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("例如 2026-11-25")
    )
    last_on = forms.DateField(
        label=_("到哪一天为止（含当天）"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("未成年人的监护，最晚到十八岁生日的前一天。"),
    )


class RepresentationDecisionForm(forms.Form):
    """How a second officer decides."""

    decision = forms.ChoiceField(
        label=_("决定"), widget=forms.RadioSelect, choices=[("APPROVED", _("同意")), ("DECLINED", _("不同意"))]
    )
