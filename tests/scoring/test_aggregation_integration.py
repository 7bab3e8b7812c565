"""The posterior with the variances integrated out: against brute force, restricted likelihood and simulated truth."""

import numpy as np
import pytest

from scoring.aggregation import ScoreTable, aggregate, integration
from scoring.aggregation.calibrate import calibrate
from scoring.aggregation.design import design_of
from scoring.aggregation.normal import normal_cdf
from scoring.aggregation.ranking import composites
from tests.scoring.aggregation_reml import reml
from tests.scoring.aggregation_tables import simulated


def given_of(rows):
    return composites(ScoreTable.from_rows(rows).canonical())


def rows_of(**changes):
    return simulated(**{"sketches": 40, "jurors": 14, "each": 3, "sd_sketch": 0.7, "sd_juror": 0.5, "sd_error": 0.6,
                        "seed": 1, **changes})  # fmt: skip


def crossed_panel(seed=3, sketches=15, jurors=5):
    """Whole grades of 1 to 6 by every juror for every sketch, all six in use."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(0, 0.8, sketches)[:, None] + rng.normal(0, 0.6, jurors) + rng.normal(0, 0.8, (sketches, jurors))
    grades = np.clip(np.round(3.6 + latent), 1, 6)
    grades[0, 0], grades[1, 1] = 1, 6
    return grades


def test_expected_ranks_of_a_crossed_panel_are_those_of_brute_force_over_its_two_variances():
    """Every juror grades every sketch: the sums of squares say all, and jurors cancel from every comparison."""
    grades = crossed_panel()
    n, k = grades.shape
    rows, columns, mean = grades.mean(axis=1), grades.mean(axis=0), grades.mean()
    between, jurors = k * ((rows - mean) ** 2).sum(), n * ((columns - mean) ** 2).sum()
    error_ss = ((grades - mean) ** 2).sum() - between - jurors
    nodes = np.linspace(0.002, 1.998, 90)
    sketch, error = np.meshgrid(nodes, nodes[nodes > (1 / 12) ** 0.5], indexing="ij")
    of_sketch, of_juror = error**2 + k * sketch**2, error**2 + n * 0.5**2
    log = (n - 1) * np.log(of_sketch) + between / of_sketch + (k - 1) * np.log(of_juror) + jurors / of_juror
    log = -(log + (n - 1) * (k - 1) * 2 * np.log(error) + error_ss / error**2) / 2 + np.log(error)
    weight = np.exp(log - log.max()).ravel()
    pull = (k * sketch**2 / of_sketch).ravel()
    sd = np.sqrt(2 * pull * (error**2).ravel() / k)

    gap = (rows[None, :] - rows[:, None])[:, :, None] * pull / sd
    expected = 0.5 + (normal_cdf(gap) @ weight / weight.sum()).sum(axis=1)

    rows_ = [(s, j, "grade", g) for s, row in enumerate(grades) for j, g in enumerate(row)]
    found = [item.expected_rank for item in aggregate(ScoreTable.from_rows(rows_)).sketches]
    assert found == pytest.approx(expected, abs=0.01)


def test_draws_and_chances_tell_the_same():
    design, _, _ = design_of(given_of(rows_of()[0]))
    belief = integration.integrate(design)

    values = belief.draw(np.random.default_rng(1), 20_000)
    ranks = np.argsort(np.argsort(-values, axis=1), axis=1) + 1

    mean, variance = belief.moments()
    assert values.mean(axis=0) == pytest.approx(mean, abs=0.03)
    assert values.var(axis=0) == pytest.approx(variance, rel=0.08)
    assert 1 + belief.beaten(0.0).sum(axis=1) == pytest.approx(ranks.mean(axis=0), abs=0.3)


def test_many_sketches_take_the_normal_with_the_same_moments(monkeypatch):
    design, _, _ = design_of(given_of(rows_of(sketches=100, jurors=25)[0]))
    belief = integration.integrate(design)

    exact = belief.beaten(0.0).sum(axis=1)
    monkeypatch.setattr(integration, "MOST_PAIRS", 0)

    assert belief.beaten(0.0).sum(axis=1) == pytest.approx(exact, abs=0.15)


def test_more_nodes_change_nothing_that_is_shown(monkeypatch):
    design, _, _ = design_of(given_of(rows_of()[0]))
    coarse = integration.integrate(design).beaten(0.0).sum(axis=1)

    monkeypatch.setattr(integration, "NODES", (40, 30, 30))
    monkeypatch.setattr(integration, "NEGLIGIBLE", 14.0)

    assert integration.integrate(design).beaten(0.0).sum(axis=1) == pytest.approx(coarse, abs=0.05)


def test_a_large_table_takes_the_estimates():
    design, _, _ = design_of(given_of(rows_of(sketches=1_001)[0]))

    assert integration.integrate(design) is None


def test_moments_predict_the_sketches_as_restricted_likelihood_does():
    rows, _, _ = rows_of(sketches=50, jurors=14)
    given = given_of(rows)
    criterion, sds, predictions = reml(given.value, given.sketch, given.juror)

    found = calibrate(given)

    assert np.isfinite(criterion)
    assert np.corrcoef(found.posterior.mean, predictions)[0, 1] >= 0.999
    assert found.variances.error**0.5 == pytest.approx(sds[2], rel=0.1)


def test_iteration_finds_the_sum_of_squares_that_elimination_finds(monkeypatch):
    given = given_of(rows_of(sketches=300, jurors=60)[0])
    direct = calibrate(given).variances

    monkeypatch.setattr("scoring.aggregation.calibrate.MANY_JURORS", 1)

    iterated = calibrate(given).variances
    assert (iterated.sketch, iterated.juror, iterated.error) == pytest.approx(
        (direct.sketch, direct.juror, direct.error), rel=1e-9
    )


@pytest.mark.parametrize(("jurors", "sd_juror"), [(5, 0.5), (12, 0.2)], ids=["a handful", "jurors agree"])
def test_intervals_cover_at_about_their_rate_whatever_the_jury(jurors, sd_juror):
    """15 calls of 40 sketches, which share their luck; whole ranks cover more than asked: 50 % give about 60."""
    inside = {"interval50": [], "interval90": []}
    for seed in range(15):
        rows, quality, _ = rows_of(jurors=jurors, sd_juror=sd_juror, sd_sketch=0.6, seed=100 + seed)
        true_rank = np.argsort(np.argsort(-quality)) + 1
        for item in aggregate(ScoreTable.from_rows(rows), seed=seed, draws=400).sketches:
            for name, hits in inside.items():
                low, high = getattr(item, name)
                hits.append(low <= true_rank[item.sketch] <= high)

    assert 0.46 < np.mean(inside["interval50"]) < 0.65
    assert 0.86 < np.mean(inside["interval90"]) < 0.97
