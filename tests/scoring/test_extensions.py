"""The day by which jurors finish, kept in the write; and more time for one of them."""

import datetime as dt

import pytest

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition import clock
from competition.models import Call
from notifications.models import Letter
from scoring.errors import OutsidePeriod
from scoring.models import Score
from scoring.services import assessments
from scoring.services.assessments import ScoreInput
from scoring.services.extensions import extend_juror
from tests import factories as base
from tests.scoring import factories
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def assessment():
    call = factories.make_assigned(sketches=1, jurors=3)
    return factories.own_assessments(call.jurors.first())[0]


def due(assessment, after):
    """Let the call's day for the jurors be so long from now."""
    at = clock.database_now() + after
    base.set_instants(assessment.sketch.call, assessment_due_at=at)
    assessment.sketch.call.refresh_from_db()
    assessment.juror.call = assessment.sketch.call
    return at


def save(assessment):
    return assessments.save_assessment(
        by=assessment.juror.user, assessment=assessment, scores={"need": ScoreInput(value=4)}
    )


def extend(assessment, **fields):
    call = assessment.sketch.call
    given = {"until": clock.database_now() + 5 * HOUR, "reason": "Ill for a week"} | fields
    return extend_juror(**{"by": factories.staff(call), "juror": assessment.juror} | given)


def test_nothing_is_written_after_the_day_whatever_the_door(assessment):
    due(assessment, -HOUR)
    by = {"by": assessment.juror.user}
    for act in (
        lambda: save(assessment),
        lambda: assessments.finalise(assessment=assessment, **by),
        lambda: assessments.finalise_all(juror=assessment.juror, **by),
        lambda: assessments.reopen(assessment=assessment, **by),
    ):
        with pytest.raises(OutsidePeriod):
            act()
    assert not Score.objects.exists()


def test_a_stale_page_does_not_know_better_than_the_database(assessment):
    due(assessment, HOUR)
    base.set_instants(Call.objects.get(), assessment_due_at=clock.database_now() - HOUR)

    with pytest.raises(OutsidePeriod):
        save(assessment)


def test_more_time_is_for_one_juror_and_its_letter_does_not_say_why(assessment):
    due(assessment, -HOUR)
    extend(assessment)

    assert save(assessment).revision == 1
    other = factories.own_assessments(assessment.sketch.call.jurors.last())[0]
    with pytest.raises(OutsidePeriod):
        save(other)
    letter = Letter.objects.get(kind="juror_extension")
    assert letter.recipient == assessment.juror.user.email
    assert "Ill" not in letter.subject + letter.text


def test_the_same_once_more_writes_to_nobody(assessment):
    until = due(assessment, HOUR) + HOUR
    extend(assessment, until=until)
    extend(assessment, until=until)

    assert Letter.objects.filter(kind="juror_extension").count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"reason": " "}, "reason"), ({"reason": "x" * 1001}, "reason"), ({"until": -HOUR}, "until"), ({}, "until")],
)
def test_more_time_is_more_and_has_a_reason(assessment, fields, field):
    due(assessment, 9 * HOUR)
    fields = {"until": 10 * HOUR} | fields if field == "reason" else fields
    if "until" in fields:
        fields["until"] = clock.database_now() + fields["until"]

    with pytest.raises(InvalidInput) as refused:
        extend(assessment, **fields)
    assert set(refused.value.errors) == {field}


def test_nobody_extends_the_own_time_nor_without_the_right_nor_afterwards(assessment):
    due(assessment, -HOUR)
    call = assessment.sketch.call
    base.add_role(call.programme, assessment.juror.user, "jury_secretary")
    with pytest.raises(NotAllowed):
        extend(assessment, by=assessment.juror.user)
    with pytest.raises(NotAllowed):
        extend(assessment, by=call.jurors.last().user)
    base.set_instants(call, assessment_completed_at=clock.database_now())
    with pytest.raises(Refused):
        extend(assessment)


def test_what_was_typed_when_the_day_came_stands_on_the_page(client, assessment):
    due(assessment, -HOUR)
    client.force_login(assessment.juror.user)
    call, text = assessment.sketch.call, "Typed just before the end."
    sent = {"grade-need": "4", "reason-need": text, "comment": "And overall.", "revision": "0", "next": "1"}

    page = client.post(f"/en/jury/{call.slug}/{assessment.sketch.reference}/", sent)

    assert page.status_code == 422
    assert text in page.text
    assert "And overall." in page.text
    assert "was not saved" in page.text
    listed = client.get(f"/en/jury/{call.slug}/")
    assert "Do you need more time?" in listed.text


def test_the_secretary_gives_more_time_on_a_page(assessment):
    at = due(assessment, HOUR)
    call = assessment.sketch.call
    client = staff_client(call.programme, "jury_secretary")
    address = url_of("scoring_workspace:more_time", call, assessment.juror.pk)
    assert "Everybody finishes by" in client.get(address).text

    refused = client.post(address, {"until": "", "reason": "Kept as typed"})
    assert refused.status_code == 422
    assert "Kept as typed" in refused.text

    until = (at + 48 * HOUR).astimezone(call.zone).strftime("%Y-%m-%dT%H:%M")
    assert client.post(address, {"until": until, "reason": "Ill"}).status_code == 302
    assessment.juror.refresh_from_db()
    assert assessment.juror.extended_until.astimezone(call.zone).strftime("%Y-%m-%dT%H:%M") == until
