"""What the services here answer when they will not do a thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.errors import InvalidInput, Refused


class DeadlinePassed(Refused):
    """The call stopped taking sketches at `at`. What was typed is kept as the draft."""

    def __init__(self, at: dt.datetime, message: str | Promise = ""):
        super().__init__(
            message or _("The deadline has passed. The sketch was not submitted; what you wrote is kept as a draft.")
        )
        self.at = at


class NotOpen(Refused):
    """The call is not published, not open yet, or cancelled."""

    def __init__(self, message: str | Promise = ""):
        super().__init__(message or _("This call does not take sketches now."))


class NotEligible(Refused):
    """The organisation is not of a kind that may apply in this call."""

    def __init__(self, message: str | Promise = ""):
        super().__init__(message or _("This kind of organisation cannot apply in this call."))


class NeedsCode(NotEligible):
    """The call is open to whoever has an invitation code, and the organisation has not used one yet."""

    def __init__(self) -> None:
        super().__init__(_("This call is open by invitation. Use your invitation code first."))


class TooManyTries(Refused):
    """Somebody has typed too many codes that do not exist. `minutes` from now they may go on."""

    def __init__(self, *, minutes: int):
        super().__init__(
            ngettext(
                "You have typed too many codes that are not right. Try again in %(minutes)s minute.",
                "You have typed too many codes that are not right. Try again in %(minutes)s minutes.",
                minutes,
            )
            % {"minutes": minutes}
        )
        self.minutes = minutes


class TooManyVisits(Refused):
    """Somebody at one address has looked up very many receipts."""

    def __init__(self) -> None:
        super().__init__(_("Too many receipts were looked up from here. Try again in a few minutes."))


class TooManyDownloads(Refused):
    """Somebody has downloaded everything of organisations several times just now."""

    def __init__(self) -> None:
        super().__init__(_("You have downloaded this several times just now. Try again in ten minutes."))


class Incomplete(InvalidInput):
    """The sketch cannot be handed in yet. `errors` maps question codes (or "co_applicants") to what is missing."""


class NotReady(InvalidInput):
    """The call cannot be published yet. `errors` maps a part of the call to what is missing."""


class IllegalTransition(Refused):
    """The state or milestone cannot change this way."""

    def __init__(self, message: str | Promise = ""):
        super().__init__(message or _("This is not possible in the present state."))


class QuestionsClosed(Refused):
    """Questions about the call are not taken now; `at` is when they closed or will close."""

    def __init__(self, at: dt.datetime, message: str | Promise = ""):
        super().__init__(
            message
            or _("Questions about this call are not taken now. The question was not sent; your text is kept here.")
        )
        self.at = at


class RegistrationClosed(Refused):
    """The meeting does not take registrations any more; `at` is since when."""

    def __init__(self, at: dt.datetime, message: str | Promise = ""):
        super().__init__(message or _("Registration for this meeting has closed."))
        self.at = at


class StaleEdit(Refused):
    """Somebody else has saved the same row since the form was made.

    theirs: {column: value it has now} where it differs from what was typed. revision: the row's count now; a form that
    carries it back overwrites on purpose.
    """

    def __init__(self, theirs: Mapping[str, Any], *, revision: int):
        super().__init__(
            _(
                "Somebody else has saved this since you opened the page. Nothing of yours is saved yet: compare the "
                "fields marked below, and save again to let your text stand."
            )
        )
        self.theirs = dict(theirs)
        self.revision = revision


class Overtaken(Refused):
    """What an amendment would change is no longer as it was when the change was made. `keys`: of those changes."""

    def __init__(self, names: list[str], keys: list[tuple[str, str, str]]):
        super().__init__(
            _(
                "Nothing was published and nothing is lost: this has changed since it was gathered: %(names)s. Look "
                "at both texts, and keep or remove the change."
            )
            % {"names": ", ".join(names)}
        )
        self.keys = keys
