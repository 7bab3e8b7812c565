"""Finished pages kept for visitors without a session. Why they are never stale: docs/decisions/0012."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

# What a visitor may carry that makes the page theirs: a session, and messages that wait to be shown.
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
SERVER_TIME = "X-Server-Time"
MINUTE = dt.timedelta(minutes=1)

# (language) -> what the frame around the page (menu, footer) is known by
FrameVersion = Callable[[str], str]
_frames: list[FrameVersion] = []


def register_frame(version: FrameVersion) -> None:
    """For the app above that draws the frame: its version becomes a part of every key."""
    _frames.append(version)


@dataclass(frozen=True)
class Kept:
    """A finished page, true until the instant."""

    body: bytes
    content_type: str
    etag: str
    valid_until: dt.datetime


def may_be_shared(request: HttpRequest) -> bool:
    """Whether the answer depends on nothing but the address and its language."""
    return (
        request.method in ("GET", "HEAD")
        and not request.META.get("QUERY_STRING")
        and not any(name in request.COOKIES for name in PERSONAL_COOKIES)
    )


def shared(
    request: HttpRequest,
    *,
    version: str,
    instants: Iterable[dt.datetime],
    now: dt.datetime,
    make: Callable[[], HttpResponse],
) -> HttpResponse:
    """The kept page of the version, or what `make` makes, which is then kept.

    `version` must have been read before `make` reads anything: what is kept is then at least as new as its key says.
    `now` likewise: the page is kept until the next of `instants`, at most until the next full minute, to which the
    server's clock is shown on it.
    """
    key = _key(request, version)
    kept = cache.get(key)
    if kept is None or kept.valid_until <= now:
        response = make()
        if not _holds_nothing_personal(request, response):
            return marked(response)
        kept = _keep(key, response, until=_valid_until(now, instants), now=now)
    answer = HttpResponse(kept.body, content_type=kept.content_type, headers={"ETag": kept.etag})
    answer = get_conditional_response(request, etag=kept.etag, response=marked(answer)) or answer
    answer.headers[SERVER_TIME] = now.isoformat(timespec="milliseconds")
    return answer


def marked(response: HttpResponse) -> HttpResponse:
    """Caches on the way ask again every time, and keep apart who is signed in."""
    patch_cache_control(response, no_cache=True)
    patch_vary_headers(response, ["Cookie"])
    return response


def _key(request: HttpRequest, version: str) -> str:
    language = request.LANGUAGE_CODE
    parts = (request.scheme, request.get_host(), request.path, language, version, *(of(language) for of in _frames))
    return "page." + hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def _valid_until(now: dt.datetime, instants: Iterable[dt.datetime]) -> dt.datetime:
    next_minute = now.replace(second=0, microsecond=0) + MINUTE
    return min([next_minute, *(at for at in instants if at > now)])


def _holds_nothing_personal(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.cookies
        and not request.session.modified
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
        and not getattr(getattr(request, "user", None), "is_authenticated", False)
    )


def _keep(key: str, response: HttpResponse, *, until: dt.datetime, now: dt.datetime) -> Kept:
    kept = Kept(
        body=response.content,
        content_type=response.headers["Content-Type"],
        etag=f'"{hashlib.sha256(response.content).hexdigest()[:32]}"',
        valid_until=until,
    )
    cache.set(key, kept, timeout=math.ceil((until - now).total_seconds()))
    return kept
