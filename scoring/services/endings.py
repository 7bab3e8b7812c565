"""What the calling off of a competition means to its jury."""

from __future__ import annotations

from competition.models import Call
from competition.services.ending_letters import write_cancellation
from scoring.selectors.people import SEATED_STATES


def tell_jurors(*, call: Call) -> int:
    """Write to everybody who sits in the jury, or was asked to. Returns how many; safe to call twice."""
    seats = call.jurors.filter(state__in=SEATED_STATES).select_related("user").order_by("pk")
    return sum(
        write_cancellation(call=call, address=seat.user.email, language=seat.user.language, is_juror=True)
        for seat in seats
    )
