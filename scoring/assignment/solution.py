"""What an assignment run hands back: the pairs, how good they are, the proof, and what could not be met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from scoring.assignment.common import Id
from scoring.assignment.graph import overlap

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Unfilled:
    """Places of one sketch that no juror could take.

    reason: "conflicts" (too few jurors may judge it), "groups" (a group rule stands in the way) or "loads" (the jurors
    who may judge it are full, and so is everyone who could relieve them). candidates: jurors who may judge it.
    relief: ids of jurors any one of whom, with one more sketch, would fill a place. help: sentences for people.
    """

    sketch: Id
    places: int
    reason: str
    candidates: int
    relief: tuple[Id, ...]
    message: str
    help: tuple[str, ...]


@dataclass(frozen=True)
class Unmet:
    """A juror whose least load could not be reached: `missing` sketches short."""

    juror: Id
    missing: int
    message: str


@dataclass(frozen=True)
class ShortGroup:
    """A sketch with fewer jurors of a group than the rule asks: `missing` of `group` `label`."""

    sketch: Id
    group: str
    label: Id
    missing: int
    message: str


@dataclass(frozen=True, eq=False)
class Solution:
    """A verified assignment.

    pairs: (sketch id, juror id), sorted by id. total: sum of affinities. floor: lowest sum of affinities of a sketch
    that asks for a juror. bound: no assignment with as many filled places has a higher total; gap: bound - total.
    loads: juror id -> sketches. connected: whether the sketches and jurors hang together through the chosen pairs,
    which is what calibration of the scores needs later; components: in how many pieces they fall; not_connected: why
    they could not be joined though it was required. seconds: wall clock, the only field that varies between runs.
    Under a fair policy bound and gap hold for the same floors; optimum is the total without floors and without having
    to be connected. level: every sketch has so much, or the best its own demand allows; level_bound: the highest level
    that the linear relaxation reaches under the same loss; None with the policy optimal.
    """

    pairs: tuple[tuple[Id, Id], ...]
    total: float
    floor: float
    bound: float
    gap: float
    loads: dict[Id, int]
    unfilled: tuple[Unfilled, ...]
    unmet: tuple[Unmet, ...]
    connected: bool
    policy: str
    seed: int
    input_sha256: str
    solver: str
    seconds: float
    optimum: float | None = None
    short_groups: tuple[ShortGroup, ...] = ()
    level: float | None = None
    level_bound: float | None = None
    components: int = 1
    not_connected: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the solution as plain lists, numbers and text, ready for JSON."""
        return {
            "pairs": [list(pair) for pair in self.pairs],
            "total": self.total,
            "optimum": self.total if self.optimum is None else self.optimum,
            "floor": self.floor,
            "level": self.level,
            "level_bound": self.level_bound,
            "bound": self.bound,
            "gap": self.gap,
            "loads": [{"juror": juror, "load": load} for juror, load in self.loads.items()],
            "unfilled": [
                {
                    "sketch": item.sketch,
                    "places": item.places,
                    "reason": item.reason,
                    "candidates": item.candidates,
                    "relief": list(item.relief),
                    "message": item.message,
                    "help": list(item.help),
                }
                for item in self.unfilled
            ],
            "unmet": [{"juror": item.juror, "missing": item.missing, "message": item.message} for item in self.unmet],
            "short_groups": [asdict(item) for item in self.short_groups],
            "connected": self.connected,
            "components": self.components,
            "not_connected": self.not_connected,
            "overlap": [list(shared) for shared in overlap(self.pairs)],
            "policy": self.policy,
            "seed": self.seed,
            "input_sha256": self.input_sha256,
            "solver": self.solver,
            "seconds": self.seconds,
        }
