"""Who has a page of a sketch open. Kept in the cache for a short while: it warns, and decides nothing.

A page that is opened counts for some minutes, and for as long as its script says that it is still there. Two that say
so at the very same moment may hide one of them until it says so again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from competition.models import Sketch

OPENED = 5 * 60  # seconds; without a script nobody says when the page was left
BEAT = 30  # how often a script says that the page is still there
BEATING = 3 * BEAT
PAGES_AT_MOST = 50


@dataclass(frozen=True)
class Other:
    """Somebody with the same page open: `name` as members see it, empty where they show none."""

    name: str
    is_oneself: bool


def _key(sketch: Sketch, code: str) -> str:
    return f"presence:{sketch.pk}:{code}"


def here(*, sketch: Sketch, code: str, page: str, user: User, beats: bool) -> list[Other]:
    """Say that the user has the page open, and hear who else has. Each person once; oneself only by a script's word,
    for a page of one's own that has none may have been left long ago.
    """
    now = timezone.now().timestamp()
    pages = _standing(sketch, code, now)
    others = {
        key: Other(name, key == user.pk)
        for other, (key, name, _until, is_beating) in pages.items()
        if other != page and (key != user.pk or is_beating)
    }
    pages = dict(list(pages.items())[-PAGES_AT_MOST:])
    pages[page] = (user.pk, user.name, now + (BEATING if beats else OPENED), beats)
    cache.set(_key(sketch, code), pages, OPENED)
    return sorted(others.values(), key=lambda other: (other.is_oneself, other.name))


def gone(*, sketch: Sketch, code: str, page: str) -> None:
    pages = _standing(sketch, code, timezone.now().timestamp())
    if pages.pop(page, None):
        cache.set(_key(sketch, code), pages, OPENED)


def _standing(sketch: Sketch, code: str, now: float) -> dict[str, tuple[int, str, float, bool]]:
    pages = cache.get(_key(sketch, code)) or {}
    return {page: one for page, one in pages.items() if one[2] > now}
