"""The form that a new call begins with."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.forms.models import fields_for_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from competition.dates import MORNING, at_clock, default_dates, default_deadline, working_day
from competition.models import Call
from competition.models.call import OPEN_PERIOD_DAYS, QUESTION_DAYS
from competition.models.programme import DEADLINE_HOUR
from competition.selectors.calls import free_slug
from competition.selectors.workspace import calls_to_copy, managed_programmes
from competition.workspace_edits import PastedLineField
from competition.workspace_fields import zone_choices
from competition.workspace_forms import NEEDED_INSTANTS, WallClockForm, check_main_language

TEMPLATES = (
    ("default", _("Need, innovation, ability, anchoring, spread (30, 25, 20, 15, 10)")),
    ("equal", _("Effect, relevance, ability, competence (equal weight)")),
)
OF_SOURCE = ("languages", "default_language", "timezone", "eligible_kinds", "jurors_per_sketch")
PUBLIC_KINDS = [kind for kind in OrganisationKind.values if kind not in ("company", "programme_owner")]


class CallCreateForm(WallClockForm):
    """What a new call needs to exist; everything else has a default and is edited afterwards."""

    template = forms.ChoiceField(
        label=_("Criteria to start from"),
        choices=TEMPLATES,
        help_text=_("On a scale from 1 to 7. Names and weights can be changed. A copy has those of its original."),
    )

    def __init__(self, *args: Any, user: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begin_as(calls_to_copy(user))
        zone = self.data.get("timezone") or self.initial.get("timezone") or settings.TIME_ZONE
        zone = zone if zone in dict(zone_choices()) else settings.TIME_ZONE
        self.now = now
        programmes = managed_programmes(user)
        hour = next((programme.deadline_hour for programme in programmes), DEADLINE_HOUR)
        fields: dict[str, forms.Field] = {
            "source": forms.ModelChoiceField(
                calls_to_copy(user),
                label=_("Start from"),
                required=False,
                empty_label=_("No older call: use a template"),
                help_text=_("Or an older call: its texts, settings, form, criteria and topics are copied."),
            ),
            "programme": forms.ModelChoiceField(programmes, label=_("Programme"), empty_label=None),
            "title": PastedLineField(label=_("Title"), max_length=200, help_text=_("In the main language.")),
            "slug": fields_for_model(Call, fields=["slug"])["slug"],
        }
        self.fields = fields | self.fields
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _(
            "Lower-case letters, digits and hyphens. Part of the call's address for good. Empty: made of the title."
        )
        self.checked_boxes("languages", _("Languages of the call"), settings.LANGUAGES, ["nb", "nn"])
        self.fields["default_language"] = fields_for_model(Call, fields=["default_language"])["default_language"]
        self.checked_boxes("eligible_kinds", _("Who may apply"), OrganisationKind.choices, PUBLIC_KINDS)
        self.order_fields(
            ["source", "programme", "title", "slug", "languages", "default_language", "template", "timezone"]
        )
        self.add_instants(NEEDED_INSTANTS, _default_instants(now, zone, hour), zone)
        self.fields |= fields_for_model(Call, fields=["jurors_per_sketch"])

    def _begin_as(self, calls: QuerySet[Call]) -> None:
        """Show the values of the call that is to be copied, where the page was asked for with one."""
        source = calls.filter(pk=self.initial["source"]).first() if "source" in self.initial else None
        if source is not None:
            self.initial |= {"programme": source.programme_id} | {name: getattr(source, name) for name in OF_SOURCE}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_main_language(self)
        if cleaned.get("title") and "slug" in cleaned and "slug" not in self.errors:
            free = free_slug(cleaned["slug"] or cleaned["title"])
            if cleaned["slug"] and free != cleaned["slug"]:
                self.add_error("slug", _("This short name is taken. Free is: %(slug)s") % {"slug": free})
            else:
                cleaned["slug"] = free
        if cleaned.get("deadline") and cleaned["deadline"] <= self.now:
            self.add_error("deadline", _("The deadline lies in the past."))
        return cleaned

    def call_fields(self) -> dict[str, Any]:
        """Arguments for create_call: the title under its column of the main language, and dates nobody asked for."""
        fields = {**self.cleaned_data}
        fields[f"title_{fields['default_language']}"] = fields.pop("title")
        if fields["source"] is None:
            zone = zoneinfo.ZoneInfo(fields["timezone"])
            fields |= default_dates(fields["deadline"], zone, question_days=QUESTION_DAYS)
        return fields


def _default_instants(now: dt.datetime, zone: str, hour: dt.time) -> dict[str, dt.datetime]:
    """Opens on the next working day at nine, closes at the programme's hour when the usual period is over."""
    local = zoneinfo.ZoneInfo(zone)
    today = timezone.localtime(now, local).date()
    opens = working_day(today + dt.timedelta(days=1), local)
    return {
        "opens_at": at_clock(opens, MORNING, local),
        "deadline": default_deadline(opens - dt.timedelta(days=1), hour, local, days=OPEN_PERIOD_DAYS),
    }
