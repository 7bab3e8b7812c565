"""Forms of the owner's workspace that belong to a call itself."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import fields_for_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country, OrganisationKind
from competition.amendment_rules import fixed_fields
from competition.models import Call
from competition.selectors.calls import topics
from competition.workspace_edits import EditedForm, NumberListField, PastedLineField, PastedTextField, pasted
from competition.workspace_fields import WallClockField, at_wall_clock, wall_clock, zone_choices

TEXTS = ("title", "summary", "body", "who_may_apply", "how_judged")
ROWS = {"summary": 4, "body": 12, "who_may_apply": 5, "how_judged": 5}
INSTANTS = ("opens_at", "questions_until", "deadline", "assessment_due_at", "pitch_at", "result_at")
NEEDED_INSTANTS = ("opens_at", "deadline")
FACTS = (
    "slug",
    "default_language",
    "currency",
    "budget",
    "max_per_project",
    "min_organisations",
    "hours_to_write",
    "jurors_per_sketch",
    "shortlist_size",
    "complaint_days",
    "withdraw_until",
    "endorsement",
    "unconfirmed_co_applicants",
    "min_open_days",
    "text_lock_days",
    "keep_drafts_months",
    "keep_sketches_months",
)
NUMBER_LISTS = (
    ("draft_reminder_days", 365, _("Days, such as 14, 3, 1. Empty: nobody is reminded.")),
    ("juror_reminder_shares", 100, _("Per cent of the period, such as 50, 90. Empty: nobody is reminded.")),
)
# (key, heading, what to know, fields)
GROUPS = (
    ("dates", _("Dates"), "", ("timezone", *INSTANTS)),
    (
        "applicants",
        _("Who may apply, and with what"),
        _("Shown on the call's page, and asked of every sketch that is submitted."),
        (
            "eligible_kinds",
            "eligible_countries",
            "topics",
            "min_organisations",
            "unconfirmed_co_applicants",
            "endorsement",
            "hours_to_write",
        ),
    ),
    ("money", _("Money"), "", ("currency", "budget", "max_per_project")),
    (
        "judging",
        _("Judging and outcome"),
        _("How many jurors read each sketch, and what applicants can do before and after the decision."),
        ("jurors_per_sketch", "shortlist_size", "withdraw_until", "complaint_days"),
    ),
    (
        "running",
        _("The open period and reminders"),
        _("How the machine helps you to keep to the rules you have set yourselves."),
        ("min_open_days", "text_lock_days", "draft_reminder_days", "juror_reminder_shares"),
    ),
    (
        "keeping",
        _("How long things are kept"),
        _("Drafts that were never submitted are deleted by themselves. Applicants read when."),
        ("keep_drafts_months", "keep_sketches_months"),
    ),
    ("address", _("Languages and address"), "", ("languages", "default_language", "slug")),
)


def name_of(model: type[Model], field: str) -> str:
    """The field's name as people read it."""
    return str(model._meta.get_field(field).verbose_name)


class WallClockForm(forms.Form):
    """A form whose instants are typed on the wall clock of the zone that the same form names."""

    call: Call | None = None

    timezone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("All dates and hours of the call are read, and shown, on this zone's clock.")
    )

    def add_instants(self, names: tuple[str, ...], initial: dict[str, dt.datetime | None], zone: str) -> None:
        self.fields["timezone"].choices = zone_choices(zone)
        self.initial.setdefault("timezone", zone)
        for name in names:
            label = name_of(Call, name)
            self.fields[name] = WallClockField(label=capfirst(label), required=name in NEEDED_INSTANTS)
            self.initial.setdefault(name, wall_clock(initial.get(name), zoneinfo.ZoneInfo(zone)))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name = cleaned.get("timezone")
        if not name:
            return cleaned
        for field in INSTANTS:
            if cleaned.get(field) is not None:
                self._resolve(field, zoneinfo.ZoneInfo(name))
        opens, deadline = cleaned.get("opens_at"), cleaned.get("deadline")
        if opens and deadline and deadline <= opens:
            self.add_error("deadline", _("The deadline must come after the opening."))
        return cleaned

    def _resolve(self, field: str, zone: zoneinfo.ZoneInfo) -> None:
        # What nobody touched stays the instant it was, to the second and on the right side of a doubled hour.
        untouched = self.call is not None and field not in self.changed_data and "timezone" not in self.changed_data
        if untouched:
            self.cleaned_data[field] = getattr(self.call, field)
            return
        try:
            self.cleaned_data[field] = at_wall_clock(self.cleaned_data[field], zone)
        except ValidationError as error:
            self.add_error(field, error)

    def checked_boxes(self, name: str, label: str, choices: list, initial: list[str], help_text: str = "") -> None:
        self.fields[name] = forms.MultipleChoiceField(
            label=label, choices=choices, widget=forms.CheckboxSelectMultiple, help_text=help_text
        )
        self.initial.setdefault(name, initial)


class CallEditForm(WallClockForm, EditedForm):
    """A call's texts in its languages, its dates, and its rules, as groups of a long page."""

    def __init__(
        self, *args: Any, call: Call, revision: int, now: dt.datetime, chosen_topics: list[str], **kwargs: Any
    ) -> None:
        self.call = call
        super().__init__(*args, **kwargs)
        self.languages = [(code, name) for code, name in settings.LANGUAGES if code in call.languages]
        text_fields = [f"{name}_{code}" for name in TEXTS for code, _name in self.languages]
        self.fields |= fields_for_model(Call, fields=[*text_fields, *FACTS], field_classes=pasted(Call, text_fields))
        self._describe_texts()
        for name in (*text_fields, *FACTS):
            self.initial.setdefault(name, getattr(call, name))
        self._add_choices(chosen_topics)
        self._add_number_lists()
        self.add_instants(INSTANTS, {name: getattr(call, name) for name in INSTANTS}, call.timezone)
        self._disable(fixed_fields(call, now))
        shown = {name: getattr(call, name) for name in self.fields if name != "topics"}
        self.remember(revision, shown | {"topics": chosen_topics})

    def _describe_texts(self) -> None:
        for name in TEXTS:
            label = name_of(Call, name)
            for code, language in self.languages:
                field = self.fields[f"{name}_{code}"]
                field.label = f"{capfirst(label)} ({language})"
                field.required = name == "title" and code == self.call.default_language
                field.widget.attrs["lang"] = code
                if name in ROWS:
                    field.widget.attrs["rows"] = ROWS[name]

    def _add_choices(self, chosen_topics: list[str]) -> None:
        call = self.call
        self.checked_boxes("languages", _("Languages of the call"), settings.LANGUAGES, call.languages)
        self.checked_boxes("eligible_kinds", _("Who may apply"), OrganisationKind.choices, call.eligible_kinds)
        countries = capfirst(name_of(Call, "eligible_countries"))
        help_text = _("None chosen: all of them.")
        self.checked_boxes("eligible_countries", countries, Country.choices, call.eligible_countries, help_text)
        known = [(topic.code, topic.label) for topic in topics()]
        self.checked_boxes("topics", capfirst(_("topics")), known, chosen_topics)
        for name in ("eligible_countries", "topics"):
            self.fields[name].required = False

    def _add_number_lists(self) -> None:
        for name, largest, help_text in NUMBER_LISTS:
            label = capfirst(name_of(Call, name))
            self.fields[name] = NumberListField(label=label, largest=largest, required=False, help_text=help_text)
            self.initial.setdefault(name, getattr(self.call, name))

    def _disable(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].required = False

    def text_rows(self) -> list[list[forms.BoundField]]:
        """The text fields as they stand side by side: a row per text, a column per language."""
        return [[self[f"{name}_{code}"] for code, _name in self.languages] for name in TEXTS]

    def groups(self) -> list[dict[str, Any]]:
        """What stands below the texts: headings with their fields."""
        return [
            {"key": key, "title": title, "help": help_text, "fields": [self[name] for name in names]}
            for key, title, help_text, names in GROUPS
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_main_language(self)
        return cleaned


def check_main_language(form: forms.Form) -> None:
    languages, main = form.cleaned_data.get("languages"), form.cleaned_data.get("default_language")
    if languages and main and main not in languages:
        form.add_error("default_language", _("The main language must be one of the call's languages."))


class ReasonForm(forms.Form):
    """A reason that somebody else will read."""

    reason = PastedTextField(label=_("Reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text


class PlaceForm(forms.Form):
    """Where the records of a call are kept."""

    place = PastedLineField(
        label=_("Where the archive is kept"),
        max_length=200,
        help_text=_("Such as the case number. It stays in the call's log, and the agencies read it on their receipts."),
    )
