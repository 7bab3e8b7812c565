"""An assignment that must hang together: joined at the least loss, or told why it cannot be."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.assignment import Problem, overlap, solve
from scoring.assignment.graph import bridges, count_components


def two_rooms(*, across=0.2, **changes):
    """Two sketches for a and b, two for c and d; who crosses over fits less well."""
    fits = {("S1", "a"), ("S1", "b"), ("S2", "a"), ("S2", "b"), ("S3", "c"), ("S3", "d"), ("S4", "c"), ("S4", "d")}
    pairs = [(s, j, 1.0 if (s, j) in fits else across) for s in ("S1", "S2", "S3", "S4") for j in "abcd"]
    whole = {"demand": dict.fromkeys(("S1", "S2", "S3", "S4"), 2), "loads": dict.fromkeys("abcd", (2, 2)), **changes}
    return Problem.from_ids([pair for pair in pairs if pair[2] >= 0], **whole)


def test_pieces_are_told_and_not_joined_unasked():
    solution = solve(two_rooms())

    assert (solution.total, solution.connected, solution.components) == (8.0, False, 2)
    assert overlap(solution.pairs) == (("a", "b", 2), ("c", "d", 2))


@pytest.mark.parametrize("policy", ["optimal", "fair", "fairness-first"])
def test_pieces_are_joined_by_one_exchange(policy):
    solution = solve(two_rooms(), policy=policy, max_loss=0.5, require_connected=True)

    assert (solution.connected, solution.components, solution.not_connected) == (True, 1, "")
    assert solution.unfilled == ()
    if policy == "optimal":
        assert (solution.total, solution.optimum) == (pytest.approx(6.4), 8.0)


def test_locked_pairs_and_group_rules_hold_while_joining():
    rule = ("employer", {"a": "X", "c": "X", "b": "Y", "d": "Z"}, 1)
    problem = two_rooms(groups=[rule], locked=[("S1", "a"), ("S3", "c"), ("S2", "a"), ("S4", "c")])

    solution = solve(problem, require_connected=True)

    assert solution.connected
    assert {("S1", "a"), ("S3", "c"), ("S2", "a"), ("S4", "c")} <= set(solution.pairs)


def test_conflicts_that_keep_two_rooms_apart_are_told():
    solution = solve(two_rooms(across=-1), require_connected=True)

    assert (solution.connected, solution.components) == (False, 2)
    assert solution.not_connected == "no juror who may judge it links sketch S3 to sketch S1"


def test_too_few_pairs_to_hang_together_are_told():
    problem = Problem.from_ids(
        [(s, j, 1.0) for s in ("S1", "S2") for j in "ab"],
        demand={"S1": 1, "S2": 1},
        loads={"a": (1, 1), "b": (1, 1)},
    )

    assert solve(problem, require_connected=True).not_connected == (
        "2 sketches and 2 jurors need 3 pairs to hang together; there are 2"
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_joined_pieces_lose_least(seed):
    """Against every assignment there is, on calls that like to fall apart."""
    rng = np.random.default_rng(seed)
    rooms = np.arange(4) % 2
    affinity = np.round(rng.random((4, 4)) * 0.3 + (rooms[:, None] == rooms[None, :]), 2)
    allowed = rng.random((4, 4)) > 0.15
    sketch, juror = np.nonzero(allowed)
    problem = Problem(
        sketches=tuple("PQRS"),
        jurors=tuple("abcd"),
        sketch=sketch,
        juror=juror,
        affinity=affinity[allowed],
        demand=np.full(4, 2),
        load_min=np.zeros(4),
        load_max=np.full(4, 3),
    )

    solution = solve(problem, require_connected=True)

    best = best_connected(problem)
    if best is not None and not solution.unfilled:
        assert solution.connected
        assert solution.total == pytest.approx(best, abs=2e-3)
    elif not solution.unfilled:
        assert not solution.connected
        assert solution.not_connected


def best_connected(problem):
    """The highest total in one piece with every place filled, by trying everything; None where there is none."""
    fit = dict(zip(zip(problem.sketch.tolist(), problem.juror.tolist(), strict=True), problem.affinity, strict=True))
    choices = [
        list(itertools.combinations([j for j in range(4) if (s, j) in fit], int(problem.demand[s]))) for s in range(4)
    ]
    best = None
    for choice in itertools.product(*choices):
        pairs = [(s, j) for s, jurors in enumerate(choice) for j in jurors]
        loads = np.bincount([j for _, j in pairs], minlength=4)
        if (loads > problem.load_max).any():
            continue
        rows, columns = np.array(pairs).T
        if count_components(rows, columns, 4, 4) == 1:
            best = max(best or 0.0, sum(fit[pair] for pair in pairs))
    return best


@settings(max_examples=80, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_a_bridge_is_a_pair_without_which_there_are_more_pieces(pairs):
    sketch, juror = np.array(sorted(pairs)).T
    whole = count_components(sketch, juror, 5, 5) + isolated(sketch, juror)

    for pair, is_bridge in enumerate(bridges(sketch, juror).tolist()):
        left = np.arange(len(sketch)) != pair
        without = count_components(sketch[left], juror[left], 5, 5) + isolated(sketch[left], juror[left])
        assert (without > whole) == is_bridge


def isolated(sketch, juror):
    return 10 - len(set(sketch.tolist())) - len(set(juror.tolist()))


def test_many_rooms_are_joined_one_by_one():
    rng = np.random.default_rng(1)
    affinity = rng.random((48, 24)) * 0.2 + 0.8 * (np.arange(48)[:, None] % 8 == np.arange(24)[None, :] % 8)
    sketch, juror = np.nonzero(affinity > 0.1)
    problem = Problem(
        sketches=tuple(range(48)),
        jurors=tuple(range(24)),
        sketch=sketch,
        juror=juror,
        affinity=affinity[sketch, juror],
        demand=np.full(48, 2),
        load_min=np.full(24, 2),
        load_max=np.full(24, 5),
    )

    apart, joined = solve(problem), solve(problem, require_connected=True)

    assert (apart.components, joined.components, joined.unfilled) == (8, 1, ())
    assert apart.total - joined.total < 7 * 1.3  # at most one exchange a join
