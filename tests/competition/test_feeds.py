"""What programs read along: the feed of calls and the calendar of a call."""

import datetime as dt
import zoneinfo
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from competition.enums import Phase
from competition.services import calls, endings
from tests import factories
from tests.competition.amendments import gather_changes, publish
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def entries(client, language="en"):
    with translation.override(language):
        response = client.get(reverse("competition:feed"))
    assert response["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(response.content).findall(f"{ATOM}entry")


def text(entry, name):
    return entry.findtext(f"{ATOM}{name}")


def calendar(client, call):
    response = client.get(reverse("competition:calendar", args=[call.slug]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def events(client, call):
    """code -> event"""
    return {event["uid"].rsplit("-", 1)[1]: event for event in calendar(client, call).walk("VEVENT")}


def change(call, **fields):
    if gather_changes(call, **fields).changes:
        publish(call)
    call.refresh_from_db()


def test_a_call_is_one_entry_in_each_language(client):
    ensure_site_tree()
    call = factories.make_call(languages=["en", "nb"])

    english, norwegian = entries(client), entries(client, "nb")

    assert [text(entry, "title") for entry in english] == [call.title_en]
    assert [text(entry, "title") for entry in norwegian] == [call.title_nb]
    assert text(english[0], "id") == text(norwegian[0], "id") == call.permanent_id.urn
    assert english[0].find(f"{ATOM}link").get("href") == f"http://testserver/en/calls/{call.slug}/"


def test_only_published_calls_are_in_the_feed(client):
    factories.make_call(publish=False)
    factories.call_in_phase(Phase.ARCHIVED)
    shown = factories.call_in_phase(Phase.CANCELLED)

    assert [text(entry, "title") for entry in entries(client)] == [shown.title_en]
    assert "This call is cancelled" in text(entries(client)[0], "summary")


@pytest.mark.parametrize("what", [{"title_en": "Another title"}, {"deadline": dt.timedelta(days=7)}])
def test_an_entry_is_updated_when_texts_or_dates_change_and_keeps_its_id(client, what):
    call = factories.make_call()
    before = entries(client)[0]
    if "deadline" in what:
        what = {"deadline": call.deadline + what["deadline"]}

    change(call, **what)
    after = entries(client)[0]
    change(call, **what)
    again = entries(client)[0]

    assert text(after, "id") == text(before, "id")
    assert text(after, "updated") >= text(before, "updated")
    call.refresh_from_db()
    assert call.changed_at > call.published_at
    assert text(again, "updated") == text(after, "updated")


def test_what_somebody_wrote_is_text_in_the_feed(client):
    factories.make_call(title_en="A & B <b>", summary_en="<script>alert(1)</script>")

    entry = entries(client)[0]

    assert text(entry, "title") == "A & B <b>"
    assert "&lt;script&gt;" in text(entry, "summary")


def test_an_unchanged_feed_and_calendar_are_not_sent_again(client):
    call = factories.make_call()

    for address in (reverse("competition:feed"), reverse("competition:calendar", args=[call.slug])):
        first = client.get(address)
        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_feed(client, django_assert_num_queries, number):
    for _n in range(number):
        factories.make_call()

    with django_assert_num_queries(1):
        client.get(reverse("competition:feed"))


def test_queries_of_a_calendar(client, django_assert_num_queries):
    call = factories.make_call()

    with django_assert_num_queries(2):
        client.get(reverse("competition:calendar", args=[call.slug]))


def test_a_calendar_has_every_date_in_the_zone_of_the_call(client):
    zone = zoneinfo.ZoneInfo("Europe/Helsinki")
    call = factories.make_call(
        timezone="Europe/Helsinki",
        publish=False,
        opens_at=dt.datetime(2027, 3, 1, 9, tzinfo=zone),
        questions_until=dt.datetime(2027, 4, 1, 12, tzinfo=zone),
        deadline=dt.datetime(2027, 5, 3, 13, tzinfo=zone),
        pitch_at=dt.datetime(2027, 11, 9, 10, tzinfo=zone),
        result_at=dt.datetime(2027, 12, 1, 0, 30, tzinfo=zone),
    )
    calls.publish_call(by=factories.owner_of(call.programme), call=call)

    found = events(client, call)

    assert {code: event["dtstart"].to_ical().decode() for code, event in found.items()} == {
        "opening": "20270301T090000",
        "questions": "20270401T120000",
        "deadline": "20270503T130000",
        "pitch": "20271109T100000",
        "result": "20271201",
    }
    assert {event["dtstart"].params.get("TZID") for event in found.values()} == {"Europe/Helsinki", None}
    assert found["deadline"]["summary"] == f"Deadline: {call.title_en}"
    zones = calendar(client, call).walk("VTIMEZONE")
    assert [str(zone["tzid"]) for zone in zones] == ["Europe/Helsinki"]
    offsets = {part["tzoffsetto"].to_ical() for part in zones[0].walk() if "tzoffsetto" in part}
    assert offsets == {"+0200", "+0300"}


def test_uids_stay_and_the_sequence_rises_only_when_a_date_moves(client):
    call = factories.make_call()
    first = events(client, call)["deadline"]

    change(call, title_en="Another title")
    renamed = events(client, call)["deadline"]
    change(call, deadline=call.deadline + dt.timedelta(days=7))
    moved = events(client, call)["deadline"]
    endings.cancel_call(by=factories.owner_of(call.programme), call=call, reason="No money")
    cancelled = events(client, call)["deadline"]

    assert {event["uid"] for event in (first, renamed, moved, cancelled)} == {first["uid"]}
    assert [event["sequence"] for event in (first, renamed, moved, cancelled)] == [0, 0, 1, 2]
    assert first["last-modified"].dt <= renamed["last-modified"].dt <= moved["last-modified"].dt
    assert (moved["status"], cancelled["status"]) == ("CONFIRMED", "CANCELLED")


def test_there_is_no_calendar_before_the_call_is_published(client):
    call = factories.make_call(publish=False)

    assert client.get(reverse("competition:calendar", args=[call.slug])).status_code == 404


def test_line_breaks_in_a_title_make_no_line_of_their_own(client):
    call = factories.make_call(title_en="Title\nSTATUS:CANCELLED", summary_en="One\r\nBEGIN:VEVENT")

    found = events(client, call)

    assert {str(event["status"]) for event in found.values()} == {"CONFIRMED"}
    assert set(found) == {"opening", "deadline"}
