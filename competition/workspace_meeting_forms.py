"""The form of an information meeting: texts in the call's languages, moments on the call's wall clock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from competition.models import Call, InformationMeeting
from competition.workspace_edits import EditedForm, PastedLineField, PastedTextField
from competition.workspace_fields import WallClockField, at_wall_clock, wall_clock

TEXTS = (("title", PastedLineField, 200), ("description", PastedTextField, 2000), ("place", PastedLineField, 200))
INSTANTS = (("starts_at", True), ("ends_at", True), ("registration_until", False))


class MeetingForm(EditedForm):
    """`meeting` None makes a new one."""

    def __init__(self, *args: Any, call: Call, meeting: InformationMeeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call, self.meeting = call, meeting or InformationMeeting(call=call)
        self.is_new = meeting is None
        languages = [(code, name) for code, name in settings.LANGUAGES if code in call.languages]
        self.rows_of = [[f"{name}_{code}" for code, _name in languages] for name, _kind, _limit in TEXTS]
        for name, kind, limit in TEXTS:
            for code, language in languages:
                self._add_text(f"{name}_{code}", kind, limit, f"{capfirst(self._name(name))} ({language})", code)
        for name, required in INSTANTS:
            self.fields[name] = WallClockField(
                label=capfirst(self._name(name)), required=required, help_text=str(call.timezone).replace("_", " ")
            )
            self.initial.setdefault(name, wall_clock(getattr(self.meeting, name), call.zone))
        self._add_facts()
        shown = {name: getattr(self.meeting, name) for name in self.fields}
        self.remember(self.meeting.revision, shown)

    def _name(self, field: str) -> str:
        return str(InformationMeeting._meta.get_field(field).verbose_name)

    def _add_text(self, name: str, kind: type[forms.CharField], limit: int, label: str, code: str) -> None:
        required = name == f"title_{self.call.default_language}"
        self.fields[name] = kind(label=label, max_length=limit, required=required)
        self.fields[name].widget.attrs["lang"] = code
        if kind is PastedTextField:
            self.fields[name].widget.attrs["rows"] = 5
        self.initial.setdefault(name, getattr(self.meeting, name) or "")

    def _add_facts(self) -> None:
        link = InformationMeeting._meta.get_field("link")
        self.fields["link"] = forms.URLField(
            label=capfirst(str(link.verbose_name)),
            max_length=200,
            required=False,
            assume_scheme="https",
            help_text=link.help_text,
        )
        capacity = InformationMeeting._meta.get_field("capacity")
        self.fields["capacity"] = forms.IntegerField(
            label=capfirst(str(capacity.verbose_name)),
            required=False,
            min_value=1,
            max_value=100_000,
            help_text=capacity.help_text,
        )
        for name in ("link", "capacity"):
            self.initial.setdefault(name, getattr(self.meeting, name))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, _required in INSTANTS:
            if cleaned.get(name) is None:
                continue
            if not self.is_new and name not in self.changed_data:  # stays the instant it was, to the second
                cleaned[name] = getattr(self.meeting, name)
                continue
            try:
                cleaned[name] = at_wall_clock(cleaned[name], self.call.zone)
            except ValidationError as error:
                self.add_error(name, error)
            except OverflowError:
                self.add_error(name, _("There is no such day."))
        return cleaned

    def text_rows(self) -> list[list[forms.BoundField]]:
        return [[self[name] for name in row] for row in self.rows_of]

    def fact_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in (*(name for name, _required in INSTANTS), "link", "capacity")]
