"""A large file in pieces, for a script; the plain form takes the same file in one go."""

from __future__ import annotations

import functools
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.forms import PieceForm, UploadBeginForm
from competition.models import Upload
from competition.private_files import NotStored
from competition.selectors.attachments import get_own_upload
from competition.services import uploads
from competition.services.uploads import PIECE_AT_MOST, WrongOffset
from competition.views.attachments import FULL, attached_text, file_section
from competition.views.common import View, body_at_most, own_pages


def answers_json(view: View) -> View:
    """What a service refuses is told as {"errors": [text]}, and where a piece should begin as {"received": bytes}."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed:
            raise
        except WrongOffset as wrong:
            return JsonResponse({"errors": [str(wrong)], "received": wrong.received}, status=409)
        except InvalidInput as refused:
            return JsonResponse({"errors": [str(text) for text in refused.errors.values()]}, status=422)
        except NotStored as refused:
            return JsonResponse({"errors": [str(refused)]}, status=FULL)
        except Refused as refused:
            return JsonResponse({"errors": [str(refused)]}, status=409)

    return wrapped


def _state(upload: Upload) -> JsonResponse:
    to = [upload.sketch.reference, upload.key]
    return JsonResponse(
        {
            "received": upload.received,
            "size": upload.size,
            "piece": PIECE_AT_MOST,
            "piece_url": reverse("competition:upload_piece", args=to),
            "finish_url": reverse("competition:upload_finish", args=to),
            "cancel_url": reverse("competition:upload_cancel", args=to),
        }
    )


def _not_understood() -> JsonResponse:
    return JsonResponse(
        {"errors": [_("What arrived does not match the file that you chose. Choose it again.")]}, status=422
    )


@require_POST
@own_pages
@answers_json
def begin(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    draft, section = file_section(request, reference, code)
    form = UploadBeginForm(request.POST)
    if not form.is_valid():
        return _not_understood()
    upload = uploads.begin_upload(
        by=request.user, sketch=draft.sketch, question=section.questions[0], **form.cleaned_data
    )
    upload.sketch = draft.sketch
    return _state(upload)


@body_at_most(lambda: PIECE_AT_MOST)
@require_POST
@own_pages
@answers_json
def piece(request: HttpRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    """The bytes of the body, which begin at ?offset= of the file."""
    upload = get_own_upload(request.user, reference, key)
    form = PieceForm(request.GET)
    if not form.is_valid():
        return _not_understood()
    offset = form.cleaned_data["offset"]
    return _state(uploads.add_piece(by=request.user, upload=upload, offset=offset, content=request.body))


@require_POST
@own_pages
@answers_json
def finish(request: HttpRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    upload = get_own_upload(request.user, reference, key)
    sha256 = request.POST.get("sha256", "")
    attachment = uploads.finish_upload(by=request.user, upload=upload, sha256=sha256)
    return JsonResponse({"said": [attached_text(attachment)], "errors": []})


@require_POST
@own_pages
def cancel(request: HttpRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    """Give a file up; what had come of it is thrown away."""
    upload = get_own_upload(request.user, reference, key)
    uploads.abandon_upload(by=request.user, upload=upload)
    if not request.accepts("text/html"):
        return JsonResponse({"said": [], "errors": []})
    messages.success(request, _("The unfinished file was thrown away."))
    return redirect("competition:section", reference, upload.question.code)
