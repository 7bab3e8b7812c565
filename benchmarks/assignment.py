"""`python -m benchmarks assignment [INSTANCE.npz ...] [--large]`: the assignment beside its yardsticks.

Each line is one target: processor seconds of one thread (the best of --repeats) and wall-clock seconds, the total, the
floor, what the line must hold, and whether it does. Each runs in a process of its own, from a file, so that its peak of
memory is its own. Instances are not part of the project. Wall-clock time on a busy machine says little; the load stands
on top, and targets are held against processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import assignment_problems as problems
from benchmarks.assignment_yardsticks import (
    EXACT,
    KNOWN_OPTIMA,
    MEGABYTES,
    REPAIR_AT_MOST,
    RULES_AT_MOST,
    SHARE,
    WITH_RULES,
    YARDSTICKS,
)
from scoring.assignment import Problem, ProblemError, Solution, solve, verify
from scoring.assignment.io import problem_bytes, problem_from_bytes, read_problem

Result = dict[str, Any]
KINDS = ("optimal", "fair", "fairness-first", "rules", "rules+locked", "repair", "order")


def measured(problem: Problem, policy: str, repeats: int) -> tuple[Solution, float, float]:
    """Return the solution and the fewest processor and wall-clock seconds, own check included."""
    processor, wall = [], []
    for _ in range(repeats):
        busy, start = time.process_time(), time.perf_counter()
        solution = solve(problem, policy=policy)
        processor.append(time.process_time() - busy)
        wall.append(time.perf_counter() - start)
    if verify(problem, solution):
        raise SystemExit("the verifier rejects the assignment")
    return solution, min(processor), min(wall)


def run_one(name: str, kind: str, problem: Problem, repeats: int) -> Result:
    """Measure one kind of target on one problem; runs in a process of its own."""
    if kind == "order":
        return {**_order(problem), "name": name, "kind": kind}
    extra: Result = {}
    before = None
    if kind.startswith("rules"):
        problem = problems.with_rules(problem, locked=20 if kind == "rules+locked" else 0)
    if kind == "repair":
        before = solve(problem)
        problem, lost = problems.without_a_juror(problem, before.pairs)
        extra["lost"] = lost
    policy = kind if kind in ("optimal", "fair", "fairness-first") else "optimal"
    if kind == "rules+locked":
        policy = "fair"
    found, processor, wall = measured(problem, policy, repeats)
    if before is not None:
        again = solve(replace(problem, previous=np.empty((0, 2), dtype=np.int64)))
        extra |= {"changed": len(set(before.pairs) - set(found.pairs)), "share": found.total / again.total}
    if kind == "rules+locked":
        there = {(problem.sketches[s], problem.jurors[j]) for s, j in problem.locked.tolist()}
        extra["kept"] = there <= set(found.pairs)
    return extra | {
        "name": name,
        "kind": kind,
        "processor": processor,
        "wall": wall,
        "total": found.total,
        "floor": found.floor,
        "best": found.total if found.optimum is None else found.optimum,
        "gap": found.gap,
        "short": len(found.unfilled) + len(found.unmet) + len(found.short_groups),
        "peak": peak_megabytes(),
        "level": found.level,
        "level_bound": found.level_bound,
    }


def peak_megabytes() -> float:
    """Return the most memory this program has held. `getrusage` would count what the parent held when it forked."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _order(problem: Problem) -> Result:
    """Five orders of the input, the pairs of each as a set; two processes are compared by the caller."""
    answers = {frozenset(solve(problems.shuffled(problem, seed)).pairs) for seed in range(5)}
    pairs = sorted(answers.pop())
    return {"same": not answers, "pairs": pairs}


def holds(result: Result) -> list[tuple[str, bool]]:
    """Return what the line must hold, in words, and whether it does."""
    checks: dict[str, Callable[[Result], Iterator[tuple[str, bool]]]] = {
        "optimal": _holds_optimal,
        "fair": _holds_fair,
        "fairness-first": _holds_floor,
        "rules": _holds_rules,
        "rules+locked": lambda r: iter([("locks kept", r["kept"]), ("no rule short", r["short"] == 0)]),
        "repair": _holds_repair,
        "order": lambda r: iter([("five orders, two processes, same pairs", r["same"])]),
    }
    return list(checks[result["kind"]](result))


def _holds_optimal(result: Result) -> Iterator[tuple[str, bool]]:
    name = result["name"]
    yield "certified", result["gap"] <= EXACT * max(1.0, abs(result["total"]))
    if name in KNOWN_OPTIMA:
        yield f"optimum {KNOWN_OPTIMA[name]}", abs(result["total"] - KNOWN_OPTIMA[name]) < EXACT
    if name in YARDSTICKS:
        stick = YARDSTICKS[name]
        yield f"{stick.exact_at_most:.3f} s (MinMax {stick.minmax:g} s)", result["processor"] <= stick.exact_at_most
    yield from _holds_memory(result)


def _holds_fair(result: Result) -> Iterator[tuple[str, bool]]:
    yield f"{SHARE:.0%} of the optimum", result["total"] >= SHARE * result["best"]
    if result["name"] in YARDSTICKS:
        stick = YARDSTICKS[result["name"]]
        yield f"floor {stick.floor:g} (FairFlow)", result["floor"] >= stick.floor - 1e-4
        yield f"{stick.fair_at_most:.3f} s (FairFlow {stick.fairflow:g} s)", result["processor"] <= stick.fair_at_most
    yield from _holds_memory(result)


def _holds_floor(result: Result) -> Iterator[tuple[str, bool]]:
    level, bound = result["level"], result["level_bound"]
    yield f"level {level:.4f}, {SHARE:.0%} of the relaxation's {bound:.4f}", level >= SHARE * bound - EXACT


def _holds_memory(result: Result) -> Iterator[tuple[str, bool]]:
    most = MEGABYTES.get((result["name"], result["kind"]))
    if most is not None:
        yield f"{most} MB", result["peak"] <= most


def _holds_rules(result: Result) -> Iterator[tuple[str, bool]]:
    yield "no rule broken or short", result["short"] == 0
    share = result["total"] / (result["total"] + result["gap"])
    yield f"{WITH_RULES:.2%} of the bound", share >= WITH_RULES
    if result["name"] in RULES_AT_MOST:
        yield f"{RULES_AT_MOST[result['name']]:g} s", result["processor"] <= RULES_AT_MOST[result["name"]]


def _holds_repair(result: Result) -> Iterator[tuple[str, bool]]:
    yield f"only the {result['lost']} lost pairs change", result["changed"] == result["lost"]
    yield "99.9% of the new optimum", result["share"] >= 0.999
    if result["name"] in REPAIR_AT_MOST:
        yield f"{REPAIR_AT_MOST[result['name']]:g} s", result["processor"] <= REPAIR_AT_MOST[result["name"]]


def cases(paths: Sequence[Path], *, large: bool) -> Iterator[tuple[str, Problem, Sequence[str]]]:
    """Yield name, problem and kinds to measure."""
    for path in paths:
        yield path.stem, read_problem(path), ("optimal", "fair", "fairness-first", "order")
    for name, size in problems.SIZES.items():
        yield name, problems.synthetic(*size), KINDS
    if large:
        for name, size in problems.LARGE.items():
            yield name, problems.synthetic(*size), ("optimal", "fair", "repair")


def in_a_process(name: str, kind: str, packed: Path, repeats: int) -> Result:
    order = [sys.executable, "-m", "benchmarks.assignment", "--one", name, kind, str(packed), "--repeats", str(repeats)]
    done = subprocess.run(order, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.strip() or f"{name} {kind} ended with {done.returncode}")
    result: Result = json.loads(done.stdout)
    return result


def line(result: Result) -> str:
    met = holds(result)
    words = ", ".join(f"{what}{'' if good else ' MISSED'}" for what, good in met)
    head = f"{result['name']:<16}{result['kind']:<16}"
    if result["kind"] == "order":
        return f"{head}{'':>58}  {words}"
    figures = f"{result['processor']:>9.3f}{result['wall']:>9.3f}{result['peak']:>7.0f}"
    share = result["total"] / (result["best"] or 1)
    return f"{head}{figures}{result['total']:>12.3f}{share:>10.4%}{result['floor']:>9.4f}  {words}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 where a target is missed, 2 for an unreadable instance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks assignment", description="Measure the assignment.")
    parser.add_argument("instances", nargs="*", type=Path, metavar="INSTANCE.npz")
    parser.add_argument("--repeats", type=int, default=3, help="the best of so many runs counts")
    parser.add_argument("--large", action="store_true", help="also 10,000 sketches and 3,000 jurors")
    parser.add_argument("--only", choices=KINDS, help="this kind of target alone")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        name, kind, packed = options.one
        problem = problem_from_bytes(Path(packed).read_bytes())
        json.dump(run_one(name, kind, problem, options.repeats), sys.stdout)
        return 0
    print(f"load of the machine {os.getloadavg()[0]:.1f}; best of {options.repeats}; targets hold for processor time")
    heads = ("processor", "wall s", "MB", "total", "of best", "floor")
    print(f"{'instance':<16}{'kind':<16}" + "{:>9}{:>9}{:>7}{:>12}{:>10}{:>9}".format(*heads) + "  must hold")
    missed = 0
    try:
        for name, problem, kinds in cases(options.instances, large=options.large):
            missed += _print_case(name, problem, [k for k in kinds if options.only in (None, k)], options.repeats)
    except ProblemError as error:
        print(f"assignment benchmark: {error}", file=sys.stderr)
        return 2
    print("every target holds" if not missed else f"{missed} missed")
    return 1 if missed else 0


def _print_case(name: str, problem: Problem, kinds: Sequence[str], repeats: int) -> int:
    missed = 0
    with tempfile.TemporaryDirectory() as room:
        packed = Path(room, "problem.npz")
        packed.write_bytes(problem_bytes(problem))
        for kind in kinds:
            result = in_a_process(name, kind, packed, repeats)
            if kind == "order":
                result["same"] &= result["pairs"] == in_a_process(name, kind, packed, repeats)["pairs"]
            print(line(result), flush=True)
            missed += sum(not good for _, good in holds(result))
    return missed


if __name__ == "__main__":
    sys.exit(main())
