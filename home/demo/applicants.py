"""Agencies write their sketches and hand them in, through the same services as the site's pages."""

from __future__ import annotations

import uuid
from typing import Any

from competition.enums import QuestionKind
from competition.models import Call, Question, Sketch, SketchVersion
from competition.selectors.co_applicants import token_of
from competition.selectors.endorsements import draft_content
from competition.selectors.endorsements import token_of as endorsement_token
from competition.services.co_applicants import confirm_co_applicant, invite_co_applicant
from competition.services.endorsements import ask_endorsement, give_endorsement
from competition.services.sketches import save_answers, start_sketch
from competition.services.submission import submit_sketch
from home.demo.world import World, data

ROLE_OF_ENDORSER = "endorser_role"


def needs_of(key: str) -> list[dict[str, Any]]:
    """The needs that demo.json gives to a call, in their order."""
    return [need for need in data()["needs"] if key in need["calls"]]


def answers_to(call: Call, need: dict[str, Any], *, title: str) -> dict[str, Any]:
    """An answer to every question of the call's form, from the need and the phrases of its language."""
    questions = call.questions.exclude(kind=QuestionKind.FILE)
    return {question.code: _answer(call, question, need, title) for question in questions}


def _answer(call: Call, question: Question, need: dict[str, Any], title: str) -> Any:
    phrases = data()["phrases"][need["language"]]
    written = {"title": title, "summary": need["text"][: question.max_chars or 600], "need": need["text"], **phrases}
    if question.code in written:
        return written[question.code]
    by_kind = {
        QuestionKind.TOPICS: [need["topic"]],
        QuestionKind.CONFIRM: True,
        QuestionKind.MONEY: str(int(call.max_per_project or 1_000_000)),
        QuestionKind.SHORT_TEXT: phrases[ROLE_OF_ENDORSER],
    }
    if question.kind in by_kind:
        return by_kind[QuestionKind(question.kind)]
    return phrases["effect"] if question.required else None


def write_draft(
    world: World, call: Call, need: dict[str, Any], *, organisation: str = "", title: str = "", co: tuple[str, ...] = ()
) -> Sketch:
    """A complete draft that is not handed in. `organisation` and `co` are keys of demo.json."""
    lead = organisation or need["demo_owner"]
    writer = world.writers[lead]
    sketch = start_sketch(by=writer, call=call, organisation=world.organisations[lead])
    for key in co:
        asked = invite_co_applicant(by=writer, sketch=sketch, organisation=world.organisations[key], role="editor")
        confirm_co_applicant(by=world.writers[key], token=token_of(asked))
    Sketch.objects.filter(pk=sketch.pk).update(language=need["language"])
    result = save_answers(by=writer, sketch=sketch, values=answers_to(call, need, title=title or need["title"]))
    if result.errors:
        raise ValueError(f"the demo's answers are not accepted: {result.errors}")
    sketch.refresh_from_db()
    role = data()["phrases"][need["language"]][ROLE_OF_ENDORSER]
    record = ask_endorsement(by=writer, sketch=sketch, role_title=role, mailbox=sketch.organisation.mailbox)
    give_endorsement(token=endorsement_token(record), seen=draft_content(sketch))
    return sketch


def hand_in(world: World, sketch: Sketch) -> SketchVersion:
    """Submit the draft in the name of whoever wrote it. Raises what the service raises."""
    writer = sketch.created_by
    if writer is None:
        raise ValueError(f"sketch {sketch.reference} has no writer")
    return submit_sketch(by=writer, sketch=sketch, idempotency_key=uuid.uuid4())
