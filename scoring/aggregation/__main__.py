"""`python -m scoring.aggregation SCORES.csv`: rank sketches without Django, a database or Redis.

Exit status 0 with JSON on standard output (or in FILE; as CSV when its name ends in .csv), 2 with one line on standard
error for bad input.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scoring.aggregation.aggregate import aggregate
from scoring.aggregation.io import read_scores, result_csv, result_json
from scoring.aggregation.table import ScoreError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        table = read_scores(options.scores, options.weights, options.criteria)
        result = aggregate(table, top=options.top, seed=options.seed, expected=options.expected)
        as_csv = options.out is not None and options.out.suffix.lower() == ".csv"
        text = result_csv(result) if as_csv else result_json(result)
        if options.out is None:
            sys.stdout.write(text)
        else:
            options.out.write_text(text, encoding="utf-8")
    except ScoreError as error:
        return _refuse(" ".join(str(error).split()))
    except OSError as error:
        return _refuse(f"cannot write {options.out}: {error.strerror}")
    return 0


def _refuse(message: str) -> int:
    sys.stderr.write(f"aggregation: {message}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scoring.aggregation", description="Rank sketches by their grades.")
    parser.add_argument("scores", type=Path, metavar="SCORES.csv", help="columns sketch,juror,criterion,score")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--weights", type=Path, metavar="WEIGHTS.json", help="criterion to weight; equal when left out")
    how.add_argument("--criteria", type=Path, metavar="CRITERIA.json", help="list of code, weight, lowest and highest")
    parser.add_argument("--top", type=int, metavar="M", help="how many are let in")
    parser.add_argument("--expected", type=int, metavar="N", help="assessments each should have; fewer are flagged")
    parser.add_argument("--seed", type=int, default=0, help="of the draws behind the intervals; from 0 up")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write the result here, as CSV when it ends in .csv, else JSON; standard output when left out",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
