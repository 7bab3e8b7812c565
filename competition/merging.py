"""Two texts that grew out of one, brought together where their changes do not meet. Pure.

A line is what stands between line breaks, which in a text field is a paragraph.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple


class Change(NamedTuple):
    """Of the lines of the common text, those from `start` to before `end` became `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]


def merge(base: str, mine: str, theirs: str) -> str | None:
    """The text with both changes, or None where both changed the same lines, or put different ones in one place."""
    lines = base.split("\n")
    changes = sorted({*_changes(lines, mine.split("\n")), *_changes(lines, theirs.split("\n"))})
    merged: list[str] = []
    done = 0
    for place, change in enumerate(changes):
        if place and _meet(changes[place - 1], change):
            return None
        merged += [*lines[done : change.start], *change.lines]
        done = change.end
    return "\n".join([*merged, *lines[done:]])


def _changes(before: list[str], after: list[str]) -> list[Change]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [Change(i, j, tuple(after[k:m])) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def _meet(earlier: Change, later: Change) -> bool:
    """Changes side by side do not meet; two that begin in one place do, unless one of them only puts lines in."""
    if earlier.start == later.start:
        return earlier.start < earlier.end or later.start == later.end
    return later.start < earlier.end
