"""Making, changing and publishing a call in the workspace."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from competition.enums import Phase, ProgrammeRole
from competition.models import Call
from competition.workspace_fields import wall_clock
from tests import factories
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db
CREATE = "/admin/calls/new/"


def typed(programme, **fields):
    return {
        "programme": programme.pk,
        "title": "What does nobody sell?",
        "slug": "nobody-sells",
        "languages": ["nb", "nn"],
        "default_language": "nb",
        "eligible_kinds": ["municipality", "region"],
        "template": "default",
        "timezone": "Europe/Oslo",
        "opens_at": "2027-06-01T09:00",
        "deadline": "2027-08-21T13:00",
        "jurors_per_sketch": "3",
    } | fields


def test_create_form_begins_with_the_defaults():
    client = staff_client(factories.make_programme())

    form = client.get(CREATE).context["form"]

    opens, deadline = (dt.datetime.fromisoformat(form.initial[name]) for name in ("opens_at", "deadline"))
    assert deadline.time() == dt.time(13, 0)
    assert (deadline.date() - opens.date()).days == 42
    assert form["jurors_per_sketch"].value() == 3


def test_create_reads_the_instants_on_the_calls_own_clock():
    programme = factories.make_programme()
    client = staff_client(programme)

    response = client.post(CREATE, typed(programme, timezone="Europe/Helsinki"))

    call = Call.objects.get(slug="nobody-sells")
    assert response.headers["Location"] == f"/admin/calls/{call.pk}/edit/"
    assert call.deadline == dt.datetime(2027, 8, 21, 10, tzinfo=dt.UTC)
    assert (call.title_nb, call.timezone) == ("What does nobody sell?", "Europe/Helsinki")
    assert call.criteria.count() == 5


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("deadline", "2027-03-28T02:30", "does not exist"),
        ("deadline", "2027-10-31T02:30", "comes twice"),
        ("deadline", "2027-06-01T09:00", "must come after"),
        ("deadline", "soon", "date and a time"),
        ("default_language", "sv", "one of the call"),
        ("slug", "no spaces", "slug"),
        ("jurors_per_sketch", "0", "greater than or equal to 1"),
    ],
)
def test_create_puts_the_message_at_the_field_and_keeps_what_was_typed(field, value, text):
    programme = factories.make_programme()
    client = staff_client(programme)

    response = client.post(CREATE, typed(programme, **{field: value}))

    form = response.context["form"]
    assert response.status_code == 422
    assert text in " ".join(form.errors[field])
    assert form["title"].value() == "What does nobody sell?"
    assert not Call.objects.exists()


def test_create_refuses_a_slug_that_is_taken():
    call = factories.make_call()
    client = staff_client(call.programme)

    response = client.post(CREATE, typed(call.programme, slug=call.slug))

    assert response.status_code == 422
    assert "slug" in response.context["form"].errors


def test_create_is_for_those_who_manage():
    programme = factories.make_programme()

    assert staff_client(programme, ProgrammeRole.OBSERVER).get(CREATE).status_code == 404
    assert staff_client(programme, ProgrammeRole.CALL_MANAGER).get(CREATE).status_code == 200


def form_data(client, call, **changed):
    """What a browser would send back of the edit page."""
    form = client.get(url_of("workspace:edit", call)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changed


def test_edit_saves_texts_and_leaves_untouched_instants_to_the_microsecond():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)

    response = client.post(url_of("workspace:edit", call), form_data(client, call, summary_nb="Nytt sammendrag"))

    before = (call.opens_at, call.deadline)
    call.refresh_from_db()
    assert response.status_code == 302
    assert call.summary_nb == "Nytt sammendrag"
    assert (call.opens_at, call.deadline) == before


def test_edit_moves_the_instants_with_the_zone():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)
    shown = wall_clock(call.deadline, ZoneInfo("Europe/Oslo"))

    client.post(url_of("workspace:edit", call), form_data(client, call, timezone="Europe/Helsinki"))

    call.refresh_from_db()
    assert wall_clock(call.deadline, ZoneInfo("Europe/Helsinki")) == shown


def test_edit_after_the_opening_says_at_the_field_what_cannot_be():
    call = factories.make_call()
    client = staff_client(call.programme)
    sooner = wall_clock(call.deadline - dt.timedelta(days=1), call.zone)

    response = client.post(url_of("workspace:edit", call), form_data(client, call, deadline=sooner, summary_nb="Kept"))

    form = response.context["form"]
    assert response.status_code == 422
    assert "later" in form.errors["deadline"][0]
    assert form["summary_nb"].value() == "Kept"
    assert response.context["call"].deadline == call.deadline


def test_publish_shows_what_is_missing_and_publishes_nothing():
    call = factories.make_call(publish=False, summary_en="", summary_nb="")
    client = staff_client(call.programme)

    page = client.get(url_of("workspace:publish", call))
    response = client.post(url_of("workspace:publish", call))

    call.refresh_from_db()
    assert page.context["checklist"].missing == 1
    assert "Write a summary." in page.content.decode()
    assert response.status_code == 422
    assert call.published_at is None


def test_publish_makes_the_call_public():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)

    assert b"Publish the call" in client.get(url_of("workspace:publish", call)).content
    client.post(url_of("workspace:publish", call))

    call.refresh_from_db()
    assert call.phase_at(timezone.now()) == Phase.OPEN


def test_cancel_needs_a_reason():
    call = factories.make_call()
    client = staff_client(call.programme)

    refused = client.post(url_of("workspace:cancel", call), {"reason": " "})
    done = client.post(url_of("workspace:cancel", call), {"reason": "No money"})

    call.refresh_from_db()
    assert (refused.status_code, done.status_code) == (422, 302)
    assert call.phase_at(timezone.now()) == Phase.CANCELLED


def question_data(client, call, **changed):
    """What a browser would send back of the page of the question “need”."""
    form = client.get(url_of("workspace:question", call, "need")).context["form"]
    values = {name: form[name].value() for name, field in form.fields.items() if not field.disabled}
    return {name: value for name, value in values.items() if isinstance(value, str | int) and value} | changed


def test_question_texts_and_demands_change_before_the_opening():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)
    data = question_data(client, call, label_nb="Hva trengs?", max_chars="1234")

    response = client.post(url_of("workspace:question", call, "need"), data)

    question = call.questions.get(code="need")
    assert response.status_code == 302
    assert (question.label_nb, question.max_chars) == ("Hva trengs?", 1234)


def test_question_texts_and_demands_are_gathered_once_the_call_is_open():
    call = factories.make_call()
    client = staff_client(call.programme)
    before = call.questions.get(code="need")
    data = question_data(client, call, label_nb="Hva trengs?", max_chars="1234")

    response = client.post(url_of("workspace:question", call, "need"), data)

    gathered = {change["field"]: change["after"] for change in call.amendments.get().changes}
    assert response.status_code == 302
    assert gathered == {"label_nb": "Hva trengs?", "max_chars": 1234}
    assert call.questions.get(code="need").label_nb == before.label_nb
    assert question_data(client, call)["label_nb"] == "Hva trengs?"
