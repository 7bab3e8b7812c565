"""How many statements each page may send, with one and with three of everything; transaction brackets do not count."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competition.selectors.sketches import workspace_rows
from tests import factories

pytestmark = pytest.mark.django_db

BRACKETS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def statements(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(BRACKETS)]


def signed_in(client, sketch):
    client.force_login(factories.writer_of(sketch))
    client.get(page("sketch", sketch))  # warm: session, content types, menu
    return client


def page(name, sketch, *args):
    return reverse(f"competition:{name}", args=[sketch.reference, *args])


@pytest.fixture(params=[1, 3])
def sketch(request):
    """A sketch among one or three of its organisation in one call."""
    call, user = factories.make_call(), factories.make_user()
    return [factories.make_sketch(call=call, by=user) for _n in range(request.param)][-1]


def test_section(client, sketch):
    signed_in(client, sketch)

    sent = statements(lambda: client.get(page("section", sketch, "need")))

    assert len(sent) == 7, sent


@pytest.mark.parametrize(("code", "count"), [("need", 7), ("facts", 7)])
def test_autosave(client, sketch, code, count):
    signed_in(client, sketch)
    typed = {"need": "Another text", "title": "Another title", "topics": ["water"]}

    sent = statements(lambda: client.post(page("autosave", sketch, code), typed))

    assert len(sent) == count, sent


def test_submission(client, sketch):
    signed_in(client, sketch)

    sent = statements(lambda: client.post(page("submit", sketch), {"key": uuid.uuid4()}))

    assert len(sent) == 20, sent


@pytest.mark.parametrize(("who", "count"), [("visitor", 7), ("applicant", 9)])
def test_call_page(client, sketch, who, count):
    if who == "applicant":
        signed_in(client, sketch)
    address = reverse("competition:call", args=[sketch.call.slug])
    client.get(address)
    sketch.call.questions.filter(code="need").update(required=True)  # what was kept is the page no more

    sent = statements(lambda: client.get(address))

    assert len(sent) == count, sent


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_own_sketches(client, number):
    user, call = factories.make_user(), factories.make_call()
    sketches = [factories.make_sketch(call=call, by=user) for _n in range(number)]
    signed_in(client, sketches[0])

    sent = statements(lambda: client.get(reverse("competition:sketch_list")))

    assert len(sent) == 3, sent


@pytest.mark.parametrize("number", [1, 3])
def test_owners_rows(number, django_assert_num_queries):
    call = factories.make_call()
    for _n in range(number):
        factories.make_submitted_sketch(call=call)

    with django_assert_num_queries(2):
        rows = list(workspace_rows(call))

    assert len(rows) == number
