"""What a service answers when it will not do a thing. Views turn these into messages; nothing else does."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise


class Refused(Exception):
    """A rule of the domain stands against it. `message` is translated text for the person who tried."""

    def __init__(self, message: str | Promise):
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refused):
    """This person may not do this here. Shown as “not found”, so that nothing is given away."""


class InvalidInput(Refused):
    """Something typed is not acceptable. `errors` maps a field or question code to its message."""

    def __init__(self, errors: Mapping[str, str | Promise], message: str | Promise = ""):
        super().__init__(message or next(iter(errors.values()), ""))
        self.errors = dict(errors)
