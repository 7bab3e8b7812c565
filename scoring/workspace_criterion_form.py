"""The form of one criterion that an amendment is to add: everything about it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competition.models import Call
from competition.services.revisions import digest
from competition.workspace_edits import EditedForm, PastedTextField
from scoring.models import GradeScale
from scoring.selectors.criteria import scale_name
from scoring.workspace_criteria_forms import FACTS, languages_of, name_field, weight_field


class CriterionForm(EditedForm):
    """addition: values as they are gathered (amendable_criteria.criterion_json), None for a new criterion."""

    def __init__(
        self,
        *args: Any,
        call: Call,
        scales: Iterable[GradeScale],
        addition: Mapping[str, Any] | None,
        revision: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.addition = addition
        self.languages = languages_of(call)
        for code, language in self.languages:
            self.fields[f"name_{code}"] = name_field(code, language, required=code == call.default_language)
            label = _("Guide for jurors (%(language)s)") % {"language": language}
            self.fields[f"guide_{code}"] = PastedTextField(label=label, max_length=2000, required=False)
            self.fields[f"guide_{code}"].widget.attrs |= {"rows": 3, "lang": code}
        self.fields["weight"] = weight_field()
        choices = [(scale.code, scale_name(scale)) for scale in scales]
        self.fields["scale"] = forms.ChoiceField(label=_("Scale"), choices=choices)
        self.fields["requires_reasons"] = forms.BooleanField(label=_("Reasons are required"), required=False)
        self.fields["allows_not_assessable"] = forms.BooleanField(
            label=_("“Cannot assess” is allowed"), required=False, initial=True
        )
        if addition is not None:
            shown = {name: addition[name] for name in self.fields}
            self.initial |= shown
            self.remember(revision, shown)

    def facts(self) -> list[forms.BoundField]:
        return [self[name] for name in FACTS]

    def texts(self) -> list[list[forms.BoundField]]:
        return [[self[f"{text}_{code}"] for code, _name in self.languages] for text in ("name", "guide")]

    def stale_arguments(self) -> dict[str, Any]:
        """The scale's words follow its code: nobody types them, so nobody is told of them."""
        if self.addition is None:
            return {}
        arguments = super().stale_arguments()
        if arguments["seen"]:
            arguments["seen"]["scale_name"] = digest(self.addition["scale_name"])
        return arguments
