"""What the applicant's views share: sign-in, not-yours-is-not-there, and the way up."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.enums import EarlierKind
from competition.models import Attachment, Question, Sketch
from competition.rules import is_lead, is_writing_applicant
from competition.selectors.access import window_of
from competition.selectors.sections import Draft
from competition.services.settling import Seen
from competition.services.sketches import SaveResult, save_answers
from competition.templatetags.spoken import said_in

View = Callable[..., HttpResponse]
REVISION = re.compile("[0-9]{1,9}")


def own_pages(view: View) -> View:
    """For signed-in people; nothing of it is kept by caches; NotAllowed looks like not there."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as error:
            raise Http404 from error

    return never_cache(login_required(wrapped))


def body_at_most(limit: Callable[[], int]) -> Callable[[View], View]:
    """What is sent to the view has at most `limit()` bytes; more is refused before anything of it is read."""

    def decorate(view: View) -> View:
        view.max_body = limit  # type: ignore[attr-defined]
        return view

    return decorate


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put what a service said at the field it concerns, or above the form."""
    errors = refused.errors if isinstance(refused, InvalidInput) else {"": str(refused)}
    for name, message in errors.items():
        form.add_error(name if name in form.fields else None, message)


def attempt(
    form: forms.BaseForm,
    act: Callable[[], object],
    show: Callable[[forms.BaseForm, Refused], None] = show_refusal,
) -> bool:
    """Whether the form is valid and the service did it; otherwise the form carries the reasons. Raises NotAllowed."""
    if not form.is_valid():
        return False
    try:
        act()
    except NotAllowed:
        raise
    except Refused as refused:
        show(form, refused)
        return False
    return True


def put_back(request: HttpRequest, sketch: Sketch, values: dict[str, Any]) -> SaveResult | None:
    """Save earlier answers as a change like any other; None, with a message, where the service refuses it all."""
    seen = Seen(revision=seen_revision(request))
    try:
        return save_answers(
            by=request.user, sketch=sketch, values=values, seen=seen, kind=EarlierKind.RESTORED, replaces=True
        )
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return None


def crumbs(sketch: Sketch | None = None, here: str = "") -> list[tuple[str, str]]:
    """The way from "my sketches" to this page."""
    way = [(_("My sketches"), reverse("competition:sketch_list"))]
    if sketch is not None:
        title = said_in(sketch.title, sketch.language) if sketch.title else _("Sketch without a title")
        way.append((title, reverse("competition:sketch", args=[sketch.reference])))
    if here:
        way.append((here, ""))
    return way


def seen_revision(request: HttpRequest) -> int:
    """The draft's count as the posted page knew it; where it says nothing readable it knew of nothing."""
    revision = request.POST.get("revision", "")
    return int(revision) if REVISION.fullmatch(revision) else 0


def can_edit(request: HttpRequest, sketch: Sketch) -> bool:
    """Whether to offer changing: by a writing member, before the deadline. The services decide for themselves."""
    return (
        window_of(sketch).accepts_at(timezone.now())
        and sketch.state in ("draft", "submitted", "withdrawn")
        and is_writing_applicant.test(request.user, sketch)
    )


def can_submit(request: HttpRequest, sketch: Sketch) -> bool:
    """Whether to offer handing in: to the lead applicant alone, which answers for the sketch."""
    return can_edit(request, sketch) and is_lead.test(request.user, sketch)


def file_rows(draft: Draft, *questions: Question, token: str = "") -> list[dict[str, Any]]:
    """The files of the questions as components/file_list.html shows them, with addresses of what may be read.

    token: of the endorser's link, whose holder fetches the files below it.
    """
    files = [file for question in questions for file in draft.files(question)]
    names = ("endorser_file", "endorser_preview") if token else ("attachment", "attachment_preview")
    key = token or draft.sketch.reference
    return [
        {"name": file.name, "size": file.size, "url": _url_of(names[0], key, file, there=not file.is_quarantined)}
        | {"preview": _url_of(names[1], key, file, there=file.shows_preview)}
        for file in files
    ]


def _url_of(name: str, key: str, file: Attachment, *, there: bool) -> str:
    return reverse(f"competition:{name}", args=[key, file.pk]) if there else ""
