"""Impartiality: what the system finds by itself, what jurors declare, and what the jury chair settles.

A juror who is disqualified has left the room: no sketch, no count, no average, whatever else the person may be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.enums import Phase
from competition.models import Call, Sketch
from scoring.enums import AssessmentState, Verdict
from scoring.models import Assessment, ImpartialityDeclaration, ImpartialityReason, Juror
from scoring.selectors import impartiality as selectors
from scoring.services.criteria import in_every_language, read_data
from scoring.services.periods import hold_phase

SAME_EMPLOYER = "employer"
OWN_SKETCH = "wrote_sketch"
# Until the assessment is completed a recusal changes what is computed; afterwards it is the secretary's to handle.
DECLARING_PHASES = (Phase.FORMAL_CHECK, Phase.ASSESSMENT)


@dataclass(frozen=True)
class DeclarationInput:
    """What a juror says about one sketch. `reason` is needed unless the verdict is impartial."""

    sketch: Sketch
    verdict: str
    reason: ImpartialityReason | None = None


def ensure_impartiality_reasons(*, model: type[ImpartialityReason] = ImpartialityReason) -> int:
    """Add the reasons of templates_data/impartiality.json that are not there yet. Returns how many were added.

    Rows that exist are left as they are: the owner may have adapted them. `model` lets a migration pass its own.
    """
    known = set(model.objects.values_list("code", flat=True))
    new = [
        model(
            code=entry["code"],
            order=entry["order"],
            blocks=entry["blocks"],
            references=entry["references"],
            **in_every_language("text", entry["text"]),
        )
        for entry in read_data("impartiality")
        if entry["code"] not in known
    ]
    model.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def block_automatically(*, call: Call, jurors: Iterable[Juror] | None = None) -> int:
    """Disqualify jurors whose employer, or an organisation they belong to, stands behind a sketch, and authors.

    Safe to repeat. An earlier “impartial” gives way, and what was begun is voided. Returns the number of new blocks.
    """
    found = selectors.automatic_conflicts(call, jurors)
    if not found:
        return 0
    reasons = {reason.code: reason for reason in ImpartialityReason.objects.filter(code__in=set(found.values()))}
    standing = {(d.juror_id, d.sketch_id): d for d in ImpartialityDeclaration.objects.filter(juror__call=call)}
    now = clock.database_now()
    new = [
        ImpartialityDeclaration(
            juror_id=juror_id,
            sketch_id=sketch_id,
            verdict=Verdict.DISQUALIFIED,
            reason=reasons[code],
            automatic=True,
            declared_at=now,
        )
        for (juror_id, sketch_id), code in sorted(found.items())
        if getattr(standing.get((juror_id, sketch_id)), "verdict", None) != Verdict.DISQUALIFIED
    ]
    ImpartialityDeclaration.objects.bulk_create(
        new,
        update_conflicts=True,
        unique_fields=["juror", "sketch"],
        update_fields=["verdict", "reason", "automatic", "declared_at", "declared_by"],
    )
    for declaration in new:
        void_assessment(juror_id=declaration.juror_id, sketch_id=declaration.sketch_id)
    if new:
        audit.record(call=call, action="scoring.block_automatically", by=None, blocks=len(new))
    return len(new)


@transaction.atomic
def declare(
    *, by: User, juror: Juror, sketch: Sketch, verdict: str, reason: ImpartialityReason | None = None
) -> ImpartialityDeclaration:
    """Declare for one sketch. A recusal in the middle voids the assessment and keeps its history.

    Raises NotAllowed, InvalidInput (no reason), Refused (outside the period; a block that is not the juror's to lift).
    """
    return declare_many(by=by, juror=juror, declarations=[DeclarationInput(sketch, verdict, reason)])[0]


@transaction.atomic
def declare_many(*, by: User, juror: Juror, declarations: list[DeclarationInput]) -> list[ImpartialityDeclaration]:
    """Declare for several sketches at once, all or none. Errors are keyed by the sketch's reference."""
    require("scoring.act_as_juror", by, juror)
    phase, now = hold_phase(juror.call_id)
    if phase not in DECLARING_PHASES:
        raise Refused(_("Declarations can be made from the deadline until the assessment is completed."))
    juror = Juror.objects.select_for_update().select_related("call").get(pk=juror.pk)
    open_to_declare = set(selectors.sketches_to_declare(juror.call).values_list("pk", flat=True))
    standing = {d.sketch_id: d for d in juror.declarations.all()}
    errors, changed = {}, []
    for entry in declarations:
        if entry.sketch.pk not in open_to_declare:
            raise NotAllowed(_("You have no access to this."))
        problem = _problem(entry, standing.get(entry.sketch.pk))
        if problem:
            errors[entry.sketch.reference] = problem
        elif not _says_the_same(entry, standing.get(entry.sketch.pk)):
            changed.append(entry)
    if errors:
        raise InvalidInput(errors)
    result = [_write(juror, entry, by, now) for entry in changed]
    if result:
        audit.record(call=juror.call, action="scoring.declare", by=by, juror=juror.pk, sketches=len(result))
    unchanged = [standing[entry.sketch.pk] for entry in declarations if entry not in changed]
    return result + unchanged


@transaction.atomic
def settle(*, by: User, declaration: ImpartialityDeclaration, verdict: str) -> ImpartialityDeclaration:
    """The finding on a case that the reason alone does not decide. Nobody settles a case of their own."""
    call = declaration.juror.call
    require("scoring.settle_impartiality", by, call)
    if declaration.juror.user_id == by.pk or selectors.is_kept_out(by, declaration.sketch):
        raise NotAllowed(_("You have no access to this."))
    declaration = ImpartialityDeclaration.objects.select_for_update().get(pk=declaration.pk)
    waits = selectors.unsettled(call).filter(pk=declaration.pk).exists()
    if not waits or verdict not in (Verdict.IMPARTIAL, Verdict.DISQUALIFIED):
        raise Refused(_("There is nothing to settle here."))
    declaration.verdict = verdict
    declaration.declared_at = clock.database_now()
    declaration.declared_by = by
    if verdict == Verdict.IMPARTIAL:
        declaration.reason = None
    else:
        void_assessment(juror_id=declaration.juror_id, sketch_id=declaration.sketch_id)
    declaration.save(update_fields=["verdict", "declared_at", "declared_by", "reason"])
    audit.record(
        call=call,
        action="scoring.settle_impartiality",
        by=by,
        juror=declaration.juror_id,
        sketch=declaration.sketch.reference,
        verdict=str(verdict),
    )
    return declaration


def void_assessment(*, juror_id: int, sketch_id: int) -> int:
    """Take a juror's work on a sketch out of the count. The row and its grades stay, as history."""
    return (
        Assessment.objects.standing()
        .filter(juror_id=juror_id, sketch_id=sketch_id)
        .update(state=AssessmentState.VOID, finalised_at=None)
    )


def _effective_verdict(entry: DeclarationInput) -> str:
    """A reason that does not disqualify by itself leaves the case to the jury chair."""
    if entry.verdict != Verdict.IMPARTIAL and entry.reason is not None and not entry.reason.blocks:
        return Verdict.UNSETTLED
    return entry.verdict


def _says_the_same(entry: DeclarationInput, standing: ImpartialityDeclaration | None) -> bool:
    if standing is None:
        return False
    return standing.verdict == _effective_verdict(entry) and standing.reason_id == getattr(entry.reason, "pk", None)


def _problem(entry: DeclarationInput, standing: ImpartialityDeclaration | None):
    """What stands against one declaration, or None."""
    if entry.verdict not in (Verdict.IMPARTIAL, Verdict.DISQUALIFIED):
        return _("Choose one of the answers.")
    if entry.verdict == Verdict.IMPARTIAL:
        if entry.reason is not None:
            return _("An impartial juror gives no reason.")
        if standing is not None and standing.verdict != Verdict.IMPARTIAL:
            return _("This cannot be taken back here. Ask the jury secretary or the jury chair.")
        return None
    if standing is not None and standing.verdict == Verdict.DISQUALIFIED:
        return None if _says_the_same(entry, standing) else _("You are disqualified here already.")
    return None if entry.reason is not None else _("Choose the reason why you are not impartial.")


def _write(juror: Juror, entry: DeclarationInput, by: User, now) -> ImpartialityDeclaration:
    verdict = _effective_verdict(entry)
    declaration, _created = ImpartialityDeclaration.objects.update_or_create(
        juror=juror,
        sketch=entry.sketch,
        defaults={
            "verdict": verdict,
            "reason": entry.reason,
            "automatic": False,
            "declared_at": now,
            "declared_by": by,
        },
    )
    if verdict == Verdict.DISQUALIFIED:
        void_assessment(juror_id=juror.pk, sketch_id=entry.sketch.pk)
    return declaration
