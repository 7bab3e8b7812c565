"""Submitted versions beside each other and beside the draft."""

import pytest
from django.urls import reverse
from django.utils import translation

from competition.services.sketches import save_answers
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def writer(client, sketch):
    user = factories.writer_of(sketch)
    client.force_login(user)
    return user


@pytest.fixture
def sketch():
    """Two versions that differ in the need, and a draft that differs again."""
    sketch = factories.make_sketch()
    by = factories.writer_of(sketch)
    for text in ("First need", "Second need"):
        save_answers(by=by, sketch=sketch, values={"need": text})
        factories.submit(sketch)
    save_answers(by=by, sketch=sketch, values={"need": "Draft need"})
    return sketch


def page(sketch, name="versions"):
    return reverse(f"competition:{name}", args=[sketch.reference])


def compared(response):
    return {row.code: [(str(part.kind), part.text.strip()) for part in row.parts] for row in response.context["rows"]}


@pytest.mark.parametrize(
    ("query", "changed"),
    [
        ({}, ("Second", "Draft")),
        ({"from": "1", "to": "2"}, ("First", "Second")),
        ({"from": "draft", "to": "1"}, ("Draft", "First")),
        ({"from": "9" * 30, "to": "x"}, ("Second", "Draft")),
    ],
)
def test_any_two_states_are_compared(client, writer, sketch, query, changed):
    response = client.get(page(sketch), query)

    removed, added = changed
    assert compared(response) == {"need": [("removed", removed), ("added", added), ("same", "need")]}


def test_an_answer_goes_back_into_the_draft_and_no_version_changes(client, writer, sketch):
    before = list(sketch.versions.values_list("number", "sha256"))

    sent = {"version": "1", "code": "need", "revision": sketch.draft_revision}
    response = client.post(page(sketch, "restore"), sent, follow=True)

    assert "back in the draft" in response.content.decode()
    assert sketch.answers.get(question__code="need").value == "First need"
    assert list(sketch.versions.values_list("number", "sha256")) == before


def test_what_a_colleague_saved_since_is_not_replaced(client, writer, sketch):
    opened_at = sketch.draft_revision
    save_answers(by=factories.add_colleague(sketch), sketch=sketch, values={"need": "Theirs"})

    sent = {"version": "1", "code": "need", "revision": opened_at}
    response = client.post(page(sketch, "restore"), sent, follow=True)

    assert "Nothing was changed" in response.content.decode()
    assert sketch.answers.get(question__code="need").value == "Theirs"


@pytest.mark.parametrize(("version", "status"), [("3", 404), ("x", 404), ("", 404), ("9" * 30, 404)])
def test_restoring_from_no_version_is_not_there(client, writer, sketch, version, status):
    assert client.post(page(sketch, "restore"), {"version": version, "code": "need"}).status_code == status


def test_a_reader_compares_and_restores_nothing(client, sketch):
    client.force_login(factories.add_colleague(sketch, role="reader"))

    shown = client.get(page(sketch))
    refused = client.post(page(sketch, "restore"), {"version": "1", "code": "need"})

    assert not any(row.can_restore for row in shown.context["rows"])
    assert refused.status_code == 404
