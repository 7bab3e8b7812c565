"""Forms about the endorsement of a sketch."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import PastedTextField


class AskForm(forms.Form):
    role_title = forms.CharField(
        label=_("Role of the endorser"),
        max_length=120,
        help_text=_("Such as chief executive. The role of a top manager, not the name."),
    )
    mailbox = forms.EmailField(
        label=_("Mailbox of the endorser"), max_length=254, help_text=_("The link to the sketch is sent there.")
    )


class RefuseForm(forms.Form):
    reason = PastedTextField(
        label=_("Why the sketch is not endorsed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Those who write the sketch read it."),
    )
