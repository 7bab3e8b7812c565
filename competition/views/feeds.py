"""Calls for programs that read along: an Atom feed of all, a calendar of each."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_safe

from competition.calendar import calendar_of
from competition.models import Call
from competition.selectors.calls import get_published_call
from competition.selectors.meetings import meetings_of
from competition.selectors.public import calls_for_feed


class CallFeed(Feed):
    """Every published call once, in the language of the address, the newest first."""

    feed_type = Atom1Feed
    description_template = "competition/feed_entry.html"
    title: str | Promise = _("Sketch competitions")

    def link(self) -> str:
        return reverse("competition:feed")

    def items(self) -> list[Call]:
        return calls_for_feed(timezone.now())

    def item_title(self, item: Call) -> str:
        return item.title  # the feed escapes it

    def item_link(self, item: Call) -> str:
        return reverse("competition:call", args=[item.slug])

    def item_guid(self, item: Call) -> str:
        return item.permanent_id.urn

    def item_pubdate(self, item: Call) -> dt.datetime | None:
        return item.published_at

    def item_updateddate(self, item: Call) -> dt.datetime:
        return item.last_changed_at

    def item_author_name(self, item: Call) -> str:
        return item.programme.organisation.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"call": kwargs["item"]}


feed = require_safe(conditional_page(CallFeed()))


@require_safe
@conditional_page
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The dates of a published call. Not found before it is published."""
    call = get_published_call(slug)
    body = calendar_of(call, reverse("competition:call", args=[call.slug]), meetings_of(call))
    headers = {"Content-Disposition": f'inline; filename="{call.slug}.ics"'}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
