"""The formal check: who takes part in the assessment, and who does not, with a reason."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.guards import require
from accounts.models import User
from competition import audit, signals
from competition.clock import database_now
from competition.enums import Phase, SketchState
from competition.errors import IllegalTransition
from competition.models import AccessException, Call, ReceiptTree, Sketch
from competition.selectors.formal_check import unmet, waiting_for_second
from competition.services.milestones import set_milestone
from competition.services.states import move


def require_checking(call: Call) -> None:
    if call.phase_at(database_now()) != Phase.FORMAL_CHECK:
        raise IllegalTransition(_("The formal check takes place after the deadline, until it is completed."))


@transaction.atomic
def admit_sketches(*, by: User, call: Call, sketches: Iterable[Sketch]) -> list[Sketch]:
    """Admit sketches to the assessment. Those that are admitted already are left alone.

    Raises IllegalTransition, also where a condition is found not to be met or somebody has proposed a dismissal.
    """
    require("competition.check_formalities", by, call)
    require_checking(call)
    keys = {sketch.pk for sketch in sketches}
    rows = list(call.sketches.select_for_update().filter(pk__in=keys).order_by("pk"))
    _refuse_unsettled(call, [row for row in rows if row.state == SketchState.SUBMITTED])
    admitted = []
    for sketch in rows:
        if sketch.state == SketchState.ADMITTED:
            continue
        move(sketch=sketch, to=SketchState.ADMITTED, dismissal_reason="")
        audit.record(call=call, action="competition.admit_sketch", by=by, sketch=sketch.reference)
        admitted.append(sketch)
    return admitted


def _refuse_unsettled(call: Call, rows: list[Sketch]) -> None:
    keys = [row.pk for row in rows]
    proposed = list(waiting_for_second(call).filter(pk__in=keys).values_list("reference", flat=True))
    if proposed:
        raise IllegalTransition(
            _("Somebody has proposed to dismiss these; settle that first: %(references)s")
            % {"references": ", ".join(sorted(proposed))}
        )
    against = list(unmet(call).filter(pk__in=keys).values_list("reference", flat=True))
    if against:
        raise IllegalTransition(
            _("A condition is found not to be met; change the finding or dismiss the sketch: %(references)s")
            % {"references": ", ".join(sorted(against))}
        )


@transaction.atomic
def complete_formal_check(*, by: User, call: Call) -> Call:
    """End the formal check. Raises IllegalTransition while a sketch is neither admitted nor dismissed.

    And while an exception lets somebody hand in late. The lock of the receipt tree lets what is under way arrive first.
    """
    require("competition.check_formalities", by, call)
    ReceiptTree.objects.select_for_update().get(call=call)
    Call.objects.select_for_update().get(pk=call.pk)
    if AccessException.objects.running_late(database_now()).filter(call=call).exists():
        raise IllegalTransition(
            _("An exception still lets an organisation hand in late. Wait until it has ended, or revoke it.")
        )
    left = call.sketches.filter(state=SketchState.SUBMITTED).count()
    if left:
        raise IllegalTransition(_("%(count)s sketches are neither admitted nor dismissed yet.") % {"count": left})
    require_checking(call)
    set_milestone(call=call, name="formal_check_completed_at", by=by)
    signals.formal_check_completed.send(sender=Call, call=call)
    audit.record(call=call, action="competition.complete_formal_check", by=by)
    return call
