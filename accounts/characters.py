"""What people type and paste: made readable, and counted as their browser counts it.

This is one definition for server and browser; `static/js/characters.js` says it once more, and a test holds the two
together. What it must keep: no text gets longer by it, so that what a field's `maxlength` let through is never refused,
and reading a text twice changes nothing, so that a stored text counts as it did when it was typed.
"""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What Word and web pages leave behind: zero-width spaces, byte order marks, soft hyphens, marks of direction. The
# joiners of emoji and of some scripts (200C, 200D) carry meaning and stay.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")  # line breaks of every make; Word's own is a vertical tab
# Named, and not `strip()`: Python and JavaScript do not mean the same by white space.
_SPACE = "\t\n \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_SPACES = re.compile(f"[{_SPACE}]+")
# Categories Cc and Cs of Unicode, tab and line break left out. A pattern reads long texts in microseconds.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def units(text: str) -> int:
    """Length in UTF-16 code units, as `value.length` and `maxlength` of a browser have it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def tidy(text: str) -> str:
    """Line breaks as one character, nothing that nobody sees, and letters composed as keyboards compose them (NFC).

    A few letters have no composed form and would get longer; a text that would is left as it was typed.
    """
    text = _BREAKS.sub("\n", _INVISIBLE.sub("", text))
    composed = unicodedata.normalize("NFC", text)
    return composed if units(composed) <= units(text) else text


def normalise_text(text: str) -> str:
    """The text as it is stored and counted: tidy, with nothing around it."""
    return tidy(text).strip(_SPACE)


def one_line(text: str) -> str:
    """The same for a field of one line: breaks and runs of white space become one space."""
    return _SPACES.sub(" ", normalise_text(text))


def has_control_characters(text: str) -> bool:
    """Characters that no keyboard writes on purpose; PostgreSQL refuses some of them, and files show none of them."""
    return _CONTROLS.search(text) is not None


def clean_text(text: str) -> str:
    """The tidy text. Raises ValidationError for control characters: they are the remains of a broken copy."""
    text = tidy(text)
    if found := _CONTROLS.search(text):
        raise ValidationError(
            _("The text has a character that cannot be read (U+%(code)s). Delete it, or paste the text again."),
            code="control",
            params={"code": f"{ord(found[0]):04X}"},
        )
    return text


def clean_line(text: str) -> str:
    """The same for a text of one line."""
    return one_line(clean_text(text))
