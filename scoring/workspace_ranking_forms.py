"""What may be asked of a ranking: other weights, one juror left out, a part of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.models import AggregationRecord, Criterion

MOST = 1000


class WhatIfForm(forms.Form):
    """One weight per criterion of the run, as it was then; a weight left empty is as it was."""

    without = forms.ChoiceField(label=_("Without the juror"), required=False)

    def __init__(
        self,
        *args: Any,
        record: AggregationRecord,
        criteria: Sequence[Criterion],
        jurors: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        names = {criterion.code: criterion.name for criterion in criteria}
        self.fields["without"].choices = [("", _("nobody left out")), *jurors.items()]
        for item in record.criteria:
            self.fields[f"w-{item['code']}"] = forms.FloatField(
                label=names.get(item["code"], item["code"]),
                min_value=0,
                max_value=MOST,
                required=False,
                initial=f"{item['weight']:g}",
                widget=forms.NumberInput(attrs={"data-ws-slide": "", "step": "any"}),
            )

    def weight_fields(self) -> list[forms.BoundField]:
        return [self[f"w-{item['code']}"] for item in self.record.criteria]

    def weights(self) -> dict[str, float]:
        given = {item["code"]: self.cleaned_data.get(f"w-{item['code']}") for item in self.record.criteria}
        return {
            item["code"]: item["weight"] if given[item["code"]] is None else float(given[item["code"]])
            for item in self.record.criteria
        }
