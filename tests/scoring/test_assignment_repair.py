"""After a change, as much as possible of the earlier assignment stays."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.assignment import Problem, ProblemError, solve, verify
from tests.scoring.assignment_problems import problems


def positions(problem, pairs):
    return np.array([[problem.sketches.index(s), problem.jurors.index(j)] for s, j in pairs]).reshape(-1, 2)


def unmet(solution):
    return sum(item.places for item in solution.unfilled) + sum(item.missing for item in solution.unmet)


@settings(max_examples=40, deadline=None)
@given(problems(sketches=6, jurors=5), st.data())
def test_repair_breaks_no_rule_and_costs_no_place(problem, data):
    earlier = solve(problem, seed=1)
    gone = data.draw(st.integers(0, len(problem.jurors) - 1))
    kept = problem.juror != gone
    locked = problem.locked[problem.locked[:, 1] != gone]
    left = dataclasses.replace(
        problem, sketch=problem.sketch[kept], juror=problem.juror[kept], affinity=problem.affinity[kept], locked=locked
    )

    repaired = solve(dataclasses.replace(left, previous=positions(problem, earlier.pairs)))

    assert verify(left, repaired) == ()
    assert unmet(repaired) == unmet(solve(left))


def test_only_the_lost_pairs_change_when_a_juror_drops_out():
    rng = np.random.default_rng(4)
    pairs = [(s, j, float(rng.random())) for s in range(30) for j in range(10)]
    whole = {"demand": dict.fromkeys(range(30), 2), "loads": dict.fromkeys(range(10), (0, 8))}
    earlier = set(solve(Problem.from_ids(pairs, **whole)).pairs)
    left = Problem.from_ids([pair for pair in pairs if pair[1] != 3], **whole)

    repaired = solve(dataclasses.replace(left, previous=positions(left, sorted(earlier))))

    assert {pair for pair in earlier if pair[1] != 3} <= set(repaired.pairs)
    assert repaired.unfilled == ()


def test_one_pair_moves_where_a_place_would_stay_empty():
    """S2 can only have a, who sits on S1: one change fills it, and the better fit of c does not matter."""
    problem = Problem.from_ids(
        [("S1", "a", 0.5), ("S1", "b", 0.1), ("S2", "a", 0.5), ("S3", "b", 0.1), ("S3", "c", 1.0), ("S1", "c", 0.1)],
        demand={"S1": 1, "S2": 1, "S3": 1},
        loads=dict.fromkeys("abc", (0, 1)),
    )
    earlier = [("S1", "a"), ("S3", "b")]

    repaired = solve(dataclasses.replace(problem, previous=positions(problem, earlier)))

    assert repaired.pairs == (("S1", "c"), ("S2", "a"), ("S3", "b"))


def test_a_fair_policy_refuses_to_repair():
    problem = Problem.from_ids([("S", "a", 1.0)], demand={"S": 1}, loads={"a": (0, 1)})

    with pytest.raises(ProblemError, match="repaired with the policy optimal, not fair"):
        solve(dataclasses.replace(problem, previous=[[0, 0]]), policy="fair")
