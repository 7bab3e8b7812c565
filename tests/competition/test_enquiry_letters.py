"""Who is told what about questions and answers: once, gathered, and without saying who asked."""

import datetime as dt

import pytest

from competition import tasks
from competition.models import Enquiry
from competition.services.enquiry_answers import decline_enquiry, merge_enquiry, save_answer
from notifications.models import Letter
from tests import factories
from tests.competition.enquiries import make_answered, make_enquiry, make_published, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return factories.make_call()


@pytest.fixture
def owner(call):
    return factories.owner_of(call.programme)


def told(kind: str = "") -> dict[str, str]:
    letters = Letter.objects.order_by("recipient")
    return dict((letters.filter(kind=kind) if kind else letters).values_list("recipient", "kind"))


def run_all() -> None:
    tasks.write_missing_enquiry_letters()


def test_everybody_hears_once_of_all_that_was_published_together(call):
    sketch = factories.make_sketch(call=call)
    asker = factories.make_user()
    publish(make_answered(call, question="A?", by=asker), make_answered(call, question="B?"), make_answered(call))

    run_all()
    run_all()

    others = {user.email for user in (one.asked_by for one in Enquiry.objects.all())} - {asker.email}
    writers = {factories.writer_of(sketch).email, sketch.organisation.mailbox}
    assert set(told("answers")) == {asker.email} | others | writers
    assert Letter.objects.count() == 5
    to_writer = Letter.objects.get(recipient=sketch.organisation.mailbox)
    assert [f"Question {number}: " in to_writer.text for number in (1, 2, 3, 4)] == [True, True, True, False]
    to_asker = Letter.objects.get(recipient=asker.email)
    assert "A?" in to_asker.text
    assert "B?" not in to_asker.text


def test_letters_do_not_say_who_asked(call):
    asker = factories.make_user(name="Kari Spør")
    organisation = factories.make_organisation(member=asker, name="Secret Municipality")
    sketch = factories.make_sketch(call=call)
    publish(make_answered(call, by=asker, organisation=organisation))

    run_all()

    letter = Letter.objects.get(recipient=sketch.organisation.mailbox)
    whole = letter.subject + letter.text + letter.html
    assert "Secret" not in whole
    assert asker.email not in whole
    assert list(Letter.objects.about(call).values_list("recipient", flat=True).order_by("pk")) == [
        factories.writer_of(sketch).email,
        sketch.organisation.mailbox,
    ]


def test_asker_with_a_sketch_gets_one_letter(call):
    sketch = factories.make_sketch(call=call)
    writer = factories.writer_of(sketch)
    publish(make_answered(call, by=writer))

    run_all()

    assert Letter.objects.filter(recipient=writer.email).count() == 1
    assert "Your question" in Letter.objects.get(recipient=writer.email).subject


def test_whoever_began_afterwards_is_not_told_of_the_past(call):
    make_published(call)
    run_all()
    factories.make_sketch(call=call)

    run_all()

    assert Letter.objects.count() == 1


def test_change_is_told_again_as_a_change(call, owner):
    sketch = factories.make_sketch(call=call)
    enquiry = make_published(call)
    run_all()

    save_answer(by=owner, enquiry=enquiry, texts={"answer_en": "Regions too."})
    run_all()
    run_all()

    letters = Letter.objects.filter(recipient=sketch.organisation.mailbox).order_by("pk")
    assert [letter.kind for letter in letters] == ["answers", "answer_changed"]
    assert "Regions too." in letters[1].text


def test_askers_of_merged_questions_are_told_then_and_at_publishing(call, owner):
    one, other = factories.make_user(), factories.make_user()
    target = make_answered(call, by=other)
    merge_enquiry(by=owner, enquiry=make_enquiry(call, by=one, text="Who can apply?"), into=target)
    run_all()
    assert told() == {one.email: "enquiry_merged"}

    publish(target)
    run_all()

    assert sorted(Letter.objects.values_list("recipient", "kind")) == sorted(
        [(one.email, "answers"), (one.email, "enquiry_merged"), (other.email, "answers")]
    )


def test_merging_into_a_published_question_tells_its_answer_once(call, owner):
    one = factories.make_user()
    target = make_published(call)
    run_all()

    merge_enquiry(by=owner, enquiry=make_enquiry(call, by=one, text="Who can apply?"), into=target)
    run_all()
    run_all()

    (letter,) = Letter.objects.filter(recipient=one.email)
    assert letter.kind == "enquiry_merged"
    assert "Municipalities." in letter.text


def test_decline_is_told_to_the_asker_alone(call, owner):
    asker = factories.make_user()
    factories.make_sketch(call=call)
    decline_enquiry(by=owner, enquiry=make_enquiry(call, by=asker), reason="It is about another call.")

    run_all()
    run_all()

    assert told() == {asker.email: "enquiry_declined"}
    assert "It is about another call." in Letter.objects.get().text
    assert not Letter.objects.about(call).exists()


def test_letters_are_written_in_the_organisations_written_standard(call):
    writer = factories.make_user(language="en")
    factories.make_organisation(member=writer, language_form="nn")
    sketch = factories.make_sketch(call=call, by=writer)
    make_published(call)

    run_all()

    assert set(Letter.objects.about(call).values_list("recipient", "language")) == {
        (writer.email, "nn"),
        (sketch.organisation.mailbox, "nn"),
    }


def test_missed_letters_are_looked_after_for_a_week(call):
    make_published(call)
    Enquiry.objects.update(published_at=Enquiry.objects.get().published_at - dt.timedelta(days=8))

    run_all()

    assert not Letter.objects.exists()


def test_letters_leave_after_the_commit(call, django_capture_on_commit_callbacks, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    enquiry = make_answered(call)

    with django_capture_on_commit_callbacks() as callbacks:
        publish(enquiry)

    assert not Letter.objects.exists()
    assert len(callbacks) >= 1
