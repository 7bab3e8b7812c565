"""A second way to the same numbers: restricted maximum likelihood by dense matrices, for the aggregation tests."""

import numpy as np


def restricted(y, z_sketch, z_juror, sd_sketch, sd_juror):
    """Twice the negative restricted log-likelihood, and the error variance, at sds relative to the error's.

    Patterson and Thompson (1971) with the error variance profiled out: the criterion of lme4 (Bates et al. 2015).
    """
    spread = np.eye(len(y)) + sd_sketch**2 * z_sketch @ z_sketch.T + sd_juror**2 * z_juror @ z_juror.T
    root = np.linalg.cholesky(spread)
    white = np.linalg.solve(root, np.column_stack([y, np.ones(len(y))]))
    level = white[:, 0] @ white[:, 1] / (white[:, 1] @ white[:, 1])
    off = white[:, 0] - level * white[:, 1]
    free = len(y) - 1
    error = off @ off / free
    determinants = 2 * np.log(np.diag(root)).sum() + np.log(white[:, 1] @ white[:, 1])
    return determinants + free * (1 + np.log(2 * np.pi * error)), error


def reml(y, sketch, juror):
    """Criterion, sds (sketch, juror, error) and best linear predictions of the sketches, by a shrinking search."""
    z_sketch, z_juror = np.eye(sketch.max() + 1)[sketch], np.eye(juror.max() + 1)[juror]
    best, width = (1.0, 1.0), 1.0
    lowest = restricted(y, z_sketch, z_juror, *best)[0]
    while width > 1e-3:
        around = [(best[0] + a * width, best[1] + b * width) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]
        tried = [(restricted(y, z_sketch, z_juror, *p)[0], p) for p in around if min(p) >= 0]
        if min(tried)[0] < lowest:
            lowest, best = min(tried)
        else:
            width /= 2
    error = restricted(y, z_sketch, z_juror, *best)[1]
    spread = np.eye(len(y)) + best[0] ** 2 * z_sketch @ z_sketch.T + best[1] ** 2 * z_juror @ z_juror.T
    inverse = np.linalg.inv(spread)
    level = (inverse @ y).sum() / inverse.sum()
    effects = best[0] ** 2 * z_sketch.T @ inverse @ (y - level)
    return lowest, (best[0] * error**0.5, best[1] * error**0.5, error**0.5), level + effects
