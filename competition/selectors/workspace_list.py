"""The calls of somebody's programmes, narrowed by what the person looks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from competition.enums import Phase, SketchState
from competition.models import Call
from competition.selectors.call_list import WORDS_AT_MOST, Choice, Filter
from competition.selectors.calls import calls_of_workspace
from competition.selectors.programmes import programmes_of
from competition.selectors.sketches import SEEN_BY_OWNER
from competition.selectors.workspace import managed_programmes

CURRENT, MINE, ARCHIVED, ALL = "", "mine", "archived", "all"
KEPT = "show"


@dataclass(frozen=True)
class ActiveFilter:
    """A filter that narrows the list, and the query of the list without it."""

    label: str | Promise
    value: str | Promise
    query: str


@dataclass(frozen=True)
class WorkspaceCalls:
    """`rows` each have `drafts`, `received` (withdrawn sketches too) and `may_copy`.

    everywhere: the query of the same words and filters among archived calls too; empty where they are in already.
    """

    rows: QuerySet[Call]
    filters: list[Filter]
    words: str
    active: list[ActiveFilter]
    everywhere: str


def workspace_calls(user: User, asked: Mapping[str, str], now: dt.datetime) -> WorkspaceCalls:
    """The calls of the user's programmes, newest deadline first, that answer to `asked`.

    asked: q (words), phase, programme (short name), show ("mine": those the user manages; "archived"; "all"). Archived
    calls are left out unless asked for; unknown values ask for nothing. One query for the filters, one for the rows.
    """
    words = " ".join(asked.get("q", "").replace("\x00", " ")[:WORDS_AT_MOST].split())
    filters = _filters(user, asked)
    chosen = {one.name: next((choice.value for choice in one.choices if choice.chosen), "") for one in filters}
    kept = {name: value for name, value in {"q": words, **chosen}.items() if value}
    return WorkspaceCalls(
        rows=_rows(user, words, chosen, now),
        filters=filters,
        words=words,
        active=_active(filters, kept),
        everywhere="" if chosen[KEPT] == ALL else urlencode(kept | {KEPT: ALL}),
    )


def _filters(user: User, asked: Mapping[str, str]) -> list[Filter]:
    phases = [(phase.value, phase.label) for phase in Phase if phase != Phase.ARCHIVED]
    programmes = [(programme.slug, programme.name) for programme in programmes_of(user)]
    offered: tuple[tuple[str, str | Promise, list], ...] = (
        ("phase", _("Phase"), [("", _("All phases")), *phases]),
        ("programme", _("Programme"), [("", _("All programmes")), *programmes]),
        (
            KEPT,
            _("Show"),
            [
                (CURRENT, _("Current calls")),
                (MINE, _("Calls that I manage")),
                (ARCHIVED, _("Archived calls")),
                (ALL, _("Current and archived calls")),
            ],
        ),
    )
    return [
        Filter(name, label, [Choice(value, text, value == asked.get(name, "")) for value, text in choices])
        for name, label, choices in offered
    ]


def _active(filters: list[Filter], kept: Mapping[str, str]) -> list[ActiveFilter]:
    return [
        ActiveFilter(one.label, choice.label, urlencode({name: kept[name] for name in kept if name != one.name}))
        for one in filters
        for choice in one.choices
        if choice.chosen and choice.value
    ]


def _rows(user: User, words: str, chosen: Mapping[str, str], now: dt.datetime) -> QuerySet[Call]:
    managed = managed_programmes(user)
    calls = calls_of_workspace(user).select_related("programme")
    if words:
        calls = calls.filter(Q(title__icontains=words) | Q(slug__icontains=words) | Q(programme__name__icontains=words))
    if chosen["phase"]:
        calls = calls.in_phase(chosen["phase"], now)
    if chosen["programme"]:
        calls = calls.filter(programme__slug=chosen["programme"])
    if chosen[KEPT] == MINE:
        calls = calls.filter(programme__in=managed)
    if chosen[KEPT] != ALL:
        calls = calls.filter(archived_at__isnull=chosen[KEPT] != ARCHIVED)
    return calls.annotate(
        drafts=Count("sketches", filter=Q(sketches__state=SketchState.DRAFT), distinct=True),
        received=Count("sketches", filter=Q(sketches__state__in=SEEN_BY_OWNER), distinct=True),
        may_copy=Exists(managed.filter(pk=OuterRef("programme_id"))),
    ).order_by("-deadline", "pk")
