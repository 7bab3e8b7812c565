"""Codes made from what people call a thing: short, of plain letters, and not taken."""

from __future__ import annotations

from collections.abc import Container

from django.utils.text import slugify

LENGTH = 40
# Letters that do not come apart into a plain one and a mark.
_PLAIN = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "ł": "l"})


def new_code(text: str, *, taken: Container[str], fallback: str) -> str:
    """A code of at most 40 characters made of `text` (of `fallback` where it has no letters), not among `taken`."""
    base = slugify(text.lower().translate(_PLAIN)).replace("-", "_")[:LENGTH].strip("_") or fallback
    if base not in taken:
        return base
    number = 2
    while (code := f"{base[: LENGTH - len(str(number)) - 1]}_{number}") in taken:
        number += 1
    return code
