"""The optimum, the rules, and the same answer whatever the order of the input."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.assignment import Problem, ProblemError, SolverError, Unfilled, solve, verify, verify_pairs
from scoring.assignment import solve as solve_function
from scoring.assignment.io import problem_from_mapping, problem_to_mapping
from tests.scoring.assignment_problems import problems

pytestmark = pytest.mark.filterwarnings("error")


def shuffled(problem, order):
    """The same problem with sketches, jurors and pairs in another order."""
    rows, columns = list(range(len(problem.sketches))), list(range(len(problem.jurors)))
    pairs = list(range(len(problem.sketch)))
    for positions in (rows, columns, pairs):
        order.shuffle(positions)
    row, column = np.argsort(rows), np.argsort(columns)

    def moved(two):
        return np.column_stack((row[two[:, 0]], column[two[:, 1]])) if len(two) else two

    return Problem(
        sketches=tuple(problem.sketches[i] for i in rows),
        jurors=tuple(problem.jurors[j] for j in columns),
        sketch=row[problem.sketch[pairs]],
        juror=column[problem.juror[pairs]],
        affinity=problem.affinity[pairs],
        demand=problem.demand[rows],
        load_min=problem.load_min[columns],
        load_max=problem.load_max[columns],
        groups=tuple(type(g)(g.name, tuple(g.values[j] for j in columns), g.most, g.least) for g in problem.groups),
        locked=moved(problem.locked),
        forbidden=moved(problem.forbidden),
    )


def best_by_trying_everything(problem):
    """(fewest empty places, fewest missing loads, highest total) over every subset of pairs that breaks no rule."""
    pairs = list(zip(problem.sketch.tolist(), problem.juror.tolist(), problem.affinity.tolist(), strict=True))
    best = None
    for bits in range(1 << len(pairs)):
        chosen = [pair for k, pair in enumerate(pairs) if bits >> k & 1]
        named = [(problem.sketches[i], problem.jurors[j]) for i, j, _ in chosen]
        if verify_pairs(problem, named):
            continue
        loads = np.bincount([j for _, j, _ in chosen], minlength=len(problem.jurors)) if chosen else 0
        missing = int(np.maximum(0, problem.load_min - loads).sum())
        key = (int(problem.demand.sum()) - len(chosen) + missing, -math.fsum(a for _, _, a in chosen))
        best = key if best is None else min(best, key)
    return best


@settings(max_examples=60, deadline=None)
@given(problems(sketches=3, jurors=3))
def test_solve_finds_what_trying_everything_finds(problem):
    solution = solve(problem)

    unmet = sum(item.places for item in solution.unfilled) + sum(item.missing for item in solution.unmet)
    assert (unmet, -solution.total) == pytest.approx(best_by_trying_everything(problem))


@settings(max_examples=150, deadline=None)
@given(problems(sketches=8, jurors=6), st.integers(0, 5))
def test_solve_breaks_no_rule_and_proves_its_total(problem, seed):
    solution = solve(problem, seed=seed)

    assert verify(problem, solution) == ()
    assert solution.gap == pytest.approx(0, abs=1e-9)
    assert solution.bound >= solution.total


@settings(max_examples=100, deadline=None)
@given(problems(sketches=8, jurors=6), st.randoms(use_true_random=False))
def test_solve_gives_the_same_answer_for_any_order_of_the_input(problem, order):
    first = solve(problem, seed=3).as_dict()
    second = solve(shuffled(problem, order), seed=3).as_dict()

    assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_seed_tells_equals_apart_and_nothing_else():
    problem = equal_fit(sketches=12, jurors=6)

    results = [solve(problem, seed=seed) for seed in range(6)]

    assert {result.total for result in results} == {24.0}
    assert len({result.pairs for result in results}) > 1


def test_tie_break_never_costs_affinity():
    rng = random.Random(1)
    pairs = [(i, j, rng.choice((0.5, 0.500001))) for i in range(30) for j in range(10)]
    problem = Problem.from_ids(pairs, demand=dict.fromkeys(range(30), 2), loads=dict.fromkeys(range(10), (0, 6)))

    totals = {round(solve(problem, seed=seed).total, 9) for seed in range(8)}

    assert len(totals) == 1


def test_all_affinities_zero_still_fills_every_place():
    problem = Problem.from_ids(
        [(i, j, 0.0) for i in range(5) for j in range(3)],
        demand=dict.fromkeys(range(5), 2),
        loads=dict.fromkeys(range(3), (3, 4)),
    )

    solution = solve(problem)

    assert (len(solution.pairs), solution.total, solution.unfilled, solution.unmet) == (10, 0.0, (), ())


def test_a_place_is_filled_even_by_a_long_chain_of_swaps():
    """Four times the highest cost is not enough here: filling the last place moves everybody by one."""
    n = 40
    pairs = [(i, i, 1.0) for i in range(n)] + [(i + 1, i, 0.0) for i in range(n - 1)] + [(0, n, 0.0)]
    pairs = [pair for pair in pairs if pair[:2] != (n - 1, n - 1)]
    problem = Problem.from_ids(pairs, demand=dict.fromkeys(range(n), 1), loads=dict.fromkeys(range(n + 1), (0, 1)))

    solution = solve(problem)

    assert (len(solution.pairs), solution.unfilled, solution.total) == (n, (), 0.0)


def test_group_rule_keeps_colleagues_apart():
    problem = Problem.from_ids(
        [("S", "a1", 1.0), ("S", "a2", 0.9), ("S", "b", 0.1), ("S", "free", 0.05)],
        demand={"S": 3},
        loads=dict.fromkeys(("a1", "a2", "b", "free"), (0, 1)),
        groups=[("organisation", {"a1": "A", "a2": "A", "b": "B"}, 1)],
    )

    assert solve(problem).pairs == (("S", "a1"), ("S", "b"), ("S", "free"))


def test_connected_tells_whether_jurors_link_the_sketches():
    apart = [("S1", "J1", 1.0), ("S2", "J2", 1.0)]
    linked = [*apart, ("S1", "J2", 1.0)]

    def run(pairs, demand):
        return solve(Problem.from_ids(pairs, demand=demand, loads=dict.fromkeys(("J1", "J2"), (0, 2)))).connected

    assert (run(apart, {"S1": 1, "S2": 1}), run(linked, {"S1": 2, "S2": 1})) == (False, True)


def test_input_hash_changes_with_the_problem_and_not_with_its_order():
    problem = equal_fit(sketches=4, jurors=3)
    other = Problem(**{**vars(problem), "demand": problem.demand - np.array([1, 0, 0, 0])})

    hashes = problem.sha256(), shuffled(problem, random.Random(2)).sha256(), other.sha256()

    assert hashes[0] == hashes[1] != hashes[2]


def test_ids_may_be_numbers_and_text_side_by_side():
    problem = Problem.from_ids([(1, "1", 0.5), ("1", 1, 0.5)], demand={1: 1, "1": 1}, loads={1: (0, 1), "1": (0, 1)})

    assert solve(problem).pairs == ((1, "1"), ("1", 1))


def test_progress_is_reported_up_to_the_end():
    seen = []

    solve(equal_fit(sketches=3, jurors=3), on_progress=lambda fraction, message: seen.append(fraction))

    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"policy": "best"}, 'the policy "best" is not available; choose optimal'),
        ({"seed": -1}, "the seed must be a whole number from 0"),
        ({"seed": 1.5}, "the seed must be a whole number from 0"),
    ],
)
def test_solve_refuses_what_it_cannot_do(arguments, message):
    with pytest.raises(ProblemError, match=message):
        solve(equal_fit(sketches=2, jurors=2), **arguments)


@pytest.mark.parametrize("far", [5e9, 1e12, 1e300])
def test_solve_refuses_affinities_that_span_too_wide(far):
    problem = Problem.from_ids(
        [(i, j, far if i else 0.0) for i in range(3) for j in range(3)],
        demand=dict.fromkeys(range(3), 1),
        loads=dict.fromkeys(range(3), (0, 1)),
    )

    with pytest.raises(ProblemError, match="rescale them"):
        solve(problem)


def test_solve_refuses_to_hand_out_what_the_verifier_rejects(monkeypatch):
    problem = equal_fit(sketches=3, jurors=3)
    module = __import__("sys").modules[solve_function.__module__]
    monkeypatch.setattr(module, "explain_unfilled", lambda *_: (Unfilled("S0", 1, "loads", 3, (), "", ()),))

    with pytest.raises(SolverError, match="the verifier rejects the assignment"):
        solve(problem)


def test_mapping_reads_back_to_the_same_problem():
    problem = equal_fit(sketches=4, jurors=3)

    assert problem_from_mapping(problem_to_mapping(problem)).sha256() == problem.sha256()


def equal_fit(*, sketches, jurors):
    """Every juror fits every sketch equally, so only the draw decides."""
    return Problem.from_ids(
        [(f"S{i}", f"J{j}", 1.0) for i in range(sketches) for j in range(jurors)],
        demand={f"S{i}": 2 for i in range(sketches)},
        loads={f"J{j}": (0, sketches) for j in range(jurors)},
    )
