"""Forms of the jury's pages in the owner's workspace: criteria, seats, runs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.models import Topic
from scoring.enums import JurorRole
from scoring.models import Juror
from scoring.selectors.workspace import find_organisation

STRENGTHS = (("", _("not")), ("0.5", _("somewhat")), ("1", _("well")))


class SeatForm(forms.Form):
    """Employer, role, load and topics of a seat in the jury."""

    employer = forms.CharField(
        label=_("Employer"),
        required=False,
        max_length=200,
        help_text=_("An organisation's name or number, as registered here. Its own sketches are kept from the juror."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=JurorRole.choices, initial=JurorRole.JUROR)
    load_min = forms.IntegerField(label=_("Sketches at least"), min_value=0, max_value=1000, initial=0)
    load_max = forms.IntegerField(label=_("Sketches at most"), min_value=0, max_value=1000, initial=20)

    def __init__(self, *args: Any, topics: list[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = topics
        for topic in topics:
            self.fields[f"topic-{topic.code}"] = forms.ChoiceField(label=topic.label, choices=STRENGTHS, required=False)

    @classmethod
    def initial_of(cls, juror: Juror, topics: list[Topic], strengths: dict[int, float]) -> dict[str, Any]:
        values = {f"topic-{topic.code}": f"{strengths[topic.pk]:g}" for topic in topics if strengths.get(topic.pk)}
        employer = juror.organisation.name if juror.organisation else ""
        bounds = {"load_min": juror.load_min, "load_max": juror.load_max}
        return {"employer": employer, "role": juror.role, **bounds, **values}

    def clean_employer(self) -> Organisation | None:
        text = self.cleaned_data["employer"].strip()
        if not text:
            return None
        organisation = find_organisation(text)
        if organisation is None:
            raise forms.ValidationError(_("No organisation here has exactly this name or number."))
        return organisation

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        least, most = cleaned.get("load_min"), cleaned.get("load_max")
        if least is not None and most is not None and least > most:
            self.add_error("load_max", _("“At least” must not be more than “at most”."))
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        """A service names the employer as `organisation`; here the field has its own name."""
        super().add_error("employer" if field == "organisation" else field, error)

    def seat(self) -> dict[str, Any]:
        """Arguments of invite_juror and change_juror."""
        data = self.cleaned_data
        strengths = {topic: Decimal(data[f"topic-{topic.code}"] or 0) for topic in self.topics}
        return {
            "organisation": data["employer"],
            "role": data["role"],
            "load_min": data["load_min"],
            "load_max": data["load_max"],
            "topics": {topic: strength for topic, strength in strengths.items() if strength},
        }

    def topic_fields(self) -> list[forms.BoundField]:
        return [self[f"topic-{topic.code}"] for topic in self.topics]

    def fact_fields(self) -> list[forms.BoundField]:
        return [
            self[name]
            for name in ("email", "language", "employer", "role", "load_min", "load_max")
            if name in self.fields
        ]


class InviteForm(SeatForm):
    """A new seat: whom to write to, and in which language."""

    email = forms.EmailField(label=_("E-mail address"))
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)
