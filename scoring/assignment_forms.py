"""Forms about assignments in the owner's workspace: what is asked of every draft, and of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from competition.workspace_edits import EditedForm, PastedTextField
from scoring.enums import AssignmentPolicy, RuleAttribute, Sector, Seniority
from scoring.models import AssignmentSettings
from scoring.selectors.assignment_limits import RULES_AT_MOST
from scoring.selectors.assignment_plan import PARTS, Plan, Rule, Weights

SPARE_RULES = 2  # empty rows offered beside those there are
WISHES = {
    "eager": _("Eager, in per cent of a full fit"),
    "willing": _("Willing, in per cent"),
    "reluctant": _("Reluctant, in per cent"),
}
WEIGHTS = {
    "topics": (_("Topics"), _("How well the juror knows the topics of the sketch.")),
    "language": (_("Language"), _("Whether the juror reads the language of the sketch.")),
    "region": (_("Another region"), _("Whether juror and applicant come from different regions.")),
    "wishes": (_("Wishes"), _("What the juror has asked for.")),
}


def rule_kinds(regions: Iterable[str]) -> list[tuple[Any, Any]]:
    """What a rule can be about, in groups: each kind by itself, then each of its values."""
    values: dict[str, list[tuple[str, Any]]] = {
        RuleAttribute.SECTOR: list(Sector.choices),
        RuleAttribute.SENIORITY: list(Seniority.choices),
        RuleAttribute.LANGUAGE: [(code, label) for code, label in settings.LANGUAGES],
        RuleAttribute.REGION: [(region, region) for region in sorted(regions)],
    }
    choices: list[tuple[Any, Any]] = [("", _("No rule"))]
    for attribute in RuleAttribute:
        each = [] if attribute == RuleAttribute.LANGUAGE else [(f"{attribute.value}:", _("Any one kind"))]
        named = [(f"{attribute.value}:{value}", label) for value, label in values[attribute]]
        choices.append((attribute.label, [*each, *named]))
    return choices


class PlanForm(EditedForm):
    """What drafts are asked. regions: those of the jurors, to make rules about."""

    jurors_per_sketch = forms.IntegerField(label=_("Jurors per sketch"), min_value=1, max_value=50)
    load_least = forms.IntegerField(
        label=_("Sketches at least, for each juror"), required=False, min_value=0, max_value=1000,
        help_text=_("Empty: half of the mean. A seat's own “at least” stands above it."),
    )  # fmt: skip
    load_most = forms.IntegerField(
        label=_("Sketches at most, for each juror"), required=False, min_value=1, max_value=1000,
        help_text=_("Empty: what each juror has agreed to. Nobody gets more than that."),
    )  # fmt: skip
    policy = forms.ChoiceField(label=_("Objective"), choices=AssignmentPolicy.choices, widget=forms.RadioSelect)
    max_loss = forms.DecimalField(
        label=_("Greatest loss of the total under “fair”, in per cent"), min_value=0, max_value=100, decimal_places=1
    )
    one_per_employer = forms.BooleanField(label=_("No two jurors of one employer on a sketch"), required=False)
    require_connected = forms.BooleanField(
        label=_("All jurors and sketches must hang together"), required=False,
        help_text=_("Grades can only be compared across jurors whose sketches overlap, directly or by others."),
    )  # fmt: skip

    def __init__(self, *args: Any, plan: Plan, regions: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = initial_of(plan) | self.initial
        for part, (label, text) in WEIGHTS.items():
            self.fields[f"weight_{part}"] = forms.IntegerField(label=label, help_text=text, min_value=0, max_value=100)
        for wish, label in WISHES.items():
            self.fields[f"wish_{wish}"] = forms.IntegerField(label=label, min_value=0, max_value=100)
        known = {rule.value for rule in plan.rules if rule.attribute == RuleAttribute.REGION and rule.value}
        kinds = rule_kinds({*regions, *known})
        self.rows = min(max(len(plan.rules), self._posted_rows()) + SPARE_RULES, RULES_AT_MOST)
        for number in range(self.rows):
            self.fields[f"rule-{number}-kind"] = forms.ChoiceField(label=_("Jurors of"), choices=kinds, required=False)
            for name, label in (("least", _("at least")), ("most", _("at most"))):
                self.fields[f"rule-{number}-{name}"] = forms.IntegerField(
                    label=label, required=False, min_value=0, max_value=50
                )
            if number < len(plan.rules):
                rule = plan.rules[number]
                self.initial.setdefault(f"rule-{number}-kind", f"{rule.attribute}:{rule.value}")
                self.initial.setdefault(f"rule-{number}-least", rule.least or None)
                self.initial.setdefault(f"rule-{number}-most", rule.most)

    def _posted_rows(self) -> int:
        """Rules that were typed beyond those there are: none of them is lost when the form comes back."""
        names = [f"rule-{number}-kind" for number in range(RULES_AT_MOST)]
        return max((number + 1 for number, name in enumerate(names) if self.data.get(name)), default=0)

    def plan(self, **fields: Any) -> Plan:
        data = self.cleaned_data
        weights = {part: float(data[f"weight_{part}"]) for part in PARTS}
        return Plan(
            jurors_per_sketch=data["jurors_per_sketch"],
            load_least=data["load_least"],
            load_most=data["load_most"],
            policy=data["policy"],
            max_loss=float(data["max_loss"]) / 100,
            one_per_employer=data["one_per_employer"],
            require_connected=data["require_connected"],
            weights=Weights(**weights, **{wish: data[f"wish_{wish}"] / 100 for wish in WISHES}),
            rules=tuple(rule for _number, rule in self._rules()),
            **fields,
        )

    def _rules(self) -> list[tuple[int, Rule]]:
        """The rules that were typed, with the numbers of their rows; a row without a kind is none."""
        found = []
        for number in range(self.rows):
            attribute, _colon, value = (self.cleaned_data.get(f"rule-{number}-kind") or "").partition(":")
            least, most = (self.cleaned_data.get(f"rule-{number}-{name}") for name in ("least", "most"))
            if attribute:
                found.append((number, Rule(attribute, value, least or 0, most)))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for number in range(self.rows):
            bounds = [cleaned.get(f"rule-{number}-{name}") for name in ("least", "most")]
            if not cleaned.get(f"rule-{number}-kind") and any(bound is not None for bound in bounds):
                self.add_error(f"rule-{number}-kind", _("Choose what the rule counts."))
        return cleaned

    def field_for(self, name: str) -> str:
        """The service counts the rules it was given, without empty rows between them."""
        if name.startswith("rule-"):
            rows = [number for number, _rule in self._rules()]
            return f"rule-{rows[int(name.removeprefix('rule-'))]}-kind"
        return name

    def part(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    def counts(self) -> list[forms.BoundField]:
        return self.part("jurors_per_sketch", "load_least", "load_most", "keep_assigned")

    def objective(self) -> list[forms.BoundField]:
        return self.part("policy", "max_loss", "one_per_employer", "require_connected")

    def weights(self) -> list[forms.BoundField]:
        return self.part(*(f"weight_{part}" for part in PARTS))

    def wishes(self) -> list[forms.BoundField]:
        return self.part(*(f"wish_{wish}" for wish in WISHES))

    def rule_rows(self) -> list[list[forms.BoundField]]:
        names = ("kind", "least", "most")
        return [self.part(*(f"rule-{number}-{name}" for name in names)) for number in range(self.rows)]


class SettingsForm(PlanForm):
    """The call's own settings; the number of jurors may be left to the call."""

    def __init__(self, *args: Any, row: AssignmentSettings, shown: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["jurors_per_sketch"].required = False
        self.fields["jurors_per_sketch"].help_text = _("Empty: as many as the call's page says, %(number)d.") % {
            "number": row.call.jurors_per_sketch
        }
        self.initial["jurors_per_sketch"] = row.jurors_per_sketch
        self.as_the_call_says = False
        self.default = row.call.jurors_per_sketch
        self.remember(row.revision, shown)

    def clean_jurors_per_sketch(self) -> int:
        given = self.cleaned_data["jurors_per_sketch"]
        self.as_the_call_says = given is None
        return self.default if given is None else given


class DraftForm(PlanForm):
    """One draft: what is asked of it differs from the settings as far as it is changed here."""

    name = forms.CharField(
        label=_("Name of the draft"), required=False, max_length=80,
        help_text=_("To know it again, for instance “four jurors each”."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Seed"), required=False, min_value=0, max_value=2**32 - 1,
        help_text=_("Decides between equally good assignments. Leave it empty: it then follows from the call."),
    )  # fmt: skip
    keep_assigned = forms.BooleanField(
        label=_("Keep what is handed out already"), required=False, initial=True,
        help_text=_("Only gaps are filled. What a juror has begun or sent always stays."),
    )  # fmt: skip


def initial_of(plan: Plan) -> dict[str, Any]:
    weights = plan.weights
    return {
        "jurors_per_sketch": plan.jurors_per_sketch,
        "load_least": plan.load_least,
        "load_most": plan.load_most,
        "policy": plan.policy,
        "max_loss": round(plan.max_loss * 100, 1),
        "one_per_employer": plan.one_per_employer,
        "require_connected": plan.require_connected,
        "keep_assigned": plan.keep_assigned,
        **{f"weight_{part}": round(weights.of(part)) for part in PARTS},
        **{f"wish_{wish}": round(weights.of(wish) * 100) for wish in WISHES},
    }


class EditForm(forms.Form):
    """One change by hand. `do` is the button pressed: what is done, and to which juror."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500,
        help_text=_("Kept with the assignment, with your name. Not needed to lock, unlock or allow."),
    )  # fmt: skip
    sketch = forms.IntegerField(widget=forms.HiddenInput)
    do = forms.RegexField(r"^(add|remove|swap|lock|unlock|forbid|allow)-\d{1,15}$", widget=forms.HiddenInput)

    def change(self) -> dict[str, Any]:
        """Arguments of edit_draft. In a swap the button names who makes room, and a list beside it who comes."""
        kind, _dash, key = self.cleaned_data["do"].partition("-")
        juror, replaced = int(key), None
        if kind == "swap":
            comes = self.data.get(f"for-{key}", "")
            juror, replaced = int(comes) if comes.isascii() and comes[:15].isdigit() else juror, juror
        given = {name: self.cleaned_data[name] for name in ("sketch", "reason")}
        return given | {"kind": kind, "juror": juror, "replaced": replaced}


class PublishForm(forms.Form):
    """Why a draft is published although it leaves something to be desired."""

    reason = PastedTextField(
        label=_("Reason"), required=False, max_length=2000,
        help_text=_("Kept with the assignment, and shown to whoever asks why it is as it is."),
    )  # fmt: skip
