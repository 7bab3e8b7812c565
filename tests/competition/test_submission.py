"""Handing in a sketch: what a version holds, what is refused, and what is written once only."""

import datetime as dt
import hashlib
import json
import uuid

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.enums import OrganisationKind
from accounts.errors import NotAllowed
from competition import tasks
from competition.enums import SketchState
from competition.errors import DeadlinePassed, Incomplete, NotEligible, NotOpen
from competition.models import LateAttempt, Question, ReceiptLeaf, ReceiptTree, SketchVersion, Topic
from competition.numbers import is_number
from competition.selectors import receipts
from competition.services import sketches, submission
from notifications.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db


def save(sketch, **values):
    return sketches.save_answers(by=factories.writer_of(sketch), sketch=sketch, values=values)


def actions(call):
    return list(ModelLogEntry.objects.for_instance(call).order_by("pk").values_list("action", flat=True))


def test_submit_sketch_writes_version_leaf_and_state():
    sketch = factories.make_sketch()

    version = factories.submit(sketch)

    sketch.refresh_from_db()
    assert (version.number, version.title) == (1, "Safe nights at home")
    assert (sketch.state, sketch.current_version) == (SketchState.SUBMITTED, version)
    assert [topic.code for topic in sketch.topics.all()] == version.topic_codes == ["health"]
    assert is_number(version.leaf.number)
    assert (version.leaf.index, version.leaf.data_sha256) == (0, version.sha256)
    assert ReceiptTree.objects.get(call=sketch.call).size == 1
    assert actions(sketch.call)[-1] == "competition.submit_sketch"


def test_canonical_text_holds_everything_and_hashes_to_the_receipt():
    sketch = factories.make_sketch()

    version = factories.submit(sketch)

    document = json.loads(version.canonical)
    assert hashlib.sha256(version.canonical.encode()).hexdigest() == version.sha256
    assert document["sketch"] == sketch.reference
    assert document["call"] == sketch.call.slug
    assert document["version"] == 1
    assert document["answers"] == factories.ANSWERS
    assert [one["role"] for one in document["organisations"]] == ["lead"]
    assert [question["code"] for question in document["questions"]] == [
        question.code for question in sketch.call.questions.all()
    ]
    assert document["submitted_at"] == version.submitted_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_later_edit_of_a_question_changes_no_version():
    sketch = factories.make_submitted_sketch()

    Question.objects.filter(call=sketch.call, code="need").update(label_en="Something else", max_chars=1)

    version = SketchVersion.objects.get()
    frozen = next(question for question in version.questions if question["code"] == "need")
    assert frozen["label"]["en"] == "What is the unsolved need, and who has it?"
    assert frozen["max_chars"] == 2500


def test_changed_draft_submitted_again_is_version_two():
    sketch = factories.make_submitted_sketch()
    save(sketch, title="Another title", topics=["water"])

    version = factories.submit(sketch)

    sketch.refresh_from_db()
    assert (version.number, sketch.title) == (2, "Another title")
    assert [topic.code for topic in sketch.topics.all()] == ["water"]
    assert list(ReceiptLeaf.objects.values_list("index", flat=True)) == [0, 1]


def test_unchanged_draft_with_another_key_gives_the_same_version():
    sketch = factories.make_sketch()

    first, second = factories.submit(sketch), factories.submit(sketch)

    assert first == second
    assert SketchVersion.objects.count() == 1


def test_same_key_after_a_change_gives_the_earlier_version():
    sketch, key = factories.make_sketch(), uuid.uuid4()
    by = factories.writer_of(sketch)
    first = submission.submit_sketch(by=by, sketch=sketch, idempotency_key=key)
    save(sketch, need="Changed")
    factories.submit(sketch)

    again = submission.submit_sketch(by=by, sketch=sketch, idempotency_key=key)

    assert again == first
    assert SketchVersion.objects.count() == 2


def test_same_key_after_the_deadline_still_answers_with_the_receipt():
    sketch, key = factories.make_sketch(), uuid.uuid4()
    by = factories.writer_of(sketch)
    first = submission.submit_sketch(by=by, sketch=sketch, idempotency_key=key)
    factories.close(sketch.call)

    assert submission.submit_sketch(by=by, sketch=sketch, idempotency_key=key) == first
    assert not LateAttempt.objects.exists()


def test_withdrawn_sketch_submitted_again_unchanged_is_a_new_version():
    sketch = factories.make_submitted_sketch()
    sketches.withdraw_sketch(by=factories.writer_of(sketch), sketch=sketch, reason="A mistake")

    version = factories.submit(sketch)

    sketch.refresh_from_db()
    assert (version.number, sketch.state, sketch.withdrawn_reason) == (2, SketchState.SUBMITTED, "")


def test_missing_answers_are_all_named_at_once():
    sketch = factories.make_sketch(answers={"title": "Only a title"})

    with pytest.raises(Incomplete) as refused:
        factories.submit(sketch)

    required = {question.code for question in sketch.call.questions.filter(required=True)}
    assert refused.value.errors.keys() == required - {"title"}
    assert not SketchVersion.objects.exists()


def test_over_long_answer_is_refused_and_kept():
    sketch = factories.make_sketch(answers=factories.ANSWERS | {"summary": "x" * 601})

    with pytest.raises(Incomplete) as refused:
        factories.submit(sketch)

    assert refused.value.errors.keys() == {"summary"}
    assert sketch.answers.get(question__code="summary").value == "x" * 601


def test_too_few_organisations():
    sketch = factories.make_sketch(call=factories.make_call(min_organisations=2))

    with pytest.raises(Incomplete) as refused:
        factories.submit(sketch)

    assert refused.value.errors.keys() == {"co_applicants"}


def test_co_applicants_stand_in_the_version():
    sketch = factories.make_sketch(call=factories.make_call(min_organisations=2))
    other = factories.make_organisation()
    factories.join(sketch, other)

    version = factories.submit(sketch)

    assert [(one["role"], one["id"]) for one in version.organisations] == [
        ("lead", sketch.organisation_id),
        ("co_applicant", other.pk),
    ]


def test_organisation_that_became_a_company_is_not_eligible():
    sketch = factories.make_sketch()
    type(sketch.organisation).objects.filter(pk=sketch.organisation_id).update(kind=OrganisationKind.COMPANY)

    with pytest.raises(NotEligible):
        factories.submit(sketch)


@pytest.mark.parametrize("late_by", [dt.timedelta(0), dt.timedelta(hours=3)])
def test_after_the_deadline_the_draft_stays_and_the_attempt_is_recorded(late_by):
    sketch = factories.make_sketch()
    factories.set_instants(sketch.call, deadline=timezone.now() - late_by)

    with pytest.raises(DeadlinePassed):
        factories.submit(sketch)

    attempt = LateAttempt.objects.get()
    assert attempt.sketch == sketch
    assert sketch.answers.count() == len(factories.ANSWERS)
    assert not SketchVersion.objects.exists()
    assert actions(sketch.call)[-1] == "competition.late_attempt"


def test_before_the_opening_and_when_cancelled():
    sketch = factories.make_sketch()
    now = timezone.now()

    for instants in ({"opens_at": now + dt.timedelta(hours=1)}, {"opens_at": now, "cancelled_at": now}):
        factories.set_instants(sketch.call, **instants)
        with pytest.raises(NotOpen):
            factories.submit(sketch)

    assert not LateAttempt.objects.exists()


@pytest.mark.parametrize("role", ["reader", None])
def test_who_does_not_write_for_the_organisation_may_not(role):
    sketch, person = factories.make_sketch(), factories.make_user()
    if role:
        sketch.organisation.memberships.create(user=person, role=role)

    with pytest.raises(NotAllowed):
        factories.submit(sketch, by=person)


def test_receipt_letters_are_written_once_with_a_full_copy():
    sketch = factories.make_submitted_sketch(need="Nobody sells what we need.")
    version = SketchVersion.objects.get()

    tasks.write_receipt(version.pk)
    tasks.write_receipt(version.pk)

    letters = Letter.objects.filter(kind="receipt")
    assert {letter.recipient for letter in letters} == {
        factories.writer_of(sketch).email,
        sketch.organisation.mailbox,
    }
    assert letters.count() == 2
    assert all(
        part in letter.text
        for letter in letters
        for part in (version.leaf.number, version.sha256, "Nobody sells what we need.", sketch.reference)
    )


def test_receipts_that_a_lost_queue_left_unwritten_are_written(monkeypatch):
    factories.make_submitted_sketch()
    version = SketchVersion.objects.get()

    too_young = tasks.write_missing_receipts()
    monkeypatch.setattr(receipts, "YOUNG", -dt.timedelta(minutes=1))
    written, again = tasks.write_missing_receipts(), tasks.write_missing_receipts()

    assert (too_young, written, again) == (0, 2, 0)
    assert Letter.objects.filter(occasion__startswith=f"receipt:{version.leaf.number}").count() == 2


def test_late_letter_says_so_once_however_often_somebody_tries():
    sketch = factories.make_sketch()
    factories.close(sketch.call)
    for _attempt in range(2):
        with pytest.raises(DeadlinePassed):
            factories.submit(sketch)

    for attempt in LateAttempt.objects.all():
        tasks.write_late_attempt(attempt.pk)

    assert Letter.objects.filter(kind="late_attempt").count() == 2
    assert LateAttempt.objects.count() == 2


def test_topics_are_there_whichever_call_came_first():
    factories.make_call()
    factories.make_call()

    assert Topic.objects.count() == 10
