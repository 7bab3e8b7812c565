"""`python -m scoring.assignment PROBLEM.{json,npz}`: assign jurors without Django, a database or Redis.

Exit status 0 with JSON on standard output (or in FILE), 2 with one line on standard error for bad input.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scoring.assignment.common import ProblemError
from scoring.assignment.io import read_problem, solution_json
from scoring.assignment.solution import Solution
from scoring.assignment.solve import POLICIES, solve


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        text = solution_json(_solve(options))
        if options.out is None:
            sys.stdout.write(text)
        else:
            options.out.write_text(text, encoding="utf-8")
    except ProblemError as error:
        return _refuse(" ".join(str(error).split()))
    except OSError as error:
        return _refuse(f"cannot write {options.out}: {error.strerror}")
    return 0


def _solve(options: argparse.Namespace) -> Solution:
    problem = read_problem(options.problem)
    if not problem.demand.any():
        raise ProblemError("no sketch asks for a juror")
    return solve(
        problem,
        policy=options.policy,
        seed=options.seed,
        max_loss=options.max_loss,
        require_connected=options.connected,
    )


def _refuse(message: str) -> int:
    sys.stderr.write(f"assignment: {message}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scoring.assignment", description="Assign jurors to sketches.")
    parser.add_argument("problem", type=Path, metavar="PROBLEM", help="a .json or .npz file")
    parser.add_argument(
        "--policy", "--objective", default="optimal", help=f"one of {', '.join(POLICIES)}; optimal unless given"
    )
    parser.add_argument(
        "--max-loss", type=float, default=0.01, metavar="SHARE", help="what a fair floor may cost of the total; 0.01"
    )
    parser.add_argument("--seed", type=int, default=0, help="tells equals apart; from 0 up")
    parser.add_argument(
        "--connected", action="store_true", help="join the pieces the assignment falls into, at the least loss"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the result here instead of to standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
