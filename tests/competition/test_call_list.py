"""The public list of calls, and what narrows it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import OrganisationKind
from competition.enums import Phase
from competition.models import Call, CallListPage, Topic
from competition.selectors.call_list import ROWS, listed_calls
from competition.services.questions import ensure_topics
from tests import factories
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db


def slugs(**asked):
    groups = listed_calls(asked, "en", timezone.now()).groups
    return {call.slug for calls in (groups.open, groups.coming, groups.closed) for call in calls}


@pytest.fixture
def calls():
    """Three calls that differ in everything one can ask for."""
    ensure_topics()
    water = factories.make_call(slug="water", title_en="Clean water", eligible_countries=["NO", "SE"])
    health = factories.make_call(slug="health", title_en="Safe nights", eligible_kinds=[OrganisationKind.REGION])
    old = factories.call_in_phase(Phase.COMPLETED, slug="old", title_en="Roads", eligible_countries=["DK"])
    water.topics.add(Topic.objects.get(code="water"))
    return water, health, old


def test_each_filter_narrows_and_an_unknown_value_asks_for_nothing(calls):
    water, _health, _old = calls

    assert slugs() == {"water", "health", "old"}
    assert slugs(state="open") == {"water", "health"}
    assert slugs(state="closed") == {"old"}
    assert slugs(topic="water") == {"water"}
    assert slugs(country="SE") == {"water", "health"}
    assert slugs(kind="region") == {"health"}
    assert slugs(programme=water.programme.slug) == {"water"}
    assert slugs(q="clean WAT") == {"water"}
    assert slugs(q="night", country="NO", state="open") == {"health"}
    assert slugs(topic="nothing", kind="\x00", state="x", page="-1", q="\x00") == {"water", "health", "old"}


def test_counts_say_what_the_other_filters_leave(calls):
    listed = listed_calls({"country": "DK", "state": "open"}, "en", timezone.now())

    assert [(code, number, current) for code, _label, number, current, _query in listed.counts] == [
        ("open", 1, True),
        ("coming", 0, False),
        ("closed", 1, False),
    ]
    assert listed.counts[2][4] == "country=DK&state=closed"


def test_archived_and_unpublished_calls_stay_out(calls):
    Call.objects.filter(slug="old").update(archived_at=timezone.now())
    factories.make_call(slug="draft", publish=False)

    assert slugs() == {"water", "health"}


def test_page_shows_the_filters_and_a_way_out(calls):
    ensure_site_tree(hostname="testserver")
    address = CallListPage.objects.get(locale__language_code="en").get_url()

    found = Client().get(f"{address}?topic=water").content.decode()
    nothing = Client().get(f"{address}?topic=water&kind=region&q={'x' * 500}").content.decode()

    assert "Clean water" in found
    assert re.search(r'href="/nb/[^"]*\?topic=water"', found), "the language switch keeps the filters"
    assert "Safe nights" not in found
    assert '<option value="water" selected>' in found
    assert "No call answers to all of this." in nothing
    assert f'href="{address}"' in nothing


def test_closed_calls_come_in_pages_and_queries_do_not_grow():
    ensure_site_tree(hostname="testserver")
    factories.call_in_phase(Phase.COMPLETED)
    address = CallListPage.objects.get(locale__language_code="en").get_url()
    client = Client()
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    template = Call.objects.get()
    for number in range(ROWS + 5):
        template.pk, template.slug = None, f"copy-{number}"
        template.save(force_insert=True)

    with CaptureQueriesContext(connection) as many:
        first = client.get(address).content.decode()
    second = client.get(f"{address}?page=2").content.decode()

    assert len(many) == len(few) <= 12
    assert first.count('class="sk-list__title"') == ROWS
    assert second.count('class="sk-list__title"') == 6
    assert "Page 1 of 2" in first
