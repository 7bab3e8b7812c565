"""The virus scan, against a stand-in that speaks the scanner's protocol."""

import socket
import struct
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from competition import scanner
from competition.enums import ScanState
from competition.models import Attachment
from competition.services import attachments, scans
from tests import factories
from tests.documents import PDF, pdf

pytestmark = pytest.mark.django_db

EICAR = "X5O!P%@AP[4" + "\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*"


def read(connection, length):
    content = b""
    while len(content) < length:
        content += connection.recv(length - len(content))
    return content


def serve(listener, odd):
    while True:
        try:
            connection, _address = listener.accept()
        except OSError:
            return
        with connection:
            assert read(connection, 10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack("!L", read(connection, 4))[0]:
                content += read(connection, length)
            infected = EICAR.encode() in content
            connection.sendall(odd or (b"stream: Eicar-Signature FOUND\0" if infected else b"stream: OK\0"))


@pytest.fixture
def stand_in(settings, request):
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, args=(listener, getattr(request, "param", b"")))
    thread.start()
    settings.SCANNER_URL = f"clamd://127.0.0.1:{listener.getsockname()[1]}"
    yield
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def attach(sketch, content=PDF):
    question = sketch.call.questions.filter(kind="file").first()
    file = SimpleUploadedFile("plan.pdf", content)
    return attachments.add_attachment(by=factories.writer_of(sketch), sketch=sketch, question=question, file=file)


def status(client, sketch, attachment):
    response = client.get(reverse("competition:attachment", args=[sketch.reference, attachment.pk]))
    if response.streaming:
        response.getvalue()
    return response.status_code


@pytest.mark.parametrize(("content", "found"), [(b"clean", ""), (EICAR.encode(), "Eicar-Signature")])
def test_the_scanners_verdict(stand_in, content, found):
    assert scanner.scan([content[:3], b"", content[3:]]) == found


@pytest.mark.parametrize("stand_in", [b"INSTREAM size limit exceeded. ERROR\0", b"rubbish"], indirect=True)
def test_what_is_no_verdict_is_none(stand_in):
    with pytest.raises(scanner.ScannerAway):
        scanner.scan([b"x"])


@pytest.mark.parametrize("url", ["clamd://127.0.0.1:1", "unix:/nowhere/clamd.sock", "http://host"])
def test_a_scanner_that_is_away(settings, url):
    settings.SCANNER_URL = url

    with pytest.raises(scanner.ScannerAway):
        scanner.scan([b"x"])


def test_without_a_scanner_files_are_read_at_once(client):
    sketch = factories.make_sketch()
    client.force_login(factories.writer_of(sketch))

    attachment = attach(sketch)

    assert attachment.scan_state == ScanState.NOT_ASKED
    assert status(client, sketch, attachment) == 200


def test_a_file_is_in_quarantine_until_it_is_found_clean(stand_in, client):
    sketch = factories.make_sketch()
    client.force_login(factories.writer_of(sketch))
    attachment = attach(sketch)

    before = status(client, sketch, attachment)
    spoken = scans.scan_waiting()

    assert (before, spoken, status(client, sketch, attachment)) == (409, 1, 200)
    assert scans.scan_attachment(pk=attachment.pk) is False


def test_a_virus_is_removed_told_and_never_served(stand_in, client, django_capture_on_commit_callbacks):
    sketch = factories.make_sketch()
    client.force_login(factories.writer_of(sketch))
    attachment = attach(sketch, pdf(mark=EICAR))
    version = factories.submit(sketch)

    with django_capture_on_commit_callbacks(execute=True):
        scans.scan_attachment(pk=attachment.pk)
    page = client.get(reverse("competition:section", args=[sketch.reference, "attachments"])).content.decode()

    attachment.refresh_from_db()
    sketch.refresh_from_db()
    assert (attachment.scan_state, attachment.removed_at is None) == (ScanState.INFECTED, False)
    assert not attachment.file.storage.exists(attachment.file.name)
    assert status(client, sketch, attachment) == 410
    assert "A virus was found in “plan.pdf”" in page
    assert version.files[0]["id"] == attachment.pk
    assert sketch.changed_since_submission


def test_a_scanner_that_is_away_keeps_nobody_from_submitting(settings, client):
    settings.SCANNER_URL = "clamd://127.0.0.1:1"
    sketch = factories.make_sketch()
    client.force_login(factories.writer_of(sketch))
    attachment = attach(sketch)

    spoken, version = scans.scan_waiting(), factories.submit(sketch)

    assert (spoken, version.number) == (0, 1)
    assert Attachment.objects.get().scan_state == ScanState.WAITING
    assert status(client, sketch, attachment) == 409
