"""Sealing, and verifying years later."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from competition import merkle, signals, tasks, tries
from competition.canonical import sha256_hex
from competition.models import ReceiptLeaf, ReceiptTree, SketchVersion
from competition.selectors.receipts import document_of, proof_of
from competition.services import receipts
from competition.verification import BadReceipt, build, read, verify, write
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
    verdicts = [verify(read(write(document_of(version)))) for version in versions]

    assert all(verdict.is_valid and verdict.is_sealed for verdict in verdicts)


def test_before_sealing_a_receipt_has_a_hash_and_no_proof_yet():
    factories.make_submitted_sketch()
    version = SketchVersion.objects.get()

    verdict = verify(read(write(document_of(version))))

    assert verdict.checks == {"file": True, "hash": True, "proof": None}
    assert proof_of(version.leaf, version.leaf.call.receipt_tree) is None


def test_one_changed_byte_anywhere_fails(versions):
    whole = signed(document_of(versions[1]))
    text = whole["canonical"]

    for place in range(0, len(text), 97):
        changed = text[:place] + ("x" if text[place] != "x" else "y") + text[place + 1 :]
        assert not verify(signed(whole, canonical=changed)).is_valid
    for part in ({"root": "0" * 64}, {"size": 2}, {"path": whole["tree"]["path"][1:]}, {"path": None}, {"size": "3"}):
        assert not verify(signed(whole, tree=whole["tree"] | part)).is_valid
    assert not verify(signed(whole, index=0)).is_valid
    assert not verify(signed(whole, call="another")).is_valid


def signed(document, **changes):
    """The document with changes and a checksum that fits, as somebody would make it who knows how."""
    parts = {name: document[name] for name in ("number", "call", "canonical", "sha256", "tree")}
    return build(**({"index": document["leaf"]["index"]} | parts | changes))


def test_the_text_must_be_in_its_canonical_form(versions):
    whole = document_of(versions[0])
    text = json.dumps(json.loads(whole["canonical"]), indent=1)

    verdict = verify(signed(whole, canonical=text, sha256=sha256_hex(text)))

    assert verdict.checks["hash"] is False


def test_a_file_that_is_written_otherwise_has_been_changed(versions):
    document = document_of(versions[0])

    for raw in (write(document) + b" ", json.dumps(document).encode(), write(document | {"more": 1})):
        with pytest.raises(BadReceipt, match="changed"):
            read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"%PDF-1.7",
        b"[]",
        b"{}",
        b"null",
        b'{"schema": "skisse-receipt/2"}',
        b'{"schema": "skisse-receipt/2", "number": "1", "sha256": "", "canonical": "", "leaf": {"index": "0"}}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_receipt_is_told_so(raw):
    with pytest.raises(BadReceipt):
        read(raw)


def test_the_command_verifies_without_a_database(versions, tmp_path, capsys, django_assert_num_queries):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    document = document_of(versions[0])
    good.write_bytes(write(document))
    bad.write_bytes(write(signed(document, canonical=document["canonical"] + " ")))

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
    own = {"size": 1, "root": merkle.root_of([document["sha256"]]), "path": [], "sealed_at": ""}
    files = {
        "genuine": document,
        "before_sealing": signed(document, tree=None),
        "changed": signed(document, canonical="{}"),
        "number": signed(document, number=versions[0].leaf.number),
        "index": signed(document, index=0, tree=own),
        "own_root": signed(document, tree=document["tree"] | {"late": True, "sealed": own}),
    }

    answers = {
        name: client.post(
            reverse("competition:verify_receipt"),
            {"file": SimpleUploadedFile("receipt.json", write(one))},
        )
        for name, one in files.items()
    }
    rubbish = client.post(reverse("competition:verify_receipt"), {"file": SimpleUploadedFile("a.json", b"%PDF")})

    assert {name: answer.context["matches"] for name, answer in answers.items()} == {
        "genuine": True,
        "before_sealing": True,
        "changed": False,
        "number": False,
        "index": False,
        "own_root": False,
    }
    assert rubbish.status_code == 422


def test_the_public_page_says_whether_the_proof_holds(client, versions):
    number, page = versions[0].leaf.number, reverse("competition:verify_receipt")
    unsealed = factories.submit(factories.make_sketch())

    sealed, open_still = (client.get(page, {"number": one}) for one in (number, unsealed.leaf.number))

    assert (sealed.context["proved"], open_still.context["proved"]) == (True, None)
    assert "Proof that it is in the list" in sealed.content.decode()
    assert "Not sealed yet" in open_still.content.decode()


def test_look_ups_from_one_address_are_limited(client, versions, monkeypatch):
    monkeypatch.setattr(tries, "LOOK_UPS_AT_MOST", 2)
    page, number = reverse("competition:verify_receipt"), {"number": versions[0].leaf.number}

    answers = [client.get(page, number) for _time in range(3)]
    elsewhere = client.get(page, number, REMOTE_ADDR="192.0.2.7")

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Too many receipts were looked up" in answers[-1].content.decode()
    assert "leaf" not in answers[-1].context
    assert elsewhere.status_code == 200
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("broken", ["version", "after"])
def test_no_receipt_of_a_submission_that_was_rolled_back(broken, monkeypatch):
    sketch = factories.make_sketch()

    def fail(*args, **kwargs):
        raise RuntimeError(broken)

    with monkeypatch.context() as patch:
        if broken == "version":
            patch.setattr(SketchVersion, "save", fail)
        else:
            patch.setattr("competition.services.submission.audit.record", fail)
        with pytest.raises(RuntimeError, match=broken):
            factories.submit(sketch)

    assert ReceiptLeaf.objects.count() == SketchVersion.objects.count() == 0
    assert ReceiptTree.objects.get(call=sketch.call).size == 0
    assert factories.submit(sketch).leaf.index == 0
