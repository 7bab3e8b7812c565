"""Changing a draft by hand: one pair at a time, with a reason, checked and measured anew before it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.selectors.vetoes import without_vetoed
from scoring.assignment import ProblemError, verify_pairs
from scoring.enums import EditKind, Mark, RunState
from scoring.errors import NotReady
from scoring.models import AssignmentEdit, AssignmentPair, AssignmentRun, PairMark
from scoring.selectors import assignment_input
from scoring.selectors.assignment_figures import figures
from scoring.selectors.assignment_input import AssignmentInput
from scoring.selectors.assignment_plan import Plan
from scoring.selectors.assignment_problem import Marks, Posed, marks_of, pose
from scoring.services.assignment import new_pair

REASON_AT_MOST = 500
# What the independent check may say of a draft under way, because the next change may put it right. Publishing waits.
MAY_STAND = {"load_max", "group_most", "group_least", "demand", "locked"}
NEEDS_REASON = {EditKind.ADD, EditKind.REMOVE, EditKind.SWAP, EditKind.FORBID}


@dataclass
class _Desk:
    """A draft under change: what is known now, its pairs (sketch, juror), and its marks."""

    run: AssignmentRun
    data: AssignmentInput
    plan: Plan
    pairs: set[tuple[int, int]]
    marks: Marks

    def add(self, sketch: int, juror: int) -> None:
        pair = (sketch, juror)
        if pair in self.pairs:
            raise InvalidInput({"juror": _("This juror is on the sketch already.")})
        if juror not in self.data.jurors:
            raise InvalidInput({"juror": _("This juror does not serve.")})
        if pair in self.data.conflicts:
            raise InvalidInput({"juror": _("This juror may not judge the sketch: a conflict of interest.")})
        if pair in self.marks.forbidden:
            raise InvalidInput({"juror": _("This juror is forbidden on the sketch. Allow it first.")})
        self.pairs.add(pair)

    def remove(self, sketch: int, juror: int) -> None:
        pair = (sketch, juror)
        if pair not in self.pairs:
            raise InvalidInput({"juror": _("This juror is not on the sketch any more.")})
        if pair in self.data.begun and pair not in self.data.conflicts:
            raise InvalidInput({"juror": _("This juror has begun the sketch. What is begun stays.")})
        if pair in self.marks.locked:
            raise InvalidInput({"juror": _("This juror is locked on the sketch. Unlock it first.")})
        self.pairs.remove(pair)

    def lock(self, sketch: int, juror: int) -> None:
        if (sketch, juror) not in self.pairs:
            raise InvalidInput({"juror": _("This juror is not on the sketch any more.")})
        self.marks.locked.add((sketch, juror))

    def unlock(self, sketch: int, juror: int) -> None:
        self.marks.locked.discard((sketch, juror))

    def forbid(self, sketch: int, juror: int) -> None:
        """Whoever is on the sketch leaves it."""
        if (sketch, juror) in self.pairs:
            self.remove(sketch, juror)
        self.marks.forbidden.add((sketch, juror))

    def allow(self, sketch: int, juror: int) -> None:
        self.marks.forbidden.discard((sketch, juror))


@transaction.atomic
def edit_draft(
    *, by: User, run: AssignmentRun, kind: str, sketch: int, juror: int, replaced: int | None = None, reason: str = ""
) -> AssignmentEdit:
    """Change one pair of a draft. kind: an EditKind; in a swap `juror` takes the place of `replaced`.

    A conflict, a forbidden pair and work that is begun are refused; a load or a rule about groups may be broken for
    the moment, which the draft then says, and which keeps it from being published.
    Raises NotAllowed, NotReady (not a draft), InvalidInput by field (juror, reason, sketch, kind).
    """
    require("scoring.run_assignment", by, run.call)
    if kind not in EditKind.values:
        raise InvalidInput({"kind": _("Choose what to do.")})
    reason = " ".join(reason.replace("\x00", "").split())
    if kind in NEEDS_REASON and not reason:
        raise InvalidInput({"reason": _("Say why. The reason is kept with the assignment.")})
    if len(reason) > REASON_AT_MOST:
        raise InvalidInput({"reason": _("At most %(most)d characters.") % {"most": REASON_AT_MOST}})
    run = AssignmentRun.objects.select_for_update(of=("self",)).select_related("call").get(pk=run.pk)
    if run.state != RunState.DONE or run.published_at is not None:
        raise NotReady(_("Only a draft that is computed and not published can be changed."))
    desk = _open(run)
    _require_seen(by, desk, sketch)
    before, marked = set(desk.pairs), Marks(set(desk.marks.locked), set(desk.marks.forbidden))
    if kind == EditKind.SWAP:
        _swap(desk, sketch, juror, replaced)
    else:
        acts: dict[str, Callable[[int, int], None]] = {
            EditKind.ADD: desk.add,
            EditKind.REMOVE: desk.remove,
            EditKind.LOCK: desk.lock,
            EditKind.UNLOCK: desk.unlock,
            EditKind.FORBID: desk.forbid,
            EditKind.ALLOW: desk.allow,
        }
        acts[kind](sketch, juror)
    _store(desk, before, marked)
    edit = AssignmentEdit.objects.create(
        run=run, kind=kind, sketch_id=sketch, juror_id=juror, reason=reason, by=by, at=clock.database_now(),
        replaced_id=replaced if kind == EditKind.SWAP else None,
    )  # fmt: skip
    reference = desk.data.references.get(sketch, "")
    audit.record(
        call=run.call, action="scoring.edit_assignment", by=by, run=str(run.key), kind=str(kind), sketch=reference
    )
    return edit


def _open(run: AssignmentRun) -> _Desk:
    return _Desk(
        run=run,
        data=assignment_input.load(run.call),
        plan=Plan.from_parameters(run.parameters),
        pairs=set(run.pairs.values_list("sketch", "juror")),
        marks=marks_of(run),
    )


def _require_seen(by: User, desk: _Desk, sketch: int) -> None:
    """A sketch that takes no part any more can still be taken out of the draft; one behind a veto is not there."""
    known = sketch in desk.data.sketches or any(sketch == of for of, _juror in desk.pairs)
    seen = without_vetoed(desk.run.call.sketches.filter(pk=sketch), by).exists()
    if not known or not seen:
        raise InvalidInput({"sketch": _("This sketch is not part of the assignment.")})


def _swap(desk: _Desk, sketch: int, juror: int, replaced: int | None) -> None:
    if replaced is None or replaced == juror:
        raise InvalidInput({"juror": _("Choose who takes the place.")})
    desk.remove(sketch, replaced)
    desk.add(sketch, juror)


def _store(desk: _Desk, before: set[tuple[int, int]], marked: Marks) -> None:
    """Pairs and marks as they are now, and the figures; the figures of what was computed stay beside them."""
    run = desk.run
    posed = _checked(desk)
    for sketch, juror in before - desk.pairs:
        AssignmentPair.objects.filter(run=run, sketch=sketch, juror=juror).delete()
    fit, made = desk.data.fit(desk.plan.weights), []
    for pair in sorted(desk.pairs - before):
        made.append(new_pair(run, desk.data, fit, pair))
        made[-1].by_hand = True
    AssignmentPair.objects.bulk_create(made)
    for mark, old, new in (
        (Mark.LOCKED, marked.locked, desk.marks.locked),
        (Mark.FORBIDDEN, marked.forbidden, desk.marks.forbidden),
    ):
        for sketch, juror in old - new:
            PairMark.objects.filter(run=run, sketch=sketch, juror=juror).delete()
        PairMark.objects.bulk_create(
            PairMark(run=run, sketch_id=sketch, juror_id=juror, mark=mark) for sketch, juror in new - old
        )
    computed = run.metrics.get("computed") or {name: run.metrics.get(name) for name in ("total", "lowest_fit", "pairs")}
    run.metrics = run.metrics | figures(desk.data, posed, desk.pairs) | {"computed": computed, "by_hand": True}
    run.save(update_fields=["metrics"])


def _checked(desk: _Desk) -> Posed:
    """Raises NotReady where the independent check finds what no next change by hand should have to put right."""
    try:
        posed = pose(desk.data, desk.plan, desk.marks)
    except ProblemError as error:
        raise NotReady(_("The rules cannot all hold: %(why)s") % {"why": error}) from error
    known = {pair for pair in desk.pairs if pair[0] in desk.data.sketches and pair[1] in desk.data.jurors}
    sound = known - desk.data.conflicts  # what has become impossible since is told on the page, and taken out there
    for violation in verify_pairs(posed.problem, sorted(sound)):
        if violation.code not in MAY_STAND:
            raise NotReady(_("The independent check says: %(what)s.") % {"what": violation.message})
    return posed
