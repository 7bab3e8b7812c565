"""Form fields for what people type and paste, limited as their browser counts it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator

from accounts.characters import clean_line, clean_text, normalise_text, units


class UnitsAtMost(MaxLengthValidator):
    """MaxLengthValidator in UTF-16 code units: an emoji counts as the field's counter has counted it."""

    def clean(self, x: str) -> int:
        return units(x)


class PastedField(forms.CharField):
    """A text cleaned of what Word leaves behind before its length is counted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = [
            UnitsAtMost(one.limit_value) if type(one) is MaxLengthValidator else one for one in self.validators
        ]


class PastedLineField(PastedField):
    """One line."""

    def to_python(self, value: Any) -> str:
        return clean_line((super().to_python(value) or "").replace("\x00", ""))


class PastedTextField(PastedField):
    """Several lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = clean_text((super().to_python(value) or "").replace("\x00", ""))
        return normalise_text(text) if self.strip else text
