"""Keeping a gathered change after somebody else has changed what it is about."""

import pytest

from accounts.errors import NotAllowed, Refused
from competition.amending import read_changes
from competition.errors import Overtaken
from competition.models import Call
from competition.services.amendment_rebase import keep_change
from competition.services.revisions import digest
from tests import factories
from tests.competition.amendments import gather_changes, publish
from tests.competition.test_amendment_questions import publish_change, remove
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db
KEY = ("call", "", "title_en")


@pytest.fixture
def call():
    """A call whose title somebody has changed under a gathered change."""
    call = factories.make_call(title_en="Old")
    gather_changes(call, title_en="Mine")
    return factories.set_instants(call, title_en="Theirs")


def keep(call, key=KEY, shown="Theirs", by=None):
    return keep_change(by=by or factories.owner_of(call.programme), call=call, key=key, shown=digest(shown))


def test_a_kept_change_is_made_from_what_stands_now(call):
    amendment = keep(call)

    (change,) = read_changes(amendment.changes)
    publish(call)

    assert (change.before, change.after) == ("Theirs", "Mine")
    assert Call.objects.get(pk=call.pk).title_en == "Mine"


def test_until_then_nothing_is_published(call):
    with pytest.raises(Overtaken):
        publish(call)


def test_what_changed_once_more_is_looked_at_again(call):
    factories.set_instants(call, title_en="Theirs again")

    with pytest.raises(Refused, match="once more"):
        keep(call)


def test_a_change_that_says_the_same_drops_out(call):
    factories.set_instants(call, title_en="Mine")

    assert keep(call, shown="Mine").changes == []


def test_a_removal_is_kept_over_the_question_as_it_is_now():
    call = factories.make_call()
    remove(call, "need")
    call.questions.filter(code="need").update(help_text_en="Other guidance")
    client = staff_client(call.programme)
    review = client.get(url_of("workspace:amendment_review", call)).content.decode()

    response = client.post(url_of("workspace:amendment_keep", call), keep_data(review, "question/need/"))
    publish_change(call)

    assert response.status_code == 302
    assert not call.questions.filter(code="need").exists()


def keep_data(page, key):
    mark = page.split('name="shown" value="')[1].split('"')[0]
    return {"key": key, "shown": mark}


def test_what_is_gone_cannot_be_kept():
    call = factories.make_call()
    gather_changes(call, "question", "why_unsolved", help_text_en="More")
    call.questions.filter(code="why_unsolved").delete()

    with pytest.raises(Refused, match="is gone"):
        keep(call, ("question", "why_unsolved", "help_text_en"), "")
    with pytest.raises(Refused, match="is gone"):
        keep(call)


def test_strangers_keep_nothing(call):
    with pytest.raises(NotAllowed):
        keep(call, by=factories.make_user())


def test_the_review_shows_both_texts_and_one_button(call):
    client = staff_client(call.programme)
    review = url_of("workspace:amendment_review", call)

    page = client.get(review).content.decode()
    response = client.post(url_of("workspace:amendment_keep", call), keep_data(page, "call//title_en"))
    after = client.get(review).content.decode()

    assert "Somebody else has changed this since" in page
    assert "Theirs" in page
    assert "Mine" in page
    assert response["Location"] == review
    assert "Somebody else has changed this since" not in after
    assert "Theirs" in after
