"""Pictures of the first pages of PDFs: made once, after the scan, served to whoever gets the file, gone with it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from competition.enums import ScanState
from competition.models import Attachment
from competition.models.attachment import private_storage
from competition.services import attachments, previews
from tests import factories
from tests.documents import PDF, pdf, picture
from tests.workspace_client import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def sketch():
    return factories.make_sketch()


def attach(sketch, content=PDF, name="plan.pdf", question=None):
    question = question or sketch.call.questions.filter(kind="file").first()
    file = SimpleUploadedFile(name, content)
    return attachments.add_attachment(by=factories.writer_of(sketch), sketch=sketch, question=question, file=file)


def address(sketch, attachment):
    return reverse("competition:attachment_preview", args=[sketch.reference, attachment.pk])


def test_the_first_page_is_drawn_small_and_once(sketch):
    attachment = attach(sketch, pdf(3))

    made = [previews.make_preview(pk=attachment.pk) for _time in range(2)]

    assert made == [True, False]
    with private_storage().open(attachment.preview_name) as stored, Image.open(stored) as image:
        assert image.format == "WEBP"
        assert (image.width, image.height) == (240, 340)


def test_only_pdfs_out_of_quarantine_are_drawn(sketch):
    waiting, image = attach(sketch), attach(sketch, picture("PNG"), "map.png")
    Attachment.objects.filter(pk=waiting.pk).update(scan_state=ScanState.WAITING)

    made = previews.make_missing_previews()

    assert made == 0
    assert set(Attachment.objects.values_list("pk", "has_preview")) == {(waiting.pk, None), (image.pk, None)}


def test_what_cannot_be_drawn_is_asked_about_once(sketch):
    attachment = attach(sketch)
    with private_storage().open(attachment.file.name, "wb") as stored:
        stored.write(b"%PDF-1.7 and nothing more")

    made = previews.make_missing_previews()

    attachment.refresh_from_db()
    assert (made, attachment.has_preview) == (0, False)


def test_a_storage_that_is_away_is_asked_again(sketch, monkeypatch):
    attachment = attach(sketch)

    def away(*_arguments, **_options):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.files.storage.FileSystemStorage._open", away)
        first = previews.make_missing_previews()
    second = previews.make_missing_previews()

    assert (first, second) == (0, 1)
    assert private_storage().exists(attachment.preview_name)


def test_rows_with_one_file_share_its_picture(sketch):
    first = attach(sketch)
    previews.make_preview(pk=first.pk)

    second = attach(sketch, question=factories.add_file_question(sketch.call))

    assert (second.has_preview, second.preview_name) == (True, first.preview_name)


def test_the_picture_is_shown_in_the_list_and_served_safely(sketch, client):
    attachment = attach(sketch)
    client.force_login(factories.writer_of(sketch))
    page = reverse("competition:section", args=[sketch.reference, "attachments"])
    before = (client.get(address(sketch, attachment)).status_code, "preview/" in client.get(page).content.decode())
    previews.make_preview(pk=attachment.pk)

    response, shown = client.get(address(sketch, attachment)), client.get(page).content.decode()
    content = response.getvalue()
    client.force_login(factories.make_user())

    assert before == (404, False)
    assert f'<img class="sk-files__preview" src="{address(sketch, attachment)}" alt="First page of plan.pdf"' in shown
    assert Image.open(io.BytesIO(content)).format == "WEBP"
    assert (response["Content-Type"], response["Content-Disposition"].split(";")[0]) == ("image/webp", "inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert client.get(address(sketch, attachment)).status_code == 404


def test_a_picture_goes_with_its_file(sketch, django_capture_on_commit_callbacks):
    attachment = attach(sketch)
    previews.make_preview(pk=attachment.pk)
    there = private_storage().exists(attachment.preview_name)

    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove_attachment(by=factories.writer_of(sketch), attachment=attachment)

    assert there
    assert not private_storage().exists(attachment.preview_name)


def test_a_file_that_goes_while_it_is_drawn_leaves_no_picture(sketch, monkeypatch):
    attachment = attach(sketch)

    def first_page(file):
        Attachment.objects.filter(pk=attachment.pk).delete()
        return b"picture"

    monkeypatch.setattr("competition.services.previews.first_page", first_page)

    assert previews.make_preview(pk=attachment.pk) is False
    assert not private_storage().exists(attachment.preview_name)


def test_a_worker_that_comes_second_leaves_the_picture(sketch, monkeypatch):
    attachment, drawn = attach(sketch), previews.first_page

    def first_page(file):
        monkeypatch.setattr("competition.services.previews.first_page", drawn)
        assert previews.make_preview(pk=attachment.pk)
        return b"picture"

    monkeypatch.setattr("competition.services.previews.first_page", first_page)

    assert previews.make_preview(pk=attachment.pk) is False
    with private_storage().open(attachment.preview_name) as stored:
        assert stored.read() != b"picture"


@pytest.mark.django_db(transaction=True)
def test_a_worker_draws_what_was_attached(sketch, celery_worker):
    attachment = attach(sketch)

    from tests.e2e.pages import wait_for

    wait_for(lambda: Attachment.objects.filter(pk=attachment.pk, has_preview=True).exists(), "nothing was drawn")

    assert private_storage().exists(attachment.preview_name)


def pictures(client, page):
    return client.get(page).content.decode().count('alt="First page of plan.pdf" width="48" height="68" loading="lazy"')


def test_it_is_shown_wherever_the_applicant_meets_the_file(sketch, client):
    attachment = attach(sketch)
    client.force_login(factories.writer_of(sketch))
    pages = [reverse(f"competition:{name}", args=[sketch.reference]) for name in ("sketch", "check")]
    before = [pictures(client, page) for page in pages]

    previews.make_preview(pk=attachment.pk)
    drawn = [pictures(client, page) for page in pages]
    Attachment.objects.update(scan_state=ScanState.WAITING)

    assert (before, drawn) == ([0, 0], [1, 1])
    assert [pictures(client, page) for page in pages] == [0, 0]


def test_it_is_shown_to_the_owners_side(sketch):
    attachment = attach(sketch)
    factories.submit(sketch)
    call = factories.close(sketch.call)
    client = staff_client(call.programme)
    pages = [reverse(f"workspace:{name}", args=[call.pk, sketch.reference]) for name in ("sketch", "check")]
    before = [pictures(client, page) for page in pages]

    previews.make_preview(pk=attachment.pk)
    drawn = [pictures(client, page) for page in pages]
    Attachment.objects.update(scan_state=ScanState.INFECTED)

    assert (before, drawn) == ([0, 0], [1, 1])
    assert [pictures(client, page) for page in pages] == [0, 0]
    assert client.get(address(sketch, attachment)).status_code == 404
