"""What editors would have written: chapters of the guide, news and lessons (pages.json)."""

from __future__ import annotations

import datetime as dt
import functools
import json
from pathlib import Path
from typing import Any

from wagtail.models import Page

from competition.models import CallPage
from home.models import GuidePage, LessonPage, LessonsIndexPage, NewsIndexPage, NewsPage
from home.standing import standing_slugs

# Key in pages.json, whose slugs the page above has, its type, and the type of what stands below it.
PLACES: tuple[tuple[str, type[Page], type[Page]], ...] = (
    ("guide", GuidePage, GuidePage),
    ("news", NewsIndexPage, NewsPage),
    ("lessons", LessonsIndexPage, LessonPage),
)


@functools.cache
def texts() -> dict[str, list[dict[str, Any]]]:
    """key -> pages -> {language: {slug, title, introduction, body}}; a page may be missing in a language."""
    return json.loads((Path(__file__).parent / "pages.json").read_text(encoding="utf-8"))


def publish_pages() -> list[Page]:
    """Put the demo's pages of text where they belong; for a site tree without them."""
    made: list[Page] = []
    for key, above, model in PLACES:
        parents = above.objects.filter(slug__in=standing_slugs(key)).select_related("locale")
        places = {parent.locale.language_code: parent for parent in parents}
        for entry in texts()[key]:
            made += _publish(entry, model, places)
    return made


def _publish(entry: dict[str, Any], model: type[Page], places: dict[str, Page]) -> list[Page]:
    """One page in each language that it is written in."""
    made: list[Page] = []
    for language, parent in places.items():
        if language not in entry:
            continue
        text = entry[language]
        body = [_block(kind, value, language) for kind, value in text["body"]]
        page = model(**{**text, "body": [block for block in body if block]}, locale=parent.locale)
        if "date" in entry:
            page.date = dt.date.fromisoformat(entry["date"])
        if made:
            page.translation_key = made[0].translation_key
        parent.refresh_from_db()
        made.append(parent.add_child(instance=page))
    return made


def _block(kind: str, value: Any, language: str) -> tuple[str, Any] | None:
    """A block as it is stored; one that points to a call gets its page, or is left out where there is none."""
    if kind != "call":
        return kind, value
    pages = CallPage.objects.filter(call__slug=value["page"])
    page = pages.filter(locale__language_code=language).first() or pages.first()
    return (kind, {**value, "page": page}) if page is not None else None
