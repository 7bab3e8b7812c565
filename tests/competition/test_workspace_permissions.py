"""Who finds which page of the workspace. Another programme's people find nothing."""

import pytest
from django.test import Client

from competition.enums import ProgrammeRole
from tests import factories
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db

EVERYBODY = set(ProgrammeRole.values)
MANAGERS = {"owner", "call_manager"}
CHECKERS = {*MANAGERS, "case_officer"}
PAGES = {
    "workspace:overview": EVERYBODY,
    "workspace:edit": MANAGERS,
    "workspace:publish": MANAGERS,
    "workspace:cancel": MANAGERS,
    "workspace:questions": EVERYBODY,
    "workspace:sketches": EVERYBODY,
    "workspace:complete_check": CHECKERS,
    "workspace:letters": MANAGERS,
    "workspace:log": EVERYBODY,
}


@pytest.fixture
def call():
    return factories.make_call()


@pytest.mark.parametrize("role", ProgrammeRole.values)
def test_pages_open_for_the_roles_that_may(call, role):
    client = staff_client(call.programme, role)

    found = {name for name in PAGES if client.get(url_of(name, call)).status_code == 200}

    assert found == {name for name, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("role", ProgrammeRole.values)
def test_tabs_are_those_that_open(call, role):
    client = staff_client(call.programme, role)

    tabs = client.get(url_of("workspace:overview", call)).context["tabs"]

    assert tabs
    assert {client.get(tab.url(call)).status_code for tab in tabs} == {200}


def test_another_programmes_people_find_nothing(call):
    stranger = staff_client(factories.make_programme())

    assert {stranger.get(url_of(name, call)).status_code for name in PAGES} == {404}
    assert {stranger.post(url_of(name, call)).status_code for name in PAGES} <= {404, 405}
    assert call.title not in stranger.get("/admin/calls/").content.decode()


def test_a_superuser_without_a_role_finds_nothing(call):
    user = factories.make_user(is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(url_of("workspace:overview", call)).status_code == 404


def test_somebody_outside_is_asked_to_sign_in(call):
    response = Client().get(url_of("workspace:overview", call))

    assert response.status_code == 302
    assert "login" in response.headers["Location"]


def test_drafts_are_not_found(call):
    draft = factories.make_sketch(call=call)
    client = staff_client(call.programme)

    assert client.get(url_of("workspace:sketch", call, draft.reference)).status_code == 404
    assert draft.reference not in client.get(url_of("workspace:sketches", call)).content.decode()


def test_a_sketch_of_another_call_is_not_found_here(call):
    elsewhere = factories.make_submitted_sketch(call=factories.make_call(programme=call.programme))
    client = staff_client(call.programme)

    assert client.get(url_of("workspace:sketch", call, elsewhere.reference)).status_code == 404


def test_the_menu_shows_calls_only_to_those_who_have_some(call):
    insider = staff_client(call.programme)
    outsider = staff_client(call.programme)
    outsider.staff.programme_memberships.all().delete()

    assert b'"/admin/calls/"' in insider.get("/admin/").content
    assert b'"/admin/calls/"' not in outsider.get("/admin/").content
