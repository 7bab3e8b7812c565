"""The normal distribution function over arrays, which numpy does not have."""

from __future__ import annotations

import numpy as np

from scoring.aggregation.table import FloatArray

_TOP = (
    3.52624965998911e-02,
    0.700383064443688,
    6.37396220353165,
    33.912866078383,
    112.079291497871,
    221.213596169931,
    220.206867912376,
)
_BOTTOM = (
    8.83883476483184e-02,
    1.75566716318264,
    16.064177579207,
    86.7807322029461,
    296.564248779674,
    637.333633378831,
    793.826512519948,
    440.413735824752,
)


def normal_cdf(x: FloatArray) -> FloatArray:
    """Return P(Z <= x) to about 1e-14: Hart's rational approximation (1968) as given by West (2005)."""
    size = np.minimum(np.abs(x), 37.0)
    density = np.exp(-size * size / 2)
    near = np.minimum(size, 7.07)
    tail = density * np.polyval(_TOP, near) / np.polyval(_BOTTOM, near)
    far = size > 7.07
    if far.any():
        z = size[far]
        tail[far] = density[far] / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / 2.506628274631
    return np.asarray(np.where(x > 0, 1 - tail, tail), dtype=np.float64)
