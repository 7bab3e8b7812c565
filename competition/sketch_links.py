"""Ways from an agency's sketch to pages of the apps above: the jury."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from competition.models import Sketch


@dataclass(frozen=True)
class Link:
    label: str | Promise
    url: str


# (sketch, user) -> the link, or None where there is nothing to go to
Provider = Callable[..., Link | None]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    if provider not in _providers:
        _providers.append(provider)
    return provider


def links_of(sketch: Sketch, user) -> list[Link]:
    return [link for provider in _providers if (link := provider(sketch, user)) is not None]
