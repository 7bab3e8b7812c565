"""What is new in a text, word by word. Pure functions; who shows the parts escapes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# A word with the white space behind it, or one sign. Scripts that part no words are read sign by sign.
_WITHOUT_SPACES = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"(?:[{_WITHOUT_SPACES}]|[^\W{_WITHOUT_SPACES}]+|[^\w\s])\s*|\s+")
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
# Above so many pairs of equal tokens, those that stand everywhere no longer count as landmarks.
PAIRS_AT_MOST = 400_000
# Equal letters between two changes that are fewer than this do not help the reader.
ISLAND = 4
CONTEXT = 160


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    GAP = "gap"  # equal text that was left out


@dataclass(frozen=True)
class Part:
    kind: Kind
    text: str


def difference(before: str, after: str) -> list[Part]:
    """The parts of both texts in reading order: joined without ADDED they are `before`, without REMOVED `after`."""
    if before == after:
        return [Part(Kind.SAME, before)] if before else []
    parts: list[Part] = []
    for old, new in _blocks(_LINE.findall(before), _LINE.findall(after)):
        if old == new:
            parts.append(Part(Kind.SAME, "".join(old)))
        else:
            parts += _words("".join(old), "".join(new))
    return _joined(_without_islands(_joined(parts)))


def shortened(parts: Sequence[Part], context: int = CONTEXT) -> list[Part]:
    """The same with long equal stretches cut to `context` characters on either side of a change."""
    short: list[Part] = []
    for place, part in enumerate(parts):
        first, last = place == 0, place == len(parts) - 1
        if part.kind is not Kind.SAME or len(part.text) <= context * (1 if first or last else 2):
            short.append(part)
            continue
        head, tail = "" if first else part.text[:context], "" if last else part.text[-context:]
        ends = (Part(Kind.SAME, head.rpartition(" ")[0] or head), Part(Kind.SAME, tail.partition(" ")[2] or tail))
        short += [end for end in (ends[0], Part(Kind.GAP, "…"), ends[1]) if end.text]
    return short


def _words(before: str, after: str) -> list[Part]:
    parts = []
    for old, new in _blocks(_TOKEN.findall(before), _TOKEN.findall(after)):
        if old == new:
            parts.append(Part(Kind.SAME, "".join(old)))
            continue
        parts += [Part(Kind.REMOVED, "".join(old)), Part(Kind.ADDED, "".join(new))]
    return parts


def _blocks(before: list[str], after: list[str]) -> list[tuple[list[str], list[str]]]:
    """Runs of tokens in order: equal ones in both, or what stands in the place of what."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    counted = Counter(new)
    too_many = sum(counted[token] for token in old) > PAIRS_AT_MOST
    matcher = SequenceMatcher(None, old, new, autojunk=too_many)
    middle = [(old[i:j], new[k:m]) for _tag, i, j, k, m in matcher.get_opcodes()]
    ends = (before[:start], before[len(before) - end :])
    return [*([(ends[0], ends[0])] if start else []), *middle, *([(ends[1], ends[1])] if end else [])]


def _without_islands(parts: list[Part]) -> list[Part]:
    """A few equal letters between two changes belong to the change: two whole phrases read better than crumbs."""
    kept: list[Part] = []
    for place, part in enumerate(parts):
        inside = 0 < place < len(parts) - 1
        if part.kind is Kind.SAME and inside and len(part.text.strip()) < ISLAND and "\n" not in part.text:
            kept += [Part(Kind.REMOVED, part.text), Part(Kind.ADDED, part.text)]
        else:
            kept.append(part)
    return kept


def _joined(parts: list[Part]) -> list[Part]:
    """Neighbours of one kind as one; between two equal stretches what is removed comes before what is added."""
    joined: list[Part] = []
    removed = added = ""
    for part in [*parts, Part(Kind.SAME, "")]:
        if part.kind is Kind.REMOVED:
            removed += part.text
        elif part.kind is Kind.ADDED:
            added += part.text
        else:
            changed = [Part(Kind.REMOVED, removed), Part(Kind.ADDED, added)]
            joined += [change for change in changed if change.text]
            removed = added = ""
            if joined and joined[-1].kind is Kind.SAME:
                joined[-1] = Part(Kind.SAME, joined[-1].text + part.text)
            elif part.text:
                joined.append(part)
    return joined
