"""The owner's pages of amendments, and editing an open call."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from competition.amending import read_changes
from competition.enums import AmendmentKind, ProgrammeRole
from competition.models import Call
from competition.services.revisions import digest
from competition.workspace_fields import wall_clock
from tests import factories
from tests.competition.amendments import REASON, amend, gather_changes
from tests.competition.test_workspace_calls import form_data
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def gathered(call):
    return {change.key_text: change.after for change in read_changes(call.amendments.gathering().get().changes)}


def publish_data(client, call, **typed):
    form = client.get(url_of("workspace:amendment_review", call)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | typed


def test_editing_an_open_call_gathers_only_what_was_changed():
    call = factories.make_call()
    client = staff_client(call.programme)

    response = client.post(url_of("workspace:edit", call), form_data(client, call, summary_nb="Nytt sammendrag"))
    page = client.get(url_of("workspace:edit", call))

    assert response.status_code == 302
    assert gathered(call) == {"call//summary_nb": "Nytt sammendrag"}
    assert Call.objects.get(pk=call.pk).summary_nb == call.summary_nb
    assert page.context["form"]["summary_nb"].value() == "Nytt sammendrag"
    assert "gathered as an amendment" in page.content.decode()


def test_editing_an_open_call_saves_at_once_what_nobody_relies_on():
    call = factories.make_call()
    client = staff_client(call.programme)

    client.post(url_of("workspace:edit", call), form_data(client, call, draft_reminder_days="7, 2", topics=["health"]))

    assert Call.objects.get(pk=call.pk).draft_reminder_days == [7, 2]
    assert gathered(call) == {"call//topics": ["health"]}
    assert client.get(url_of("workspace:edit", call)).context["form"]["topics"].value() == ["health"]


def test_later_owner_sees_both_texts_and_saves_on_purpose():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)
    mine = form_data(client, call, title_en="Mine")
    other = staff_client(call.programme)
    later = wall_clock(call.deadline + DAY, call.zone)
    other.post(url_of("workspace:edit", call), form_data(other, call, title_en="Theirs", deadline=later))

    refused = client.post(url_of("workspace:edit", call), mine)
    form = refused.context["form"]
    again = {name: form[name].value() for name in form.fields}
    again = {name: "" if value is None else value for name, value in again.items()}
    saved = client.post(url_of("workspace:edit", call), again)

    after = Call.objects.get(pk=call.pk)
    assert (refused.status_code, saved.status_code) == (422, 302)
    assert form.errors["title_en"] == ["Saved by somebody else: Theirs"]
    assert form["title_en"].value() == "Mine"
    assert "deadline" not in form.errors
    assert (after.title_en, wall_clock(after.deadline, call.zone)) == ("Mine", later)


def test_instants_of_others_are_shown_on_the_calls_clock():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)
    mine = form_data(client, call, deadline=wall_clock(call.deadline + DAY, call.zone), eligible_kinds=["region"])
    other = staff_client(call.programme)
    theirs = wall_clock(call.deadline + 2 * DAY, call.zone)
    other.post(url_of("workspace:edit", call), form_data(other, call, deadline=theirs, eligible_kinds=["municipality"]))

    form = client.post(url_of("workspace:edit", call), mine).context["form"]

    assert form.errors["deadline"] == [f"Saved by somebody else: {theirs.replace('T', ' ')}"]
    assert form.errors["eligible_kinds"] == ["Saved by somebody else: Municipality"]


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("title_en", "x" * 300, "200 characters"),
        ("title_en", "\x07 bell", "cannot be read"),
        ("max_per_project", "9" * 20, "14 digits in total"),
        ("draft_reminder_days", "14, three", "no whole number"),
        ("draft_reminder_days", "14, 999", "from 1 to 365"),
        ("juror_reminder_shares", "50, 101", "from 1 to 100"),
        ("deadline", "2027-03-28T02:30", "does not exist"),
        ("deadline", "2027-10-31T02:30", "comes twice"),
        ("min_organisations", "99999999999", "less than or equal"),
    ],
)
def test_bad_input_stands_at_the_field_and_the_rest_is_kept(field, value, text):
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)

    response = client.post(
        url_of("workspace:edit", call), form_data(client, call, **{"summary_en": "Kept", field: value})
    )

    form = response.context["form"]
    assert response.status_code == 422
    assert text in " ".join(form.errors[field])
    assert form["summary_en"].value() == "Kept"


def test_pasted_text_is_cleaned():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)
    pasted = "\ufeffNeeds\x0bof\u00ad all\r\nwho\u200b live there\x00"

    client.post(url_of("workspace:edit", call), form_data(client, call, body_en=pasted, title_en="One\r\nline"))

    after = Call.objects.get(pk=call.pk)
    assert (after.body_en, after.title_en) == ("Needs\nof all\nwho live there", "One line")


def test_what_is_fixed_cannot_be_typed_and_is_not_sent():
    call = factories.make_call()
    client = staff_client(call.programme)

    form = client.get(url_of("workspace:edit", call)).context["form"]
    client.post(url_of("workspace:edit", call), form_data(client, call, currency="SEK", text_lock_days="1"))

    fixed = {name for name, field in form.fields.items() if field.disabled}
    assert fixed == {"slug", "timezone", "currency", "opens_at", "default_language", "text_lock_days"}
    assert not call.amendments.exists()
    assert Call.objects.get(pk=call.pk).currency == "NOK"


def test_review_shows_the_difference_and_how_many_are_told():
    call = factories.make_call(title_en="At most two pages")
    factories.make_sketch(call=call)
    gather_changes(call, title_en="At most <b>four</b> pages")
    client = staff_client(call.programme)

    page = client.get(url_of("workspace:amendment_review", call)).content.decode()

    assert '<del><span class="sk-change__word">Removed: </span>two </del>' in page
    assert "&lt;b&gt;four&lt;/b&gt;" in page
    assert "Publish and tell 2 addresses" in page


def test_publishing_from_the_page():
    call = factories.make_call()
    gather_changes(call, title_en="Clearer")
    client = staff_client(call.programme)

    data = publish_data(client, call, kind=AmendmentKind.CLARIFICATION, reason_en=REASON)
    response = client.post(url_of("workspace:amendment_review", call), data)
    page = client.get(url_of("workspace:amendments", call)).content.decode()

    assert response.status_code == 302
    assert Call.objects.get(pk=call.pk).title_en == "Clearer"
    assert "Amendment 1: Clarification" in page
    assert REASON in page


def test_extending_without_anything_gathered():
    call = factories.make_call(questions_until=timezone.now() + 53 * DAY)
    client = staff_client(call.programme)

    data = publish_data(client, call, reason_en=REASON)
    client.post(url_of("workspace:amendment_review", call), data)

    after = Call.objects.get(pk=call.pk)
    assert data["kind"] == AmendmentKind.EXTENSION
    assert wall_clock(after.deadline, call.zone) == data["deadline"]
    assert after.deadline >= call.deadline + 13 * DAY
    assert call.amendments.get().kind == AmendmentKind.EXTENSION


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason_en": ""}, "reason_en"),
        ({"kind": AmendmentKind.CHANGE}, "deadline"),
        ({"kind": "x"}, "kind"),
        ({"deadline": "2027-03-28T02:30"}, "deadline"),
        ({"deadline": "soon"}, "deadline"),
        ({"deadline": "2020-01-01T10:00"}, "deadline"),
    ],
)
def test_publishing_says_at_the_field_what_is_missing_and_keeps_the_rest(typed, field):
    call = factories.make_call()
    gather_changes(call, title_en="Clearer")
    client = staff_client(call.programme)
    data = publish_data(client, call, kind=AmendmentKind.CLARIFICATION, reason_en=REASON, reason_nb="Flere har spurt.")

    response = client.post(url_of("workspace:amendment_review", call), data | typed)

    form = response.context["form"]
    assert response.status_code == 422
    assert field in form.errors
    assert form["reason_nb"].value() == "Flere har spurt."
    assert gathered(call) == {"call//title_en": "Clearer"}


def test_a_deadline_on_a_day_off_is_asked_about_once():
    call = factories.make_call(deadline=dt.datetime(2027, 5, 10, 11, tzinfo=dt.UTC))
    client = staff_client(call.programme)
    data = publish_data(client, call, reason_en=REASON, deadline="2027-05-17T13:00") | {"on_day_off": ""}

    asked = client.post(url_of("workspace:amendment_review", call), data)
    done = client.post(url_of("workspace:amendment_review", call), data | {"on_day_off": "on"})

    assert "2027-05-17 is no day of work (Constitution Day" in asked.context["form"].errors["deadline"][0]
    assert 'name="on_day_off"' in asked.content.decode()
    assert done.status_code == 302
    assert wall_clock(Call.objects.get(pk=call.pk).deadline, call.zone) == "2027-05-17T13:00"


def test_the_hub_says_that_changes_wait():
    call = factories.make_call()
    client = staff_client(call.programme)
    gather_changes(call, title_en="Clearer")

    page = client.get(url_of("workspace:overview", call)).content.decode()

    assert "1 change waits to be published." in page
    assert url_of("workspace:amendment_review", call) in page


def test_texts_can_be_emptied():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)

    response = client.post(url_of("workspace:edit", call), form_data(client, call, summary_nb="  ", title_nb=""))

    assert response.status_code == 302
    assert not Call.objects.get(pk=call.pk).summary_nb


def test_removing_and_discarding():
    call = factories.make_call()
    gather_changes(call, title_en="Clearer", summary_en="Clearer")
    client = staff_client(call.programme)

    client.post(url_of("workspace:amendment_drop", call), {"key": "call//title_en"})
    gone = client.post(url_of("workspace:amendment_drop", call), {"key": "call//title_en"}, follow=True)
    after = gathered(call)
    assert "1 gathered change" in client.get(url_of("workspace:amendment_discard", call)).content.decode()
    client.post(url_of("workspace:amendment_discard", call))

    assert after == {"call//summary_en": "Clearer"}
    assert "somebody has removed or published it" in gone.content.decode()
    assert not call.amendments.exists()


def test_observers_read_and_do_nothing():
    call = factories.make_call()
    gather_changes(call, title_en="Clearer")
    client = staff_client(call.programme, ProgrammeRole.OBSERVER)

    page = client.get(url_of("workspace:amendments", call)).content.decode()

    assert "1 change waits" in page
    assert "Look through and publish" not in page
    assert client.get(url_of("workspace:amendment_review", call)).status_code == 404


def test_query_count_does_not_grow_with_amendments():
    call = factories.make_call()
    amend(call, title_en="One")
    client = staff_client(call.programme)
    few = queries_of(client, url_of("workspace:amendments", call))
    for number in range(4):
        amend(call, title_en=f"Title {number}", summary_en=f"Summary {number}")

    assert queries_of(client, url_of("workspace:amendments", call)) == few <= 12


def test_a_form_says_what_it_had_shown():
    call = factories.make_call()
    client = staff_client(call.programme)

    seen = json.loads(client.get(url_of("workspace:edit", call)).context["form"]["seen"].value())

    assert seen["title_en"] == digest(call.title_en)
    assert seen["deadline"] == digest(call.deadline)
