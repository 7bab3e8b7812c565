"""Where places stay empty: as few as can be, and for the reason given. Checked against every assignment there is."""

import dataclasses
import itertools

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.assignment import solve
from tests.scoring.assignment_problems import problems


def usable(problem):
    banned = set(map(tuple, problem.forbidden.tolist()))
    pairs = zip(problem.sketch.tolist(), problem.juror.tolist(), strict=True)
    return [pair for pair in pairs if pair not in banned]


def may_stand_together(problem, sketch, jurors):
    for group in problem.groups:
        labels = [group.values[juror] for juror in jurors if group.values[juror] is not None]
        if group.most is not None and any(labels.count(label) > group.most for label in labels):
            return False
    locked = {juror for row, juror in problem.locked.tolist() if row == sketch}
    return locked <= set(jurors) and len(jurors) <= problem.demand[sketch]


def ways_of(problem, sketch):
    """Every set of jurors that the sketch may have."""
    able = [juror for row, juror in usable(problem) if row == sketch]
    return [
        jurors
        for size in range(min(len(able), int(problem.demand[sketch])) + 1)
        for jurors in itertools.combinations(able, size)
        if may_stand_together(problem, sketch, jurors)
    ]


def fewest_empty(problem):
    """The fewest empty places of any assignment within the most loads."""
    best = int(problem.demand.sum())
    for choice in itertools.product(*(ways_of(problem, sketch) for sketch in range(len(problem.sketches)))):
        loads = np.bincount([juror for jurors in choice for juror in jurors], minlength=len(problem.jurors))
        if (loads <= problem.load_max).all():
            best = min(best, int(problem.demand.sum()) - sum(map(len, choice)))
    return best


@settings(max_examples=80, deadline=None)
@given(problems(sketches=3, jurors=4))
def test_no_assignment_leaves_fewer_places_empty(problem):
    solution = solve(problem)

    assert sum(item.places for item in solution.unfilled) == fewest_empty(problem)


@settings(max_examples=150, deadline=None)
@given(problems(sketches=4, jurors=4))
def test_the_reason_of_an_empty_place_is_the_true_one(problem):
    unfilled = solve(problem).unfilled
    assume(unfilled)

    for item in unfilled:
        sketch = problem.sketches.index(item.sketch)
        demand = int(problem.demand[sketch])
        able = [juror for row, juror in usable(problem) if row == sketch]
        most_alone = max((len(jurors) for jurors in ways_of(problem, sketch)), default=0)
        assert item.candidates == len(able)
        if item.reason == "conflicts":
            assert len(able) < demand
        elif item.reason == "groups":
            assert len(able) >= demand > most_alone
        else:
            assert most_alone >= demand
            assert item.relief


@settings(max_examples=80, deadline=None)
@given(problems(sketches=4, jurors=4), st.data())
def test_asking_for_what_is_there_leaves_nothing_empty_on_that_sketch(problem, data):
    solution = solve(problem)
    assume(solution.unfilled)
    item = data.draw(st.sampled_from(solution.unfilled))
    demand = problem.demand.copy()
    demand[problem.sketches.index(item.sketch)] -= item.places

    asked = solve(dataclasses.replace(problem, demand=demand))

    assert sum(i.places for i in asked.unfilled) == sum(i.places for i in solution.unfilled) - item.places


@settings(max_examples=40, deadline=None)
@given(problems(sketches=5, jurors=5), st.integers(0, 2**32 - 1), st.sampled_from(["optimal", "fair"]))
def test_any_order_gives_the_same_pairs_and_nobody_twice(problem, seed, policy):
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(problem.sketches)), rng.permutation(len(problem.jurors))
    new_row, new_column, order = np.argsort(rows), np.argsort(columns), rng.permutation(len(problem.sketch))

    def moved(pairs):
        return np.column_stack((new_row[pairs[:, 0]], new_column[pairs[:, 1]]))

    other = dataclasses.replace(
        problem,
        sketches=tuple(problem.sketches[row] for row in rows),
        jurors=tuple(problem.jurors[column] for column in columns),
        sketch=new_row[problem.sketch][order],
        juror=new_column[problem.juror][order],
        affinity=problem.affinity[order],
        demand=problem.demand[rows],
        load_min=problem.load_min[columns],
        load_max=problem.load_max[columns],
        groups=tuple(
            dataclasses.replace(group, values=tuple(group.values[column] for column in columns))
            for group in problem.groups
        ),
        locked=moved(problem.locked),
        forbidden=moved(problem.forbidden),
    )

    ours, theirs = solve(problem, policy=policy), solve(other, policy=policy)

    assert ours.pairs == theirs.pairs
    assert ours.input_sha256 == theirs.input_sha256
    assert len(set(ours.pairs)) == len(ours.pairs)
