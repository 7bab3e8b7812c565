"""What stands in the header and footer of every page, in the reader's language."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page

from home.models import DatedPage, HomePage
from home.standing import standing_slugs

CACHE_SECONDS = 600
VERSION_KEY = "home.menu.version"
ACCESSIBILITY = "accessibility"


@dataclass(frozen=True)
class Menu:
    """Menu of one language: (label, address) pairs, and the address of the accessibility statement or ""."""

    items: tuple[tuple[str, str], ...]
    accessibility_url: str


def cache_key(language: str) -> str:
    return f"home.menu.{language}"


def forget_menus() -> None:
    """Called when any page is published, moved or removed: a menu read under an earlier version counts no more."""
    cache.set(VERSION_KEY, uuid.uuid4().hex, None)


def menu_version(language: str) -> str:
    """What the menu of the language is known by, for pages that are kept with it."""
    return str(cache.get(VERSION_KEY, ""))


def menu(language: str) -> Menu:
    """The menu of a language, from the cache or from two queries.

    It is kept with the version that was in force before it was read, so that one read while somebody was publishing
    is not taken for the new one.
    """
    kept = cache.get_many([VERSION_KEY, cache_key(language)])
    version = kept.get(VERSION_KEY, "")
    read_under, found = kept.get(cache_key(language), (None, None))
    if found is None or read_under != version:
        found = _read_menu(language)
        cache.set(cache_key(language), (version, found), CACHE_SECONDS)
    return found


def _read_menu(language: str) -> Menu:
    front = HomePage.objects.filter(locale__language_code=language).first()
    if front is None:
        return Menu((), "")
    items, accessibility_url = [], ""
    for page in front.get_children().live().order_by("path"):
        if page.show_in_menus:
            items.append((page.title, page.get_url() or ""))
        elif accessibility_url == "" and page.slug in standing_slugs(ACCESSIBILITY):
            accessibility_url = page.get_url() or ""
    return Menu(tuple(items), accessibility_url)


def same_page(request: HttpRequest) -> dict[str, str]:
    """Language -> address of the very page in it; one of the tree is not written in all of them."""
    page: Page | None = getattr(request, "wagtail_page", None)
    if page is None:
        return {code: _in_language(request.get_full_path(), get_language(), code) for code, _name in settings.LANGUAGES}
    query = request.META.get("QUERY_STRING", "")
    return {code: f"{address}?{query}" if query else address for code, address in _page_addresses(page).items()}


def language_links(request: HttpRequest, same: Mapping[str, str]) -> list[tuple[str, str, str, bool]]:
    """(code, native name, address, is current) for each language: the same page, the list it stands in where it is not
    written in that language, or else the front page."""
    page: Page | None = getattr(request, "wagtail_page", None)
    in_a_list = isinstance(page, DatedPage) and len(same) < len(settings.LANGUAGES)
    lists = _page_addresses(page.get_parent()) if page is not None and in_a_list else {}
    return [
        (code, name, same.get(code) or lists.get(code, f"/{code}/"), code == get_language())
        for code, name in settings.LANGUAGES
    ]


def alternates(same: Mapping[str, str]) -> list[tuple[str, str]]:
    """(code, address) of the page in the other languages, for machines: what is shown instead of it is none of them."""
    return [(code, address) for code, address in same.items() if code != get_language()]


def _in_language(path: str, current: str | None, code: str) -> str:
    """The same address below another language. Below a language nothing of an address is translated, so that resolving
    and reversing it five times on every page, as Django's `translate_url` does, would find the same.
    """
    here = f"/{current}/"
    return f"/{code}/{path.removeprefix(here)}" if path.startswith(here) else path


def _page_addresses(page: Page) -> dict[str, str]:
    """Language -> address of the page, where it is written in that language."""
    pages = page.get_translations(inclusive=True).live().select_related("locale")
    return {each.locale.language_code: each.get_url() or "" for each in pages}
