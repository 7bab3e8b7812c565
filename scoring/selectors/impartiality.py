"""Reads about impartiality."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from competition.enums import SketchState
from competition.models import Call, Sketch
from scoring.enums import JurorRole, JurorState, ObjectionState, Verdict
from scoring.models import ImpartialityDeclaration, ImpartialityReason, Juror, LapsedDeclaration, Objection
from scoring.selectors import people
from scoring.selectors.ties import Party, parties_of

DECLARABLE_STATES = (SketchState.SUBMITTED, SketchState.ADMITTED)


@dataclass(frozen=True)
class DeclarationRow:
    """One sketch as a juror sees it before having declared: title, applicant and partners, nothing more.

    `added`: those who have come to stand behind it since the juror declared, so that the juror is asked again. `seen`:
    a digest of who stands there, which comes back with the answer.
    """

    sketch: Sketch
    title: str
    organisations: list[str]
    declaration: ImpartialityDeclaration | None
    added: list[str] = field(default_factory=list)
    seen: str = ""

    @property
    def reason(self) -> str:
        """Why the juror is kept out; empty while somebody else's objection is not settled, which is not theirs."""
        declaration = self.declaration
        if declaration is None or declaration.reason is None:
            return ""
        is_told = declaration.automatic or declaration.declared_by_id is not None
        return declaration.reason.text if is_told else ""

    @property
    def language(self) -> str:
        return self.sketch.language

    @property
    def is_locked(self) -> bool:
        """Whether the juror can no longer answer here: found by the system, declared, or waiting for the chair."""
        return self.declaration is not None and self.declaration.verdict != Verdict.IMPARTIAL


def reasons() -> QuerySet[ImpartialityReason]:
    return ImpartialityReason.objects.order_by("order", "pk")


def sketches_to_declare(call: Call) -> QuerySet[Sketch]:
    """What jurors declare for: everything handed in and neither taken back nor dismissed."""
    return Sketch.objects.filter(call=call, state__in=DECLARABLE_STATES).order_by("reference")


def declaration_rows(juror: Juror) -> list[DeclarationRow]:
    """All sketches of the call for the juror's one page of declarations. Five queries at any length."""
    standing = {d.sketch_id: d for d in juror.declarations.select_related("reason")}
    before = {lapsed.sketch_id: lapsed for lapsed in LapsedDeclaration.objects.filter(juror=juror)}
    parties = parties_of(juror.call)
    sketches = sketches_to_declare(juror.call).select_related("current_version").only(*ROW_FIELDS)
    return [
        DeclarationRow(
            sketch=sketch,
            title=sketch.current_version.title if sketch.current_version else "",
            organisations=list(parties[sketch.pk].known_as.values()),
            declaration=standing.get(sketch.pk),
            added=_added(parties[sketch.pk], before[sketch.pk].known_parties) if sketch.pk in before else [],
            seen=digest_of(parties[sketch.pk]),
        )
        for sketch in sketches
    ]


ROW_FIELDS = ("reference", "language", "state", "call", "current_version__title")


def _added(party: Party, known: dict[str, str]) -> list[str]:
    return [name for key, name in party.known_as.items() if key not in known]


def digest_of(party: Party) -> str:
    """Changes with who stands behind a sketch; short, because a page carries one for each."""
    return hashlib.sha256("\n".join(sorted(party.known_as)).encode()).hexdigest()[:8]


def undeclared_count(juror: Juror) -> int:
    """How many sketches the juror has not answered for."""
    return sketches_to_declare(juror.call).exclude(declarations__juror=juror).count()


def unsettled(call: Call) -> QuerySet[ImpartialityDeclaration]:
    """Cases that wait for the jury chair's finding, without those that the finding on an objection settles."""
    objected = Objection.objects.filter(juror=OuterRef("juror"), sketch=OuterRef("sketch"), state=ObjectionState.OPEN)
    return ImpartialityDeclaration.objects.filter(
        ~Exists(objected), juror__call=call, juror__state=JurorState.ACCEPTED, verdict=Verdict.UNSETTLED
    ).select_related("juror__user", "juror__call", "sketch__organisation", "reason")


def unsettled_for(user, call: Call) -> list[ImpartialityDeclaration]:
    """Cases the chair may settle: nobody's own, and none where the chair has left the room."""
    if not people.has_seat(user, call, roles=(JurorRole.CHAIR,)):
        return []
    kept_out = left_rooms(user, call)
    return [case for case in unsettled(call).exclude(juror__user=user) if case.sketch_id not in kept_out]


def left_rooms(user, call: Call) -> set[int]:
    """The call's sketches that the user is kept out of as a juror."""
    declared = ImpartialityDeclaration.objects.filter(juror__user=user, juror__call=call)
    return set(declared.exclude(verdict=Verdict.IMPARTIAL).values_list("sketch_id", flat=True))


def get_unsettled_for(user, call: Call, pk: int) -> ImpartialityDeclaration:
    """One of the chair's cases. Raises Http404, also for the chair's own and where the chair has left the room."""
    case = next((case for case in unsettled_for(user, call) if case.pk == pk), None)
    if case is None:
        raise Http404
    return case


def is_kept_out(user, sketch: Sketch) -> bool:
    return people.is_disqualified(user, sketch)


def jurors_asked_again(call: Call) -> QuerySet:
    """Keys of the jurors for whom a declaration has lapsed that they have not made anew."""
    made_anew = ImpartialityDeclaration.objects.filter(juror=OuterRef("juror"), sketch=OuterRef("sketch"))
    lapsed = LapsedDeclaration.objects.filter(~Exists(made_anew), juror__call=call)
    return lapsed.values_list("juror", flat=True).distinct().order_by()


def calls_to_review(*, user: User | None = None) -> QuerySet[Call]:
    """Calls past their deadline whose assessment is not completed, in whose jury anybody, or the person, sits."""
    seats = Juror.objects.filter(call=OuterRef("pk"), state__in=people.SEATED_STATES)
    if user is not None:
        seats = seats.filter(user=user)
    calls = Call.objects.filter(deadline__lte=timezone.now(), assessment_completed_at=None, cancelled_at=None)
    return calls.filter(Exists(seats), archived_at=None).order_by("pk")
