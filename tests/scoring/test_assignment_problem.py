"""Every way a problem can be wrong has one clear line."""

import dataclasses

import numpy as np
import pytest

from scoring.assignment import Group, Problem, ProblemError, solve
from scoring.assignment.io import problem_bytes, problem_from_bytes, problem_json


def parts(**changes):
    return {
        "sketches": ("S1", "S2"),
        "jurors": ("J1", "J2"),
        "sketch": [0, 0, 1],
        "juror": [0, 1, 1],
        "affinity": [1.0, 0.5, 0.25],
        "demand": [1, 1],
        "load_min": [0, 0],
        "load_max": [1, 1],
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sketches": (), "demand": []}, "there are no sketches to assign"),
        ({"jurors": (), "load_min": [], "load_max": []}, "there are no jurors to assign"),
        ({"sketches": ("S1", "S1")}, "sketch 'S1' is there twice"),
        ({"sketches": ("S1", 2.5)}, "sketch id 2.5 is neither text nor a whole number"),
        ({"jurors": ("J1", True)}, "juror id True is neither text nor a whole number"),
        ({"sketch": [0, 0, 2]}, "pairs names sketch 2; there are 2, counted from 0"),
        ({"juror": [0, 1, -1]}, "pairs names juror -1"),
        ({"sketch": [0, 0, 0]}, "sketch 'S1' and juror 'J2' are paired twice"),
        ({"sketch": [0, 0, 0.5]}, "sketch must hold whole numbers only"),
        ({"sketch": [[0], [0], [1]]}, "sketch must be one list of whole numbers"),
        ({"sketch": [0, [1], 2]}, "sketch must be a plain list of numbers"),
        ({"demand": [1, 2**40]}, "demand holds a number that is too large"),
        ({"demand": [True, False]}, "demand must hold whole numbers only"),
        ({"affinity": [1.0, float("nan"), 0.5]}, "affinity holds nan at position 1"),
        ({"affinity": [1.0, float("inf"), 0.5]}, "affinity holds inf at position 1"),
        ({"affinity": ["a", "b", "c"]}, "affinity must be one list of numbers"),
        ({"affinity": [1.0]}, "sketch has 3 entries where 1 are needed"),
        ({"demand": [1]}, "demand has 1 entries where 2 are needed"),
        ({"demand": [1, -1]}, "sketch 'S2' asks for fewer than 0 jurors"),
        ({"load_min": [0, -2]}, "juror 'J2' has a least load below 0"),
        ({"load_min": [0, 2]}, "juror 'J2' has a least load of 2 above the most, 1"),
        ({"locked": [[0, 5]]}, "locked names juror 5"),
        ({"locked": [0, 1]}, "locked must be a list of pairs"),
        ({"locked": [[1, 0]]}, "are locked together, but the pair is not allowed"),
        ({"locked": [[0, 0]], "forbidden": [[0, 0]]}, "locked together and forbidden at the same time"),
        ({"locked": [[0, 0], [0, 1]]}, "sketch 'S1' has 2 locked jurors but asks for 1"),
        ({"locked": [[0, 1], [1, 1]]}, "juror 'J2' has 2 locked sketches but a most load of 1"),
        ({"groups": [Group("org", ("a",), 1)]}, "group org has 1 values where 2 jurors are there"),
        ({"groups": [Group("org", ("a", "b"), 1, 2)]}, "group org: the least, 2, is above the most, 1"),
        ({"groups": [Group("org", ("a", "b"), -1)]}, "group org: least and most must be whole numbers"),
        ({"groups": [Group("org", ("a", "b"), 1)] * 2}, "two groups have the same name"),
        ({"terms": {"topics": [1.0]}}, "term topics has 1 entries where 3 are needed"),
        (
            {"locked": [[0, 0], [0, 1]], "demand": [2, 1], "groups": [Group("org", ("a", "a"), 1)]},
            "sketch 'S1' has 2 locked jurors of org 'a', at most 1 allowed",
        ),
    ],
)
def test_problem_says_what_is_wrong(changes, message):
    with pytest.raises(ProblemError) as caught:
        Problem(**parts(**changes))

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_problem_cannot_be_changed_afterwards():
    problem = Problem(**parts())

    with pytest.raises(ValueError, match="read-only"):
        problem.affinity[0] = 7.0


def test_problem_without_a_single_pair_is_a_problem_all_the_same():
    problem = Problem(**parts(sketch=[], juror=[], affinity=[]))

    assert problem.affinity.shape == (0,)


def test_numpy_ids_become_plain_numbers():
    problem = Problem(**parts(sketches=tuple(np.arange(2)), jurors=tuple(np.arange(2))))

    assert [type(name) for name in problem.sketches] == [int, int]


def test_from_ids_names_the_unknown_id():
    with pytest.raises(ProblemError, match="'J9', which is neither a sketch nor a juror"):
        Problem.from_ids([("S1", "J9", 1.0)], demand={"S1": 1}, loads={"J1": (0, 1)})


def test_public_form_hides_every_id_and_has_the_same_answer_and_hash():
    pairs = [(s, j, 0.5) for s in (31, 32, 33) for j in (7, 8, 9)]
    problem = Problem.from_ids(
        pairs,
        demand={31: 1, 32: 1, 33: 1},
        loads=dict.fromkeys((7, 8, 9), (0, 2)),
        groups=[("employer", {7: 501, 8: 501, 9: 502}, 1)],
    )
    sketches, jurors = {31: "S-k", 32: "S-c", 33: "S-x"}, {7: "J-q", 8: "J-a", 9: "J-m"}
    named = dataclasses.replace(problem, sketch_aliases=tuple(sketches.values()), juror_aliases=tuple(jurors.values()))

    public = named.public()

    ours, theirs = solve(named, seed=3), solve(public, seed=3)
    assert sorted((sketches[s], jurors[j]) for s, j in ours.pairs) == sorted(theirs.pairs)
    assert ours.input_sha256 == theirs.input_sha256
    text = problem_json(public)
    assert not any(str(key) in text for key in (31, 32, 33, 501, 502))
    assert (public.sketches, public.jurors) == (("S-c", "S-k", "S-x"), ("J-a", "J-m", "J-q"))


def test_packed_problem_is_read_back_as_it_was():
    problem = dataclasses.replace(
        Problem.from_ids([("S", "a", 0.25)], demand={"S": 1}, loads={"a": (0, 1)}, groups=[("x", {"a": "X"}, 1)]),
        terms={"topics": [0.25]},
        sketch_aliases=("one",),
        juror_aliases=("other",),
    )

    back = problem_from_bytes(problem_bytes(problem))

    assert back.digest() == problem.digest()
    assert (back.sketches, back.jurors, back.sketch_aliases) == (("S",), ("a",), ("one",))
    assert back.terms["topics"].tolist() == [0.25]
