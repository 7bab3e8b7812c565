"""Parses how much more time one juror is given."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from competition.access_forms import OnTheCallsClock
from competition.workspace_fields import WallClockField


class ExtensionForm(OnTheCallsClock):
    """An instant on the call's clock, and why."""

    instants = ("until",)

    until = WallClockField(label=_("May assess until"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the decision. The juror is told until when, and not why."),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
