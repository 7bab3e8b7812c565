"""What must not be kept any longer goes; everything else stays."""

import datetime as dt
import io
import json
import zoneinfo

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from competition.models import Answer, LateAttempt, Sketch
from competition.retention import drafts_go_at, months_later
from competition.selectors.retention import due_drafts, plan
from competition.selectors.sketch_status import letters_about, next_steps
from competition.services.retention import delete_draft, delete_what_is_due
from home.demo import travel
from tests import factories
from tests.competition.exceptions import grant

OSLO = zoneinfo.ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-08-31T11:00+00:00", 6, "2027-02-28T12:00+00:00"),  # the hour on the wall stays
        ("2026-01-15T12:00+00:00", 12, "2027-01-15T12:00+00:00"),
        ("2026-12-31T12:00+00:00", 1, "2027-01-31T12:00+00:00"),
        ("2027-03-31T11:00+00:00", -1, "2027-02-28T12:00+00:00"),
    ],
)
def test_months_on_the_calendar(start, months, end):
    assert months_later(dt.datetime.fromisoformat(start), months, OSLO) == dt.datetime.fromisoformat(end)


@given(
    st.integers(0, 3_000_000_000),
    st.integers(1, 120),
    st.sampled_from(["Europe/Oslo", "Atlantic/Reykjavik", "America/St_Johns", "Pacific/Apia"]),
)
def test_months_never_shorten_what_was_promised_by_more_than_the_length_of_a_month(seconds, months, zone):
    instant = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    later = months_later(instant, months, zoneinfo.ZoneInfo(zone))

    assert dt.timedelta(days=28 * months) - dt.timedelta(days=1) <= later - instant
    assert later - instant <= dt.timedelta(days=31 * months + 1)


@pytest.fixture
def closed(db):
    """A call that closed a while ago, with a draft and a submitted sketch."""
    call = factories.make_call()
    draft, submitted = factories.make_sketch(call=call), factories.make_submitted_sketch(call=call)
    factories.close(call)
    return call, draft, submitted


def after(call, **away):
    return travel.at(drafts_go_at(call, call.deadline) + dt.timedelta(**away))


def test_a_draft_goes_after_its_months_and_not_a_minute_before(closed):
    call, draft, submitted = closed

    with after(call, minutes=-1):
        assert due_drafts(timezone.now()) == []
        assert delete_draft(sketch=draft) is False
    with after(call, minutes=1):
        assert len(delete_what_is_due().drafts) == 1
        assert delete_what_is_due().drafts == []

    assert list(Sketch.objects.values_list("pk", flat=True)) == [submitted.pk]
    assert not Answer.objects.filter(sketch_id=draft.pk).exists()


def test_what_was_submitted_and_withdrawn_stays(closed):
    call, _draft, submitted = closed
    Sketch.objects.filter(pk=submitted.pk).update(state="withdrawn")

    with after(call, days=400):
        delete_what_is_due()

    assert Sketch.objects.filter(pk=submitted.pk).exists()


@pytest.mark.django_db
def test_a_later_window_of_one_agency_counts_for_its_draft():
    call = factories.make_call()
    draft = factories.make_sketch(call=call)
    grant(call, draft.organisation, closes_at=call.deadline + dt.timedelta(days=3))

    with after(call, days=1):
        assert due_drafts(timezone.now()) == []
    with after(call, days=4):
        assert due_drafts(timezone.now()) == [draft]


def test_the_command_says_and_a_dry_run_deletes_nothing(closed):
    call, draft, _submitted = closed
    out = io.StringIO()
    with after(call, days=1):
        call_command("retention", "--dry-run", "--json", stdout=out)

    told = json.loads(out.getvalue())

    assert (told["dry_run"], told["drafts"]) == (True, [draft.reference])
    assert Sketch.objects.filter(pk=draft.pk).exists()
    with after(call, days=1):
        call_command("retention", stdout=io.StringIO())
    assert not Sketch.objects.filter(pk=draft.pk).exists()


def test_late_attempts_and_dead_sessions_go(closed):
    _call, draft, _submitted = closed
    now = timezone.now()
    LateAttempt.objects.create(sketch=draft, attempted_at=now - dt.timedelta(days=400))
    young = LateAttempt.objects.create(sketch=draft, attempted_at=now - dt.timedelta(days=300))
    Session.objects.create(session_key="dead", session_data="", expire_date=now - dt.timedelta(days=1))
    Session.objects.create(session_key="alive", session_data="", expire_date=now + dt.timedelta(days=1))

    delete_what_is_due()

    assert list(LateAttempt.objects.all()) == [young]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]


def test_calls_are_named_when_their_sketches_are_due_for_the_archive(closed):
    call, *_rest = closed
    factories.set_instants(call, result_published_at=timezone.now() - dt.timedelta(days=400))

    assert [found for found, _since in plan(timezone.now()).waiting] == [call]


def test_the_agency_reads_how_long_its_draft_is_kept(closed):
    call, draft, _submitted = closed

    said = next_steps(draft, letters_about(draft), timezone.now())

    assert "The draft is deleted on" in str(said)
    assert str(drafts_go_at(call, call.deadline).year) in str(said)


def test_the_months_are_settings_of_the_call(closed):
    call, draft, _submitted = closed
    factories.set_instants(call, keep_drafts_months=1)

    with travel.at(call.deadline + dt.timedelta(days=32)):
        assert due_drafts(timezone.now()) == [draft]
