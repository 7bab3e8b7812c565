"""Everything of one's organisation as a zip: what its members may read, and nothing else."""

import hashlib
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from accounts.enums import MemberRole
from competition.archive import stream
from competition.enums import ProgrammeRole, ScanState
from competition.models import Attachment
from competition.selectors.organisation_data import organisation_data
from competition.selectors.receipt_copy import copy_of
from competition.selectors.receipts import document_of
from competition.services.attachments import add_attachment, remove_attachment
from competition.services.co_applicants import withdraw_co_applicant
from competition.services.letters import write_receipt
from competition.services.sketches import save_answers
from competition.verification import read, verify
from tests import factories
from tests.documents import PDF, pdf

pytestmark = pytest.mark.django_db


def url_of(organisation):
    return reverse("competition:organisation_data", args=[organisation.pk])


def attach(sketch, name="Plan.pdf", content=PDF):
    question = sketch.call.questions.filter(kind="file").first()
    file = SimpleUploadedFile(name, content)
    return add_attachment(by=factories.writer_of(sketch), sketch=sketch, question=question, file=file)


def entries_of(organisation):
    """{name: bytes} of what the organisation downloads now."""
    content = b"".join(stream(organisation_data(organisation, language="en", now=timezone.now())))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_zip_holds_the_organisation_and_its_members():
    sketch = factories.make_sketch()
    organisation, reader = sketch.organisation, factories.add_colleague(sketch, role=MemberRole.READER)

    entries = entries_of(organisation)

    found = json.loads(entries["organisation.json"])
    assert found.pop("registered_at").endswith("Z")
    assert found == {
        "name": organisation.name,
        "number": organisation.number,
        "country": "NO",
        "kind": "Municipality",
        "mailbox": organisation.mailbox,
        "members": [
            {"address": factories.writer_of(sketch).email, "role": "Administrator"},
            {"address": reader.email, "role": "Reader"},
        ],
    }
    assert b"receipt.json" in entries["README.txt"]


def test_zip_holds_each_sketch_with_versions_receipts_copy_and_letters():
    sketch = factories.make_sketch()
    attach(sketch)
    first = factories.submit(sketch)
    by = factories.writer_of(sketch)
    save_answers(by=by, sketch=sketch, values={"need": "A later need"})
    attach(sketch, "plan.PDF", pdf(2))
    second = factories.submit(sketch)
    save_answers(by=by, sketch=sketch, values={"need": "Only in the draft"})
    factories.close(sketch.call)
    write_receipt(version=second)

    entries = entries_of(sketch.organisation)

    folder = f"sketches/{sketch.reference}"
    assert list(entries) == [
        "README.txt",
        "organisation.json",
        f"{folder}/files/Plan.pdf",
        f"{folder}/files/plan (2).pdf",
        f"{folder}/draft.json",
        f"{folder}/versions/1/version.json",
        f"{folder}/versions/1/receipt.json",
        f"{folder}/versions/2/version.json",
        f"{folder}/versions/2/receipt.json",
        f"{folder}/versions/2/copy.pdf",
        f"{folder}/earlier.json",
        f"{folder}/letters/01-receipt.txt",
    ]
    for version in (first, second):
        version.sketch = sketch
        below = f"{folder}/versions/{version.number}"
        assert hashlib.sha256(entries[f"{below}/version.json"]).hexdigest() == version.sha256
        assert read(entries[f"{below}/receipt.json"]) == document_of(version)
        assert verify(document_of(version)).is_valid
    assert entries[f"{folder}/versions/2/copy.pdf"] == copy_of(second)
    assert entries[f"{folder}/files/plan (2).pdf"] == pdf(2)
    assert second.leaf.number in entries[f"{folder}/letters/01-receipt.txt"].decode()
    earlier = [one for one in json.loads(entries[f"{folder}/earlier.json"]) if one["question"] == "need"]
    assert [one["value"] for one in earlier][-1] == "Only in the draft"
    assert {one["by"] for one in earlier} == {by.name}
    draft = json.loads(entries[f"{folder}/draft.json"])
    assert draft["state"] == "Submitted, version 2 counts"
    need = next(answer for answer in draft["answers"] if answer["code"] == "need")
    label = sketch.call.questions.get(code="need").label
    assert need == {
        "code": "need",
        "question": label,
        "asked": True,
        "answer": "Only in the draft",
        "value": "Only in the draft",
    }


def test_zip_tells_nothing_of_the_assessment():
    call = factories.make_call()
    sketch = factories.make_submitted_sketch(call=call)
    factories.close(call)
    before = entries_of(sketch.organisation)
    factories.formal_check.admit_sketches(by=factories.owner_of(call.programme), call=call, sketches=[sketch])

    after = entries_of(sketch.organisation)

    sketch.refresh_from_db()
    assert sketch.state == "admitted"
    assert after == before


@pytest.mark.parametrize(
    ("state", "said"), [(ScanState.WAITING, "waits for the virus scan"), (ScanState.INFECTED, "a virus was found")]
)
def test_quarantined_file_is_left_out(state, said):
    sketch = factories.make_sketch()
    attachment = attach(sketch)
    Attachment.objects.filter(pk=attachment.pk).update(scan_state=state)

    entries = entries_of(sketch.organisation)

    (file,) = json.loads(entries[f"sketches/{sketch.reference}/draft.json"])["files"]
    assert (file["path"], file["state"]) == (None, said)
    assert not [name for name in entries if "/files/" in name]


def test_file_that_is_lost_keeps_nobody_from_the_rest():
    sketch = factories.make_sketch()
    attachment = attach(sketch)
    attachment.file.storage.delete(attachment.file.name)

    entries = entries_of(sketch.organisation)

    (file,) = json.loads(entries[f"sketches/{sketch.reference}/draft.json"])["files"]
    assert (file["path"], file["state"]) == (None, "not found")


def test_file_taken_out_of_the_draft_stays_with_its_version():
    sketch = factories.make_sketch()
    attachment = attach(sketch)
    factories.submit(sketch)
    remove_attachment(by=factories.writer_of(sketch), attachment=attachment)

    entries = entries_of(sketch.organisation)

    (file,) = json.loads(entries[f"sketches/{sketch.reference}/draft.json"])["files"]
    assert (file["in_draft"], entries[f"sketches/{sketch.reference}/{file['path']}"]) == (False, PDF)


def test_co_applicant_has_the_sketch_from_its_yes_to_its_withdrawal():
    sketch = factories.make_sketch()
    other = factories.make_organisation(member=factories.make_user())
    draft = f"sketches/{sketch.reference}/draft.json"

    factories.invite(sketch, other)
    invited = entries_of(other)
    sketch.co_applicants.all().delete()
    co = factories.join(sketch, other)
    joined = entries_of(other)
    withdraw_co_applicant(by=other.members.first(), co_applicant=co, reason="Other plans.")
    withdrawn = entries_of(other)

    assert (draft in invited, draft in joined, draft in withdrawn) == (False, True, False)
    assert factories.writer_of(sketch).email.encode() not in b"".join(joined.values())


def test_zip_of_the_same_data_is_the_same():
    sketch = factories.make_submitted_sketch()
    now = timezone.now()

    first, second = (
        b"".join(stream(organisation_data(sketch.organisation, language="en", now=now))) for _time in range(2)
    )

    assert first == second


def test_words_are_in_the_readers_language_and_no_other_work_is_disturbed():
    sketch = factories.make_sketch()

    with translation.override("en"):
        way = organisation_data(sketch.organisation, language="nb", now=timezone.now())
        found = [(entry.name, b"".join(entry.pieces), translation.get_language()) for entry in way]

    assert {language for _name, _content, language in found} == {"en"}
    draft = json.loads(next(content for name, content, _language in found if name.endswith("draft.json")))
    assert draft["call"]["title"] == sketch.call.title_nb


def test_queries_per_sketch_are_bounded(django_assert_max_num_queries):
    call, by = factories.make_call(), factories.make_user()
    sketch = factories.make_submitted_sketch(call=call, by=by)
    attach(sketch)
    save_answers(by=by, sketch=sketch, values={"need": "Another need"})
    factories.submit(sketch)
    factories.make_sketch(by=by)
    factories.make_submitted_sketch(by=by)

    with django_assert_max_num_queries(2 + 3 * 11):
        entries_of(sketch.organisation)


@pytest.mark.parametrize("role", MemberRole.values)
def test_every_member_may_download(client, role):
    sketch = factories.make_sketch()
    client.force_login(factories.add_colleague(sketch, role=role))

    shown = client.get(url_of(sketch.organisation))
    response = client.post(url_of(sketch.organisation))

    assert shown.status_code == 200
    assert "1 sketch that the organisation leads" in shown.text
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert response["Content-Disposition"].startswith("attachment; filename=")
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        assert f"sketches/{sketch.reference}/draft.json" in archive.namelist()


def test_nobody_else_may(client):
    sketch = factories.make_submitted_sketch()
    gone = factories.add_colleague(sketch)
    gone.memberships.all().delete()
    people = [
        gone,
        factories.make_user(),
        factories.owner_of(sketch.call.programme),
        factories.make_member(sketch.call.programme, ProgrammeRole.CASE_OFFICER),
        factories.join(sketch).organisation.members.first(),
    ]

    answers = set()
    for person in people:
        client.force_login(person)
        answers |= {client.get(url_of(sketch.organisation)).status_code}
        answers |= {client.post(url_of(sketch.organisation)).status_code}

    assert answers == {404}


def test_page_says_when_it_was_too_often(client):
    organisation = factories.make_organisation(member=factories.make_user())
    client.force_login(organisation.members.first())

    for _time in range(5):
        assert client.post(url_of(organisation)).getvalue()
    response = client.post(url_of(organisation))

    assert response.status_code == 429
    assert "Try again in ten minutes." in response.text
