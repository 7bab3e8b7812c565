"""From final grades to a ranking: starting a run, and computing it."""

from __future__ import annotations

import hashlib
import json

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.enums import Phase
from competition.models import Call
from scoring.aggregation import Result, ScoreError, SketchResult, aggregate
from scoring.aggregation.io import parse_scores, scores_csv
from scoring.errors import NoSolution, NotReady, RunUnderway
from scoring.models import AggregationRecord, AggregationRun, RankingRow
from scoring.selectors import aggregation_input
from scoring.selectors.aggregation_input import AggregationInput
from scoring.services import runs
from scoring.services.assignment import seed_of
from scoring.services.assignment_record import pseudonym

PROGRAM = "skisse aggregation 2"
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
            return queue_run(by=by, call=call, seed=seed)
    except IntegrityError as error:
        raise RunUnderway(_("A ranking of this call is being computed. Wait until it is done.")) from error


def run_parameters(call: Call) -> dict[str, int]:
    return {"top": call.shortlist_size, "draws": DRAWS, "jurors_per_sketch": call.jurors_per_sketch}


def queue_run(*, by: User | None, call: Call, seed: int | None = None, metrics: dict | None = None) -> AggregationRun:
    """A run for the worker. Guards nothing: see start_aggregation. Raises IntegrityError when one is under way."""
    run = AggregationRun.objects.create(
        call=call,
        seed=seed_of(call) if seed is None else seed,
        program=PROGRAM,
        created_by=by,
        parameters=run_parameters(call),
        metrics=metrics or {},
    )
    audit.record(call=call, action="scoring.start_aggregation", by=by, run=str(run.key))
    runs.run_queued.send(sender=AggregationRun, run=run)
    return run


def execute_aggregation(*, run_id: int) -> str:
    """Compute a run and store it; see scoring.services.runs for what happens when it is called twice or killed."""
    return runs.execute(AggregationRun, run_id, _compute)


def _compute(run: AggregationRun) -> None:
    runs.tell(run, 10, _("Reading assessments"))
    data = _read(run)
    record = record_of(run, data)
    try:
        result = aggregate(
            parse_scores(record.scores, record.criteria),
            top=run.parameters["top"] or None,
            seed=run.seed,
            draws=run.parameters["draws"],
            expected=run.parameters["jurors_per_sketch"],
        )
    except ScoreError as error:
        raise NoSolution(_("The ranking cannot be computed: %(why)s") % {"why": error}) from error
    runs.finish(
        run,
        store=lambda row: _store(row, result, record, {name: pk for pk, name in data.references.items()}),
        input_sha256=input_hash(data, run.parameters),
        metrics=_metrics(data, result, record.jurors),
    )


def _read(run: AggregationRun) -> AggregationInput:
    """Everything at one instant: a grade sent between two of the queries is wholly in or wholly out."""
    if connection.in_atomic_block:
        return aggregation_input.load(run.call)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return aggregation_input.load(run.call)


def record_of(run: AggregationRun, data: AggregationInput) -> AggregationRecord:
    """What the program is given, and what it is given again by whoever computes the result anew."""
    aliases = {juror: pseudonym(run.call, "juror", juror) for juror in {row[1] for row in data.rows}}
    rows = [(data.references[sketch], aliases[juror], code, value) for sketch, juror, code, value in data.rows]
    levels = {c.code: [level.value for level in c.scale.levels.all()] for c in data.criteria}
    return AggregationRecord(
        run=run,
        scores=scores_csv(rows, data.references.values()),
        criteria=[
            {"code": c.code, "weight": float(c.weight), "lowest": min(levels[c.code]), "highest": max(levels[c.code])}
            for c in data.criteria
        ],
        jurors={alias: juror for juror, alias in aliases.items()},
    )


def _store(run: AggregationRun, result: Result, record: AggregationRecord, keys: dict[str, int]) -> None:
    RankingRow.objects.bulk_create(_row(run, sketch, keys[str(sketch.sketch)]) for sketch in result.sketches)
    record.save(force_insert=True)
    audit.record(call=run.call, action="scoring.finish_aggregation", by=None, run=str(run.key))


def _row(run: AggregationRun, sketch: SketchResult, key: int) -> RankingRow:
    low50, high50 = sketch.interval50 or (None, None)
    low90, high90 = sketch.interval90 or (None, None)
    ties = ["tie_unresolved"] if sketch.tie_unresolved else []
    return RankingRow(
        run=run,
        sketch_id=key,
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


def _metrics(data: AggregationInput, result: Result, keys: dict[str, int]) -> dict:
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
            str(keys[str(juror.juror)]): {
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
