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
from scoring.assignment.solve import solve


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        text = solution_json(solve(read_problem(options.problem), policy=options.policy, seed=options.seed))
        if options.out is None:
            sys.stdout.write(text)
        else:
            options.out.write_text(text, encoding="utf-8")
    except ProblemError as error:
        return _refuse(" ".join(str(error).split()))
    except OSError as error:
        return _refuse(f"cannot write {options.out}: {error.strerror}")
    return 0


def _refuse(message: str) -> int:
    sys.stderr.write(f"assignment: {message}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scoring.assignment", description="Assign jurors to sketches.")
    parser.add_argument("problem", type=Path, metavar="PROBLEM", help="a .json or .npz file")
    parser.add_argument("--policy", default="optimal", help="optimal: the highest total affinity (the default)")
    parser.add_argument("--seed", type=int, default=0, help="tells equals apart; from 0 up")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the result here instead of to standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
