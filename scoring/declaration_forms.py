"""The one page of declarations: parses an answer for each sketch, and says what is wrong with some of them.

A plain class and no Django form: a field object for each of 200 sketches would cost more than the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.fields import PastedTextField
from scoring.enums import Verdict
from scoring.models import ImpartialityReason
from scoring.selectors.impartiality import DeclarationRow
from scoring.services.impartiality import FINDING_AT_MOST, DeclarationInput

IMPARTIAL, NOT_IMPARTIAL = "impartial", "not"
Message = str | Promise


@dataclass(frozen=True)
class Line:
    """One sketch on the page. `asks_why`: “not impartial” was chosen, and the reason is asked for on the spot."""

    row: DeclarationRow
    choice: str
    why: str
    problem: Message

    @property
    def target(self) -> str:
        return f"r-{self.row.sketch.reference}"

    @property
    def asks_why(self) -> bool:
        return self.choice == NOT_IMPARTIAL


class DeclarationsForm:
    """What a juror chose for the sketches that are still open.

    A sketch's field has its reference as name and holds `impartial`, `not` (then `why-<reference>` holds the code of a
    reason), or such a code itself. `seen` holds a digest for each sketch, of those who stood behind it on the page.
    """

    def __init__(
        self, data: Mapping[str, str] | None = None, *, rows: list[DeclarationRow], reasons: list[ImpartialityReason]
    ):
        self.data = data or {}
        self.rows = [row for row in rows if not row.is_locked]
        self.reasons = {reason.code: reason for reason in reasons}
        self.problems: dict[str, Message] = {}
        self.general: list[Message] = []
        seen = (pair.partition(":") for pair in self.data.get("seen", "").split())
        self.seen_before = {reference: digest for reference, _colon, digest in seen}

    def declarations(self, *, impartial_for_the_rest: bool = False) -> list[DeclarationInput]:
        """What can be declared. Sketches without a choice are left out, or declared impartial; a choice that cannot be
        understood, or lacks its reason, goes into `problems`.
        """
        found = []
        for row in self.rows:
            reference = row.sketch.reference
            choice, why = self._typed(reference)
            if not choice and not (impartial_for_the_rest and row.declaration is None):
                continue
            seen = self.seen_before.get(reference, "")
            if choice in ("", IMPARTIAL):
                found.append(DeclarationInput(row.sketch, Verdict.IMPARTIAL, seen=seen))
            elif choice == NOT_IMPARTIAL and why in self.reasons:
                found.append(DeclarationInput(row.sketch, Verdict.DISQUALIFIED, self.reasons[why], seen=seen))
            elif choice == NOT_IMPARTIAL:
                self.problems[reference] = _("Choose the reason why you are not impartial.")
            else:
                self.problems[reference] = _("Choose one of the answers.")
        return found

    def _typed(self, reference: str) -> tuple[str, str]:
        choice = self.data.get(reference, "")
        if choice in self.reasons:
            return NOT_IMPARTIAL, choice
        return choice, self.data.get(f"why-{reference}", "")

    def show(self, rows: list[DeclarationRow]) -> None:
        """Stand on fresh rows, after some of them were kept."""
        self.rows = [row for row in rows if not row.is_locked]

    def lines(self) -> list[Line]:
        """The sketches in order. What was kept shows as it is stored; what was not, as it was chosen."""
        found = []
        for row in self.rows:
            choice, why = self._typed(row.sketch.reference)
            if row.sketch.reference not in self.problems and row.declaration is not None:
                choice, why = IMPARTIAL, ""
            found.append(Line(row, choice, why, self.problems.get(row.sketch.reference, "")))
        return found

    def errors(self) -> list[tuple[Message, str]]:
        """(what is wrong, where) for the summary on top."""
        told = [(f"{line.row.title}: {line.problem}", line.target) for line in self.lines() if line.problem]
        return [(message, "") for message in self.general] + told

    def first_open(self) -> str:
        """Where the first sketch without an answer stands, for the skip link; empty when there is none."""
        return next((f"r-{row.sketch.reference}" for row in self.rows if row.declaration is None), "")

    def seen(self) -> str:
        return " ".join(f"{row.sketch.reference}:{row.seen}" for row in self.rows)


class CaseForm(forms.Form):
    """The chair's or the secretariat's finding on a case, in writing."""

    verdict = forms.ChoiceField(
        label=_("Finding"),
        choices=(
            (Verdict.IMPARTIAL, _("Impartial: the juror may judge the sketch")),
            (Verdict.DISQUALIFIED, _("Disqualified: the juror leaves the room")),
        ),
        widget=forms.RadioSelect,
    )
    finding = PastedTextField(
        label=_("What the finding rests on"),
        max_length=FINDING_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The rule and the conclusion, for the file. Leave out whatever is private."),
    )
