"""What a jury secretary should look at before the ranking is used. Stable codes; nothing here changes a rank."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from scoring.aggregation.calibrate import Calibration
from scoring.aggregation.ranking import Composites, Ranking
from scoring.aggregation.table import FloatArray, IntArray

OUTLYING_RESIDUAL = 2.5
WIDE_SPREAD = 2.0
FEW_GRADES = 3


def sketch_flags(
    given: Composites, ranking: Ranking, found: Calibration, *, calibrated_rank: IntArray, expected: int | None
) -> list[tuple[str, ...]]:
    """Return the codes of each sketch, in alphabetical order.

    no_grades · few_assessments: fewer than `expected` · cannot_assess: grades are missing in an assessment ·
    tie_unresolved · wide_spread: standard deviation above twice the pooled one · outlying_grade: a standardised
    residual above 2.5 · rank_change: calibration would move it by at least a tenth of the field, and two ranks.
    """
    count = len(ranking.n)
    moved = np.abs(calibrated_rank - ranking.rank)
    ranked = (ranking.rank > 0) & (calibrated_rank > 0)
    usual = expected if expected is not None else 0
    codes = {
        "no_grades": ranking.n == 0,
        "few_assessments": ranking.n < usual,
        "cannot_assess": given.incomplete > 0,
        "tie_unresolved": ranking.tied,
        "wide_spread": _wide(given, ranking),
        "outlying_grade": _having(given.sketch, found.residual, count),
        "rank_change": ranked & (moved >= max(2, -(-int(ranked.sum()) // 10))),
    }
    return _collect(codes, count)


def juror_flags(given: Composites, found: Calibration, count: int) -> list[tuple[str, ...]]:
    """Return the codes of each juror: few_grades (fewer than 3), constant_grades, outlying_grade."""
    n = np.bincount(given.juror, minlength=count)
    highest, lowest = np.full(count, -np.inf), np.full(count, np.inf)
    np.maximum.at(highest, given.juror, given.value)
    np.minimum.at(lowest, given.juror, given.value)
    codes = {
        "few_grades": n < FEW_GRADES,
        "constant_grades": (n >= FEW_GRADES) & (highest - lowest < 1e-9),
        "outlying_grade": _having(given.juror, found.residual, count),
    }
    return _collect(codes, count)


def _wide(given: Composites, ranking: Ranking) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    off = given.value - ranking.mean[given.sketch]
    squares = np.bincount(given.sketch, weights=off * off, minlength=len(ranking.n))
    free = np.maximum(ranking.n - 1, 0)
    pooled = squares.sum() / max(1, int(free.sum()))
    return np.asarray((free > 0) & (squares > WIDE_SPREAD**2 * pooled * np.maximum(free, 1)) & (pooled > 1e-12))


def _having(who: IntArray, residual: FloatArray, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    outlying = np.abs(residual) > OUTLYING_RESIDUAL  # NaN, where nothing was calibrated, compares as False
    return np.asarray(np.bincount(who, weights=outlying, minlength=count) > 0)


def _collect(codes: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]], count: int) -> list[tuple[str, ...]]:
    def of(row: int) -> Iterable[str]:
        return (code for code in sorted(codes) if codes[code][row])

    return [tuple(of(row)) for row in range(count)]
