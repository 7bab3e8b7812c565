"""Other weights, one juror or criterion less, and new samples of the assessments."""

import random

import numpy as np
import pytest

from scoring.aggregation import ScoreError, ScoreTable, aggregate, sensitivity
from tests.scoring.aggregation_tables import CRITERIA


def rows_of(**sketches):
    """Rows from sketch=[(grades of juror 0 per criterion), (juror 1), ...]."""
    return [
        (sketch, f"J{j}", criterion, grade)
        for sketch, jurors in sketches.items()
        for j, grades in enumerate(jurors)
        for criterion, grade in zip(CRITERIA, grades, strict=False)
    ]


def test_a_sketch_that_leads_everywhere_is_in_the_top_under_any_weights_and_in_any_sample():
    rows = rows_of(A=[(6, 6), (6, 6)], B=[(5, 1), (4, 2)], C=[(1, 1), (1, 1)])

    found = sensitivity(ScoreTable.from_rows(rows), top=1)

    assert (found.sketches, found.weights, found.bootstrap) == (("A", "B", "C"), (1, 0, 0), (1, 0, 0))
    assert found.bootstrap90 == ((1, 1), (2, 2), (3, 3))


def test_mirrored_sketches_win_in_half_of_the_weights():
    rows = rows_of(A=[(6, 2)], B=[(2, 6)], C=[(1, 1)])

    found = sensitivity(ScoreTable.from_rows(rows), top=1, draws=2000)

    assert found.weights == (pytest.approx(0.5, abs=0.05), pytest.approx(0.5, abs=0.05), 0)


def test_weights_vary_around_the_stated_ones():
    """A leads while novelty weighs less than 0.5: with 0.4 and a standard deviation of 0.049, in 98 % of the draws."""
    rows = rows_of(A=[(6, 2)], B=[(2, 6)])

    found = sensitivity(ScoreTable.from_rows(rows, weights={"benefit": 6, "novelty": 4}), top=1, draws=4000)

    assert found.weights[0] == pytest.approx(0.98, abs=0.01)


def test_ranks_without_a_juror_or_a_criterion_are_those_of_the_table_without_them():
    rng = np.random.default_rng(5)
    rows = rows_of(**{f"S{s}": [rng.integers(1, 7, 3).tolist() for _ in range(3)] for s in range(8)})
    weights = dict(zip(CRITERIA, (3.0, 2.0, 1.0), strict=True))

    found = sensitivity(ScoreTable.from_rows(rows, weights=weights), top=3)

    def ranks(some, weights):
        return tuple(item.rank for item in aggregate(ScoreTable.from_rows(some, weights=weights)).sketches)

    for juror in ("J0", "J1", "J2"):
        assert found.without_juror[juror] == ranks([row for row in rows if row[1] != juror], weights)
    for criterion in CRITERIA:
        assert found.without_criterion[criterion] == ranks(rows, {**weights, criterion: 0})


def test_bootstrap_varies_as_the_mean_of_the_assessments_does():
    """B beats the steady A in a draw of two from (6, 2, 2): one 6 of three gives 10/3, so at least one: 19 of 27."""
    rows = rows_of(A=[(3,), (3,), (3,)], B=[(6,), (2,), (2,)])

    found = sensitivity(ScoreTable.from_rows(rows), top=1, draws=4000)

    assert found.bootstrap == (pytest.approx(8 / 27, abs=0.025), pytest.approx(19 / 27, abs=0.025))
    assert found.bootstrap90 == ((1, 2), (1, 2))


def test_order_changes_nothing_and_missing_grades_do_no_harm():
    rows = rows_of(A=[(6, None), (4, 3)], B=[(None, None), (5, 2)], C=[(2, 2), (None, 6)], D=[(None, None)])
    mixed = random.Random(4).sample(rows, len(rows))

    found, other = (
        sensitivity(ScoreTable.from_rows(some, criteria=CRITERIA[:2]), top=2, seed=3) for some in (rows, mixed)
    )

    assert vars(found) == vars(other)
    assert (found.weights[3], found.bootstrap90[3]) == (0, None)


def test_a_single_juror_or_criterion_leaves_nothing():
    found = sensitivity(ScoreTable.from_rows([("A", "J", "c", 3), ("B", "J", "c", 4)]), top=1)

    assert (found.without_juror, found.without_criterion) == ({"J": (None, None)}, {"c": (None, None)})


def test_bad_arguments_are_refused():
    table = ScoreTable.from_rows([("A", "J", "c", None)])

    with pytest.raises(ScoreError, match="nothing to rank"):
        sensitivity(table, top=1)
    with pytest.raises(ScoreError, match="top must be"):
        sensitivity(table, top=0)
