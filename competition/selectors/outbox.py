"""The letters of a call: those about the call itself and those about its sketches."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.lookups import Exact
from post_office.models import STATUS

from competition.models import Call, Sketch
from notifications.enums import LetterState
from notifications.models import Letter

# The state of a letter as SQL; Letter.state says the same of one letter.
_STATE = Case(
    When(email=None, released_at=None, then=Value(LetterState.DRAFT)),
    When(Q(email=None) | Q(email__status=STATUS.sent), then=Value(LetterState.SENT)),
    When(email__status=STATUS.failed, then=Value(LetterState.FAILED)),
    default=Value(LetterState.QUEUED),
    output_field=CharField(),
)


def letters_of(call: Call, *, state: str = "") -> QuerySet[Letter]:
    """Newest first, without the texts; with what the mail queue knows of each, and its state as `stands`."""
    letters = Letter.objects.filter(_about(call)).annotate(stands=_STATE).select_related("email").defer("text", "html")
    return letters.filter(Exact(_STATE, state)) if state in LetterState.values else letters


def states_of(call: Call) -> dict[str, int]:
    """{state: number of letters}; states without letters are absent."""
    letters = Letter.objects.filter(_about(call)).annotate(stands=_STATE).order_by()
    return dict(letters.values_list("stands").annotate(number=Count("pk")))


def _about(call: Call) -> Q:
    types = ContentType.objects.get_for_models(Call, Sketch)
    sketches = Q(about_type=types[Sketch], about_id__in=call.sketches.values("pk"))
    return Q(about_type=types[Call], about_id=call.pk) | sketches


def letter_of(call: Call, pk: int) -> Letter | None:
    return letters_of(call).defer(None).filter(pk=pk).first()
