"""Forms of the owner's amendments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from competition import amendment_rules
from competition.amending import Change, instant_of
from competition.days_off import day_off
from competition.enums import AmendmentKind, Phase
from competition.models import Call
from competition.workspace_edits import PastedTextField
from competition.workspace_fields import WallClockField, at_wall_clock, wall_clock

REASON_LENGTH = 2000
DECLINED = "no_extension_reason_"
FALLBACK_HELP = _("Empty: readers of the language get the text in the main language.")
DECLINED_HELP = _("Asked of a change of substance that leaves the deadline alone. Applicants read it.")
KIND_HELP = _(
    "A clarification says the same in clearer words. What makes anybody write another sketch is a change of substance."
)


class PublishForm(forms.Form):
    """What the changes amount to, why they are made, and whether the deadline moves."""

    kind = forms.ChoiceField(label=_("What this amounts to"), widget=forms.RadioSelect, help_text=KIND_HELP)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, call: Call, changes: list[Change], revision: int, now: dt.datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.call = call
        self.languages = [(code, name) for code, name in settings.LANGUAGES if code in call.languages]
        self.gathered = {change.field: change for change in changes if change.target == "call"}
        self.initial.setdefault("revision", revision)
        self._offer_kinds(changes)
        self._add_reasons()
        if call.phase_at(now) == Phase.OPEN:
            self._add_dates(changes, now)

    def _offer_kinds(self, changes: list[Change]) -> None:
        settled = amendment_rules.kind_of(changes)
        if not changes:
            settled = AmendmentKind.EXTENSION
        may_extend = all(change.is_date for change in changes)
        offered = [
            kind
            for kind in AmendmentKind
            if settled in (None, kind) and (kind != AmendmentKind.EXTENSION or may_extend)
        ]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in offered]
        if len(offered) == 1:
            self.initial.setdefault("kind", offered[0].value)

    def _add_reasons(self) -> None:
        for code, language in self.languages:
            is_main = code == self.call.default_language
            self.fields[f"reason_{code}"] = PastedTextField(
                label=_("Reason (%(language)s)") % {"language": language},
                required=is_main,
                max_length=REASON_LENGTH,
                widget=forms.Textarea(attrs={"rows": 5, "lang": code}),
                help_text="" if is_main else FALLBACK_HELP,
            )

    def _add_dates(self, changes: list[Change], now: dt.datetime) -> None:
        proposed = self._gathered("deadline") or amendment_rules.proposed_deadline(self.call, now)
        needs_time = amendment_rules.kind_of(changes) == AmendmentKind.CHANGE and amendment_rules.is_locked(
            self.call, now
        )
        wanted = self._gathered("deadline") or (proposed if needs_time or not changes else None)
        questions = amendment_rules.proposed_questions_until(self.call, proposed)
        self._add_date("deadline", _("New deadline"), wanted, proposed)
        if self.call.questions_until:
            self._add_date("questions_until", _("Questions until"), self._gathered("questions_until"), questions)
        self.fields["on_day_off"] = forms.BooleanField(
            label=_("The deadline is meant to be on that day"), required=False
        )
        for code, language in self.languages:
            is_main = code == self.call.default_language
            self.fields[f"{DECLINED}{code}"] = PastedTextField(
                label=_("Why the deadline stays as it is (%(language)s)") % {"language": language},
                required=False,
                max_length=REASON_LENGTH,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
                help_text=DECLINED_HELP if is_main else FALLBACK_HELP,
            )

    def _gathered(self, field: str) -> dt.datetime | None:
        return instant_of(self.gathered[field].after) if field in self.gathered else None

    def _add_date(self, name: str, label: str, wanted: dt.datetime | None, proposed: dt.datetime | None) -> None:
        zone = self.call.zone
        texts = {
            "now": wall_clock(getattr(self.call, name), zone).replace("T", " "),
            "proposed": wall_clock(proposed, zone).replace("T", " "),
            "zone": self.call.timezone,
        }
        self.fields[name] = WallClockField(
            label=capfirst(label),
            required=False,
            help_text=_("Now %(now)s. Proposed: %(proposed)s. On the clock of %(zone)s. Empty: stays as it is.")
            % texts,
        )
        self.initial.setdefault(name, wall_clock(wanted, zone))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("deadline", "questions_until"):
            if cleaned.get(name) is None:
                continue
            if name not in self.changed_data and name in self.gathered:
                cleaned[name] = self._gathered(name)  # untouched: to the second what was gathered
                continue
            try:
                cleaned[name] = at_wall_clock(cleaned[name], self.call.zone)
            except ValidationError as error:
                self.add_error(name, error)
        self._ask_about_day_off()
        return cleaned

    def _ask_about_day_off(self) -> None:
        """A deadline on a day without anybody at work is allowed, on purpose."""
        deadline = self.cleaned_data.get("deadline")
        if deadline is None or deadline == self.call.deadline or self.cleaned_data.get("on_day_off"):
            return
        day = deadline.astimezone(self.call.zone).date()
        if name := day_off(day, self.call.zone):
            text = _("%(day)s is no day of work (%(name)s). Choose another, or tick below that it is meant.")
            self.add_error("deadline", text % {"day": f"{day:%Y-%m-%d}", "name": name})

    @property
    def asks_about_day_off(self) -> bool:
        """Whether the box about it is shown: once it matters."""
        return (
            self.is_bound
            and "on_day_off" in self.fields
            and bool(self.data.get("on_day_off") or self.has_error("deadline"))
        )

    def add_error(self, field: str | None, error: Any) -> None:
        """What a service says about a field that is not asked here stands above the form."""
        super().add_error(field if field is None or field in self.fields else None, error)

    def reason_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("reason_")]

    def declined_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(DECLINED)]

    def date_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("deadline", "questions_until") if name in self.fields]

    def arguments(self) -> dict[str, Any]:
        """Arguments of publish_amendment."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "reasons": {name.removeprefix("reason_"): data[name] for name in data if name.startswith("reason_")},
            "new_deadline": data.get("deadline"),
            "questions_until": data.get("questions_until"),
            "no_extension_reasons": {
                name.removeprefix(DECLINED): data[name] for name in data if name.startswith(DECLINED)
            },
            "expected_revision": data["revision"],
        }


class ChangeForm(forms.Form):
    """Which gathered change the button beside it is about."""

    key = forms.CharField(max_length=200)
    shown = forms.CharField(max_length=40, required=False)

    def clean_key(self) -> tuple[str, ...]:
        parts = tuple(self.cleaned_data["key"].split("/"))
        if len(parts) != 3:
            raise ValidationError(_("There is no such change."))
        return parts
