"""How much of the differences between grades is about the sketches: intraclass correlations."""

from __future__ import annotations

import numpy as np

from scoring.aggregation.posterior import Variances
from scoring.aggregation.table import FloatArray, IntArray

FORMS = ("icc1_1", "icc2_1", "icc3_1", "icc1_k", "icc2_k", "icc3_k")


def shrout_fleiss(grades: FloatArray) -> dict[str, float] | None:
    """Return the six intraclass correlations of Shrout and Fleiss (1979) for a complete (n_sketches, n_jurors) table.

    None where a table of that shape or with those values has none: one sketch, one juror, or equal grades throughout.
    """
    n, k = grades.shape
    if n < 2 or k < 2 or np.isnan(grades).any():
        return None
    mean = grades.mean()
    rows, columns = grades.mean(axis=1) - mean, grades.mean(axis=0) - mean
    total = float(((grades - mean) ** 2).sum())
    between, jurors = float(k * (rows @ rows)), float(n * (columns @ columns))
    bms, jms = between / (n - 1), jurors / (k - 1)
    wms, ems = (total - between) / (n * (k - 1)), max(0.0, total - between - jurors) / ((n - 1) * (k - 1))
    parts = (
        (bms - wms, bms + (k - 1) * wms),
        (bms - ems, bms + (k - 1) * ems + k * (jms - ems) / n),
        (bms - ems, bms + (k - 1) * ems),
        (bms - wms, bms),
        (bms - ems, bms + (jms - ems) / n),
        (bms - ems, bms),
    )
    if total <= 1e-12 or any(abs(bottom) <= 1e-12 * total for _, bottom in parts):
        return None
    return {form: top / bottom for form, (top, bottom) in zip(FORMS, parts, strict=True)}


def icc_from_variances(v: Variances | None, assessments: IntArray) -> dict[str, float] | None:
    """Return the reliability of a single grade and of the mean at the usual number of assessments (harmonic mean).

    The counterpart of ICC(2,1) and ICC(2,k) when not every juror grades every sketch.
    """
    if v is None or v.total <= 0 or not len(assessments):
        return None
    usual = float(len(assessments) / (1.0 / assessments).sum())
    noise = v.juror + v.error
    return {
        "single": v.sketch / (v.sketch + noise),
        "average": v.sketch / (v.sketch + noise / usual),
        "assessments": usual,
    }


def complete_table(sketch: IntArray, juror: IntArray, value: FloatArray) -> FloatArray | None:
    """Return the grades as a (n_sketches, n_jurors) table when every juror graded every sketch, else None."""
    rows, row = np.unique(sketch, return_inverse=True)
    columns, column = np.unique(juror, return_inverse=True)
    if len(value) != len(rows) * len(columns):
        return None
    table = np.empty((len(rows), len(columns)))
    table[row, column] = value
    return table
