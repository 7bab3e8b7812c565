"""`python -m benchmarks.assignment [INSTANCE.npz ...]`: time, total, proof and memory of the assignment.

Instances are not part of the project. Without any, only the synthetic ones are measured: topics from Dirichlet(0.15)
per sketch and Dirichlet(0.3) per juror over 20 topics, affinity 0.85 cosine + 0.15 uniform, 2 % conflicts, three
jurors per sketch, loads between 0.5 and 1.2 of the mean.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from scoring.assignment import POLICIES, Problem, ProblemError, Solution, explain, solve, verify
from scoring.assignment.io import read_problem

KNOWN_OPTIMA = {"aamas2015": 1406.25, "preflib1": 124.25, "preflib2": 141.5, "preflib3": 454.25}
SYNTHETIC = {"200 x 30": (200, 30, 30), "500 x 60": (500, 60, 60), "2,000 x 300, best 40": (2_000, 300, 40)}
LARGE = {"10,000 x 3,000, best 50": (10_000, 3_000, 50)}


def synthetic(n_sketches: int, n_jurors: int, best: int, *, seed: int = 1) -> Problem:
    """Return a made-up problem in which each sketch keeps its `best` jurors."""
    rng = np.random.default_rng(seed)
    sketch = rng.dirichlet(np.full(20, 0.15), n_sketches)
    juror = rng.dirichlet(np.full(20, 0.3), n_jurors)
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (sketch, juror)]
    affinity = 0.85 * unit[0] @ unit[1].T + 0.15 * rng.random((n_sketches, n_jurors))
    affinity[rng.random(affinity.shape) < 0.02] = -1
    kept = np.argsort(-affinity, axis=1)[:, :best]
    rows = np.repeat(np.arange(n_sketches), best)
    allowed = affinity[rows, kept.ravel()] >= 0
    mean = 3 * n_sketches / n_jurors
    return Problem(
        sketches=tuple(range(n_sketches)),
        jurors=tuple(range(n_jurors)),
        sketch=rows[allowed],
        juror=kept.ravel()[allowed],
        affinity=affinity[rows, kept.ravel()][allowed],
        demand=np.full(n_sketches, 3),
        load_min=np.full(n_jurors, int(0.5 * mean)),
        load_max=np.full(n_jurors, int(np.ceil(1.2 * mean))),
    )


def measure(problem: Problem, repeats: int, policy: str) -> tuple[float, float, float, Solution]:
    """Return the best seconds to solve (own check included), to verify, to explain one sketch, and the result."""
    solving, verifying, explaining = [], [], []
    for _ in range(repeats):
        start = time.perf_counter()
        solution = solve(problem, policy=policy)
        solving.append(time.perf_counter() - start)
        start = time.perf_counter()
        if verify(problem, solution):
            raise SystemExit("the verifier rejects the assignment")
        verifying.append(time.perf_counter() - start)
    start = time.perf_counter()
    explain(problem, solution, sketch=problem.sketches[0])
    explaining.append(time.perf_counter() - start)
    return min(solving), min(verifying), min(explaining), solution


def instances(paths: Sequence[Path], *, large: bool) -> Iterator[tuple[str, Problem, float | None]]:
    """Yield name, problem and known optimum of each instance."""
    for path in paths:
        yield path.stem, read_problem(path), KNOWN_OPTIMA.get(path.stem)
    for name, size in {**SYNTHETIC, **(LARGE if large else {})}.items():
        yield name, synthetic(*size), None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 when a known optimum is missed, 2 for an unreadable instance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.assignment", description="Measure the assignment.")
    parser.add_argument("instances", nargs="*", type=Path, metavar="INSTANCE.npz")
    parser.add_argument("--repeats", type=int, default=3, help="the best of so many runs counts")
    parser.add_argument("--large", action="store_true", help="also 10,000 sketches and 3,000 jurors")
    parser.add_argument("--policy", choices=POLICIES, default="optimal")
    options = parser.parse_args(arguments)
    print(f"policy {options.policy}, load of the machine {os.getloadavg()[0]:.1f}")
    heads = (
        "instance",
        "pairs",
        "solve s",
        "verify s",
        "explain s",
        "total",
        "floor",
        "of best",
        "optimum",
        "gap",
        "empty",
        "peak MB",
    )
    print(("{:<24}" + "{:>11}" * 11).format(*heads))
    missed = 0
    try:
        for name, problem, optimum in instances(options.instances, large=options.large):
            solving, verifying, explaining, found = measure(problem, options.repeats, options.policy)
            best = found.total if found.optimum is None else found.optimum
            right = optimum is None or abs(best - optimum) < 1e-6
            missed += not right
            told = "not known" if optimum is None else "reached" if right else f"MISSED {optimum}"
            empty = sum(item.places for item in found.unfilled)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{name:<24}{len(problem.sketch):>11,}{solving:>11.3f}{verifying:>11.3f}{explaining:>11.3f}"
                f"{found.total:>11.2f}{found.floor:>11.4f}{found.total / (best or 1):>11.3%}"
                f"{told:>11}{found.gap:>11.1e}{empty:>11}{peak:>11.0f}"
            )
    except ProblemError as error:
        print(f"assignment benchmark: {error}", file=sys.stderr)
        return 2
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
