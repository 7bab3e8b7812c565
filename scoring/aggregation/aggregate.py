"""From a table of grades to a ranking with its uncertainty."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from scoring.aggregation.calibrate import Calibration, calibrate
from scoring.aggregation.flags import juror_flags, sketch_flags
from scoring.aggregation.posterior import Variances
from scoring.aggregation.ranking import Composites, Ranking, composites, rank
from scoring.aggregation.reliability import complete_table, icc_from_variances, shrout_fleiss
from scoring.aggregation.result import JurorResult, Result, SketchResult
from scoring.aggregation.table import FloatArray, IntArray, ScoreError, ScoreTable
from scoring.aggregation.uncertainty import Uncertainty, uncertainty

DIGITS = 10


@dataclass(frozen=True, eq=False)
class _View:
    """The calibrated view; calibrated: (n_sketches,) with the plain mean where nothing could be calibrated."""

    found: Calibration
    doubt: Uncertainty
    calibrated: FloatArray


def aggregate(
    table: ScoreTable,
    *,
    top: int | None = None,
    seed: int = 0,
    draws: int = 1000,
    minimum: int = 1,
    expected: int | None = None,
) -> Result:
    """Rank the sketches of a table, calibrate, and say how sure the ranks are.

    top: how many are let in; None for no line. draws: from the posterior. minimum: assessments a sketch needs to be
    ranked. expected: assessments each should have; fewer are flagged. The same rows in any order, with the same seed,
    give the same result to the bit. Raises ScoreError when there is nothing to rank or an argument is out of range.
    """
    started = time.perf_counter()
    _check_arguments(top=top, seed=seed, draws=draws, minimum=minimum)
    form = table.canonical()
    given = composites(form)
    ranking = rank(form, given, minimum=minimum)
    kept = _only(given, ranking)
    if not len(kept.value):
        enough = f"at least {minimum} assessments" if minimum > 1 else "a grade on a criterion with weight"
        raise ScoreError(f"no sketch has {enough}, so there is nothing to rank")
    found = calibrate(kept)
    doubt = uncertainty(found, top=top, seed=seed, draws=draws)
    notes = [] if found.components == 1 else ["not_connected"]
    notes += [] if doubt.estimated else ["uncertainty_unknown"]
    calibrated = np.full(len(form.sketches), np.nan)
    calibrated[found.sketches] = ranking.mean[found.sketches] if found.posterior is None else found.posterior.mean
    return Result(
        sketches=_sketches(form, kept, ranking, _View(found, doubt, calibrated), expected=expected),
        jurors=_jurors(form, kept, found),
        variance=_shares(found.variances),
        icc=_icc(kept, found, ranking.n[ranking.rank > 0]),
        connected=found.components == 1,
        components=found.components,
        notes=tuple(notes),
        weights=dict(zip(form.criteria, form.weights, strict=True)),
        top=top,
        seed=seed,
        draws=draws,
        input_sha256=table.sha256(),
        seconds=time.perf_counter() - started,
    )


def _check_arguments(*, top: int | None, seed: int, draws: int, minimum: int) -> None:
    limits = {"top": (top, 1, 10**9), "seed": (seed, 0, 2**63 - 1), "draws": (draws, 100, 100_000)}
    for name, (value, low, high) in {**limits, "minimum": (minimum, 1, 10**6)}.items():
        if value is None and name == "top":
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ScoreError(f"{name} must be a whole number from {low} to {high}")


def _only(given: Composites, ranking: Ranking) -> Composites:
    """Return the assessments of ranked sketches."""
    keep = ranking.rank[given.sketch] > 0
    return replace(
        given,
        sketch=given.sketch[keep],
        juror=given.juror[keep],
        value=given.value[keep],
        grades=given.grades[keep],
    )


def _sketches(
    form: ScoreTable, kept: Composites, ranking: Ranking, view: _View, *, expected: int | None
) -> tuple[SketchResult, ...]:
    calibrated_rank, doubt = _ranks(view.calibrated), view.doubt
    flags = sketch_flags(kept, ranking, view.found, calibrated_rank=calibrated_rank, expected=expected)
    place = np.full(len(form.sketches), -1)
    place[view.found.sketches] = np.arange(len(view.found.sketches))
    results = []
    for row, name in enumerate(form.sketches):
        at = int(place[row])
        results.append(
            SketchResult(
                sketch=name,
                n=int(ranking.n[row]),
                rank=int(ranking.rank[row]) or None,
                tie_unresolved=bool(ranking.tied[row]),
                mean=_number(ranking.mean[row]),
                median=_number(ranking.median[row]),
                spread=_number(ranking.spread[row]),
                criterion_means={c: _number(ranking.criterion_means[row, k]) for k, c in enumerate(form.criteria)},
                calibrated=_number(view.calibrated[row]),
                calibrated_rank=int(calibrated_rank[row]) or None,
                expected_rank=_number(doubt.expected_rank[at]) if at >= 0 else None,
                p_top=_number(doubt.p_top[at]) if at >= 0 else None,
                interval50=_interval(doubt.interval50, at),
                interval90=_interval(doubt.interval90, at),
                tie_group=bool(doubt.tie_group[at]) if at >= 0 else False,
                flags=flags[row],
            )
        )
    return tuple(results)


def _jurors(form: ScoreTable, kept: Composites, found: Calibration) -> tuple[JurorResult, ...]:
    count = len(form.jurors)
    flags = juror_flags(kept, found, count)
    n = np.bincount(kept.juror, minlength=count)
    total = np.bincount(kept.juror, weights=kept.value, minlength=count)
    place = np.full(count, -1)
    place[found.jurors] = np.arange(len(found.jurors))
    return tuple(
        JurorResult(
            juror=name,
            n=int(n[row]),
            mean=_number(total[row] / n[row]) if n[row] else None,
            severity=_number(found.severity[place[row]]) if place[row] >= 0 else None,
            se=_number(found.severity_se[place[row]]) if place[row] >= 0 else None,
            shrinkage=_number(found.shrinkage[place[row]]) if place[row] >= 0 else None,
            flags=flags[row],
        )
        for row, name in enumerate(form.jurors)
    )


def _ranks(values: FloatArray) -> IntArray:
    """Return ranks from 1, higher first, equals shared, 0 for NaN."""
    rounded = np.round(values, DIGITS - 1)
    known = np.sort(-rounded[~np.isnan(rounded)])
    place = np.searchsorted(known, -rounded) + 1
    return np.where(np.isnan(rounded), 0, place)


def _shares(v: Variances | None) -> dict[str, float] | None:
    if v is None:
        return None
    parts = {"sketch": v.sketch, "juror": v.juror, "error": v.error}
    return {name: round(part / v.total, DIGITS) for name, part in parts.items()}


def _icc(kept: Composites, found: Calibration, assessments: IntArray) -> dict[str, float] | None:
    from_variances = icc_from_variances(found.variances, assessments)
    if from_variances is None:
        return None
    whole = complete_table(kept.sketch, kept.juror, kept.value)
    forms = shrout_fleiss(whole) if whole is not None else None
    return {name: round(value, DIGITS) for name, value in {**from_variances, **(forms or {})}.items()}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), DIGITS) + 0.0


def _interval(table: IntArray, at: int) -> tuple[int, int] | None:
    return (int(table[at, 0]), int(table[at, 1])) if at >= 0 else None
