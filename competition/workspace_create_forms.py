"""The form that a new call begins with."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.forms.models import fields_for_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from competition.models import Call
from competition.models.call import OPEN_PERIOD_DAYS
from competition.models.programme import DEADLINE_HOUR
from competition.selectors.workspace import managed_programmes
from competition.workspace_edits import PastedLineField
from competition.workspace_fields import zone_choices
from competition.workspace_forms import NEEDED_INSTANTS, WallClockForm, check_main_language

TEMPLATES = (
    ("default", _("Need, innovation, ability, anchoring, spread (30, 25, 20, 15, 10)")),
    ("equal", _("Effect, relevance, ability, competence (equal weight)")),
)
PUBLIC_KINDS = [kind for kind in OrganisationKind.values if kind not in ("company", "programme_owner")]


class CallCreateForm(WallClockForm):
    """What a new call needs to exist; everything else has a default and is edited afterwards."""

    template = forms.ChoiceField(
        label=_("Criteria to start from"),
        choices=TEMPLATES,
        help_text=_("On a scale from 1 to 7. Names and weights can be changed."),
    )

    def __init__(self, *args: Any, user: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.data.get("timezone") or settings.TIME_ZONE
        zone = zone if zone in dict(zone_choices()) else settings.TIME_ZONE
        programmes = managed_programmes(user)
        fields: dict[str, forms.Field] = {
            "programme": forms.ModelChoiceField(programmes, label=_("Programme"), empty_label=None),
            "title": PastedLineField(label=_("Title"), max_length=200, help_text=_("In the main language.")),
            "slug": fields_for_model(Call, fields=["slug"])["slug"],
        }
        self.fields = fields | self.fields
        self.fields["slug"].help_text = _(
            "Lower-case letters, digits and hyphens. Part of the call's address for good."
        )
        self.checked_boxes("languages", _("Languages of the call"), settings.LANGUAGES, ["nb", "nn"])
        self.fields["default_language"] = fields_for_model(Call, fields=["default_language"])["default_language"]
        self.checked_boxes("eligible_kinds", _("Who may apply"), OrganisationKind.choices, PUBLIC_KINDS)
        self.order_fields(["programme", "title", "slug", "languages", "default_language", "template", "timezone"])
        self.add_instants(NEEDED_INSTANTS, _default_instants(now, zone), zone)
        self.fields |= fields_for_model(Call, fields=["jurors_per_sketch"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_main_language(self)
        return cleaned

    def call_fields(self) -> dict[str, Any]:
        """Arguments for create_call, the title under its column of the main language."""
        fields = {**self.cleaned_data}
        fields[f"title_{fields['default_language']}"] = fields.pop("title")
        return fields


def _default_instants(now: dt.datetime, zone: str) -> dict[str, dt.datetime]:
    """Opens tomorrow at nine, closes at the usual hour 42 days later, on the zone's clock."""
    local = zoneinfo.ZoneInfo(zone)
    tomorrow = timezone.localtime(now, local).date() + dt.timedelta(days=1)
    deadline = tomorrow + dt.timedelta(days=OPEN_PERIOD_DAYS)
    return {
        "opens_at": dt.datetime.combine(tomorrow, dt.time(9), local),
        "deadline": dt.datetime.combine(deadline, DEADLINE_HOUR, local),
    }
