"""What an assignment was asked, in words: the formula of the fit with its numbers, and the rules."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scoring.enums import AssignmentPolicy
from scoring.selectors.assignment_plan import NEUTRAL, PARTS, Plan, Rule, Weights
from scoring.selectors.assignment_problem import rule_name

NAMES: dict[str, str | Promise] = {
    "topics": gettext_lazy("topics"),
    "language": gettext_lazy("language"),
    "region": gettext_lazy("another region"),
    "wishes": gettext_lazy("wishes"),
}


@dataclass(frozen=True)
class Formula:
    """`line`: the formula with the weights put in. parts: what each is, and its share of the whole in per cent."""

    line: str
    parts: list[tuple[str, str, float]]
    example: str


def formula(weights: Weights) -> Formula:
    counted = [part for part in PARTS if weights.of(part) > 0]
    whole = sum(weights.of(part) for part in counted)
    sums = " + ".join(f"{_figure(weights.of(part))} × {NAMES[part]}" for part in counted)
    line = _("fit = (%(sums)s) ÷ the weights of what is known") % {"sums": sums}
    words = _meanings(weights)
    return Formula(
        line=line,
        parts=[(str(NAMES[part]), words[part], weights.of(part) * 100 / whole) for part in counted],
        example=_example(weights),
    )


def _meanings(weights: Weights) -> dict[str, str]:
    wished = {
        "eager": _figure(weights.eager),
        "willing": _figure(weights.willing),
        "reluctant": _figure(weights.reluctant),
        "neutral": _figure(NEUTRAL),
    }
    return {
        "topics": _(
            "The mean of what the juror knows of the topics of the sketch as it was handed in, each from 0 to 1; "
            "0 for a topic that the juror has not named. Left out for a sketch without topics."
        ),
        "language": _(
            "1 where the juror reads the language of the sketch (bokmål and nynorsk count as one), 0.5 for another "
            "Scandinavian language, otherwise 0. Left out where the juror has named no language."
        ),
        "region": _(
            "1 where juror and applicant come from different regions, 0 for the same. Left out where one is not known."
        ),
        "wishes": _(
            "%(eager)s for eager, %(willing)s for willing, %(reluctant)s for reluctant. A wish about a topic counts in "
            "proportion, around %(neutral)s. Left out without a wish. Reluctance is never a conflict."
        )
        % wished,
    }


def _example(weights: Weights) -> str:
    """One pair worked through: half the topics, the right language, nothing else known."""
    topics, language = weights.topics, weights.language
    if not topics + language:
        return ""
    fit = (topics * 0.5 + language) / (topics + language)
    return _(
        "An example: a juror who knows half of the topics and reads the language, with no wish and no region known: "
        "(%(topics)s × %(half)s + %(language)s × 1) ÷ %(sum)s = %(fit)s."
    ) % {
        "topics": _figure(topics),
        "half": _figure(0.5),
        "language": _figure(language),
        "sum": _figure(topics + language),
        "fit": _figure(round(fit, 2)),
    }


def rule_words(rule: Rule) -> str:
    """“Sector: at most 2 of any one kind”."""
    name = rule_name(rule.key) if rule.value else _("%(what)s, of any one kind") % {"what": rule_name(rule.key)}
    bounds = []
    if rule.least:
        bounds.append(_("at least %(number)d") % {"number": rule.least})
    if rule.most is not None:
        bounds.append(_("at most %(number)d") % {"number": rule.most})
    return f"{name}: {', '.join(bounds)}"


def plan_words(plan: Plan) -> list[str]:
    """The plan as short sentences, for the page of a run and beside the button that starts one."""
    lines = [
        ngettext("%(number)d juror per sketch", "%(number)d jurors per sketch", plan.jurors_per_sketch)
        % {"number": plan.jurors_per_sketch},
        str(AssignmentPolicy(plan.policy).label) if plan.policy in AssignmentPolicy.values else plan.policy,
    ]
    if plan.policy == AssignmentPolicy.FAIR:
        lines.append(_("Greatest loss of the total: %(share)s %%") % {"share": _figure(round(plan.max_loss * 100, 1))})
    if plan.load_least is not None:
        lines.append(_("Each juror has at least %(number)d") % {"number": plan.load_least})
    if plan.load_most is not None:
        lines.append(_("Each juror has at most %(number)d") % {"number": plan.load_most})
    if plan.one_per_employer:
        lines.append(_("No two jurors of one employer on a sketch"))
    if plan.require_connected:
        lines.append(_("All jurors and sketches hang together"))
    lines += [rule_words(rule) for rule in plan.rules]
    if plan.keep_assigned:
        lines.append(_("What is handed out already stays"))
    return lines


def _figure(value: float) -> str:
    return number_format(round(value, 2), use_l10n=True).rstrip("0").rstrip(".,") if value % 1 else f"{value:.0f}"
