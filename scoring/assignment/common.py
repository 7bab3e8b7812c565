"""Names shared by every module here: ids, array types and the one error a caller has to catch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Id = str | int
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


class ProblemError(ValueError):
    """The problem cannot be assigned as stated; the message is one line for the person who stated it."""


def plain_ids(ids: Iterable[Any]) -> tuple[Id, ...]:
    """Return the ids with numpy's integers as Python's, which JSON and hashes need."""
    return tuple(int(name) if isinstance(name, np.integer) else name for name in ids)


def among(values: IntArray, wanted: IntArray) -> NDArray[np.bool_]:
    """Tell which of the values are wanted. By bisection: on sorted keys ten times as fast as `isin`."""
    if not len(wanted):
        return np.zeros(len(values), dtype=np.bool_)
    there = np.sort(wanted)
    at = np.minimum(np.searchsorted(there, values), len(there) - 1)
    return np.asarray(there[at] == values, dtype=np.bool_)
