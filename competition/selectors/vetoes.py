"""Restrictions that apps above put on what is listed here: whatever grants access, a veto takes it away.

The same restriction is registered twice: as a predicate in competition.rules, and here for lists. A test compares them.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from competition.models import Sketch

ListVeto = Callable[[QuerySet[Sketch], object], QuerySet[Sketch]]

_list_vetoes: list[ListVeto] = []


def register_list_veto(veto: ListVeto) -> ListVeto:
    """`veto(sketches, user)` returns the sketches without those that the person must not see."""
    if veto not in _list_vetoes:
        _list_vetoes.append(veto)
    return veto


def without_vetoed(sketches: QuerySet[Sketch], user) -> QuerySet[Sketch]:
    for veto in _list_vetoes:
        sketches = veto(sketches, user)
    return sketches
