"""The smallest thing that would help a draft, in plain words and with the page where it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.selectors.assignment_input import AssignmentInput
from scoring.selectors.assignment_plan import Plan
from scoring.selectors.assignment_problem import EMPLOYER, rule_name

NAMED = 3  # jurors named at most


@dataclass(frozen=True)
class Remedy:
    """What to do, and where: the name of an address of the workspace, its arguments after the call's, and its query."""

    text: str
    page: str
    key: int | None = None
    query: str = ""


def for_load(juror: int, name: str) -> Remedy:
    return Remedy(_("Raise the load of %(juror)s") % {"juror": name}, "juror", juror)


def for_kind(group: str) -> tuple[Remedy, ...]:
    """For a sketch that lacks jurors of a kind."""
    rule = {"rule": rule_name(group)}
    return (
        Remedy(_("Invite one more for “%(rule)s”") % rule, "invite"),
        Remedy(_("Drop the rule “%(rule)s”") % rule, "assignment_settings"),
    )


def for_place(item: Mapping[str, Any], data: AssignmentInput, plan: Plan) -> tuple[Remedy, ...]:
    """For an empty place, as `assignment_figures` tells of it: by its reason, the smallest first."""
    sketch, relief = int(item["sketch"]), [int(pk) for pk in item["relief"] if int(pk) in data.jurors]
    few = [(pk, str(data.jurors[pk])) for pk in relief[:NAMED]]
    if item["reason"] == "open":
        text = _("Add one who has room: %(names)s") % {"names": ", ".join(name for _pk, name in few)}
        return (Remedy(text, "assignment_edit", query=f"?sketch={sketch}"),)
    if item["reason"] == "loads":
        raised = tuple(
            for_load(pk, name)
            for pk, name in few
            if plan.load_most is None or data.jurors[pk].load_max < plan.load_most
        )
        bound = (Remedy(_("Raise the most load of everybody"), "assignment_new"),) if plan.load_most is not None else ()
        return (*raised, *bound, _invite(sketch, data))
    if item["reason"] == "groups":
        names = [EMPLOYER] * plan.one_per_employer + [rule.key for rule in plan.rules if rule.most is not None]
        dropped = tuple(
            Remedy(_("Drop the rule “%(rule)s”") % {"rule": rule_name(name)}, "assignment_new") for name in names
        )
        return (*dropped, _invite(sketch, data))
    fewer = int(item["candidates"])
    less = ngettext("Ask for %(number)d juror", "Ask for %(number)d jurors", fewer) % {"number": fewer}
    return (_invite(sketch, data), *([Remedy(less, "assignment_new")] if fewer else []))


def _invite(sketch: int, data: AssignmentInput) -> Remedy:
    topics = ", ".join(data.sketches[sketch].topics)
    text = _("Invite one more who knows %(topics)s") % {"topics": topics} if topics else _("Invite one more juror")
    return Remedy(text, "invite")
