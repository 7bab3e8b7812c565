"""A juror who cannot go on: with one sketch, or with the whole task. The secretary hears of it once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.enums import Phase
from competition.models import Call
from notifications.enums import LetterKind
from notifications.links import link
from notifications.services import write_letter
from scoring.enums import JUROR_TRANSITIONS, AssessmentState, GiveBackReason, JurorState
from scoring.errors import OutsidePeriod
from scoring.models import Assessment, GivenBack, Juror
from scoring.selectors.giving_back import secretaries_of
from scoring.services.objections import lapse_objections
from scoring.services.periods import hold_phase

NOTE_AT_MOST = 1000
UNSENT = (AssessmentState.ASSIGNED, AssessmentState.STARTED)


@transaction.atomic
def give_back_sketch(*, by: User, assessment: Assessment, reason: str, note: str = "") -> GivenBack:
    """Give one sketch back before it is sent. What was begun is kept as history, and no run hands the pair out again.

    A conflict of interest is declared instead. Raises NotAllowed, OutsidePeriod, Refused (sent), InvalidInput.
    """
    require("scoring.assess", by, assessment)
    phase, now = hold_phase(assessment.sketch.call_id)
    if phase != Phase.ASSESSMENT:
        raise OutsidePeriod(now)
    row = Assessment.objects.select_for_update(of=("self",)).select_related("juror", "sketch__call__programme")
    locked = row.get(pk=assessment.pk)
    if locked.state not in UNSENT:
        raise Refused(_("This assessment has been sent. Reopen it before you give the sketch back."))
    note = _checked(reason, note)
    if reason == GiveBackReason.CONFLICT:
        raise InvalidInput({"reason": _("Declare on the page of impartiality that you are not impartial.")})
    locked.state = AssessmentState.VOID
    locked.save(update_fields=["state"])
    given, _made = GivenBack.objects.update_or_create(
        juror=locked.juror, sketch=locked.sketch, defaults={"reason": reason, "note": note, "at": now}
    )
    call = locked.sketch.call
    _tell(given, call)
    audit.record(
        call=call, action="scoring.give_back_sketch", by=by, sketch=locked.sketch.reference, reason=str(reason)
    )
    return given


@transaction.atomic
def step_back(*, by: User, juror: Juror, reason: str, note: str = "") -> GivenBack:
    """Leave the jury before the assessment is completed. What is unsent is voided, so that others can be given it.

    What was sent counts on, unless the reason is a conflict of interest: then it is voided too. Raises NotAllowed,
    Refused (over), InvalidInput.
    """
    require("scoring.act_as_juror", by, juror)
    _phase, now = hold_phase(juror.call_id)
    juror = Juror.objects.select_for_update(of=("self",)).select_related("call__programme", "user").get(pk=juror.pk)
    if juror.call.assessment_completed_at or juror.call.cancelled_at:
        raise Refused(_("The jury's work in this call is over."))
    if JurorState.LEFT not in JUROR_TRANSITIONS[JurorState(juror.state)]:
        raise NotAllowed(_("You have no access to this."))
    note = _checked(reason, note)
    juror.state = JurorState.LEFT
    juror.save(update_fields=["state"])
    lapse_objections(among=juror.objections.all())
    gone = (*UNSENT, AssessmentState.FINAL) if reason == GiveBackReason.CONFLICT else UNSENT
    voided = Assessment.objects.filter(juror=juror, state__in=gone).update(
        state=AssessmentState.VOID, finalised_at=None
    )
    given = GivenBack.objects.create(juror=juror, reason=reason, note=note, at=now)
    _tell(given, juror.call)
    audit.record(call=juror.call, action="scoring.step_back", by=by, juror=juror.pk, reason=str(reason), voided=voided)
    return given


def _checked(reason: str, note: str) -> str:
    """The note as it is kept."""
    if reason not in GiveBackReason.values:
        raise InvalidInput({"reason": _("Choose one of the reasons.")})
    note = note.replace("\x00", "").strip()
    if len(note) > NOTE_AT_MOST:
        raise InvalidInput({"note": _("At most %(limit)s characters.") % {"limit": NOTE_AT_MOST}})
    return note


def _tell(given: GivenBack, call: Call) -> None:
    """A letter names no sketch: its reader may have left the room for it."""
    readers = [(one.email, one.language) for one in secretaries_of(call).exclude(pk=given.juror.user_id)]
    for email, language in readers or [(call.programme.contact_mailbox, call.default_language)]:
        if not email:
            continue
        write_letter(
            occasion=f"juror-gave-back:{given.pk}:{email}",
            kind=LetterKind.JUROR_GAVE_BACK,
            recipient=email,
            language=language,
            context={
                "call": call,
                "juror": given.juror,
                "whole": given.sketch_id is None,
                "reason": GiveBackReason(given.reason).label,
                "url": link(language, "scoring_workspace:jury", call.pk),
            },
            about=call,
        )
