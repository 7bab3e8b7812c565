"""Parts of a file: what is asked for comes, whole files where nothing sensible is asked for."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from competition.ranges import NotSatisfiable, Part, Slice, part_of
from competition.services.attachments import add_attachment
from tests import factories
from tests.documents import PDF

ETAG = '"a"'


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-", Part(0, 10, 10)),
        ("bytes=0-0", Part(0, 1, 10)),
        ("BYTES=4-6", Part(4, 3, 10)),
        ("bytes=4-99", Part(4, 6, 10)),
        ("bytes=-3", Part(7, 3, 10)),
        ("bytes=-99", Part(0, 10, 10)),
        ("", None),
        ("lines=1-2", None),
        ("bytes=0-1,4-5", None),
    ],
)
def test_which_part(asked, part):
    assert part_of(10, asked, etag=ETAG) == part


@pytest.mark.parametrize(
    "asked", ["bytes=10-", "bytes=6-4", "bytes=-0", "bytes=-", "bytes=a-b", "bytes=1-2-3", "bytes="]
)
def test_what_is_no_part(asked):
    with pytest.raises(NotSatisfiable):
        part_of(10, asked, etag=ETAG)
    assert part_of(10, asked, etag=ETAG, if_range='"older"') is None


@given(st.binary(max_size=50), st.text("0123456789-,= bytes", max_size=15))
def test_whatever_is_asked_is_a_true_part_or_refused(content, asked):
    try:
        part = part_of(len(content), f"bytes={asked}", etag=ETAG)
    except NotSatisfiable:
        return
    if part is not None:
        piece = b"".join(Slice(io.BytesIO(content), part))
        assert piece == content[part.start : part.start + part.length] != b""


@pytest.fixture
def get(client, db):
    """Fetches the file of one's own sketch, with headers."""
    sketch = factories.make_sketch()
    question = sketch.call.questions.filter(kind="file").first()
    file = SimpleUploadedFile("Plan.pdf", PDF)
    found = add_attachment(by=factories.writer_of(sketch), sketch=sketch, question=question, file=file)
    client.force_login(factories.writer_of(sketch))
    address = reverse("competition:attachment", args=[sketch.reference, found.pk])
    return lambda method="get", **headers: getattr(client, method)(address, headers=headers)


def test_a_download_goes_on_where_it_was_cut_off(get):
    whole = get()
    rest = get(range="bytes=100-", if_range=whole["ETag"])

    assert (whole.status_code, whole["Accept-Ranges"], int(whole["Content-Length"])) == (200, "bytes", len(PDF))
    assert (rest.status_code, rest["Content-Range"]) == (206, f"bytes 100-{len(PDF) - 1}/{len(PDF)}")
    assert b"".join(whole.streaming_content) == PDF
    assert b"".join(rest.streaming_content) == PDF[100:]
    assert int(rest["Content-Length"]) == len(PDF) - 100
    for name in ("Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"):
        assert rest[name] == whole[name]


def test_another_file_than_the_one_begun_comes_whole(get):
    response = get(range="bytes=100-", if_range='"another"')

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == PDF


def test_what_is_not_there_is_refused_with_the_size(get):
    response = get(range=f"bytes={len(PDF)}-")

    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(PDF)}")
    head = get("head", range="bytes=0-1")
    head.close()
    assert head.status_code == 200
