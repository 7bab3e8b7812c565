"""Names shared by every module here: ids, array types and the one error a caller has to catch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Id = str | int
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


class ProblemError(ValueError):
    """The problem cannot be assigned as stated; the message is one line for the person who stated it."""
