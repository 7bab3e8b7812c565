"""Forms of the recommendation and the decision: one group of fields per sketch, and the reasons for the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.fields import PastedTextField
from competition.models import Sketch
from scoring.enums import Outcome
from scoring.services.decision import OutcomeInput

FIELDS = ("outcome", "shortlisted", "amount", "reasons")


@dataclass(frozen=True)
class Proposal:
    """One sketch as the form begins with it; `note` is what stands beside its title, such as its rank."""

    sketch: Sketch
    title: str
    note: str
    outcome: str
    shortlisted: bool = False
    amount: Decimal | None = None
    reasons: str = ""


class OutcomesForm(forms.Form):
    """Outcomes of all sketches. `with_departures` adds the jury's reasons for not following the ranking."""

    reasons = PastedTextField(label=_("Reasons"), max_length=20000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(
        self, *args: Any, proposals: Sequence[Proposal], with_departures: bool, reasons_required: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = proposals
        self.names = (*FIELDS, "departure_reasons") if with_departures else FIELDS
        self.fields["reasons"].required = reasons_required
        for proposal in proposals:
            self._add(proposal)

    def _add(self, proposal: Proposal) -> None:
        reasons = forms.Textarea(attrs={"rows": 3})
        fields: dict[str, forms.Field] = {
            "outcome": forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices),
            "shortlisted": forms.BooleanField(label=_("On the shortlist"), required=False),
            "amount": forms.DecimalField(
                label=_("Amount (%(currency)s)") % {"currency": proposal.sketch.call.currency},
                max_digits=14,
                decimal_places=2,
                required=False,
                localize=True,
                validators=[MinValueValidator(Decimal(0))],
            ),
            "reasons": PastedTextField(
                label=_("Reasons"),
                max_length=10000,
                widget=reasons,
                help_text=_("The applicant reads this word for word."),
            ),
            "departure_reasons": PastedTextField(
                label=_("Why not as ranked, or how the jury voted"),
                max_length=5000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
        }
        for name in self.names:
            fields[name].about = f"{proposal.title}: "  # groups share labels; a summary tells them apart
            self.fields[f"{proposal.sketch.reference}-{name}"] = fields[name]
            self.initial.setdefault(f"{proposal.sketch.reference}-{name}", getattr(proposal, name, ""))

    def groups(self) -> Iterable[dict[str, Any]]:
        for proposal in self.proposals:
            reference = proposal.sketch.reference
            yield {"proposal": proposal, "fields": {name: self[f"{reference}-{name}"] for name in self.names}}

    def items(self) -> list[OutcomeInput]:
        """The outcomes as the services take them."""
        return [
            OutcomeInput(
                sketch=proposal.sketch,
                **{name: self.cleaned_data[f"{proposal.sketch.reference}-{name}"] for name in self.names},
            )
            for proposal in self.proposals
        ]

    def show(self, refused: Refused) -> None:
        """Put a service's refusal, keyed by the sketch's reference, at the field it is about."""
        errors = refused.errors if isinstance(refused, InvalidInput) else {"": str(refused)}
        references = {proposal.sketch.reference for proposal in self.proposals}
        for key, message in errors.items():
            if key in references:
                about = "departure_reasons" if self._departure_is_missing(key) else "outcome"
                self.add_error(f"{key}-{about}", message)
            else:
                self.add_error(key if key in self.fields else None, message)

    def _departure_is_missing(self, reference: str) -> bool:
        given = self.cleaned_data
        return (
            "departure_reasons" in self.names
            and given.get(f"{reference}-outcome") == Outcome.AWARD
            and bool(given.get(f"{reference}-reasons"))
            and not given.get(f"{reference}-departure_reasons")
        )
