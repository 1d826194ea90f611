"""What can be asked of the person's own lists."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LooksFilter(forms.Form):
    """Whose looks are listed; left empty all of them."""

    which = forms.ChoiceField(
        label=_("看哪些"),
        required=False,
        choices=[
            ("", _("全部")),
            ("OTHERS", _("别人看的")),
            ("OWN", _("我自己看的")),
            ("REFUSED", _("没有看成的")),
        ],
    )


class FileFilter(forms.Form):
    """Which items are shown: of one domain, or new since the last visit."""

    domain = forms.CharField(required=False, max_length=40)
    new = forms.BooleanField(required=False)
