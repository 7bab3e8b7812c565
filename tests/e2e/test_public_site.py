"""A visitor walks through the public site, with JavaScript and without; axe and a phone look at every page."""

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


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_visitor_finds_a_call_and_everything_around_it(
    call: Call, person: Callable[..., Person], javascript: bool
) -> None:
    visitor = person(f"visitor {javascript}", javascript=javascript)

    visitor.open("/en/").sees(TITLE).sees("Coming calls").follow("Calls", within="header")
    _filters(visitor)
    visitor.follow(TITLE, within="main").sees("Who can apply").sees("20 of 20 places are free.")
    _questions(visitor)
    _language_switch(visitor, call)
    _texts(visitor)
    visitor.follow("Accessibility statement", within="footer")
    assert visitor.heading()


def _filters(visitor: Person) -> None:
    page = visitor.page
    visitor.set("q", "small towns").press("Show the calls").sees(TITLE).does_not_see("Needs of tomorrow")
    assert "q=small" in visitor.path
    visitor.follow("Show all calls").follow("Closed (1)").sees("Needs of yesterday").does_not_see("Needs of tomorrow")
    visitor.follow("Calls", within="header").choose("Who may apply", "Municipality").press("Show the calls").sees(
        "Needs of tomorrow"
    )
    expect(page.get_by_label("Who may apply")).to_have_value("municipality")
    visitor.set("q", "nothing has these words").press("Show the calls").sees("No call answers to all of this.")
    visitor.follow("Show all calls").sees(TITLE)


def _questions(visitor: Person) -> None:
    visitor.page.locator("#enquiries-q").fill("towns together")
    visitor.press("Search", within="main")
    visitor.sees("1 question has all these words").sees("Yes, and they should.").does_not_see("on paper")
    visitor.follow("Back to the call")


def _language_switch(visitor: Person, call: Call) -> None:
    page = visitor.page
    for name, code, title in (
        ("Norsk bokmål", "nb", "Behov i små byer"),
        ("Svenska", "sv", None),
        ("English", "en", TITLE),
    ):
        page.locator("header details summary").first.click()
        visitor.follow(name, within="header")
        assert (visitor.path, page.locator("html").get_attribute("lang")) == (f"/{code}/calls/{call.slug}/", code)
        heading = page.locator("h1")
        if title:
            expect(heading).to_have_text(title)
        else:  # no Swedish text: another language, which says so
            assert heading.get_attribute("lang") in ("nb", "en")


def _texts(visitor: Person) -> None:
    visitor.follow("How to write a good sketch", within="header").follow(
        "What happens after the deadline", within="main"
    )
    visitor.sees("Receipt")
    visitor.follow("News", within="header").follow("Four sketches became projects", within="main")
    expect(visitor.page.get_by_role("table", name="Sketches in the first competition")).to_be_visible()
    visitor.follow("Lessons", within="header").follow("Share the need with your neighbour", within="main")


def test_a_missing_language_is_shown_as_what_it_is(call: Call, person: Callable[..., Person]) -> None:
    visitor = person("visitor").open("/da/erfaringer-da/")

    foreign = visitor.page.locator("main li", has_text="Dela behovet")
    expect(foreign.locator("[lang=sv]")).to_have_count(2)
    expect(foreign).to_contain_text("Svenska")


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


def test_readers_in_another_zone_see_their_own_time_beside_the_calls(call: Call, person: Callable[..., Person]) -> None:
    visitor = person("visitor")
    context = visitor.context.browser.new_context(base_url=visitor.site, timezone_id="America/New_York")
    page = context.new_page()
    page.goto(f"/en/calls/{call.slug}/")

    expect(page.locator(".sk-summary--dates .sk-yours")).not_to_have_count(0)
    expect(page.locator(".sk-phases .sk-yours")).to_have_count(0)
    context.close()
