"""Who is told about an amendment, and what the letter says."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.enums import MemberRole
from competition.enums import AmendmentKind
from competition.services.sketches import withdraw_sketch
from competition.tasks import write_amendment_letters, write_missing_amendment_letters
from notifications.models import Letter
from tests import factories
from tests.competition.amendments import REASON, amend, extend, gather_changes, publish

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def told():
    """{address: language} of the amendment letters there are."""
    return dict(Letter.objects.filter(kind="amendment").values_list("recipient", "language"))


def write(amendment):
    write_amendment_letters(amendment.pk)
    return told()


def test_everybody_with_a_draft_or_a_submission_is_told_once_in_their_language():
    call = factories.make_call()
    writer = factories.make_user("writer@example.com", language="sv")
    draft = factories.make_sketch(call=call, by=writer)
    factories.make_sketch(call=call, by=writer)
    agency = draft.organisation
    for role, name in ((MemberRole.EDITOR, "editor"), (MemberRole.READER, "reader")):
        agency.memberships.create(user=factories.make_user(f"{name}@example.com"), role=role)
    partner = factories.make_organisation(mailbox="partner@example.com")
    factories.join(draft, partner)
    factories.invite(draft, factories.make_organisation(mailbox="asked@example.com"))
    withdrawn = factories.make_submitted_sketch(call=call, by=factories.make_user("gone@example.com"))
    withdraw_sketch(by=factories.writer_of(withdrawn), sketch=withdrawn, reason="No time")
    factories.make_sketch(by=factories.make_user("elsewhere@example.com"))

    letters = write(amend(call, title_en="Clearer"))

    assert letters == {
        "writer@example.com": "sv",
        "editor@example.com": "en",
        agency.mailbox: draft.language,
        "partner@example.com": draft.language,
        "gone@example.com": "en",
        withdrawn.organisation.mailbox: withdrawn.language,
    }


def test_who_begins_or_joins_after_the_publication_has_read_it():
    call = factories.make_call()
    amendment = amend(call, title_en="Clearer")
    factories.make_sketch(call=call)

    assert write(amendment) == {}


def test_nobody_is_told_twice_and_what_was_missed_is_made_up_for():
    call = factories.make_call()
    factories.make_sketch(call=call)
    amend(call, title_en="Clearer")

    written = [write_missing_amendment_letters() for _n in range(2)]

    assert written == [2, 0]
    assert len(told()) == Letter.objects.filter(kind="amendment").count() == 2


def test_an_organisation_is_written_to_in_its_own_written_standard():
    call = factories.make_call()
    writer = factories.make_user("writer@example.com", language="en")
    sketch = factories.make_sketch(call=call, by=writer)
    sketch.organisation.language_form = "nn"
    sketch.organisation.save()

    assert write(amend(call, title_en="Clearer")) == {"writer@example.com": "nn", sketch.organisation.mailbox: "nn"}


def test_letter_shows_before_after_reason_deadline_and_what_to_do():
    call = factories.make_call(deadline=timezone.datetime(2027, 3, 1, 12, tzinfo=dt.UTC))
    factories.make_sketch(call=call, by=factories.make_user("writer@example.com"))
    gather_changes(call, max_per_project=5000, title_en="Clearer", title_nb="Klarere")
    gather_changes(call, "question", "need", jury_label_en="Confidential")

    write(
        publish(
            call,
            kind=AmendmentKind.CHANGE,
            reasons={"en": REASON},
            new_deadline=timezone.datetime(2027, 3, 15, 12, tzinfo=dt.UTC),
        )
    )

    letter = Letter.objects.get(recipient="writer@example.com")
    assert letter.subject == "New deadline, and what has changed in “Clearer”"
    for text in (
        "This is amendment 1: Change of substance.",
        REASON,
        "The deadline is now 15 March 2027 at 13:00 (Norwegian time). It was 1 March 2027 at 13:00 (Norwegian time).",
        "At most per project\nBefore: (nothing)\nNow: NOK\u00a05,000",
        f"Title\nBefore: {call.title_en}\nNow: Clearer",
        "Until 15 March 2027 at 13:00 (Norwegian time) you can change it and submit it again",
        f"/en/calls/{call.slug}/",
    ):
        assert text in letter.text
    for text in ("Klarere", "Confidential"):
        assert text not in letter.text


def test_reason_falls_back_honestly():
    call = factories.make_call()
    factories.make_sketch(call=call, by=factories.make_user("writer@example.com", language="sv"))

    write(extend(call, call.deadline + DAY))

    text = Letter.objects.get(recipient="writer@example.com").text
    assert REASON in text


def test_after_the_deadline_only_those_who_compete_are_told():
    call = factories.make_call(pitch_at=timezone.now() + 100 * DAY)
    factories.make_sketch(call=call)
    received = factories.make_submitted_sketch(call=call, by=factories.make_user("in@example.com"))
    factories.close(call)

    letters = write(amend(call, pitch_at=call.pitch_at + DAY))

    assert set(letters) == {"in@example.com", received.organisation.mailbox}
    assert "submit it again" not in Letter.objects.get(recipient="in@example.com").text
