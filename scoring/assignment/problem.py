"""What is to be assigned: sketches, jurors, who may judge what, and the rules every assignment has to keep.

A :class:`Problem` is plain data (tuples and numpy arrays), checked once when it is made, so that the solver never meets
a half-valid one. Sketches and jurors carry stable ids; arrays refer to them by position, counted from 0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from scoring.assignment.common import FloatArray, Id, IntArray, ProblemError, plain_ids
from scoring.assignment.validation import check_problem, frozen_floats, frozen_ints, frozen_pairs


@dataclass(frozen=True, eq=False)
class Group:
    """An attribute of the jurors with a rule per sketch, e.g. organisation: at most one juror per sketch.

    values: one label per juror, None where the juror belongs to no group. most: None means no upper limit.
    """

    name: str
    values: tuple[Id | None, ...]
    most: int | None = None
    least: int = 0


def _no_pairs() -> IntArray:
    return np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Problem:
    """One assignment problem.

    sketches, jurors: stable ids, each unique. sketch, juror: (n_pairs,) positions of every allowed pair, conflicts of
    interest already left out. affinity: (n_pairs,) finite, higher is better. demand: (n_sketches,) jurors wanted.
    load_min, load_max: (n_jurors,) sketches per juror. locked: (n, 2) positions (sketch, juror) that must be chosen.
    forbidden: (n, 2) pairs that must not. previous: (n, 2) pairs of an earlier assignment to
    keep where possible. terms: named parts of the affinity, each (n_pairs,), kept for explanations. sketch_aliases,
    juror_aliases: names that decide order and draw instead of the ids, so that the problem can be given away under
    these names (`public`) and still has the same answer; none or one each.

    Raises ProblemError when anything does not fit together.
    """

    sketches: tuple[Id, ...]
    jurors: tuple[Id, ...]
    sketch: IntArray
    juror: IntArray
    affinity: FloatArray
    demand: IntArray
    load_min: IntArray
    load_max: IntArray
    groups: tuple[Group, ...] = ()
    locked: IntArray = field(default_factory=_no_pairs)
    forbidden: IntArray = field(default_factory=_no_pairs)
    terms: Mapping[str, FloatArray] = field(default_factory=dict)
    previous: IntArray = field(default_factory=_no_pairs)
    sketch_aliases: tuple[Id, ...] = ()
    juror_aliases: tuple[Id, ...] = ()

    def __post_init__(self) -> None:
        for name in ("sketch", "juror", "demand", "load_min", "load_max"):
            object.__setattr__(self, name, frozen_ints(name, getattr(self, name)))
        for name in ("locked", "forbidden", "previous"):
            object.__setattr__(self, name, frozen_pairs(name, getattr(self, name)))
        object.__setattr__(self, "affinity", frozen_floats("affinity", self.affinity))
        object.__setattr__(self, "terms", {name: frozen_floats(name, self.terms[name]) for name in sorted(self.terms)})
        object.__setattr__(self, "sketches", plain_ids(self.sketches))
        object.__setattr__(self, "jurors", plain_ids(self.jurors))
        object.__setattr__(self, "sketch_aliases", plain_ids(self.sketch_aliases))
        object.__setattr__(self, "juror_aliases", plain_ids(self.juror_aliases))
        object.__setattr__(self, "groups", tuple(self.groups))
        check_problem(self)

    @classmethod
    def from_ids(
        cls,
        pairs: Iterable[tuple[Id, Id, float]],
        *,
        demand: Mapping[Id, int],
        loads: Mapping[Id, tuple[int, int]],
        groups: Iterable[tuple[str, Mapping[Id, Id | None], int]] = (),
        locked: Iterable[tuple[Id, Id]] = (),
        forbidden: Iterable[tuple[Id, Id]] = (),
    ) -> Self:
        """Build a problem from ids instead of positions.

        pairs: (sketch id, juror id, affinity). demand: sketch id -> jurors wanted. loads: juror id -> (least, most).
        groups: (name, juror id -> label, most per sketch). Raises ProblemError, also for an unknown id.
        """
        sketches, jurors = tuple(demand), tuple(loads)
        row = {name: position for position, name in enumerate(sketches)}
        column = {name: position for position, name in enumerate(jurors)}
        triples = list(pairs)
        try:
            positions = np.array([(row[s], column[j]) for s, j, _ in triples], dtype=np.int64).reshape(-1, 2)
            fixed = np.array([(row[s], column[j]) for s, j in locked], dtype=np.int64).reshape(-1, 2)
            banned = np.array([(row[s], column[j]) for s, j in forbidden], dtype=np.int64).reshape(-1, 2)
        except KeyError as error:
            raise ProblemError(f"a pair names {error.args[0]!r}, which is neither a sketch nor a juror here") from None
        return cls(
            sketches=sketches,
            jurors=jurors,
            sketch=positions[:, 0],
            juror=positions[:, 1],
            affinity=np.array([affinity for _, _, affinity in triples], dtype=np.float64),
            demand=np.array(list(demand.values())),
            load_min=np.array([least for least, _ in loads.values()]),
            load_max=np.array([most for _, most in loads.values()]),
            groups=tuple(Group(name, tuple(of.get(j) for j in jurors), most) for name, of, most in groups),
            locked=fixed,
            forbidden=banned,
        )

    def canonical(self) -> Problem:
        """Return the same problem with sketches, jurors and pairs in the order of their ids.

        Everything downstream works on this form, so the order of the input can never change a result.
        """
        rows, columns = _order(self.sketch_names), _order(self.juror_names)
        new_row, new_column = _inverse(rows), _inverse(columns)
        sketch, juror = new_row[self.sketch], new_column[self.juror]
        order = np.lexsort((juror, sketch))
        groups = (replace(group, values=tuple(group.values[j] for j in columns)) for group in self.groups)
        return self._reordered(
            sketches=tuple(self.sketches[i] for i in rows),
            jurors=tuple(self.jurors[j] for j in columns),
            sketch=sketch[order],
            juror=juror[order],
            affinity=self.affinity[order],
            demand=self.demand[rows],
            load_min=self.load_min[columns],
            load_max=self.load_max[columns],
            groups=tuple(sorted(groups, key=lambda group: group.name)),
            locked=_sorted_pairs(self.locked, new_row, new_column),
            forbidden=_sorted_pairs(self.forbidden, new_row, new_column),
            previous=_sorted_pairs(self.previous, new_row, new_column),
            terms={name: values[order] for name, values in self.terms.items()},
            sketch_aliases=tuple(self.sketch_aliases[i] for i in rows) if self.sketch_aliases else (),
            juror_aliases=tuple(self.juror_aliases[j] for j in columns) if self.juror_aliases else (),
        )

    @property
    def sketch_names(self) -> tuple[Id, ...]:
        """What sketches are ordered and drawn by."""
        return self.sketch_aliases or self.sketches

    @property
    def juror_names(self) -> tuple[Id, ...]:
        """What jurors are ordered and drawn by."""
        return self.juror_aliases or self.jurors

    def public(self) -> Problem:
        """Return the problem under its aliases, labels of groups numbered: the same answer, the same hash, no ids."""
        form = self.canonical()
        groups = tuple(replace(group, values=_numbered(group.values)) for group in form.groups)
        return replace(
            form,
            sketches=form.sketch_names,
            jurors=form.juror_names,
            groups=groups,
            sketch_aliases=(),
            juror_aliases=(),
        )

    def _reordered(self, **fields: Any) -> Problem:
        """Return a problem of the same parts in another order: what was checked once need not be checked again."""
        made: Problem = object.__new__(Problem)
        for name, value in fields.items():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
            object.__setattr__(made, name, value)
        return made

    def sha256(self) -> str:
        """Hash the problem itself: the same for every order of the same input, another for any other problem.

        SHA-256 over a JSON header (names, groups with their labels numbered as they first occur, names of the terms)
        and the canonical arrays as little-endian bytes.
        """
        return self.canonical().digest()

    def digest(self) -> str:
        """Hash the problem in the order it stands in; of a canonical problem this is its `sha256`, only faster."""
        header: dict[str, Any] = {
            "sketches": self.sketch_names,
            "jurors": self.juror_names,
            "groups": [[g.name, _numbered(g.values), g.least, g.most] for g in self.groups],
            "terms": list(self.terms),
            "pairs": len(self.sketch),
            "locked": len(self.locked),
            **({"previous": self.previous.tolist()} if len(self.previous) else {}),
        }
        digest = hashlib.sha256(json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode())
        integers = (self.sketch, self.juror, self.demand, self.load_min, self.load_max, self.locked, self.forbidden)
        for whole in integers:
            digest.update(whole.astype("<i8").tobytes())
        for real in (self.affinity, *self.terms.values()):
            digest.update((real + 0.0).astype("<f8").tobytes())  # + 0.0 turns -0.0 into 0.0, which is the same affinity
        return digest.hexdigest()


def id_key(name: Id) -> tuple[bool, Id]:
    """Sort numbers by size before text by code point: an order that never depends on the input."""
    return (isinstance(name, str), name)


def _order(ids: tuple[Id, ...]) -> IntArray:
    return np.array(sorted(range(len(ids)), key=lambda position: id_key(ids[position])), dtype=np.int64)


def _numbered(labels: tuple[Id | None, ...]) -> tuple[Id | None, ...]:
    """Return the labels as numbers from 1 in the order of their first juror, None as None."""
    number = {label: place for place, label in enumerate(dict.fromkeys(v for v in labels if v is not None), start=1)}
    return tuple(None if label is None else number[label] for label in labels)


def _inverse(order: IntArray) -> IntArray:
    inverse = np.empty_like(order)
    inverse[order] = np.arange(len(order))
    return inverse


def _sorted_pairs(pairs: IntArray, new_row: IntArray, new_column: IntArray) -> IntArray:
    moved = np.column_stack((new_row[pairs[:, 0]], new_column[pairs[:, 1]]))
    return np.unique(moved, axis=0) if len(moved) else moved
