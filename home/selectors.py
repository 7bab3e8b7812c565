"""Reads that gather from several rooms."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from wagtail.models import Locale, Page

from accounts.selectors.tasks import open_tasks as accounts_tasks
from accounts.tasks_list import OpenTask
from competition.display import LANGUAGES
from competition.models import Call, CallPage, Enquiry, ProgrammePage
from competition.selectors.enquiries import search_enquiries
from competition.selectors.programme_page import public_programmes
from competition.selectors.public import published_calls
from competition.selectors.search import search_calls
from competition.selectors.tasks import open_tasks as competition_tasks
from notifications.links import absolute, link
from scoring.selectors.tasks import open_tasks as scoring_tasks

SHOWN = 50


def open_tasks(user) -> list[OpenTask]:
    """Everything the person has to do, the most urgent first: what has a due date before what has none.

    What is due at the same time keeps its order: one declares impartiality before one assesses.
    """
    tasks = [*competition_tasks(user), *scoring_tasks(user), *accounts_tasks(user)]
    return sorted(tasks, key=lambda task: (task.due is None, task.due.timestamp() if task.due else 0))


@dataclass(frozen=True)
class Found:
    """What a search found: how much of each, and the first of it."""

    words: str
    calls: list[Call]
    calls_count: int
    pages: list[Page]
    pages_count: int
    enquiries: list[Enquiry]
    enquiries_count: int
    shown: int = SHOWN

    @property
    def is_cut(self) -> bool:
        return max(self.calls_count, self.pages_count, self.enquiries_count) > self.shown

    @property
    def is_empty(self) -> bool:
        return not (self.calls_count or self.pages_count or self.enquiries_count)


def search_site(words: str, language: str, now: dt.datetime) -> Found:
    """Calls, pages and published questions with all the words in what a reader of the language sees.

    A page of a call counts as the call.
    """
    calls = search_calls(words, language, now)
    locale = Locale.objects.get_for_language(language)
    pages = _public_pages().filter(locale=locale).specific().search(words)
    enquiries = list(search_enquiries(words, language, now))
    return Found(
        words, list(calls[:SHOWN]), calls.count(), list(pages[:SHOWN]), pages.count(), enquiries[:SHOWN], len(enquiries)
    )


@dataclass(frozen=True)
class Address:
    """An entry of the sitemap; alternates: the same in other languages."""

    location: str
    lastmod: dt.datetime | None
    alternates: list[dict[str, str]] = field(default_factory=list)


def public_addresses(now: dt.datetime) -> list[Address]:
    """Every public page of every language, and each published call and result once in each of its languages."""
    return [*_page_addresses(), *_programme_addresses(now), *_call_addresses(now)]


def _public_pages() -> Any:
    """Published pages that anybody may read, except those of calls."""
    return Page.objects.live().public().filter(depth__gt=1).not_type(CallPage)


def _page_addresses() -> Iterator[Address]:
    roots = SimpleNamespace()  # where Wagtail keeps the sites' roots, so that it reads them once
    families: dict[Any, list[tuple[Page, str]]] = defaultdict(list)
    for page in _public_pages().not_type(ProgrammePage).select_related("locale").order_by("path"):
        if (parts := page.get_url_parts(roots)) and parts[2]:
            families[page.translation_key].append((page, absolute(parts[2])))
    for family in families.values():
        alternates = _alternates({page.locale.language_code: address for page, address in family})
        for page, address in family:
            yield Address(address, page.last_published_at or page.latest_revision_created_at, alternates)


def _programme_addresses(now: dt.datetime) -> Iterator[Address]:
    """In each language that the programme has a page or a name in; a page behind a restriction stays out."""
    restricted = set(ProgrammePage.objects.live().not_public().values_list("pk", flat=True))
    for programme in public_programmes(now):
        pages = {page.locale.language_code: page for page in programme.live_pages}  # type: ignore[attr-defined]
        codes = [code for code in LANGUAGES if code in pages or getattr(programme, f"name_{code}")]
        open_codes = [code for code in codes if code not in pages or pages[code].pk not in restricted]
        addresses = {code: link(code, "competition:programme", programme.slug) for code in open_codes}
        for code, address in addresses.items():
            yield Address(address, pages[code].last_published_at if code in pages else None, _alternates(addresses))


def _call_addresses(now: dt.datetime) -> Iterator[Address]:
    for call in published_calls(now):
        names = ["competition:call"]
        if call.result_published_at is not None and call.cancelled_at is None:
            names.append("home:result")
        for name in names:
            addresses = {code: link(code, name, call.slug) for code in call.languages or [call.default_language]}
            for address in addresses.values():
                yield Address(address, call.last_changed_at, _alternates(addresses))


def _alternates(addresses: dict[str, str]) -> list[dict[str, str]]:
    """Of each language, its own included, as search engines want it; nothing where there is only one."""
    if len(addresses) == 1:
        return []
    return [{"lang_code": code, "location": address} for code, address in addresses.items()]
