"""The grades of a jury as flat columns, checked once and put in an order that the input cannot influence."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Id = str | int
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Row = tuple[Id, Id, Id, float | None]


class ScoreError(ValueError):
    """The grades cannot be aggregated as given; the message is one line for the person who gave them."""


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Every grade given, one entry each.

    sketches, jurors: stable ids; a sketch may have no grades. criteria: ids in the order in which equally heavy ones
    break ties. sketch, juror, criterion: (n,) positions. score: (n,) grades, NaN for "cannot assess". weights: one per
    criterion, at least 0, any sum above 0. scales: (lowest, highest) grade per criterion, or empty for no check.

    Raises ScoreError when anything does not fit together.
    """

    sketches: tuple[Id, ...]
    jurors: tuple[Id, ...]
    criteria: tuple[Id, ...]
    sketch: IntArray
    juror: IntArray
    criterion: IntArray
    score: FloatArray
    weights: tuple[float, ...]
    scales: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        for kind in ("sketches", "jurors", "criteria"):
            object.__setattr__(self, kind, plain_ids(getattr(self, kind)))
            _check_ids(kind, getattr(self, kind))
        for name, ids in (("sketch", self.sketches), ("juror", self.jurors), ("criterion", self.criteria)):
            object.__setattr__(self, name, _positions(name, getattr(self, name), len(ids)))
        object.__setattr__(self, "score", _grades(self.score))
        object.__setattr__(self, "weights", _weights(self.weights, self.criteria))
        object.__setattr__(self, "scales", tuple((float(low), float(high)) for low, high in self.scales))
        _check_grades(self)

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Row],
        *,
        weights: Mapping[Id, float] | None = None,
        sketches: Sequence[Id] | None = None,
        jurors: Sequence[Id] | None = None,
        criteria: Sequence[Id] | None = None,
        scales: Mapping[Id, tuple[float, float]] | None = None,
    ) -> Self:
        """Build a table from rows (sketch id, juror id, criterion id, grade or None).

        weights: per criterion, equal when left out. sketches, jurors, criteria: all there are, when some have no row;
        otherwise those in the rows, in the order of their ids. Raises ScoreError, also for an unknown id.
        """
        given = list(rows)
        found: list[tuple[Id, ...]] = [
            tuple(r[0] for r in given),
            tuple(r[1] for r in given),
            tuple(r[2] for r in given),
        ]
        asked = (sketches, jurors, criteria)
        ids = [_in_order(names) if all_ is None else tuple(all_) for names, all_ in zip(found, asked, strict=True)]
        try:
            placed = [_places(names, all_) for names, all_ in zip(found, ids, strict=True)]
        except KeyError as error:
            raise ScoreError(f"{error.args[0]!r} has a grade but is not a known sketch, juror or criterion") from None
        return cls(
            sketches=ids[0],
            jurors=ids[1],
            criteria=ids[2],
            sketch=placed[0],
            juror=placed[1],
            criterion=placed[2],
            score=_grades([math.nan if row[3] is None else row[3] for row in given]),
            weights=_weights_of(weights, ids[2]),
            scales=tuple(_named(scales, name, "scale") for name in ids[2]) if scales is not None else (),
        )

    def canonical(self) -> ScoreTable:
        """Return the same table with sketches, jurors and rows in the order of their ids; criteria keep theirs."""
        rows, columns = _order(self.sketches), _order(self.jurors)
        sketch, juror = np.argsort(rows)[self.sketch], np.argsort(columns)[self.juror]
        order = np.lexsort((self.criterion, juror, sketch))
        return ScoreTable(
            sketches=tuple(self.sketches[i] for i in rows),
            jurors=tuple(self.jurors[j] for j in columns),
            criteria=self.criteria,
            sketch=sketch[order],
            juror=juror[order],
            criterion=self.criterion[order],
            score=self.score[order],
            weights=self.weights,
            scales=self.scales,
        )

    def sha256(self) -> str:
        """Hash the grades and weights: the same for every order of the same rows, another for any other table."""
        form = self.canonical()
        header: dict[str, Any] = {
            "sketches": form.sketches,
            "jurors": form.jurors,
            "criteria": form.criteria,
            "weights": form.weights,
            "scales": form.scales,
            "rows": len(form.score),
        }
        digest = hashlib.sha256(json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode())
        for positions in (form.sketch, form.juror, form.criterion):
            digest.update(positions.astype("<i8").tobytes())
        digest.update(np.where(np.isnan(form.score), np.nan, form.score + 0.0).astype("<f8").tobytes())
        return digest.hexdigest()


def plain_ids(ids: Iterable[Any]) -> tuple[Id, ...]:
    """Return the ids with numpy's integers as Python's, which JSON and hashes need."""
    return tuple(int(name) if isinstance(name, np.integer) else name for name in ids)


def _order(ids: tuple[Id, ...]) -> IntArray:
    return np.array(sorted(range(len(ids)), key=lambda p: (isinstance(ids[p], str), ids[p])), dtype=np.int64)


def _in_order(ids: tuple[Id, ...]) -> tuple[Id, ...]:
    unique = tuple(dict.fromkeys(ids))
    return tuple(unique[position] for position in _order(unique))


def _places(names: tuple[Id, ...], all_: tuple[Id, ...]) -> IntArray:
    where = {name: position for position, name in enumerate(all_)}
    return np.array([where[name] for name in names], dtype=np.int64)


def _check_ids(kind: str, ids: tuple[Id, ...]) -> None:
    if not ids:
        raise ScoreError(f"there are no {kind}")
    for name in ids:
        if isinstance(name, bool) or not isinstance(name, (str, int)):
            raise ScoreError(f"{name!r} among the {kind} is neither text nor a whole number")
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise ScoreError(f"{twice[0]!r} is there twice among the {kind}")


def _positions(name: str, values: Any, count: int) -> IntArray:
    raw = np.asarray(values)
    if raw.ndim != 1 or (raw.size and raw.dtype.kind not in "iu"):
        raise ScoreError(f"{name} must be one list of whole numbers")
    positions = raw.astype(np.int64)
    if len(positions) and (positions.min() < 0 or positions.max() >= count):
        raise ScoreError(f"{name} names a position outside 0..{count - 1}")
    positions.setflags(write=False)
    return positions


def _grades(values: Any) -> FloatArray:
    try:
        grades = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ScoreError("a grade is not a number") from None
    if grades.ndim != 1 or np.isinf(grades).any():
        raise ScoreError("score must be one list of finite numbers, empty for cannot assess")
    grades = grades.copy()
    grades.setflags(write=False)
    return grades


def _weights_of(weights: Mapping[Id, float] | None, criteria: tuple[Id, ...]) -> tuple[float, ...]:
    if weights is None:
        return (1.0,) * len(criteria)
    unknown = [name for name in weights if name not in criteria]
    if unknown:
        raise ScoreError(f"there is a weight for {unknown[0]!r}, which is not a criterion here")
    return tuple(_named(weights, name, "weight") for name in criteria)


def _named(values: Mapping[Id, Any], name: Id, what: str) -> Any:
    if name not in values:
        raise ScoreError(f"criterion {name!r} has no {what}")
    return values[name]


def _weights(given: Sequence[float], criteria: tuple[Id, ...]) -> tuple[float, ...]:
    try:
        weights = tuple(float(weight) for weight in given)
    except (TypeError, ValueError):
        raise ScoreError("a weight is not a number") from None
    if len(weights) != len(criteria):
        raise ScoreError(f"there are {len(weights)} weights for {len(criteria)} criteria")
    for name, weight in zip(criteria, weights, strict=True):
        if not math.isfinite(weight) or weight < 0:
            raise ScoreError(f"the weight of criterion {name!r} is {weight}; it must be a number from 0 up")
    if not 0 < math.fsum(weights) < 1e12:
        raise ScoreError("the weights must add up to more than 0 (and less than 1e12)")
    return weights


def _check_grades(table: ScoreTable) -> None:
    lengths = {len(table.sketch), len(table.juror), len(table.criterion), len(table.score)}
    if len(lengths) > 1:
        raise ScoreError("sketch, juror, criterion and score must be equally long")
    keys = (table.sketch * len(table.jurors) + table.juror) * len(table.criteria) + table.criterion
    unique, counts = np.unique(keys, return_counts=True)
    if (counts > 1).any():
        rest, c = divmod(int(unique[np.argmax(counts > 1)]), len(table.criteria))
        s, j = divmod(rest, len(table.jurors))
        raise ScoreError(
            f"juror {table.jurors[j]} grades sketch {table.sketches[s]} twice on criterion {table.criteria[c]}"
        )
    if table.scales and len(table.scales) != len(table.criteria):
        raise ScoreError(f"there are {len(table.scales)} scales for {len(table.criteria)} criteria")
    if table.scales:
        low, high = np.array(table.scales).T
        outside = np.flatnonzero((table.score < low[table.criterion]) | (table.score > high[table.criterion]))
        if len(outside):
            row = int(outside[0])
            lowest, highest = table.scales[table.criterion[row]]
            raise ScoreError(
                f"juror {table.jurors[table.juror[row]]} gives sketch {table.sketches[table.sketch[row]]} "
                f"{table.score[row]:g} on criterion {table.criteria[table.criterion[row]]}; "
                f"the scale is {lowest:g} to {highest:g}"
            )
