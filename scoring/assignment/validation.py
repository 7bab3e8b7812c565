"""Checks of a problem before it is solved, each with one clear line that says what is wrong and where."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.assignment.common import FloatArray, Id, IntArray, ProblemError, among

if TYPE_CHECKING:
    from scoring.assignment.problem import Group, Problem


def frozen_ints(name: str, values: Any) -> IntArray:
    """Return values as a read-only int64 vector; a fraction, a truth value or text raises ProblemError."""
    raw = _as_array(name, values)
    if raw.ndim != 1:
        raise ProblemError(f"{name} must be one list of whole numbers")
    return _whole(name, raw)


def frozen_pairs(name: str, values: Any) -> IntArray:
    """Return values as a read-only (n, 2) int64 array of positions (sketch, juror)."""
    raw = _as_array(name, values)
    if raw.size == 0:
        raw = np.empty((0, 2), dtype=np.int64)
    if raw.ndim != 2 or raw.shape[1] != 2:
        raise ProblemError(f"{name} must be a list of pairs (sketch, juror)")
    return _whole(name, raw)


def frozen_floats(name: str, values: Any) -> FloatArray:
    """Return values as a read-only float64 vector; anything that is not a finite number raises ProblemError."""
    raw = _as_array(name, values)
    if raw.size == 0:
        raw = np.empty(0, dtype=np.float64)
    if raw.ndim != 1 or raw.dtype.kind not in "iuf":
        raise ProblemError(f"{name} must be one list of numbers")
    reals = raw.astype(np.float64)
    if not np.isfinite(reals).all():
        position = int(np.flatnonzero(~np.isfinite(reals))[0])
        raise ProblemError(f"{name} holds {reals[position]} at position {position}; it must be a finite number")
    reals.setflags(write=False)
    return reals


def check_problem(problem: Problem) -> None:
    """Raise ProblemError at the first thing that does not fit together."""
    _check_ids("sketch", problem.sketches)
    _check_ids("juror", problem.jurors)
    for kind, aliases, ids in (
        ("sketch", problem.sketch_aliases, problem.sketches),
        ("juror", problem.juror_aliases, problem.jurors),
    ):
        if aliases and len(aliases) != len(ids):
            raise ProblemError(f"there are {len(aliases)} aliases for {len(ids)} {kind} ids")
        if aliases:
            _check_ids(kind, aliases)
    _check_lengths(problem)
    _check_bounds(problem)
    for name, pairs in (
        ("pairs", np.column_stack((problem.sketch, problem.juror))),
        ("locked", problem.locked),
        ("forbidden", problem.forbidden),
        ("previous", problem.previous),
    ):
        _check_positions(name, pairs, problem)
    if (problem.affinity < 0).any():
        place = int(np.argmax(problem.affinity < 0))
        raise ProblemError(f"affinity holds {problem.affinity[place]} at position {place}; it must not be below 0")
    _check_duplicates(problem)
    for group in problem.groups:
        _check_group(group, problem)
    if len({group.name for group in problem.groups}) < len(problem.groups):
        raise ProblemError("two groups have the same name")
    _check_locked(problem)


def _as_array(name: str, values: Any) -> np.ndarray[Any, np.dtype[Any]]:
    try:
        return np.asarray(values)
    except (ValueError, TypeError, OverflowError):
        raise ProblemError(f"{name} must be a plain list of numbers") from None


def _whole(name: str, raw: np.ndarray[Any, np.dtype[Any]]) -> IntArray:
    if raw.size == 0:
        whole = np.empty(raw.shape, dtype=np.int64)
    elif raw.dtype.kind not in "iuf" or not np.isfinite(raw).all() or (raw != np.floor(raw)).any():
        raise ProblemError(f"{name} must hold whole numbers only")
    elif (np.abs(raw.astype(np.float64)) > 2**31 - 1).any():
        raise ProblemError(f"{name} holds a number that is too large")
    else:
        whole = raw.astype(np.int64)
    whole.setflags(write=False)
    return whole


def _check_ids(kind: str, ids: tuple[Id, ...]) -> None:
    if not ids:
        raise ProblemError(f"there are no {kind}{'es' if kind == 'sketch' else 's'} to assign")
    for name in ids:
        if isinstance(name, bool) or not isinstance(name, (str, int)):
            raise ProblemError(f"{kind} id {name!r} is neither text nor a whole number")
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise ProblemError(f"{kind} {twice[0]!r} is there twice")


def _check_lengths(problem: Problem) -> None:
    n_pairs, n_sketches, n_jurors = len(problem.affinity), len(problem.sketches), len(problem.jurors)
    expected = {"sketch": n_pairs, "juror": n_pairs, "demand": n_sketches, "load_min": n_jurors, "load_max": n_jurors}
    for name, length in expected.items():
        found = len(getattr(problem, name))
        if found != length:
            raise ProblemError(f"{name} has {found} entries where {length} are needed")
    for name, values in problem.terms.items():
        if len(values) != n_pairs:
            raise ProblemError(f"term {name} has {len(values)} entries where {n_pairs} are needed")


def _check_bounds(problem: Problem) -> None:
    if (problem.demand < 0).any():
        raise ProblemError(f"sketch {problem.sketches[int(np.argmin(problem.demand))]!r} asks for fewer than 0 jurors")
    if (problem.load_min < 0).any():
        raise ProblemError(f"juror {problem.jurors[int(np.argmin(problem.load_min))]!r} has a least load below 0")
    wrong = np.flatnonzero(problem.load_min > problem.load_max)
    if len(wrong):
        juror = int(wrong[0])
        least, most = int(problem.load_min[juror]), int(problem.load_max[juror])
        raise ProblemError(f"juror {problem.jurors[juror]!r} has a least load of {least} above the most, {most}")


def _check_positions(name: str, pairs: IntArray, problem: Problem) -> None:
    sizes = (len(problem.sketches), len(problem.jurors))
    for axis, kind in enumerate(("sketch", "juror")):
        outside = pairs[(pairs[:, axis] < 0) | (pairs[:, axis] >= sizes[axis]), axis]
        if len(outside):
            raise ProblemError(f"{name} names {kind} {int(outside[0])}; there are {sizes[axis]}, counted from 0")


def _check_duplicates(problem: Problem) -> None:
    keys = problem.sketch * len(problem.jurors) + problem.juror
    unique, counts = np.unique(keys, return_counts=True)
    if (counts > 1).any():
        sketch, juror = divmod(int(unique[np.argmax(counts > 1)]), len(problem.jurors))
        raise ProblemError(f"sketch {problem.sketches[sketch]!r} and juror {problem.jurors[juror]!r} are paired twice")


def _check_group(group: Group, problem: Problem) -> None:
    if not group.name or not isinstance(group.name, str):
        raise ProblemError("a group needs a name")
    if len(group.values) != len(problem.jurors):
        raise ProblemError(
            f"group {group.name} has {len(group.values)} values where {len(problem.jurors)} jurors are there"
        )
    for bound in (group.least, group.most):
        if bound is not None and (isinstance(bound, bool) or not isinstance(bound, int) or bound < 0):
            raise ProblemError(f"group {group.name}: least and most must be whole numbers from 0 up")
    if group.most is not None and group.least > group.most:
        raise ProblemError(f"group {group.name}: the least, {group.least}, is above the most, {group.most}")


def _check_locked(problem: Problem) -> None:
    """Locked pairs are promises: they must be possible together before anything else is asked."""
    if not len(problem.locked):
        return
    width = len(problem.jurors)
    locked = np.unique(problem.locked[:, 0] * width + problem.locked[:, 1])
    _check_locked_pairs(problem, locked)
    for row in np.flatnonzero(np.bincount(locked // width, minlength=len(problem.sketches)) > problem.demand)[:1]:
        count, asked = int((locked // width == row).sum()), int(problem.demand[row])
        raise ProblemError(f"sketch {problem.sketches[row]!r} has {count} locked jurors but asks for {asked}")
    for juror in np.flatnonzero(np.bincount(locked % width, minlength=width) > problem.load_max)[:1]:
        count, most = int((locked % width == juror).sum()), int(problem.load_max[juror])
        raise ProblemError(f"juror {problem.jurors[juror]!r} has {count} locked sketches but a most load of {most}")
    for group in problem.groups:
        _check_locked_group(group, locked, problem)


def _check_locked_pairs(problem: Problem, locked: IntArray) -> None:
    width = len(problem.jurors)
    banned = among(locked, problem.forbidden[:, 0] * width + problem.forbidden[:, 1])
    pairs = problem.sketch * width + problem.juror
    absent = ~among(locked, pairs[among(pairs, locked)])
    for key in locked[banned | absent][:1].tolist():
        sketch, juror = divmod(key, width)
        label = f"sketch {problem.sketches[sketch]!r} and juror {problem.jurors[juror]!r} are locked together"
        if banned[locked == key].any():
            raise ProblemError(f"{label} and forbidden at the same time")
        raise ProblemError(f"{label}, but the pair is not allowed (a conflict of interest, or no affinity given)")


def _check_locked_group(group: Group, locked: IntArray, problem: Problem) -> None:
    pairs = zip(*(part.tolist() for part in divmod(locked, len(problem.jurors))), strict=True)
    members = Counter((sketch, group.values[juror]) for sketch, juror in pairs if group.values[juror] is not None)
    for (sketch, label), count in members.items():
        if group.most is not None and count > group.most:
            raise ProblemError(
                f"sketch {problem.sketches[sketch]!r} has {count} locked jurors of {group.name} {label!r}, "
                f"at most {group.most} allowed"
            )
