"""What an aggregation hands back, per sketch and per juror, ready to be stored and published."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from scoring.aggregation.table import Id


@dataclass(frozen=True)
class SketchResult:
    """One sketch. Means, spread and calibrated are on the scale of the grades; None where there are too few grades.

    rank: default ranking, shared where the tie rule leaves sketches equal. calibrated_rank, expected_rank, intervals,
    p_top, tie_group: the calibrated view. tie_group: cannot be told apart from the last one in.
    """

    sketch: Id
    n: int
    rank: int | None
    tie_unresolved: bool
    mean: float | None
    median: float | None
    spread: float | None
    criterion_means: dict[Id, float | None]
    calibrated: float | None
    calibrated_rank: int | None
    expected_rank: float | None
    p_top: float | None
    interval50: tuple[int, int] | None
    interval90: tuple[int, int] | None
    tie_group: bool
    flags: tuple[str, ...]


@dataclass(frozen=True)
class JurorResult:
    """One juror. severity: how much lower than the others this juror grades the same sketch, already shrunk.

    se: standard error of the severity. shrinkage: what part of the juror's own evidence is kept, 0 (none) to 1 (all).
    None where the design does not let severity be estimated.
    """

    juror: Id
    n: int
    mean: float | None
    severity: float | None
    se: float | None
    shrinkage: float | None
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """The whole aggregation.

    variance: shares of sketch, juror and error, or None. icc: {"single", "average", "assessments"} and, for a complete
    table, the six forms of Shrout and Fleiss. connected: whether jurors in common link all ranked sketches; notes:
    codes of what limits the result ("not_connected", "uncertainty_unknown"). seconds is the only field that varies.
    """

    sketches: tuple[SketchResult, ...]
    jurors: tuple[JurorResult, ...]
    variance: dict[str, float] | None
    icc: dict[str, float] | None
    connected: bool
    components: int
    notes: tuple[str, ...]
    weights: dict[Id, float]
    top: int | None
    seed: int
    draws: int
    input_sha256: str
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain lists, numbers and text, ready for JSON; ids that are keys become text."""
        plain = asdict(self)
        plain["weights"] = {str(name): weight for name, weight in self.weights.items()}
        for row in plain["sketches"]:
            row["criterion_means"] = {str(name): mean for name, mean in row["criterion_means"].items()}
        return plain
