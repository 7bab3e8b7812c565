"""The page of a call on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from competition.models import Call
from home.demo.pages import publish_pages
from home.demo.world import World
from tests import factories
from tests.competition.enquiries import make_meeting, make_published
from tests.e2e.pages import Person

TITLE = "Needs of small towns"


@pytest.fixture
def call(world: World) -> Call:
    now = timezone.now()
    programme = world.programmes["f-no-programme"]
    fields = {"programme": programme, "eligible_kinds": ["municipality"]}
    call = factories.make_call(title_en=TITLE, title_nb="Behov i små byer", **fields)
    coming = {"opens_at": now + dt.timedelta(days=5), "deadline": now + dt.timedelta(days=90)}
    factories.make_call(title_en="Needs of tomorrow", **fields, **coming)
    closed = factories.make_call(title_en="Needs of yesterday", **fields)
    make_published(call, question="May towns apply together?", answer="Yes, and they should.")
    make_published(call, question="Is there a form on paper?", answer="No.")
    make_meeting(call, capacity=20)
    factories.close(closed)
    publish_pages()
    cache.clear()
    return call


def test_the_page_of_a_call_prints_whole(call: Call, person: Callable[..., Person]) -> None:
    visitor = person("visitor").open(f"/en/calls/{call.slug}/")
    page = visitor.page

    page.emulate_media(media="print")

    for gone in ("header nav", "footer", "[aria-labelledby=contents]", "main form"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".sk-print-only")).to_have_text(page.url)
    addresses = page.evaluate(
        "() => [...document.querySelectorAll('main [data-address]')].map(a => getComputedStyle(a, '::after').content)"
    )
    assert addresses
    assert all("http://" in address for address in addresses)
    page.set_viewport_size({"width": 700, "height": 1000})  # A4 without its margins
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= 700
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(one => one.scrollWidth > one.clientWidth + 1
            && ['hidden', 'clip', 'auto', 'scroll'].includes(getComputedStyle(one).overflowX)
            && !one.matches('.ds-sr-only')).map(one => one.outerHTML.slice(0, 100))"""
    )
    assert cut == []
    assert page.pdf(format="A4")[:4] == b"%PDF"
