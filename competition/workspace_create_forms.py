"""The form that a new call begins with."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.forms.models import fields_for_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from competition.dates import MORNING, at_clock, default_dates, default_deadline, working_day
from competition.models import Call, Programme
from competition.models.call import OPEN_PERIOD_DAYS, QUESTION_DAYS
from competition.models.programme import DEADLINE_HOUR
from competition.selectors.calls import free_slug, slug_is_taken
from competition.selectors.workspace import calls_to_copy, managed_programmes
from competition.workspace_edits import PastedLineField, readable
from competition.workspace_fields import wall_clock, zone_choices
from competition.workspace_forms import NEEDED_INSTANTS, WallClockForm, check_main_language

TEMPLATES = (
    ("default", _("Need, innovation, ability, anchoring, spread (30, 25, 20, 15, 10)")),
    ("equal", _("Effect, relevance, ability, competence (equal weight)")),
)
OF_SOURCE = ("languages", "default_language", "timezone", "eligible_kinds", "jurors_per_sketch")
NORWEGIAN = ("nb", "nn")
PUBLIC_KINDS = [kind for kind in OrganisationKind.values if kind not in ("company", "programme_owner")]


def usual_languages(programme: Programme | None) -> list[str]:
    """The languages that a new call of the programme begins with: the two Norwegian ones, or else all of its own."""
    own = programme.languages if programme else list(NORWEGIAN)
    return [code for code in NORWEGIAN if code in own] or list(own) or list(NORWEGIAN)


def _alike(one: Any, other: Any) -> bool:
    """The order in which boxes are ticked means nothing."""
    return set(one) == set(other) if isinstance(one, list) else one == other


class CallCreateForm(WallClockForm):
    """What a new call needs to exist; everything else has a default and is edited afterwards."""

    template = forms.ChoiceField(
        label=_("Criteria to start from"),
        choices=TEMPLATES,
        initial="default",
        help_text=_("On a scale from 1 to 7. Names and weights can be changed. A copy has those of its original."),
    )

    def __init__(self, *args: Any, user: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        sources, programmes = calls_to_copy(user), managed_programmes(user)
        programme = self._begin_as(sources, programmes)
        self._add_facts(sources, programmes)
        self._add_choices(usual_languages(programme))
        zone = self._zone()
        proposed = _default_instants(now, zone, programme.deadline_hour if programme else DEADLINE_HOUR)
        self.add_instants(NEEDED_INSTANTS, proposed, zone)
        self.fields |= fields_for_model(Call, fields=["jurors_per_sketch"])
        self._remember(wall_clock(proposed["deadline"], zoneinfo.ZoneInfo(zone)))

    def _add_facts(self, sources: QuerySet[Call], programmes: QuerySet[Programme]) -> None:
        fields: dict[str, forms.Field] = {
            "source": forms.ModelChoiceField(
                sources,
                label=_("Start from"),
                required=False,
                empty_label=_("No older call: use a template"),
                help_text=_(
                    "Or an older call: its texts, form, criteria and topics are copied. “Fill in its settings” puts "
                    "its programme, languages, time zone, applicants and jurors into this form."
                ),
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

    def _add_choices(self, languages: list[str]) -> None:
        self.checked_boxes("languages", _("Languages of the call"), settings.LANGUAGES, languages)
        self.fields["default_language"] = fields_for_model(Call, fields=["default_language"])["default_language"]
        self.initial.setdefault("default_language", languages[0])
        self.checked_boxes("eligible_kinds", _("Who may apply"), OrganisationKind.choices, PUBLIC_KINDS)
        self.order_fields(
            ["source", "programme", "title", "slug", "languages", "default_language", "template", "timezone"]
        )

    def _begin_as(self, calls: QuerySet[Call], programmes: QuerySet[Programme]) -> Programme | None:
        """Take over the settings of the older call that was asked for. Returns the programme to begin with."""
        source = calls.filter(pk=self.initial["source"]).first() if self.initial.get("source") else None
        if source is not None:
            self.initial |= {"programme": source.programme_id, "settings_of": source.pk}
            self.initial |= {name: getattr(source, name) for name in OF_SOURCE}
        asked = str(self.initial.get("programme") or self.data.get("programme", ""))
        offered = list(programmes)
        programme = next((one for one in offered if str(one.pk) == asked), offered[0] if offered else None)
        if programme is not None:
            self.initial["programme"] = programme.pk
        return programme

    def _zone(self) -> str:
        """What was typed, or the older call's own, even where it is none of those that are offered; else the site's."""
        own = self.initial.get("timezone", "")
        zone = self.data.get("timezone") or own
        return zone if zone in dict(zone_choices(own)) else settings.TIME_ZONE

    def _remember(self, deadline: str) -> None:
        """Carry, hidden, whose settings the form shows and which deadline it proposed."""
        for name, value in (("settings_of", ""), ("proposed", deadline)):
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
            self.initial.setdefault(name, value)

    @staticmethod
    def kept(data: Mapping[str, str]) -> dict[str, str]:
        """What was typed that no older call knows, as initial values of the form that is filled in anew."""
        names = {"title", "slug", "template", "opens_at"}
        if data.get("deadline") != data.get("proposed"):
            names.add("deadline")
        if not data.get("source"):
            names.add("programme")
        return {name: data[name] for name in names if data.get(name)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_main_language(self)
        self._check_slug(cleaned)
        if cleaned.get("deadline") and cleaned["deadline"] <= self.now:
            self.add_error("deadline", _("The deadline lies in the past."))
        self._follow_programme(cleaned)
        self._compare_with_source(cleaned)
        return cleaned

    def _check_slug(self, cleaned: dict[str, Any]) -> None:
        if "slug" not in cleaned:
            return
        cleaned["slug"] = wanted = cleaned["slug"].lower()
        if not wanted and cleaned.get("title"):
            cleaned["slug"] = free_slug(cleaned["title"])
        elif wanted and slug_is_taken(wanted):
            self.add_error("slug", _("This short name is taken. Free is: %(slug)s") % {"slug": free_slug(wanted)})

    def _follow_programme(self, cleaned: dict[str, Any]) -> None:
        """A deadline that nobody touched was proposed at another programme's hour: propose it at the chosen one's."""
        programme, deadline = cleaned.get("programme"), cleaned.get("deadline")
        if not programme or not deadline or self.data.get("deadline") != self.data.get("proposed"):
            return
        zone = zoneinfo.ZoneInfo(cleaned["timezone"])
        day = deadline.astimezone(zone).date()
        followed = wall_clock(at_clock(day, programme.deadline_hour, zone), zone)
        if followed != self.data["deadline"]:
            hour = {"hour": f"{programme.deadline_hour:%H:%M}"}
            self._put(deadline=followed, proposed=followed)
            self.add_error(
                "deadline", _("This programme's deadlines are at %(hour)s. The proposal now is, too.") % hour
            )

    def _compare_with_source(self, cleaned: dict[str, Any]) -> None:
        """An older call was chosen, but the form has other settings than its own: ask, once, whether that is meant."""
        source = cleaned.get("source")
        if source is None or self.data.get("settings_of") == str(source.pk):
            return
        theirs = {name: getattr(source, name) for name in OF_SOURCE}
        differing = [name for name in OF_SOURCE if name in cleaned and not _alike(cleaned[name], theirs[name])]
        if not differing:
            return
        self._put(settings_of=str(source.pk))
        self.add_error(
            "source",
            _(
                "The settings below are not those of the older call. Fill in its settings, or create the call again to "
                "keep what you have chosen."
            ),
        )
        for name in differing:
            value = {"value": readable(self.fields[name], theirs[name])}
            self.add_error(name, _("In the older call: %(value)s") % value)

    def _put(self, **values: str) -> None:
        """Let the form that is shown again have these values."""
        self.data = self.data.copy()
        for name, value in values.items():
            self.data[name] = value

    def call_fields(self) -> dict[str, Any]:
        """Arguments for create_call: the title under its column of the main language, and dates nobody asked for."""
        fields = {name: value for name, value in self.cleaned_data.items() if name not in ("settings_of", "proposed")}
        fields[f"title_{fields['default_language']}"] = fields.pop("title")
        if fields["source"] is None:
            zone = zoneinfo.ZoneInfo(fields["timezone"])
            fields |= default_dates(fields["opens_at"], fields["deadline"], zone, question_days=QUESTION_DAYS)
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
