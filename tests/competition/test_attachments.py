"""Files: what they are by their content, what they are called, who gets them."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.errors import InvalidInput, NotAllowed
from competition import files
from competition.enums import ProgrammeRole
from competition.errors import Incomplete
from competition.models import Attachment
from competition.services import attachments
from competition.services.calls import publish_call
from tests import factories

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\0" * 40 + b"\xff\xd9"


def archive(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def docx(**more):
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"} | more)


XLSX = archive({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})
ODT = archive({"mimetype": files.ODT, "content.xml": "<office/>"})
BOMB = docx(**{"word/bomb.xml": b"0" * 30_000_000})


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PDF, files.PDF),
        (png(), files.PNG),
        (JPEG, files.JPEG),
        (docx(), files.DOCX),
        (XLSX, files.XLSX),
        (ODT, files.ODT),
    ],
)
def test_type_by_content(content, content_type):
    assert files.content_type_of(io.BytesIO(content)) == content_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7 and nothing more",
        b"MZ\x90\x00",
        png()[:30],
        JPEG[:-2],
        docx()[:60],
        b"PK\x03\x04" + b"\0" * 500,
        archive({"a.txt": "a"}),
        archive({"mimetype": "application/epub+zip"}),
        docx(**{"word/vbaProject.bin": "macro"}),
        BOMB,
        archive({"[Content_Types].xml": "", "word/document.xml": "", **{f"{n}": "" for n in range(5001)}}),
    ],
    ids=lambda content: f"{len(content)} bytes",  # archives made here begin with the time of day
)
def test_bad_files_are_refused_with_a_message(content):
    with pytest.raises(files.BadFile) as refused:
        files.content_type_of(io.BytesIO(content))

    assert str(refused.value.message)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Plan Å.PDF", "Plan Å.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ("evil.exe", "evil.exe.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ('a"b<c>|d?.pdf', "abcd.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("CON.pdf", "file-CON.pdf"),
        ("x" * 300 + ".pdf", "x" * 176 + ".pdf"),
    ],
)
def test_names_are_made_safe(typed, name):
    assert files.safe_name(typed, files.PDF) == name


@pytest.fixture
def sketch():
    return factories.make_sketch()


def question_of(sketch):
    return sketch.call.questions.get(kind="file")


def attach(sketch, content=PDF, name="plan.pdf", by=None):
    return attachments.add_attachment(
        by=by or factories.writer_of(sketch),
        sketch=sketch,
        question=question_of(sketch),
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
    for number in range(attachments.FILES_AT_MOST):
        attach(sketch, b"%PDF-1." + str(number).encode() + PDF[8:])
    with pytest.raises(InvalidInput):
        attach(sketch, PDF + b"one more")

    assert len(set(refused)) == 2
    assert Attachment.objects.count() == attachments.FILES_AT_MOST


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

    with pytest.raises(InvalidInput):
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


@pytest.mark.parametrize("content", [b"no pdf", BOMB, b""])
def test_a_bad_upload_is_said_beside_the_field(client, sketch, content):
    client.force_login(factories.writer_of(sketch))

    response = client.post(
        url("attachment_upload", sketch, "attachments"), {"file": SimpleUploadedFile("plan.pdf", content)}
    )

    assert response.status_code == 422
    assert response.context["form"].errors["file"]


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
    in_draft = attach(sketch, b"%PDF-1.4" + PDF[8:])
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
