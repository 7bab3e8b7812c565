"""A real browser in front of a real server, with a real worker behind it.

The browser is Debian's chromium. Where there is none these tests are skipped, and say so; SKISSE_REQUIRE_BROWSER=1
makes that a failure. Pictures of the pages at which a test failed lie in var/e2e/.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from accounts.services import set_language
from home.demo.world import World, build_world
from tests.e2e.pages import AXE, Person

BROWSER = os.environ.get("SKISSE_BROWSER") or shutil.which("chromium")
PICTURES = Path(__file__).resolve().parents[2] / "var" / "e2e"
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(600))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = yield
    if report.when == "call" and report.failed:
        for person in getattr(item, "people", []):
            report.sections.append((f"{person.name}'s browser", person.leave_picture(PICTURES, item.name)))
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not BROWSER or not AXE.exists():
        missing = "chromium" if not BROWSER else "node_modules/axe-core (run `make setup`)"
        if os.environ.get("SKISSE_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{missing} is missing, and SKISSE_REQUIRE_BROWSER says that it must not be")
        pytest.skip(f"BROWSER TESTS ARE NOT RUN: {missing} is missing")
    # Playwright keeps an event loop in this thread; Django takes that for asynchronous code, which it is not.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield found
        found.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(celery_worker: None, live_server, settings) -> str:
    """The address of the running site; links in mails lead to it."""
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def world(site: str) -> World:
    """Pages, programmes, organisations and logins of the demo; no calls. Everybody reads English, as the tests do."""
    host, port = site.removeprefix("http://").split(":")
    world = build_world(hostname=host, port=int(port))
    for user in (*world.staff.values(), *world.writers.values()):
        set_language(by=user, language="en")
    return world


@pytest.fixture
def person(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """Opens a browser of somebody's own: person("owner"), person("agency 2", javascript=False)."""
    people: list[Person] = []
    looked_at: set[tuple] = set()
    request.node.people = people

    def arrive(name: str, **options) -> Person:
        people.append(Person(browser, site, name, looked_at=looked_at, **options))
        return people[-1]

    yield arrive
    for one in people:
        one.leave()
