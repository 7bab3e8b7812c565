"""Everything of one organisation, as files to take along: what its members may read here anyway, and nothing else.

Nothing of jurors, grades, the formal check or other applicants is in it, and a state only in the words that the
sketch's own pages have for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Organisation
from accounts.selectors import members_of
from competition.archive import Entry
from competition.canonical import instant
from competition.models import CoApplicant, Question, Sketch
from competition.selectors.sections import Draft, read_draft, standing
from competition.selectors.sketch_files import (
    INCLUDED,
    as_json,
    content_of,
    file_facts,
    letter_text,
    named_files,
    version_entries,
)
from competition.selectors.sketch_status import letters_about


def sketches_behind(organisation: Organisation) -> QuerySet[Sketch]:
    """The sketches that the organisation leads, or stands behind as a confirmed co-applicant."""
    joined = CoApplicant.objects.confirmed().filter(organisation=organisation).values("sketch_id")
    return (
        Sketch.objects.filter(Q(organisation=organisation) | Q(pk__in=joined))
        .with_window()
        .select_related("call", "organisation", "current_version")
        .order_by("reference")
    )


def organisation_data(organisation: Organisation, *, language: str, now: dt.datetime) -> Iterator[Entry]:
    """The files in the reader's language, one after the other; a sketch's are read when its turn comes."""

    def spoken(make: Callable[[], bytes]) -> list[bytes]:
        # Between two files other work may go on, which speaks its own language.
        with translation.override(language):
            return [make()]

    since = organisation.created_at
    yield Entry("README.txt", since, spoken(lambda: _readme(organisation)))
    yield Entry("organisation.json", since, spoken(lambda: _organisation(organisation)))
    for sketch in sketches_behind(organisation):
        folder, files = f"sketches/{sketch.reference}", []
        for attachment, name in named_files(sketch):
            state, pieces = content_of(attachment)
            if state == INCLUDED:
                yield Entry(f"{folder}/files/{name}", attachment.uploaded_at, pieces)
            files.append(file_facts(attachment, name, state))
        draft = spoken(partial(_draft, sketch, files, language, now))
        yield Entry(f"{folder}/draft.json", sketch.updated_at, draft)
        yield from version_entries(sketch, folder)
        yield Entry(f"{folder}/earlier.json", sketch.updated_at, spoken(partial(_earlier, sketch)))
        for number, letter in enumerate(reversed(letters_about(sketch)), start=1):
            yield Entry(f"{folder}/letters/{number:02}-{letter.kind}.txt", letter.sent_at, [letter_text(letter)])


def _readme(organisation: Organisation) -> bytes:
    text = render_to_string("competition/organisation_data.txt", {"organisation": organisation})
    return (text.strip() + "\n").encode()


def _organisation(organisation: Organisation) -> bytes:
    return as_json(
        {
            "name": organisation.name,
            "number": organisation.number,
            "country": organisation.country,
            "kind": str(organisation.get_kind_display()),
            "mailbox": organisation.mailbox,
            "registered_at": instant(organisation.created_at),
            "members": [
                {"address": member.user.email, "role": str(member.get_role_display())}
                for member in members_of(organisation)
            ],
        }
    )


def _draft(sketch: Sketch, files: list[dict[str, Any]], language: str, now: dt.datetime) -> bytes:
    draft = read_draft(sketch)
    asked = [question for page in draft.pages for question in page.questions]
    return as_json(
        {
            "reference": sketch.reference,
            "title": sketch.title,
            "language": sketch.language,
            "call": {"title": sketch.call.title, "address": sketch.call.slug},
            "state": str(standing(sketch, now).label),
            "started_at": instant(sketch.created_at),
            "reason_for_withdrawing": sketch.withdrawn_reason,
            "lead_applicant": _known(sketch.organisation.name, sketch.organisation.number),
            "co_applicants": [
                _known(co.shown_name, co.shown_number) | {"state": str(co.get_state_display())}
                for co in draft.co_applicants
            ],
            "answers": [_answer(draft, question, language) for question in (*asked, *draft.no_longer_asked)],
            "files": files,
        }
    )


def _known(name: str, number: str) -> dict[str, str]:
    return {"name": name, "number": number}


def _answer(draft: Draft, question: Question, language: str) -> dict[str, Any]:
    return {
        "code": question.code,
        "question": question.label,
        "asked": question.code in draft.asked,
        "answer": draft.text(question, language),
        "value": draft.value(question),
    }


def _earlier(sketch: Sketch) -> bytes:
    """Who wrote what and when; of people only what the pages show of them."""
    return as_json(
        [
            {
                "question": row.question.code,
                "kind": str(row.get_kind_display()),
                "from": instant(row.from_at),
                "until": instant(row.until_at),
                "by": row.person.name if row.person else None,
                "value": row.value,
            }
            for row in sketch.history.select_related("question", "person").order_by("question__code", "from_at", "pk")
        ]
    )
