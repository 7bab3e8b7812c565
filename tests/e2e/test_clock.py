"""A call's page that stands open in a browser tells the truth: by the server's clock, after sleep, and back again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from tests import factories
from tests.e2e.pages import Person

SLEPT = dt.timedelta(hours=3)
WAKES = {
    "back from another page": "() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))",
    "after a night with the lid closed": "() => document.dispatchEvent(new Event('visibilitychange'))",
}


@pytest.fixture
def visitor(site: str, person: Callable[..., Person]) -> Person:
    """On the page of a call that closes in two hours, with a clock that can be set."""
    now = timezone.now()
    call = factories.make_call(opens_at=now - dt.timedelta(days=30), deadline=now + dt.timedelta(hours=2))
    visitor = person("visitor")
    visitor.page.clock.install()
    return visitor.open(f"/en/calls/{call.slug}/")


def server_is_ahead(visitor: Person, by: dt.timedelta) -> None:
    """The server says that much later than it is, as it will."""

    def answer(route: Route) -> None:
        if route.request.method != "HEAD":
            route.continue_()
            return
        response = route.fetch()
        route.fulfill(
            response=response, headers=response.headers | {"x-server-time": (timezone.now() + by).isoformat()}
        )

    visitor.page.route("**/calls/**", answer)


def set_readers_clock(visitor: Person, by: dt.timedelta) -> None:
    """No timer fires: a computer that sleeps runs none."""
    visitor.page.clock.set_system_time(timezone.now() + by)


def says(visitor: Person, *, is_open: bool) -> None:
    page = visitor.page
    announced = page.locator("[data-announce]")
    if is_open:
        expect(page.get_by_role("link", name="Start a sketch")).to_be_visible()
        expect(announced).to_be_empty()
    else:
        expect(announced).to_have_text("The call is closed.")
        expect(page.get_by_role("link", name="Start a sketch")).to_be_hidden()
        expect(page.get_by_text("The deadline has passed.")).to_be_visible()
        expect(page.locator(".sk-kicker [data-after]")).to_have_text("Closed")


@pytest.mark.parametrize("wake", WAKES)
def test_a_page_that_wakes_up_after_the_deadline_says_so(visitor: Person, wake: str) -> None:
    says(visitor, is_open=True)
    server_is_ahead(visitor, SLEPT)
    set_readers_clock(visitor, SLEPT)

    visitor.page.evaluate(WAKES[wake])

    says(visitor, is_open=False)


def test_a_page_that_is_looked_at_all_the_time_turns_by_itself(visitor: Person) -> None:
    says(visitor, is_open=True)
    server_is_ahead(visitor, SLEPT)

    visitor.page.clock.fast_forward(SLEPT.seconds * 1000)

    says(visitor, is_open=False)


def test_the_readers_clock_alone_closes_nothing(visitor: Person) -> None:
    set_readers_clock(visitor, SLEPT)

    with visitor.page.expect_response(lambda response: response.request.method == "HEAD"):
        visitor.page.evaluate(WAKES["after a night with the lid closed"])

    says(visitor, is_open=True)
    expect(visitor.page.locator("[data-until]").first).to_contain_text("1 hour")


def test_a_page_opens_by_itself_too(site: str, person: Callable[..., Person]) -> None:
    now = timezone.now()
    call = factories.make_call(opens_at=now + dt.timedelta(hours=2), deadline=now + dt.timedelta(days=40))
    visitor = person("visitor")
    visitor.page.clock.install()
    visitor.open(f"/en/calls/{call.slug}/").sees("The form opens at the time above.")
    server_is_ahead(visitor, SLEPT)

    visitor.page.clock.fast_forward(SLEPT.seconds * 1000)

    expect(visitor.page.locator("[data-announce]")).to_have_text("The call is open.")
    expect(visitor.page.get_by_role("link", name="Show the page anew")).to_be_visible()
