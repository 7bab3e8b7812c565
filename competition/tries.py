"""How often a person may type codes that do not exist or download everything, and an address look up receipts.

Kept in the cache, so that a rollback does not forget it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import math

from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from competition.errors import TooManyDownloads, TooManyTries, TooManyVisits

AT_MOST = 10
MINUTES = 10
LOOK_UPS_AT_MOST = 60
DOWNLOADS_AT_MOST = 5


def _keys(user: User) -> tuple[str, str]:
    return f"code-tries:{user.pk}", f"code-tries-since:{user.pk}"


def count(user: User) -> None:
    """Count one try, before it is looked at. Raises TooManyTries from the eleventh within ten minutes on."""
    number, since = _keys(user)
    now, seconds = timezone.now(), MINUTES * 60
    cache.add(since, now.timestamp(), seconds)
    cache.add(number, 0, seconds)
    try:
        tried = cache.incr(number)
    except ValueError:  # it ran out between the two
        return
    if tried > AT_MOST:
        ends = cache.get(since, now.timestamp()) + seconds
        left = dt.timedelta(seconds=ends - now.timestamp())
        raise TooManyTries(minutes=max(1, math.ceil(left.total_seconds() / 60)))


def forgive(user: User) -> None:
    """The code was one: typing it is no try."""
    number, _since = _keys(user)
    with contextlib.suppress(ValueError):
        cache.decr(number)


def count_look_up(address: str) -> None:
    """Count one look-up of a receipt. Raises TooManyVisits from the sixty-first within ten minutes on."""
    name = f"receipt-look-ups:{address}"
    cache.add(name, 0, MINUTES * 60)
    with contextlib.suppress(ValueError):  # it ran out between the two
        if cache.incr(name) > LOOK_UPS_AT_MOST:
            raise TooManyVisits


def count_download(user: User) -> None:
    """Count one download of an organisation's data. Raises TooManyDownloads from the sixth within ten minutes on."""
    name = f"data-downloads:{user.pk}"
    cache.add(name, 0, MINUTES * 60)
    with contextlib.suppress(ValueError):  # it ran out between the two
        if cache.incr(name) > DOWNLOADS_AT_MOST:
            raise TooManyDownloads
