"""Changing an open call: gathering, rules, publishing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.amending import read_changes
from competition.amendment_rules import proposed_deadline
from competition.days_off import day_off
from competition.enums import AmendmentKind, Phase
from competition.errors import IllegalTransition, Overtaken, StaleEdit
from competition.models import Amendment, Call, Question
from competition.services.amendments import discard_amendment, drop_change, gather
from competition.services.calls import update_call
from competition.services.revisions import digest
from home.demo.travel import at
from tests import factories
from tests.competition.amendments import REASON, amend, extend, gather_changes, publish

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def told(amendment):
    """{target/code/field: (before, after)}"""
    return {change.key_text: (change.before, change.after) for change in read_changes(amendment.changes)}


def fresh(call):
    return Call.objects.get(pk=call.pk)


# --- Gathering ------------------------------------------------------------------------------------------------------


def test_gathering_changes_nothing_of_the_call():
    call = factories.make_call(max_per_project=Decimal(1000))
    later = call.deadline + 7 * DAY

    gather_changes(call, title_en="Clearer", max_per_project=Decimal("2000.00"), deadline=later)

    assert told(call.amendments.get()) == {
        "call//title_en": (call.title_en, "Clearer"),
        "call//max_per_project": ("1000", "2000"),
        "call//deadline": (call.deadline.isoformat(), later.isoformat()),
    }
    assert fresh(call).title_en == call.title_en


def test_gathering_again_keeps_the_first_before():
    call = factories.make_call()

    gather_changes(call, title_en="First")
    gather_changes(call, title_en="Second", summary_en=call.summary_en)

    assert told(call.amendments.get()) == {"call//title_en": (call.title_en, "Second")}


def test_a_change_back_drops_out():
    call = factories.make_call()
    gather_changes(call, title_en="First", summary_en="Another")

    amendment = gather_changes(call, title_en=call.title_en)

    assert told(amendment) == {"call//summary_en": (call.summary_en, "Another")}


def test_questions_are_gathered_under_their_names():
    call = factories.make_call()
    question = call.questions.get(code="need")

    amendment = gather_changes(call, "question", "need", label_en="What is needed?", max_chars=1234)

    names = {change.name["en"] for change in read_changes(amendment.changes)}
    assert names == {question.label_en}
    assert told(amendment) == {
        "question/need/label_en": (question.label_en, "What is needed?"),
        "question/need/max_chars": (question.max_chars, 1234),
    }


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("title_en", "x" * 300, "200 characters"),
        ("max_per_project", Decimal("9e20"), "digits"),
        ("max_per_project", Decimal(-1), "greater than or equal to 0"),
        ("deadline", timezone.now() + DAY, "moved to later"),
        ("questions_until", timezone.now() - DAY, "must lie ahead"),
        ("pitch_at", timezone.now() - DAY, "must lie ahead"),
        ("min_organisations", 10**9, "less than or equal"),
        ("eligible_kinds", ["nobody"], "not a valid choice"),
    ],
)
def test_what_no_column_or_applicant_can_bear_is_refused_at_the_field(field, value, text):
    call = factories.make_call()

    with pytest.raises(InvalidInput) as refused:
        gather_changes(call, **{field: value})

    assert list(refused.value.errors) == [field]
    assert text in str(refused.value.errors[field])
    assert not call.amendments.exists()


@pytest.mark.parametrize("field", ["slug", "timezone", "currency", "opens_at", "default_language", "text_lock_days"])
def test_what_is_fixed_is_no_field_of_an_amendment(field):
    call = factories.make_call()

    with pytest.raises(TypeError):
        gather_changes(call, **{field: getattr(call, field)})


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.ANNOUNCED, Phase.COMPLETED, Phase.ARCHIVED, Phase.CANCELLED])
def test_only_a_call_under_way_gathers(phase):
    call = factories.call_in_phase(phase)

    with pytest.raises(IllegalTransition):
        gather_changes(call, title_en="Another")


def test_strangers_gather_nothing():
    call = factories.make_call()

    with pytest.raises(NotAllowed):
        gather(by=factories.make_user(), call=call, values={("call", ""): {"title_en": "Another"}})


def test_drop_and_discard():
    call = factories.make_call()
    by = factories.owner_of(call.programme)
    gather_changes(call, title_en="Another", summary_en="Another")

    drop_change(by=by, call=call, key=("call", "", "title_en"))

    assert told(call.amendments.get()) == {"call//summary_en": (call.summary_en, "Another")}
    with pytest.raises(Refused):
        drop_change(by=by, call=call, key=("call", "", "title_en"))
    discard_amendment(by=by, call=call)
    assert not call.amendments.exists()
    with pytest.raises(Refused):
        discard_amendment(by=by, call=call)


# --- Two owners at once ---------------------------------------------------------------------------------------------


def save(call, *, seen, revision, **fields):
    return gather(
        by=factories.owner_of(call.programme),
        call=call,
        values={("call", ""): fields},
        expected_revision=revision,
        seen={name: digest(value) for name, value in seen.items()},
    )


def test_later_owner_is_told_what_the_other_changed():
    call = factories.make_call()
    seen = {"title_en": call.title_en, "summary_en": call.summary_en}
    gather_changes(call, title_en="Theirs", summary_en="Theirs too")

    with pytest.raises(StaleEdit) as stale:
        save(call, seen=seen, revision=0, title_en="Mine", summary_en=call.summary_en)

    assert (stale.value.theirs, stale.value.revision) == ({"title_en": "Theirs"}, 1)
    assert told(call.amendments.get())["call//title_en"] == (call.title_en, "Theirs")


def test_saving_again_on_purpose_leaves_what_one_did_not_touch():
    call = factories.make_call()
    seen = {"title_en": call.title_en, "summary_en": call.summary_en}
    gather_changes(call, title_en="Theirs", summary_en="Theirs too")

    amendment = save(call, seen=seen, revision=1, title_en="Mine", summary_en=call.summary_en)

    assert told(amendment) == {
        "call//title_en": (call.title_en, "Mine"),
        "call//summary_en": (call.summary_en, "Theirs too"),
    }


def test_two_owners_in_different_fields_do_not_meet():
    call = factories.make_call()
    seen = {"title_en": call.title_en, "summary_en": call.summary_en}
    gather_changes(call, summary_en="Theirs")

    amendment = save(call, seen=seen, revision=0, title_en="Mine", summary_en=call.summary_en)

    assert set(told(amendment)) == {"call//title_en", "call//summary_en"}


def test_a_form_from_before_the_publication_is_old():
    call = factories.make_call()
    seen = {"title_en": call.title_en}
    amend(call, title_en="Published")

    with pytest.raises(StaleEdit):
        save(call, seen=seen, revision=0, title_en="Mine")


def test_publishing_what_one_has_not_seen_is_refused():
    call = factories.make_call()
    gather_changes(call, title_en="Seen")
    gather_changes(call, summary_en="Not seen")

    with pytest.raises(Refused, match="Look at it once more"):
        publish(call, expected_revision=1)

    assert call.amendments.gathering().exists()


# --- Publishing -----------------------------------------------------------------------------------------------------


def test_publishing_carries_everything_out_in_one_step():
    call = factories.make_call()
    before = fresh(call)
    gather_changes(call, title_en="Clearer")
    gather_changes(call, "question", "need", help_text_en="Say more.")

    amendment = publish(call, reasons={"en": f" {REASON} ", "nb": "Flere har spurt."})

    after, question = fresh(call), Question.objects.get(call=call, code="need")
    assert (after.title_en, question.help_text_en, question.revision) == ("Clearer", "Say more.", 1)
    assert (amendment.number, amendment.kind, amendment.reason_en, amendment.reason_nb) == (
        1,
        AmendmentKind.CLARIFICATION,
        REASON,
        "Flere har spurt.",
    )
    assert (amendment.deadline_before, amendment.deadline_after) == (call.deadline, call.deadline)
    assert after.changed_at == amendment.published_at
    assert after.dates_revision == before.dates_revision
    assert after.revision > before.revision
    assert after.public_revision > before.public_revision


def test_amendments_are_numbered_without_gaps():
    call = factories.make_call()

    numbers = [amend(call, title_en=f"Title {n}").number for n in range(3)]

    assert numbers == [1, 2, 3]


def test_an_extension_needs_nothing_but_a_date_and_a_reason():
    call = factories.make_call(questions_until=timezone.now() + 50 * DAY)
    later = call.deadline + 14 * DAY

    amendment = publish(
        call, kind=AmendmentKind.EXTENSION, new_deadline=later, questions_until=call.questions_until + 14 * DAY
    )

    after = fresh(call)
    assert (after.deadline, after.questions_until) == (later, call.questions_until + 14 * DAY)
    assert (amendment.deadline_before, amendment.deadline_after) == (call.deadline, later)
    assert set(told(amendment)) == {"call//deadline", "call//questions_until"}
    assert after.dates_revision == call.dates_revision + 1


def test_questions_end_no_later_than_the_deadline():
    call = factories.make_call(questions_until=timezone.now() + 50 * DAY)
    gather_changes(call, questions_until=call.deadline + DAY)

    with pytest.raises(InvalidInput) as refused:
        publish(call)

    assert list(refused.value.errors) == ["questions_until"]
    publish(call, new_deadline=call.deadline + 2 * DAY)
    assert fresh(call).questions_until == call.deadline + DAY


@pytest.mark.parametrize("zone", ["Europe/Oslo", "Europe/Helsinki", "Atlantic/Reykjavik"])
def test_a_deadline_is_proposed_at_the_same_hour_on_a_day_of_work(zone):
    call = factories.make_call(timezone=zone, publish=False)
    call.deadline = dt.datetime(2027, 3, 11, 13, tzinfo=call.zone)  # fourteen days before Maundy Thursday or its like

    proposed = proposed_deadline(call, dt.datetime(2027, 2, 1, tzinfo=dt.UTC)).astimezone(call.zone)

    assert proposed.time() == dt.time(13)
    assert not day_off(proposed.date(), call.zone)
    assert proposed - call.deadline >= dt.timedelta(days=13)


def test_within_the_lock_the_proposal_leaves_time_enough():
    call = factories.make_call(deadline=timezone.now() + 2 * DAY)

    assert proposed_deadline(call, timezone.now()) >= timezone.now() + 21 * DAY


def test_publishing_refuses_what_has_moved_away_from_under_it():
    call = factories.make_call()
    gather_changes(call, title_en="Mine", summary_en="Mine")
    factories.set_instants(call, title_en="Somebody's")

    with pytest.raises(Overtaken) as refused:
        publish(call)

    assert refused.value.keys == [("call", "", "title_en")]
    assert set(told(call.amendments.gathering().get())) == {"call//title_en", "call//summary_en"}
    assert fresh(call).summary_en == call.summary_en


def test_publishing_refuses_a_question_that_is_gone():
    call = factories.make_call()
    gather_changes(call, "question", "why_unsolved", help_text_en="More")
    call.questions.filter(code="why_unsolved").delete()

    with pytest.raises(Overtaken):
        publish(call)


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"reasons": {"nb": "Bare på norsk."}}, "reason_en"),
        ({"reasons": {"en": " "}}, "reason_en"),
        ({"reasons": {"en": "x" * 2001}}, "reason_en"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": AmendmentKind.EXTENSION}, "kind"),
        ({"kind": AmendmentKind.CHANGE}, "deadline"),
    ],
)
def test_publishing_says_at_the_field_what_is_missing(arguments, argument):
    call = factories.make_call()
    gather_changes(call, title_en="Another")

    with pytest.raises(InvalidInput) as refused:
        publish(call, **arguments)

    assert list(refused.value.errors) == [argument]
    assert fresh(call).title_en == call.title_en


def test_demands_are_never_a_clarification():
    call = factories.make_call()
    gather_changes(call, min_organisations=2)

    with pytest.raises(InvalidInput) as refused:
        publish(call)

    assert list(refused.value.errors) == ["kind"]


def test_a_change_of_substance_keeps_the_answer_why_the_deadline_stays():
    call = factories.make_call()
    gather_changes(call, min_organisations=2)

    amendment = publish(call, kind=AmendmentKind.CHANGE, no_extension_reasons={"en": "There are two months left."})

    assert fresh(call).min_organisations == 2
    assert amendment.no_extension_reason == "There are two months left."


def test_an_amendment_may_not_leave_the_call_without_what_it_needs():
    call = factories.make_call()
    gather_changes(call, title_nb="")

    with pytest.raises(InvalidInput, match="title is missing"):
        publish(call)

    assert fresh(call).title_nb == call.title_nb


def test_nothing_gathered_is_nothing_to_publish():
    call = factories.make_call()

    with pytest.raises(Refused, match="Nothing is gathered"):
        publish(call)


# --- The text lock --------------------------------------------------------------------------------------------------


def locked_call():
    """Ten days before its deadline."""
    return factories.make_call(deadline=timezone.now() + 10 * DAY)


def test_within_the_lock_a_clarification_passes():
    amend(call := locked_call(), title_en="Clearer")

    assert fresh(call).title_en == "Clearer"


@pytest.mark.parametrize("days", [None, 12, 20])
def test_within_the_lock_a_change_of_substance_needs_a_deadline_far_enough(days):
    call = locked_call()
    gather_changes(call, min_organisations=2)
    later = timezone.now() + days * DAY if days else None

    with pytest.raises(InvalidInput) as refused:
        publish(call, kind=AmendmentKind.CHANGE, new_deadline=later, no_extension_reasons={"en": "No time is needed."})

    assert list(refused.value.errors) == ["deadline"]


def test_within_the_lock_a_change_of_substance_passes_with_time_enough():
    call = locked_call()
    gather_changes(call, min_organisations=2)

    publish(call, kind=AmendmentKind.CHANGE, new_deadline=timezone.now() + 22 * DAY)

    assert fresh(call).min_organisations == 2


def test_within_the_lock_a_deadline_moves():
    call = locked_call()

    extend(call, call.deadline + DAY)

    assert fresh(call).deadline == call.deadline + DAY


# --- After the deadline ---------------------------------------------------------------------------------------------


def test_after_the_deadline_nothing_changes_but_events_to_come():
    call = factories.close(factories.make_call(pitch_at=timezone.now() + 100 * DAY))

    for fields in ({"title_en": "Another"}, {"min_organisations": 2}, {"deadline": timezone.now() + 9 * DAY}):
        with pytest.raises(InvalidInput, match="The deadline has passed"):
            gather_changes(call, **fields)
    amend(call, pitch_at=call.pitch_at + DAY, result_at=call.pitch_at + 9 * DAY)

    assert fresh(call).pitch_at == call.pitch_at + DAY


def test_a_question_keeps_to_the_rules_of_the_form():
    call = factories.make_call()

    with pytest.raises(InvalidInput) as title:
        gather_changes(call, "question", "title", required=False)
    with pytest.raises(InvalidInput) as limit:
        gather_changes(call, "question", "budget", max_chars=10)

    assert list(title.value.errors) == ["required"]
    assert list(limit.value.errors) == ["max_chars"]


def test_what_was_gathered_before_the_deadline_is_not_published_after_it():
    call = factories.make_call()
    gather_changes(call, title_en="Too late")
    factories.close(call)

    with pytest.raises(InvalidInput, match="The deadline has passed"):
        publish(call)


def test_a_passed_deadline_is_not_moved_even_before_the_sealing():
    call = factories.make_call()
    factories.set_instants(call, deadline=timezone.now() - dt.timedelta(seconds=1))

    with pytest.raises(InvalidInput, match="cannot be moved"):
        extend(call, timezone.now() + 9 * DAY)


def test_an_event_that_is_over_is_not_moved():
    call = factories.make_call(pitch_at=timezone.now() + 70 * DAY)

    with at(timezone.now() + 80 * DAY), pytest.raises(InvalidInput, match="cannot be moved"):
        gather_changes(call, pitch_at=timezone.now() + 5 * DAY)


# --- Changing directly ----------------------------------------------------------------------------------------------


def test_an_open_call_changes_directly_only_where_nobody_relies_on_it():
    call = factories.make_call()
    by = factories.owner_of(call.programme)

    with pytest.raises(InvalidInput) as refused:
        update_call(by=by, call=call, title_en="Another", opens_at=timezone.now(), draft_reminder_days=[5])
    update_call(by=by, call=call, draft_reminder_days=[7], title_en=call.title_en)

    assert set(refused.value.errors) == {"title_en", "opens_at"}
    assert fresh(call).draft_reminder_days == [7]


def test_update_counts_and_tells_the_later_owner():
    call = factories.make_call(publish=False)
    by = factories.owner_of(call.programme)
    update_call(by=by, call=call, expected_revision=0, title_en="Theirs")

    with pytest.raises(StaleEdit) as stale:
        update_call(by=by, call=call, expected_revision=0, title_en="Mine")

    assert (stale.value.theirs, stale.value.revision) == ({"title_en": "Theirs"}, 1)
    assert fresh(call).title_en == "Theirs"


def test_topics_change_with_the_call():
    call = factories.make_call(publish=False)
    by = factories.owner_of(call.programme)

    update_call(by=by, call=call, topics=["health", "transport"])

    assert set(call.topics.values_list("code", flat=True)) <= {"health", "transport"}
    assert Call.objects.get(pk=call.pk).revision == 1


def test_amendment_of_topics():
    call = factories.make_call()

    amend(call, topics=["health"])

    assert list(call.topics.values_list("code", flat=True)) == ["health"]


def test_only_one_amendment_gathers():
    call = factories.make_call()
    gather_changes(call, title_en="One")
    gather_changes(call, summary_en="Two")

    assert Amendment.objects.filter(call=call).count() == 1
