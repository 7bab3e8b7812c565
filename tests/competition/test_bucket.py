"""Files in a bucket instead of on a disk: the same storage that production configures, over HTTP to a stand-in."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage.handler import StorageHandler
from django.utils import timezone

from competition import private_files
from competition.ranges import Part, Slice
from competition.selectors import stored_files
from config.settings.parts.data import private_storage
from tests.buckets import WHEN, running_bucket


@pytest.fixture
def bucket(monkeypatch):
    for name, value in {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(name, value)
    with running_bucket() as server:
        url = f"s3://files/of/skisse?endpoint={server.address}&region=north"
        storage = StorageHandler({"private": private_storage(url)})["private"]
        for module in (private_files, stored_files):
            monkeypatch.setattr(module, "private_storage", lambda: storage)
        server.storage = storage
        yield server
        storage.connection.meta.client.close()


def test_a_file_is_put_read_and_thrown_away(bucket):
    content = b"%PDF " + bytes(range(256)) * 50
    name = private_files.put("sketches/1/ab", ContentFile(content))

    assert list(bucket.objects) == [f"files/of/skisse/{name}"]
    assert bucket.objects[f"files/of/skisse/{name}"] == content
    with bucket.storage.open(name) as opened:
        assert b"".join(Slice(opened, Part(5, 256, len(content)))) == bytes(range(256))
    with bucket.storage.open(name) as opened:
        assert opened.read() == content
    private_files.discard_attached(name, "sketches/1/never-was")
    assert bucket.objects == {}
    with pytest.raises(FileNotFoundError):
        bucket.storage.open(name)


def test_a_second_file_of_that_name_leaves_the_first(bucket):
    first, second = (private_files.put("sketches/1/ab", ContentFile(text)) for text in (b"one", b"two"))

    assert first != second
    with bucket.storage.open(first) as opened:
        assert opened.read() == b"one"


def test_objects_say_nothing_of_who_may_read_them_and_no_address_is_signed(bucket):
    name = private_files.put("sketches/1/ab", ContentFile(b"one"))
    _method, _key, headers = next(one for one in bucket.log if one[0] == "PUT")

    assert not any(header.lower() == "x-amz-acl" for header in headers)
    assert "Signature" not in bucket.storage.url(name)


def test_a_service_that_is_full_is_told_and_nothing_stays(bucket):
    bucket.is_full = True

    with pytest.raises(private_files.NotStored):
        private_files.put("sketches/1/ab", ContentFile(b"one"))
    assert bucket.objects == {}


def test_orphans_are_found_there_too(bucket, db):
    name = private_files.put("sketches/1/ab", ContentFile(b"one"))
    private_files.put("elsewhere/ab", ContentFile(b"not ours"))

    assert stored_files.orphans(timezone.now()) == [name]
    assert stored_files.orphans(WHEN) == []
