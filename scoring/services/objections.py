"""Agencies' objections to jurors: making one, taking it back, and the finding.

While an objection is open the pair is not settled: the juror has left the room for that sketch. Nothing here depends on
whether the juror was given the sketch, so that no answer tells it. Locks: the call's row (shared), the juror's, the
objection's.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.models import Call, Sketch
from scoring import signals
from scoring.enums import JurorState, ObjectionState, Verdict
from scoring.models import ImpartialityDeclaration, ImpartialityReason, Juror, Objection
from scoring.selectors import impartiality, objections
from scoring.services.impartiality import void_assessment
from scoring.services.periods import hold_phase

STATEMENT_AT_MOST = 1000
# What may be objected to anew: an objection that nobody made a finding on.
AGAIN = (ObjectionState.WITHDRAWN, ObjectionState.LAPSED)


@transaction.atomic
def object_to_juror(
    *, by: User, sketch: Sketch, juror: Juror, reason: ImpartialityReason, statement: str = ""
) -> Objection:
    """Say that a published juror is not impartial to the sketch.

    A statement is asked for, and kept until the finding, where the reason does not disqualify by itself; otherwise
    none is kept. Raises NotAllowed, InvalidInput by field, Refused (outside the time; one stands already).
    """
    require("scoring.object_to_juror", by, sketch)
    now = _require_open(sketch.call)
    sketch = Sketch.objects.select_for_update(of=("self",)).select_related("call").get(pk=sketch.pk)
    seat = Juror.objects.select_for_update().filter(pk=juror.pk, call=sketch.call, state=JurorState.ACCEPTED).first()
    if seat is None:
        raise NotAllowed(_("You have no access to this."))
    if sketch.state not in impartiality.DECLARABLE_STATES:
        raise Refused(_("The sketch takes no part in the assessment."))
    statement = _checked_statement(reason, statement)
    _require_new(sketch, seat, reason)
    objection = Objection(
        juror=seat, sketch=sketch, reason=reason, statement=statement, made_by=by, made_at=now
    )  # fmt: skip
    _suspend(objection, now)
    objection.save()
    audit.record(call=sketch.call, action="scoring.object_to_juror", by=by, sketch=sketch.reference)
    return objection


def _require_open(call: Call) -> dt.datetime:
    phase, now = hold_phase(call.pk)
    if not objections.takes_objections(objections.publication_of(call), phase, now):
        raise Refused(_("Objections to jurors are not taken now."))
    return now


def _checked_statement(reason: ImpartialityReason, statement: str) -> str:
    if reason.blocks:
        return ""
    if not (statement := statement.strip()):
        raise InvalidInput({"statement": _("Say shortly what the finding should rest on.")})
    if len(statement) > STATEMENT_AT_MOST:
        raise InvalidInput({"statement": _("At most %(limit)s characters.") % {"limit": STATEMENT_AT_MOST}})
    return statement


def _require_new(sketch: Sketch, juror: Juror, reason: ImpartialityReason) -> None:
    standing = Objection.objects.filter(sketch=sketch, juror=juror).exclude(state__in=AGAIN)
    states = set(standing.exclude(state=ObjectionState.NOT_UPHELD).values_list("state", flat=True))
    if ObjectionState.OPEN in states:
        raise Refused(_("An objection to this juror is not settled yet."))
    if states or standing.filter(reason=reason).exists():
        raise Refused(_("There is a finding on this already."))


def _suspend(objection: Objection, now: dt.datetime) -> None:
    """Let the pair wait for the finding. A disqualification, or a case that waits already, stays as it is."""
    pair: dict[str, Any] = {"juror": objection.juror, "sketch": objection.sketch}
    standing = ImpartialityDeclaration.objects.select_for_update().filter(**pair).first()
    if standing is not None:
        objection.stood_verdict = standing.verdict
        objection.stood_at, objection.stood_by_id = standing.declared_at, standing.declared_by_id
        if standing.verdict != Verdict.IMPARTIAL:
            return
    waiting = {"verdict": Verdict.UNSETTLED, "reason": objection.reason, "automatic": False}
    ImpartialityDeclaration.objects.update_or_create(
        **pair, defaults=waiting | {"declared_at": now, "declared_by": None}
    )


@transaction.atomic
def withdraw_objection(*, by: User, objection: Objection) -> Objection:
    """Take an objection back that is not settled yet. Raises NotAllowed, Refused."""
    require("scoring.object_to_juror", by, objection.sketch)
    row = _lock_open(objection)
    _restore(row)
    _close(row, ObjectionState.WITHDRAWN, by)
    audit.record(call=row.sketch.call, action="scoring.withdraw_objection", by=by, sketch=row.sketch.reference)
    return row


@transaction.atomic
def settle_objection(*, by: User, objection: Objection, upheld: bool) -> Objection:
    """The finding. Upheld, it is a disqualification like any other: what the juror began is voided, and kept.

    Nobody settles an objection to themselves, or one about a sketch they have left the room for. Raises NotAllowed,
    Refused.
    """
    call = objection.sketch.call
    require("scoring.settle_impartiality", by, call)
    if objection.juror.user_id == by.pk or impartiality.is_kept_out(by, objection.sketch):
        raise NotAllowed(_("You have no access to this."))
    row = _lock_open(objection)
    if upheld:
        _disqualify(row, by)
    else:
        _restore(row, found_by=by)
    _close(row, ObjectionState.UPHELD if upheld else ObjectionState.NOT_UPHELD, by)
    signals.objection_settled.send(sender=Objection, objection=row)
    audit.record(
        call=call,
        action="scoring.settle_objection",
        by=by,
        juror=row.juror_id,
        sketch=row.sketch.reference,
        upheld=upheld,
    )
    return row


@transaction.atomic
def lapse_objections(*, among: QuerySet[Objection]) -> int:
    """Close those that nobody needs a finding on any more, because the juror or the sketch is out."""
    rows = list(among.filter(state=ObjectionState.OPEN).select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        _restore(row)
        _close(row, ObjectionState.LAPSED, None)
    return len(rows)


def _lock_open(objection: Objection) -> Objection:
    """The open objection, with the locks in the order of those who declare and of those who complete."""
    hold_phase(objection.sketch.call_id)
    Juror.objects.select_for_update().get(pk=objection.juror_id)
    related = ("juror__user", "sketch__call", "reason")
    row = Objection.objects.select_for_update(of=("self",)).select_related(*related).get(pk=objection.pk)
    if row.state != ObjectionState.OPEN:
        raise Refused(_("There is nothing to settle here."))
    return row


def _close(row: Objection, state: ObjectionState, by: User | None) -> None:
    """The story goes; the code and the outcome stay."""
    row.state, row.statement, row.closed_by, row.closed_at = state, "", by, clock.database_now()
    row.save(update_fields=["state", "statement", "closed_by", "closed_at"])


def _declaration_of(row: Objection) -> ImpartialityDeclaration | None:
    rows = ImpartialityDeclaration.objects.select_for_update()
    return rows.filter(juror_id=row.juror_id, sketch_id=row.sketch_id).first()


def _disqualify(row: Objection, by: User) -> None:
    standing = _declaration_of(row)
    if standing is None or standing.verdict != Verdict.DISQUALIFIED:
        finding = {"verdict": Verdict.DISQUALIFIED, "reason": row.reason, "automatic": False}
        ImpartialityDeclaration.objects.update_or_create(
            juror_id=row.juror_id,
            sketch_id=row.sketch_id,
            defaults=finding | {"declared_at": clock.database_now(), "declared_by": by},
        )
    void_assessment(juror_id=row.juror_id, sketch_id=row.sketch_id)


def _restore(row: Objection, *, found_by: User | None = None) -> None:
    """Bring back what stood before, unless the juror or the system has disqualified meanwhile.

    A case of the juror's own that waited already is settled by the same finding, and waits on without one.
    """
    standing = _declaration_of(row)
    if standing is None or standing.verdict != Verdict.UNSETTLED:
        return
    if not row.stood_verdict:
        standing.delete()
        return
    if row.stood_verdict == Verdict.IMPARTIAL:
        standing.declared_at, standing.declared_by_id = row.stood_at, row.stood_by_id  # type: ignore[assignment]
    elif found_by is not None:
        standing.declared_at, standing.declared_by = clock.database_now(), found_by
    else:
        return
    standing.verdict, standing.reason = Verdict.IMPARTIAL, None
    standing.save(update_fields=["verdict", "reason", "declared_at", "declared_by"])
