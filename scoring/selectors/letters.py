"""Reads about the letters of a decision."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from competition.models import Call, Sketch
from notifications.enums import LetterKind
from notifications.models import Letter


def decision_letters(call: Call) -> QuerySet[Letter]:
    """Awards and rejections of the call."""
    return Letter.objects.about(call).filter(kind__in=(LetterKind.AWARD, LetterKind.REJECTION)).order_by("pk")


def letters_have_left(call: Call) -> bool:
    """Whether the decision's letters exist and none of them is still a draft."""
    letters = decision_letters(call)
    return letters.exists() and not letters.filter(released_at=None).exists()


def decision_occasions(sketch: Sketch) -> list[str]:
    """How the occasions of the letters about the sketch's outcome begin."""
    return [f"decision:{sketch.reference}:"]


def about_outcome_of(sketch: Sketch) -> Q:
    (beginning,) = decision_occasions(sketch)
    return Q(occasion__startswith=beginning)
