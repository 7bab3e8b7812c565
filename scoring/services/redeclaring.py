"""Looking at impartiality anew when something beneath it has changed: a juror's ties, or those behind a sketch."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import User
from competition import audit
from competition.models import Call
from notifications.enums import LetterKind
from notifications.links import link
from notifications.services import write_letter
from scoring.enums import Verdict
from scoring.models import ImpartialityDeclaration, Juror, LapsedDeclaration
from scoring.selectors.impartiality import calls_to_review, jurors_asked_again
from scoring.selectors.people import SEATED_STATES
from scoring.selectors.ties import parties_of
from scoring.services.impartiality import DECLARING_PHASES, block_automatically
from scoring.services.periods import hold_phase


@transaction.atomic
def review_call(*, call: Call) -> int:
    """Block new ties, and ask jurors again about sketches that others have come to stand behind. Safe to repeat.

    Returns how many pairs of juror and sketch changed. Nothing happens before the deadline or after the assessment.
    """
    phase, now = hold_phase(call.pk)
    if phase not in DECLARING_PHASES:
        return 0
    return block_automatically(call=call) + lapse_declarations(call=call, now=now)


@transaction.atomic
def lapse_declarations(*, call: Call, now: dt.datetime) -> int:
    """Set aside every “impartial” that was said before somebody came to stand behind the sketch, and tell its juror.

    Whoever left since makes no difference. A juror who has been told and has not answered yet is not told again.
    What was begun or sent stays, and is closed to the juror until the new declaration. Returns how many lapsed.
    """
    list(Juror.objects.select_for_update().filter(call=call).order_by("pk").values_list("pk"))  # as who declares does
    parties = parties_of(call)
    told = set(jurors_asked_again(call))
    lapsed, unknown = [], []
    standing = ImpartialityDeclaration.objects.select_for_update(of=("self",)).filter(
        juror__call=call, juror__state__in=SEATED_STATES, verdict=Verdict.IMPARTIAL, sketch__in=list(parties)
    )
    for declaration in standing.order_by("pk"):
        known_as = parties[declaration.sketch_id].known_as
        if declaration.known_parties is None:
            declaration.known_parties = known_as
            unknown.append(declaration)
        elif not known_as.keys() <= declaration.known_parties.keys():
            lapsed.append(declaration)
    ImpartialityDeclaration.objects.bulk_update(unknown, ["known_parties"])
    if not lapsed:
        return 0
    LapsedDeclaration.objects.bulk_create(
        LapsedDeclaration(
            juror_id=one.juror_id,
            sketch_id=one.sketch_id,
            known_parties=one.known_parties,
            declared_at=one.declared_at,
            lapsed_at=now,
        )
        for one in lapsed
    )
    ImpartialityDeclaration.objects.filter(pk__in=[one.pk for one in lapsed]).delete()
    audit.record(call=call, action="scoring.lapse_declarations", by=None, declarations=len(lapsed))
    for juror in Juror.objects.filter(pk__in={one.juror_id for one in lapsed} - told).select_related("user"):
        _tell(juror, call, now)
    return len(lapsed)


def review_person(*, user: User) -> int:
    """Look at everything that a person may still judge: a new employer or membership may be a tie."""
    return sum(review_call(call=call) for call in calls_to_review(user=user))


def _tell(juror: Juror, call: Call, now: dt.datetime) -> None:
    language = juror.user.language
    write_letter(
        occasion=f"jury-redeclaration:{juror.pk}:{now.astimezone(dt.UTC):%Y%m%dT%H%M%S%f}",
        kind=LetterKind.JURY_REDECLARATION,
        recipient=juror.user.email,
        language=language,
        context={"call": call, "url": link(language, "scoring:impartiality", call.slug)},
        about=call,
    )
