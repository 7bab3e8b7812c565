"""What a visitor asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 100


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Search calls and pages"),
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={"required": _("Write what you are looking for.")},
    )
