"""What forms of rows that several people edit have in common: pasted texts, and knowing what the form had shown."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.fields import PastedLineField, PastedTextField
from competition.services.revisions import digest
from competition.workspace_fields import WallClockField

NUMBERS_AT_MOST = 10


def pasted(model: type, names: Iterable[str]) -> dict[str, type[forms.CharField]]:
    """`field_classes` for fields_for_model: which of the texts have one line, and which several."""
    columns = {name: model._meta.get_field(name).get_internal_type() for name in names}  # type: ignore[attr-defined]
    kinds = {"CharField": PastedLineField, "TextField": PastedTextField}
    return {name: kinds[kind] for name, kind in columns.items() if kind in kinds}


class NumberListField(forms.CharField):
    """Whole numbers typed with commas between them, cleaned to a list from the largest to the smallest."""

    def __init__(self, *, smallest: int = 1, largest: int = 365, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.smallest, self.largest = smallest, largest

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(number) for number in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[int]:  # type: ignore[override]
        parts = self.prepare_value(super().clean(self.prepare_value(value))).replace(";", ",").split(",")
        numbers = set()
        for part in (part.strip() for part in parts):
            if not part:
                continue
            if not (part.isascii() and part.isdigit()):
                raise ValidationError(
                    _("“%(part)s” is no whole number. Write for instance: 14, 3, 1."), params={"part": part}
                )
            if not self.smallest <= int(part[:9]) <= self.largest:
                limits = {"smallest": self.smallest, "largest": self.largest}
                raise ValidationError(_("Each number must be from %(smallest)s to %(largest)s."), params=limits)
            numbers.add(int(part))
        if len(numbers) > NUMBERS_AT_MOST:
            raise ValidationError(_("At most %(count)s numbers."), params={"count": NUMBERS_AT_MOST})
        return sorted(numbers, reverse=True)


class EditedForm(forms.Form):
    """Carries, hidden, the count of the row and a mark of each value that it showed, for services.revisions."""

    def remember(self, revision: int, shown: Mapping[str, Any]) -> None:
        """revision: the row's count. shown: {field: the row's value}, as the form shows them."""
        hidden = {"revision": str(revision), "seen": json.dumps({name: digest(value) for name, value in shown.items()})}
        for name, value in hidden.items():
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
            self.initial.setdefault(name, value)

    def stale_arguments(self) -> dict[str, Any]:
        """`expected_revision` and `seen` as the services take them; nothing readable asks nothing."""
        revision = self.cleaned_data.get("revision", "")
        return {
            "expected_revision": int(revision) if revision.isascii() and revision[:9].isdigit() else None,
            "seen": self.marks() or None,
        }

    def marks(self) -> dict[str, str]:
        """{field: mark of what the form had shown}, as the browser sends it back; empty where it cannot be read."""
        try:
            marks = json.loads(self.cleaned_data.get("seen", ""))
        except ValueError:
            return {}
        return {str(name): str(mark) for name, mark in marks.items()} if isinstance(marks, dict) else {}

    def typed(self) -> dict[str, Any]:
        """What was typed, without what is hidden or cannot be typed."""
        hidden = ("revision", "seen")
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in hidden and not self.fields[name].disabled
        }

    def hidden(self) -> list[forms.BoundField]:
        return self.hidden_fields()


def readable(field: forms.Field, value: Any, zone: dt.tzinfo | None = None) -> str:
    """A value of the field as people read it: instants on the zone's clock, choices by their words."""
    if value in (None, "", []):
        return gettext("(nothing)")
    if isinstance(field, WallClockField):
        instant = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list) and isinstance(value[0], dict):
        texts = [{name: text for name, text in one.items() if name != "code" and text} for one in value]
        return ", ".join(" / ".join(dict.fromkeys(one.values())) for one in texts)
    words = {str(code): str(word) for code, word in getattr(field, "choices", None) or ()}
    if isinstance(value, list | tuple | set):
        return ", ".join(words.get(str(code), str(code)) for code in value)
    return words.get(str(value), str(value))
