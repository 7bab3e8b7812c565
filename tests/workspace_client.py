"""Signing somebody on the owner's side in to the workspace, and counting what a page asks the database."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from competition.enums import ProgrammeRole
from competition.models import Call, Programme
from competition.services.programmes import grant_programme_role
from tests import factories
from tests.remembered import remembered


def staff_client(programme: Programme, role: str = ProgrammeRole.OWNER, *, user: User | None = None) -> Client:
    """A browser of a (new) person with the role, let into the admin as the service lets people in."""
    user = _let_in(programme, role, user)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.staff = user
    return client


@remembered
def _let_in(programme: Programme, role: str, user: User | None) -> User:
    user = user or factories.make_user()
    grant_programme_role(by=None, programme=programme, user=user, role=role)
    return user


def url_of(name: str, call: Call, *args: object) -> str:
    return reverse(name, args=[call.pk, *args])


def queries_of(client: Client, url: str) -> int:
    """Queries of the second time the page is asked for: content types, sites and the session are known by then."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)
