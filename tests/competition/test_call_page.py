"""The whole public page of a call: questions, answers, meetings and exceptions on it, in few queries."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from competition.enums import AmendmentKind
from competition.models import Call, Enquiry, InformationMeeting
from tests import factories
from tests.competition.amendments import gather_changes, publish
from tests.competition.exceptions import grant
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_call():
    """An open call with something of everything on its page."""
    ensure_site_tree(hostname="testserver")
    call, now = factories.make_call(), timezone.now()
    gather_changes(call, title_en="A clearer title")
    publish(call, kind=AmendmentKind.CLARIFICATION)
    for number in (1, 2):
        Enquiry.objects.create(
            call=call, text="?", language="en", asked_at=now, number=number, published_at=now,
            question_en=f"May question {number} be asked?", answer_en=f"Yes, {number}.",
        )  # fmt: skip
    times = {"starts_at": now + dt.timedelta(days=3), "ends_at": now + dt.timedelta(days=3, hours=1)}
    InformationMeeting.objects.create(call=call, title_en="Come and ask", link="https://example.org/secret", **times)
    grant(call, factories.make_organisation(name="Late Municipality"), closes_at=call.deadline + dt.timedelta(hours=2))
    return call


def address(call):
    return f"/en/calls/{call.slug}/"


def test_everything_stands_on_the_page_and_nothing_private(full_call):
    page = Client().get(address(full_call)).content.decode()

    for text in ("A clearer title", "May question 1 be asked?", "Yes, 2.", "Come and ask", "Late Municipality"):
        assert text in page
    for anchor in ("#enquiries", "#meetings", "#amendments", f"/en/calls/{full_call.slug}/ask/"):
        assert anchor in page
    assert "example.org/secret" not in page


def test_queries_for_a_visitor_without_a_kept_page(full_call):
    client = Client()
    client.get(address(full_call))
    cache.clear()
    client.get("/en/")  # the menu is kept for longer than a page

    with CaptureQueriesContext(connection) as captured:
        client.get(address(full_call))

    assert len(captured) <= 8, [query["sql"][:150] for query in captured]


def test_queries_for_somebody_signed_in(full_call):
    client = Client()
    client.force_login(factories.make_user(), backend="django.contrib.auth.backends.ModelBackend")
    client.get(address(full_call))

    with CaptureQueriesContext(connection) as captured:
        client.get(address(full_call))

    assert len(captured) <= 10, [query["sql"][:150] for query in captured]


def test_a_new_answer_shows_at_once(full_call):
    client = Client()
    client.get(address(full_call))

    Enquiry.objects.filter(call=full_call, number=1).update(answer_en="No, after all.")

    assert "No, after all." in client.get(address(full_call)).content.decode()


def test_machines_are_told_of_the_languages_that_the_call_has(full_call):
    Call.objects.filter(pk=full_call.pk).update(languages=["en", "nb"])
    found = {}

    for language in ("en", "sv"):
        page = Client().get(f"/{language}/calls/{full_call.slug}/").content.decode()
        found[language] = re.findall('rel="alternate" hreflang="(..)" href="([^"]*)"', page)

    there = {code: f"/{code}/calls/{full_call.slug}/" for code in ("en", "nb")}
    assert found == {"en": [("nb", there["nb"])], "sv": list(there.items())}


@pytest.mark.parametrize(
    ("rules", "says", "says_not"),
    [
        ({"endorsement": "required"}, "must endorse the sketch by the deadline", "is welcome, and not needed"),
        ({"endorsement": "optional"}, "is welcome, and not needed", "must endorse the sketch"),
        ({"endorsement": "none"}, "Each of those you invite confirms it here", "top management of the lead applicant"),
        ({"unconfirmed_co_applicants": "left_out"}, "is not counted as an applicant", "cannot be submitted before"),
        ({"unconfirmed_co_applicants": "block"}, "cannot be submitted before every invited", "is not counted as"),
    ],
)
def test_who_must_stand_behind_the_sketch_is_said(rules, says, says_not):
    call = factories.make_call(**rules)

    page = Client().get(address(call)).content.decode()

    assert says in page
    assert says_not not in page
