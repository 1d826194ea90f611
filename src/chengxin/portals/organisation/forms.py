"""What officers of a supplying organisation send: files, filters, decisions with their reasons."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from chengxin.identifiers.detection import find_identity_numbers
from chengxin.intake.states import BatchState, HeldState
from chengxin.portals.organisation.labels import HELD_STATES, STATES
from chengxin.portals.presentation import rule_texts
from chengxin.tabular.values import DEFAULT_LIMITS

MOST_LINES: Final = DEFAULT_LIMITS.lines
REASONS_LENGTH: Final = 500
LARGEST_NUMBER: Final = 2**63 - 1

APPROVE: Final = "APPROVE"
DECLINE: Final = "DECLINE"

CHOICES: Final[Mapping[str, Any]] = {
    APPROVE: _("放行：核对过，这一批是对的"),
    DECLINE: _("不放行：整批都不入库"),
}


def new_token() -> str:
    """Return a new token of an upload page; the same token never makes two batches."""
    return secrets.token_urlsafe(24)


class UploadForm(forms.Form):
    """A file, what it holds, and optionally what it is said to be."""

    token = forms.CharField(
        widget=forms.HiddenInput, validators=[RegexValidator(r"^[A-Za-z0-9_-]{20,64}$", _("请刷新这一页再报送。"))]
    )
    item = forms.ChoiceField(label=_("报送哪一项"), error_messages={"required": _("请选择报送哪一项。")})
    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=True,
        error_messages={"required": _("请选择要报送的文件。"), "invalid": _("请选择要报送的文件。")},
    )
    declared_lines = forms.IntegerField(
        label=_("声明的行数"),
        required=False,
        min_value=0,
        max_value=MOST_LINES,
        error_messages={
            "invalid": _("行数请填整数，例如 1200。"),
            "min_value": _("行数不能小于 0。"),
            "max_value": _("一个文件不能超过这么多行，请分成几个文件报送。"),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    declared_sha256 = forms.CharField(
        label=_("声明的 SHA-256"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[
            RegexValidator(r"^[0-9A-Fa-f]{64}$", _("SHA-256 是 64 位，只有数字和字母 a 到 f。请核对，或者留空。"))
        ],
        error_messages={"max_length": _("SHA-256 是 64 位，只有数字和字母 a 到 f。请核对，或者留空。")},
    )

    def __init__(self, *args: object, items: Mapping[str, str], **kwargs: object) -> None:
        """Offer the items that the organisation may supply today.

        Args:
            *args: As for every form.
            items: Names by code.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        not_mandated = rule_texts.explain("NOT_MANDATED", {})
        chosen: Any = self.fields["item"]
        chosen.choices = [("", _("请选择")), *((code, f"{name} · {code}") for code, name in items.items())]
        chosen.error_messages["invalid_choice"] = f"{not_mandated.wrong}{not_mandated.remedy}"

    def clean_file(self) -> Any:  # noqa: ANN401 - Django's uploaded file
        """Refuse at once what settling would refuse for its size.

        Raises:
            ValidationError: The file is empty or too large, or its name holds an identity number.
        """
        file = self.cleaned_data["file"]
        if find_identity_numbers(file.name):
            raise forms.ValidationError(_("文件名里有像证件号码的内容。请改名后再报送。"))
        if file.size == 0:
            explained = rule_texts.explain("FILE_EMPTY", {})
        elif file.size > DEFAULT_LIMITS.file_bytes:
            explained = rule_texts.explain(
                "FILE_TOO_LARGE", {"seen": f"{file.size:,}", "limit": f"{DEFAULT_LIMITS.file_bytes:,}"}
            )
        else:
            return file
        message = f"{explained.wrong}{explained.remedy}"
        raise forms.ValidationError(message)


class BatchFilter(forms.Form):
    """Which batches to list; all may be left empty."""

    q = forms.CharField(label=_("批次号或文件名"), required=False, max_length=80)
    item = forms.ChoiceField(label=_("信息项"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)

    def __init__(self, *args: object, items: Mapping[str, str], **kwargs: object) -> None:
        """Offer the organisation's items.

        Args:
            *args: As for every form.
            items: Names by code.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["item"].choices = [("", _("全部信息项")), *items.items()]  # type: ignore[attr-defined]
        states = [(state.value, words) for state, words in STATES.items()]
        self.fields["state"].choices = [("", _("全部状态")), *states]  # type: ignore[attr-defined]

    @property
    def chosen_state(self) -> BatchState | None:
        """Return the chosen state, or ``None`` for all."""
        chosen = self.cleaned_data.get("state", "")
        return BatchState(chosen) if chosen else None


class HeldFilter(forms.Form):
    """Which held lines to list."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    batch = forms.CharField(label=_("批次号"), required=False, max_length=24)

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the states."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        states = [(state.value, words) for state, words in HELD_STATES.items()]
        self.fields["state"].choices = [("", _("全部状态")), *states]  # type: ignore[attr-defined]

    @property
    def chosen_state(self) -> HeldState | None:
        """Return the chosen state, or ``None`` for all."""
        chosen = self.cleaned_data.get("state", "")
        return HeldState(chosen) if chosen else None


class FindingFilter(forms.Form):
    """Which findings of a batch to list."""

    rule = forms.ChoiceField(label=_("哪一种错误"), required=False)

    def __init__(self, *args: object, rules: Mapping[str, str], **kwargs: object) -> None:
        """Offer the rules that this batch broke.

        Args:
            *args: As for every form.
            rules: Titles by code.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["rule"].choices = [("", _("全部")), *rules.items()]  # type: ignore[attr-defined]


class CatalogueSearch(forms.Form):
    """Words by which an item type is looked for."""

    q = forms.CharField(label=_("名称、代码或主管单位"), required=False, max_length=80)


class CursorForm(forms.Form):
    """Where the next page of a list begins."""

    after = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_NUMBER)


class ReasonsForm(forms.Form):
    """Why a whole batch is taken back."""

    reasons = forms.CharField(
        label=_("理由"),
        max_length=REASONS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("请写明理由。"),
            "max_length": _("理由不能超过 500 字。"),
        },
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_reasons(self) -> str:
        """Keep identity numbers out of what many will read.

        Raises:
            ValidationError: The reasons hold one.
        """
        reasons: str = self.cleaned_data["reasons"]
        if find_identity_numbers(reasons):
            raise forms.ValidationError(_("理由里有像证件号码的内容。请删去号码，用信息编号代替。"))
        return reasons

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the review page was seen and its button pressed."""
        return self.cleaned_data.get("confirmed") == "yes"


class DecisionForm(ReasonsForm):
    """Whether a batch outside the usual may pass, and why."""

    choice = forms.ChoiceField(
        label=_("您的决定"),
        choices=list(CHOICES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择放行或者不放行。"), "invalid_choice": _("请选择放行或者不放行。")},
    )
    field_order = ("choice", "reasons", "confirmed")
