"""Sealing, and verifying years later."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from competition import merkle, signals, tasks
from competition.models import ReceiptTree, SketchVersion
from competition.selectors.receipts import document_of
from competition.services import receipts
from competition.verification import BadReceipt, read, verify
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions():
    """Three versions of one call, whose tree is sealed."""
    call = factories.make_call()
    for number in (1, 2, 3):
        factories.make_submitted_sketch(call=call, title=f"Sketch {number}")
    factories.close(call)
    return list(SketchVersion.objects.order_by("leaf__index"))


def test_seal_only_after_the_deadline_and_once(versions):
    open_call, closed = factories.make_call(), versions[0].sketch.call

    assert receipts.seal_tree(call=open_call) is None
    assert receipts.seal_tree(call=closed) is None
    assert ReceiptTree.objects.get(call=closed).root == merkle.root_of([version.sha256 for version in versions])


def test_the_task_seals_what_is_due_and_tells_once():
    call = factories.make_call()
    factories.make_call()
    factories.set_instants(call, deadline=timezone.now())
    told = []

    def hear(sender, call, **kwargs):
        told.append(call)

    signals.call_closed.connect(hear)
    try:
        sealed = [tasks.seal_closed_calls(), tasks.seal_closed_calls()]
    finally:
        signals.call_closed.disconnect(hear)

    assert sealed == [1, 0]
    assert told == [call]


def test_every_receipt_of_a_sealed_call_verifies_offline(versions):
    verdicts = [verify(read(json.dumps(document_of(version)).encode())) for version in versions]

    assert all(verdict.is_valid and verdict.is_sealed for verdict in verdicts)


def test_before_sealing_a_receipt_has_a_hash_and_no_proof_yet():
    factories.make_submitted_sketch()
    version = SketchVersion.objects.get()

    verdict = verify(read(json.dumps(document_of(version)).encode()))

    assert verdict.checks == {"hash": True, "proof": None}
    assert receipts.inclusion_proof(leaf=version.leaf) is None


def test_one_changed_byte_anywhere_fails(versions):
    whole = document_of(versions[1])
    text = whole["canonical"]

    for place in range(0, len(text), 97):
        changed = text[:place] + ("x" if text[place] != "x" else "y") + text[place + 1 :]
        assert not verify(whole | {"canonical": changed}).is_valid
    for part in ({"root": "0" * 64}, {"size": 2}, {"path": whole["tree"]["path"][1:]}, {"path": None}, {"size": "3"}):
        assert not verify(whole | {"tree": whole["tree"] | part}).is_valid
    assert not verify(whole | {"leaf": {"index": 0}}).is_valid


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"%PDF-1.7",
        b"[]",
        b"{}",
        b"null",
        b'{"schema": "skisse-receipt/1"}',
        b'{"schema": "skisse-receipt/1", "number": "1", "sha256": "", "canonical": "", "leaf": {"index": "0"}}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_receipt_is_told_so(raw):
    with pytest.raises(BadReceipt):
        read(raw)


def test_the_command_verifies_without_a_database(versions, tmp_path, capsys, django_assert_num_queries):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    document = document_of(versions[0])
    good.write_text(json.dumps(document))
    bad.write_text(json.dumps(document | {"canonical": document["canonical"] + " "}))

    with django_assert_num_queries(0):
        call_command("verify_receipt", str(good), root=document["tree"]["root"])
        with pytest.raises(SystemExit) as ended:
            call_command("verify_receipt", str(bad))
        with pytest.raises(CommandError):
            call_command("verify_receipt", str(tmp_path / "missing.json"))

    printed = capsys.readouterr().out
    assert "\nvalid\n" in printed
    assert "NOT VALID" in printed
    assert ended.value.code == 1


def test_the_public_page_tells_when_and_never_what(client, versions):
    version = versions[0]

    response = client.get(reverse("competition:verify_receipt"), {"number": f" {version.leaf.number.lower()} "})

    page = response.content.decode()
    assert response.status_code == 200
    assert version.sha256 in page
    assert version.title not in page
    assert version.sketch.organisation.name not in page
    assert version.sketch.reference not in page


@pytest.mark.parametrize("number", ["", "AAAAAAAA", "x" * 500, "\x00", "ÆØÅ"])
def test_an_unknown_number_is_told_so(client, number):
    response = client.get(reverse("competition:verify_receipt"), {"number": number})

    assert response.status_code == 422


def test_an_uploaded_file_is_compared_with_the_record(client, versions):
    from django.core.files.uploadedfile import SimpleUploadedFile

    document = document_of(versions[2])
    files = {
        "genuine": document,
        "changed": document | {"canonical": "{}"},
        "number": document | {"number": versions[0].leaf.number},
    }

    answers = {
        name: client.post(
            reverse("competition:verify_receipt"),
            {"file": SimpleUploadedFile("receipt.json", json.dumps(one).encode())},
        )
        for name, one in files.items()
    }
    rubbish = client.post(reverse("competition:verify_receipt"), {"file": SimpleUploadedFile("a.json", b"%PDF")})

    assert {name: answer.context["matches"] for name, answer in answers.items()} == {
        "genuine": True,
        "changed": False,
        "number": False,
    }
    assert rubbish.status_code == 422
