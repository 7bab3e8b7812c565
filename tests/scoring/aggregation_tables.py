"""Small random score tables for the aggregation tests."""

import numpy as np
from hypothesis import strategies as st

CRITERIA = ("benefit", "novelty", "plan")


@st.composite
def score_rows(draw, sketches=6, jurors=5):
    """Rows with holes and "cannot assess", on a scale of 1 to 6; sometimes no grade at all."""
    rows = []
    for s in range(draw(st.integers(1, sketches))):
        for j in range(draw(st.integers(1, jurors))):
            if draw(st.integers(0, 2)):
                rows.extend((f"S{s}", f"J{j}", c, draw(st.sampled_from((None, 1, 2, 3, 4, 5, 6)))) for c in CRITERIA)
    return rows


def simulated(*, sketches, jurors, each, sd_sketch, sd_juror, sd_error, seed):
    """Grades with known truth: rows, the true quality per sketch and the true leniency per juror."""
    rng = np.random.default_rng(seed)
    quality, leniency = rng.normal(0, sd_sketch, sketches), rng.normal(0, sd_juror, jurors)
    rows = [
        (s, int(j), "grade", 3.5 + quality[s] + leniency[j] + rng.normal(0, sd_error))
        for s in range(sketches)
        for j in rng.choice(jurors, each, replace=False)
    ]
    return rows, quality, leniency
