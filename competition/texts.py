"""Texts of a call: which of its languages a reader gets, and what people paste into them.

Of a pasted text what is harmless is cleaned, and what is not is refused with a message.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import resolution_order

# What Word and web pages leave behind: zero-width spaces, byte order marks, soft hyphens, marks of direction.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]")
# Line breaks of every make, Word's own (vertical tab, form feed) among them.
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def spoken(row: Any, name: str, language: str) -> tuple[str, str]:
    """(text, its language): the text in `language`, or in the nearest one that has it; ("", language) without any."""
    for code in resolution_order(language):
        if text := getattr(row, f"{name}_{code}"):
            return text, code
    return "", language


def clean_text(text: str) -> str:
    """The text with one kind of line break and without what nobody sees; composed as keyboards compose (NFC).

    Raises ValidationError for control characters, which no one types: they are the remains of a broken copy.
    """
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _BREAKS.sub("\n", text)))
    for sign in text:
        if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t":
            raise ValidationError(
                _("The text has a character that cannot be read (U+%(code)s). Delete it, or paste the text again."),
                code="control",
                params={"code": f"{ord(sign):04X}"},
            )
    return text


def clean_line(text: str) -> str:
    """The same for a text of one line: breaks and runs of white space become one space."""
    return " ".join(clean_text(text).split())
