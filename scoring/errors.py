"""Why the jury's services refuse."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed, Refused


class Disqualified(NotAllowed):
    """The juror has left the room for this sketch. Shown as “not found”, like everything that is not theirs."""

    def __init__(self) -> None:
        super().__init__(_("You have no access to this."))


class NotReady(Refused):
    """A step was asked for before the one that must come first, or a second time."""


class RunUnderway(Refused):
    """One run of a kind at a time."""


class NoSolution(Refused):
    """The run cannot give a result; the message says what stands against it."""


class OutsidePeriod(Refused):
    """Grades can only be given while the assessment runs. `at`: the database's clock when it was tried."""

    def __init__(self, at: dt.datetime):
        super().__init__(_("The assessment is not open. Nothing was changed."))
        self.at = at


@dataclass(frozen=True)
class AssessmentText:
    """What an assessment holds, as data: to compare, and to show one text beside another."""

    scores: dict[str, tuple[int | None, bool, str]] = field(
        default_factory=dict
    )  # code -> grade, cannot assess, reasons
    comment: str = ""
    private_note: str = ""


class StaleAssessment(Refused):
    """Somebody (the same juror in another tab) saved in between. Nothing was changed; both texts are here.

    `theirs`: what is stored now, `mine`: what was sent, `revision`: the number to send along when saving again.
    """

    def __init__(self, *, theirs: AssessmentText, mine: AssessmentText, revision: int):
        super().__init__(
            _("This assessment was changed in another window since you opened it. Compare the two, then save again.")
        )
        self.theirs = theirs
        self.mine = mine
        self.revision = revision
