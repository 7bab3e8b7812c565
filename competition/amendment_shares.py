"""How much each criterion counts, before and after an amendment. The jury's room says so; here it is kept and shown.

Weights are numbers of any size: what applicants understand is the share of each in the whole, and a criterion that
comes or goes changes the shares of all the others. So an amendment that touches a weight keeps all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from competition.amending import Change
from competition.display import in_language
from competition.models import Call

# {"name": {language: text}, "before": weight as text or None where it comes, "after": the same where it goes}
Weighed = dict[str, Any]
HUNDRED, TENTH = Decimal(100), Decimal("0.1")
Reader = Callable[[Call, Iterable[Change]], list[Weighed]]
_readers: list[Reader] = []


@dataclass(frozen=True)
class Share:
    """One criterion's share in per cent, to a tenth; None where it is not there."""

    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def register_weights(reader: Reader) -> None:
    """reader: (call, changes that are not carried out yet) -> all weights with and without them."""
    if reader not in _readers:
        _readers.append(reader)


def weights_with(call: Call, changes: Iterable[Change]) -> list[Weighed]:
    """What Amendment.weights keeps: empty where the changes touch no weight."""
    changes = list(changes)
    weighed = [row for reader in _readers for row in reader(call, changes)]
    return weighed if any(row["before"] != row["after"] for row in weighed) else []


def shown_shares(weighed: Iterable[Mapping[str, Any]], language: str) -> tuple[Share, ...]:
    rows = list(weighed)
    before, after = (_percentages([row[side] for row in rows]) for side in ("before", "after"))
    return tuple(
        Share(in_language(dict(row["name"]), language), was, becomes)
        for row, was, becomes in zip(rows, before, after, strict=True)
    )


def _percentages(weights: list[str | None]) -> list[Decimal | None]:
    total = sum((Decimal(weight) for weight in weights if weight is not None), Decimal(0))
    return [
        None if weight is None else (Decimal(weight) * HUNDRED / (total or Decimal(1))).quantize(TENTH)
        for weight in weights
    ]
