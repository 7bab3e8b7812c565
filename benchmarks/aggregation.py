"""`python -m benchmarks.aggregation [VOTES.csv PUBLISHED.csv]`: time, agreement with published ranks, memory.

VOTES has the columns panel, proposal, assessor, num_grade_6best; PUBLISHED has proposal, er, sucra, group_from_figure
of panel p1. Neither is part of the project. The rest is simulated.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from scoring.aggregation import Result, ScoreTable, aggregate, sensitivity

SIZES = {
    "200 x 3 of 30, 5 criteria": (200, 30, 3, 5),
    "2,000 x 5 of 300, 1 criterion": (2_000, 300, 5, 1),
    "10,000 x 5 of 300, 6 criteria": (10_000, 300, 5, 6),
}
SENSITIVITY = "200 x 3 of 30, 5 criteria"


def simulated(n_sketches: int, n_jurors: int, each: int, n_criteria: int, *, seed: int = 1) -> ScoreTable:
    """Return grades of 1 to 6 with known differences between sketches (0.6) and jurors (0.5)."""
    rng = np.random.default_rng(seed)
    quality, leniency = rng.normal(0, 0.6, n_sketches), rng.normal(0, 0.5, n_jurors)
    jurors = np.array([rng.choice(n_jurors, each, replace=False) for _ in range(n_sketches)])
    sketch = np.repeat(np.arange(n_sketches), each * n_criteria)
    juror = np.repeat(jurors.ravel(), n_criteria)
    latent = 3.5 + quality[sketch] + leniency[juror] + rng.normal(0, 0.6, len(sketch))
    return ScoreTable(
        sketches=tuple(range(n_sketches)),
        jurors=tuple(range(n_jurors)),
        criteria=tuple(f"c{k}" for k in range(n_criteria)),
        sketch=sketch,
        juror=juror,
        criterion=np.tile(np.arange(n_criteria), n_sketches * each),
        score=np.clip(np.round(latent), 1, 6),
        weights=(1.0,) * n_criteria,
    )


def measure(table: ScoreTable, top: int, repeats: int) -> tuple[float, float, Result]:
    """Return the best seconds, the best seconds of processor time, and the result."""
    seconds, busy = [], []
    for _ in range(repeats):
        start, used = time.perf_counter(), time.process_time()
        result = aggregate(table, top=top)
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - used)
    return min(seconds), min(busy), result


def coverage(calls: int = 20) -> tuple[float, float]:
    """Return how often the 50 % and 90 % intervals hold the true rank: 50 sketches, 3 of 12 jurors each."""
    hits = []
    for seed in range(calls):
        rng = np.random.default_rng(seed)
        quality, leniency = rng.normal(0, 0.6, 50), rng.normal(0, 0.5, 12)
        rows = [
            (s, int(j), "grade", 3.5 + quality[s] + leniency[j] + rng.normal(0, 0.6))
            for s in range(50)
            for j in rng.choice(12, 3, replace=False)
        ]
        truth = np.argsort(np.argsort(-quality)) + 1
        for place, item in zip(truth, aggregate(ScoreTable.from_rows(rows), seed=seed).sketches, strict=True):
            hits.append([low <= place <= high for low, high in (item.interval50 or (0, 0), item.interval90 or (0, 0))])
    half, most = np.mean(hits, axis=0)
    return float(half), float(most)


def read_panel(votes: Path) -> ScoreTable:
    """Return the grades of panel p1."""
    with votes.open(encoding="utf-8", newline="") as file:
        rows = [
            (
                row["proposal"],
                row["assessor"],
                "grade",
                float(row["num_grade_6best"]) if row["num_grade_6best"] else None,
            )
            for row in csv.DictReader(file)
            if row["panel"] == "p1"
        ]
    return ScoreTable.from_rows(rows)


def compare(result: Result, published: Path) -> None:
    """Print expected ranks and SUCRA beside the published ones."""
    with published.open(encoding="utf-8", newline="") as file:
        theirs = {row["proposal"]: row for row in csv.DictReader(file)}
    n = len(result.sketches)
    print(f"\n{'proposal':<10}{'mean':>7}{'rank':>8}{'theirs':>8}{'SUCRA':>8}{'theirs':>8}  50 %      tied  theirs")
    rank_off, sucra_off = 0.0, 0.0
    for item in sorted(result.sketches, key=lambda item: item.expected_rank or 0):
        row, rank = theirs[str(item.sketch)], item.expected_rank or 0.0
        sucra = 1 - (rank - 1) / (n - 1)
        rank_off, sucra_off = (
            max(rank_off, abs(rank - float(row["er"]))),
            max(sucra_off, abs(sucra - float(row["sucra"]))),
        )
        low, high = item.interval50 or (0, 0)
        print(
            f"{item.sketch:<10}{item.mean:>7.2f}{rank:>8.2f}{row['er']:>8}{sucra:>8.2f}{row['sucra']:>8}"
            f"  {low:>2}..{high:<4}{item.tie_group!s:>6}  {row['group_from_figure']}"
        )
    print(f"furthest off: expected rank {rank_off:.2f}, SUCRA {sucra_off:.3f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.aggregation", description="Measure the aggregation.")
    parser.add_argument("files", nargs="*", type=Path, metavar="VOTES.csv PUBLISHED.csv")
    parser.add_argument("--top", type=int, default=5, help="the line in the published panel")
    parser.add_argument("--repeats", type=int, default=3, help="the best of so many runs counts")
    options = parser.parse_args(arguments)
    if len(options.files) not in (0, 2):
        parser.error("give both files or none")
    print(f"{'table':<32}{'grades':>9}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}")
    tables = [(name, simulated(*size), 20) for name, size in SIZES.items()]
    if options.files:
        tables.insert(0, ("published panel", read_panel(options.files[0]), options.top))
    panel = None
    for name, table, top in tables:
        seconds, busy, result = measure(table, top, options.repeats)
        panel = panel or result
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name:<32}{len(table.score):>9,}{seconds:>9.4f}{busy:>9.4f}{peak:>9.0f}")
    start = time.perf_counter()
    sensitivity(simulated(*SIZES[SENSITIVITY]), top=20)
    print(f"sensitivity, {SENSITIVITY}: {time.perf_counter() - start:.3f} s")
    print("intervals hold the true rank: 50 %: {:.3f}, 90 %: {:.3f}".format(*coverage()))
    if options.files and panel is not None:
        compare(panel, options.files[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
