"""Short names for addresses."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

# Letters that slugify would drop instead of spelling out.
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"})
LENGTH = 70


def free_name(text: str, rows: QuerySet[Any], *, otherwise: str) -> str:
    """A short name made of the text that no row has in its column `slug`, with a number behind it where it is taken."""
    base = slugify(text.translate(_LETTERS))[:LENGTH].strip("-") or otherwise
    taken = set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(name for name in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
