"""The letter about a finding, to the agency that objected. It tells the outcome, and nothing about who judges what."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation

from competition.clock import database_now
from competition.models import Sketch
from competition.selectors.reminders import writers_of
from competition.services.enquiry_letters import address_mark
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import write_letter
from scoring.enums import ObjectionState
from scoring.models import Objection
from scoring.selectors.objections import LETTER_RELATED, shown_name, without_letter

YOUNG, OLD = dt.timedelta(minutes=2), dt.timedelta(days=7)


def objection_occasions(sketch: Sketch) -> list[str]:
    """How the occasions of the letters about objections to jurors of the sketch begin."""
    return [f"objection:{sketch.pk}:"]


@transaction.atomic
def write_answer(*, objection_id: int) -> int:
    """Tell the agency what was found; returns how many letters are new. Safe to call twice."""
    objection = Objection.objects.select_related(*LETTER_RELATED).get(pk=objection_id)
    if objection.state not in (ObjectionState.UPHELD, ObjectionState.NOT_UPHELD):
        return 0
    return sum(_write(objection, address, language) for address, language in _readers(objection).items())


def _readers(objection: Objection) -> dict[str, str]:
    """The lead applicant's people and mailbox, and whoever made the objection."""
    found = {reader.address: reader.language for reader in writers_of(objection.sketch, database_now())}
    maker = objection.made_by
    if maker is not None and maker.is_active:
        found.setdefault(maker.email.lower(), maker.language)
    return found


def _write(objection: Objection, address: str, language: str) -> int:
    sketch = objection.sketch
    occasion = f"{objection_occasions(sketch)[0]}{objection.pk}:{address_mark(address)}"
    if Letter.objects.filter(occasion=occasion).exists():
        return 0
    with translation.override(language):
        context = {
            "call": sketch.call,
            "sketch": sketch,
            "name": shown_name(objection.juror),
            "upheld": objection.state == ObjectionState.UPHELD,
            "url": link(language, "scoring:objections", sketch.reference),
        }
        write_letter(
            occasion=occasion,
            kind=LetterKind.OBJECTION_ANSWER,
            recipient=address,
            language=language,
            context=context,
            about=sketch.call,
        )
    return 1


def write_missing() -> int:
    """Make up for letters that were missed, because a queue or a worker was lost."""
    now = database_now()
    return sum(write_answer(objection_id=one.pk) for one in without_letter(now - OLD, now - YOUNG))
