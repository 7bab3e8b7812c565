"""Whatever changes what a call's public page shows counts `public_revision` on, by any door; the rest does not."""

import datetime as dt

import pytest
from django.utils import timezone

from competition.enums import QuestionKind
from competition.models import (
    AccessException,
    Amendment,
    Call,
    Enquiry,
    InformationMeeting,
    Programme,
    QuestionOption,
    QuestionSection,
    Topic,
)
from scoring.models import Criterion, GradeLevel
from tests import factories

pytestmark = pytest.mark.django_db


def revision(call):
    return Call.objects.values_list("public_revision", flat=True).get(pk=call.pk)


def meet(call):
    now = timezone.now()
    InformationMeeting.objects.create(call=call, title="Meeting", starts_at=now, ends_at=now + dt.timedelta(hours=1))


def exempt(call):
    agency, at = factories.make_organisation(), call.opens_at
    AccessException.objects.create(call=call, organisation=agency, opens_at=at, reason="-", granted_at=at)


CHANGES = {
    "call": lambda call: Call.objects.filter(pk=call.pk).update(title_en="Another"),
    "question": lambda call: call.questions.filter(code="need").update(label_en="Another"),
    "question removed": lambda call: call.questions.filter(code="summary").delete(),
    "section": lambda call: QuestionSection.objects.create(call=call, order=1, code="one", title="One"),
    "criterion": lambda call: Criterion.objects.filter(call=call).update(weight=1),
    "level": lambda call: GradeLevel.objects.filter(scale__call=call).update(label_en="Another"),
    "amendment": lambda call: Amendment.objects.create(call=call),
    "enquiry": lambda call: Enquiry.objects.create(call=call, text="?", language="en", asked_at=timezone.now()),
    "meeting": meet,
    "exception": exempt,
    "topic": lambda call: call.topics.add(Topic.objects.first()),
    "programme": lambda call: Programme.objects.filter(pk=call.programme_id).update(contact_mailbox="a@example.com"),
    "seal": factories.close,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_counts(change):
    call = factories.make_call()
    before = revision(call)

    CHANGES[change](call)

    assert revision(call) > before


def test_an_option_counts():
    call = factories.make_call()
    question = call.questions.create(order=999, code="choice", kind=QuestionKind.CHOICE, label="Which?")
    before = revision(call)

    QuestionOption.objects.create(question=question, order=1, code="one", label="One")

    assert revision(call) > before


def test_saving_a_stale_call_does_not_count_back():
    call = factories.make_call()
    stale = Call.objects.get(pk=call.pk)
    Call.objects.filter(pk=call.pk).update(title_en="Another")
    before = revision(call)

    stale.save()

    assert revision(call) == before + 1


def test_a_submission_leaves_the_calls_row_alone():
    call = factories.make_call()
    sketch = factories.make_sketch(call=call)
    before = revision(call)

    factories.submit(sketch)

    assert revision(call) == before
