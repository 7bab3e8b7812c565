"""Files of a sketch: attached, told apart, refused, removed, and who gets them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed
from competition.enums import ProgrammeRole
from competition.errors import Incomplete
from competition.file_limits import FILES_AT_MOST
from competition.models import Attachment
from competition.private_files import NotStored
from competition.services import attachments
from competition.services.calls import publish_call
from tests import factories
from tests.documents import PDF, PROTECTED_PDF, docx, pdf, picture

pytestmark = pytest.mark.django_db

BOMB = docx(**{"word/bomb.xml": b"0" * 30_000_000})


@pytest.fixture
def sketch():
    return factories.make_sketch()


def question_of(sketch):
    return sketch.call.questions.filter(kind="file").first()


def attach(sketch, content=PDF, name="plan.pdf", by=None, question=None):
    return attachments.add_attachment(
        by=by or factories.writer_of(sketch),
        sketch=sketch,
        question=question or question_of(sketch),
        file=SimpleUploadedFile(name, content),
    )


def test_attach_stores_privately_under_a_name_of_its_own(sketch, settings):
    attachment = attach(sketch, name="../plan.pdf")

    assert attachment.name == "plan.pdf"
    assert "plan" not in attachment.file.name
    assert attachment.file.path.startswith(str(settings.PRIVATE_MEDIA_ROOT))
    with attachment.file.storage.open(attachment.file.name) as stored:
        assert stored.read() == PDF


def test_the_same_file_twice_is_one(sketch):
    assert attach(sketch) == attach(sketch, name="copy.pdf")
    assert Attachment.objects.count() == 1


def test_too_large_empty_and_too_many(sketch, settings):
    settings.ATTACHMENT_MAX_BYTES = len(PDF)
    refused = []

    for content in (PDF + b" ", b""):
        with pytest.raises(InvalidInput) as error:
            attach(sketch, content)
        refused.append(str(error.value))
    settings.ATTACHMENT_MAX_BYTES = 10_000
    for number in range(FILES_AT_MOST):
        attach(sketch, pdf(mark=str(number)))
    with pytest.raises(InvalidInput):
        attach(sketch, pdf(mark="more"))

    assert len(set(refused)) == 2
    assert Attachment.objects.count() == FILES_AT_MOST


def test_the_limits_of_a_question(sketch):
    sketch.call.questions.filter(kind="file").update(max_files=2, max_megabytes=1, max_pages=3)
    said = {}

    for name, content in {"large": b"%PDF-1.7" + b" " * 1024 * 1024, "long": pdf(4)}.items():
        with pytest.raises(InvalidInput) as refused:
            attach(sketch, content)
        said[name] = str(refused.value)
    attach(sketch, pdf(3))
    attach(sketch, picture("PNG"))
    with pytest.raises(InvalidInput) as refused:
        attach(sketch, pdf(1))

    assert said == {
        "large": "The file is larger than 1 MB. Make it smaller.",
        "long": "The PDF has 4 pages; 3 pages are allowed.",
    }
    assert str(refused.value) == "There are too many files. Remove one first."
    assert list(sketch.attachments.values_list("pages", flat=True)) == [3, None]


def test_all_files_of_a_sketch_together_have_a_limit(sketch, settings):
    attach(sketch)
    settings.SKETCH_FILES_MAX_BYTES = len(PDF) + 10

    with pytest.raises(InvalidInput):
        attach(sketch, pdf(2))

    assert Attachment.objects.count() == 1


def test_the_same_file_for_two_questions_is_stored_once(sketch):
    other = factories.add_file_question(sketch.call)
    first = attach(sketch)

    second = attach(sketch, name="again.pdf", question=other)
    attachments.remove_attachment(by=factories.writer_of(sketch), attachment=first)

    assert second.twin == first
    assert second.file.name == first.file.name
    assert second.file.storage.exists(second.file.name)
    assert list(sketch.attachments.in_draft()) == [second]


@pytest.mark.django_db(transaction=True)
def test_what_was_never_handed_in_is_deleted_when_it_is_removed(sketch):
    attachment = attach(sketch)
    storage, name = attachment.file.storage, attachment.file.name

    attachments.remove_attachment(by=factories.writer_of(sketch), attachment=attachment)

    assert not storage.exists(name)
    assert not Attachment.objects.exists()


def test_only_writers_attach_and_only_to_a_question_for_files(sketch):
    with pytest.raises(NotAllowed):
        attach(sketch, by=factories.make_user())
    with pytest.raises(NotAllowed):
        attachments.add_attachment(
            by=factories.writer_of(sketch),
            sketch=sketch,
            question=sketch.call.questions.get(code="need"),
            file=SimpleUploadedFile("a.pdf", PDF),
        )


def test_a_full_disk_is_said_and_nothing_is_kept(sketch, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)

    with pytest.raises(NotStored):
        attach(sketch)

    assert not Attachment.objects.exists()


def test_a_version_names_its_files_and_keeps_what_the_draft_drops(sketch):
    attachment = attach(sketch)
    version = factories.submit(sketch)

    attachments.remove_attachment(by=factories.writer_of(sketch), attachment=attachment)

    sketch.refresh_from_db()
    assert [file["sha256"] for file in version.files] == [attachment.sha256]
    assert sketch.changed_since_submission
    assert not sketch.attachments.in_draft()
    assert attachment.file.storage.exists(attachment.file.name)


# --- Over HTTP -----------------------------------------------------------------------------------------------------


def url(name, sketch, *args):
    return reverse(f"competition:{name}", args=[sketch.reference, *args])


def content_of(response):
    """What was sent, to its end: that closes the file, and the test's connection stays."""
    return response.getvalue() if response.streaming else b""


def test_upload_and_download_always_as_an_attachment(client, sketch):
    client.force_login(factories.writer_of(sketch))

    upload = client.post(url("attachment_upload", sketch, "attachments"), {"file": SimpleUploadedFile("å.pdf", PDF)})
    response = client.get(url("attachment", sketch, Attachment.objects.get().pk))

    assert upload.status_code == 302
    assert content_of(response) == PDF
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


@pytest.mark.parametrize("content", [b"no pdf", BOMB, b"", PROTECTED_PDF])
def test_a_bad_upload_is_said_beside_the_field(client, sketch, content):
    client.force_login(factories.writer_of(sketch))

    response = client.post(
        url("attachment_upload", sketch, "attachments"), {"file": SimpleUploadedFile("plan.pdf", content)}
    )

    assert response.status_code == 422
    assert response.context["form"].errors["file"]


def test_several_files_at_once_and_what_is_wrong_with_one(client, sketch):
    client.force_login(factories.writer_of(sketch))
    given = [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", b"MZ"), SimpleUploadedFile("c.pdf", pdf(2))]

    response = client.post(url("attachment_upload", sketch, "attachments"), {"file": given})

    assert response.status_code == 422
    assert len(response.context["form"].errors["file"]) == 1
    assert response.context["form"].errors["file"][0].startswith("“b.pdf”: ")
    assert [file.name for file in response.context["files"]] == ["a.pdf", "c.pdf"]
    assert [str(message) for message in response.context["messages"]] == [
        "“a.pdf” is attached.",
        "“c.pdf” is attached.",
    ]


def test_a_script_gets_the_answer_as_json(client, sketch):
    client.force_login(factories.writer_of(sketch))
    address, ask = url("attachment_upload", sketch, "attachments"), {"accept": "application/json"}

    answers = [
        client.post(address, {"file": SimpleUploadedFile("a.pdf", content)}, headers=ask) for content in (PDF, PDF, b"")
    ]
    factories.set_instants(sketch.call, deadline=timezone.now(), formal_check_completed_at=timezone.now())
    closed = client.post(address, {"file": SimpleUploadedFile("a.pdf", pdf(2))}, headers=ask)

    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"said": ["“a.pdf” is attached."], "errors": []}),
        (200, {"said": ["This file is attached already, as “a.pdf”. It is not stored twice."], "errors": []}),
        (422, {"said": [], "errors": ["The file is empty."]}),
    ]
    assert closed.status_code == 409
    assert closed.json()["errors"]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_is_too_long_is_refused_before_it_is_read(client, sketch, accept):
    client.force_login(factories.writer_of(sketch))
    handed_over = []

    class Endless:
        def read(self, size=-1):
            handed_over.append(size)
            return b"x" * size

        readline = read

    response = client.generic(
        "POST", url("attachment_upload", sketch, "attachments"), b"", content_type="multipart/form-data; boundary=x",
        headers={"accept": accept}, **{"CONTENT_LENGTH": str(200 * 1024 * 1024), "wsgi.input": Endless()},
    )  # fmt: skip

    assert response.status_code == 413
    assert "26 MB" in response.content.decode()
    assert max(handed_over) <= 65536
    assert not Attachment.objects.exists()


def test_a_disk_that_fills_up_while_a_file_arrives(client, sketch, monkeypatch, settings):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    client.force_login(factories.writer_of(sketch))
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", full)

    response = client.post(url("attachment_upload", sketch, "attachments"), {"file": SimpleUploadedFile("a.pdf", PDF)})

    assert response.status_code == 507
    assert "could not be stored" in response.context["form"].errors["file"][0]
    assert not Attachment.objects.exists()


def test_upload_without_a_file_or_to_no_file_question(client, sketch):
    client.force_login(factories.writer_of(sketch))

    empty = client.post(url("attachment_upload", sketch, "attachments"))
    elsewhere = client.post(url("attachment_upload", sketch, "need"), {"file": SimpleUploadedFile("a.pdf", PDF)})

    assert (empty.status_code, elsewhere.status_code) == (422, 404)


def test_remove_asks_first(client, sketch):
    attachment = attach(sketch)
    client.force_login(factories.writer_of(sketch))
    address = url("attachment_remove", sketch, attachment.pk)

    asked = client.get(address)
    still_there = sketch.attachments.in_draft().exists()
    removed = client.post(address)

    assert (asked.status_code, removed.status_code) == (200, 302)
    assert still_there
    assert not sketch.attachments.in_draft().exists()


def test_the_owners_side_gets_what_was_submitted_and_no_draft(client, sketch):
    officer = factories.make_member(sketch.call.programme, ProgrammeRole.CASE_OFFICER)
    submitted = attach(sketch)
    factories.submit(sketch)
    in_draft = attach(sketch, pdf(2))
    people = {"officer": officer, "stranger": factories.make_user()}

    statuses = {}
    for who, user in people.items():
        client.force_login(user)
        responses = [client.get(url("attachment", sketch, one.pk)) for one in (submitted, in_draft)]
        statuses[who] = [response.status_code for response in responses]
        for response in responses:
            content_of(response)

    assert statuses == {"officer": [200, 404], "stranger": [404, 404]}


def test_a_required_file_is_missed_at_submission():
    call = factories.make_call(publish=False)
    call.questions.filter(kind="file").update(required=True)
    publish_call(by=factories.owner_of(call.programme), call=call)
    sketch = factories.make_sketch(call=call)

    with pytest.raises(Incomplete) as refused:
        factories.submit(sketch)
    attach(sketch)

    assert refused.value.errors.keys() == {"attachments"}
    assert factories.submit(sketch).number == 1


def test_confirmed_co_applicant_fetches_the_files_of_the_draft(client, sketch):
    attachment = attach(sketch)
    client.force_login(factories.join(sketch).organisation.members.first())

    response = client.get(reverse("competition:attachment", args=[sketch.reference, attachment.pk]))

    assert (response.status_code, response.getvalue()) == (200, PDF)


def post_under_name(client, sketch, sent):
    """A file whose name goes over the wire as these bytes."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename=' + sent
    body = head + b"\r\nContent-Type: application/pdf\r\n\r\n" + PDF + b"\r\n--x--\r\n"
    return client.generic(
        "POST", url("attachment_upload", sketch, "attachments"), body, content_type="multipart/form-data; boundary=x"
    )


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (b'"C:\\\\Users\\\\kari\\\\plan.pdf"', "plan.pdf"),
        (b'"pla\xcc\x8an.pdf"', "plån.pdf"),  # decomposed, of a Mac
        (b"\"plan.pdf\"; filename*=UTF-8''pl%C3%A5n.pdf", "plån.pdf"),
        (b'"../../etc/passwd"', "passwd.pdf"),
        (b'"' + b"x" * 400 + b'.pdf"', "x" * 176 + ".pdf"),
        ('"invoice\u202efdp.exe"'.encode(), "invoicefdp.exe.pdf"),
    ],
)
def test_names_of_other_systems_over_http(client, sketch, sent, name):
    client.force_login(factories.writer_of(sketch))

    response = post_under_name(client, sketch, sent)
    served = client.get(url("attachment", sketch, Attachment.objects.get().pk))

    assert (response.status_code, content_of(served)) == (302, PDF)
    assert Attachment.objects.get().name == name
    assert "\n" not in served["Content-Disposition"]


def test_a_name_that_is_no_utf_8_is_answered_and_nothing_is_kept(client, sketch):
    client.force_login(factories.writer_of(sketch))

    response = post_under_name(client, sketch, b'"pl\xe5n.pdf"')

    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not Attachment.objects.exists()
