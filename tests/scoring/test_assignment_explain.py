"""The reasons given are true: insisting on a juror costs what was said, and the help offered does help."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.assignment import Group, Problem, ProblemError, explain, solve
from tests.scoring.assignment_problems import problems


def unmet(solution):
    return sum(item.places for item in solution.unfilled) + sum(item.missing for item in solution.unmet)


def position(problem, item):
    return [problem.sketches.index(item.sketch), problem.jurors.index(item.juror)]


@settings(max_examples=120, deadline=None)
@given(problems(sketches=5, jurors=5), st.data())
def test_fall_is_what_insisting_costs(problem, data):
    solution = solve(problem)
    story = explain(problem, solution)
    possible = [item for item in story.not_chosen if item.fall is not None or item.places_lost]
    assume(possible)
    item = data.draw(st.sampled_from(possible))
    row = problem.sketches.index(item.sketch)
    assume(not (problem.demand[row] == 0 or item.reason == "group"))
    locked = np.vstack([problem.locked, position(problem, item)])
    try:
        insisted = solve(dataclasses.replace(problem, locked=locked))
    except ProblemError:
        return  # a locked colleague or a full sketch stands in the way

    assert unmet(insisted) - unmet(solution) == item.places_lost
    if item.fall is not None:
        assert solution.total - insisted.total == pytest.approx(item.fall, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(problems(sketches=5, jurors=5))
def test_one_sketch_is_explained_as_in_the_whole(problem):
    solution = solve(problem)
    whole = explain(problem, solution)

    for sketch in problem.sketches:
        part = explain(problem, solution, sketch=sketch)
        assert part.chosen == tuple(item for item in whole.chosen if item.sketch == sketch)
        assert part.not_chosen == tuple(item for item in whole.not_chosen if item.sketch == sketch)


@settings(max_examples=120, deadline=None)
@given(problems(sketches=6, jurors=4), st.data())
def test_relief_fills_a_place(problem, data):
    solution = solve(problem)
    offers = [(item, juror) for item in solution.unfilled for juror in item.relief]
    assume(offers)
    _item, juror = data.draw(st.sampled_from(offers))
    more = problem.load_max.copy()
    more[problem.jurors.index(juror)] += 1

    relieved = solve(dataclasses.replace(problem, load_max=more))

    assert sum(i.places for i in relieved.unfilled) == sum(i.places for i in solution.unfilled) - 1


def small(**changes):
    whole = {
        "pairs": [("S1", "a", 1.0), ("S1", "b", 0.8), ("S1", "c", 0.5), ("S2", "a", 0.9), ("S2", "b", 0.2)],
        "demand": {"S1": 1, "S2": 1},
        "loads": {"a": (0, 1), "b": (0, 1), "c": (0, 1), "d": (0, 1)},
        **changes,
    }
    return Problem.from_ids(whole.pop("pairs"), **whole)


def test_every_juror_of_a_sketch_has_a_reason():
    problem = small(forbidden=[("S1", "c")])

    story = explain(problem, solve(problem), sketch="S1")

    assert [(item.juror, item.affinity, item.rank, item.candidates) for item in story.chosen] == [("b", 0.8, 2, 3)]
    assert [(i.juror, i.reason, i.fall) for i in story.not_chosen] == [
        ("a", "full", pytest.approx(0.5)),
        ("c", "forbidden", None),
        ("d", "conflict", None),
    ]


def test_a_lower_fit_says_by_how_much():
    problem = small()

    story = explain(problem, solve(problem), sketch="S1")

    fits = [item for item in story.not_chosen if item.juror == "c"]
    assert [(item.reason, item.fall) for item in fits] == [("fit", pytest.approx(0.3))]
    assert "lower the total by 0.3" in fits[0].message


def test_a_colleague_is_named_as_the_reason():
    problem = small(demand={"S1": 2, "S2": 0}, groups=[("employer", {"a": "X", "b": "X"}, 1)])

    story = explain(problem, solve(problem), sketch="S1")

    assert next((i.juror, i.reason, i.instead_of) for i in story.not_chosen) == ("b", "group", ("a",))


def test_terms_of_the_affinity_are_kept_for_the_chosen():
    problem = small()
    with_terms = dataclasses.replace(problem, terms={"topics": problem.affinity / 2})

    story = explain(with_terms, solve(with_terms), sketch="S1")

    assert story.chosen[0].terms == {"topics": 0.4}


@pytest.mark.parametrize(
    ("changes", "reason", "help_"),
    [
        ({"demand": {"S1": 4, "S2": 0}}, "conflicts", "find 1 more without a conflict of interest"),
        (
            {"demand": {"S1": 2, "S2": 0}, "loads": {"a": (0, 1), "b": (0, 0), "c": (0, 0)}},
            "loads",
            "let one of b, c take one more sketch",
        ),
        (
            {"demand": {"S1": 2, "S2": 0}, "groups": [("employer", dict.fromkeys("abc", "X"), 1)]},
            "groups",
            "add jurors of other groups",
        ),
    ],
)
def test_an_empty_place_says_why_and_what_would_help(changes, reason, help_):
    solution = solve(small(**changes))

    found = {item.sketch: item for item in solution.unfilled}["S1"]
    assert found.reason == reason
    assert any(help_ in line for line in found.help)
    assert found.message.startswith("sketch S1: ")


def test_an_unmet_least_load_is_reported():
    solution = solve(small(loads={"a": (0, 1), "b": (0, 1), "c": (0, 1), "d": (1, 1)}))

    assert [(item.juror, item.missing) for item in solution.unmet] == [("d", 1)]


def test_explain_refuses_another_problem_and_an_unknown_sketch():
    problem = small()
    solution = solve(problem)

    with pytest.raises(ProblemError, match="was not made from this problem"):
        explain(small(demand={"S1": 1, "S2": 0}), solution)
    with pytest.raises(ProblemError, match="there is no sketch 'S9'"):
        explain(problem, solution, sketch="S9")


def test_without_a_flow_the_reasons_are_what_stands_in_the_way():
    groups = [Group("senior", ("old", None, None, None), None, 1), Group("firm", ("x", "x", None, None), 1)]
    problem = dataclasses.replace(small(demand={"S1": 2, "S2": 0}), groups=tuple(groups))

    story = explain(problem, solve(problem), sketch="S1")

    assert [item.juror for item in story.chosen] == ["a", "c"]
    assert [(item.juror, item.reason) for item in story.not_chosen] == [("b", "group"), ("d", "conflict")]
    assert {item.fall for item in story.not_chosen} == {None}
