"""Reads a run as a matrix, jurors across and sketches down, one page of sketches at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from competition.models import Sketch, Topic
from competition.selectors.vetoes import without_vetoed
from scoring.enums import Verdict
from scoring.models import AssignmentPair, AssignmentRun, ImpartialityDeclaration, Juror
from scoring.selectors.workspace import CONFLICT, EMPTY, Cell, fit_cell

CELLS = 6_000  # of one page; as many as a browser lays out at once without a pause
FEWEST_ROWS = 20


@dataclass(frozen=True)
class Column:
    """One juror: how many sketches, and the bounds agreed."""

    pk: int
    name: str
    load: int
    least: int
    most: int

    @property
    def outside(self) -> bool:
        return not self.least <= self.load <= self.most


@dataclass(frozen=True)
class Row:
    """One sketch: its jurors, the sum of their fits, and a cell per juror."""

    reference: str
    title: str
    topics: list[str]
    places: int
    total: float
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    columns: list[Column]
    rows: list[Row]
    wanted: int

    @property
    def floor(self) -> float | None:
        """The least sum of fits of a sketch on the page."""
        return min((row.total for row in self.rows), default=None)


def columns_of(run: AssignmentRun) -> list[Column]:
    """Who serves or has a pair in the run, by name. Two queries."""
    loads = dict(AssignmentPair.objects.filter(run=run).order_by().values_list("juror").annotate(number=Count("pk")))
    seats = Juror.objects.serving().filter(call_id=run.call_id) | Juror.objects.filter(pk__in=loads)
    columns = [
        Column(seat.pk, str(seat.user), loads.get(seat.pk, 0), seat.load_min, seat.load_max)
        for seat in seats.select_related("user")
    ]
    return sorted(columns, key=lambda column: (column.name.lower(), column.pk))


def rows_per_page(columns: int) -> int:
    return max(FEWEST_ROWS, CELLS // max(columns, 1))


def sketches_of(run: AssignmentRun, user: Any) -> QuerySet[Sketch, tuple[int, str, str, list]]:
    """(key, reference, title, topics) of the competing sketches that the person may see."""
    seen = without_vetoed(Sketch.objects.competing().filter(call_id=run.call_id), user).order_by("reference")
    return seen.values_list("pk", "reference", "current_version__title", "current_version__topic_codes")


def matrix_of(run: AssignmentRun, columns: list[Column], sketches: list[tuple[int, str, str, list]]) -> Matrix:
    """The cells of these sketches. Three queries."""
    labels = {topic.code: topic.label for topic in Topic.objects.all()}
    keys = [sketch[0] for sketch in sketches]
    cells: dict[int, dict[int, Cell]] = {key: {} for key in keys}
    against = ImpartialityDeclaration.objects.filter(sketch__in=keys).exclude(verdict=Verdict.IMPARTIAL)
    for sketch, juror in against.values_list("sketch", "juror"):
        cells[sketch][juror] = CONFLICT
    totals, places = dict.fromkeys(keys, 0.0), dict.fromkeys(keys, 0)
    planned = AssignmentPair.objects.filter(run=run, sketch__in=keys).values_list("sketch", "juror", "affinity")
    for sketch, juror, fit in planned:
        cells[sketch][juror] = fit_cell(fit)
        totals[sketch] += fit
        places[sketch] += 1
    order = [column.pk for column in columns]
    rows = [
        Row(
            reference,
            title or "",
            [labels.get(code, code) for code in topics or []],
            places[pk],
            totals[pk],
            [cells[pk].get(key, EMPTY) for key in order],
        )
        for pk, reference, title, topics in sketches
    ]
    return Matrix(columns, rows, run.parameters.get("jurors_per_sketch", 0))
