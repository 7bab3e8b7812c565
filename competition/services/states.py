"""The one door through which a sketch's state changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from competition.enums import SKETCH_TRANSITIONS, Phase, SketchState
from competition.errors import DeadlinePassed, IllegalTransition, NotOpen
from competition.models import Sketch, SketchVersion
from competition.selectors.access import Window


def lock(sketch: Sketch) -> Sketch:
    """The sketch as it stands now, its row locked until the transaction ends, with call, organisation and version.

    The version is read after the lock is had, in a query of its own: a row that is only joined to a locked one stays as
    it was when the waiting began.
    """
    locked = Sketch.objects.select_for_update(of=("self",)).select_related("call", "organisation").get(pk=sketch.pk)
    if locked.current_version_id is not None:
        locked.current_version = SketchVersion.objects.select_related("leaf").get(pk=locked.current_version_id)
    return locked


def move(*, sketch: Sketch, to: SketchState, **fields: Any) -> None:
    """Change the state of a sketch whose row the caller has locked. Raises IllegalTransition."""
    if to not in SKETCH_TRANSITIONS[SketchState(sketch.state)]:
        raise IllegalTransition
    sketch.state = to
    for name, value in fields.items():
        setattr(sketch, name, value)
    sketch.save(update_fields=["state", "updated_at", *fields])


def require_open(window: Window, now: dt.datetime) -> None:
    """Raise NotOpen or DeadlinePassed unless the organisation of the window may write at the instant."""
    if window.call.phase_at(now) in (Phase.DRAFT, Phase.CANCELLED) or now < window.opens_at:
        raise NotOpen
    if not window.accepts_at(now):
        raise DeadlinePassed(window.closes_at)
