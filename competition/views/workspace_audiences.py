"""A call as the public, an agency or a juror sees it, in each of its languages. Nothing in it can be sent."""

from __future__ import annotations

import datetime as dt
from copy import copy
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.enums import AccessMode
from competition.forms import StartForm
from competition.models import Call, CallPage
from competition.previews import Preview, all_previews, preview_for, register_preview
from competition.views.workspace_base import CallView
from competition.views.workspace_preview import PreviewMixin, form_pages


class AudiencePreview(PreviewMixin, CallView):
    """Drawn for nobody in particular: what belongs to the person looking is not in it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        preview = preview_for(kwargs["audience"])
        if preview is None:
            raise Http404
        language = self.language(request.GET.get("language", ""))
        with translation.override(language):
            context = preview.draw(self.call, timezone.now())
            response = render(_as_visitor(request), preview.template, context | self.frame(preview, language))
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def frame(self, preview: Preview, language: str) -> dict[str, Any]:
        """The banner above the page, and nothing of the site's own language switch, which would leave the preview."""
        links = [(one.label, self.tab_url("workspace:preview", one.audience), one is preview) for one in all_previews()]
        return {
            "preview": {"call": self.call, "audiences": links, "languages": self.call.languages, "language": language},
            "language_links": [],
            "alternates": [],
        }


def _as_visitor(request: HttpRequest) -> HttpRequest:
    shown = copy(request)
    shown.user = AnonymousUser()
    return shown


def as_if_published(call: Call, now: dt.datetime) -> Call:
    """A copy of the call that says it is published; never to be saved."""
    shown = copy(call)
    shown.published_at = call.published_at or now
    return shown


def public_preview(call: Call, now: dt.datetime) -> dict[str, Any]:
    shown = as_if_published(call, now)
    pages = CallPage.objects.filter(call=call, locale__language_code=translation.get_language())
    more = pages.values_list("more", flat=True).first() or ""
    return {"page": SimpleNamespace(call=shown, title=shown.title, more=more)}


def agency_preview(call: Call, now: dt.datetime) -> dict[str, Any]:
    """The start page as it is while the call is open, for an organisation that does not exist, and then the form."""
    form = StartForm(organisations=Organisation.objects.none())
    name = gettext("Your organisation")
    form.fields["organisation"].choices = [("0", name)]  # type: ignore[attr-defined]
    example = SimpleNamespace(organisation=SimpleNamespace(name=name))
    by_code = call.access == AccessMode.CODE
    return {
        "call": as_if_published(call, now),
        "form": form,
        "ready": [] if by_code else [example],
        "invited": [example] if by_code else [],
        "is_open": True,
        "pages": form_pages(call),
    }


register_preview(Preview("public", _("The public"), "competition/call_page.html", public_preview, 10))
register_preview(Preview("agency", _("An agency"), "competition/preview_agency.html", agency_preview, 20))
