"""How a call looks to those it is for, before and after it is published. Every room registers what it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from competition.models import Call

# (call, now) -> context of the template. Nothing in it may be a stored row that the template could lead somebody to.
Draw = Callable[[Call, dt.datetime], dict[str, Any]]


@dataclass(frozen=True)
class Preview:
    """One audience's page: its own template, with a context made for the call in the language that is active."""

    audience: str
    label: str | Promise
    template: str
    draw: Draw
    order: int = 0


_previews: dict[str, Preview] = {}


def register_preview(preview: Preview) -> Preview:
    _previews[preview.audience] = preview
    return preview


def preview_for(audience: str) -> Preview | None:
    return _previews.get(audience)


def all_previews() -> list[Preview]:
    return sorted(_previews.values(), key=lambda preview: (preview.order, preview.audience))
