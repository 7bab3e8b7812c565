"""Files of a sketch: added, shown, removed."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.forms import UploadForm
from competition.selectors.attachments import get_attachment_for, get_own_attachment
from competition.selectors.sections import read_draft, standing
from competition.selectors.sketches import get_own_sketch
from competition.services.attachments import add_attachment, remove_attachment
from competition.views.common import crumbs, own_pages
from competition.views.section import section_page


@require_POST
@own_pages
def attachment_upload(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Take a file; what is wrong with it is said beside the field."""
    sketch = get_own_sketch(request.user, reference)
    draft = read_draft(sketch)
    section = draft.section(code)
    if section is None or not section.is_files:
        raise Http404
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            add_attachment(
                by=request.user, sketch=sketch, question=section.questions[0], file=form.cleaned_data["file"]
            )
        except InvalidInput as refused:
            form.add_error("file", refused.errors.get(code, str(refused)))
        except NotAllowed:
            raise
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("competition:sketch", reference)
        else:
            messages.success(request, _("The file is attached."))
            return redirect("competition:section", reference, code)
    return section_page(request, draft, section, form, status=422)


@require_safe
@own_pages
def attachment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The file itself, always as a download: what somebody uploaded never runs in this site's name."""
    return file_response(get_attachment_for(request.user, reference, pk))


def file_response(found) -> FileResponse:
    try:
        opened = found.file.storage.open(found.file.name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=found.name, content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


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
