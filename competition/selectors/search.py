"""Calls by their words."""

from __future__ import annotations

import datetime as dt
import functools
import operator

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from modeltranslation.utils import resolution_order

from competition.models import Call

FIELDS = ("title", "summary", "body")


def with_words(calls: QuerySet[Call], words: str, language: str) -> QuerySet[Call]:
    """Those of the calls that have every word somewhere in what readers of the language see; all without a word.

    Words match inside longer ones: Scandinavian compounds are written together.
    """
    if not (parts := words.split()):
        return calls
    shown = {f"shown_{name}": _shown(name, language) for name in FIELDS}
    return calls.annotate(**shown).filter(functools.reduce(operator.and_, (_anywhere(part) for part in parts)))


def search_calls(words: str, language: str, now: dt.datetime) -> QuerySet[Call]:
    """Published calls that have every word; those with all of them in the title first."""
    calls = Call.objects.for_listing().filter(published_at__lte=now, archived_at=None)
    in_title = functools.reduce(operator.and_, (Q(shown_title__icontains=part) for part in words.split()))
    return (
        with_words(calls, words, language)
        .annotate(in_title=ExpressionWrapper(in_title, output_field=BooleanField()))
        .order_by("-in_title", "-deadline", "pk")
    )


def _anywhere(part: str) -> Q:
    return functools.reduce(operator.or_, (Q(**{f"shown_{name}__icontains": part}) for name in FIELDS))


def _shown(name: str, language: str) -> Coalesce:
    """The text in the language, or in the nearest one that has it: what the page shows."""
    texts = (NullIf(F(f"{name}_{code}"), Value("")) for code in resolution_order(language))
    return Coalesce(*texts, Value(""), output_field=TextField())
