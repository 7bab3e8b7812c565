"""More time to assess, for one juror."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.functional import Promise
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
from scoring.enums import GRADING_ROLES, JurorState
from scoring.models import Juror
from scoring.services.periods import hold_phase

REASON_AT_MOST = 1000


@transaction.atomic
def extend_juror(*, by: User, juror: Juror, until: dt.datetime, reason: str) -> Juror:
    """Let one juror assess until an instant after the call's own day, before or after that day has passed.

    The same once more changes nothing and writes to nobody. Raises NotAllowed (also for one's own seat), Refused (no
    juror who grades, no such day, assessment completed), InvalidInput (until, reason).
    """
    require("scoring.manage_jury", by, juror.call)
    phase, now = hold_phase(juror.call_id)
    juror = Juror.objects.select_for_update(of=("self",)).select_related("call__programme", "user").get(pk=juror.pk)
    call, reason = juror.call, reason.replace("\x00", "").strip()
    if juror.user_id == by.pk:
        raise NotAllowed(_("Somebody else has to decide about your own time."))
    if juror.state != JurorState.ACCEPTED or juror.role not in GRADING_ROLES:
        raise Refused(_("Only a juror who gives grades can be given more time."))
    if call.assessment_due_at is None:
        raise Refused(_("The call has no day by which jurors finish. Nothing needs to be extended."))
    if phase not in (Phase.FORMAL_CHECK, Phase.ASSESSMENT):
        raise Refused(_("The assessment is not under way. Nobody can be given more time."))
    _check(call, until, reason, now)
    if (juror.extended_until, juror.extension_reason) == (until, reason):
        return juror
    before = juror.extended_until
    juror.extended_until, juror.extension_reason = until, reason
    juror.save(update_fields=["extended_until", "extension_reason"])
    _tell(juror)
    audit.record(
        call=call,
        action="scoring.extend_juror",
        by=by,
        juror=juror.pk,
        until=until.isoformat(),
        before=before.isoformat() if before else "",
        reason=reason,
    )
    return juror


def _check(call: Call, until: dt.datetime, reason: str, now: dt.datetime) -> None:
    errors: dict[str, str | Promise] = {}
    if until <= now:
        errors["until"] = _("Choose a time that is still to come.")
    elif call.assessment_due_at is not None and until <= call.assessment_due_at:
        errors["until"] = _("Choose a time after the one that everybody has.")
    if not reason:
        errors["reason"] = _("Say why.")
    elif len(reason) > REASON_AT_MOST:
        errors["reason"] = _("At most %(limit)s characters.") % {"limit": REASON_AT_MOST}
    if errors:
        raise InvalidInput(errors)


def _tell(juror: Juror) -> None:
    """The letter says until when, and not why: that is kept with the decision."""
    call, user = juror.call, juror.user
    if not user.email:
        return
    write_letter(
        occasion=f"juror-extension:{juror.pk}:{juror.extended_until.isoformat() if juror.extended_until else ''}",
        kind=LetterKind.JUROR_EXTENSION,
        recipient=user.email,
        language=user.language,
        context={
            "call": call,
            "until": juror.extended_until,
            "url": link(user.language, "scoring:queue", call.slug),
        },
        about=call,
    )
