"""What an agency is told about its sketch, in public words only: dates, letters, and what comes next.

Made from the call's published dates, the agency's own acts, and letters that have left. Nothing here may hang on
jurors, grades, counts or an order: two competitions that differ only in those look the same from here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.enums import SketchState
from competition.models import Sketch
from competition.retention import drafts_go_at
from competition.selectors.access import window_of
from competition.selectors.receipts import receipt_occasion, versions_of
from competition.sketch_letters import beginnings
from notifications.enums import LetterKind
from notifications.models import Letter

DONE, CURRENT, COMING = "done", "current", "coming"
OUTCOME_KINDS = (LetterKind.AWARD, LetterKind.REJECTION)


@dataclass(frozen=True)
class Step:
    """One line of the timeline. `number` is that of a version, and `receipt` its receipt."""

    label: str | Promise
    when: dt.datetime | None
    state: str = DONE
    detail: str = ""
    receipt: str = ""


@dataclass(frozen=True)
class LetterShown:
    """One letter, however many mailboxes it went to."""

    pk: int
    subject: str
    kind: str
    label: str
    language: str
    sent_at: dt.datetime
    text: str = ""
    recipients: list[str] = field(default_factory=list)


def letters_about(sketch: Sketch) -> list[LetterShown]:
    """The letters about the sketch that have left, the newest first, each occasion once. Two queries."""
    found: dict[str, LetterShown] = {}
    for letter in _released(sketch):
        occasion = letter.occasion.rpartition(":")[0]
        shown = found.setdefault(
            occasion,
            LetterShown(
                pk=letter.pk,
                subject=letter.subject,
                kind=letter.kind,
                label=letter.get_kind_display(),
                language=letter.language,
                sent_at=letter.released_at,
                text=letter.text,
            ),
        )
        shown.recipients.append(letter.recipient)
    return sorted(found.values(), key=lambda letter: (letter.sent_at, letter.pk), reverse=True)


def letter_about(sketch: Sketch, pk: int) -> LetterShown | None:
    return next((letter for letter in letters_about(sketch) if letter.pk == pk), None)


def _released(sketch: Sketch):
    numbers = [version.leaf.number for version in versions_of(sketch)]
    wanted = Q(pk__in=[])
    for beginning in (*beginnings(sketch), *(f"{receipt_occasion(number)}:" for number in numbers)):
        wanted |= Q(occasion__startswith=beginning)
    return Letter.objects.filter(wanted).exclude(released_at=None).order_by("pk")


def timeline_of(sketch: Sketch, letters: list[LetterShown], now: dt.datetime) -> list[Step]:
    """From the beginning to the outcome, as far as it is known. One query."""
    steps = [Step(_("Sketch started"), sketch.created_at)]
    steps += [
        Step(
            _("Version %(number)s submitted") % {"number": version.number},
            version.submitted_at,
            receipt=version.leaf.number,
        )
        for version in reversed(versions_of(sketch))
    ]
    closes_at = window_of(sketch).closes_at
    steps.append(Step(_("Deadline"), closes_at, DONE if closes_at <= now else COMING))
    steps += [
        Step(letter.label, letter.sent_at, detail=letter.subject)
        for letter in letters
        if letter.kind in (LetterKind.WITHDRAWAL, LetterKind.DISMISSAL)
    ]
    steps.sort(key=lambda step: (step.state == COMING, step.when))
    if sketch.state in (SketchState.WITHDRAWN, SketchState.DISMISSED) or sketch.current_version is None:
        return steps
    return steps + _outcome(sketch, letters, now)


def _outcome(sketch: Sketch, letters: list[LetterShown], now: dt.datetime) -> list[Step]:
    call = sketch.call
    told = next((letter for letter in letters if letter.kind in OUTCOME_KINDS), None)
    closed = window_of(sketch).closes_at <= now
    if told is None:
        under_way = Step(_("The sketches are assessed"), None, CURRENT if closed else COMING)
        return [under_way, Step(_("Letter with the decision and the reasons"), call.result_at, COMING)]
    steps = [
        Step(_("The sketches were assessed"), None),
        Step(_("Letter with the decision and the reasons"), told.sent_at, detail=told.subject),
    ]
    published = call.result_published_at
    return [*steps, Step(_("The result is public"), published, DONE if published else COMING)]


def next_steps(sketch: Sketch, letters: list[LetterShown], now: dt.datetime) -> str | Promise:
    """What the agency can do or wait for, in a sentence or two."""
    is_open = window_of(sketch).accepts_at(now)
    if sketch.call.cancelled_at is not None:
        return _("The competition has been called off. You need not do anything.")
    if sketch.state == SketchState.DISMISSED:
        return _("The letter below says why, and how you can complain.")
    if sketch.state == SketchState.WITHDRAWN:
        return _("Until the deadline you can submit the sketch again.") if is_open else ""
    if sketch.current_version is None and is_open:
        return _("Write the sketch and submit it before the deadline.")
    if sketch.current_version is None:
        day = drafts_go_at(sketch.call, window_of(sketch).closes_at).astimezone(sketch.call.zone).date()
        return _("The draft is deleted on %(day)s. Download what you want to keep before that day.") % {
            "day": date_format(day)
        }
    kinds = {letter.kind for letter in letters}
    if LetterKind.AWARD in kinds:
        return _(
            "The programme owner gets in touch about the agreement and the first steps. The letter below says more."
        )
    if LetterKind.REJECTION in kinds:
        return _("The letter below gives the reasons, and says how you can complain.")
    if is_open:
        return _("You can change the sketch and submit it again until the deadline.")
    return _(
        "You need not do anything. Everybody is written to at the same time, with the decision and the reasons. "
        "Until then nobody can tell you how it goes."
    )
