"""Names as people type them: without case or accents, and the same in every Nordic spelling."""

from __future__ import annotations

import re
import unicodedata

# Letters that do not come apart into a letter and an accent.
_LETTERS = str.maketrans({"æ": "a", "ø": "o", "đ": "d", "ð": "d", "þ": "t", "ß": "s", "ł": "l"})
# “Ålborg” is also written “Aalborg”, “Østfjord” also “Oestfjord”, and “Västerås” also “Vaesteraas”.
_PAIRS = re.compile(r"aa|ae|oe")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower-case words of a to z and digits, one space between: “Øst-Åfjord (HF)” gives “ost afjord hf”."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    return _NOT_A_WORD.sub(" ", _PAIRS.sub(lambda pair: pair.group()[0], plain)).strip()


def words(text: str, *, at_most: int = 8) -> list[str]:
    """The folded words of what somebody typed, the first few."""
    return fold(text).split()[:at_most]
