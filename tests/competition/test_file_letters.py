"""What is said of files that the virus scanner holds back: on the pages, and by a letter to whoever attached them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from competition import tasks
from competition.models import Attachment
from competition.services import attachments, scans
from notifications.models import Letter
from tests import factories
from tests.documents import PDF, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def sketch(settings):
    settings.SCANNER_URL = "clamd://127.0.0.1:1"
    return factories.make_sketch()


@pytest.fixture
def infected(monkeypatch):
    monkeypatch.setattr("competition.scanner.scan", lambda chunks: "Eicar-Signature")


def attach(sketch, content=PDF, name="plan.pdf", question=None):
    question = question or sketch.call.questions.filter(kind="file").first()
    file = SimpleUploadedFile(name, content)
    return attachments.add_attachment(by=factories.writer_of(sketch), sketch=sketch, question=question, file=file)


def shown(client, sketch, version):
    client.force_login(factories.writer_of(sketch))
    pages = [("check", []), ("receipt", [version.leaf.number])]
    return [
        client.get(reverse(f"competition:{name}", args=[sketch.reference, *more])).content.decode()
        for name, more in pages
    ]


def test_check_and_confirmation_say_what_is_not_scanned_yet(sketch, client, monkeypatch):
    attach(sketch)
    version = factories.submit(sketch)
    monkeypatch.setattr("competition.scanner.scan", lambda chunks: "")

    before = ["Not scanned for viruses yet: plan.pdf." in page for page in shown(client, sketch, version)]
    scans.scan_waiting()
    after = ["scanned for viruses" in page for page in shown(client, sketch, version)]

    assert (before, after) == ([True, True], [False, False])


def test_the_confirmation_says_what_was_infected(sketch, client, infected):
    attach(sketch)
    version = factories.submit(sketch)
    scans.scan_waiting()

    _check, receipt = shown(client, sketch, version)

    assert "A virus was found in: plan.pdf." in receipt


def test_without_files_the_confirmation_asks_for_none(sketch, client):
    version = factories.submit(sketch)

    pages = shown(client, sketch, version)

    assert not any("virus" in page for page in pages)


def test_the_uploader_is_told_once(sketch, infected):
    attachment = attach(sketch, name="Plan <1>.pdf")
    attach(sketch, question=factories.add_file_question(sketch.call))
    factories.submit(sketch)
    scans.scan_waiting()

    written = [tasks.write_infected(attachment.pk), tasks.write_missing_infected(), tasks.write_infected(attachment.pk)]

    letter = Letter.objects.get(kind="infected_file")
    assert written == [1, 0, 0]
    assert letter.recipient == factories.writer_of(sketch).email
    assert letter.subject == "A virus was found in “Plan 1.pdf”, and the file was removed"
    assert "A version that you have submitted names the file" in letter.text
    assert "You can attach a clean file and submit the sketch again until" in letter.text
    assert f"/my/sketches/{sketch.reference}/" in letter.text


def test_a_letter_that_was_missed_is_written_for_each_file(sketch, infected):
    for number in (1, 2):
        attach(sketch, pdf(number))
    scans.scan_waiting()

    written = [tasks.write_missing_infected() for _time in range(2)]

    assert written == [2, 0]


def test_where_the_account_is_gone_the_mailbox_is_told(sketch, infected):
    attachment = attach(sketch)
    Attachment.objects.update(uploaded_by=None)
    scans.scan_waiting()

    tasks.write_infected(attachment.pk)

    assert Letter.objects.get(kind="infected_file").recipient == sketch.organisation.mailbox


def test_the_scan_asks_for_the_letter(sketch, infected, django_capture_on_commit_callbacks, monkeypatch):
    asked = []
    monkeypatch.setattr("competition.tasks.write_infected.delay", asked.append)
    attachment = attach(sketch)

    with django_capture_on_commit_callbacks(execute=True):
        scans.scan_attachment(pk=attachment.pk)

    assert asked == [attachment.pk]
