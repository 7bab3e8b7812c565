"""Short codes that are sent by mail and typed back: derived from a row, so that none is ever stored."""

from __future__ import annotations

import secrets
import uuid

from django.utils.crypto import constant_time_compare, salted_hmac

# Neither vowels, so that no word comes about, nor what looks alike: 0 and O, 1, I and L, 5 and S, 2 and Z, 8 and B.
ALPHABET = "34679CDFGHJKMNPQRTVWXY"
LENGTH = 8


def make(kind: str, nonce: uuid.UUID) -> str:
    """The code that stands for the nonce, as XXXX-XXXX."""
    digest = salted_hmac(f"skisse.{kind}", nonce.hex, algorithm="sha256").digest()
    number = int.from_bytes(digest)
    letters = ""
    for _place in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return f"{letters[:4]}-{letters[4:]}"


def matches(kind: str, nonce: uuid.UUID, typed: str) -> bool:
    """Whether somebody typed the code; case, blanks and hyphens do not matter."""
    return constant_time_compare(_compact(typed), _compact(make(kind, nonce)))


def pseudonym() -> str:
    """Four characters that mean nothing."""
    return "".join(secrets.choice(ALPHABET) for _place in range(4))


def _compact(code: str) -> str:
    return "".join(character for character in code.upper() if character.isascii() and character.isalnum())
