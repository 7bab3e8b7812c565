"""Calling a competition off, archiving it, and what each does to sketches, letters and pages."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.enums import Phase, ProgrammeRole, SketchState
from competition.errors import IllegalTransition, NotOpen
from competition.models import InformationMeeting
from competition.selectors.public import calls_by_public_state
from competition.services import endings, sketches
from competition.services.ending_letters import write_cancellation_letters
from competition.services.enquiries import ask
from notifications.models import Letter
from scoring.services.endings import tell_jurors
from tests import factories
from tests.scoring import factories as scoring_factories
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db


def cancelled(call, reason="The money went elsewhere."):
    return endings.cancel_call(by=factories.owner_of(call.programme), call=call, reason=reason)


def archived(call):
    return endings.archive_call(by=factories.owner_of(call.programme), call=call)


def test_cancelled_call_keeps_sketches_and_takes_nothing_more():
    call = factories.make_call()
    handed_in, draft = factories.make_submitted_sketch(call=call), factories.make_sketch(call=call)

    cancelled(call)

    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.versions.count()) == (SketchState.SUBMITTED, 1)
    with pytest.raises(NotOpen):
        factories.submit(draft)
    with pytest.raises(NotOpen):
        sketches.save_answers(by=factories.writer_of(draft), sketch=draft, values={"title": "Later"})
    with pytest.raises(Refused):
        ask(by=factories.make_user(), call=call, text="Why?", language="en")


def test_cancelling_tells_applicants_and_jury_once_each():
    call = factories.make_call()
    handed_in, draft = factories.make_submitted_sketch(call=call), factories.make_sketch(call=call)
    seat = scoring_factories.make_juror(call)
    cancelled(call)

    told = [write_cancellation_letters(call=call) + tell_jurors(call=call) for _time in range(2)]

    letters = Letter.objects.filter(occasion__startswith="call_cancelled:")
    writers = [factories.writer_of(sketch) for sketch in (handed_in, draft)]
    mailboxes = [sketch.organisation.mailbox for sketch in (handed_in, draft)]
    assert told == [5, 0]
    assert sorted(letter.recipient for letter in letters) == sorted(
        [seat.user.email, *mailboxes, *(writer.email for writer in writers)]
    )
    assert all("The money went elsewhere." in letter.text for letter in letters)


def test_cancelling_takes_coming_meetings_along():
    call, now = factories.make_call(), timezone.now()
    times = {"starts_at": now + dt.timedelta(days=2), "ends_at": now + dt.timedelta(days=2, hours=1)}
    coming = InformationMeeting.objects.create(call=call, title_en="Meeting", **times)

    cancelled(call)

    coming.refresh_from_db()
    assert (coming.cancelled_at is not None, coming.cancelled_reason) == (True, "The money went elsewhere.")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "\x07"])
def test_cancelling_needs_a_reason_that_can_be_read(reason):
    call = factories.make_call()

    with pytest.raises(InvalidInput) as refused:
        cancelled(call, reason)

    assert list(refused.value.errors) == ["reason"]


@pytest.mark.parametrize("phase", [Phase.CANCELLED, Phase.LETTERS, Phase.COMPLETED])
def test_cancelling_is_refused_when_it_is_over(phase):
    call = factories.call_in_phase(phase)

    with pytest.raises(IllegalTransition):
        cancelled(call)


def test_cancel_page_says_what_will_happen_and_keeps_the_reason():
    call = factories.make_call()
    factories.make_submitted_sketch(call=call)
    client = staff_client(call.programme)

    page = client.get(url_of("workspace:cancel", call)).content.decode()
    refused = client.post(url_of("workspace:cancel", call), {"reason": "y" * 3000})

    assert "1 sketch becomes read-only" in page
    assert "2 addresses of applicants" in page
    assert refused.status_code == 422
    assert "y" * 3000 in refused.content.decode()
    call.refresh_from_db()
    assert call.cancelled_at is None


@pytest.mark.parametrize("phase", [Phase.COMPLETED, Phase.CANCELLED])
def test_archived_call_leaves_the_lists_and_keeps_its_address(phase):
    call = factories.call_in_phase(phase)

    archived(call)

    groups = calls_by_public_state(timezone.now())
    page = Client().get(f"/en/calls/{call.slug}/")
    assert call not in [*groups.open, *groups.coming, *groups.closed]
    assert page.status_code == 200
    assert "This call is archived" in page.content.decode()


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.OPEN, Phase.ASSESSMENT, Phase.LETTERS])
def test_archiving_is_refused_before_the_end(phase):
    call = factories.call_in_phase(phase)

    with pytest.raises(IllegalTransition):
        archived(call)


def test_archived_call_can_be_taken_out_again():
    call = archived(factories.call_in_phase(Phase.COMPLETED))
    client = staff_client(call.programme)

    response = client.post(url_of("workspace:archive", call))

    call.refresh_from_db()
    assert response.status_code == 302
    assert call.archived_at is None
    with pytest.raises(IllegalTransition):
        endings.restore_call(by=factories.owner_of(call.programme), call=call)


def test_ending_a_call_is_for_those_who_manage_it():
    call = factories.call_in_phase(Phase.COMPLETED)
    officer = factories.make_member(call.programme, ProgrammeRole.CASE_OFFICER)

    for act in (endings.archive_call, endings.restore_call):
        with pytest.raises(NotAllowed):
            act(by=officer, call=call)
