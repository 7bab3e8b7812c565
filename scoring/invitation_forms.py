"""Parses an answer to an invitation, and whom the invited person suggests."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from competition.workspace_edits import PastedLineField, PastedTextField
from scoring.enums import DeclineReason


class DeclineForm(forms.Form):
    """Why somebody does not want the seat; may be left unsaid."""

    code = forms.ChoiceField(label=_("Reason"), choices=[("", _("not said")), *DeclineReason.choices], required=False)
    reason = PastedTextField(
        label=_("In your own words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only if you want to. The jury secretary reads it."),
    )


class SuggestForm(forms.Form):
    """Somebody else whom the owner might ask."""

    name = PastedLineField(label=_("Name"), max_length=120)
    part = PastedLineField(label=_("Position and employer"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail address"))
