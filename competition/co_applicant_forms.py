"""Forms about who stands behind a sketch."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country
from accounts.fields import PastedTextField
from accounts.forms import number_field
from competition.enums import CoApplicantRole


class UnregisteredForm(forms.Form):
    """An organisation that is not found here: enough to write to it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.ChoiceField(label=_("Country"), choices=Country.choices)
    number = number_field()
    mailbox = forms.EmailField(
        label=_("Mailbox"), max_length=254, help_text=_("The organisation's own. The invitation is sent there.")
    )
    role = forms.ChoiceField(
        label=_("What its people may do with the sketch"),
        choices=CoApplicantRole.choices,
        initial=CoApplicantRole.EDITOR,
        widget=forms.RadioSelect,
    )


class DeclineForm(forms.Form):
    reason = PastedTextField(
        label=_("Why your organisation does not join"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The lead applicant reads it."),
    )


class LeaveForm(forms.Form):
    reason = PastedTextField(
        label=_("Why the organisation withdraws"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The other applicants and the programme's case officers read it."),
    )
