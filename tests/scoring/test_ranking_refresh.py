"""A ranking follows the grades by itself, and can be computed again by anybody from what was kept."""

import datetime as dt
import json

import pytest

from competition.clock import database_now
from home.demo.travel import at
from scoring.aggregation.__main__ import main
from scoring.models import AggregationRun, RankingRow
from scoring.services import aggregation, ranking_refresh
from tests.scoring import factories as jury

pytestmark = pytest.mark.django_db


def later(seconds: int = 60):
    return at(database_now() + dt.timedelta(seconds=seconds))


def refreshed(call) -> AggregationRun | None:
    """What the task and the worker do once it has been quiet."""
    with later():
        if not ranking_refresh.refresh_ranking(call=call):
            return None
        run = call.aggregation_runs.first()
        aggregation.execute_aggregation(run_id=run.pk)
    run.refresh_from_db()
    return run


def test_a_ranking_is_computed_once_it_is_quiet_and_again_when_a_grade_changed():
    call = jury.make_assigned(sketches=2, jurors=3)
    first, *_others = [one for juror in call.jurors.all() for one in jury.own_assessments(juror)]
    assert not ranking_refresh.refresh_ranking(call=call)
    jury.grade(first, 5)

    at_once = ranking_refresh.refresh_ranking(call=call)
    run = refreshed(call)
    again = refreshed(call)

    assert at_once is False
    assert (run.state, run.created_by) == ("done", None)
    assert again is None


def test_a_run_under_way_is_left_alone_and_superseded_ones_go():
    call = jury.make_assessed(sketches=2, jurors=3)
    asked = jury.compute_ranking(call)
    made = []
    for size in (1, 2, 3):
        call.shortlist_size = size
        call.save()
        made.append(refreshed(call))
    with later():
        call.shortlist_size = 4
        call.save()
        queued, twice = (ranking_refresh.refresh_ranking(call=call) for _ in range(2))

    left = set(call.aggregation_runs.values_list("pk", flat=True))
    assert (queued, twice) == (True, False)
    assert asked.pk in left
    assert {run.pk for run in made if run} & left == {made[-1].pk}


def test_nothing_is_computed_after_the_recommendation():
    call = jury.make_decided(sketches=2)
    number = call.aggregation_runs.count()
    call.shortlist_size = 1
    call.save()

    assert refreshed(call) is None
    with later():
        assert ranking_refresh.refresh_all() == 0
    assert call.aggregation_runs.count() == number


def test_what_a_run_keeps_gives_the_same_ranking_on_the_command_line(tmp_path):
    call = jury.make_assessed(sketches=4, jurors=3, grades={0: 6, 1: 4, 2: 4, 3: 2})
    run = jury.compute_ranking(call)
    scores, criteria, out = (tmp_path / name for name in ("scores.csv", "criteria.json", "result.json"))
    scores.write_text(run.record.scores)
    criteria.write_text(json.dumps(run.record.criteria))
    options = ["--top", str(run.parameters["top"]), "--expected", str(run.parameters["jurors_per_sketch"])]

    status = main([
        str(scores), "--criteria", str(criteria), "--seed", str(run.seed), *options, "--out", str(out),
    ])  # fmt: skip

    result = json.loads(out.read_text())
    stored = {row.sketch.reference: row for row in RankingRow.objects.filter(run=run).select_related("sketch")}
    assert status == 0
    assert result["input_sha256"] == run.metrics["table_sha256"]
    assert len(result["sketches"]) == len(stored) == 4
    for found in result["sketches"]:
        row = stored[found["sketch"]]
        names = ("rank", "mean", "median", "calibrated", "expected_rank", "p_top", "tie_group", "spread")
        assert [found[name] for name in names] == [getattr(row, name) for name in names]
        assert found["interval90"] in (None, [row.interval90_low, row.interval90_high])
    assert not any(str(juror.user) in run.record.scores for juror in call.jurors.all())


def test_a_sketch_without_assessment_is_kept_too():
    call = jury.make_assigned(sketches=2, jurors=3)
    jury.grade(jury.own_assessments(call.jurors.first())[0], 5)
    run = jury.compute_ranking(call)
    lines = run.record.scores.splitlines()

    assert lines[0] == "sketch,juror,criterion,score"
    assert sum(line.endswith(",,,") for line in lines) == 1
    assert run.rows.filter(rank=None, flags__contains="no_grades").count() == 1
