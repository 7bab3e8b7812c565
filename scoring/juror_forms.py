"""What a juror says beside grades: wishes, and that something is given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import PastedTextField
from competition.models import Sketch, Topic
from scoring.enums import GiveBackReason, Wish
from scoring.selectors.wishes import WishRow
from scoring.services.giving_back import NOTE_AT_MOST

WISHES = (("", _("No wish")), *((wish.value, wish.label) for wish in Wish))


class GiveBackForm(forms.Form):
    """Why a juror does not go on. `whole`: with the whole task, and not with one sketch."""

    reason = forms.ChoiceField(label=_("Why?"), choices=GiveBackReason.choices, widget=forms.RadioSelect)
    note = PastedTextField(
        label=_("To the jury secretary"),
        required=False,
        max_length=NOTE_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only if you want to. Nothing about your health or your private life is needed."),
    )

    note_limit = NOTE_AT_MOST


@dataclass(frozen=True)
class WishLine:
    """One thing to have a wish about. `hint`: who stands behind a sketch, and its topics; `language`: of the label."""

    name: str
    label: str
    hint: str
    language: str
    wish: str
    problem: str = ""


class WishesForm:
    """A wish for each topic and each sketch that the juror is cleared for. A plain class, as that of declarations.

    Fields: `topic-<code>` and the sketch's reference; each holds a wish or nothing.
    """

    choices = WISHES

    def __init__(
        self, data: Mapping[str, str] | None, *, rows: list[WishRow], topics: list[Topic], said: Mapping[int, str]
    ):
        self.data, self.rows, self.all_topics, self.said = data, rows, topics, said

    def _line(self, name: str, label: str, hint: str, language: str, stored: str) -> WishLine:
        typed = stored if self.data is None else self.data.get(name, stored)
        known = typed in ("", *Wish.values)
        return WishLine(name, label, hint, language, typed, "" if known else str(_("Choose one of the answers.")))

    def topics(self) -> list[WishLine]:
        return [
            self._line(f"topic-{topic.code}", topic.label, "", "", self.said.get(topic.pk, ""))
            for topic in self.all_topics
        ]

    def sketches(self) -> list[WishLine]:
        return [
            self._line(
                row.sketch.reference,
                row.title,
                ", ".join([*row.organisations, *row.topics]),
                row.language,
                row.wish,
            )
            for row in self.rows
        ]

    def errors(self) -> list[tuple[str, str]]:
        lines = [*self.topics(), *self.sketches()]
        return [(f"{line.label}: {line.problem}", f"w-{line.name}") for line in lines if line.problem]

    def wishes(self) -> tuple[dict[Sketch, str], dict[Topic, str]]:
        """What to save: (sketch -> wish, topic -> wish)."""
        sketches = zip(self.rows, self.sketches(), strict=True)
        topics = zip(self.all_topics, self.topics(), strict=True)
        return {row.sketch: line.wish for row, line in sketches}, {topic: line.wish for topic, line in topics}


class WishPeriodForm(forms.Form):
    """Until when the jurors of a call are asked for wishes."""

    until = forms.DateField(
        label=_("Ask jurors for wishes until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day, in the call's time zone. Leave it empty, and jurors are not asked."),
    )
