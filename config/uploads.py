"""What arrives is bounded before it is read: by its announced length, and by what the disk still holds."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files import uploadhandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
PIECE = 64 * 1024
# A browser shows an answer only when it could send all it had; up to here what comes is read and thrown away.
READ_AWAY_AT_MOST = 300 * MEGABYTE


class TemporaryFileUploadHandler(uploadhandler.TemporaryFileUploadHandler):
    """Django's, except that a full disk drops the file and marks the request: `request.disk_is_full`."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._give_up(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._give_up(error)

    def file_complete(self, file_size: int) -> Any:
        try:
            return super().file_complete(file_size)
        except OSError:
            self.request.disk_is_full = True
            return None

    def _give_up(self, error: OSError) -> None:
        self.request.disk_is_full = True
        with contextlib.suppress(OSError, AttributeError):
            self.file.close()
        raise uploadhandler.SkipFile from error


class BodyLimitMiddleware:
    """Refuses a body that is longer than the view takes (`view.max_body()`), before anything of it is kept.

    Stands above the CSRF check, which would read the form and with it the files.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        limit = view.max_body() if hasattr(view, "max_body") else settings.REQUEST_MAX_BYTES
        length = announced_length(request)
        if length <= limit:
            return None
        _read_away(request, length)
        text = _("What you sent is larger than %(limit)s MB. Nothing of it was kept. Send less at a time.")
        text %= {"limit": limit // MEGABYTE}
        if request.accepts("text/html"):
            return render(request, "413.html", {"text": text, "back": _came_from(request)}, status=413)
        return JsonResponse({"said": [], "errors": [text]}, status=413)


def announced_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _came_from(request: HttpRequest) -> str:
    """The page that the form stood on, if it is one of this site's."""
    page = request.META.get("HTTP_REFERER", "")
    return (
        page if url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()) else ""
    )


def _read_away(request: HttpRequest, length: int) -> None:
    if length > READ_AWAY_AT_MOST:
        return
    with contextlib.suppress(OSError):
        while request.read(PIECE):
            pass
