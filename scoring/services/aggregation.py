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
from scoring.errors import NotReady, RunUnderway
from scoring.models import AggregationRun
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
