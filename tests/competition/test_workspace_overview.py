"""The overview of a call's hub: all its instants in order, and the numbers with their ways on."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from competition.enums import Phase
from competition.selectors.overview import overview_numbers
from competition.selectors.timeline import timeline
from tests import factories
from tests.competition import exceptions
from tests.competition.enquiries import make_enquiry
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FRAME = 7  # the person, permissions, profile and languages, which Wagtail asks for on every page


def overview(call, role="owner"):
    return staff_client(call.programme, role).get(url_of("workspace:overview", call))


def told(call, now):
    return [
        (str(moment.label), moment.state, moment.beside)
        for moment in timeline(call, now, overview_numbers(call).windows)
    ]


def test_all_instants_stand_in_order_with_what_is_past_and_what_comes():
    call, now = factories.make_call(), timezone.now()
    factories.set_instants(
        call,
        published_at=now - 3 * DAY,
        opens_at=now - 2 * DAY,
        deadline=now + 60 * DAY,
        questions_until=now + 50 * DAY,
        assessment_due_at=now + 80 * DAY,
        result_at=now + 100 * DAY,
        text_lock_days=21,
        complaint_days=21,
    )
    call.meetings.create(title="Hello", starts_at=now - DAY / 24, ends_at=now + DAY / 24)
    call.meetings.create(title="Off", starts_at=now + DAY, ends_at=now + 2 * DAY, cancelled_at=now)

    assert told(call, now) == [
        ("Published", "past", "3\xa0days ago"),
        ("Opens", "past", "2\xa0days ago"),
        ("Information meeting", "now", ""),
        ("Text is locked: only clarifications from now on", "coming", "in 1\xa0month"),
        ("Last day for questions", "coming", "in 1\xa0month"),
        ("Deadline", "coming", "in 1\xa0month"),
        ("Formal check completed", "coming", ""),
        ("Jurors finish by", "coming", "in 2\xa0months"),
        ("Result expected", "coming", "in 3\xa0months"),
        ("Last day to complain", "coming", "in 4\xa0months"),
    ]


def test_the_late_window_of_an_exception_stands_behind_the_deadline():
    call, draft = exceptions.closed_call_with_draft(submitted=1)
    exceptions.grant(call, draft.organisation)

    labels = [label for label, _state, _beside in told(call, timezone.now())]

    behind = labels[labels.index("Deadline") :]
    assert "The extended deadline of one agency, by an exception" in behind


def test_the_last_day_to_complain_ends_with_the_day_where_the_call_is():
    call = factories.make_call(timezone="Europe/Helsinki")
    factories.set_instants(call, result_at=dt.datetime(2030, 1, 31, 23, 0, tzinfo=dt.UTC), complaint_days=21)

    last = [moment.when for moment in timeline(call, timezone.now()) if moment.label == "Last day to complain"]

    assert last == [dt.datetime(2030, 2, 22, 23, 59, tzinfo=ZoneInfo("Europe/Helsinki"))]


def test_a_draft_says_that_it_has_no_date_of_publishing_and_where_it_will_be():
    page = overview(factories.make_call(publish=False)).content.decode()

    assert "No date yet" in page
    assert "To come" in page
    assert "Norwegian time" in page


def test_numbers_lead_to_their_tabs():
    call = factories.make_call()
    factories.make_submitted_sketch(call=call)
    draft = factories.make_sketch(call=call)
    draft.late_attempts.create(attempted_at=timezone.now())
    make_enquiry(call)

    numbers = overview(call).context["numbers"]

    sketches = url_of("workspace:sketches", call)
    assert [(str(one.label), one.value, one.url) for one in numbers] == [
        ("Drafts", 1, sketches),
        ("Submitted", 1, sketches),
        ("Withdrawn", 0, f"{sketches}?state=withdrawn"),
        ("Late attempts", 1, url_of("workspace:late", call)),
        ("Questions without a published answer", 1, url_of("workspace:enquiries", call)),
        ("Registered for meetings", 0, url_of("workspace:meetings", call)),
        ("Gathered changes", 0, url_of("workspace:amendments", call)),
    ]


def test_a_number_is_no_link_for_whoever_may_not_open_its_page():
    call = factories.make_call()

    numbers = {str(one.label): one.url for one in overview(call, "observer").context["numbers"]}

    assert numbers["Late attempts"] == ""


def test_queries_are_the_same_with_many_dates_and_numbers():
    call, now = factories.make_call(), timezone.now()
    factories.make_submitted_sketch(call=call)
    client = staff_client(call.programme)
    few = queries_of(client, url_of("workspace:overview", call))

    for number in range(5):
        call.meetings.create(title=f"{number}", starts_at=now + DAY, ends_at=now + 2 * DAY)
        draft = factories.make_sketch(call=call)
        draft.late_attempts.create(attempted_at=now)
        make_enquiry(call)

    assert queries_of(client, url_of("workspace:overview", call)) == few


def test_the_chart_has_a_line_for_drafts_and_one_for_submissions_with_opening_and_deadline():
    call = factories.make_call()
    factories.make_submitted_sketch(call=call)
    factories.make_sketch(call=call)
    early = factories.make_sketch(call=call)
    now = timezone.now()
    opens = dt.datetime.combine(now.date() - 9 * DAY, dt.time(9), call.zone)
    factories.set_instants(call, opens_at=opens, deadline=opens + 19 * DAY)
    call.sketches.filter(pk=early.pk).update(created_at=opens)

    page = overview(call)

    chart, days, today = page.context["chart"], page.context["days"], now.astimezone(call.zone).date()
    assert [(row.day, row.begun, row.first, row.begun_total, row.total) for row in days] == [
        (opens.date(), 1, 0, 1, 0),
        (today, 2, 1, 3, 1),
    ]
    assert (chart.begun.total, chart.submitted.total, chart.highest) == (3, 1, 3)
    assert chart.opening == chart.left
    assert chart.deadline == chart.right
    assert chart.begun.d != chart.submitted.d
    assert chart.submitted.label_at >= chart.begun.label_at + 24
    assert b"3 drafts were begun. 1 sketch has come in." in page.content


def test_there_is_no_chart_before_anybody_has_begun():
    page = overview(factories.make_call())

    assert page.context["chart"] is None
    assert b"ws-chart" not in page.content


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.OPEN, Phase.FORMAL_CHECK, Phase.ASSESSMENT])
def test_twelve_queries_beside_the_frame_of_the_admin_are_enough(phase):
    call = factories.call_in_phase(phase)

    assert queries_of(staff_client(call.programme), url_of("workspace:overview", call)) <= FRAME + 12
