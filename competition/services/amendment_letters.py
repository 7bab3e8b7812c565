"""Letters about a published amendment, to everybody who has begun on the text that it changes."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation

from competition.clock import database_now
from competition.models import Amendment
from competition.selectors.amendment_readers import Reader, readers_of
from competition.selectors.amendments import shown_amendment
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import write_letter

# For so long the periodic task looks for letters that were missed; a worker that is away longer is noticed otherwise.
LOOKED_AFTER = dt.timedelta(days=7)


def amendment_occasion(amendment: Amendment, address: str) -> str:
    return f"amendment:{amendment.pk}:{address}"


def was_open(amendment: Amendment) -> bool:
    """Whether sketches could still be handed in when it was published. Raises ValueError before that."""
    if amendment.published_at is None or amendment.deadline_before is None:
        raise ValueError("the amendment is not published")
    return amendment.published_at < amendment.deadline_before


def write_amendment_letters(*, amendment: Amendment) -> int:
    """Tell everybody who had a draft or a submission when it was published, each address once; returns how many.

    Safe to call twice: an address that was written to is left alone.
    """
    call = amendment.call
    if amendment.published_at is None:
        raise ValueError("the amendment is not published")
    readers = readers_of(call, at=amendment.published_at, was_open=was_open(amendment))
    told = set(
        Letter.objects.filter(occasion__startswith=amendment_occasion(amendment, "")).values_list("occasion", flat=True)
    )
    missing = [reader for reader in readers if amendment_occasion(amendment, reader.address) not in told]
    for reader in missing:
        _write(amendment, reader)
    return len(missing)


@transaction.atomic
def _write(amendment: Amendment, reader: Reader) -> Letter:
    call = amendment.call
    with translation.override(reader.language):
        return write_letter(
            occasion=amendment_occasion(amendment, reader.address),
            kind=LetterKind.AMENDMENT,
            recipient=reader.address,
            language=reader.language,
            context={
                "call": call,
                "amendment": shown_amendment(call, amendment, reader.language),
                "was_open": was_open(amendment),
                "call_url": link(reader.language, "competition:call", call.slug),
                "sketches_url": link(reader.language, "competition:sketch_list"),
            },
            about=call,
        )


def recent_amendments() -> list[int]:
    """Keys of the amendments whose letters are still looked after."""
    since = database_now() - LOOKED_AFTER
    return list(Amendment.objects.filter(published_at__gte=since).order_by("pk").values_list("pk", flat=True))
