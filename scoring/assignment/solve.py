"""From a problem to a verified, certified, explained assignment."""

from __future__ import annotations

import math
import time

import numpy as np

from scoring.assignment.common import IntArray, ProblemError
from scoring.assignment.connect import Connected, connect
from scoring.assignment.exchange import pieces_of
from scoring.assignment.flow import SolverError
from scoring.assignment.problem import Problem
from scoring.assignment.repair import repair
from scoring.assignment.solution import Progress, Solution
from scoring.assignment.tiers import Found, find_fair, find_optimal
from scoring.assignment.unfilled import explain_short_groups, explain_unfilled, explain_unmet
from scoring.assignment.verify import verify

POLICIES = ("optimal", "fair", "fairness-first")
SEED_LIMIT = 2**63


def solve(
    problem: Problem,
    *,
    policy: str = "optimal",
    seed: int = 0,
    max_loss: float = 0.01,
    require_connected: bool = False,
    on_progress: Progress | None = None,
) -> Solution:
    """Assign jurors to sketches; always answers, with what could not be met in `unfilled`, `unmet`, `short_groups`.

    The same problem, in any order, with the same seed gives the same pairs. policy: "optimal" has the highest total,
    "fair" the highest floor that costs at most max_loss (a share) of that total, "fairness-first" the highest floor.
    require_connected: where the sketches and jurors fall into several pieces, join them at a small loss of the total,
    or say in `not_connected` why that cannot be. on_progress(fraction, message) is called a few times with a fraction
    from 0 to 1. Raises ProblemError for an unknown policy or a fair one beside `previous`, SolverError if the solver or
    the verifier fails (then nothing may be published).
    """
    started = time.perf_counter()
    report = on_progress or _silent
    _check_arguments(policy, seed, max_loss)
    form = problem.canonical()
    report(0.1, "read")
    found = _find(form, policy, seed, max_loss, report)
    report(0.8, "assigned")
    joined = connect(form, found, level=found.floors) if require_connected else Connected(found)
    report(0.9, "connected")
    solution = _solution(form, joined, policy, seed, time.perf_counter() - started)
    violations = verify(problem, solution)
    if violations:
        raise SolverError(f"the verifier rejects the assignment: {violations[0].message}")
    report(1.0, "verified")
    return solution


def _find(form: Problem, policy: str, seed: int, max_loss: float, report: Progress) -> Found:
    if len(form.previous):
        if policy != "optimal":
            raise ProblemError(f"an earlier assignment is repaired with the policy optimal, not {policy}")
        return repair(form, lambda part: find_optimal(part, seed, _silent))
    if policy == "optimal":
        return find_optimal(form, seed, report)
    return find_fair(form, seed, max_loss if policy == "fair" else None, report)


def _solution(form: Problem, joined: Connected, policy: str, seed: int, seconds: float) -> Solution:
    found, chosen = joined.found, joined.found.chosen
    total, pieces = math.fsum(form.affinity[chosen]), pieces_of(form, chosen)
    return Solution(
        pairs=tuple((form.sketches[s], form.jurors[j]) for s, j in _pairs(form, chosen)),
        total=total,
        floor=_floor(form, chosen),
        bound=total + found.gap,
        gap=found.gap,
        loads=dict(zip(form.jurors, np.bincount(form.juror[chosen], minlength=len(form.jurors)).tolist(), strict=True)),
        unfilled=explain_unfilled(form, chosen),
        unmet=explain_unmet(form, chosen),
        connected=pieces <= 1,
        components=pieces,
        level=found.level,
        level_bound=found.level_bound,
        not_connected=joined.why_not,
        policy=policy,
        seed=seed,
        input_sha256=form.digest(),
        solver=found.solver,
        seconds=seconds,
        optimum=None if policy == "optimal" and total == found.optimum else found.optimum,
        short_groups=explain_short_groups(form, chosen),
    )


def _silent(fraction: float, message: str) -> None:
    return None


def _check_arguments(policy: str, seed: int, max_loss: float) -> None:
    if policy not in POLICIES:
        known = " or ".join(POLICIES)
        raise ProblemError(f'the policy "{policy}" is not available; choose {known}')
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < SEED_LIMIT:
        raise ProblemError(f"the seed must be a whole number from 0 to {SEED_LIMIT - 1}")
    if _no_share(max_loss):
        raise ProblemError("the greatest loss must be a share from 0 to 1")


def _no_share(max_loss: float) -> bool:
    return isinstance(max_loss, bool) or not isinstance(max_loss, (int, float)) or not 0 <= max_loss <= 1


def _pairs(problem: Problem, chosen: IntArray) -> list[tuple[int, int]]:
    return list(zip(problem.sketch[chosen].tolist(), problem.juror[chosen].tolist(), strict=True))


def _floor(problem: Problem, chosen: IntArray) -> float:
    sums = np.bincount(problem.sketch[chosen], weights=problem.affinity[chosen], minlength=len(problem.sketches))
    asked = sums[problem.demand > 0]
    return float(asked.min()) if len(asked) else 0.0
