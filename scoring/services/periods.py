"""Jurors' writes against the end of their period: none may slip in while the assessment is being completed."""

from __future__ import annotations

import datetime as dt

from competition import clock
from competition.enums import Phase
from competition.models import Call
from scoring.errors import OutsidePeriod
from scoring.models import Juror


def hold_phase(call_id: int) -> tuple[Phase, dt.datetime]:
    """The call's phase by the database's clock, held until the transaction ends.

    A shared lock: jurors do not wait for each other, but completing the assessment, which locks the row for itself,
    waits for them, and whoever comes later sees the new phase.
    """
    call = Call.objects.raw("SELECT * FROM competition_call WHERE id = %s FOR SHARE", [call_id])[0]
    now = clock.database_now()
    return call.phase_at(now), now


def hold_period(juror: Juror) -> dt.datetime:
    """The instant, held like `hold_phase`, while this juror may write grades. Raises OutsidePeriod.

    The juror's row should be read in the same transaction: an extension given meanwhile is then seen.
    """
    call = Call.objects.raw("SELECT * FROM competition_call WHERE id = %s FOR SHARE", [juror.call_id])[0]
    now = clock.database_now()
    juror.call.assessment_due_at = call.assessment_due_at
    until = juror.assess_until
    if call.phase_at(now) != Phase.ASSESSMENT or (until is not None and now >= until):
        raise OutsidePeriod(now)
    return now
