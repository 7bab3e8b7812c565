"""Saving a page of a sketch while somebody types."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from competition.enums import QuestionKind
from competition.models import Question, QuestionOption
from competition.services.sketches import save_answers
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def sketch():
    return factories.make_sketch()


@pytest.fixture
def writer(client, sketch):
    user = factories.writer_of(sketch)
    client.force_login(user)
    return user


def autosave(client, sketch, code="need", **typed):
    return client.post(reverse("competition:autosave", args=[sketch.reference, code]), typed)


def stored(sketch, code="need"):
    return sketch.answers.get(question__code=code).value


def test_autosave_says_when_what_and_where_the_sketch_stands(client, writer, sketch):
    response = autosave(client, sketch, need="Typing")

    told = response.json()
    assert (response.status_code, told["state"], told["saved"]) == (200, "saved", ["need"])
    assert told["revision"] == sketch.draft_revision + 1
    assert "Saved" in told["html"]
    assert "Not submitted" in told["standing"]
    assert stored(sketch) == "Typing"


def test_autosave_of_a_submitted_sketch_says_that_it_is_changed(client, writer, sketch):
    factories.submit(sketch)

    told = autosave(client, sketch, need="Typing").json()

    assert "Changed since version 1, not submitted" in told["standing"]


def test_autosave_signed_out_says_that_the_text_is_kept(client, sketch):
    response = autosave(client, sketch, need="Typing")

    told = response.json()
    assert (response.status_code, told["state"]) == (401, "signed-out")
    assert reverse("account_login") in told["html"]
    assert stored(sketch) == factories.TEXT


def test_autosave_of_a_page_made_for_somebody_else_saves_nothing(client, writer, sketch):
    response = autosave(client, sketch, need="Typing", writer=writer.pk + 1)

    assert (response.status_code, response.json()["state"]) == (401, "somebody-else")
    assert stored(sketch) == factories.TEXT


def test_post_of_a_page_made_for_somebody_else_saves_and_shows_nothing(client, writer, sketch):
    address = reverse("competition:section", args=[sketch.reference, "need"])

    response = client.post(address, {"need": "Their text", "writer": writer.pk + 1}, follow=True)

    assert "Nothing was saved" in response.content.decode()
    assert "Their text" not in response.content.decode()
    assert stored(sketch) == factories.TEXT


def test_autosave_keeps_an_over_long_text_whole_and_marks_it(client, writer, sketch):
    response = autosave(client, sketch, need="x" * 2501)

    told = response.json()
    assert (response.status_code, told["state"], told["saved"]) == (200, "too-much", ["need"])
    assert "Shorten the text by 1 character" in told["html"]
    assert stored(sketch) == "x" * 2501


def test_autosave_of_what_is_no_answer_names_what_was_saved_beside_it(client, writer, sketch):
    response = autosave(client, sketch, "carrying_out", budget="a lot", start="2027-03-31")

    told = response.json()
    assert (response.status_code, told["state"]) == (422, "refused")
    assert "budget" not in told["saved"]
    assert 'data-state="failed"' in told["html"]


def test_autosave_after_the_deadline_is_a_draft_and_says_so(client, writer, sketch):
    factories.close(sketch.call)

    told = autosave(client, sketch, need="Last second").json()
    page = client.get(reverse("competition:section", args=[sketch.reference, "need"])).content.decode()

    assert told["state"] == "late"
    assert "cannot be submitted" in told["html"]
    assert "Last second" in page
    assert "Typed after the deadline" in page


def test_autosave_never_overwrites_a_colleagues_change(client, writer, sketch):
    opened_at = sketch.draft_revision
    save_answers(by=factories.add_colleague(sketch), sketch=sketch, values={"need": "Theirs"})

    response = autosave(client, sketch, need="Mine", revision=opened_at)

    told = response.json()
    assert (response.status_code, told["state"], told["saved"]) == (409, "conflict", [])
    assert "Compare the two texts" in told["html"]
    assert stored(sketch) == "Theirs"


def test_autosave_joins_changes_of_other_lines_and_tells_what_came_in(client, writer, sketch):
    save_answers(by=writer, sketch=sketch, values={"need": "one\ntwo"})
    opened_at, colleague = sketch.draft_revision, factories.add_colleague(sketch, name="Kari at the clinic")
    save_answers(by=colleague, sketch=sketch, values={"need": "ONE\ntwo"})

    told = autosave(client, sketch, need="one\nTWO", revision=opened_at, was=json.dumps({"need": "one\ntwo"})).json()

    assert (told["state"], told["joined"], told["now"]) == ("saved", ["need"], {"need": ["ONE\nTWO"]})
    assert "Kari at the clinic has changed" in told["notes"]
    assert stored(sketch) == "ONE\nTWO"


@pytest.mark.parametrize("was", ["", "{", "[]", "null", '{"need": 7}', "[" * 5000])
def test_what_a_page_claims_to_have_shown_is_read_with_care(client, writer, sketch, was):
    opened_at = sketch.draft_revision
    save_answers(by=factories.add_colleague(sketch), sketch=sketch, values={"need": "Theirs"})

    response = autosave(client, sketch, need="Mine", revision=opened_at, was=was, page="no name")

    assert response.status_code == 409
    assert stored(sketch) == "Theirs"


@pytest.mark.parametrize("others", [0, 3])
def test_autosave_sends_at_most_eight_statements_whatever_else_there_is(client, writer, sketch, others):
    beside = sketch.call.questions.get(code="topics").section
    question = Question.objects.create(
        call=sketch.call, section=beside, code="pick", label="Pick", kind=QuestionKind.CHOICE, order=2
    )
    QuestionOption.objects.create(question=question, code="one", label="One", order=1)
    for _n in range(others):
        factories.make_sketch(call=sketch.call, by=writer)
    typed = {"title": "New title", "topics": ["water"], "pick": "one"}
    autosave(client, sketch, "facts", title="Warm")

    with CaptureQueriesContext(connection) as captured:
        response = autosave(client, sketch, "facts", **typed)

    sent = [one["sql"] for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert set(response.json()["saved"]) >= set(typed)
    assert len(sent) <= 8, sent


def test_autosave_of_no_section_or_of_files_is_not_there(client, writer, sketch):
    assert [autosave(client, sketch, code).status_code for code in ("nothing", "attachments")] == [
        404,
        404,
    ]
