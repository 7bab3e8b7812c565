"""Restrictions that apps above put on what is listed here: whatever grants access, a veto takes it away.

The same restriction is registered twice: as a predicate in competition.rules, and here for lists. A test compares them.
What a call's log tells is restricted here too.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from wagtail.models import ModelLogEntry

from competition.models import Call, Sketch

ListVeto = Callable[[QuerySet[Sketch], object], QuerySet[Sketch]]

LogVeto = Callable[[QuerySet[ModelLogEntry], Call, object], QuerySet[ModelLogEntry]]

_list_vetoes: list[ListVeto] = []
_log_vetoes: list[LogVeto] = []


def register_list_veto(veto: ListVeto) -> ListVeto:
    """`veto(sketches, user)` returns the sketches without those that the person must not see."""
    if veto not in _list_vetoes:
        _list_vetoes.append(veto)
    return veto


def without_vetoed(sketches: QuerySet[Sketch], user) -> QuerySet[Sketch]:
    for veto in _list_vetoes:
        sketches = veto(sketches, user)
    return sketches


def register_log_veto(veto: LogVeto) -> LogVeto:
    """`veto(entries, call, user)` returns the entries of the call's log without those that the person must not read."""
    if veto not in _log_vetoes:
        _log_vetoes.append(veto)
    return veto


def without_vetoed_entries(entries: QuerySet[ModelLogEntry], call: Call, user) -> QuerySet[ModelLogEntry]:
    for veto in _log_vetoes:
        entries = veto(entries, call, user)
    return entries
