"""A whole submitted version back into the draft."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from competition.services.attachments import add_attachment, remove_attachment
from competition.services.sketches import save_answers
from tests import factories
from tests.documents import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def sketch():
    """One version with a file, and a draft without it that differs in two answers."""
    sketch = factories.make_sketch(answers=factories.ANSWERS | {"need": "Old need"})
    by, question = factories.writer_of(sketch), sketch.call.questions.filter(kind="file").first()
    file = add_attachment(by=by, sketch=sketch, question=question, file=SimpleUploadedFile("plan.pdf", pdf()))
    factories.submit(sketch)
    remove_attachment(by=by, attachment=file)
    save_answers(by=by, sketch=sketch, values={"need": "New need", "effect": "New effect"})
    sketch.refresh_from_db()
    return sketch


@pytest.fixture
def writer(client, sketch):
    user = factories.writer_of(sketch)
    client.force_login(user)
    return user


def page(sketch):
    return reverse("competition:restore_whole", args=[sketch.reference, 1])


def answer(sketch, code):
    return sketch.answers.get(question__code=code).value


def test_the_page_lists_what_changes_and_changes_nothing(client, writer, sketch):
    file = sketch.attachments.get().question.code

    response = client.get(page(sketch))

    assert {row.code for row in response.context["rows"]} == {"need", "effect", file}
    assert answer(sketch, "need") == "New need"


def test_answers_and_files_come_back_and_what_they_replace_is_kept(client, writer, sketch):
    response = client.post(page(sketch), {"revision": sketch.draft_revision}, follow=True)

    assert "holds the answers of version 1 again" in response.content.decode()
    assert (answer(sketch, "need"), answer(sketch, "effect")) == ("Old need", factories.TEXT)
    assert [one.name for one in sketch.attachments.in_draft()] == ["plan.pdf"]
    assert sketch.history.filter(value="New need").exists()
    assert sketch.versions.count() == 1


def test_nothing_comes_back_over_what_was_saved_since(client, writer, sketch):
    opened_at = sketch.draft_revision
    save_answers(by=factories.add_colleague(sketch), sketch=sketch, values={"summary": "Theirs"})

    response = client.post(page(sketch), {"revision": opened_at}, follow=True)

    assert "Nothing was changed" in response.content.decode()
    assert (answer(sketch, "need"), answer(sketch, "summary")) == ("New need", "Theirs")
    assert not sketch.attachments.in_draft().exists()


def test_a_file_that_is_attached_again_comes_back_once(client, writer, sketch):
    question = sketch.attachments.get().question
    add_attachment(by=writer, sketch=sketch, question=question, file=SimpleUploadedFile("again.pdf", pdf()))
    sketch.refresh_from_db()

    client.post(page(sketch), {"revision": sketch.draft_revision})

    assert [one.name for one in sketch.attachments.in_draft()] == ["again.pdf"]


def test_a_reader_and_a_version_that_is_not_there_find_nothing(client, writer, sketch):
    missing = client.get(reverse("competition:restore_whole", args=[sketch.reference, 2]))
    client.force_login(factories.add_colleague(sketch, role="reader"))

    assert (missing.status_code, client.get(page(sketch)).status_code) == (404, 404)
