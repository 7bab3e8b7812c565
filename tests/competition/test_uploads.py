"""Large files in pieces: begun, continued, finished, given up, and by whom."""

import datetime as dt
import hashlib
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MemberRole
from accounts.errors import InvalidInput, NotAllowed
from competition.errors import NotOpen
from competition.models import Attachment, Upload
from competition.models.attachment import private_storage
from competition.private_files import NotStored
from competition.services import uploads
from tests import factories
from tests.documents import PDF, pdf

pytestmark = pytest.mark.django_db

LARGE = pdf(3) + b" " * 500 + b"\n%%EOF\n"


@pytest.fixture
def sketch():
    return factories.make_sketch()


def question_of(sketch):
    return sketch.call.questions.filter(kind="file").first()


SIZE = len(LARGE)


def begin(sketch, *, size=SIZE, name="plan.pdf", by=None, modified=1):
    by = by or factories.writer_of(sketch)
    return uploads.begin_upload(
        by=by, sketch=sketch, question=question_of(sketch), name=name, size=size, modified=modified
    )


def add(upload, offset, content):
    return uploads.add_piece(by=upload.started_by, upload=upload, offset=offset, content=content)


def send_all(upload, content=LARGE, step=200):
    for offset in range(upload.received, len(content), step):
        upload = add(upload, offset, content[offset : offset + step])
    return upload


def test_pieces_become_one_attachment(sketch):
    upload = send_all(begin(sketch, name="../plan.exe"))

    attachment = uploads.finish_upload(by=upload.started_by, upload=upload, sha256=hashlib.sha256(LARGE).hexdigest())

    assert (attachment.name, attachment.size, attachment.pages) == ("plan.exe.pdf", len(LARGE), 3)
    with attachment.file.storage.open(attachment.file.name) as stored:
        assert stored.read() == LARGE
    assert not Upload.objects.exists()


def test_a_piece_sent_twice_counts_once_and_a_gap_is_told(sketch):
    upload = begin(sketch)
    first = add(upload, 0, LARGE[:200])
    again = add(upload, 0, LARGE[:200])

    with pytest.raises(uploads.WrongOffset) as gap:
        add(upload, 400, LARGE[400:600])
    with pytest.raises(uploads.WrongOffset) as overlap:
        add(upload, 100, LARGE[100:300])

    assert (first.received, again.received, len(again.pieces)) == (200, 200, 1)
    assert (gap.value.received, overlap.value.received) == (200, 200)


@pytest.mark.parametrize(("offset", "content"), [(0, b""), (0, b"x" * (len(LARGE) + 1))])
def test_a_piece_that_was_not_announced(sketch, offset, content):
    with pytest.raises(InvalidInput):
        add(begin(sketch), offset, content)


def test_begun_again_it_goes_on_where_it_stopped(sketch):
    add(begin(sketch), 0, LARGE[:300])

    same, changed, larger = begin(sketch), begin(sketch, modified=2), begin(sketch, size=len(LARGE) + 1)

    assert (same.received, changed.received, larger.received) == (300, 0, 0)
    assert send_all(same).received == len(LARGE)


def test_finishing_too_early_says_how_much_there_is(sketch):
    upload = add(begin(sketch), 0, LARGE[:300])

    with pytest.raises(uploads.WrongOffset) as early:
        uploads.finish_upload(by=upload.started_by, upload=upload)

    assert early.value.received == 300
    assert Upload.objects.exists()


@pytest.mark.parametrize(("content", "sha256"), [(LARGE, "0" * 64), (b"MZ" + b"x" * 700, "")])
def test_a_file_that_is_refused_is_given_up(sketch, content, sha256, django_capture_on_commit_callbacks):
    upload = send_all(begin(sketch, size=len(content)), content)

    with pytest.raises(InvalidInput), django_capture_on_commit_callbacks(execute=True):
        uploads.finish_upload(by=upload.started_by, upload=upload, sha256=sha256)

    assert not Upload.objects.exists()
    assert not Attachment.objects.exists()
    assert not any(private_storage().exists(name) for name in upload.pieces)


def test_a_full_disk_leaves_what_has_come(sketch, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    upload = send_all(begin(sketch), LARGE[:400])
    with monkeypatch.context() as patched:
        patched.setattr("django.core.files.storage.FileSystemStorage._save", full)
        with pytest.raises(NotStored):
            add(upload, 400, LARGE[400:500])

    assert send_all(begin(sketch)).received == len(LARGE)


def test_every_step_asks_who_and_whether(sketch):
    upload = begin(sketch)
    colleague = factories.make_user()
    factories.Membership.objects.create(user=colleague, organisation=sketch.organisation, role=MemberRole.ADMIN)
    steps = [
        lambda by: uploads.add_piece(by=by, upload=upload, offset=0, content=b"x"),
        lambda by: uploads.finish_upload(by=by, upload=upload),
        lambda by: uploads.abandon_upload(by=by, upload=upload),
    ]

    for step in steps:
        for person in (factories.make_user(), colleague):
            with pytest.raises(NotAllowed):
                step(person)
    factories.set_instants(sketch.call, deadline=timezone.now(), formal_check_completed_at=timezone.now())
    for step in steps[:2]:
        with pytest.raises(NotOpen):
            step(upload.started_by)

    assert Upload.objects.get().received == 0


def test_limits_are_asked_at_the_beginning(sketch, settings):
    settings.SKETCH_FILES_MAX_BYTES = 2 * len(LARGE)
    begin(sketch)
    begin(sketch, name="b.pdf")

    for size in (0, 11 * 1024 * 1024, len(LARGE)):
        with pytest.raises(InvalidInput):
            begin(sketch, name="c.pdf", size=size)

    assert Upload.objects.count() == 2


def test_unfinished_files_are_forgotten_after_a_day(sketch, django_capture_on_commit_callbacks):
    old, young = add(begin(sketch), 0, LARGE[:100]), begin(sketch, name="b.pdf")
    Upload.objects.filter(pk=old.pk).update(touched_at=timezone.now() - dt.timedelta(hours=25))

    with django_capture_on_commit_callbacks(execute=True):
        expired = uploads.expire_uploads()

    assert expired == 1
    assert list(Upload.objects.all()) == [young]
    assert not private_storage().exists(old.pieces[0])


# --- Over HTTP -----------------------------------------------------------------------------------------------------


def test_the_whole_way_over_http(client, sketch):
    client.force_login(factories.writer_of(sketch))
    ask = {"accept": "application/json"}
    announced = {"name": "plan.pdf", "size": len(PDF), "modified": 1}

    started = client.post(reverse("competition:upload_begin", args=[sketch.reference, "attachments"]), announced)
    to = started.json()
    wrong = client.post(f"{to['piece_url']}?offset=7", PDF, content_type="application/octet-stream")
    nowhere = client.post(to["piece_url"], PDF, content_type="application/octet-stream")
    piece = client.post(f"{to['piece_url']}?offset=0", PDF, content_type="application/octet-stream")
    finished = client.post(to["finish_url"], {"sha256": hashlib.sha256(PDF).hexdigest()})
    gone = client.post(to["cancel_url"], headers=ask)

    assert [one.status_code for one in (started, wrong, nowhere, piece, finished, gone)] == [
        200, 409, 422, 200, 200, 404,
    ]  # fmt: skip
    assert (to["received"], wrong.json()["received"], piece.json()["received"]) == (0, 0, len(PDF))
    assert finished.json() == {"said": ["“plan.pdf” is attached."], "errors": []}


def test_a_piece_that_is_too_long_is_not_read(client, sketch):
    client.force_login(factories.writer_of(sketch))
    address = reverse("competition:upload_piece", args=[sketch.reference, begin(sketch).key])

    response = client.post(
        f"{address}?offset=0", b"x" * (uploads.PIECE_AT_MOST + 1), content_type="application/octet-stream"
    )

    assert response.status_code == 413


def test_what_is_unfinished_is_shown_and_thrown_away(client, sketch):
    client.force_login(factories.writer_of(sketch))
    upload = add(begin(sketch), 0, LARGE[:300])

    shown = client.get(reverse("competition:section", args=[sketch.reference, "attachments"]))
    thrown = client.post(reverse("competition:upload_cancel", args=[sketch.reference, upload.key]))

    assert "has not arrived whole" in shown.content.decode()
    assert thrown.status_code == 302
    assert not Upload.objects.exists()


def test_somebody_elses_upload_is_not_there(client, sketch):
    upload = begin(sketch)
    other = factories.make_sketch(call=sketch.call)
    client.force_login(factories.writer_of(other))

    statuses = {
        client.post(reverse(f"competition:upload_{step}", args=[reference, key])).status_code
        for step in ("piece", "finish", "cancel")
        for reference, key in (
            (sketch.reference, upload.key),
            (other.reference, upload.key),
            (other.reference, uuid.uuid4()),
        )
    }

    assert statuses == {404}
