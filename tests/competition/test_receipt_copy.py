"""The full copy as PDF/A: everything that was submitted, nothing of it read as markup."""

import datetime as dt
import re

import pypdfium2
import pytest
import typst
from django.core import mail
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from post_office.models import Attachment, Email

from accounts.enums import MemberRole
from accounts.models import Membership
from competition import tasks
from competition.enums import QuestionKind
from competition.models import Sketch, SketchVersion
from competition.selectors.receipt_copy import copy_name, copy_of
from competition.selectors.receipts import receipt_readers
from competition.services import letters
from competition.services.attachments import add_attachment
from competition.services.sketches import save_answers
from competition.typesetting import pdf
from notifications.models import Letter
from notifications.services import deliver_email
from tests import factories
from tests.documents import PDF

pytestmark = pytest.mark.django_db

HOSTILE = [
    '#read("/etc/passwd")',
    '#{ panic("no") } #import "@preview/x:0.1.0": *',
    "*strong* _emphasis_ `raw` $x^2$ <label> @reference // comment /* */ \\ ~ --- = heading",
    "= Heading\n== Another\n- list\n+ list\n/ term: list",
    '"]} \\", "sha256": "0"',
    "https://skisse.example/" + "a" * 500,
    "W" * 150,
]


def text_of(content):
    """All text of a PDF, without the invisible marks that let a long word break, every white space one blank."""
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join("".join(pages).replace("\u200b", "").replace("\ufffe", "-").split())


def squeezed(text):
    return re.sub(r"\s", "", text)


@pytest.fixture
def version():
    """Handed in, in Norwegian, with a file."""
    sketch = factories.make_sketch(answers=factories.ANSWERS | {"title": "Trygge nætter på Østfjord", "need": "Behov"})
    Sketch.objects.filter(pk=sketch.pk).update(language="nb")
    sketch.refresh_from_db()
    question = sketch.call.questions.filter(kind=QuestionKind.FILE).first()
    file = SimpleUploadedFile("Plan for natta.pdf", PDF)
    add_attachment(by=factories.writer_of(sketch), sketch=sketch, question=question, file=file)
    return factories.submit(sketch)


def test_copy_holds_everything_that_was_submitted(version):
    shown = squeezed(text_of(copy_of(version)))

    file, lead = version.files[0], version.organisations[0]
    parts = [
        version.sketch.call.title_nb,
        version.sketch.reference,
        version.leaf.number,
        version.sha256,
        version.submitted_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "(norsk tid)",
        lead["name"],
        file["name"],
        file["sha256"],
        *(question["label"]["nb"] for question in version.questions),
        "Trygge nætter på Østfjord",
        factories.TEXT,
    ]
    assert [part for part in parts if squeezed(part) not in shown] == []


def test_copy_is_tagged_archivable_and_says_what_it_is(version):
    content = copy_of(version)

    document = pypdfium2.PdfDocument(content)
    metadata = document.get_metadata_dict()
    assert document.is_tagged()
    assert metadata["Title"].startswith("Trygge nætter på Østfjord – ")
    assert metadata["CreationDate"] == version.submitted_at.astimezone(dt.UTC).strftime("D:%Y%m%d%H%M%SZ")
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert b"/Lang(nb)" in content


def test_copy_of_the_same_version_is_always_the_same_bytes(version):
    with translation.override("sv"):
        first = copy_of(version)

    again = copy_of(SketchVersion.objects.select_related("leaf", "sketch__call").get(pk=version.pk))

    assert first == again


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_was_typed_is_markup(hostile):
    sketch = factories.make_sketch(answers=factories.ANSWERS | {"title": hostile[:100]})
    version = factories.submit(sketch)
    version.answers["need"] = hostile
    version.organisations[0]["name"] = hostile
    version.files = [{"question": "files", "name": hostile, "sha256": "0" * 64, "size": 1, "content_type": "", "id": 1}]

    shown = squeezed(text_of(copy_of(version)))

    assert shown.count(squeezed(hostile)) >= 3
    assert "root:x" not in shown


def test_characters_without_a_glyph_are_named(version):
    version.answers["need"] = "😀 日本 Ærø, Ŧ, ŋ, č; שלום مرحبا Ελλάδα \u202eabc\u202c"

    shown = text_of(copy_of(version))

    assert "[U+1F600] [U+65E5][U+672C] Ærø, Ŧ, ŋ, č;" in shown
    assert "[U+202E]abc[U+202C]" in shown
    assert "[U+1F600]" in shown.split(version.sha256)[1]


def test_a_copy_without_such_characters_does_not_speak_of_them(version):
    assert "U+1F600" not in text_of(copy_of(version))


def test_a_template_reads_nothing_but_its_data(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "curious.typ").write_text('#read("../secret")')
    monkeypatch.setattr("competition.typesetting.TEMPLATES", tmp_path / "pdf")

    with pytest.raises(typst.TypstError):
        pdf("curious.typ", {}, unshown="")


# --- The letter ----------------------------------------------------------------------------------------------------


def member_of(organisation, role):
    user = factories.make_user()
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def test_every_editor_and_the_mailbox_get_the_copy():
    sketch = factories.make_sketch()
    editor, reader = (member_of(sketch.organisation, role) for role in (MemberRole.EDITOR, MemberRole.READER))
    version = factories.submit(sketch)

    tasks.write_receipt(version.pk)
    member_of(sketch.organisation, MemberRole.EDITOR)
    tasks.write_receipt(version.pk)

    addresses = {version.submitted_by.email, editor.email, sketch.organisation.mailbox}
    assert {letter.recipient for letter in Letter.objects.filter(kind="receipt")} == addresses
    assert reader.email not in addresses
    stored = Attachment.objects.get()
    assert stored.emails.count() == 3
    with stored.file.open() as file:
        assert file.read() == copy_of(version)
    assert stored.file.storage is storages["private"]


def test_confirmed_co_applicants_get_the_copy_too():
    sketch = factories.make_sketch()
    partner = factories.make_organisation(member=(writer := factories.make_user()))
    version = factories.submit(sketch)
    version.organisations.append({"id": partner.pk, "role": "co_applicant", "name": partner.name})

    readers = [address for _part, address, _language in receipt_readers(version)]

    lead = sketch.organisation.mailbox
    assert readers == [version.submitted_by.email, lead, writer.email, partner.mailbox]


def test_each_version_has_a_subject_of_its_own():
    sketch = factories.make_sketch()
    first = factories.submit(sketch)
    save_answers(by=first.submitted_by, sketch=sketch, values={"need": "Another need."})
    for version in (first, factories.submit(sketch)):
        tasks.write_receipt(version.pk)

    subjects = set(Letter.objects.filter(kind="receipt", recipient=first.submitted_by.email).values_list("subject"))

    assert len(subjects) == 2


def test_the_mail_brings_the_copy():
    version = factories.submit(factories.make_sketch())
    tasks.write_receipt(version.pk)

    outcome = [deliver_email(email_id=email.pk) for email in Email.objects.order_by("pk")]

    assert outcome == ["sent", "sent"]
    assert [message.attachments for message in mail.outbox] == [
        [(copy_name(version), copy_of(version), "application/pdf")]
    ] * 2


def test_the_letter_leaves_where_no_copy_can_be_set(monkeypatch, caplog):
    def refuse(version):
        raise typst.TypstError("no", "no")

    monkeypatch.setattr(letters, "copy_of", refuse)
    version = factories.submit(factories.make_sketch())

    tasks.write_receipt(version.pk)

    assert Letter.objects.filter(kind="receipt").count() == 2
    assert Attachment.objects.count() == 0
    assert version.leaf.number in caplog.text


# --- The page ------------------------------------------------------------------------------------------------------


def test_a_member_downloads_the_copy_also_after_the_deadline(client, version):
    factories.close(version.sketch.call)
    client.force_login(member_of(version.sketch.organisation, MemberRole.READER))

    response = client.get(reverse("competition:receipt_pdf", args=[version.sketch.reference, version.leaf.number]))

    assert response.content == copy_of(version)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{copy_name(version)}"'


def test_nobody_else_finds_the_copy(client, version):
    page = reverse("competition:receipt_pdf", args=[version.sketch.reference, version.leaf.number])
    client.force_login(factories.owner_of(version.sketch.call.programme))

    assert client.get(page).status_code == 404
