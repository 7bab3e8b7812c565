"""Reference and receipt numbers: eight characters that are easy to read aloud and hard to get wrong."""

import secrets

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

# Without I, L, O, U and 0, 1: what looks alike, and what would make words. Thirty characters, so that the hybrid
# system of ISO 7064 runs over MOD 31,30; 31 is prime, and every single mistake and swap of neighbours is caught.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8


def new_number() -> str:
    """A random number whose last character checks the others."""
    body = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1))
    return body + mod_37_36.calc_check_digit(body, alphabet=ALPHABET)


def normalise(typed: str) -> str:
    """What somebody typed, without spaces and hyphens, in capitals."""
    return "".join(typed.split()).replace("-", "").upper()


def is_number(number: str) -> bool:
    """Whether the number is well formed and its check character right."""
    if len(number) != LENGTH:
        return False
    try:
        mod_37_36.validate(number, alphabet=ALPHABET)
    except ValidationError:
        return False
    return True
