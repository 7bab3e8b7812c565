"""The records of a call are taken out and kept elsewhere; then what was submitted goes, and what proves it stays."""

import datetime as dt
import io
import json
import os
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email
from post_office.models import Attachment as MailAttachment

from accounts.errors import InvalidInput, NotAllowed
from competition.archive import stream
from competition.enums import ProgrammeRole
from competition.errors import IllegalTransition
from competition.models import Answer, AnswerHistory, Attachment, CallRecords, ReceiptTree, SketchVersion
from competition.models.attachment import private_storage
from competition.retention import sketches_go_at
from competition.selectors.call_records import records
from competition.selectors.receipts import document_of, find_leaf, is_on_record, is_proved
from competition.selectors.retention import plan
from competition.selectors.stored_files import SAFE_AGE, orphans
from competition.services.attachments import add_attachment
from competition.services.endings import cancel_call
from competition.services.letters import write_receipt
from competition.services.records import confirm_kept, delete_contents, note_export
from competition.services.retention import delete_what_is_due
from competition.services.sketches import save_answers
from competition.verification import read, verify, write
from home.demo import travel
from notifications.models import Letter
from notifications.old_mail import delete_mails, due_mails
from notifications.services import due_emails
from tests import factories
from tests.documents import PDF
from tests.workspace_client import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def sketch():
    """Handed in with a file, to a call that was called off afterwards; its receipt was sent."""
    sketch = factories.make_sketch()
    writer = factories.writer_of(sketch)
    question = (
        factories.add_file_question(sketch.call)
        if not sketch.call.questions.filter(kind="file").exists()
        else (sketch.call.questions.filter(kind="file").first())
    )
    add_attachment(by=writer, sketch=sketch, question=question, file=SimpleUploadedFile("Plan.pdf", PDF))
    save_answers(by=writer, sketch=sketch, values={"need": "A need that nobody else must read in five years"})
    write_receipt(version=factories.submit(sketch))
    factories.close(sketch.call)
    cancel_call(by=factories.owner_of(sketch.call.programme), call=sketch.call, reason="No money.")
    sketch.refresh_from_db()
    return sketch


def owner(sketch):
    return factories.owner_of(sketch.call.programme)


def kept(sketch):
    note_export(by=owner(sketch), call=sketch.call)
    return confirm_kept(by=owner(sketch), call=sketch.call, place="Case 27/1234")


def when_due(sketch, **away):
    return travel.at(sketches_go_at(sketch.call) + dt.timedelta(**(away or {"days": 1})))


def entries_of(call):
    content = b"".join(stream(records(call, now=timezone.now())))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_records_hold_what_was_submitted_and_prove_it_and_no_draft(sketch):
    draft = factories.make_sketch(call=factories.make_call(programme=sketch.call.programme))
    entries = entries_of(sketch.call)
    below = f"sketches/{sketch.reference}"

    assert entries[f"{below}/files/Plan.pdf"] == PDF
    assert verify(read(entries[f"{below}/versions/1/receipt.json"])).is_valid
    assert entries[f"{below}/versions/1/copy.pdf"].startswith(b"%PDF")
    assert json.loads(entries[f"{below}/sketch.json"])["state"] == "submitted"
    assert json.loads(entries["receipts.json"])["leaves"] == [sketch.current_version.sha256]
    assert {letter["kind"] for letter in json.loads(entries["letters.json"])} >= {"receipt"}
    assert json.loads(entries["scoring/decision.json"]) is None
    assert not any(draft.reference in name for name in entries)


def test_nothing_goes_before_its_time_or_before_somebody_says_that_the_records_are_kept(sketch):
    with when_due(sketch):
        assert [call for call, _since in plan(timezone.now()).waiting] == [sketch.call]
        assert delete_contents(call=sketch.call) is None
    kept(sketch)
    with when_due(sketch, minutes=-1):
        assert delete_contents(call=sketch.call) is None
    note_export(by=owner(sketch), call=sketch.call)  # newer records, of which nobody has said anything
    with when_due(sketch):
        assert delete_what_is_due().contents == []
    assert SketchVersion.objects.exclude(canonical="").count() == 1


def test_a_dry_run_names_exactly_what_the_run_then_does(sketch, django_capture_on_commit_callbacks):
    kept(sketch)
    orphan = private_storage().save("sketches/0/left", ContentFile(b"left behind"))
    told = []
    for flags in (["--dry-run"], [], []):
        with when_due(sketch), django_capture_on_commit_callbacks(execute=True):
            call_command("retention", "--json", *flags, stdout=(out := io.StringIO()))
            told.append(json.loads(out.getvalue()))

    dry, real, again = told
    assert dry | {"dry_run": False} == real
    assert real["contents"] == [
        {
            "call": sketch.call.slug,
            "sketches": [sketch.reference],
            "versions": 1,
            "answers": real["contents"][0]["answers"],
            "earlier": real["contents"][0]["earlier"],
            "files": 1,
            "letters": real["contents"][0]["letters"],
        }
    ]
    assert real["contents"][0]["answers"]
    assert real["contents"][0]["earlier"]
    assert real["contents"][0]["letters"]
    assert orphan in real["files"]
    assert not private_storage().exists(orphan)
    assert again["contents"] == again["files"] == again["waiting_for_the_archive"] == []


def test_contents_go_everywhere_and_the_receipt_still_proves(sketch, client, django_capture_on_commit_callbacks):
    file, mailed = Attachment.objects.get(sketch=sketch), MailAttachment.objects.first()
    document = document_of(sketch.current_version)
    raw, root = write(document), ReceiptTree.objects.get(call=sketch.call).root
    kept(sketch)
    with when_due(sketch), django_capture_on_commit_callbacks(execute=True):
        assert delete_contents(call=sketch.call)

    for model in (Answer, AnswerHistory, Attachment, MailAttachment):
        assert not model.objects.exists(), model
    for name in (file.file.name, file.preview_name, mailed.file.name):
        assert not private_storage().exists(name)
    assert "five years" not in "".join(f"{one.text}{one.html}" for one in Letter.objects.all())
    assert not Email.objects.filter(message__contains="five years").exists()
    # What proves it, by the number and by the file that the agency has kept.
    leaf = find_leaf(document["number"])
    tree = ReceiptTree.objects.get(call=sketch.call)
    assert (is_proved(leaf, tree), tree.root) == (True, root)
    assert verify(read(raw)).is_valid
    assert is_on_record(read(raw), leaf)
    # What the agency finds: that it was there, and where the archive is.
    client.force_login(factories.writer_of(sketch))
    page = client.get(reverse("competition:receipt", args=[sketch.reference, leaf.number]))
    assert b"Case 27/1234" in page.content
    for name in ("receipt_json", "receipt_pdf"):
        assert client.get(reverse(f"competition:{name}", args=[sketch.reference, leaf.number])).status_code == 404
    for name in ("sketch", "versions", "check"):
        assert client.get(reverse(f"competition:{name}", args=[sketch.reference])).status_code in (200, 302), name


def test_after_the_deletion_versions_are_as_fixed_as_before(sketch):
    kept(sketch)
    with when_due(sketch):
        delete_contents(call=sketch.call)

    with pytest.raises(IntegrityError), transaction.atomic():
        SketchVersion.objects.filter(sketch=sketch).update(title="Another")
    with pytest.raises(IllegalTransition):
        note_export(by=owner(sketch), call=sketch.call)


def test_who_takes_the_records_out(sketch):
    officer = factories.make_member(sketch.call.programme, ProgrammeRole.CASE_OFFICER)

    with pytest.raises(NotAllowed):
        note_export(by=officer, call=sketch.call)
    with pytest.raises(IllegalTransition):
        confirm_kept(by=owner(sketch), call=sketch.call, place="Somewhere")
    note_export(by=owner(sketch), call=sketch.call)
    with pytest.raises(InvalidInput):
        confirm_kept(by=owner(sketch), call=sketch.call, place=" \u200b ")
    with pytest.raises(IllegalTransition):
        note_export(by=owner(sketch), call=factories.make_call(programme=sketch.call.programme))


def test_the_pages_of_the_owner(sketch):
    staff = staff_client(sketch.call.programme)
    page = reverse("workspace:records", args=[sketch.call.pk])

    assert b"Download the records first" in staff.get(page).content
    download = staff.post(reverse("workspace:records_download", args=[sketch.call.pk]))
    assert zipfile.ZipFile(io.BytesIO(b"".join(download.streaming_content))).testzip() is None
    assert staff.post(page, {"place": ""}).status_code == 422
    assert staff.post(page, {"place": "Case 27/1234"}).status_code == 302
    assert CallRecords.objects.get(call=sketch.call).place == "Case 27/1234"
    assert b"Case 27/1234" in staff.get(page).content


def test_young_files_and_files_of_rows_are_no_orphans(sketch):
    storage, file = private_storage(), Attachment.objects.get(sketch=sketch)
    left = storage.save("uploads/left/0-piece", ContentFile(b"piece"))
    foreign = storage.save("elsewhere/file", ContentFile(b"not ours"))
    later = timezone.now() + SAFE_AGE + dt.timedelta(hours=1)

    assert orphans(timezone.now()) == []
    assert left in orphans(later)
    assert not {file.file.name, foreign} & set(orphans(later))
    os.utime(storage.path(left), (0, 0))
    assert orphans(timezone.now()) == [left]
    storage.delete(left)
    storage.delete(foreign)


def test_sent_mails_go_after_their_own_time_and_take_only_their_own_files(sketch, django_capture_on_commit_callbacks):
    due_emails().update(status=STATUS.sent)
    first = Email.objects.filter(attachments__isnull=False).order_by("pk").first()
    name = first.attachments.get().file.name
    later = timezone.now() + dt.timedelta(days=181)

    assert not due_mails(timezone.now()).exists()
    with django_capture_on_commit_callbacks(execute=True):
        delete_mails(due_mails(later).filter(pk=first.pk))
    shared = Email.objects.filter(attachments__isnull=False).exists()
    assert private_storage().exists(name) is shared
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_mails(due_mails(later)) > 0
    assert not private_storage().exists(name)
    assert Letter.objects.filter(email=None, released_at__isnull=False).first().state == "sent"
