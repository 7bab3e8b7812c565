"""Information meetings: announced and changed by the owner's side, with exactly as many people as places."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.errors import InvalidInput, NotAllowed
from competition import tasks
from competition.enums import ProgrammeRole, RegistrationState
from competition.errors import IllegalTransition, RegistrationClosed, StaleEdit
from competition.models import MeetingRegistration
from competition.selectors.meetings import meeting_facts, meetings_ahead
from competition.selectors.tasks import open_tasks
from competition.services.meetings import cancel_meeting, update_meeting
from competition.services.registrations import register, unregister
from home.demo.travel import at
from notifications.models import Letter
from tests import factories
from tests.competition.enquiries import ahead, make_meeting
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return factories.make_call()


@pytest.fixture
def owner(call):
    return factories.owner_of(call.programme)


def come(meeting, number=1):
    return [register(by=factories.make_user(), meeting=meeting) for _n in range(number)]


def states(meeting):
    return list(MeetingRegistration.objects.filter(meeting=meeting).order_by("pk").values_list("state", flat=True))


def kinds():
    return sorted(Letter.objects.values_list("recipient", "kind"))


# -- the owner -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"), [(role, role in ("owner", "call_manager", "case_officer")) for role in ProgrammeRole.values]
)
def test_who_changes_a_meeting(call, role, may):
    meeting, user = make_meeting(call), factories.make_member(call.programme, role)

    if may:
        assert update_meeting(by=user, meeting=meeting, title_en="Another title").revision == 1
    else:
        with pytest.raises(NotAllowed):
            update_meeting(by=user, meeting=meeting, title_en="Another title")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title_en": ""}, "title_en"),
        ({"title_en": "x" * 300}, "title_en"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 10**12}, "capacity"),
        ({"starts_at": ahead(days=-1), "ends_at": ahead(days=1)}, "starts_at"),
        ({"ends_at": ahead(days=1)}, "ends_at"),
        ({"registration_until": ahead(days=9)}, "registration_until"),
        ({"link": "no address"}, "link"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(call, fields, wrong):
    with pytest.raises(InvalidInput) as refused:
        make_meeting(call, **fields)

    assert wrong in refused.value.errors


def test_fewer_places_than_people_are_refused_with_the_number(call, owner):
    meeting = make_meeting(call, capacity=5)
    come(meeting, 3)

    with pytest.raises(InvalidInput) as refused:
        update_meeting(by=owner, meeting=meeting, capacity=2)

    assert "3 people" in str(refused.value.errors["capacity"])


def test_more_places_are_filled_in_the_order_of_waiting(call, owner):
    meeting = make_meeting(call, capacity=1)
    come(meeting, 4)

    update_meeting(by=owner, meeting=meeting, capacity=3)

    assert states(meeting) == ["registered"] * 3 + ["waiting"]


def test_two_owners_at_once(call, owner):
    meeting = make_meeting(call, capacity=5)
    update_meeting(by=owner, meeting=meeting, capacity=6, expected_revision=0)

    with pytest.raises(StaleEdit) as refused:
        update_meeting(by=owner, meeting=meeting, capacity=7, expected_revision=0)

    assert refused.value.theirs == {"capacity": 6}


def test_cancelled_meeting_stays_as_it_is(call, owner):
    meeting = cancel_meeting(by=owner, meeting=make_meeting(call), reason="The room is flooded.")

    with pytest.raises(IllegalTransition):
        update_meeting(by=owner, meeting=meeting, title_en="Again")
    with pytest.raises(IllegalTransition):
        cancel_meeting(by=owner, meeting=meeting, reason="Again.")
    with pytest.raises(RegistrationClosed):
        come(meeting)


# -- coming ----------------------------------------------------------------------------------------------------------


def test_whoever_comes_too_late_waits_in_order(call):
    meeting = make_meeting(call, capacity=2)

    come(meeting, 4)

    assert states(meeting) == ["registered", "registered", "waiting", "waiting"]


def test_twice_is_once(call):
    meeting, user = make_meeting(call), factories.make_user()

    assert register(by=user, meeting=meeting) == register(by=user, meeting=meeting)

    assert states(meeting) == ["registered"]


def test_place_given_back_goes_to_the_first_who_waits(call):
    meeting = make_meeting(call, capacity=1)
    first, _second, third = come(meeting, 3)

    unregister(by=first.user, meeting=meeting)
    again = register(by=first.user, meeting=meeting)

    assert states(meeting) == ["waiting", "registered", "waiting"]
    assert meeting_facts(meeting, third.user, timezone.now()).place_in_queue == 1
    assert meeting_facts(meeting, again.user, timezone.now()).place_in_queue == 2


def test_leaving_the_queue_moves_nobody(call):
    meeting = make_meeting(call, capacity=1)
    _first, second = come(meeting, 2)

    unregister(by=second.user, meeting=meeting)

    assert states(meeting) == ["registered", "cancelled"]
    assert unregister(by=second.user, meeting=meeting) is None


def test_registration_closes_by_the_databases_clock(call):
    last = ahead(days=2)
    meeting = make_meeting(call, registration_until=last)
    with at(last - dt.timedelta(seconds=5)):
        come(meeting)

    with at(last), pytest.raises(RegistrationClosed):
        come(meeting)

    assert states(meeting) == ["registered"]


def test_nobody_leaves_once_it_has_begun(call):
    meeting = make_meeting(call)
    (mine,) = come(meeting)

    with at(meeting.starts_at), pytest.raises(RegistrationClosed):
        unregister(by=mine.user, meeting=meeting)


def test_meeting_of_a_draft_call_takes_nobody():
    meeting = make_meeting(factories.make_call(publish=False))

    with pytest.raises(NotAllowed):
        come(meeting)


def test_organisation_must_be_ones_own(call):
    with pytest.raises(InvalidInput):
        register(by=factories.make_user(), meeting=make_meeting(call), organisation=factories.make_organisation())


def test_place_stands_among_ones_tasks(call):
    meeting = make_meeting(call, capacity=1)
    first, second = come(meeting, 2)

    assert [task.title for task in open_tasks(first.user)] == ["Before you write"]
    assert open_tasks(second.user) == []


def test_upcoming_are_read_in_one_query(call, django_assert_num_queries):
    later, sooner = make_meeting(call, starts_at=ahead(days=9)), make_meeting(call)

    with django_assert_num_queries(1):
        assert [facts.meeting for facts in meetings_ahead(call, timezone.now())] == [sooner, later]

    assert [facts.meeting for facts in meetings_ahead(call, sooner.ends_at)] == [later]


def test_call_page_tells_how_many_places_are_left_and_is_never_stale(client, call):
    meeting = make_meeting(call, capacity=2)
    address = f"/en/calls/{call.slug}/"

    def places():
        html = client.get(address).content.decode()
        return re.search(r"(\d of 2 places \w+ free|All places are taken\. \d \w+ \w+ on the waiting list)\.", html)[1]

    seen = [places(), *((come(meeting), places())[1] for _time in range(3))]
    unregister(by=MeetingRegistration.objects.latest("pk").user, meeting=meeting)

    assert seen == [
        "2 of 2 places are free",
        "1 of 2 places is free",
        "All places are taken. 0 people are on the waiting list",
        "All places are taken. 1 person is on the waiting list",
    ]
    assert places() == seen[2]


def test_call_page_says_when_registration_has_closed(client, call):
    make_meeting(call, registration_until=timezone.now() - dt.timedelta(hours=1))

    assert "Registration for this meeting has closed." in client.get(f"/en/calls/{call.slug}/").content.decode()


# -- letters ---------------------------------------------------------------------------------------------------------


def test_everybody_hears_where_they_stand_once(call):
    meeting = make_meeting(call, capacity=1, link="https://meet.example/secret")
    first, second = come(meeting, 2)
    for _twice in range(2):
        tasks.write_missing_meeting_letters()
    assert kinds() == sorted([(first.user.email, "meeting_registered"), (second.user.email, "meeting_waiting")])
    assert ["secret" in letter.text for letter in Letter.objects.order_by("pk")] == [True, False]

    unregister(by=first.user, meeting=meeting)
    for _twice in range(2):
        tasks.write_missing_meeting_letters()

    letter = Letter.objects.get(recipient=second.user.email, kind="meeting_registered")
    assert "A place has come free" in letter.subject
    assert Letter.objects.count() == 3


def test_change_of_time_or_place_is_told_once_to_whoever_was_coming(call, owner):
    meeting = make_meeting(call)
    (mine,) = come(meeting)
    tasks.write_missing_meeting_letters()

    update_meeting(by=owner, meeting=meeting, description_en="With coffee.")
    tasks.write_missing_meeting_letters()
    assert Letter.objects.count() == 1
    update_meeting(by=owner, meeting=meeting, place_en="The town hall")
    come(meeting)
    for _twice in range(2):
        tasks.write_missing_meeting_letters()

    (letter,) = Letter.objects.filter(kind="meeting_changed")
    assert letter.recipient == mine.user.email
    assert "The town hall" in letter.text


def test_calling_off_is_told_with_the_reason(call, owner):
    meeting = make_meeting(call, capacity=1)
    come(meeting, 2)
    tasks.write_missing_meeting_letters()

    cancel_meeting(by=owner, meeting=meeting, reason="The room is flooded.")
    for _twice in range(2):
        tasks.write_missing_meeting_letters()

    letters = Letter.objects.filter(kind="meeting_cancelled")
    assert len(letters) == 2
    assert all("The room is flooded." in letter.text for letter in letters)


# -- calendars -------------------------------------------------------------------------------------------------------


def events(response):
    return [event for event in Calendar.from_ical(response.content).walk("VEVENT") if "meet" in str(event["SUMMARY"])]


def test_calendar_keeps_its_uid_counts_changes_and_gives_the_link_to_whoever_comes(client, call, owner):
    meeting = make_meeting(call, title_en="To meet", link="https://meet.example/secret")
    address = reverse("competition:meeting_calendar", args=[call.slug, meeting.pk])
    (before,) = events(client.get(address))
    (mine,) = come(meeting)
    update_meeting(by=owner, meeting=meeting, place_en="The town hall")
    client.force_login(mine.user)
    (after,) = events(client.get(address))
    cancel_meeting(by=owner, meeting=meeting, reason="Ill.")
    (off,) = events(client.get(address))

    assert before["UID"] == after["UID"] == off["UID"] == str(meeting.uid)
    assert [event["SEQUENCE"] for event in (before, after, off)] == [0, 1, 2]
    assert [event["STATUS"] for event in (before, after, off)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert ["secret" in event.to_ical().decode() for event in (before, after)] == [False, True]


def test_calendar_of_the_call_holds_its_meetings_without_the_link(client, call):
    meeting = make_meeting(call, title_en="To meet", link="https://meet.example/secret")

    response = client.get(reverse("competition:calendar", args=[call.slug]))

    assert [str(event["UID"]) for event in events(response)] == [str(meeting.uid)]
    assert b"secret" not in response.content


# -- pages -----------------------------------------------------------------------------------------------------------


def page(name, meeting):
    return reverse(f"competition:{name}", args=[meeting.call.slug, meeting.pk])


def test_visitor_is_sent_to_sign_in_and_back(client, call):
    meeting = make_meeting(call, link="https://meet.example/secret")

    shown = client.get(page("meeting", meeting))
    assert "secret" not in shown.content.decode()
    sent = client.get(page("register", meeting))
    assert sent["Location"].endswith(f"?next={page('register', meeting)}")
    client.force_login(factories.make_user())

    assert client.get(page("register", meeting))["Location"] == page("meeting", meeting)


def test_registering_and_leaving_on_the_page(client, call):
    meeting = make_meeting(call, capacity=1, link="https://meet.example/secret")
    client.force_login(factories.make_user())

    assert "1 of 1 places is free." in client.get(page("meeting", meeting)).content.decode()
    for _twice in range(2):
        client.post(page("register", meeting))
    inside = client.get(page("meeting", meeting)).content.decode()
    client.post(page("unregister", meeting))
    outside = client.get(page("meeting", meeting)).content.decode()

    assert ("secret" in inside, "secret" in outside) == (True, False)
    assert states(meeting) == ["cancelled"]


def test_form_keeps_what_was_typed_and_says_what_is_wrong(call):
    client = staff_client(call.programme)
    typed = {
        "title_en": "=HYPERLINK(1)" + "x" * 300,
        "starts_at": "2027-03-28T02:30",
        "ends_at": "2027-03-27T10:00",
        "capacity": "9" * 20,
        "link": "javascript:alert(1)",
    }

    response = client.post(url_of("workspace:meeting_add", call), typed)

    form = response.context["form"]
    assert response.status_code == 422
    assert sorted(form.errors) == ["capacity", "link", "starts_at", "title_en"]
    assert {name: form[name].value() for name in typed} == typed


def test_meeting_through_the_workspace_on_the_calls_clock(call):
    client = staff_client(call.programme)
    day = (timezone.now() + dt.timedelta(days=9)).strftime("%Y-%m-%d")
    data = {"title_en": "Webinar", "starts_at": f"{day}T10:00", "ends_at": f"{day}T11:00", "capacity": "5"}

    made = client.post(url_of("workspace:meeting_add", call), data)
    meeting = call.meetings.get()
    form = client.get(url_of("workspace:meeting_edit", call, meeting.pk)).context["form"]
    posted = {name: form[name].value() or "" for name in form.fields} | {"title_en": "Webinar, again"}
    saved = client.post(url_of("workspace:meeting_edit", call, meeting.pk), posted)

    assert (made.status_code, saved.status_code) == (302, 302)
    before = meeting.starts_at
    meeting.refresh_from_db()
    assert (meeting.title_en, meeting.starts_at) == ("Webinar, again", before)
    assert meeting.starts_at.astimezone(call.zone).strftime("%H:%M") == "10:00"


def test_list_of_people_is_exported_without_formulas(call):
    meeting = make_meeting(call)
    user = factories.make_user(name="=2+2")
    register(by=user, meeting=meeting, organisation=factories.make_organisation(member=user, name="@SUM(A1)"))
    client = staff_client(call.programme)

    text = client.get(url_of("workspace:meeting_export", call, meeting.pk)).content.decode("utf-8-sig")

    heading, row = text.splitlines()
    assert heading.startswith("Name;E-mail address;Organisation;State;Registered")
    assert row.startswith(f"'=2+2;{user.email};'@SUM(A1);Registered;")


def test_pages_queries_do_not_grow(call):
    meeting, client = make_meeting(call, capacity=3), staff_client(call.programme)
    come(meeting)
    urls = [url_of("workspace:meetings", call), url_of("workspace:meeting", call, meeting.pk)]
    few = [queries_of(client, url) for url in urls]
    come(meeting, 5)
    for _n in range(3):
        make_meeting(call)

    assert [queries_of(client, url) for url in urls] == few
    assert max(few) <= 12
    assert RegistrationState.WAITING in states(meeting)
