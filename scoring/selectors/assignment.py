"""Reads about assignments: the plan of a run, and what is handed out, as one matrix."""

from __future__ import annotations

from dataclasses import dataclass, field

from competition.models import Call, Sketch
from scoring.enums import AssessmentState, RunState, Verdict
from scoring.models import Assessment, AssignmentPair, AssignmentRun, ImpartialityDeclaration, Juror


@dataclass(frozen=True)
class Cell:
    """One juror on one sketch. state: "" (nothing), "planned", an assessment's state, or "conflict"."""

    state: str = ""
    affinity: float | None = None


@dataclass(frozen=True)
class MatrixRow:
    sketch: Sketch
    cells: list[Cell]
    jurors: int


@dataclass(frozen=True)
class Matrix:
    """Sketches down, jurors across; `loads` belongs to `jurors`."""

    jurors: list[Juror]
    rows: list[MatrixRow]
    loads: list[int] = field(default_factory=list)


EMPTY = Cell()


def latest_run(call: Call) -> AssignmentRun | None:
    return call.assignment_runs.order_by("-pk").first()


def published_run(call: Call) -> AssignmentRun | None:
    return call.assignment_runs.exclude(published_at=None).order_by("-published_at").first()


def runs_of(call: Call) -> list[AssignmentRun]:
    return list(call.assignment_runs.select_related("created_by", "published_by").order_by("-pk"))


def overview(call: Call, run: AssignmentRun | None = None) -> Matrix:
    """The matrix of a run's plan, or without a run of what is handed out. Four queries at any size."""
    jurors = list(call.jurors.serving().select_related("user").order_by("pk"))
    sketches = list(Sketch.objects.competing().filter(call=call).select_related("organisation").order_by("reference"))
    cells: dict[tuple[int, int], Cell] = {
        pair: Cell("conflict")
        for pair in ImpartialityDeclaration.objects.filter(juror__in=jurors)
        .exclude(verdict=Verdict.IMPARTIAL)
        .values_list("sketch", "juror")
    }
    if run is not None and run.state == RunState.DONE:
        planned = AssignmentPair.objects.filter(run=run).values_list("sketch", "juror", "affinity")
        cells |= {(sketch, juror): Cell("planned", affinity) for sketch, juror, affinity in planned}
    else:
        given = Assessment.objects.standing().filter(juror__in=jurors).values_list("sketch", "juror", "state")
        cells |= {(sketch, juror): Cell(state) for sketch, juror, state in given}
    rows = []
    for sketch in sketches:
        line = [cells.get((sketch.pk, juror.pk), EMPTY) for juror in jurors]
        rows.append(MatrixRow(sketch=sketch, cells=line, jurors=sum(_counts(cell) for cell in line)))
    loads = [sum(_counts(row.cells[column]) for row in rows) for column in range(len(jurors))]
    return Matrix(jurors=jurors, rows=rows, loads=loads)


def _counts(cell: Cell) -> bool:
    return cell.state == "planned" or cell.state in AssessmentState.values


def short_of_jurors(call: Call) -> int:
    """How many competing sketches have fewer standing assessments than the call asks for."""
    standing: dict[int, int] = dict.fromkeys(
        Sketch.objects.competing().filter(call=call).values_list("pk", flat=True), 0
    )
    for sketch in Assessment.objects.standing().filter(sketch__in=standing).values_list("sketch", flat=True):
        standing[sketch] += 1
    return sum(count < call.jurors_per_sketch for count in standing.values())
