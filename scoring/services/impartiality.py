"""Impartiality: what the system finds by itself, what jurors declare, and what the jury chair settles.

A juror who is disqualified has left the room: no sketch, no count, no average, whatever else the person may be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
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
from scoring.selectors.ties import REASON_OF, automatic_conflicts, parties_of
from scoring.services.criteria import in_every_language, read_data
from scoring.services.periods import hold_phase

FINDING_AT_MOST = 2000
# Until the assessment is completed a recusal changes what is computed; afterwards it is the secretary's to handle.
DECLARING_PHASES = (Phase.FORMAL_CHECK, Phase.ASSESSMENT)


@dataclass(frozen=True)
class DeclarationInput:
    """What a juror says about one sketch. `reason` is needed unless the verdict is impartial.

    `seen`: digest of those whom the juror saw behind it; where others stand there now, the answer is not taken.
    """

    sketch: Sketch
    verdict: str
    reason: ImpartialityReason | None = None
    seen: str = ""


@dataclass(frozen=True)
class Declared:
    """`declarations`: as they stand now, of everything that could be kept. `problems`: reference -> why not."""

    declarations: list[ImpartialityDeclaration]
    problems: dict[str, str | Promise]


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
    """Disqualify jurors from the sketches that the registers tie them to (see scoring.selectors.ties).

    Safe to repeat. An earlier “impartial” gives way, and what was begun is voided; but what counts in a completed
    assessment stays, for the owner to judge (`late_ties`). The log names the source of each block. Returns the number
    of new blocks.
    """
    found = automatic_conflicts(call, jurors)
    if not found:
        return 0
    declared = ImpartialityDeclaration.objects.filter(juror__call=call)
    out = set(declared.filter(verdict=Verdict.DISQUALIFIED).values_list("juror", "sketch"))
    if call.assessment_completed_at is not None:
        out |= set(Assessment.objects.final().filter(juror__call=call).values_list("juror", "sketch"))
    new = {pair: source for pair, source in sorted(found.items()) if pair not in out}
    if not new:
        return 0
    reasons = {reason.code: reason for reason in ImpartialityReason.objects.filter(code__in=set(REASON_OF.values()))}
    now = clock.database_now()
    ImpartialityDeclaration.objects.bulk_create(
        [
            ImpartialityDeclaration(
                juror_id=juror_id,
                sketch_id=sketch_id,
                verdict=Verdict.DISQUALIFIED,
                reason=reasons[REASON_OF[source]],
                automatic=True,
                source=source,
                declared_at=now,
            )
            for (juror_id, sketch_id), source in new.items()
        ],
        update_conflicts=True,
        unique_fields=["juror", "sketch"],
        update_fields=["verdict", "reason", "automatic", "source", "declared_at", "declared_by"],
    )
    for juror_id, sketch_id in new:
        void_assessment(juror_id=juror_id, sketch_id=sketch_id)
    references = dict(Sketch.objects.filter(pk__in={sketch for _juror, sketch in new}).values_list("pk", "reference"))
    told = [{"juror": pair[0], "sketch": references[pair[1]], "source": str(new[pair])} for pair in new]
    audit.record(call=call, action="scoring.block_automatically", by=None, blocks=len(new), ties=told)
    return len(new)


@transaction.atomic
def declare(
    *, by: User, juror: Juror, sketch: Sketch, verdict: str, reason: ImpartialityReason | None = None
) -> ImpartialityDeclaration:
    """Declare for one sketch. A recusal in the middle voids the assessment and keeps its history.

    Raises NotAllowed, InvalidInput (no reason), Refused (outside the period; a block that is not the juror's to lift).
    """
    declared = declare_many(by=by, juror=juror, declarations=[DeclarationInput(sketch, verdict, reason)])
    if declared.problems:
        raise InvalidInput(declared.problems)
    return declared.declarations[0]


@transaction.atomic
def declare_many(*, by: User, juror: Juror, declarations: list[DeclarationInput]) -> Declared:
    """Declare for several sketches at once. What cannot be kept is told, and keeps nothing else from being kept.

    Ties that the registers show by now go before what is said. Raises NotAllowed (also for a sketch that is not the
    juror's to declare for), Refused (outside the period).
    """
    require("scoring.act_as_juror", by, juror)
    phase, now = hold_phase(juror.call_id)
    if phase not in DECLARING_PHASES:
        raise Refused(_("Declarations can be made from the deadline until the assessment is completed."))
    juror = Juror.objects.select_for_update(of=("self",)).select_related("call").get(pk=juror.pk)
    open_to_declare = set(selectors.sketches_to_declare(juror.call).values_list("pk", flat=True))
    if not {entry.sketch.pk for entry in declarations} <= open_to_declare:
        raise NotAllowed(_("You have no access to this."))
    block_automatically(call=juror.call, jurors=[juror])
    standing = {d.sketch_id: d for d in juror.declarations.all()}
    parties = parties_of(juror.call)
    problems: dict[str, str | Promise] = {}
    changed, unchanged = [], []
    for entry in declarations:
        stands = standing.get(entry.sketch.pk)
        problem = _problem(entry, stands, selectors.digest_of(parties[entry.sketch.pk]))
        if problem:
            problems[entry.sketch.reference] = problem
        elif stands is not None and _says_the_same(entry, stands):
            unchanged.append(stands)
        else:
            changed.append(entry)
    result = [_write(juror, entry, by, now, parties[entry.sketch.pk].known_as) for entry in changed]
    if result:
        audit.record(call=juror.call, action="scoring.declare", by=by, juror=juror.pk, sketches=len(result))
    return Declared(result + unchanged, problems)


@transaction.atomic
def settle(
    *, by: User, declaration: ImpartialityDeclaration, verdict: str, finding: str = ""
) -> ImpartialityDeclaration:
    """The finding on a case that the reason alone does not decide, with what it rests on. Nobody settles a case of
    their own. Raises NotAllowed, Refused, InvalidInput (finding).
    """
    call = declaration.juror.call
    require("scoring.settle_impartiality", by, call)
    if declaration.juror.user_id == by.pk or selectors.is_kept_out(by, declaration.sketch):
        raise NotAllowed(_("You have no access to this."))
    declaration = ImpartialityDeclaration.objects.select_for_update().get(pk=declaration.pk)
    waits = selectors.unsettled(call).filter(pk=declaration.pk).exists()
    if not waits or verdict not in (Verdict.IMPARTIAL, Verdict.DISQUALIFIED):
        raise Refused(_("There is nothing to settle here."))
    declaration.verdict, declaration.finding = verdict, _checked_finding(finding)
    declaration.declared_at = clock.database_now()
    declaration.declared_by = by
    if verdict == Verdict.IMPARTIAL:
        declaration.reason = None
    else:
        void_assessment(juror_id=declaration.juror_id, sketch_id=declaration.sketch_id)
    declaration.save(update_fields=["verdict", "finding", "declared_at", "declared_by", "reason"])
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


def _checked_finding(finding: str) -> str:
    finding = finding.replace("\x00", "").strip()
    if len(finding) > FINDING_AT_MOST:
        raise InvalidInput({"finding": _("At most %(limit)s characters.") % {"limit": FINDING_AT_MOST}})
    return finding


def _effective_verdict(entry: DeclarationInput) -> str:
    """A reason that does not disqualify by itself leaves the case to the jury chair."""
    if entry.verdict != Verdict.IMPARTIAL and entry.reason is not None and not entry.reason.blocks:
        return Verdict.UNSETTLED
    return entry.verdict


def _says_the_same(entry: DeclarationInput, standing: ImpartialityDeclaration) -> bool:
    return standing.verdict == _effective_verdict(entry) and standing.reason_id == getattr(entry.reason, "pk", None)


def _problem(entry: DeclarationInput, standing: ImpartialityDeclaration | None, digest: str):
    """What stands against one declaration, or None. `digest`: of those behind the sketch now."""
    if entry.verdict not in (Verdict.IMPARTIAL, Verdict.DISQUALIFIED):
        return _("Choose one of the answers.")
    if entry.verdict == Verdict.IMPARTIAL:
        if entry.reason is not None:
            return _("An impartial juror gives no reason.")
        if standing is not None and standing.verdict != Verdict.IMPARTIAL:
            return _("This cannot be taken back here. Ask the jury secretary or the jury chair.")
        if entry.seen and entry.seen != digest:
            return _("Who stands behind this sketch has changed since you opened the page. Look once more.")
        return None
    if standing is not None and standing.verdict == Verdict.DISQUALIFIED:
        return None if _says_the_same(entry, standing) else _("You are disqualified here already.")
    return None if entry.reason is not None else _("Choose the reason why you are not impartial.")


def _write(juror: Juror, entry: DeclarationInput, by: User, now, known: dict[str, str]) -> ImpartialityDeclaration:
    verdict = _effective_verdict(entry)
    declaration, _created = ImpartialityDeclaration.objects.update_or_create(
        juror=juror,
        sketch=entry.sketch,
        defaults={
            "verdict": verdict,
            "reason": entry.reason,
            "automatic": False,
            "source": "",
            "known_parties": known,
            "declared_at": now,
            "declared_by": by,
        },
    )
    if verdict == Verdict.DISQUALIFIED:
        void_assessment(juror_id=juror.pk, sketch_id=entry.sketch.pk)
    return declaration
