"""The question "may we apply?", asked by somebody who has no account yet. Sent by GET, so that it can be linked to."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country, OrganisationKind


class EligibilityForm(forms.Form):
    kind = forms.ChoiceField(label=_("What are you?"), choices=[("", _("Choose")), *OrganisationKind.choices])
    country = forms.ChoiceField(label=_("In which country?"), choices=[("", _("Choose")), *Country.choices])
