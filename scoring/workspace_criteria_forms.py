"""Forms of what a call's sketches are judged by: criteria, and the scales of their grades."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from competition.models import Call
from competition.services.revisions import digest
from competition.workspace_edits import EditedForm, PastedLineField, PastedTextField
from scoring.models import Criterion, GradeLevel, GradeScale
from scoring.selectors.criteria import scale_name
from scoring.services.scales import HIGHEST, LEVELS_AT_MOST, LOWEST

FACTS = ("weight", "scale", "requires_reasons", "allows_not_assessable")
NEW = "new"
TEXTS = ("name_", "guide_", "label_")


def languages_of(call: Call) -> list[tuple[str, str]]:
    return [(code, name) for code, name in settings.LANGUAGES if code in call.languages]


def name_field(code: str, language: str, *, required: bool) -> forms.Field:
    label = _("Name (%(language)s)") % {"language": language}
    field = PastedLineField(label=label, max_length=120, required=required)
    field.widget.attrs["lang"] = code
    return field


def weight_field(**kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Weight"), max_digits=6, decimal_places=2, validators=[MinValueValidator(Decimal(0))], **kwargs
    )


def _lost_texts(form: EditedForm, present: set[str]) -> dict[str, str]:
    """{row: what was typed into its texts} of rows that the form had shown and that somebody else has removed since.

    Told once: the form that is shown again knows of none of them, so that saving it leaves them out on purpose.
    """
    marks = form.marks()
    lost: dict[str, list[str]] = {}
    for name in sorted(marks):
        row, _dash, column = name.rpartition("-")
        text = form.data.get(name, "").replace("\x00", "").strip()
        if row not in present and column.startswith(TEXTS) and text and digest(text) != marks[name]:
            lost.setdefault(row, []).append(text)
    if lost:
        form.data = form.data.copy()
        left = {name: mark for name, mark in marks.items() if name.rpartition("-")[0] in present}
        form.data[form.add_prefix("seen")] = json.dumps(left)
    return {row: " · ".join(texts) for row, texts in lost.items()}


class CriteriaForm(EditedForm):
    """All criteria of a call on one page: weight, scale, demands, and the texts side by side.

    scale_fixed: applicants know the scale, it cannot be exchanged. fixed: nothing can change any more. more_weight:
    that of criteria which an amendment is to add.
    """

    def __init__(
        self,
        *args: Any,
        call: Call,
        criteria: list[Criterion],
        scales: Iterable[GradeScale],
        revision: int,
        fixed: bool,
        scale_fixed: bool,
        more_weight: Decimal = Decimal(0),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.call, self.criteria = call, criteria
        self.total = sum((criterion.weight for criterion in criteria), more_weight)
        self.languages = languages_of(call)
        self.scale_choices = [(scale.code, scale_name(scale)) for scale in scales]
        for criterion in criteria:
            self._add(criterion, fixed=fixed, scale_fixed=scale_fixed)
        self.remember(revision, {name: self.initial[name] for name in self.fields})
        if not scale_fixed and not fixed:
            self._add_new()

    def _add(self, criterion: Criterion, *, fixed: bool, scale_fixed: bool) -> None:
        fields: dict[str, forms.Field] = {
            "weight": weight_field(),
            "scale": forms.ChoiceField(label=_("Scale"), choices=self.scale_choices),
            "requires_reasons": forms.BooleanField(label=_("Reasons are required"), required=False),
            "allows_not_assessable": forms.BooleanField(label=_("“Cannot assess” is allowed"), required=False),
        }
        for code, language in self.languages:
            fields[f"name_{code}"] = name_field(code, language, required=code == self.call.default_language)
            label = _("Guide for jurors (%(language)s)") % {"language": language}
            fields[f"guide_{code}"] = PastedTextField(label=label, max_length=2000, required=False)
            fields[f"guide_{code}"].widget.attrs |= {"rows": 3, "lang": code}
        fields["weight"].widget.attrs["data-ws-weight"] = ""
        for name, form_field in fields.items():
            form_field.about = f"{criterion.name}: "
            form_field.disabled = fixed or (name == "scale" and scale_fixed)
            self.fields[f"{criterion.code}-{name}"] = form_field
            value = criterion.scale.code if name == "scale" else getattr(criterion, name)
            self.initial.setdefault(f"{criterion.code}-{name}", value)

    def _add_new(self) -> None:
        for code, language in self.languages:
            self.fields[f"{NEW}-name_{code}"] = name_field(code, language, required=False)
        self.fields[f"{NEW}-weight"] = weight_field(required=False)
        for name in self.new_names():
            self.fields[name].about = f"{_('New criterion')}: "

    def new_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith(f"{NEW}-")]

    def new_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.new_names()]

    def new_criterion(self) -> dict[str, Any]:
        """What was typed for one more criterion, as add_criterion takes it; empty where nothing was."""
        typed = {name.removeprefix(f"{NEW}-"): self.cleaned_data.get(name) for name in self.new_names()}
        return typed if any(value not in (None, "") for value in typed.values()) else {}

    def groups(self) -> list[dict[str, Any]]:
        """Per criterion: its facts, and rows of its texts with a column per language."""
        return [
            {
                "criterion": criterion,
                "share": criterion.weight * 100 / self.total if self.total else None,
                "facts": [self[f"{criterion.code}-{name}"] for name in FACTS],
                "texts": [
                    [self[f"{criterion.code}-{text}_{code}"] for code, _name in self.languages]
                    for text in ("name", "guide")
                ],
            }
            for criterion in self.criteria
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        lost = _lost_texts(self, {criterion.code for criterion in self.criteria})
        for code, texts in lost.items():
            values = {"name": self.data.get(f"{code}-name_{self.call.default_language}") or code, "texts": texts}
            self.add_error(
                None,
                _(
                    "Somebody else has removed the criterion “%(name)s”. You had written: %(texts)s. Save again to "
                    "go on without it."
                )
                % values,
            )
        return cleaned

    def changes(self) -> dict[str, dict[str, Any]]:
        """{code of the criterion: {field: value}} as save_criteria takes it."""
        changes: dict[str, dict[str, Any]] = {criterion.code: {} for criterion in self.criteria}
        for name, value in self.typed().items():
            code, _dash, column = name.rpartition("-")
            if code in changes and name in self.fields and not name.startswith(f"{NEW}-"):
                changes[code][column] = value
        return changes


class ScaleChoiceForm(forms.Form):
    """What a new scale starts from."""

    template = forms.ChoiceField(label=_("Start from"), widget=forms.RadioSelect)
    lowest = forms.IntegerField(label=_("From"), required=False, min_value=LOWEST, max_value=HIGHEST)
    highest = forms.IntegerField(label=_("To"), required=False, min_value=LOWEST, max_value=HIGHEST)

    def __init__(self, *args: Any, templates: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = templates

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("template") == "own" and not self.errors:
            lowest, highest = cleaned.get("lowest"), cleaned.get("highest")
            if lowest is None or highest is None or not 1 <= highest - lowest < LEVELS_AT_MOST:
                text = _("Write the lowest and the highest grade: from 2 to %(count)s grades in all.")
                self.add_error("highest", text % {"count": LEVELS_AT_MOST})
        return cleaned


class ScaleForm(EditedForm):
    """The words of a scale, a row per grade and a column per language; grades can go, and one more can come."""

    def __init__(
        self,
        *args: Any,
        call: Call,
        levels: Mapping[int, GradeLevel],
        revision: int = 0,
        words_only: bool = False,
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.call, self.levels, self.words_only = call, levels, words_only or fixed
        self.languages = languages_of(call)
        for value, level in levels.items():
            for code, language in self.languages:
                self._add(f"{value}-label_{code}", _("Grade %(grade)s (%(language)s)"), value, code, language)
                self.initial.setdefault(f"{value}-label_{code}", getattr(level, f"label_{code}"))
                self.fields[f"{value}-label_{code}"].disabled = fixed
        self.remember(revision, {name: self.initial[name] for name in self.fields})
        if self.words_only:
            return
        for value in levels:
            label = _("Remove the grade %(grade)s") % {"grade": value}
            self.fields[f"{value}-remove"] = forms.BooleanField(label=label, required=False)
        self.fields["new-value"] = forms.IntegerField(
            label=_("One more grade"), required=False, min_value=LOWEST, max_value=HIGHEST
        )
        for code, language in self.languages:
            self._add(f"new-label_{code}", _("Word for it (%(language)s)"), "", code, language)

    def _add(self, name: str, label: Any, grade: int | str, code: str, language: str) -> None:
        field = PastedLineField(label=label % {"grade": grade, "language": language}, max_length=80, required=False)
        field.widget.attrs["lang"] = code
        self.fields[name] = field

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "value": value,
                "words": [self[f"{value}-label_{code}"] for code, _name in self.languages],
                "remove": None if self.words_only else self[f"{value}-remove"],
            }
            for value in self.levels
        ]

    def new_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("new-")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        value = cleaned.get("new-value")
        words = [cleaned.get(f"new-label_{code}") for code, _name in self.languages]
        if value is None and any(words):
            self.add_error("new-value", _("Write the grade that the word is for."))
        if value is not None and value in self.levels:
            self.add_error("new-value", _("The scale has this grade already."))
        for grade, texts in _lost_texts(self, {str(value) for value in self.levels}).items():
            text = _(
                "Somebody else has removed the grade %(grade)s. You had written: %(texts)s. Save again without it."
            )
            self.add_error(None, text % {"grade": grade, "texts": texts})
        return cleaned

    def has_shown(self, value: int) -> bool:
        """Whether the form that was filled in had the grade: one that somebody else has added since stays as it is."""
        marks = self.marks()
        return not marks or any(name.startswith(f"{value}-") for name in marks)

    def field_for(self, name: str) -> str:
        """A service names a new grade by its value; here its fields are called `new`."""
        value, _dash, column = name.partition("-")
        is_new = name not in self.fields and value == str(self.cleaned_data.get("new-value"))
        return f"new-{column}" if is_new else name

    def wanted(self) -> dict[int, dict[str, str]]:
        """{grade: {column: word}} as the services take it."""
        typed = self.cleaned_data
        columns = [f"label_{code}" for code, _name in self.languages]
        levels = {
            value: {column: typed[f"{value}-{column}"] for column in columns}
            for value in self.levels
            if not typed.get(f"{value}-remove") and self.has_shown(value)
        }
        if typed.get("new-value") is not None:
            levels[typed["new-value"]] = {column: typed[f"new-{column}"] for column in columns}
        return levels
