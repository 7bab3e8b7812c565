"""The outbox of a call."""

import pytest
from post_office.models import STATUS, Email

from notifications.models import Letter
from tests import factories
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    """One whose only sketch was dismissed: a letter to the mailbox, and one to the person who handed it in."""
    sketch = factories.make_submitted_sketch()
    call = factories.close(sketch.call)
    sketch.refresh_from_db()
    factories.dismiss(sketch, "Not a public body.")
    return call


def test_letters_are_listed_by_state_and_opened(call):
    client = staff_client(call.programme)
    failed = Letter.objects.order_by("pk").first()
    Email.objects.filter(pk=failed.email_id).update(status=STATUS.failed)

    everything = client.get(url_of("workspace:letters", call)).context["page_obj"].object_list
    page = client.get(url_of("workspace:letters", call), {"state": "failed"})
    letter = client.get(url_of("workspace:letter", call, failed.pk))

    assert len(everything) == Letter.objects.count() == 2
    assert [letter.pk for letter in page.context["page_obj"].object_list] == [failed.pk]
    assert letter.context["letter"].text == failed.text
    assert b"could not be delivered" in client.get(url_of("workspace:overview", call)).content


def test_a_failed_letter_is_sent_again_at_the_press_of_a_button(call):
    client = staff_client(call.programme)
    failed = Letter.objects.order_by("pk").first()
    Email.objects.filter(pk=failed.email_id).update(status=STATUS.failed)

    client.post(url_of("workspace:letter", call, failed.pk))

    assert Email.objects.get(pk=failed.email_id).status == STATUS.queued


def test_a_letter_of_another_call_is_not_found_here(call):
    other = factories.make_call(programme=call.programme)
    client = staff_client(call.programme)

    assert client.get(url_of("workspace:letter", other, Letter.objects.first().pk)).status_code == 404
