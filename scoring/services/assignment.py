"""Who judges what: starting a run, computing it, and handing the work out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.enums import Phase
from competition.models import Call, Sketch
from notifications.enums import LetterKind
from notifications.links import link
from notifications.services import write_letter
from scoring.assignment import Id, Problem, ProblemError, Solution, SolverError, solve, verify
from scoring.enums import AssessmentState, RunState
from scoring.errors import NoSolution, NotReady, RunUnderway
from scoring.models import Assessment, AssignmentPair, AssignmentRun, Juror
from scoring.selectors import assignment_input
from scoring.selectors.assignment_input import AFFINITY_FORMULA, AssignmentInput
from scoring.services import runs
from scoring.services.impartiality import block_automatically

PROGRAM = "skisse assignment 1"
LEAST_SHARE = 0.5


@transaction.atomic
def start_assignment(
    *,
    by: User,
    call: Call,
    jurors_per_sketch: int | None = None,
    seed: int | None = None,
    keep_assigned: bool = True,
    one_per_employer: bool = True,
) -> AssignmentRun:
    """Queue a run. Its seed follows from the call unless given, so that nobody can draw until the result pleases.

    keep_assigned: what was handed out before stays, and only gaps are filled. one_per_employer: no two jurors of one
    employer on a sketch. Raises NotReady, RunUnderway.
    """
    require("scoring.run_assignment", by, call)
    _require_assessing(call)
    wanted = call.jurors_per_sketch if jurors_per_sketch is None else jurors_per_sketch
    if not 1 <= wanted <= 50:
        raise NotReady(_("A sketch needs at least one juror, and at most fifty."))
    block_automatically(call=call)
    if not Sketch.objects.competing().filter(call=call).exists():
        raise NotReady(_("No sketch has been admitted yet."))
    if not call.jurors.serving().exists():
        raise NotReady(_("No juror has accepted the invitation yet."))
    try:
        with transaction.atomic():
            run = AssignmentRun.objects.create(
                call=call,
                seed=seed_of(call) if seed is None else seed,
                program=PROGRAM,
                created_by=by,
                parameters={
                    "jurors_per_sketch": wanted,
                    "keep_assigned": keep_assigned,
                    "one_per_employer": one_per_employer,
                    "least_share": LEAST_SHARE,
                    "policy": "optimal",
                    "affinity": AFFINITY_FORMULA,
                },
            )
    except IntegrityError as error:
        raise RunUnderway(_("An assignment of this call is being computed. Wait until it is done.")) from error
    audit.record(call=call, action="scoring.start_assignment", by=by, run=str(run.key))
    runs.run_queued.send(sender=AssignmentRun, run=run)
    return run


def seed_of(call: Call) -> int:
    """The seed that a call has by itself."""
    return int.from_bytes(hashlib.sha256(call.slug.encode()).digest()[:4])


def execute_assignment(*, run_id: int) -> str:
    """Compute a run and store it; see scoring.services.runs for what happens when it is called twice or killed."""
    return runs.execute(AssignmentRun, run_id, _compute)


def _compute(run: AssignmentRun) -> None:
    runs.tell(run, 5, _("Reading sketches, jurors and declarations"))
    data = assignment_input.load(run.call)
    try:
        problem = build_problem(data, run.parameters)
        runs.tell(run, 20, _("Computing"))
        solution = solve(
            problem,
            policy=run.parameters["policy"],
            seed=run.seed,
            on_progress=runs.teller(run, 20, 80, _("Computing")),
        )
    except (ProblemError, SolverError) as error:
        raise NoSolution(_("The assignment cannot be computed: %(why)s") % {"why": error}) from error
    broken = verify(problem, solution)
    if broken:
        raise NoSolution(_("The check refused the assignment: %(why)s") % {"why": broken[0].message})
    runs.finish(
        run,
        store=lambda row: _store(row, data, solution),
        input_sha256=solution.input_sha256,
        program=f"{PROGRAM}; {solution.solver}",
        metrics=_metrics(data, solution),
    )


def build_problem(data: AssignmentInput, parameters: dict) -> Problem:
    """The problem as plain data. What is locked widens demand and load, so that it never stands in the way."""
    locked = assignment_input.locked_pairs(data, keep_assigned=parameters["keep_assigned"])
    on_sketch: dict[int, int] = {}
    of_juror: dict[int, int] = {}
    for sketch, juror in locked:
        on_sketch[sketch] = on_sketch.get(sketch, 0) + 1
        of_juror[juror] = of_juror.get(juror, 0) + 1
    wanted = parameters["jurors_per_sketch"]
    employers: dict[Id, Id | None] = {
        pk: juror.organisation_id for pk, juror in data.jurors.items() if juror.organisation_id
    }
    mean = wanted * len(data.sketches) / max(len(data.jurors), 1)
    grouped = parameters["one_per_employer"] and not _shares_employer(locked, employers)
    return Problem.from_ids(
        (
            (sketch, juror, data.affinity(sketch, juror))
            for sketch in data.sketches
            for juror in data.jurors
            if (sketch, juror) not in data.conflicts
        ),
        demand={sketch: max(wanted, on_sketch.get(sketch, 0)) for sketch in data.sketches},
        loads={
            pk: (least_load(juror, mean, parameters), max(juror.load_max, of_juror.get(pk, 0)))
            for pk, juror in data.jurors.items()
        },
        groups=[("employer", employers, 1)] if grouped and employers else [],
        locked=locked,
    )


@transaction.atomic
def publish_assignment(*, by: User, run: AssignmentRun) -> AssignmentRun:
    """Hand the work out and tell each juror once. Work that is begun or sent is never touched.

    Raises NotReady when the run is not done, is published, or no longer fits what is known about impartiality.
    """
    require("scoring.run_assignment", by, run.call)
    call = Call.objects.select_for_update().get(pk=run.call_id)
    run = AssignmentRun.objects.select_for_update().get(pk=run.pk)
    if run.published_at is not None:
        return run
    _require_assessing(call)
    if run.state != RunState.DONE:
        raise NotReady(_("This assignment is not computed yet."))
    if call.assignment_runs.filter(state=RunState.DONE, pk__gt=run.pk).exists():
        raise NotReady(_("There is a newer assignment. Publish that one."))
    data = assignment_input.load(call)
    pairs = set(run.pairs.values_list("sketch", "juror"))
    _require_current(pairs, data)
    new = sorted(pairs - set(data.standing))
    _withdraw_unstarted(call, pairs)
    versions = dict(Sketch.objects.filter(pk__in=data.sketches).values_list("pk", "current_version"))
    Assessment.objects.bulk_create(
        Assessment(
            sketch_id=sketch,
            juror_id=juror,
            version_id=versions[sketch],
            run=run,
            position=assignment_input.personal_position(run.seed, juror, sketch),
        )
        for sketch, juror in new
    )
    run.published_at, run.published_by = clock.database_now(), by
    run.save(update_fields=["published_at", "published_by"])
    _tell_jurors(run, call, data, [juror for _sketch, juror in new])
    audit.record(call=call, action="scoring.publish_assignment", by=by, run=str(run.key), assessments=len(new))
    return run


def least_load(juror: Juror, mean: float, parameters: dict) -> int:
    """Sketches that a juror should have at least: what the juror's seat says, or a share of the mean load.

    Without it the total alone decides, and a juror who fits nothing best sits through a competition with nothing to do.
    At least one where there is one for everybody. The solver misses a least load rather than a sketch's jurors.
    """
    share = parameters.get("least_share", 0)
    by_share = max(int(mean * share), 1) if share and mean >= 1 else 0
    return min(max(juror.load_min, by_share), juror.load_max)


def _require_assessing(call: Call) -> None:
    if call.phase_at(clock.database_now()) != Phase.ASSESSMENT:
        raise NotReady(_("Sketches are assigned after the formal check and before the assessment is completed."))


def _shares_employer(locked: list[tuple[int, int]], employers: Mapping[Id, Id | None]) -> bool:
    """Whether what is locked breaks the rule already; then the rule cannot be asked for."""
    seen = [(sketch, employers[juror]) for sketch, juror in locked if juror in employers]
    return len(seen) != len(set(seen))


def _require_current(pairs: set[tuple[int, int]], data: AssignmentInput) -> None:
    outdated = [
        pair for pair in pairs if pair in data.conflicts or pair[0] not in data.sketches or pair[1] not in data.jurors
    ]
    if outdated:
        raise NotReady(
            ngettext(
                "Since this was computed, %(count)s pair has become impossible. Compute the assignment again.",
                "Since this was computed, %(count)s pairs have become impossible. Compute the assignment again.",
                len(outdated),
            )
            % {"count": len(outdated)}
        )


def _withdraw_unstarted(call: Call, pairs: set[tuple[int, int]]) -> None:
    """What was handed out, not begun, and is not part of the new plan."""
    unstarted = Assessment.objects.select_for_update(of=("self",)).filter(
        sketch__call=call, state=AssessmentState.ASSIGNED
    )
    gone = [pk for pk, sketch, juror in unstarted.values_list("pk", "sketch", "juror") if (sketch, juror) not in pairs]
    Assessment.objects.filter(pk__in=gone).update(state=AssessmentState.VOID)


def _tell_jurors(run: AssignmentRun, call: Call, data: AssignmentInput, juror_of_new: list[int]) -> None:
    for key in sorted(set(juror_of_new)):
        juror: Juror = data.jurors[key]
        write_letter(
            occasion=f"jury-assignment:{run.key}:{key}",
            kind=LetterKind.JURY_ASSIGNMENT,
            recipient=juror.user.email,
            language=juror.user.language,
            context={
                "call": call,
                "juror": juror,
                "count": juror_of_new.count(key),
                "url": link(juror.user.language, "scoring:queue", call.slug),
            },
            about=call,
        )


def _store(run: AssignmentRun, data: AssignmentInput, solution: Solution) -> None:
    AssignmentPair.objects.bulk_create(
        AssignmentPair(
            run=run,
            sketch_id=sketch,
            juror_id=juror,
            affinity=data.affinity(sketch, juror),
            terms={"topics": data.terms(sketch, juror), "kept": (sketch, juror) in data.standing},
        )
        for sketch, juror in _keys(solution)
    )
    audit.record(call=run.call, action="scoring.finish_assignment", by=None, run=str(run.key))


def _keys(solution: Solution) -> list[tuple[int, int]]:
    """Its pairs as primary keys, which is what the problem was made of."""
    return [(int(sketch), int(juror)) for sketch, juror in solution.pairs]


def _metrics(data: AssignmentInput, solution: Solution) -> dict:
    """What the owner is shown about the run; ids of sketches and jurors are primary keys."""
    return {
        "sketches": len(data.sketches),
        "jurors": len(data.jurors),
        "pairs": len(solution.pairs),
        "conflicts": len(data.conflicts),
        "undeclared": data.undeclared,
        "total": round(solution.total, 6),
        "lowest_fit": round(solution.floor, 6),
        "bound": round(solution.bound, 6),
        "gap": round(solution.gap, 6),
        "connected": solution.connected,
        "loads": {str(juror): load for juror, load in solution.loads.items()},
        "unfilled": [
            {
                "sketch": item.sketch,
                "reference": data.references[int(item.sketch)],
                "places": item.places,
                "reason": item.reason,
                "candidates": item.candidates,
                "relief": list(item.relief),
            }
            for item in solution.unfilled
        ],
        "unmet": [{"juror": item.juror, "missing": item.missing} for item in solution.unmet],
        "seconds": round(solution.seconds, 4),
    }
