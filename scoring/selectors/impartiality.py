"""Reads about impartiality."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Membership
from competition.enums import SketchState
from competition.models import Call, CoApplicant, Sketch
from scoring.enums import JurorRole, JurorState, ObjectionState, Verdict
from scoring.models import ImpartialityDeclaration, ImpartialityReason, Juror, Objection
from scoring.selectors import people

DECLARABLE_STATES = (SketchState.SUBMITTED, SketchState.ADMITTED)


@dataclass(frozen=True)
class DeclarationRow:
    """One sketch as a juror sees it before having declared: title, applicant and partners, nothing more."""

    sketch: Sketch
    title: str
    organisations: list[str]
    declaration: ImpartialityDeclaration | None

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
    """All sketches of the call for the juror's one page of declarations. Two queries at any length."""
    standing = {d.sketch_id: d for d in juror.declarations.select_related("reason")}
    sketches = (
        sketches_to_declare(juror.call)
        .select_related("organisation", "current_version")
        .defer("current_version__canonical", "current_version__answers", "current_version__questions")
    )
    return [
        DeclarationRow(
            sketch=sketch,
            title=sketch.current_version.title if sketch.current_version else sketch.title,
            organisations=_names(sketch),
            declaration=standing.get(sketch.pk),
        )
        for sketch in sketches
    ]


def _names(sketch: Sketch) -> list[str]:
    """Lead applicant and partners of the version that counts, those that have withdrawn since too."""
    version = sketch.current_version
    return [organisation["name"] for organisation in version.organisations] if version else [sketch.organisation.name]


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


def get_unsettled(call: Call, pk: int) -> ImpartialityDeclaration:
    """Raises Http404. Who may settle it is the service's question."""
    return get_object_or_404(unsettled(call), pk=pk)


def is_kept_out(user, sketch: Sketch) -> bool:
    return people.is_disqualified(user, sketch)


def automatic_conflicts(call: Call, jurors: Iterable[Juror] | None = None) -> dict[tuple[int, int], str]:
    """(juror, sketch) -> code of the reason, for everything the register itself shows. Five queries.

    An employer, or an organisation the juror is a member of, that leads or joins the sketch, as it stands or as it
    was handed in; and sketches the juror wrote or sent in.
    """
    seats = call.jurors.filter(state__in=people.SEATED_STATES)
    if jurors is not None:
        seats = seats.filter(pk__in=[juror.pk for juror in jurors])
    people_of = list(seats.values_list("pk", "user_id", "organisation_id"))
    ties: dict[int, set[int]] = {user_id: set() for _pk, user_id, _organisation in people_of}
    for user_id, organisation_id in Membership.objects.filter(user__in=ties).values_list("user", "organisation"):
        ties[user_id].add(organisation_id)
    behind, authors = _organisations_and_authors(call)
    found = {}
    for pk, user_id, employer in people_of:
        own = ties[user_id] | ({employer} if employer else set())
        for sketch_id, organisations in behind.items():
            if own & organisations:
                found[pk, sketch_id] = "employer"
            elif user_id in authors[sketch_id]:
                found[pk, sketch_id] = "wrote_sketch"
    return found


def _organisations_and_authors(call: Call) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    behind: dict[int, set[int]] = {}
    authors: dict[int, set[int]] = {}
    sketches = Sketch.objects.filter(call=call).exclude(state=SketchState.DRAFT)
    for pk, lead, author, sender, handed_in in sketches.values_list(
        "pk", "organisation", "created_by", "current_version__submitted_by", "current_version__organisations"
    ):
        behind[pk] = {lead, *(organisation["id"] for organisation in handed_in or [])}
        authors[pk] = {author, sender} - {None}
    for sketch, organisation in (
        CoApplicant.objects.tied().filter(sketch__in=behind).values_list("sketch", "organisation")
    ):
        behind[sketch].add(organisation)
    return behind, authors
