"""Sketches: who sees which, and the owner's list of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from accounts.models import Membership
from competition.enums import RECEIVED_STATES, SketchState
from competition.models import Call, CoApplicant, LateAttempt, Sketch
from competition.selectors.programmes import programmes_of, remember_role
from competition.selectors.vetoes import without_vetoed

PAGE_SIZE = 50
SEEN_BY_OWNER = (*RECEIVED_STATES, SketchState.WITHDRAWN)


def sketches_visible_to(user) -> QuerySet[Sketch]:
    """The list form of competition.view_sketch: own organisations' sketches, and what programmes have received."""
    if not user.is_authenticated or not user.is_active:
        return Sketch.objects.none()
    mine = Membership.objects.filter(user=user).values("organisation_id")
    joined = CoApplicant.objects.confirmed().filter(organisation__in=mine).values("sketch_id")
    own = Q(organisation__in=mine) | Q(pk__in=joined)
    received = Q(call__programme__in=programmes_of(user), state__in=SEEN_BY_OWNER)
    return without_vetoed(Sketch.objects.filter(own | received), user)


def sketches_of(user) -> QuerySet[Sketch]:
    """Sketches of the person's own organisations, the latest first, with what a list shows of them."""
    return (
        Sketch.objects.written_by(user)
        .with_window()
        .select_related("call", "organisation", "current_version__leaf")
        .order_by("-updated_at", "-pk")
    )


def get_sketch_for(user, reference: str) -> Sketch:
    """The sketch if the person may see it. Raises Http404: not yours looks like not there."""
    visible = sketches_visible_to(user).select_related(
        "call__programme__organisation", "organisation", "current_version__leaf"
    )
    return get_object_or_404(visible, reference=reference)


def get_own_sketch(user, reference: str) -> Sketch:
    """The sketch if an organisation of the person leads it or has joined it, or Http404."""
    own = _own(user).select_related("call__programme__organisation", "organisation", "current_version__leaf")
    return _remembered(user, get_object_or_404(own, reference=reference))


def get_own_draft(user, reference: str) -> Sketch:
    """As get_own_sketch, with what saving a page needs: without programme, public texts and contents of the version."""
    own = _own(user).select_related("call", "organisation", "current_version").defer(*_not_for_saving())
    return _remembered(user, get_object_or_404(own, reference=reference))


def _own(user) -> QuerySet[Sketch]:
    mine = Membership.objects.filter(user_id=user.pk, organisation=OuterRef("organisation"))
    return Sketch.objects.written_by(user).with_window().annotate(my_role=Subquery(mine.values("role")))


def _remembered(user, sketch: Sketch) -> Sketch:
    remember_role(user, sketch.organisation_id, sketch.my_role)  # type: ignore[attr-defined]
    return sketch


@cache
def _not_for_saving() -> list[str]:
    """Long columns of the call, which it has in every language, and of the version."""
    texts = [field.name for field in Call._meta.concrete_fields if isinstance(field, TextField)]
    contents = ("questions", "answers", "organisations", "files", "backing", "topic_codes", "canonical")
    return [*(f"call__{name}" for name in texts), *(f"current_version__{name}" for name in contents)]


@dataclass(frozen=True)
class SketchRow:
    """One line of the owner's list; title and time are those of the version that counts."""

    pk: int
    reference: str
    title: str
    organisation: str
    organisation_kind: str
    co_applicants: int
    state: SketchState
    version: int
    submitted_at: dt.datetime
    language: str
    late_attempts: int


ORDERS = {
    "submitted": ("current_version__submitted_at", "pk"),
    "title": ("current_version__title", "pk"),
    "organisation": ("organisation__name", "pk"),
    "state": ("state", "pk"),
}


def _counted(rows) -> Coalesce:
    counts = rows.filter(sketch=OuterRef("pk")).order_by().values("sketch").annotate(n=Count("pk"))
    return Coalesce(Subquery(counts.values("n")), 0)


def received_sketches(call: Call, *, user=None) -> QuerySet[Sketch]:
    """What the owner's side sees of a call: never drafts, and nothing that `user` is kept from."""
    sketches = call.sketches.filter(state__in=SEEN_BY_OWNER)
    return sketches if user is None else without_vetoed(sketches, user)


def workspace_rows(
    call: Call,
    *,
    user=None,
    state: str | None = None,
    search: str = "",
    page: int | str = 1,
    order: str = "submitted",
) -> Page:
    """A page of SketchRow. A page number out of range gives the nearest page. `user` applies that person's vetoes."""
    sketches = received_sketches(call, user=user)
    if state in SEEN_BY_OWNER:
        sketches = sketches.filter(state=state)
    if search := search.replace("\x00", "").strip():
        sketches = sketches.filter(
            Q(current_version__title__icontains=search)
            | Q(organisation__name__icontains=search)
            | Q(reference__iexact=search)
        )
    rows = (
        sketches.annotate(co_count=_counted(CoApplicant.objects.confirmed()), late_count=_counted(LateAttempt.objects))
        .order_by(*ORDERS.get(order, ORDERS["submitted"]))
        .values(
            "pk",
            "reference",
            "state",
            "language",
            "co_count",
            "late_count",
            name=F("organisation__name"),
            kind=F("organisation__kind"),
            version_title=F("current_version__title"),
            number=F("current_version__number"),
            at=F("current_version__submitted_at"),
        )
    )
    found = Paginator(rows, PAGE_SIZE).get_page(page)
    found.object_list = [_row(dict(values)) for values in found.object_list]  # type: ignore[misc]
    return found


def _row(values: dict) -> SketchRow:
    return SketchRow(
        pk=values["pk"],
        reference=values["reference"],
        title=values["version_title"],
        organisation=values["name"],
        organisation_kind=values["kind"],
        co_applicants=values["co_count"],
        state=SketchState(values["state"]),
        version=values["number"],
        submitted_at=values["at"],
        language=values["language"],
        late_attempts=values["late_count"],
    )


def state_counts(call: Call, *, user=None) -> dict[str, int]:
    """{state: number} of what the owner sees."""
    counts = received_sketches(call, user=user).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(counts)


def late_attempts(call: Call) -> QuerySet[LateAttempt]:
    return LateAttempt.objects.filter(sketch__call=call).select_related("sketch__organisation", "user")
