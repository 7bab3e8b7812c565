"""Forms of the owner's pages about who may write in a call."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.fields import PastedTextField
from accounts.models import Organisation
from competition.enums import AccessMode
from competition.models import Call
from competition.services.access import CODES_AT_MOST
from competition.workspace_fields import WallClockField, at_wall_clock


class OnTheCallsClock(forms.Form):
    """A form whose moments are typed on the wall clock of its call."""

    instants: tuple[str, ...] = ()

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call
        zone = call.timezone.replace("_", " ")
        for name in self.instants:
            field = self.fields[name]
            field.help_text = " ".join(
                filter(None, (str(field.help_text), _("On the clock of %(zone)s.") % {"zone": zone}))
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.instants:
            wall: dt.datetime | None = cleaned.get(name)
            if wall is None:
                continue
            try:
                cleaned[name] = at_wall_clock(wall, self.call.zone)
            except (ValidationError, OverflowError) as error:
                self.add_error(name, error if isinstance(error, ValidationError) else _("Choose another time."))
        return cleaned


class AccessForm(forms.Form):
    access = forms.ChoiceField(label=_("Who may write"), choices=AccessMode.choices, widget=forms.RadioSelect)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


class CodesForm(OnTheCallsClock):
    """One code, or many at once."""

    instants = ("expires_at",)

    labels = PastedTextField(
        label=_("For whom"),
        help_text=_("One line for each code; only you and your colleagues see it. May be left empty."),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    number = forms.IntegerField(
        label=_("How many codes"),
        help_text=_("Counts where nothing is written above."),
        initial=1,
        min_value=1,
        max_value=CODES_AT_MOST,
        required=False,
    )
    uses_at_most = forms.IntegerField(
        label=_("Uses of each code, at most"),
        help_text=_("How many organisations may use it; empty: any number."),
        initial=1,
        min_value=1,
        max_value=100_000,
        required=False,
    )
    expires_at = WallClockField(
        label=_("Valid until"), help_text=_("Empty: as long as the call takes sketches."), required=False
    )

    def code_fields(self) -> dict[str, Any]:
        """Arguments of make_codes."""
        cleaned = self.cleaned_data
        lines = [" ".join(line.split()) for line in cleaned["labels"].splitlines()]
        labels = [line for line in lines if line] or [""] * (cleaned["number"] or 1)
        return {"labels": labels, "uses_at_most": cleaned["uses_at_most"], "expires_at": cleaned["expires_at"]}


class FindForm(forms.Form):
    q = forms.CharField(label=_("Name or number of the organisation"), max_length=100, required=False)


class ExceptionForm(OnTheCallsClock):
    instants = ("opens_at", "closes_at")

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), widget=forms.RadioSelect, empty_label=None
    )
    opens_at = WallClockField(
        label=_("May begin at"), help_text=_("Before the call opens. Empty: with everybody."), required=False
    )
    closes_at = WallClockField(
        label=_("May hand in until"), help_text=_("After the deadline. Empty: with everybody."), required=False
    )

    def __init__(self, *args: Any, found: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in found])  # type: ignore[attr-defined]
        field.label_from_instance = _described  # type: ignore[attr-defined]
        if len(found) == 1:
            self.initial.setdefault("organisation", found[0].pk)
        languages = [(code, name) for code, name in settings.LANGUAGES if code in self.call.languages]
        for code, name in languages:
            self.fields[f"reason_{code}"] = PastedTextField(
                label=_("Reason (%(language)s)") % {"language": name},
                help_text=_("Everybody reads it on the call's page, with the organisation's name."),
                required=code == self.call.default_language,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
            )

    def exception_fields(self) -> dict[str, Any]:
        """Arguments of grant_exception."""
        cleaned = self.cleaned_data
        reasons = {name.removeprefix("reason_"): text for name, text in cleaned.items() if name.startswith("reason_")}
        return {name: cleaned[name] for name in ("organisation", "opens_at", "closes_at")} | {"reasons": reasons}


def _described(organisation: Organisation) -> str:
    return ", ".join(filter(None, (organisation.name, organisation.number, organisation.get_country_display())))
