"""Amendments as everybody reads them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from competition.difference import Kind
from competition.selectors.amendments import shown_amendments
from tests import factories
from tests.competition.amendments import REASON, amend, extend, gather_changes, publish
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def labels(amendment):
    return [(str(change.row), str(change.label), str(change.language)) for change in amendment.changes]


def test_a_reader_gets_the_change_in_the_own_language():
    call = factories.make_call(title_nb="To sider", title_en="Two pages")
    amend(call, title_nb="Fire sider", title_en="Four pages", summary_nb="Ny")

    (english,) = shown_amendments(call, "en")
    (norwegian,) = shown_amendments(call, "nb")

    assert labels(english) == [("", "title", ""), ("", "summary", "Norsk bokmål")]
    assert [change.after for change in norwegian.changes] == ["Fire sider", "Ny"]
    assert [(part.kind, part.text) for part in english.changes[0].parts] == [
        (Kind.REMOVED, "Two "),
        (Kind.ADDED, "Four "),
        (Kind.SAME, "pages"),
    ]


def test_reason_falls_back_and_says_so(client):
    call = factories.make_call()
    amend(call, title_en="Clearer")

    (in_swedish,) = shown_amendments(call, "sv")

    assert (in_swedish.reason, in_swedish.reason_language) == (REASON, "en")
    assert shown_amendments(call, "en")[0].reason_language == ""
    with translation.override("sv"):
        page = client.get(reverse("competition:amendments", args=[call.slug])).content.decode()
    assert f'<p lang="en">{REASON}</p>' in page


def test_confidential_changes_are_the_owners_alone():
    call = factories.make_call()
    gather_changes(call, "question", "need", jury_label_en="Confidential")
    publish(call)

    assert [len(amendment.changes) for amendment in shown_amendments(call, "en")] == [0]
    assert [len(amendment.changes) for amendment in shown_amendments(call, "en", confidential=True)] == [1]


def test_what_is_gathered_is_not_shown():
    call = factories.make_call()
    gather_changes(call, title_en="Not yet")

    assert shown_amendments(call, "en") == []


def test_one_query_whatever_their_number():
    call = factories.make_call()
    for number in range(3):
        amend(call, title_en=f"Title {number}")

    with CaptureQueriesContext(connection) as captured:
        shown = shown_amendments(call, "en")

    assert [amendment.number for amendment in shown] == [3, 2, 1]
    assert len(captured) == 1


def test_pages_show_them_with_date_reason_and_difference(client):
    ensure_site_tree()
    call = factories.make_call(summary_en="At most two pages")
    amend(call, summary_en="At most <i>four</i> pages")
    extend(call, call.deadline.replace(year=2031))

    own = client.get(reverse("competition:amendments", args=[call.slug])).content.decode()
    page = client.get(reverse("competition:call", args=[call.slug])).content.decode()

    for content in (own, page):
        assert content.index("Amendment 2: Extension of the deadline") < content.index("Amendment 1: Clarification")
        assert REASON in content
        assert "&lt;i&gt;four&lt;/i&gt;" in content
        assert "<i>four</i>" not in content
        assert "2031" in content


def test_page_of_a_call_without_amendments(client):
    call = factories.make_call()

    page = client.get(reverse("competition:amendments", args=[call.slug])).content.decode()

    assert "The call stands as it was published." in page
