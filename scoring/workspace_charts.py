"""Geometry of the drawings about an assignment: how work and fit are spread. A table beside each tells the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import number_format

WIDTH, HEIGHT = 720.0, 180.0
LEFT, TOP, BOTTOM = 36.0, 20.0, 26.0
WIDEST = 56.0
TENTHS = 10
COLUMNS = 20  # at most, for loads: wider spans are put together


@dataclass(frozen=True)
class Column:
    """One column: what it stands for, how many, and where it lies in the view box."""

    label: str
    number: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Spread:
    """A histogram. highest: of all columns."""

    columns: list[Column]
    highest: int
    width: float = WIDTH
    height: float = HEIGHT
    base: float = HEIGHT - BOTTOM
    left: float = LEFT
    top: float = TOP


def load_spread(loads: Iterable[int]) -> Spread | None:
    """How many jurors carry how many sketches; None without jurors."""
    counts = Counter(loads)
    if not counts:
        return None
    least, most = min(counts), max(counts)
    step = -(-(most - least + 1) // COLUMNS)
    rows = []
    for start in range(least, most + 1, step):
        end = min(start + step - 1, most)
        label = f"{start}" if end == start else f"{start}–{end}"
        rows.append((label, sum(counts[load] for load in range(start, end + 1))))
    return _spread(rows)


def fit_spread(fits: Iterable[float]) -> Spread | None:
    """How many pairs have a fit in each tenth from 0 to 1; None without pairs."""
    counts = Counter(min(TENTHS - 1, int(fit * TENTHS + 1e-9)) for fit in fits)
    if not counts:
        return None
    return _spread([(f"{_tenth(tenth)}–{_tenth(tenth + 1)}", counts[tenth]) for tenth in range(TENTHS)])


def _tenth(tenth: int) -> str:
    return number_format(tenth / TENTHS, decimal_pos=1)


def _spread(rows: list[tuple[str, int]]) -> Spread:
    highest = max(number for _label, number in rows)
    base, step = HEIGHT - BOTTOM, (WIDTH - LEFT) / len(rows)
    columns = []
    for place, (label, number) in enumerate(rows):
        tall = round((base - TOP) * number / highest, 1)
        wide = min(step * 0.8, WIDEST)
        x = round(LEFT + step * (place + 0.5) - wide / 2, 1)
        columns.append(Column(label, number, x, round(base - tall, 1), round(wide, 1), tall))
    return Spread(columns, highest)
