"""What others need for the same assignments, and what ours has to reach beside it.

Seconds on one core of a machine like the one this is developed on. MinMax and FairFlow: openreview-matcher as shipped.
"""

from __future__ import annotations

from dataclasses import dataclass

EXACT = 1e-6
"""Relative distance of a total from its bound that counts as none."""

SHARE = 0.99
WITH_RULES = 0.9999


@dataclass(frozen=True)
class Yardstick:
    """minmax: seconds for the best total. fairflow: seconds and floor of the fair one. Others' own figures, None: none.

    exact_at_most, fair_at_most: seconds ours may take.
    """

    minmax: float | None
    fairflow: float | None
    floor: float
    exact_at_most: float
    fair_at_most: float


YARDSTICKS = {
    "aamas2015": Yardstick(2.83, 25.9, 1.25, 2.83 / 10, 25.9 * 0.15),
    "preflib3": Yardstick(0.37, 1.93, 0.75, 0.37 / 10, 1.93 * 0.3),
    "500 x 60": Yardstick(0.57, 2.75, 1.4468, 0.57 / 10, 2.75 * 0.15),
    "2,000 x 300": Yardstick(4.6, 11.4, 1.8699, 4.6 / 30, 11.4 * 0.15),
    "10,000 x 3,000": Yardstick(195, 336, 2.2294, 3.0, 20.0),
}
RULES_AT_MOST = {"500 x 60": 2.0, "2,000 x 300": 6.0}
REPAIR_AT_MOST = {"10,000 x 3,000": 1.0}
MEGABYTES = {("10,000 x 3,000", "optimal"): 400, ("10,000 x 3,000", "fair"): 500}
KNOWN_OPTIMA = {"aamas2015": 1406.25, "preflib1": 124.25, "preflib2": 141.5, "preflib3": 454.25}
