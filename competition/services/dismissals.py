"""Keeping a sketch out of the assessment, which takes two people: one proposes, another confirms."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.characters import normalise_text, units
from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.clock import database_now
from competition.enums import SKETCH_TRANSITIONS, SketchState
from competition.errors import IllegalTransition
from competition.models import DismissalProposal, Sketch
from competition.models.formality import NOTE_LENGTH, REASON_LENGTH
from competition.services.formal_check import require_checking
from competition.services.letters import write_dismissal
from competition.services.states import lock, move

CHECK = "competition.check_formalities"


@transaction.atomic
def propose_dismissal(*, by: User, sketch: Sketch, reason: str) -> DismissalProposal:
    """Propose to keep a sketch out, with the reason that its applicant will read.

    Raises NotAllowed, InvalidInput, IllegalTransition where another proposal waits or the sketch is out already.
    """
    require(CHECK, by, sketch.call)
    locked = lock(sketch)
    require_checking(locked.call)
    reason = _checked_reason(reason)
    if SketchState.DISMISSED not in SKETCH_TRANSITIONS[SketchState(locked.state)] or locked.current_version is None:
        raise IllegalTransition
    if locked.dismissal_proposals.filter(settled_at=None).exists():
        raise IllegalTransition(_("Somebody has proposed to dismiss this sketch already."))
    proposal = DismissalProposal.objects.create(
        sketch=locked,
        reason=reason,
        version=locked.current_version.number,
        proposed_by=by,
        proposed_at=database_now(),
    )
    audit.record(call=locked.call, action="competition.propose_dismissal", by=by, sketch=locked.reference)
    return proposal


@transaction.atomic
def confirm_dismissal(*, by: User, proposal: DismissalProposal) -> Sketch:
    """Dismiss the sketch as somebody else has proposed, and write to the applicant why. Safe to press twice.

    Raises NotAllowed, IllegalTransition for one's own proposal, one that is settled, or where a newer version came in.
    """
    require(CHECK, by, proposal.sketch.call)
    sketch, row = _begin(proposal)
    if row.confirmed and sketch.state == SketchState.DISMISSED:
        return sketch
    _require_open(row)
    if row.proposed_by_id == by.pk:
        raise IllegalTransition(_("You proposed this yourself. Somebody else must confirm it."))
    if sketch.current_version is None or sketch.current_version.number != row.version:
        raise IllegalTransition(_("The applicant has handed in a newer version since. Look at it, and propose anew."))
    _settle(row, by, confirmed=True)
    move(sketch=sketch, to=SketchState.DISMISSED, dismissal_reason=row.reason)
    write_dismissal(sketch=sketch)
    audit.record(call=sketch.call, action="competition.dismiss_sketch", by=by, sketch=sketch.reference)
    return sketch


@transaction.atomic
def refuse_dismissal(*, by: User, proposal: DismissalProposal, why: str = "") -> DismissalProposal:
    """Do not agree, with a word to the proposer; or, without one, take back one's own proposal.

    Raises NotAllowed, InvalidInput, IllegalTransition.
    """
    require(CHECK, by, proposal.sketch.call)
    sketch, row = _begin(proposal)
    _require_open(row)
    why = normalise_text(why)
    if units(why) > NOTE_LENGTH:
        raise InvalidInput({"why": _("The text is too long: at most %(limit)s characters.") % {"limit": NOTE_LENGTH}})
    if not why and row.proposed_by_id != by.pk:
        raise InvalidInput({"why": _("Say why you do not agree. Whoever proposed it reads this.")})
    row.refusal = why
    _settle(row, by, confirmed=False)
    audit.record(call=sketch.call, action="competition.refuse_dismissal", by=by, sketch=sketch.reference)
    return row


def _begin(proposal: DismissalProposal) -> tuple[Sketch, DismissalProposal]:
    """Both rows, locked: the sketch first, as everywhere."""
    sketch = lock(proposal.sketch)
    require_checking(sketch.call)
    return sketch, DismissalProposal.objects.select_for_update().get(pk=proposal.pk)


def _require_open(row: DismissalProposal) -> None:
    if row.settled_at is not None:
        raise IllegalTransition(_("This proposal is settled already."))


def _settle(row: DismissalProposal, by: User, *, confirmed: bool) -> None:
    row.settled_by, row.settled_at, row.confirmed = by, database_now(), confirmed
    row.save(update_fields=["settled_by", "settled_at", "confirmed", "refusal"])


def _checked_reason(reason: str) -> str:
    reason = normalise_text(reason)
    if not reason:
        raise InvalidInput({"reason": _("Give the reason. The applicant gets it in a letter.")})
    if units(reason) > REASON_LENGTH:
        text = _("The reason is too long: at most %(limit)s characters.") % {"limit": REASON_LENGTH}
        raise InvalidInput({"reason": text})
    return reason
