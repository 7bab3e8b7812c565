"""Files of a sketch: added, shown, removed."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.enums import ScanState
from competition.forms import UploadForm
from competition.models import Attachment, Question, Sketch
from competition.private_files import FAULTS, NotStored
from competition.ranges import NotSatisfiable, Slice, part_of
from competition.selectors.attachments import get_attachment_for, get_own_attachment
from competition.selectors.sections import Draft, Section, read_draft, standing
from competition.selectors.sketches import get_own_sketch
from competition.services.attachments import add_attachment, remove_attachment
from competition.views.common import body_at_most, crumbs, own_pages
from competition.views.section import section_page

FULL = 507
PLAIN = "text/plain; charset=utf-8"
FORM_AROUND_FILES = 1024 * 1024  # bytes of a form beside its files


def upload_body() -> int:
    return settings.ATTACHMENT_MAX_BYTES + FORM_AROUND_FILES


@dataclass
class Outcome:
    """What became of the files of one request: what to say, what was wrong, and the status that goes with it."""

    said: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    status: int = 200

    def refuse(self, name: str, refused: Refused, status: int) -> None:
        text = refused.errors.popitem()[1] if isinstance(refused, InvalidInput) else refused.message
        self.errors.append(_("“%(name)s”: %(problem)s") % {"name": name[:100], "problem": text} if name else str(text))
        self.status = max(self.status, status)


@body_at_most(upload_body)
@require_POST
@own_pages
def attachment_upload(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Take files; what is wrong with one is said beside the field, and the others are attached all the same."""
    draft, section = file_section(request, reference, code)
    form = UploadForm(request.POST, request.FILES)
    outcome = Outcome()
    if getattr(request, "disk_is_full", False):
        outcome.refuse("", NotStored(), FULL)
    elif form.is_valid():
        try:
            _attach_all(request, draft.sketch, section.questions[0], form.cleaned_data["file"], outcome)
        except NotAllowed:
            raise
        except Refused as closed:
            return _closed(request, reference, closed)
    else:
        outcome = Outcome(errors=[str(text) for text in form.errors["file"]], status=422)
    return _answer(request, draft, section, form, outcome)


def file_section(request: HttpRequest, reference: str, code: str) -> tuple[Draft, Section]:
    """The draft and its page for files of that code, or Http404."""
    draft = read_draft(get_own_sketch(request.user, reference))
    section = draft.section(code)
    if section is None or not section.is_files:
        raise Http404
    return draft, section


def _attach_all(request: HttpRequest, sketch: Sketch, question: Question, files: list, outcome: Outcome) -> None:
    for file in files:
        name = file.name if len(files) > 1 else ""
        try:
            found = add_attachment(by=request.user, sketch=sketch, question=question, file=file)
        except InvalidInput as refused:
            outcome.refuse(name, refused, 422)
        except NotStored as refused:
            outcome.refuse(name, refused, FULL)
        else:
            outcome.said.append(attached_text(found))


def attached_text(attachment: Attachment) -> str:
    """What to say after add_attachment."""
    twin, words = attachment.twin, {"name": attachment.name}
    if twin is None:
        return _("“%(name)s” is attached.") % words
    if twin.pk == attachment.pk:
        return _("This file is attached already, as “%(name)s”. It is not stored twice.") % words
    text = _("“%(name)s” is attached. The same file stands under “%(question)s” too.")
    return text % {**words, "question": twin.question.label}


def _closed(request: HttpRequest, reference: str, closed: Refused) -> HttpResponse:
    if not request.accepts("text/html"):
        return JsonResponse({"said": [], "errors": [str(closed)]}, status=409)
    messages.error(request, str(closed))
    return redirect("competition:sketch", reference)


def _answer(request: HttpRequest, draft: Draft, section: Section, form: UploadForm, outcome: Outcome) -> HttpResponse:
    if not request.accepts("text/html"):
        return JsonResponse({"said": outcome.said, "errors": outcome.errors}, status=outcome.status)
    for text in outcome.said:
        messages.success(request, text)
    if not outcome.errors:
        return redirect("competition:section", draft.sketch.reference, section.code)
    form.errors.pop("file", None)
    for text in outcome.errors:
        form.add_error("file", text)
    return section_page(request, read_draft(draft.sketch), section, form, status=outcome.status)


@require_safe
@own_pages
def attachment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The file itself, always as a download: what somebody uploaded never runs in this site's name."""
    return file_response(request, get_attachment_for(request.user, reference, pk))


def file_response(request: HttpRequest, found: Attachment) -> HttpResponse | FileResponse:
    """The bytes as a download that no browser opens, guesses about or keeps, or the part of them that is asked for.

    Http404 where they are gone.
    """
    if found.scan_state == ScanState.INFECTED:
        return HttpResponse(_("A virus was found in this file. It was removed."), status=410, content_type=PLAIN)
    if found.is_quarantined:
        text = _("This file waits for the virus scan. It can be opened when it has been found clean.")
        return HttpResponse(text, status=409, content_type=PLAIN)
    etag, asked = f'"{found.sha256}"', request.headers.get("Range", "") if request.method == "GET" else ""
    try:
        part = part_of(found.size, asked, etag=etag, if_range=request.headers.get("If-Range", ""))
    except NotSatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.size}"}, content_type=PLAIN)
    try:
        opened = found.file.storage.open(found.file.name)
        content = opened if part is None else Slice(opened, part)
    except FAULTS as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=found.name, content_type=found.content_type)
    response["Accept-Ranges"], response["ETag"] = "bytes", etag
    if part is not None:
        response.status_code = 206
        response["Content-Range"], response["Content-Length"] = str(part), str(part.length)
    return _guarded(response)


def _guarded(response: FileResponse) -> FileResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@own_pages
def attachment_preview(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """The first page of a PDF as a picture that this site has drawn; for whoever may fetch the file."""
    return preview_response(get_attachment_for(request.user, reference, pk))


def preview_response(found: Attachment) -> FileResponse:
    """The picture, shown in a page and kept by nobody. Http404 where there is none."""
    if not found.shows_preview:
        raise Http404
    try:
        opened = found.file.storage.open(found.preview_name)
    except FAULTS as error:
        raise Http404 from error
    return _guarded(FileResponse(opened, filename="preview.webp", content_type="image/webp"))


@require_http_methods(["GET", "POST"])
@own_pages
def attachment_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask, then take the file out of the draft."""
    found = get_own_attachment(request.user, reference, pk)
    back = ("competition:section", reference, found.question.code)
    if request.method == "POST":
        try:
            remove_attachment(by=request.user, attachment=found)
        except NotAllowed:
            raise
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The file is removed from the draft."))
        return redirect(*back)
    context = {
        "attachment": found,
        "sketch": found.sketch,
        "standing": standing(found.sketch, timezone.now()),
        "crumbs": crumbs(found.sketch, _("Remove the file")),
    }
    return render(request, "competition/attachment_remove.html", context)
