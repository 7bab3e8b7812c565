"""Parts of a public call page that belong to the apps above: the criteria, the link to the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from competition.models import Call

# (call, user, now) -> context of the template, or None where there is nothing to show
Provider = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True)
class Section:
    """One part of the page: a template, and who knows what stands in it.

    Place: "changes", "changes", "criteria", "dialogue", "result" or "aside".
    """

    key: str
    place: str
    template: str
    provider: Provider
    order: int = 0


@dataclass(frozen=True)
class Shown:
    template: str
    context: dict[str, Any]


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    _sections[section.key] = section


def sections_of(call: Call, user, now) -> dict[str, list[Shown]]:
    """What is to be shown, by place; every place is present."""
    shown: dict[str, list[Shown]] = {"changes": [], "dialogue": [], "criteria": [], "result": [], "aside": []}
    for section in sorted(_sections.values(), key=lambda section: (section.order, section.key)):
        context = section.provider(call=call, user=user, now=now)
        if context is not None:
            shown.setdefault(section.place, []).append(Shown(section.template, context))
    return shown
