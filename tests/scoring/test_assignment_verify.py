"""The verifier finds every broken rule and every false figure."""

import dataclasses

import pytest

from scoring.assignment import Group, Problem, Violation, solve, verify, verify_pairs

PAIRS = [(s, j, 0.5) for s in ("S1", "S2") for j in ("a", "b", "c")]


def problem(**changes):
    whole = {
        "demand": {"S1": 2, "S2": 1},
        "loads": {"a": (0, 1), "b": (0, 2), "c": (0, 2)},
        "groups": [("employer", {"b": "X", "c": "X"}, 1)],
        "locked": [("S1", "a")],
        **changes,
    }
    return Problem.from_ids([pair for pair in PAIRS if pair[:2] != ("S2", "c")], **whole)


@pytest.mark.parametrize(
    ("pairs", "codes"),
    [
        ([("S1", "a"), ("S1", "b"), ("S2", "b")], set()),
        ([("S1", "b")], {"locked"}),
        ([("S1", "a"), ("S1", "b"), ("S1", "b")], {"duplicate", "demand", "group_most"}),
        ([("S1", "a"), ("S2", "c")], {"not_allowed"}),
        ([("S1", "a"), ("S9", "b")], {"not_allowed"}),
        ([("S1", "a"), ("S2", "a")], {"load_max"}),
        ([("S1", "a"), ("S1", "b"), ("S1", "c")], {"demand", "group_most"}),
    ],
)
def test_verify_pairs_names_the_broken_rules(pairs, codes):
    assert {violation.code for violation in verify_pairs(problem(), pairs)} == codes


def test_verify_pairs_finds_a_forbidden_pair():
    stated = problem(forbidden=[("S2", "b")])

    assert verify_pairs(stated, [("S1", "a"), ("S2", "b")]) == (
        Violation("forbidden", "sketch S2 has juror b, which is forbidden"),
    )


def test_verify_pairs_counts_a_group_that_is_too_few():
    stated = dataclasses.replace(problem(), groups=(Group("employer", (None, "X", "Y"), None, 2),))

    broken = verify_pairs(stated, [("S1", "a"), ("S1", "b")])

    assert {violation.code for violation in broken} == {"group_least"}
    assert broken[0].message == "sketch S1: 1 more of employer X needed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total": 9.0}, "total"),
        ({"gap": -1.0}, "bound"),
        ({"bound": 99.0}, "bound"),
        ({"floor": 7.0}, "floor"),
        ({"loads": {}}, "loads"),
        ({"pairs": (("S1", "a"),)}, "unfilled"),
    ],
)
def test_verify_finds_a_false_figure(change, code):
    stated = problem()
    false = dataclasses.replace(solve(stated), **change)

    assert code in {violation.code for violation in verify(stated, false)}


def test_verify_finds_an_unreported_missing_load():
    stated = problem(loads={"a": (1, 1), "b": (2, 2), "c": (2, 2)})
    solution = solve(stated)

    codes = {violation.code for violation in verify(stated, dataclasses.replace(solution, unmet=()))}

    assert (verify(stated, solution), codes) == ((), {"unmet"})
