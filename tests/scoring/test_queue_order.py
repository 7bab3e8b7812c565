"""A juror's list as the juror wants it: filters, orders, and nothing of the others' work in them."""

import pytest

from scoring.enums import Progress, QueueOrder
from scoring.selectors.queue import chosen_rows, juror_queue
from scoring.services import assessments
from tests.scoring import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def juror():
    return factories.make_assigned(sketches=3, jurors=3).jurors.first()


def begin(assessment, **scores):
    given = {code: assessments.ScoreInput(value=value) for code, value in scores.items()}
    assessments.save_assessment(by=assessment.juror.user, assessment=assessment, scores=given)


def names(rows):
    return [row.reference for row in rows]


def test_the_own_order_is_what_unknown_wishes_fall_back_to(juror):
    queue = juror_queue(juror)

    assert chosen_rows(queue, progress="?", order="?") == queue.rows
    assert chosen_rows(queue, topic="?") == []


def test_least_filled_in_comes_first_and_a_status_narrows(juror):
    first, second, third = factories.own_assessments(juror)
    begin(first, need=4)
    queue = juror_queue(juror)

    least = names(chosen_rows(queue, order=QueueOrder.LEAST))
    assert least == [second.sketch.reference, third.sketch.reference, first.sketch.reference]
    assert names(chosen_rows(queue, progress=Progress.BEGUN)) == [first.sketch.reference]


def test_others_work_moves_nothing(juror):
    before = {order: names(chosen_rows(juror_queue(juror), order=order)) for order in QueueOrder.values}
    other = juror.call.jurors.exclude(pk=juror.pk).first()
    begin(factories.own_assessments(other)[-1], need=4)

    assert {order: names(chosen_rows(juror_queue(juror), order=order)) for order in QueueOrder.values} == before


def test_the_page_offers_topics_of_the_own_sketches_only(client, juror):
    client.force_login(juror.user)

    page = client.get(f"/en/jury/{juror.call.slug}/", {"progress": "sent", "order": "topic"})

    offered = [code for code, _label in page.context["form"].fields["topic"].choices if code]
    assert set(offered) == {code for one in factories.own_assessments(juror) for code in one.version.topic_codes}
    assert "0 of 3 sketches are shown" in page.text
    assert page.context["rows"] == []
