"""Reminders to jurors, in numbers only: a mail names no sketch."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation

from competition.clock import database_now
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import write_letter
from scoring.models import Assessment, Juror
from scoring.selectors.reminders import Unfinished, jurors_to_remind, unfinished_of


def juror_occasion(juror: Juror, share: int) -> str:
    """A period that gets another end is reminded of anew."""
    due = juror.call.assessment_due_at
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
    juror = unfinished.juror
    list(Assessment.objects.select_for_update().filter(juror=juror).order_by("pk").values_list("pk"))
    left, everything = unfinished_of(juror)
    if not left:
        return 0
    language = juror.user.language
    with translation.override(language):
        write_letter(
            occasion=juror_occasion(juror, unfinished.share),
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
