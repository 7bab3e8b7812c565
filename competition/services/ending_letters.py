"""Letters about a competition that was called off, to everybody with a draft or a submission, each address once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation

from competition.clock import database_now
from competition.models import Call
from competition.selectors.amendment_readers import Reader, readers_of
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import write_letter

# For so long the periodic task looks for letters that were missed.
LOOKED_AFTER = dt.timedelta(days=7)


def cancellation_occasion(call: Call, address: str) -> str:
    return f"call_cancelled:{call.pk}:{address.lower()}"


def readers_of_cancellation(call: Call, now: dt.datetime) -> list[Reader]:
    """Whom to tell: while the call is open those with a draft too, afterwards those whose sketch was handed in."""
    return readers_of(call, at=now, was_open=now < call.deadline)


def write_cancellation_letters(*, call: Call) -> int:
    """Tell the applicants. Returns how many; safe to call twice. Raises ValueError where the call stands."""
    if call.cancelled_at is None:
        raise ValueError("the call is not cancelled")
    if call.published_at is None:
        return 0
    readers = readers_of_cancellation(call, call.cancelled_at)
    return sum(write_cancellation(call=call, address=one.address, language=one.language) for one in readers)


@transaction.atomic
def write_cancellation(*, call: Call, address: str, language: str, is_juror: bool = False) -> bool:
    """Tell one address, once. Returns whether it had not been told."""
    occasion = cancellation_occasion(call, address)
    if Letter.objects.filter(occasion=occasion).exists():
        return False
    with translation.override(language):
        write_letter(
            occasion=occasion,
            kind=LetterKind.CALL_CANCELLED,
            recipient=address,
            language=language,
            context={
                "call": call,
                "is_juror": is_juror,
                "call_url": link(language, "competition:call", call.slug),
                "sketches_url": link(language, "competition:sketch_list"),
            },
            about=call,
        )
    return True


def recently_cancelled() -> list[int]:
    """Keys of the calls whose letters are still looked after."""
    since = database_now() - LOOKED_AFTER
    return list(Call.objects.filter(cancelled_at__gte=since).order_by("pk").values_list("pk", flat=True))
