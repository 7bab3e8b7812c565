"""Floors and crossing group rules: no rule broken, the floor that trying everything finds, the same in any order."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.assignment import Group, Problem, solve, verify, verify_pairs
from tests.scoring.assignment_problems import problems
from tests.scoring.test_assignment_solve import shuffled


@st.composite
def crossing(draw, sketches=6, jurors=6):
    """Problems with three rules that cut across each other."""
    problem = draw(problems(sketches=sketches, jurors=jurors))
    m = len(problem.jurors)

    def labels(*choices):
        return tuple(draw(st.sampled_from(choices)) for _ in range(m))

    # a locked pair can break none of these: one pair alone stays within every limit
    rules = (
        Group("organisation", labels("a", "b", "c", None), 1),
        Group("sector", labels("x", "y"), 2),
        Group("senior", labels("s", None), None, 1),
    )
    return dataclasses.replace(problem, groups=rules)


def best_total(problem):
    """(fewest shortages, highest total) over every subset of pairs that breaks no rule."""
    pairs = list(zip(problem.sketch.tolist(), problem.juror.tolist(), problem.affinity.tolist(), strict=True))
    keys = []
    for bits in range(1 << len(pairs)):
        chosen = [pair for k, pair in enumerate(pairs) if bits >> k & 1]
        broken = verify_pairs(problem, [(problem.sketches[i], problem.jurors[j]) for i, j, _ in chosen])
        if {violation.code for violation in broken} <= {"group_least"}:
            keys.append((shortages(problem, chosen), -math.fsum(a for _, _, a in chosen)))
    return min(keys)


def shortages(problem, chosen):
    loads = np.bincount([j for _, j, _ in chosen], minlength=len(problem.jurors)) if chosen else 0
    short = int(problem.demand.sum()) - len(chosen) + int(np.maximum(0, problem.load_min - loads).sum())
    for group, sketch in itertools.product(problem.groups, range(len(problem.sketches))):
        if group.least and problem.demand[sketch]:
            there = [group.values[j] for i, j, _ in chosen if i == sketch]
            short += sum(max(0, group.least - there.count(label)) for label in set(group.values) - {None})
    return short


def told(solution):
    empty = sum(item.places for item in solution.unfilled) + sum(item.missing for item in solution.unmet)
    return empty + sum(item.missing for item in solution.short_groups)


@settings(max_examples=25, deadline=None)
@given(crossing(sketches=3, jurors=3))
def test_crossing_rules_give_what_trying_everything_gives(problem):
    solution = solve(problem)

    assert (told(solution), -solution.total) == pytest.approx(best_total(problem), abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(crossing(), st.sampled_from(["optimal", "fair", "fairness-first"]))
def test_no_rule_is_broken_under_any_policy(problem, policy):
    solution = solve(problem, policy=policy)

    assert verify(problem, solution) == ()
    assert solution.total <= solution.bound


@settings(max_examples=30, deadline=None)
@given(crossing(), st.sampled_from(["optimal", "fair-ness"]), st.randoms(use_true_random=False))
def test_the_same_answer_for_any_order_of_the_input(problem, policy, order):
    policy = policy.replace("fair-ness", "fairness-first")

    first = solve(problem, policy=policy, seed=3).as_dict()
    second = solve(shuffled(problem, order), policy=policy, seed=3).as_dict()

    assert {**first, "seconds": 0} == {**second, "seconds": 0}


@settings(max_examples=40, deadline=None)
@given(problems(sketches=6, jurors=5), st.sampled_from([0.0, 0.01, 0.2]))
def test_fair_costs_no_more_than_allowed_and_never_a_place(problem, max_loss):
    optimal, fair = solve(problem), solve(problem, policy="fair", max_loss=max_loss)

    assert fair.optimum == pytest.approx(optimal.total)
    assert fair.total >= optimal.total - max_loss * abs(optimal.total) - 1e-6
    assert told(fair) == told(optimal)


def two_of_each(**loads):
    """The best total gives S1 both good jurors; a fair floor shares them."""
    fit = {("S1", "a"): 1.0, ("S1", "b"): 0.9, ("S2", "a"): 0.8, ("S2", "b"): 0.7}
    weak = {(s, j): 0.1 for s in ("S1", "S2") for j in ("c", "d")}
    return Problem.from_ids(
        [(s, j, value) for (s, j), value in {**fit, **weak}.items()],
        demand={"S1": 2, "S2": 2},
        loads={name: loads.get(name, (0, 1)) for name in "abcd"},
    )


def test_fairness_first_shares_the_good_jurors():
    optimal, first = solve(two_of_each()), solve(two_of_each(), policy="fairness-first")

    assert (optimal.floor, optimal.total) == pytest.approx((0.2, 2.1))
    assert (first.floor, first.total) == pytest.approx((0.9, 1.9))


def test_fair_keeps_to_the_loss_that_is_allowed():
    kept, raised = (solve(two_of_each(), policy="fair", max_loss=share) for share in (0.01, 0.1))

    assert (kept.floor, raised.floor) == pytest.approx((0.2, 0.9))


def test_a_hopeless_sketch_does_not_hold_the_others_down():
    problem = two_of_each()
    with_hopeless = Problem.from_ids(
        [
            *((problem.sketches[i], problem.jurors[j], a) for i, j, a in
              zip(problem.sketch.tolist(), problem.juror.tolist(), problem.affinity.tolist(), strict=True)),
            ("S0", "e", 0.0),
        ],
        demand={"S0": 1, "S1": 2, "S2": 2},
        loads=dict.fromkeys("abcde", (0, 1)),
    )  # fmt: skip

    solution = solve(with_hopeless, policy="fairness-first")

    assert (solution.floor, solution.total) == pytest.approx((0.0, 1.9))


def test_a_missing_senior_is_told():
    problem = dataclasses.replace(two_of_each(), groups=(Group("senior", ("yes", None, None, None), None, 1),))

    solution = solve(problem)

    assert [(item.group, item.label, item.missing) for item in solution.short_groups] == [("senior", "yes", 1)]
    broken = verify(problem, dataclasses.replace(solution, short_groups=()))
    assert [violation.code for violation in broken] == ["group_least"]
