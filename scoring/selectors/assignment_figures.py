"""The figures of an assignment, from its pairs alone: the same for one that was computed and one changed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from scoring.assignment import Problem, Unfilled
from scoring.assignment.exchange import pieces_of
from scoring.assignment.graph import overlap
from scoring.assignment.unfilled import explain_short_groups, explain_unfilled, explain_unmet
from scoring.selectors.assignment_input import AssignmentInput
from scoring.selectors.assignment_problem import Posed

OPEN = "open"  # a place that somebody with room could take: left empty by hand


def figures(data: AssignmentInput, posed: Posed, pairs: Iterable[tuple[int, int]]) -> dict[str, Any]:
    """What a run says of itself, as JSON. Ids of sketches and jurors are primary keys.

    lowest_fit: the least sum of fits of a sketch. overlap: how many pairs of jurors share a sketch, of how many, and
    how many sketches those share on average.
    """
    form = posed.problem.canonical()
    chosen = _positions(form, pairs)
    loads = np.bincount(form.juror[chosen], minlength=len(form.jurors))
    sums = np.bincount(form.sketch[chosen], weights=form.affinity[chosen], minlength=len(form.sketches))
    load_of = dict(zip((int(pk) for pk in form.jurors), loads.tolist(), strict=True))
    room = {pk: int(most) - load_of[pk] for pk, most in zip(load_of, form.load_max.tolist(), strict=True)}
    asked, pieces = form.demand > 0, pieces_of(form, chosen)
    return {
        "sketches": len(data.sketches),
        "jurors": len(data.jurors),
        "pairs": len(chosen),
        "places": int(form.demand.sum()),
        "conflicts": len(data.conflicts),
        "undeclared": data.undeclared,
        "total": round(float(form.affinity[chosen].sum()), 6),
        "lowest_fit": round(float(sums[asked].min()), 6) if asked.any() else 0.0,
        "components": pieces,
        "connected": pieces <= 1,
        "overlap": _overlap(form, chosen),
        "loads": {str(pk): load for pk, load in load_of.items()},
        "unfilled": [_unfilled(item, data, room) for item in explain_unfilled(form, chosen)],
        "unmet": [{"juror": item.juror, "missing": item.missing} for item in explain_unmet(form, chosen)],
        "short_groups": [
            {"sketch": item.sketch, "group": item.group, "label": item.label, "missing": item.missing}
            for item in explain_short_groups(form, chosen)
        ],
    }


def _positions(form: Problem, pairs: Iterable[tuple[int, int]]) -> Any:
    """Positions of the pairs in the problem; one that is not allowed is not in it, and counts for nothing."""
    rows = {int(pk): row for row, pk in enumerate(form.sketches)}
    columns = {int(pk): column for column, pk in enumerate(form.jurors)}
    width = len(columns)
    keys = [rows[s] * width + columns[j] for s, j in pairs if s in rows and j in columns]
    return np.flatnonzero(np.isin(form.sketch * width + form.juror, np.array(keys, dtype=np.int64)))


def _overlap(form: Problem, chosen: Any) -> dict[str, float]:
    names = [(form.sketches[s], form.jurors[j]) for s, j in zip(form.sketch[chosen], form.juror[chosen], strict=True)]
    shared = [number for _one, _other, number in overlap(names)]
    number = len(form.jurors)
    mean = round(sum(shared) / len(shared), 3) if shared else 0.0
    return {"pairs": len(shared), "of": number * (number - 1) // 2, "mean": mean}


def _unfilled(item: Unfilled, data: AssignmentInput, room: dict[int, int]) -> dict[str, Any]:
    free = [pk for pk in item.relief if room[int(pk)] > 0]
    return {
        "sketch": item.sketch,
        "reference": data.references[int(item.sketch)],
        "places": item.places,
        "reason": OPEN if free else item.reason,
        "candidates": item.candidates,
        "relief": free or list(item.relief),
    }
