"""The default ranking: weights, missing grades, and the tie rule."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.aggregation import ScoreError, ScoreTable, aggregate
from scoring.aggregation.io import result_json
from tests.scoring.aggregation_tables import CRITERIA, score_rows


def table(rows, **options):
    return ScoreTable.from_rows(rows, **options)


def grades(**sketches):
    """Rows from sketch=[(grades of juror 0 per criterion), (juror 1), ...]."""
    return [
        (sketch, f"J{j}", criterion, grade)
        for sketch, jurors in sketches.items()
        for j, given_ in enumerate(jurors)
        for criterion, grade in zip(CRITERIA, given_, strict=False)
    ]


def by_sketch(result):
    return {item.sketch: item for item in result.sketches}


def test_mean_is_weighted_over_criteria_and_then_plain_over_jurors():
    rows = grades(A=[(6, 3), (2, 2)])

    found = by_sketch(aggregate(table(rows, weights={"benefit": 2, "novelty": 1})))["A"]

    assert (found.mean, found.median, found.spread, found.n) == (3.5, 3.5, 3.0, 2)
    assert found.criterion_means == {"benefit": 4.0, "novelty": 2.5}


def test_a_criterion_not_assessed_is_left_out_and_the_weights_scaled_up():
    rows = grades(A=[(None, 3), (2, 2), (None, None)])

    found = by_sketch(aggregate(table(rows, weights={"benefit": 2, "novelty": 1})))["A"]

    assert (found.mean, found.n, found.flags) == (2.5, 2, ("cannot_assess",))


def test_a_criterion_without_weight_settles_no_tie():
    rows = [("A", "J", "benefit", 5), ("A", "J", "novelty", 1), ("B", "J", "benefit", 5), ("B", "J", "novelty", 6)]

    found = by_sketch(aggregate(table(rows, weights={"benefit": 1, "novelty": 0})))

    assert [(found[name].rank, found[name].tie_unresolved) for name in "AB"] == [(1, True), (1, True)]


def test_a_criterion_without_weight_changes_nothing():
    rows = grades(A=[(1, 3), (6, 3)], B=[(1, 4), (1, 4)])

    found = by_sketch(aggregate(table(rows, weights={"benefit": 0, "novelty": 1})))

    assert [(s, found[s].rank, found[s].mean) for s in "AB"] == [("A", 2, 3.0), ("B", 1, 4.0)]


def test_equal_means_are_told_apart_by_the_heaviest_criterion_then_the_next():
    rows = grades(A=[(4, 5, 3)], B=[(5, 3, 4)], C=[(4, 3, 5)], D=[(4, 5, 3)])

    found = by_sketch(aggregate(table(rows, weights={"benefit": 2, "novelty": 2, "plan": 2.0})))

    assert {s: (found[s].rank, found[s].tie_unresolved) for s in "ABCD"} == {
        "A": (2, True),
        "B": (1, False),
        "C": (4, False),
        "D": (2, True),
    }
    assert "tie_unresolved" in found["A"].flags


def test_equal_means_from_different_sums_are_equal():
    rows = [("A", f"J{j}", "grade", g) for j, g in enumerate((0.1, 0.2, 0.3))]
    rows += [("B", f"J{j}", "grade", g) for j, g in enumerate((0.3, 0.1, 0.2))]
    rows += [("C", f"J{j}", "grade", 0.2) for j in range(3)]

    assert [item.rank for item in aggregate(table(rows)).sketches] == [1, 1, 1]


def test_a_sketch_without_grades_has_no_rank_and_says_so():
    rows = grades(A=[(4,), (5,)], B=[(None,), (None,)])

    found = by_sketch(aggregate(table(rows, sketches=["A", "B", "C"]), top=1))

    for sketch in "BC":
        assert (found[sketch].rank, found[sketch].mean, found[sketch].interval90) == (None, None, None)
        assert "no_grades" in found[sketch].flags


def test_a_sketch_below_the_minimum_is_not_ranked_and_few_are_flagged():
    rows = grades(A=[(4,), (5,), (3,)], B=[(6,)], C=[(2,), (3,)])

    found = by_sketch(aggregate(table(rows), minimum=2, expected=3))

    assert {s: (found[s].rank, "few_assessments" in found[s].flags) for s in "ABC"} == {
        "A": (1, False),
        "B": (None, True),
        "C": (2, True),
    }
    assert found["B"].mean == 6.0


@settings(max_examples=80, deadline=None)
@given(score_rows(), st.randoms(use_true_random=False), st.integers(0, 3))
def test_shuffled_rows_give_the_same_bytes(rows, order, seed):
    mixed = order.sample(rows, len(rows))

    def run(some):
        try:
            result = aggregate(table(some), top=2, seed=seed, draws=100)
        except ScoreError as error:
            return str(error)
        return [line for line in result_json(result).splitlines() if '"seconds"' not in line]

    assert run(mixed) == run(rows)


@settings(max_examples=150, deadline=None)
@given(score_rows(), st.integers(1, 4), st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_any_table_gives_a_whole_result_or_one_clear_line(rows, top, weights):
    try:
        stated = table(rows, weights=dict(zip(CRITERIA, weights, strict=True)), criteria=CRITERIA)
        result = aggregate(stated, top=top, draws=100)
    except ScoreError as error:
        result, line = None, str(error)
    if result is None:
        assert re.fullmatch("there are no .+|the weights must add up .+|no sketch has .+", line)
        return

    assert "NaN" not in result_json(result)
    ranked = [item for item in result.sketches if item.rank is not None]
    assert min(item.rank for item in ranked) == 1
    for item in ranked:
        assert 1 <= item.interval90[0] <= item.interval50[0] <= item.interval50[1] <= item.interval90[1] <= len(ranked)
        assert 0 <= item.p_top <= 1
    assert sum(item.p_top for item in ranked) == pytest.approx(min(top, len(ranked)), abs=1e-6)
    assert sum(item.expected_rank for item in ranked) == pytest.approx(len(ranked) * (len(ranked) + 1) / 2, abs=1e-6)


def test_input_hash_is_of_the_grades_and_weights_and_not_of_their_order():
    rows = grades(A=[(4, 5)], B=[(5, None)])
    mixed = random.Random(3).sample(rows, len(rows))

    hashes = {
        name: table(some, weights=weights).sha256()
        for name, some, weights in (
            ("as given", rows, None),
            ("mixed", mixed, None),
            ("other weight", rows, {"benefit": 2, "novelty": 1}),
            ("other grade", [*rows[:-1], ("B", "J0", "novelty", 1)], None),
        )
    }

    assert hashes["as given"] == hashes["mixed"]
    assert len(set(hashes.values())) == 3


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([], {}, "there are no sketches"),
        ([("A", "J", "c", 3), ("A", "J", "c", 4)], {}, "juror J grades sketch A twice on criterion c"),
        (
            [("A", "J", "c", 7)],
            {"scales": {"c": (1, 6)}},
            "juror J gives sketch A 7 on criterion c; the scale is 1 to 6",
        ),
        ([("A", "J", "c", float("inf"))], {}, "finite numbers"),
        ([("A", "J", "c", "good")], {}, "a grade is not a number"),
        ([("A", "J", "c", 3)], {"weights": {"c": 0}}, "the weights must add up to more than 0"),
        ([("A", "J", "c", 3)], {"weights": {"c": -1}}, "the weight of criterion 'c' is -1.0"),
        ([("A", "J", "c", 3)], {"weights": {"c": float("nan")}}, "the weight of criterion 'c' is nan"),
        ([("A", "J", "c", 3)], {"weights": {"c": 1, "d": 1}}, "a weight for 'd', which is not a criterion here"),
        ([("A", "J", "c", 3), ("A", "J", "d", 3)], {"weights": {"c": 1}}, "criterion 'd' has no weight"),
        ([("A", "J", "c", 3)], {"scales": {}}, "criterion 'c' has no scale"),
        ([("A", "J", "c", 3)], {"sketches": ["B"]}, "'A' has a grade but is not a known sketch"),
        ([("A", 1.5, "c", 3)], {}, "1.5 among the jurors is neither text nor a whole number"),
    ],
)
def test_a_table_says_what_is_wrong(rows, options, message):
    with pytest.raises(ScoreError) as caught:
        table(rows, **options)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"top": 0}, "top must be a whole number from 1"),
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"draws": 1}, "draws must be a whole number from 100"),
        ({"minimum": 0}, "minimum must be a whole number from 1"),
        ({"minimum": 4}, "no sketch has at least 4 assessments"),
    ],
)
def test_aggregate_refuses_bad_arguments(options, message):
    with pytest.raises(ScoreError, match=message):
        aggregate(table([("A", "J", "c", 3)]), **options)


def test_nobody_could_assess_anything_is_an_error():
    with pytest.raises(ScoreError, match="nothing to rank"):
        aggregate(table([("A", "J", "c", None), ("B", "J", "c", None)]))
