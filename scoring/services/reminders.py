"""Reminders to jurors, in numbers only: a mail names no sketch."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.clock import database_now
from competition.enums import Phase
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import write_letter
from scoring.errors import NotReady
from scoring.models import Assessment, Juror
from scoring.selectors.monitoring import by_hand
from scoring.selectors.reminders import Unfinished, jurors_to_remind, unfinished_of


def juror_occasion(juror: Juror, share: int) -> str:
    """A period that gets another end is reminded of anew."""
    due = juror.assess_until
    until = due.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%S") if due else ""
    return f"juror-reminder:{juror.pk}:{until}:{share}"


def send_due() -> int:
    """Write every reminder that is due; returns how many letters are new. Safe to run twice, and at once."""
    due = {juror_occasion(one.juror, one.share): one for one in jurors_to_remind(database_now())}
    written = set(Letter.objects.filter(occasion__in=due).values_list("occasion", flat=True))
    return sum(remind_juror(unfinished=due[occasion]) for occasion in due.keys() - written)


@transaction.atomic
def remind_juror(*, unfinished: Unfinished) -> int:
    """Remind one juror, whose assessments are held meanwhile: who has just finished is left in peace."""
    return _write(unfinished.juror, juror_occasion(unfinished.juror, unfinished.share))


@transaction.atomic
def remind_by_hand(*, by: User, juror: Juror) -> None:
    """Remind one juror at once, once for each end of the period. Raises NotAllowed, NotReady, Refused."""
    require("scoring.monitor_jury", by, juror.call)
    call, occasion = juror.call, by_hand(juror)
    if call.phase_at(database_now()) != Phase.ASSESSMENT:
        raise NotReady(_("Jurors are reminded while the assessment runs."))
    # The seat is held: two clicks at once are one letter.
    if Juror.objects.serving().select_for_update(of=("self",)).filter(pk=juror.pk).first() is None:
        raise Refused(_("This person does not serve in the jury."))
    if Letter.objects.filter(occasion=occasion).exists():
        raise Refused(_("This juror has been reminded already."))
    if not _write(juror, occasion):
        raise Refused(_("This juror has sent everything."))
    audit.record(call=call, action="scoring.remind_juror", by=by, juror=juror.pk)


def _write(juror: Juror, occasion: str) -> int:
    list(Assessment.objects.select_for_update().filter(juror=juror).order_by("pk").values_list("pk"))
    left, everything = unfinished_of(juror)
    if not left:
        return 0
    language = juror.user.language
    with translation.override(language):
        write_letter(
            occasion=occasion,
            kind=LetterKind.JUROR_REMINDER,
            recipient=juror.user.email,
            language=language,
            context={
                "call": juror.call,
                "left": left,
                "all": everything,
                "url": link(language, "scoring:queue", juror.call.slug),
            },
            about=juror.call,
        )
    return 1
