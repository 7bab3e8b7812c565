"""What the public page of a programme shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from wagtail.images.models import Image
from wagtail.models import Page

from competition.models import Programme, ProgrammePage, ProgrammePartner
from competition.selectors.public import CallGroups, calls_by_public_state

# The size of a logo, in the words of Wagtail's image filters; the template asks for the same.
LOGO = "max-320x128"
NEWS_AT_MOST = 10


@dataclass(frozen=True)
class ProgrammeFacts:
    programme: Programme
    partners: list[ProgrammePartner]
    calls: CallGroups


def live_programme_page(slug: str, language: str) -> ProgrammePage | None:
    """The live page of the programme in the language, with everything its template follows; one query."""
    return (
        ProgrammePage.objects.live()
        .filter(programme__slug=slug, locale__language_code=language)
        .select_related("programme__organisation", "locale")
        .first()
    )


def public_programme(slug: str, now: dt.datetime) -> Programme | None:
    """The programme, if the public has met it: through a page in some language, or a published call."""
    met = Q(pages__live=True) | Q(calls__published_at__lte=now)
    return Programme.objects.filter(met, slug=slug).select_related("organisation").distinct().first()


def public_programmes(now: dt.datetime) -> list[Programme]:
    """Every programme that the public has met, each with `live_pages`; two queries."""
    met = Q(pages__live=True) | Q(calls__published_at__lte=now)
    pages = ProgrammePage.objects.live().select_related("locale")
    programmes = Programme.objects.filter(met).distinct().order_by("pk")
    return list(programmes.prefetch_related(Prefetch("pages", pages, to_attr="live_pages")))


def programme_facts(programme: Programme, now: dt.datetime) -> ProgrammeFacts:
    """Partners with their logos, and calls by what one can do. At most four queries."""
    logos = Prefetch("logo", Image.objects.prefetch_renditions(LOGO))
    return ProgrammeFacts(
        programme=programme,
        partners=list(programme.partners.prefetch_related(logos)),
        calls=calls_by_public_state(now, programme_id=programme.pk),
    )


def programme_news(page: ProgrammePage) -> list[Page]:
    """The newest live pages below the programme's page. One query."""
    return list(Page.objects.child_of(page).live().public().order_by("-first_published_at", "-pk")[:NEWS_AT_MOST])
