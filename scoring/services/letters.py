"""Letters and publication: everybody gets written reasons, all letters leave together, and the result comes after."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberRole
from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.enums import Phase, SketchState
from competition.models import Call, Sketch
from competition.services.milestones import set_milestone
from competition.services.sketches import record_outcome
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import letter_language, release_letters, write_letter
from scoring.enums import Outcome
from scoring.errors import NotReady
from scoring.models import Decision, DecisionItem
from scoring.selectors import letters as selectors

STATE_OF = {Outcome.AWARD: SketchState.AWARDED, Outcome.REJECT: SketchState.REJECTED}


@transaction.atomic
def prepare_letters(*, by: User, call: Call) -> list[Letter]:
    """Write every letter of the decision as a draft, to be read before they leave. Repeating it changes nothing.

    Raises NotReady before the decision and when an applicant cannot be reached.
    """
    require("scoring.send_letters", by, call)
    decision = Decision.objects.filter(call=call).select_related("call").first()
    if decision is None:
        raise NotReady(_("There is no decision yet."))
    existing = list(selectors.decision_letters(call))
    items = list(
        decision.items.select_related("sketch__organisation", "sketch__current_version__submitted_by").order_by("pk")
    )
    letters = [letter for item in items if item.sketch.state != SketchState.WITHDRAWN for letter in _write(call, item)]
    if len(letters) > len(existing):
        audit.record(call=call, action="scoring.prepare_letters", by=by, letters=len(letters))
    return letters


@transaction.atomic
def send_letters(*, by: User, call: Call) -> int:
    """Release all letters of the decision together, and let every sketch show its outcome. Returns how many left now.

    All or none: one transaction. Sending twice sends nothing twice. Raises NotReady.
    """
    require("scoring.send_letters", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.phase_at(clock.database_now()) != Phase.LETTERS:
        raise NotReady(_("Letters leave after the decision."))
    prepare_letters(by=by, call=call)
    released = release_letters(letters=selectors.decision_letters(call))
    for item in DecisionItem.objects.filter(decision__call=call).select_related("sketch__call").order_by("pk"):
        if item.sketch.state == SketchState.ADMITTED:
            record_outcome(sketch=item.sketch, state=STATE_OF[Outcome(item.outcome)], by=by)
    if released:
        audit.record(call=call, action="scoring.send_letters", by=by, letters=released)
    return released


@transaction.atomic
def drop_unsent_letters(*, sketch: Sketch) -> int:
    """Forget the letters that were to tell the outcome of a sketch which has been withdrawn. Those sent stay."""
    unsent = selectors.decision_letters(sketch.call).filter(selectors.about_outcome_of(sketch), released_at=None)
    return unsent.delete()[0]


@transaction.atomic
def publish_result(*, by: User, call: Call) -> Call:
    """Make the result public, after the letters. Raises NotReady."""
    require("scoring.publish_result", by, call)
    letters = selectors.decision_letters(call)
    if not selectors.letters_have_left(call):
        raise NotReady(_("The letters have not been sent. Applicants hear first."))
    set_milestone(call=call, name="result_published_at", by=by)
    audit.record(call=call, action="scoring.publish_result", by=by, letters=letters.count())
    return call


def complaint_deadline(call: Call, now: dt.datetime) -> dt.date:
    """The last day to complain, counted in the call's zone from the day the letters are written."""
    return now.astimezone(call.zone).date() + dt.timedelta(days=call.complaint_days)


def _write(call: Call, item: DecisionItem) -> list[Letter]:
    """The same letter to the organisation's mailbox and to whoever handed the sketch in."""
    sketch = item.sketch
    recipients = _recipients(item)
    if not recipients:
        raise NotReady(
            _("There is no address to write to for %(reference)s. Add a mailbox to the organisation.")
            % {"reference": sketch.reference}
        )
    kind = LetterKind.AWARD if item.outcome == Outcome.AWARD else LetterKind.REJECTION
    reader = sketch.current_version.submitted_by if sketch.current_version else None
    language = letter_language(organisation=sketch.organisation, user=reader)
    return [
        write_letter(
            occasion=f"decision:{sketch.reference}:{hashlib.sha256(address.encode()).hexdigest()[:16]}",
            kind=kind,
            recipient=address,
            language=language,
            context={
                "call": call,
                "sketch": sketch,
                "title": sketch.current_version.title if sketch.current_version else sketch.title,
                "organisation": sketch.organisation,
                "item": item,
                "complaint_deadline": complaint_deadline(call, clock.database_now()),
                "url": link(language, "competition:sketch", sketch.reference),
            },
            about=call,
            release=False,
        )
        for address in recipients
    ]


def _recipients(item: DecisionItem) -> list[str]:
    """Mailbox and sender; where neither is left, the organisation's administrators."""
    sketch = item.sketch
    sender = sketch.current_version.submitted_by if sketch.current_version else None
    addresses = [sketch.organisation.mailbox, sender.email if sender and sender.is_active else ""]
    found = list(dict.fromkeys(address.lower() for address in addresses if address))
    if found:
        return found
    admins = sketch.organisation.memberships.filter(role=MemberRole.ADMIN, user__is_active=True)
    return sorted(admins.values_list("user__email", flat=True))
