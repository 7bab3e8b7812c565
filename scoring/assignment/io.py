"""Problems in from JSON or NPZ, results out as JSON: the form in which anyone can run an assignment again.

Both forms use the same names: sketch, juror, affinity (one entry per allowed pair, positions from 0), demand, load_min,
load_max; optionally sketch_ids, juror_ids, locked, forbidden, previous. Groups are an object in JSON,
`{"organisation": {"values": [...], "most": 1}}`, and in NPZ the arrays `group.organisation` (one label per juror,
empty text or false for none) and `group.organisation.most` (and `.least`).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from scoring.assignment.common import Id, ProblemError
from scoring.assignment.problem import Group, Problem
from scoring.assignment.solution import Solution

REQUIRED = ("sketch", "juror", "affinity", "demand", "load_min", "load_max")
OPTIONAL = ("sketch_ids", "juror_ids", "locked", "forbidden", "groups", "terms", "previous")
ARRAYS = ("sketch", "juror", "affinity", "demand", "load_min", "load_max", "locked", "forbidden", "previous")
GROUP_PREFIX = "group."


def read_problem(path: Path) -> Problem:
    """Read a problem from a .json or .npz file. Raises ProblemError with one line that says what is wrong."""
    readers = {".json": _read_json, ".npz": _read_npz}
    if path.suffix.lower() not in readers:
        raise ProblemError(f"{path.name} is neither .json nor .npz")
    try:
        content = readers[path.suffix.lower()](path)
    except FileNotFoundError:
        raise ProblemError(f"there is no file {path}") from None
    except OSError as error:
        raise ProblemError(f"{path.name} cannot be read: {error.strerror or error}") from None
    return problem_from_mapping(content)


def problem_from_mapping(content: Mapping[str, Any]) -> Problem:
    """Build a problem from the names above, with lists or arrays as values. Raises ProblemError."""
    missing = [name for name in REQUIRED if name not in content]
    if missing:
        raise ProblemError(f"{missing[0]} is missing")
    unknown = sorted(set(content) - set(REQUIRED) - set(OPTIONAL))
    if unknown:
        raise ProblemError(f"{unknown[0]} is not a known name; known are {', '.join(REQUIRED + OPTIONAL)}")
    return Problem(
        sketches=_ids("sketch_ids", content, "demand"),
        jurors=_ids("juror_ids", content, "load_max"),
        **{name: content[name] for name in REQUIRED},
        groups=_groups(content.get("groups") or {}),
        locked=content.get("locked", []),
        forbidden=content.get("forbidden", []),
        previous=content.get("previous", []),
        terms=_mapping("terms", content.get("terms") or {}),
    )


def problem_to_mapping(problem: Problem) -> dict[str, Any]:
    """Return plain lists that `problem_from_mapping` reads back to the same problem."""
    return {
        **{name: getattr(problem, name).tolist() for name in (*REQUIRED, "locked", "forbidden", "previous")},
        "sketch_ids": list(problem.sketches),
        "juror_ids": list(problem.jurors),
        "groups": {g.name: {"values": list(g.values), "least": g.least, "most": g.most} for g in problem.groups},
        "terms": {name: values.tolist() for name, values in problem.terms.items()},
    }


def problem_json(problem: Problem) -> str:
    """Return the problem as JSON text that `read_problem` reads back."""
    return json.dumps(problem_to_mapping(problem), ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def problem_bytes(problem: Problem) -> bytes:
    """Return a problem packed for keeping: a compressed archive that `problem_from_bytes` reads back."""
    head = {**problem_to_mapping(problem), **dict.fromkeys(ARRAYS), "terms": list(problem.terms)}
    head |= {"sketch_aliases": problem.sketch_aliases, "juror_aliases": problem.juror_aliases}
    arrays: dict[str, Any] = {name: getattr(problem, name) for name in ARRAYS}
    arrays |= {f"term.{number}": values for number, values in enumerate(problem.terms.values())}
    packed = BytesIO()
    np.savez_compressed(packed, head=np.frombuffer(json.dumps(head).encode(), dtype=np.uint8), **arrays)
    return packed.getvalue()


def problem_from_bytes(content: bytes) -> Problem:
    """Return the problem that `problem_bytes` packed."""
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        head = json.loads(arrays["head"].tobytes())
        terms = {name: arrays[f"term.{number}"] for number, name in enumerate(head["terms"])}
        problem = problem_from_mapping(
            {name: value for name, value in head.items() if name not in (*ARRAYS, "sketch_aliases", "juror_aliases")}
            | {name: arrays[name] for name in ARRAYS}
            | {"terms": terms}
        )
    return replace(problem, sketch_aliases=tuple(head["sketch_aliases"]), juror_aliases=tuple(head["juror_aliases"]))


def solution_json(solution: Solution) -> str:
    """Return the solution as JSON text with a line end. Ids keep their type; no NaN can occur."""
    return json.dumps(solution.as_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except UnicodeDecodeError:
        raise ProblemError(f"{path.name} is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise ProblemError(f"{path.name} is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ProblemError(f"{path.name} must hold one object with {', '.join(REQUIRED)}")
    return content


def _read_npz(path: Path) -> Mapping[str, Any]:
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            content = {name: arrays[name] for name in arrays.files}
    except (ValueError, EOFError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise ProblemError(f"{path.name} is not a plain NPZ file: {str(error).splitlines()[0]}") from None
    groups: dict[str, dict[str, Any]] = {}
    for key in [key for key in content if key.startswith(GROUP_PREFIX)]:
        values = content.pop(key).tolist()
        name, _, bound = key.removeprefix(GROUP_PREFIX).partition(".")
        groups.setdefault(name, {})[bound or "values"] = values
    return {**content, "groups": groups} if groups else content


def _ids(name: str, content: Mapping[str, Any], counted: str) -> tuple[Id, ...]:
    try:
        if name not in content:
            return tuple(range(len(content[counted])))
        given = content[name]
        return tuple(given.tolist() if isinstance(given, np.ndarray) else given)
    except TypeError:
        raise ProblemError(f"{name if name in content else counted} must be a list") from None


def _mapping(name: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise ProblemError(f"{name} must be an object of named lists")
    return given


def _groups(given: Any) -> tuple[Group, ...]:
    groups = []
    for name, rule in _mapping("groups", given).items():
        if not isinstance(rule, Mapping) or not isinstance(rule.get("values"), (list, tuple)):
            raise ProblemError(f"group {name} needs a list of values, one per juror")
        unknown = sorted(set(rule) - {"values", "least", "most"})
        if unknown:
            raise ProblemError(f"group {name}: {unknown[0]} is not known; known are values, least, most")
        labels = tuple(None if value in (None, "") or value is False else value for value in rule["values"])
        if not all(label is None or isinstance(label, (str, int)) for label in labels):
            raise ProblemError(f"group {name}: a value must be text, a whole number or empty")
        groups.append(Group(name=name, values=labels, most=rule.get("most"), least=rule.get("least") or 0))
    return tuple(groups)
