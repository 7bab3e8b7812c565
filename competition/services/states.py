"""The one door through which a sketch's state changes."""

from __future__ import annotations

from typing import Any

from competition.enums import SKETCH_TRANSITIONS, SketchState
from competition.errors import IllegalTransition
from competition.models import Sketch


def move(*, sketch: Sketch, to: SketchState, **fields: Any) -> None:
    """Change the state of a sketch whose row the caller has locked. Raises IllegalTransition."""
    if to not in SKETCH_TRANSITIONS[SketchState(sketch.state)]:
        raise IllegalTransition
    sketch.state = to
    for name, value in fields.items():
        setattr(sketch, name, value)
    sketch.save(update_fields=["state", "updated_at", *fields])
