"""Forms about a published jury: an agency's objection, the finding, and the publication itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from competition.workspace_edits import EditedForm, PastedTextField
from scoring.models import ImpartialityReason, JuryPublication
from scoring.services.objections import STATEMENT_AT_MOST

UPHELD, NOT_UPHELD = "yes", "no"


class ObjectionForm(forms.Form):
    """What stands against one juror. The ids of several on a page differ by the prefix."""

    reason = forms.ChoiceField(
        label=_("The reason, as the juror would have to declare it"),
        error_messages={"required": _("Choose a reason.")},
    )
    statement = PastedTextField(
        label=_("What the finding should rest on"),
        required=False,
        max_length=STATEMENT_AT_MOST,
        help_text=_(
            "Only where you choose the last kind of reason, which the jury chair settles; otherwise nothing of it is "
            "kept. It is erased when the finding is made."
        ),
    )

    def __init__(self, *args: Any, reasons: Iterable[ImpartialityReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = {reason.code: reason for reason in reasons}
        choices = [("", _("Choose a reason")), *((code, reason.text) for code, reason in self.reasons.items())]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]

    def clean_reason(self) -> ImpartialityReason:
        return self.reasons[self.cleaned_data["reason"]]


class FindingForm(forms.Form):
    """The finding on an objection."""

    upheld = forms.ChoiceField(
        label=_("Finding"),
        choices=(
            (NOT_UPHELD, _("Not upheld: what stood before stands again")),
            (UPHELD, _("Upheld: the juror is disqualified and leaves the room")),
        ),
        widget=forms.RadioSelect,
    )


class DayInput(forms.DateInput):
    """The browser's own control for a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PublicationForm(EditedForm):
    """Whether everybody reads who sits in the jury, and until when agencies may object."""

    is_published = forms.BooleanField(required=False)
    objections_until = forms.DateField(required=False, widget=DayInput)

    def __init__(self, *args: Any, row: JuryPublication, **kwargs: Any) -> None:
        shown = {name: getattr(row, name) for name in ("is_published", "objections_until")}
        super().__init__(*args, initial=shown, **kwargs)
        for name in shown:
            column = JuryPublication._meta.get_field(name)
            self.fields[name].label, self.fields[name].help_text = capfirst(column.verbose_name), column.help_text
        self.remember(row.revision, shown)
