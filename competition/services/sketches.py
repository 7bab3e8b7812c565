"""A sketch from its start to its outcome: everything but handing it in."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed
from accounts.guards import require
from accounts.models import Organisation, User
from competition import audit, signals
from competition.answers import Message, parse
from competition.clock import database_now
from competition.conditions import asked
from competition.enums import DECIDED_STATES, EarlierKind, Phase, SketchState
from competition.errors import DeadlinePassed, IllegalTransition, NotOpen
from competition.models import Answer, Call, Question, Sketch
from competition.numbers import new_number
from competition.selectors.access import window_for, window_of
from competition.selectors.sections import questions_of, with_options
from competition.services.access import require_eligible
from competition.services.history import store, with_own_stretch
from competition.services.letters import write_withdrawal
from competition.services.settling import Seen, Settled, settle
from competition.services.states import lock, move, require_open


@dataclass(frozen=True)
class SaveResult:
    """`errors` maps question codes to messages; what could be kept is kept all the same.

    joined, taken, open: {code: the other's answer} where somebody else has saved since the page was made, see Settled.
    unkept: codes of what is no answer at all, so that the draft holds what it held before.
    values: {code: what the draft holds now}. after_deadline: saved as a draft that can no longer be handed in.
    """

    sketch: Sketch
    errors: dict[str, Message] = field(default_factory=dict)
    unkept: frozenset[str] = frozenset()
    joined: dict[str, Answer] = field(default_factory=dict)
    taken: dict[str, Answer] = field(default_factory=dict)
    open: dict[str, Answer] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    saved_at: dt.datetime | None = None
    after_deadline: bool = False


@transaction.atomic
def start_sketch(*, by: User, call: Call, organisation: Organisation) -> Sketch:
    """Begin a sketch; an own one that nobody has written in yet is returned instead of a second empty one.

    Raises NotAllowed, NotEligible, NotOpen, DeadlinePassed.
    """
    # The lock makes a double click wait for the first.
    locked = Organisation.objects.written_by(by).select_for_update(of=("self",)).filter(pk=organisation.pk).first()
    if locked is None or call.published_at is None:
        raise NotAllowed(_("You have no access to this."))
    require_open(window_for(call, locked), database_now())
    require_eligible(call, locked)
    empty = call.sketches.filter(organisation=locked, state=SketchState.DRAFT, draft_revision=0).first()
    if empty is not None:
        return empty
    sketch = _create_sketch(call=call, organisation=locked, by=by)
    audit.record(call=call, action="competition.start_sketch", by=by, sketch=sketch.reference)
    return sketch


def _create_sketch(*, call: Call, organisation: Organisation, by: User) -> Sketch:
    language = get_language() or by.language
    while True:
        try:
            with transaction.atomic():
                return Sketch.objects.create(
                    call=call,
                    organisation=organisation,
                    reference=new_number(),
                    language=language if language in call.languages else call.default_language,
                    created_by=by,
                )
        except IntegrityError as error:
            if "reference" not in str(error):
                raise


# As Sketch.objects.with_window(), in so many words: every autosave asks this, and putting it together took as long.
_LOCK = """
SELECT sketch.*, LEAST(call.opens_at, own.opens_at) AS window_opens_at,
    GREATEST(call.deadline, own.closes_at) AS window_closes_at, skisse_now() AS read_at,
    ARRAY(SELECT code FROM competition_topic ORDER BY code) AS topic_codes
FROM competition_sketch AS sketch JOIN competition_call AS call ON call.id = sketch.call_id
LEFT JOIN competition_accessexception AS own
    ON own.call_id = sketch.call_id AND own.organisation_id = sketch.organisation_id AND own.revoked_at IS NULL
WHERE sketch.id = %s
FOR UPDATE OF sketch
"""


def lock_draft(sketch: Sketch) -> tuple[Sketch, bool]:
    """The sketch with its row locked, and whether the deadline has passed.

    Raises NotOpen where nothing is written any more. The clock is read before the lock is had: for a draft that is soon
    enough, and it saves a round trip of every autosave; so do the codes of all topics, which come with the row.
    """
    locked: Any = Sketch.objects.raw(_LOCK, [sketch.pk])[0]
    locked.call = sketch.call
    return locked, _is_late(locked, locked.read_at)


def _is_late(sketch: Sketch, now: dt.datetime) -> bool:
    if sketch.state not in (SketchState.DRAFT, SketchState.SUBMITTED, SketchState.WITHDRAWN):
        raise NotOpen(_("The sketch is being assessed and can no longer be changed."))
    try:
        require_open(window_of(sketch), now)
    except DeadlinePassed:
        if sketch.call.phase_at(now) != Phase.FORMAL_CHECK:
            raise NotOpen from None
        return True
    return False


@transaction.atomic
def save_answers(
    *,
    by: User,
    sketch: Sketch,
    values: dict[str, Any],
    seen: Seen | None = None,
    questions: list[Question] | None = None,
    kind: EarlierKind = EarlierKind.WRITTEN,
    replaces: bool = False,
) -> SaveResult:
    """Keep answers in the draft. `values` maps question codes to what was typed; codes not named are left alone.

    An over-long text is kept and reported; something that is no answer at all (a letter for a number) is only reported.
    What somebody else, or another page, has saved after `seen` is never overwritten: texts are joined where both
    changes have room, and the result names what has to be chosen. After the deadline the draft is still kept, and the
    result says so. `questions` are those of `values` where the caller has read them already, options included.
    What is overwritten stays in the history (see services.history); with `replaces` also what `by` has just written.
    Raises NotAllowed, NotOpen.
    """
    require("competition.write_sketch", by, sketch)
    locked, after_deadline = lock_draft(sketch)
    questions = _questions(sketch.call, values) if questions is None else questions
    if any(question.call_id != sketch.call_id for question in questions):
        raise ValueError("a question of another call")
    by_code, seen = {question.code: question for question in questions}, seen or Seen()
    parsed = _parse_all(questions, values, frozenset(locked.topic_codes), sketch.organisation.country)  # type: ignore[attr-defined]
    present = {answer.question.code: answer for answer in _answers(locked, questions, by)}
    wanted = {code: result.value for code, result in parsed.items() if result.storable}
    settled = settle(questions=by_code, wanted=wanted, present=present, seen=seen)
    if settled.write:
        answers = _answers_of(locked, by_code, settled, by, seen.page)
        store(locked, answers, present, by=by, joined=settled.joined, kind=kind, replaces=replaces)
    sketch.draft_revision, sketch.title, sketch.updated_at = locked.draft_revision, locked.title, locked.updated_at
    return SaveResult(
        sketch=sketch,
        errors=_of_asked(locked, questions, {code: one.error for code, one in parsed.items() if one.error}),
        unkept=frozenset(code for code, one in parsed.items() if not one.storable),
        joined=settled.joined,
        taken=settled.taken,
        open=settled.open,
        values={code: answer.value for code, answer in present.items()} | settled.write,
        saved_at=locked.read_at,  # type: ignore[attr-defined]
        after_deadline=after_deadline,
    )


def _questions(call: Call, values: dict[str, Any]) -> list[Question]:
    """Also those that an amendment took out while a page showed them: what is typed there is kept."""
    return with_options(
        list(Question.all_objects.filter(call=call, code__in=values))
    )  # open pages still show retired ones


def _answers(sketch: Sketch, questions: list[Question], by: User):
    by_key = {question.pk: question for question in questions}
    answers = with_own_stretch(
        Answer.objects.filter(sketch=sketch, question__in=by_key).select_related("updated_by"), by
    )
    for answer in answers:
        answer.question = by_key[answer.question_id]
    return answers


def _of_asked(sketch: Sketch, questions: list[Question], errors: dict[str, Message]) -> dict[str, Message]:
    """Without those of questions that are not asked, the answers being what they are by now."""
    if not any(question.shown_if_id for question in questions if question.code in errors):
        return errors
    needed = asked(questions_of(sketch.call), dict(sketch.answers.values_list("question__code", "value")))
    return {code: error for code, error in errors.items() if code in needed}


def _parse_all(questions: list[Question], values: dict[str, Any], topic_codes: frozenset[str], country: str):
    return {
        question.code: parse(question, values[question.code], topic_codes=topic_codes, country=country)
        for question in questions
    }


def _answers_of(
    sketch: Sketch, questions: dict[str, Question], settled: Settled, by: User, page: uuid.UUID | None
) -> list[Answer]:
    """What is to be stored, with the draft counted on."""
    sketch.draft_revision += 1
    # Until something is handed in the list shows the draft's title; afterwards that of the version that counts.
    if "title" in settled.write and sketch.current_version_id is None:
        sketch.title = (settled.write["title"] or "")[: Sketch._meta.get_field("title").max_length]
    return [
        Answer(
            sketch=sketch,
            question=questions[code],
            value=value,
            revision=sketch.draft_revision,
            page=None if code in settled.joined else page,
            updated_by=by,
            updated_at=sketch.read_at,  # type: ignore[attr-defined]
        )
        for code, value in settled.write.items()
    ]


def touch(sketch: Sketch) -> None:
    """Count the draft on after a change that is no answer."""
    sketch.draft_revision += 1
    sketch.save(update_fields=["draft_revision", "updated_at"])


@transaction.atomic
def withdraw_sketch(*, by: User, sketch: Sketch, reason: str) -> Sketch:
    """Take a submitted sketch back, until the deadline or the decision as the call says. Versions and receipts stay.

    The decision is what the letters tell: until they leave a sketch can be withdrawn, and its outcome falls away.

    Raises NotAllowed, InvalidInput, IllegalTransition.
    """
    require("competition.withdraw_sketch", by, sketch)
    if not (reason := reason.strip()):
        raise InvalidInput({"reason": _("Say shortly why you withdraw the sketch.")})
    locked = lock(sketch)
    if locked.state in DECIDED_STATES or locked.call.cancelled_at is not None:
        raise IllegalTransition(_("The call is decided or cancelled, so that the sketch can no longer be withdrawn."))
    if not locked.call.lets_withdraw_at(database_now(), closes_at=window_of(locked).closes_at):
        raise IllegalTransition(_("In this call sketches can be withdrawn until the deadline, which has passed."))
    move(sketch=locked, to=SketchState.WITHDRAWN, withdrawn_reason=reason[:2000])
    write_withdrawal(sketch=locked, by=by)
    signals.sketch_withdrawn.send(sender=Sketch, sketch=locked)
    audit.record(call=locked.call, action="competition.withdraw_sketch", by=by, sketch=locked.reference)
    sketch.state, sketch.withdrawn_reason = locked.state, locked.withdrawn_reason
    return locked


@transaction.atomic
def record_outcome(*, sketch: Sketch, state: SketchState, by: User) -> Sketch:
    """Record what was decided about a sketch; the deciding service has asked whether `by` may."""
    if state not in (SketchState.AWARDED, SketchState.REJECTED):
        raise ValueError(f"no outcome: {state}")
    locked = Sketch.objects.select_for_update().get(pk=sketch.pk)
    move(sketch=locked, to=state)
    audit.record(
        call=sketch.call, action="competition.record_outcome", by=by, sketch=sketch.reference, outcome=str(state)
    )
    sketch.state = locked.state
    return locked
