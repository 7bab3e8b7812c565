"""The kept page of a call: never stale, and never with anything of somebody's own."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page

from accounts.models import Organisation
from competition.enums import AmendmentKind
from competition.models import Amendment, Call, CallListPage, CallPage, Enquiry, InformationMeeting, Programme, Topic
from home.demo import travel
from home.models import ContentPage
from scoring.models import Criterion
from tests import factories
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2027, 3, 1, 12, 0, 10, tzinfo=dt.UTC)
HIT = 1  # the version; nothing else is read


@pytest.fixture(autouse=True)
def _at_noon():
    ensure_site_tree(hostname="testserver")
    with travel.at(NOON):
        yield


@pytest.fixture
def call():
    return factories.make_call(
        slug="kept",
        opens_at=NOON - dt.timedelta(days=10),
        deadline=NOON + dt.timedelta(days=40),
        questions_until=NOON + dt.timedelta(days=20),
    )


def address(language="en"):
    with translation.override(language):
        return reverse("competition:call", args=["kept"])


def seen(client, language="en", **headers):
    """(number of queries, response)"""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address(language), headers=headers)
    return len(captured), response


def html(client, language="en"):
    return seen(client, language)[1].content.decode()


def publish_amendment(call):
    Amendment.objects.create(
        call=call, number=1, kind=AmendmentKind.CLARIFICATION, reason_en="Said anew", published_at=timezone.now()
    )


def publish_enquiry(call):
    now = timezone.now()
    Enquiry.objects.create(
        call=call, text="?", language="en", asked_at=now, number=1, question="Who?", answer="You.", published_at=now
    )


def rename_page(call):
    page = CallPage.objects.get(call=call, locale__language_code="en")
    page.title = "Another title of the page"
    page.save_revision().publish()


def take_page_down(call):
    Page.objects.get(pk=CallPage.objects.get(call=call, locale__language_code="en").pk).unpublish()


def move_page(call):
    page = CallPage.objects.get(call=call, locale__language_code="en")
    other = CallListPage(title="Another list", slug="another", locale=page.locale)
    page.get_parent().get_parent().add_child(instance=other)
    page.move(CallListPage.objects.get(slug="another"), pos="last-child")


def rename_owner(call):
    Organisation.objects.filter(pk=call.programme.organisation_id).update(name="Renamed owner")


def rename_topic(call):
    Topic.objects.filter(pk=call.topics.first().pk).update(label_en="Renamed topic")


CHANGES = {
    "title": lambda call: Call.objects.filter(pk=call.pk).update(title_en="Another"),
    "question": lambda call: call.questions.filter(code="need").update(label_en="Another"),
    "criterion": lambda call: Criterion.objects.filter(call=call).update(name_en="Another"),
    "amendment": publish_amendment,
    "enquiry": publish_enquiry,
    "contact": lambda call: Programme.objects.filter(pk=call.programme_id).update(contact_mailbox="a@example.com"),
    "owner": rename_owner,
    "topic": rename_topic,
    "page": rename_page,
    "page taken down": take_page_down,
    "page moved": move_page,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_the_page_anew(client, call, change):
    call.topics.add(Topic.objects.first())
    html(client)
    assert seen(client)[0] == HIT

    CHANGES[change](call)

    assert seen(client)[0] > HIT
    assert seen(client)[0] == HIT


def test_a_kept_page_shows_what_was_changed(client, call):
    html(client)
    rename_page(call)
    Programme.objects.filter(pk=call.programme_id).update(contact_mailbox="another@example.com")

    shown = html(client)

    assert "<title>Another title of the page" in shown
    assert "another@example.com" in shown


def test_each_language_is_kept_by_itself(client, call):
    english, norwegian = html(client), html(client, "nb")

    assert (call.title_en in english, call.title_nb in norwegian) == (True, True)
    assert [html(client), html(client, "nb")] == [english, norwegian]


def test_each_host_is_kept_by_itself(client, call, settings):
    settings.ALLOWED_HOSTS = ["*"]
    html(client)

    other = client.get(address(), headers={"host": "other.example.org"}).content.decode()

    assert 'content="http://other.example.org/en/calls/kept/"' in other


@pytest.mark.parametrize(
    ("minutes", "before", "after"),
    [
        (40 * 24 * 60, "Start a sketch", "The call is closed."),
    ],
)
def test_a_passing_deadline_makes_the_page_anew(client, call, minutes, before, after):
    with travel.at(call.deadline - dt.timedelta(seconds=5)):
        assert reverse("competition:start", args=["kept"]) in html(client)
        assert seen(client)[0] == HIT
    with travel.at(call.deadline):
        shown = html(client)

    assert reverse("competition:start", args=["kept"]) not in shown
    assert after in shown


def test_a_meeting_that_begins_makes_the_page_anew(client, call):
    begins = NOON + dt.timedelta(seconds=20)
    InformationMeeting.objects.create(
        call=call, title="Meeting", starts_at=begins, ends_at=begins + dt.timedelta(hours=1)
    )
    html(client)
    assert seen(client)[0] == HIT

    with travel.at(begins):
        assert seen(client)[0] > HIT


def test_the_servers_clock_is_true_to_the_minute(client, call):
    assert "12:00 (" in html(client) or "13:00 (" in html(client)
    with travel.at(NOON + dt.timedelta(seconds=49)):
        assert seen(client)[0] == HIT
    with travel.at(NOON + dt.timedelta(seconds=50)):
        shown = html(client)

    assert "13:01 (Norwegian time)" in shown


def test_a_changed_menu_makes_the_page_anew(client, call):
    html(client)
    page = ContentPage.objects.get(slug="how-it-works")
    page.title = "Renamed in the menu"
    page.save_revision().publish()

    assert "Renamed in the menu" in html(client)


def test_somebody_signed_in_neither_gets_nor_leaves_a_kept_page(client, call):
    user, visitor = factories.make_user(name="Somebody Known"), Client()
    client.force_login(user)

    own = html(client)
    for_all = html(visitor)
    again = html(client)

    assert "Somebody Known" in own
    assert "Somebody Known" not in for_all
    assert "Somebody Known" in again
    assert seen(visitor)[0] == HIT


def test_a_question_in_the_address_is_not_kept(client, call):
    client.get(address() + "?q=need")

    assert seen(client)[0] > HIT


def test_a_change_that_is_rolled_back_leaves_nothing_behind(client, call):
    before = html(client)
    with transaction.atomic():
        Call.objects.filter(pk=call.pk).update(title_en="Never so")
        assert "Never so" in html(client)
        transaction.set_rollback(True)
    assert html(client) == before

    Call.objects.filter(pk=call.pk).update(summary_en="Truly so")  # counts to the same number again
    after = html(client)

    assert "Never so" not in after
    assert "Truly so" in after


def test_a_page_made_while_somebody_publishes_does_not_stay(client, call, monkeypatch):
    """The version is read first: what is then made is at least as new, and kept under a key that nobody asks for."""
    from competition.views import public as views

    made = views._call

    def slowly(request, slug, **options):
        response = made(request, slug, **options)  # from rows before the change
        Call.objects.filter(pk=call.pk).update(title_en="Published meanwhile")
        return response

    monkeypatch.setattr(views, "_call", slowly)
    html(client)
    monkeypatch.setattr(views, "_call", made)

    assert "Published meanwhile" in html(client)


def test_an_unchanged_page_is_not_sent_again(client, call):
    _queries, first = seen(client)
    _queries, second = seen(client, **{"if-none-match": first["ETag"]})
    CHANGES["title"](call)
    _queries, third = seen(client, **{"if-none-match": first["ETag"]})

    assert (second.status_code, second.content, third.status_code) == (304, b"", 200)
    assert "no-cache" in first["Cache-Control"]
    assert "Cookie" in first["Vary"]
    assert second["X-Server-Time"]


def test_an_unpublished_call_is_not_there_and_not_kept(client):
    factories.make_call(slug="kept", publish=False)

    assert seen(client)[1].status_code == 404


def test_without_a_cache_the_page_is_there(client, call):
    html(client)
    cache.clear()

    assert call.title_en in html(client)
