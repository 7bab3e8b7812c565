"""Every address of the site, asked for by everybody, in every phase."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from copy import copy

import pytest
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.template import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation
from pytest_django.fixtures import Settings

from accounts.models import User
from competition.enums import Phase
from tests.permissions.url_table import ADMIN, ADMITTED_TO_ADMIN, PUBLIC, ROWS, THIRD_PARTIES, Row
from tests.permissions.world import PHASES, ROLES, World, build

OURS = ("accounts", "notifications", "competition", "scoring", "home", "config")
# What has no say in who gets in, and takes half of the time.
BESIDE_THE_POINT = (
    "config.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
)
IN, SIGN_IN, NOT_FOUND = "in", "sign in", "not found"


def named_views() -> Iterator[tuple[str, str]]:
    """(name with namespace, package the view comes from) of every pattern there is."""
    yield from _walk(get_resolver(), "")


def _walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            view = getattr(entry.callback, "view_class", entry.callback)
            module = getattr(view, "__module__", type(view).__module__)
            yield f"{namespace}{entry.name}", module.split(".")[0]


def test_every_address_has_a_row() -> None:
    ours = {name for name, package in named_views() if package in OURS}

    assert sorted(ours - set(ROWS)) == [], "addresses without a row in tests/permissions/url_table.py"


def test_every_row_has_an_address() -> None:
    assert sorted(set(ROWS) - {name for name, _package in named_views()}) == []


def test_views_of_others_are_known_others() -> None:
    assert {package for _name, package in named_views()} - set(OURS) == set(THIRD_PARTIES)


def expected(row: Row, phase: Phase, role: str) -> str:
    if row.area == ADMIN and role not in ADMITTED_TO_ADMIN:
        return SIGN_IN
    if role in row.let_in[phase]:
        return IN
    return SIGN_IN if role == "visitor" and row.area != PUBLIC else NOT_FOUND


def seen(client: Client, url: str, row: Row) -> str:
    """What the answer amounts to. 409 and 422 are pages of somebody who is in; 500 would have been raised."""
    if row.data is None:
        response = client.get(url)
    else:
        with transaction.atomic():  # as if nobody had asked before
            response = client.post(url, row.data())
            transaction.set_rollback(True)
    if response.streaming:
        b"".join(response.streaming_content)  # which closes the file
    if response.status_code == 404:
        return NOT_FOUND
    if response.status_code == 401 or (response.status_code == 302 and "/login/" in response["Location"]):
        return SIGN_IN
    return IN if response.status_code in (200, 302, 409, 422) else str(response.status_code)


def browsers(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, Client]:
    """A signed-in browser for each role. Who somebody is gets read once, what they may do is asked at every address."""
    people = {user.pk: user for user in User.objects.filter(pk__in=[user.pk for user in world.people.values()])}
    for user in people.values():
        user.get_all_permissions()
    monkeypatch.setattr(ModelBackend, "get_user", lambda self, pk: copy(people[int(pk)]))
    clients = {}
    for role in ROLES:
        clients[role] = Client(headers={"accept-language": "en"})
        if role != "visitor":
            clients[role].force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return clients


@pytest.mark.django_db
@pytest.mark.timeout(600)  # a hundred and fifty addresses, eighteen people
@pytest.mark.parametrize("phase", PHASES)
def test_everybody_at_every_address(
    phase: Phase, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, logger="django.request")  # thousands of 404 are meant here
    world = build(phase)
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name not in BESIDE_THE_POINT]
    clients = browsers(world, monkeypatch)
    draw = Template.render
    differences = []

    for name, row in ROWS.items():
        with translation.override("en"):
            url = reverse(name, args=row.address(world))
        drawn: set[str] = set()
        for role, client in clients.items():
            want = expected(row, phase, role)
            # Each answer is drawn once at each address: the same page for the next role would only take time.
            monkeypatch.setattr(Template, "render", (lambda self, context: "") if want in drawn else draw)
            drawn.add(want)
            found = seen(client, url, row)
            if found != want:
                differences.append(f"{role} at {name} while {phase}: {found}, should be: {want}")

    assert differences == []
