"""Who is where, how jurors grade, what is missing, and a reminder with one click."""

import pytest

from competition.enums import ProgrammeRole
from notifications.models import Letter
from scoring.models import Score
from scoring.selectors.monitoring import _rank_with
from tests.scoring import factories as jury
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


def test_page_tells_how_far_each_juror_is_and_shows_no_grade_before_it_is_sent():
    call = jury.make_assigned(sketches=3, jurors=3)
    one, other, idle = call.jurors.order_by("pk")
    jury.grade(jury.own_assessments(one)[0], 6)
    jury.grade(jury.own_assessments(one)[1], 3, send=False)
    begun = jury.grade(jury.own_assessments(other)[0], 2, send=False)
    Score.objects.filter(assessment=begun).first().delete()
    client = staff_client(call.programme)

    found = client.get(url_of("scoring_workspace:monitoring", call)).context["monitor"]

    lines = {line.juror.pk: line for line in found.jurors}
    numbers = {pk: (line.not_begun, line.begun, line.ready, line.sent) for pk, line in lines.items()}
    assert numbers == {one.pk: (1, 0, 1, 1), other.pk: (2, 1, 0, 0), idle.pk: (3, 0, 0, 0)}
    assert set(lines[one.pk].grades) == {6}
    assert lines[other.pk].grades == {}
    assert lines[other.pk].mean is None
    assert [line.sent + line.waiting for line in found.sketches] == [3, 3, 3]


def test_missing_assessments_bound_the_rank():
    means = [5.0, 4.0, 3.0]

    assert [_rank_with(4.0, 2, grade, 1, means) for grade in (7, 1)] == [1, 2]
    assert [_rank_with(4.0, 1, grade, 2, means) for grade in (7, 1)] == [1, 3]
    assert [_rank_with(4.0, 2, grade, 0, means) for grade in (7, 1)] == [2, 2]
    assert [_rank_with(None, 0, grade, 1, means) for grade in (7, 1)] == [1, 4]
    assert _rank_with(None, 0, 7, 0, means) is None


def test_a_juror_is_reminded_with_one_click_and_once():
    call = jury.make_assigned(sketches=1)
    juror = call.jurors.first()
    client, url = staff_client(call.programme), url_of("scoring_workspace:remind_juror", call, juror.pk)

    first, second = (client.post(url, follow=True) for _ in range(2))

    assert Letter.objects.filter(kind="juror_reminder", recipient=juror.user.email).count() == 1
    assert b"was reminded" in first.content
    assert b"has been reminded already" in second.content
    assert f'action="{url}"'.encode() not in second.content
    assert client.get(url).status_code == 405


def test_nobody_is_reminded_of_nothing():
    call = jury.make_assigned(sketches=1)
    juror = call.jurors.first()
    for one in jury.own_assessments(juror):
        jury.grade(one)
    client = staff_client(call.programme)

    response = client.post(url_of("scoring_workspace:remind_juror", call, juror.pk), follow=True)

    assert b"has sent everything" in response.content
    assert not Letter.objects.filter(kind="juror_reminder").exists()


def test_progress_is_for_the_secretariat_and_not_for_a_juror_who_owns_the_call():
    call = jury.make_assigned(sketches=1)
    url = url_of("scoring_workspace:monitoring", call)
    juror = call.jurors.first().user

    assert staff_client(call.programme, ProgrammeRole.JURY_SECRETARY).get(url).status_code == 200
    assert staff_client(call.programme, ProgrammeRole.OBSERVER).get(url).status_code == 404
    assert staff_client(call.programme, ProgrammeRole.OWNER, user=juror).get(url).status_code == 404


def test_queries_do_not_grow():
    small, _run = jury.make_ranked(sketches=1)
    large, _run = jury.make_ranked(sketches=6)

    few, many = (
        queries_of(staff_client(call.programme), url_of("scoring_workspace:monitoring", call))
        for call in (small, large)
    )

    assert few == many == 19
