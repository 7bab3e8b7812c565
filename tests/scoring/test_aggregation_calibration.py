"""Severity, shrinkage, connectedness, intervals and reliability, against published and simulated truth."""

import math

import numpy as np
import pytest

from scoring.aggregation import ScoreTable, aggregate, shrout_fleiss
from scoring.aggregation.calibrate import calibrate
from scoring.aggregation.normal import normal_cdf
from scoring.aggregation.ranking import composites
from tests.scoring.aggregation_tables import simulated

SHROUT_FLEISS_1979 = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)


def run(rows, **options):
    return aggregate(ScoreTable.from_rows(rows), **options)


def crossed(grades):
    """Every juror grades every sketch: rows of the table are sketches."""
    return [(f"S{s}", f"J{j}", "c", g) for s, row in enumerate(grades) for j, g in enumerate(row)]


def test_icc_gives_the_six_published_values():
    found = shrout_fleiss(SHROUT_FLEISS_1979)

    assert [round(value, 2) for value in found.values()] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def test_icc_of_the_variances_is_the_published_two_way_one_on_a_complete_table():
    found = run(crossed(SHROUT_FLEISS_1979)).icc

    assert found["single"] == pytest.approx(found["icc2_1"], abs=1e-9)
    assert found["average"] == pytest.approx(found["icc2_k"], abs=1e-9)


@pytest.mark.parametrize("table", [np.ones((3, 3)), np.ones((1, 3)), np.ones((3, 1)), np.full((2, 2), np.nan)])
def test_icc_of_a_table_without_one_is_none(table):
    assert shrout_fleiss(table) is None


def test_variances_on_a_complete_table_are_those_of_the_analysis_of_variance():
    """Mean squares by hand: sketches 11.24, jurors 32.49, error 1.02 (Shrout and Fleiss 1979, table 3)."""
    found = calibrate(composites(ScoreTable.from_rows(crossed(SHROUT_FLEISS_1979)).canonical())).variances

    assert (found.sketch, found.juror, found.error) == pytest.approx(
        ((11.2417 - 1.0194) / 4, (32.4861 - 1.0194) / 6, 1.0194), abs=1e-3
    )


def test_effects_solve_the_mixed_model_equations():
    """Against the textbook form: a full dense generalised least squares with the same variances."""
    rows, _, _ = simulated(sketches=12, jurors=6, each=3, sd_sketch=1, sd_juror=0.7, sd_error=0.5, seed=4)
    given = composites(ScoreTable.from_rows(rows).canonical())
    found = calibrate(given)
    v, y = found.variances, given.value
    z_s, z_j = np.eye(12)[given.sketch], np.eye(6)[given.juror]

    spread = v.sketch * z_s @ z_s.T + v.juror * z_j @ z_j.T + v.error * np.eye(len(y))
    inverse = np.linalg.inv(spread)
    level = (inverse @ y).sum() / inverse.sum()
    sketch, juror = v.sketch * z_s.T @ inverse @ (y - level), v.juror * z_j.T @ inverse @ (y - level)

    assert found.posterior.mean == pytest.approx(level + sketch)
    assert -found.severity == pytest.approx(juror)


def test_posterior_variance_is_that_of_the_mixed_model_equations():
    rows, _, _ = simulated(sketches=10, jurors=5, each=3, sd_sketch=1, sd_juror=0.7, sd_error=0.5, seed=5)
    given = composites(ScoreTable.from_rows(rows).canonical())
    found = calibrate(given)
    v, post = found.variances, found.posterior

    design = np.column_stack([np.ones(len(given.value)), np.eye(10)[given.sketch], np.eye(5)[given.juror]])
    prior = np.diag([0.0, *[1 / v.sketch] * 10, *[1 / v.juror] * 5])
    covariance = np.linalg.inv(design.T @ design / v.error + prior)
    of_sketch = np.column_stack([np.ones(10), np.eye(10), np.zeros((10, 5))])
    expected = of_sketch @ covariance @ of_sketch.T

    assert post.loading @ post.beta_covariance @ post.loading.T + np.diag(post.noise) == pytest.approx(expected)
    assert found.severity_se**2 == pytest.approx(np.diag(covariance)[11:])


def test_severity_vanishes_when_jurors_agree():
    result = run(crossed([[g, g, g] for g in (1, 2, 3, 4, 5)]))

    assert result.variance["juror"] == 0
    assert [(juror.severity, juror.shrinkage) for juror in result.jurors] == [(0, 0)] * 3
    assert [item.calibrated for item in result.sketches] == pytest.approx([1, 2, 3, 4, 5], abs=0.05)


def test_severity_of_a_strict_juror_is_positive_and_shrunk():
    result = run(crossed([[g + 1, g + 1.2, g - 1 + 0.1 * g] for g in (1, 2, 3, 4, 5)]))

    severities = [juror.severity for juror in result.jurors]
    assert severities[2] > 1
    assert severities[0] < 0
    assert all(0 < juror.shrinkage < 1 and juror.se > 0 for juror in result.jurors)


def test_fewer_grades_shrink_more():
    rows, _, _ = simulated(sketches=40, jurors=8, each=3, sd_sketch=0.7, sd_juror=0.7, sd_error=0.5, seed=1)
    few = [row for row in rows if row[1] != 0 or row[0] < 12]

    jurors = {juror.juror: juror for juror in run(few).jurors}

    assert jurors[0].n < min(jurors[j].n for j in range(1, 8))
    assert jurors[0].shrinkage < min(jurors[j].shrinkage for j in range(1, 8))


def test_calibration_comes_closer_to_the_truth_than_the_mean():
    def agreement(values, truth):
        signs = np.sign(np.subtract.outer(values, values)) * np.sign(np.subtract.outer(truth, truth))
        return signs.sum() / (len(truth) * (len(truth) - 1))

    raw, calibrated = [], []
    for seed in range(10):
        rows, quality, _ = simulated(
            sketches=60, jurors=15, each=3, sd_sketch=0.7, sd_juror=0.7, sd_error=0.5, seed=seed
        )
        result = run(rows, draws=100)
        raw.append(agreement(np.array([item.mean for item in result.sketches]), quality))
        calibrated.append(agreement(np.array([item.calibrated for item in result.sketches]), quality))

    assert np.mean(calibrated) > np.mean(raw) + 0.05


def test_intervals_cover_at_about_their_rate():
    inside = {"interval50": [], "interval90": []}
    for seed in range(40):
        rows, quality, _ = simulated(
            sketches=50, jurors=12, each=3, sd_sketch=0.6, sd_juror=0.5, sd_error=0.6, seed=seed
        )
        true_rank = np.argsort(np.argsort(-quality)) + 1
        for item in run(rows, seed=seed).sketches:
            for name, hits in inside.items():
                low, high = getattr(item, name)
                hits.append(low <= true_rank[item.sketch] <= high)

    assert 0.47 < np.mean(inside["interval50"]) < 0.62
    assert 0.87 < np.mean(inside["interval90"]) < 0.97


def test_identical_sketches_get_identical_values():
    result = run(crossed([[5, 4, 5], [3, 3, 4], [3, 3, 4], [3, 3, 4], [1, 2, 1]]), top=2, seed=9)

    twins = {
        (i.expected_rank, i.p_top, i.interval50, i.interval90, i.calibrated, i.tie_group) for i in result.sketches[1:4]
    }
    assert len(twins) == 1
    assert result.sketches[1].expected_rank == pytest.approx(3, abs=0.03)


def test_expected_rank_is_the_mean_of_the_draws():
    rows, _, _ = simulated(sketches=15, jurors=6, each=3, sd_sketch=0.6, sd_juror=0.5, sd_error=0.6, seed=3)

    chances = np.zeros(15)
    for top in range(1, 15):
        chances += [1 - item.p_top for item in run(rows, top=top, draws=4000).sketches]

    assert [item.expected_rank for item in run(rows).sketches] == pytest.approx(1 + chances, abs=0.15)


def test_tie_group_holds_whoever_cannot_be_told_from_the_last_one_in():
    result = run(crossed([[6, 6, 6], [4, 4, 5], [4, 5, 4], [3, 3, 2], [1, 1, 2]]), top=2)

    line = sorted(item.expected_rank for item in result.sketches)[1]
    for item in result.sketches:
        assert item.tie_group == (item.interval50[0] - 0.5 <= line <= item.interval50[1] + 0.5)
    assert [item.tie_group for item in result.sketches] == [False, True, True, False, False]


def test_seed_moves_the_draws_and_never_the_expected_rank():
    rows, _, _ = simulated(sketches=15, jurors=6, each=3, sd_sketch=0.6, sd_juror=0.5, sd_error=0.6, seed=3)

    one, two = (run(rows, top=4, seed=seed).sketches for seed in (1, 2))

    assert [item.expected_rank for item in one] == [item.expected_rank for item in two]
    assert [item.p_top for item in one] != [item.p_top for item in two]


def test_without_jurors_in_common_the_result_is_said_to_be_unconnected_and_unsure():
    left = [(f"L{s}", f"a{j}", "c", 5) for s in range(4) for j in range(2)]
    right = [(f"R{s}", f"b{j}", "c", 2) for s in range(4) for j in range(2)]

    result = run(left + right, top=4)

    assert (result.connected, result.components, result.notes) == (False, 2, ("not_connected",))
    for item in result.sketches:
        assert 0.1 < item.p_top < 0.9
        assert item.interval90[0] <= 4
        assert item.interval90[1] >= 5


@pytest.mark.parametrize(
    "rows",
    [
        [(f"S{s}", "J", "c", s) for s in range(5)],
        [(f"S{s}", f"J{s}", "c", s) for s in range(5)],
        crossed([[3, 3, 3]] * 5),
    ],
    ids=["one juror", "one assessment each", "equal grades"],
)
def test_where_nothing_can_be_told_apart_every_rank_is_possible(rows):
    result = run(rows, top=2)

    assert "uncertainty_unknown" in result.notes
    assert result.variance is None
    for item in result.sketches:
        assert (item.interval50, item.interval90, item.expected_rank, item.p_top) == ((1, 5), (1, 5), 3.0, 0.4)
        assert item.calibrated == item.mean


def test_equal_sketches_under_unequal_jurors_are_a_draw():
    result = run(crossed([[2, 3, 5]] * 5), top=2)

    assert result.variance["sketch"] == 0
    for item in result.sketches:
        assert (item.expected_rank, item.tie_group) == (3.0, True)
        assert item.p_top == pytest.approx(0.4)


def test_one_sketch_is_first():
    (item,) = run(crossed([[2, 3, 5]]), top=3).sketches

    assert (item.rank, item.expected_rank, item.interval90, item.p_top, item.tie_group) == (1, 1.0, (1, 1), 1.0, False)


def test_flags_point_at_what_stands_out():
    rows, _, _ = simulated(sketches=30, jurors=10, each=4, sd_sketch=0.5, sd_juror=0.2, sd_error=0.3, seed=2)
    rows = [(s, j, c, 9.0 if (s, j) == rows[0][:2] else round(g, 1)) for s, j, c, g in rows]
    rows += [(s, 77, "grade", 3.0) for s in range(5)] + [(0, 78, "grade", 3.0)]

    result = run(rows)

    flags = {item.sketch: item.flags for item in result.sketches}
    jurors = {item.juror: item.flags for item in result.jurors}
    assert {"outlying_grade", "wide_spread"} <= set(flags[rows[0][0]])
    assert "outlying_grade" in jurors[rows[0][1]]
    assert ("constant_grades" in jurors[77], "few_grades" in jurors[78]) == (True, True)


def test_normal_cdf_is_that_of_the_error_function():
    x = np.linspace(-9, 9, 721)

    assert normal_cdf(x) == pytest.approx([0.5 * math.erfc(-value / math.sqrt(2)) for value in x], abs=1e-13)
