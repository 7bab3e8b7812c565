"""What was sent and then taken back stays on record, from what to what."""

import pytest

from scoring.models import TakenBack
from scoring.selectors.assessments import revisions_of
from scoring.services import assessments
from tests.scoring import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    call = factories.make_assigned(sketches=1, jurors=3)
    assessment = factories.own_assessments(call.jurors.first())[0]
    _give(assessment, 5)
    return assessments.finalise(by=assessment.juror.user, assessment=assessment)


def _give(assessment, value, **given):
    scores = factories.scores(assessment.sketch.call, value, **given)
    return assessments.save_assessment(by=assessment.juror.user, assessment=assessment, scores=scores)


def _take_back(assessment):
    return assessments.reopen(by=assessment.juror.user, assessment=assessment)


def _send(assessment):
    return assessments.finalise(by=assessment.juror.user, assessment=assessment)


def _told(assessment):
    return [
        [(change.criterion.code, change.before[0], change.after[0]) for change in revision.changes]
        for revision in revisions_of(assessment)
    ]


def test_nothing_is_told_before_something_was_taken_back(sent):
    assert revisions_of(sent) == []


def test_each_sending_is_compared_with_the_next_one_and_the_last_with_what_stands(sent):
    _take_back(sent)
    _give(sent, 5, need=3)
    _send(sent)
    _take_back(sent)
    _give(sent, 5, need=2)

    assert _told(sent) == [[("need", 5, 3)], [("need", 3, 2)]]
    assert [row.sent_at is not None for row in TakenBack.objects.all()] == [True, True]


def test_taking_back_and_sending_the_same_changes_nothing(sent):
    _take_back(sent)
    _send(sent)

    assert _told(sent) == [[]]


def test_the_juror_reads_it_and_no_other_juror_does(client, sent):
    _take_back(sent)
    _give(sent, 5, need=3)
    call = sent.sketch.call
    address = f"/en/jury/{call.slug}/{sent.sketch.reference}/"
    client.force_login(sent.juror.user)
    assert "What you changed after sending" in client.get(address).text

    client.force_login(call.jurors.last().user)
    assert "What you changed after sending" not in client.get(address).text
