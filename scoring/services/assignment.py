"""Who judges what: starting a run, computing it, and handing the work out."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.enums import Phase
from competition.models import Call, Sketch
from notifications.enums import LetterKind
from notifications.links import link
from notifications.services import write_letter
from scoring.assignment import Problem, ProblemError, Solution, SolverError, solve, verify
from scoring.enums import AssessmentState, AssignmentPolicy, RunState
from scoring.errors import NoSolution, NotReady, RunUnderway
from scoring.models import Assessment, AssignmentPair, AssignmentRun, Juror, PairMark
from scoring.selectors import assignment_input
from scoring.selectors.assignment_figures import figures
from scoring.selectors.assignment_findings import Finding, findings
from scoring.selectors.assignment_input import AssignmentInput
from scoring.selectors.assignment_limits import capacity_of, faults
from scoring.selectors.assignment_plan import Plan, plan_of
from scoring.selectors.assignment_problem import marks_of, pose
from scoring.selectors.fit import Fit
from scoring.selectors.repairs import changes
from scoring.services import runs
from scoring.services.assignment_record import aliased, keep
from scoring.services.impartiality import block_automatically

PROGRAM = "skisse assignment 1"
NAME_AT_MOST = 80
REASON_AT_MOST = 2000


@transaction.atomic
def start_assignment(
    *,
    by: User,
    call: Call,
    plan: Plan | None = None,
    seed: int | None = None,
    name: str = "",
    base: AssignmentRun | None = None,
    repair: bool = False,
) -> AssignmentRun:
    """Queue a draft. Its seed follows from the call unless given, so that nobody can draw until the result pleases.

    plan: what is asked, by default what the call's settings say. base: the draft that this one is made from; what is
    locked and forbidden there holds here too. repair: keep as many of the base's pairs as can be kept.
    Raises NotReady, RunUnderway, InvalidInput by field.
    """
    require("scoring.run_assignment", by, call)
    _require_assessing(call)
    plan = plan or plan_of(call)
    if repair:  # the solver repairs towards the best total
        plan = replace(plan, policy=str(AssignmentPolicy.OPTIMAL))
    capacity = capacity_of(call)
    if wrong := faults(plan, capacity):
        raise InvalidInput(wrong)
    _require_draft(call, base)
    block_automatically(call=call)
    if not capacity.sketches:
        raise NotReady(_("No sketch has been admitted yet."))
    if not capacity.loads:
        raise NotReady(_("No juror has accepted the invitation yet."))
    try:
        with transaction.atomic():
            run = AssignmentRun.objects.create(
                call=call,
                name=name.replace("\x00", "").strip()[:NAME_AT_MOST],
                base=base,
                is_repair=repair and base is not None,
                seed=seed_of(call) if seed is None else seed,
                program=PROGRAM,
                created_by=by,
                parameters=plan.parameters(),
            )
    except IntegrityError as error:
        raise RunUnderway(_("An assignment of this call is being computed. Wait until it is done.")) from error
    if base is not None:
        marks = PairMark.objects.filter(run=base).values_list("sketch", "juror", "mark")
        PairMark.objects.bulk_create(PairMark(run=run, sketch_id=s, juror_id=j, mark=mark) for s, j, mark in marks)
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
    plan = Plan.from_parameters(run.parameters)
    marks = marks_of(run)
    previous = set(run.base.pairs.values_list("sketch", "juror")) if run.base and run.is_repair else set()
    try:
        posed = pose(data, plan, marks, previous)
        problem = aliased(posed.problem, run.call)
        for note in posed.notes:
            runs.tell(run, 10, note)
        runs.tell(run, 20, _("Computing"))
        solution = solve(
            problem,
            policy=plan.policy,
            seed=run.seed,
            max_loss=plan.max_loss,
            require_connected=plan.require_connected,
            on_progress=runs.teller(run, 20, 80, _("Computing")),
        )
    except (ProblemError, SolverError) as error:
        raise NoSolution(_("The assignment cannot be computed: %(why)s") % {"why": error}) from error
    runs.tell(run, 85, _("Checking every rule"))
    broken = verify(problem, solution)
    if broken:
        raise NoSolution(_("The check refused the assignment: %(why)s") % {"why": broken[0].message})
    runs.finish(
        run,
        store=lambda row: _store(row, data, plan, problem, solution),
        input_sha256=solution.input_sha256,
        program=f"{PROGRAM}; {solution.solver}",
        metrics=figures(data, posed, _keys(solution))
        | {
            "bound": round(solution.bound, 6),
            "gap": round(solution.gap, 6),
            "optimum": round(solution.total if solution.optimum is None else solution.optimum, 6),
            "seconds": round(solution.seconds, 4),
            "not_connected": solution.not_connected,
            "repair": changes(data, marks, previous, set(_keys(solution))) if run.is_repair else [],
        },
    )


@transaction.atomic
def publish_assignment(*, by: User, run: AssignmentRun, reason: str = "") -> AssignmentRun:
    """Hand the work out and tell each juror once. Work that is begun or sent is never touched.

    Any finished draft may be chosen while it still holds. reason: why, where it leaves something to be desired.
    Raises NotReady when the run is not done or breaks a rule as things are now, InvalidInput without a needed reason.
    """
    require("scoring.run_assignment", by, run.call)
    call = Call.objects.select_for_update().get(pk=run.call_id)
    run = AssignmentRun.objects.select_for_update().get(pk=run.pk)
    if run.published_at is not None:
        return run
    _require_assessing(call)
    if run.state != RunState.DONE:
        raise NotReady(_("This assignment is not computed yet."))
    data = assignment_input.load(call)
    pairs = set(run.pairs.values_list("sketch", "juror"))
    found = findings(run, data, pairs)
    _require_sound(found)
    reason = reason.replace("\x00", "").strip()[:REASON_AT_MOST]
    if not reason and any(finding.asks_reason for finding in found):
        raise InvalidInput({"reason": _("Say why it is published although it leaves something to be desired.")})
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
    run.published_at, run.published_by, run.publish_reason = clock.database_now(), by, reason
    run.save(update_fields=["published_at", "published_by", "publish_reason"])
    _tell_jurors(run, call, data, [juror for _sketch, juror in new])
    audit.record(call=call, action="scoring.publish_assignment", by=by, run=str(run.key), assessments=len(new))
    return run


def _require_assessing(call: Call) -> None:
    if call.phase_at(clock.database_now()) != Phase.ASSESSMENT:
        raise NotReady(_("Sketches are assigned after the formal check and before the assessment is completed."))


def _require_draft(call: Call, base: AssignmentRun | None) -> None:
    if base is not None and (base.call_id != call.pk or base.state != RunState.DONE):
        raise NotReady(_("A draft can only be made from one that is computed."))


def _require_sound(found: list[Finding]) -> None:
    broken = [finding for finding in found if finding.hard]
    if broken:
        raise NotReady(
            ngettext(
                "This draft no longer holds: %(first)s Repair it, or change it by hand.",
                "This draft no longer holds in %(count)d places. The first: %(first)s Repair it, or change it by hand.",
                len(broken),
            )
            % {"count": len(broken), "first": broken[0].text}
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


def _store(run: AssignmentRun, data: AssignmentInput, plan: Plan, problem: Problem, solution: Solution) -> None:
    keep(run, problem)
    fit = data.fit(plan.weights)
    AssignmentPair.objects.bulk_create(new_pair(run, data, fit, pair) for pair in _keys(solution))
    audit.record(call=run.call, action="scoring.finish_assignment", by=None, run=str(run.key))


def new_pair(run: AssignmentRun, data: AssignmentInput, fit: Fit, pair: tuple[int, int]) -> AssignmentPair:
    """A pair with the terms that made it, not stored yet."""
    return AssignmentPair(
        run=run,
        sketch_id=pair[0],
        juror_id=pair[1],
        affinity=fit.affinity(*pair),
        terms={"topics": fit.topics(*pair), "parts": fit.parts(*pair), "kept": pair in data.standing},
    )


def _keys(solution: Solution) -> list[tuple[int, int]]:
    """Its pairs as primary keys, which is what the problem was made of."""
    return [(int(sketch), int(juror)) for sketch, juror in solution.pairs]
