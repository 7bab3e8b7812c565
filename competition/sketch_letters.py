"""Which letters are about a sketch. The apps say it by the beginnings of the occasions they write for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from competition.models import Sketch

Occasions = Callable[[Sketch], Iterable[str]]
_occasions: list[Occasions] = []


def register(occasions: Occasions) -> Occasions:
    """`occasions(sketch)` gives beginnings such as "dismissal:7:". Behind them stands who is written to."""
    if occasions not in _occasions:
        _occasions.append(occasions)
    return occasions


def beginnings(sketch: Sketch) -> list[str]:
    return [beginning for occasions in _occasions for beginning in occasions(sketch)]


@register
def _own(sketch: Sketch) -> list[str]:
    return [f"{kind}:{sketch.pk}:" for kind in ("withdrawal", "dismissal", "late_attempt", "infected_file")]
