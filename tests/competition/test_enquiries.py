"""Asking, answering, publishing, merging and declining questions about a call."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.errors import InvalidInput, NotAllowed
from competition.clock import database_now
from competition.enums import EnquiryState, Phase, ProgrammeRole
from competition.errors import IllegalTransition, QuestionsClosed, StaleEdit
from competition.models import Enquiry
from competition.selectors.enquiries import (
    PublishedEnquiry,
    enquiry_counts,
    enquiry_rows,
    merge_targets,
    published_enquiries,
)
from competition.services.enquiries import OPEN_AT_MOST, ask
from competition.services.enquiry_answers import (
    decline_enquiry,
    merge_enquiry,
    publish_enquiries,
    reopen_enquiry,
    save_answer,
)
from home.demo.travel import at
from tests import factories
from tests.competition.enquiries import ahead, make_answered, make_enquiry, make_published, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return factories.make_call(questions_until=timezone.now() + dt.timedelta(days=30))


@pytest.fixture
def owner(call):
    return factories.owner_of(call.programme)


def texts(question="Who may apply?", answer="Municipalities."):
    return {"question_en": question, "answer_en": answer}


# -- asking ----------------------------------------------------------------------------------------------------------


def test_question_is_kept_as_asked(call):
    user = factories.make_user()
    organisation = factories.make_organisation(member=user)
    before = database_now()

    enquiry = ask(by=user, call=call, text="  Who\r\nmay apply? ", language="nn", organisation=organisation)

    enquiry.refresh_from_db()
    assert (enquiry.text, enquiry.language, enquiry.asked_by, enquiry.organisation) == (
        "Who\nmay apply?", "nn", user, organisation,
    )  # fmt: skip
    assert before <= enquiry.asked_at <= database_now()
    assert (enquiry.state, enquiry.number) == (EnquiryState.NEW, None)


def test_log_does_not_say_who_asked(call):
    make_enquiry(call)

    assert ModelLogEntry.objects.get(action="competition.ask").user_id is None


@pytest.mark.parametrize("phase", [Phase.ANNOUNCED, Phase.OPEN])
def test_questions_are_taken_before_the_deadline(phase):
    assert make_enquiry(factories.call_in_phase(phase)).pk


@pytest.mark.parametrize("phase", [Phase.FORMAL_CHECK, Phase.CANCELLED, Phase.COMPLETED])
def test_questions_are_not_taken_afterwards(phase):
    call = factories.call_in_phase(phase)

    with pytest.raises(QuestionsClosed):
        make_enquiry(call)

    assert not Enquiry.objects.exists()


def test_draft_of_a_call_takes_no_questions():
    with pytest.raises(NotAllowed):
        make_enquiry(factories.make_call(publish=False))


def test_questions_close_by_the_databases_clock(call):
    last = call.questions_until
    with at(last - dt.timedelta(seconds=5)):
        make_enquiry(call)

    with at(last), pytest.raises(QuestionsClosed) as refused:
        make_enquiry(call, text="Too late?")

    assert refused.value.at == last
    assert Enquiry.objects.count() == 1


def test_second_press_of_the_button_sends_nothing(call):
    user, key = factories.make_user(), uuid.uuid4()

    first = make_enquiry(call, by=user, idempotency_key=key)
    second = make_enquiry(call, by=user, text="Changed in between", idempotency_key=key)
    reloaded = make_enquiry(call, by=user, idempotency_key=uuid.uuid4())

    assert first == second == reloaded
    assert Enquiry.objects.count() == 1


def test_key_of_somebody_else_neither_shows_nor_blocks(call):
    key = uuid.uuid4()
    other = make_enquiry(call, idempotency_key=key)

    mine = make_enquiry(call, idempotency_key=key)

    assert mine != other
    assert Enquiry.objects.count() == 2


def test_too_many_open_questions_are_refused(call):
    user = factories.make_user()
    for number in range(OPEN_AT_MOST):
        make_enquiry(call, by=user, text=f"Question {number}")

    with pytest.raises(InvalidInput) as refused:
        make_enquiry(call, by=user, text="One more")

    assert list(refused.value.errors) == ["text"]
    assert make_enquiry(call, text="Somebody else").pk


@pytest.mark.parametrize("text", ["", " \n ", "\x00", "x" * 2001, "bell\x07"])
def test_text_that_cannot_be_a_question_is_refused(call, text):
    with pytest.raises(InvalidInput) as refused:
        make_enquiry(call, text=text)

    assert list(refused.value.errors) == ["text"]


def test_text_pasted_from_word_is_cleaned(call):
    enquiry = make_enquiry(call, text="“Who”\x0bmay\u200b apply\u2013and when?")

    assert enquiry.text == "“Who”\nmay apply\u2013and when?"


def test_organisation_must_be_ones_own(call):
    with pytest.raises(InvalidInput):
        make_enquiry(call, organisation=factories.make_organisation())


# -- answering -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"),
    [(role, role in ("owner", "call_manager", "case_officer")) for role in ProgrammeRole.values],
)
def test_who_answers(call, role, may):
    enquiry = make_enquiry(call)
    user = factories.make_member(call.programme, role)

    if may:
        assert save_answer(by=user, enquiry=enquiry, texts=texts()).state == EnquiryState.ANSWERED
    else:
        with pytest.raises(NotAllowed):
            save_answer(by=user, enquiry=enquiry, texts=texts())


def test_saved_answer_is_not_published(call, owner):
    enquiry = make_enquiry(call)

    save_answer(by=owner, enquiry=enquiry, texts=texts())

    assert published_enquiries(call, "en") == []


def test_later_owner_is_told_what_the_other_wrote(call, owner):
    enquiry = make_enquiry(call)
    save_answer(by=owner, enquiry=enquiry, texts=texts(answer="Yes."), expected_revision=0)

    with pytest.raises(StaleEdit) as refused:
        save_answer(by=owner, enquiry=enquiry, texts=texts(answer="No."), expected_revision=0)

    assert refused.value.theirs == {"answer_en": "Yes."}
    enquiry.refresh_from_db()
    assert enquiry.answer_en == "Yes."


def test_publishing_numbers_by_the_wording(call, owner):
    late = make_answered(call, question="Zebra?")
    early = make_answered(call, question="Aardvark?")

    publish(late, early)

    assert (early.number, late.number) == (1, 2)
    assert early.published_at == late.published_at
    assert make_published(call, question="Another?").number == 3


def test_second_press_publishes_nothing(call, owner):
    enquiry = make_answered(call)
    chosen = {enquiry.pk: enquiry.revision}
    publish_enquiries(by=owner, call=call, chosen=chosen)

    assert publish_enquiries(by=owner, call=call, chosen=chosen) == []


def test_answer_changed_meanwhile_is_not_published(call, owner):
    enquiry = make_answered(call)
    chosen = {enquiry.pk: enquiry.revision}
    save_answer(by=owner, enquiry=enquiry, texts=texts(answer="Something else."))

    with pytest.raises(IllegalTransition):
        publish_enquiries(by=owner, call=call, chosen=chosen)


def test_answer_without_the_main_language_is_not_published(call, owner):
    enquiry = make_enquiry(call)
    row = save_answer(by=owner, enquiry=enquiry, texts={"question_nb": "Hvem?", "answer_nb": "Kommuner."})

    with pytest.raises(InvalidInput) as refused:
        publish_enquiries(by=owner, call=call, chosen={row.pk: row.revision})

    assert sorted(refused.value.errors) == ["answer_en", "question_en"]


def test_questions_of_another_call_are_not_published(call, owner):
    other = make_answered(factories.make_call())

    assert publish_enquiries(by=owner, call=call, chosen={other.pk: other.revision}) == []


def test_answers_are_published_until_the_deadline_and_read_only_after(call, owner):
    early, late = make_answered(call, question="A?"), make_answered(call, question="B?")
    factories.set_instants(call, questions_until=timezone.now() - dt.timedelta(hours=1))
    publish(early)
    factories.set_instants(call, deadline=timezone.now())

    with pytest.raises(IllegalTransition):
        publish(late)
    with pytest.raises(IllegalTransition):
        save_answer(by=owner, enquiry=early, texts=texts(answer="Changed."))

    assert [one.question for one in published_enquiries(call, "en")] == ["A?"]


def test_change_of_a_published_answer_is_marked(call, owner):
    enquiry = make_published(call)

    save_answer(by=owner, enquiry=enquiry, texts=texts(answer="Regions too."))

    (shown,) = published_enquiries(call, "en")
    enquiry.refresh_from_db()
    assert shown == PublishedEnquiry(
        1, "Who may apply?", "", "Regions too.", "", enquiry.published_at, enquiry.changed_at
    )
    assert enquiry.changed_at > enquiry.published_at


def test_published_answer_cannot_be_emptied(call, owner):
    enquiry = make_published(call)

    with pytest.raises(InvalidInput):
        save_answer(by=owner, enquiry=enquiry, texts=texts(answer=""))


def test_saving_the_same_again_changes_nothing(call, owner):
    enquiry = make_published(call)

    save_answer(by=owner, enquiry=enquiry, texts=texts())

    enquiry.refresh_from_db()
    assert enquiry.changed_at is None


# -- merging and declining -------------------------------------------------------------------------------------------


def test_merged_question_follows_the_other(call, owner):
    one, other = make_enquiry(call), make_answered(call)

    merge_enquiry(by=owner, enquiry=one, into=other)

    one.refresh_from_db()
    assert (one.state, one.merged_into) == (EnquiryState.MERGED, other)


def test_chains_are_flattened(call, owner):
    first, second, third = (make_enquiry(call, text=text) for text in ("A?", "B?", "C?"))
    merge_enquiry(by=owner, enquiry=first, into=second)

    merge_enquiry(by=owner, enquiry=second, into=third)
    first.refresh_from_db()
    reopened = reopen_enquiry(by=owner, enquiry=first)
    merge_enquiry(by=owner, enquiry=reopened, into=second)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.merged_into, second.merged_into) == (third, third)


def test_circle_and_self_are_refused(call, owner):
    one, other = make_enquiry(call, text="A?"), make_enquiry(call, text="B?")
    merge_enquiry(by=owner, enquiry=one, into=other)

    for enquiry, into in ((other, one), (other, other)):
        with pytest.raises(InvalidInput):
            merge_enquiry(by=owner, enquiry=enquiry, into=into)


def test_question_of_another_call_is_no_target(call, owner):
    with pytest.raises(InvalidInput):
        merge_enquiry(by=owner, enquiry=make_enquiry(call), into=make_enquiry(factories.make_call()))


def test_published_question_stays_where_it_is(call, owner):
    published, other = make_published(call), make_enquiry(call, text="B?")

    with pytest.raises(IllegalTransition):
        merge_enquiry(by=owner, enquiry=published, into=other)
    with pytest.raises(IllegalTransition):
        decline_enquiry(by=owner, enquiry=published, reason="No.")


def test_declined_question_can_be_taken_up_again(call, owner):
    enquiry = make_enquiry(call)

    declined = decline_enquiry(by=owner, enquiry=enquiry, reason=" It names a supplier. ")
    with pytest.raises(IllegalTransition):
        save_answer(by=owner, enquiry=declined, texts=texts())
    again = reopen_enquiry(by=owner, enquiry=declined)

    assert (declined.state, declined.declined_reason) == (EnquiryState.DECLINED, "It names a supplier.")
    assert (again.state, again.declined_reason) == (EnquiryState.NEW, "")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_reason_is_needed(call, owner, reason):
    with pytest.raises(InvalidInput):
        decline_enquiry(by=owner, enquiry=make_enquiry(call), reason=reason)


# -- reading ---------------------------------------------------------------------------------------------------------


def test_published_are_read_in_one_query_whatever_the_language(call, owner, django_assert_num_queries):
    enquiry = make_enquiry(call)
    both = texts() | {"question_nb": "Hvem kan søke?"}
    row = save_answer(by=owner, enquiry=enquiry, texts=both)
    publish(row)
    make_published(call, question="When?", answer="In spring.")

    with django_assert_num_queries(1):
        nb = published_enquiries(call, "nb")

    assert [(one.question, one.question_language, one.answer, one.answer_language) for one in nb] == [
        ("Hvem kan søke?", "", "Municipalities.", "en"),
        ("When?", "en", "In spring.", "en"),
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("munici apply", ["Who may apply?"]),
        ("PRING", ["When?"]),
        ("apply spring", []),
        ("%", []),
        ("\x00", ["Who may apply?", "When?"]),
        ("x" * 10_000, []),
        ("", ["Who may apply?", "When?"]),
    ],
)
def test_search_finds_every_word_inside_others(call, search, found):
    make_published(call)
    make_published(call, question="When?", answer="In spring.")

    assert [one.question for one in published_enquiries(call, "en", search)] == found


def test_owners_rows_say_the_state_that_the_row_says(call, owner):
    make_enquiry(call, text="New?")
    answered, published = make_answered(call, question="B?"), make_published(call, question="C?")
    merge_enquiry(by=owner, enquiry=make_enquiry(call, text="D?"), into=answered)
    decline_enquiry(by=owner, enquiry=make_enquiry(call, text="E?"), reason="No.")

    rows = list(enquiry_rows(call))

    assert [row.stands for row in rows] == [row.state for row in rows]
    assert enquiry_counts(call) == dict.fromkeys(EnquiryState.values, 1)
    assert [row.text for row in enquiry_rows(call, state="declined")] == ["E?"]
    assert [row.text for row in enquiry_rows(call, search="c?")] == ["C?"]
    assert merge_targets(answered) == [published, Enquiry.objects.get(text="New?")]


def test_deadline_that_moves_reopens_for_answers(call, owner):
    enquiry = make_answered(call)
    factories.set_instants(call, deadline=timezone.now())
    factories.set_instants(call, deadline=ahead(days=3))

    publish(enquiry)

    assert enquiry.state == EnquiryState.PUBLISHED
