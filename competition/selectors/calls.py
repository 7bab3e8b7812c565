"""Calls as the owner's side reads them."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from competition.models import Call, Question, Topic
from competition.models.call import CallQuerySet
from competition.selectors.names import free_name
from competition.selectors.programmes import programmes_of
from competition.selectors.sections import questions_of as form_of


def calls_of_workspace(user) -> CallQuerySet:
    """Calls of the programmes in which the person has a role, newest deadline first."""
    return Call.objects.filter(programme__in=programmes_of(user)).select_related("programme__organisation")


def get_published_call(slug: str) -> Call:
    """The published call of the name, or Http404."""
    return get_object_or_404(Call.objects.published().select_related("programme__organisation"), slug=slug)


def questions_of(call: Call) -> list[Question]:
    """The form of the call in order, with sections and options."""
    return form_of(call)


def topics() -> list[Topic]:
    return list(Topic.objects.all())


def free_slug(text: str) -> str:
    """A short name for the addresses of a call, made of the text."""
    return free_name(text, Call.objects.all(), otherwise="call")


def slug_is_taken(slug: str) -> bool:
    """Whether a call has the short name, in whatever letters."""
    return Call.objects.filter(slug__iexact=slug).exists()
