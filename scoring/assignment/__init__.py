"""Assignment of jurors to sketches: pure algorithms over plain data, without Django.

    problem = Problem.from_ids(pairs, demand={...}, loads={...})
    solution = solve(problem, seed=7)
    explanation = explain(problem, solution, sketch="S-12")

`python -m scoring.assignment PROBLEM.json` does the same from the command line.
"""

from scoring.assignment.common import Id, ProblemError
from scoring.assignment.explain import Chosen, Explanation, NotChosen, explain, explain_pairs
from scoring.assignment.flow import SolverError
from scoring.assignment.graph import overlap
from scoring.assignment.problem import Group, Problem
from scoring.assignment.solution import Progress, ShortGroup, Solution, Unfilled, Unmet
from scoring.assignment.solve import POLICIES, solve
from scoring.assignment.verify import Violation, verify, verify_pairs

__all__ = [
    "POLICIES",
    "Chosen",
    "Explanation",
    "Group",
    "Id",
    "NotChosen",
    "Problem",
    "ProblemError",
    "Progress",
    "ShortGroup",
    "Solution",
    "SolverError",
    "Unfilled",
    "Unmet",
    "Violation",
    "explain",
    "explain_pairs",
    "overlap",
    "solve",
    "verify",
    "verify_pairs",
]
