"""Forms of whoever asks about a call, or comes to a meeting."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.workspace_edits import PastedTextField

TEXT_AT_MOST = 2000


def key_of(text: str | None) -> uuid.UUID | None:
    """The key that a form was made with; None where somebody has meddled with it."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


class OrganisationForm(forms.Form):
    """For which of one's organisations, if any."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("On behalf of"), required=False, empty_label=_("Nobody but myself")
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        if not organisations.exists():
            del self.fields["organisation"]

    def organisation_chosen(self) -> Organisation | None:
        return self.cleaned_data.get("organisation")


class AskForm(OrganisationForm):
    text = PastedTextField(
        label=_("Your question"),
        max_length=TEXT_AT_MOST,
        help_text=_(
            "Do not write who you are: the question is published with its answer, and nobody is told who asked."
        ),
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ("text", "organisation", "key")

    def arguments(self) -> dict[str, Any]:
        return {
            "text": self.cleaned_data["text"],
            "organisation": self.organisation_chosen(),
            "idempotency_key": key_of(self.cleaned_data.get("key")),
        }


class EnquirySearchForm(forms.Form):
    q = forms.CharField(
        label=_("Search questions and answers"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
