"""From final grades to a ranking: starting a run, and computing it."""

from __future__ import annotations

import hashlib
import json

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.enums import Phase
from competition.models import Call
from scoring.aggregation import Result, ScoreError, ScoreTable, SketchResult, aggregate
from scoring.errors import NoSolution, NotReady, RunUnderway
from scoring.models import AggregationRun, RankingRow
from scoring.selectors import aggregation_input
from scoring.selectors.aggregation_input import AggregationInput
from scoring.services import runs
from scoring.services.assignment import seed_of

PROGRAM = "skisse aggregation 1"
DRAWS = 1000
COMPUTING_PHASES = (Phase.ASSESSMENT, Phase.JURY_MEETING)


@transaction.atomic
def start_aggregation(*, by: User, call: Call, seed: int | None = None) -> AggregationRun:
    """Queue a ranking of what is final now. The line is the size of the shortlist. Raises NotReady, RunUnderway."""
    require("scoring.run_aggregation", by, call)
    if call.phase_at(clock.database_now()) not in COMPUTING_PHASES:
        raise NotReady(_("A ranking is computed between the formal check and the recommendation."))
    try:
        with transaction.atomic():
            run = AggregationRun.objects.create(
                call=call,
                seed=seed_of(call) if seed is None else seed,
                program=PROGRAM,
                created_by=by,
                parameters={"top": call.shortlist_size, "draws": DRAWS, "jurors_per_sketch": call.jurors_per_sketch},
            )
    except IntegrityError as error:
        raise RunUnderway(_("A ranking of this call is being computed. Wait until it is done.")) from error
    audit.record(call=call, action="scoring.start_aggregation", by=by, run=str(run.key))
    runs.run_queued.send(sender=AggregationRun, run=run)
    return run


def execute_aggregation(*, run_id: int) -> str:
    """Compute a run and store it; see scoring.services.runs for what happens when it is called twice or killed."""
    return runs.execute(AggregationRun, run_id, _compute)


def _compute(run: AggregationRun) -> None:
    runs.tell(run, 10, _("Reading assessments"))
    data = aggregation_input.load(run.call)
    try:
        result = aggregate(
            _table(data),
            top=run.parameters["top"] or None,
            seed=run.seed,
            draws=run.parameters["draws"],
            expected=run.parameters["jurors_per_sketch"],
        )
    except ScoreError as error:
        raise NoSolution(_("The ranking cannot be computed: %(why)s") % {"why": error}) from error
    runs.finish(
        run,
        store=lambda row: _store(row, result),
        input_sha256=input_hash(data, run.parameters),
        metrics=_metrics(data, result),
    )


def _table(data: AggregationInput) -> ScoreTable:
    levels = {c.code: [level.value for level in c.scale.levels.all()] for c in data.criteria}
    return ScoreTable.from_rows(
        data.rows,
        weights={criterion.code: float(criterion.weight) for criterion in data.criteria},
        sketches=data.sketches,
        criteria=[criterion.code for criterion in data.criteria],
        scales={code: (min(values), max(values)) for code, values in levels.items()},
    )


def _store(run: AggregationRun, result: Result) -> None:
    RankingRow.objects.bulk_create(_row(run, sketch) for sketch in result.sketches)
    audit.record(call=run.call, action="scoring.finish_aggregation", by=None, run=str(run.key))


def _row(run: AggregationRun, sketch: SketchResult) -> RankingRow:
    low50, high50 = sketch.interval50 or (None, None)
    low90, high90 = sketch.interval90 or (None, None)
    ties = ["tie_unresolved"] if sketch.tie_unresolved else []
    return RankingRow(
        run=run,
        sketch_id=sketch.sketch,
        rank=sketch.rank,
        mean=sketch.mean,
        median=sketch.median,
        calibrated=sketch.calibrated,
        expected_rank=sketch.expected_rank,
        p_top=sketch.p_top,
        interval50_low=low50,
        interval50_high=high50,
        interval90_low=low90,
        interval90_high=high90,
        spread=sketch.spread,
        assessments=sketch.n,
        tie_group=sketch.tie_group,
        criterion_means=sketch.criterion_means,
        flags=list(dict.fromkeys([*sketch.flags, *ties])),
    )


def _metrics(data: AggregationInput, result: Result) -> dict:
    """What is told about the whole ranking; keys of `jurors` are primary keys."""
    return {
        "sketches": len(data.sketches),
        "assessments": sum(data.assessments.values()),
        "connected": result.connected,
        "notes": list(result.notes),
        "variance": result.variance,
        "icc": result.icc,
        "table_sha256": result.input_sha256,
        "jurors": {
            str(juror.juror): {
                "n": juror.n,
                "mean": juror.mean,
                "severity": juror.severity,
                "se": juror.se,
                "shrinkage": juror.shrinkage,
                "flags": list(juror.flags),
            }
            for juror in result.jurors
        },
        "seconds": round(result.seconds, 4),
    }


def input_hash(data: AggregationInput, parameters: dict) -> str:
    """SHA-256 over everything the ranking depends on, the same in whatever order the grades came."""
    content = {
        "parameters": {name: parameters[name] for name in ("top", "draws", "jurors_per_sketch")},
        "sketches": data.sketches,
        "criteria": [
            [c.code, str(c.weight), sorted(level.value for level in c.scale.levels.all())] for c in data.criteria
        ],
        "grades": sorted(
            [sketch, juror, code, -1 if value is None else value, value is None]
            for sketch, juror, code, value in data.rows
        ),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
