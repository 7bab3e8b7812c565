"""The ranking in the workspace: the table, the run, the export, and what each asks the database."""

import csv
import io

import pytest

from competition.enums import ProgrammeRole
from scoring.enums import Verdict
from scoring.models import AggregationRun, ImpartialityReason, RankingRow
from scoring.selectors.ranking import RankedSketch
from scoring.workspace_ranking import RankingLine, defused
from tests import factories
from tests.scoring import factories as jury
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["=1+1", "+47", "-1", "@SUM(A1)", "\t=1", "  =cmd|'/c calc'!A1", "%0A", "|x"])
def test_defused_takes_the_formula_out_of_a_cell(text):
    assert defused(text) == f"'{text}"


def test_defused_leaves_numbers_and_plain_texts():
    assert [defused(cell) for cell in ("Sea = land", 3.5, -2, None)] == ["Sea = land", 3.5, -2, ""]


def test_ranking_stands_in_order_with_the_line():
    call, _run = jury.make_ranked(sketches=4, shortlist_size=2)
    client = staff_client(call.programme)

    lines = client.get(url_of("scoring_workspace:ranking", call)).context["lines"]

    assert [(line.ranked.rank, line.ranked.title, line.ranked.is_last_above_line) for line in lines] == [
        (1, "Sketch 1", False),
        (2, "Sketch 2", True),
        (3, "Sketch 3", False),
        (4, "Sketch 4", False),
    ]
    assert {line.interval.line for line in lines} == {100.0}


def test_a_long_ranking_comes_in_pages_with_the_line_where_it_is(monkeypatch):
    monkeypatch.setattr("scoring.views.workspace_ranking.ROWS", 2)
    call, run = jury.make_ranked(sketches=5, shortlist_size=2)
    client = staff_client(call.programme)

    pages = [client.get(url_of("scoring_workspace:ranking", call), {"p": p}).context["lines"] for p in (1, 2, 3)]

    assert [[line.ranked.title for line in lines] for lines in pages] == [
        ["Sketch 1", "Sketch 2"],
        ["Sketch 3", "Sketch 4"],
        ["Sketch 5"],
    ]
    assert [line.ranked.reference for lines in pages for line in lines if line.ranked.is_last_above_line] == [
        run.rows.get(rank=2).sketch.reference
    ]
    assert {line.interval.line for lines in pages for line in lines} == {80.0}


def test_export_holds_every_row_and_no_formula():
    call, run = jury.make_ranked(sketches=2)
    organisation = run.rows.get(rank=1).sketch.organisation
    organisation.name = "=HYPERLINK(A1)"
    organisation.save()
    client = staff_client(call.programme)

    response = client.get(url_of("scoring_workspace:ranking_export", call))

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    assert rows[1][3] == "'=HYPERLINK(A1)"


def test_starting_twice_says_that_one_is_under_way():
    call = jury.make_assessed(sketches=2)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:ranking", call)

    client.post(url)
    second = client.post(url, follow=True)

    assert AggregationRun.objects.filter(call=call).count() == 1
    assert b"Wait until it is done" in second.content
    assert b'data-ws-state="under-way"' in client.get(url_of("scoring_workspace:ranking_progress", call)).content


def test_completing_with_work_unsent_needs_a_tick():
    call = jury.make_assigned(sketches=1)
    for assessment in jury.own_assessments(call.jurors.first()):
        jury.grade(assessment)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:complete_assessment", call)

    refused = client.post(url)
    client.post(url, {"leave_unfinished": "on"})

    call.refresh_from_db()
    assert refused.status_code == 422
    assert call.assessment_completed_at is not None


def test_ranking_is_kept_from_jurors_and_case_officers():
    call, _run = jury.make_ranked(sketches=1)
    juror = call.jurors.first().user
    url = url_of("scoring_workspace:ranking", call)

    assert staff_client(call.programme, ProgrammeRole.OWNER, user=juror).get(url).status_code == 404
    assert staff_client(call.programme, ProgrammeRole.CASE_OFFICER).get(url).status_code == 404
    assert staff_client(call.programme, ProgrammeRole.OBSERVER).get(url).status_code == 200
    assert staff_client(factories.make_programme()).get(url).status_code == 404


def test_queries_do_not_grow_with_the_ranking():
    small, _run = jury.make_ranked(sketches=1)
    large, _run = jury.make_ranked(sketches=6)

    few, many = (
        queries_of(staff_client(call.programme), url_of("scoring_workspace:ranking", call)) for call in (small, large)
    )

    assert few == many == 12


def test_a_case_of_impartiality_comes_before_completing_the_assessment():
    call = jury.make_assessed(sketches=2, jurors=3)
    client = staff_client(call.programme)
    free = client.get(url_of("workspace:overview", call)).context["action"].url
    case = call.jurors.first().declarations.first()
    case.verdict, case.reason = Verdict.UNSETTLED, ImpartialityReason.objects.get(code="other")
    case.save()

    waiting = client.get(url_of("workspace:overview", call)).context["action"].url
    page = client.get(url_of("scoring_workspace:complete_assessment", call))

    assert free == url_of("scoring_workspace:complete_assessment", call)
    assert waiting == url_of("scoring_workspace:jury", call)
    assert page.context["unsettled"] == 1
    assert b'name="leave_unfinished"' not in page.content


def test_flags_are_said_in_words_and_an_unknown_one_is_not_hidden():
    row = RankingRow(rank=1, flags=["wide_spread", "something_new"])

    line = RankingLine(RankedSketch(row, "ABC", "Title", "Organisation", False), None)

    assert line.flags == ["jurors far apart", "something_new"]
    assert RankingLine(RankedSketch(RankingRow(), "ABC", "Title", "Organisation", False), None).flags == []
