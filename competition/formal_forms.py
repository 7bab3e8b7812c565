"""Forms of the formal check in the owner's workspace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competition.enums import FormalCondition, FormalVerdict
from competition.models.formality import NOTE_LENGTH, REASON_LENGTH
from competition.selectors.formal_check import ConditionRow
from competition.services.formal_findings import FindingInput
from competition.workspace_edits import EditedForm, PastedTextField

NOT_YET = ("", _("Not looked at"))


class FindingsForm(EditedForm):
    """One choice and one note for each condition."""

    def __init__(self, *args: Any, rows: Iterable[ConditionRow], revision: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        shown = {}
        for row in self.rows:
            self.fields[f"verdict_{row.condition}"] = forms.ChoiceField(
                label=row.label,
                choices=[*FormalVerdict.choices, NOT_YET],
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"note_{row.condition}"] = PastedTextField(
                label=_("Note, for the owner’s side only"), max_length=NOTE_LENGTH, required=False
            )
            self.fields[f"note_{row.condition}"].widget.attrs["rows"] = 2
            shown[f"verdict_{row.condition}"] = row.finding.verdict if row.finding else ""
            shown[f"note_{row.condition}"] = row.finding.note if row.finding else ""
        for name, value in shown.items():
            self.initial.setdefault(name, value)
        self.remember(revision, shown)

    def conditions(self) -> list[tuple[ConditionRow, forms.BoundField, forms.BoundField]]:
        return [(row, self[f"verdict_{row.condition}"], self[f"note_{row.condition}"]) for row in self.rows]

    def findings(self) -> dict[str, FindingInput]:
        cleaned = self.cleaned_data
        return {
            condition: FindingInput(cleaned[f"verdict_{condition}"], cleaned[f"note_{condition}"])
            for condition in FormalCondition
        }


class DismissalForm(forms.Form):
    reason = PastedTextField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("Names the condition that is not met. The applicant reads it word for word."),
    )


class RefusalForm(forms.Form):
    why = PastedTextField(
        label=_("Why you do not agree"),
        max_length=NOTE_LENGTH,
        help_text=_("Only the owner’s side reads this."),
    )
