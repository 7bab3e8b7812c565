"""The endorsement: asked of a mailbox, given for one text by a one-time link, and asked again when that changes."""

import datetime as dt
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition import tasks
from competition.enums import EndorsementRule, EndorsementState, EndorsementStatus
from competition.errors import DeadlinePassed, NotOpen
from competition.models import Call, Endorsement, Sketch
from competition.selectors.endorsements import (
    draft_content,
    draft_endorsed,
    token_of,
    version_content,
    version_endorsed,
)
from competition.services import endorsements, sketches
from competition.services.attachments import add_attachment, remove_attachment
from home.demo.travel import at
from home.templatetags.skisse_format import instant_text
from notifications.models import Letter
from tests import factories
from tests.documents import PDF
from tests.workspace_client import staff_client

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def sketch():
    return factories.make_sketch()


@pytest.fixture
def writer(sketch):
    return factories.writer_of(sketch)


@pytest.fixture
def asked(sketch):
    return factories.ask_endorsement(sketch)


def link(record):
    return reverse("competition:endorse", args=[token_of(record)])


def told(kind):
    return sorted(Letter.objects.filter(kind=kind).values_list("recipient", flat=True))


def status(sketch):
    return draft_endorsed(Sketch.objects.get(pk=sketch.pk), timezone.now()).status


def save(sketch, **values):
    sketches.save_answers(by=factories.writer_of(sketch), sketch=sketch, values=values)


def test_the_endorser_is_asked_once_by_mail(asked):
    tasks.write_endorsement_request(asked.pk)
    tasks.write_endorsement_request(asked.pk)

    assert told("endorsement_request") == ["chief@example.com"]
    assert link(asked) in Letter.objects.get().text


def test_a_mail_scanner_that_opens_the_link_changes_nothing(client, asked, sketch):
    pages = [client.get(link(asked)) for _once in range(3)]

    assert [page.status_code for page in pages] == [200] * 3
    assert factories.TEXT in pages[0].content.decode()
    assert status(sketch) == EndorsementStatus.WAITING


def test_yes_by_the_button_without_an_account_and_once(client, asked, sketch, writer):
    seen = client.get(link(asked)).context["seen"]

    client.post(link(asked), {"answer": "yes", "seen": seen})
    again = client.post(link(asked), {"answer": "yes", "seen": seen})
    tasks.write_endorsement_answer(asked.pk)

    assert status(sketch) == EndorsementStatus.GIVEN
    assert again.status_code == 410
    assert told("endorsement_answer") == sorted([writer.email, sketch.organisation.mailbox])


def test_no_needs_a_reason_and_is_told(client, asked, sketch, writer):
    without = client.post(link(asked), {"answer": "no", "reason": " "})
    client.post(link(asked), {"answer": "no", "reason": "We cannot pay for it"})
    tasks.write_endorsement_answer(asked.pk)

    assert (without.status_code, status(sketch)) == (422, EndorsementStatus.REFUSED)
    assert "We cannot pay for it" in Letter.objects.filter(kind="endorsement_answer").first().text
    assert told("endorsement_answer") == sorted([writer.email, sketch.organisation.mailbox])


def test_a_text_that_changes_while_it_is_read_is_not_endorsed(client, asked, sketch):
    seen = client.get(link(asked)).context["seen"]
    save(sketch, need="Another need")

    response = client.post(link(asked), {"answer": "yes", "seen": seen})

    assert response.status_code == 410
    assert "Another need" in response.content.decode()
    assert status(sketch) == EndorsementStatus.WAITING


def test_a_replaced_or_expired_link_is_void(client, asked, sketch):
    newer = factories.ask_endorsement(sketch)

    replaced = client.post(link(asked), {"answer": "no", "reason": "x"})
    with at(newer.expires_at + DAY):
        late = client.post(link(newer), {"answer": "yes", "seen": draft_content(sketch)})

    assert (replaced.status_code, late.status_code) == (410, 410)
    assert client.get(reverse("competition:endorse", args=["nothing"])).status_code == 404
    assert sorted(Endorsement.objects.values_list("state", flat=True)) == [
        EndorsementState.ASKED,
        EndorsementState.REPLACED,
    ]


def test_a_change_of_substance_asks_again_and_its_undoing_does_not(sketch):
    factories.endorse(sketch)

    save(sketch, need="Another need")
    changed = status(sketch)
    save(sketch, need=factories.TEXT)

    assert (changed, status(sketch)) == (EndorsementStatus.EARLIER, EndorsementStatus.GIVEN)


def test_a_co_applicant_that_joins_is_a_change_of_substance(sketch):
    factories.endorse(sketch)

    factories.invite(sketch)
    invited = status(sketch)
    factories.join(sketch)

    assert (invited, status(sketch)) == (EndorsementStatus.GIVEN, EndorsementStatus.EARLIER)


def test_draft_and_version_have_the_same_content(sketch):
    factories.join(sketch)
    before = draft_content(sketch)

    assert version_content(factories.submit(sketch)) == before


def test_the_version_keeps_what_was_known(sketch):
    record = factories.endorse(sketch)

    version = factories.submit(sketch)

    assert json.loads(version.canonical)["backing"]["endorsement"] == {
        "status": "given",
        "role": "Chief executive",
        "at": record.answered_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "covers": version_content(version),
    }


def test_an_endorsement_of_the_same_text_counts_though_it_came_after_the_version(sketch):
    version = factories.submit(sketch)
    sketch.refresh_from_db()
    factories.endorse(sketch)

    assert version_endorsed(version, timezone.now()).is_given


def owners_line(sketch):
    client = staff_client(sketch.call.programme)
    html = client.get(reverse("workspace:sketch", args=[sketch.call.pk, sketch.reference])).content.decode()
    found = re.search("<dt>Endorsement</dt><dd>(.*?)</dd>", html, re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", found[1]).split()) if found else None


def test_the_owner_reads_who_endorsed_which_version(sketch):
    factories.submit(sketch)
    not_asked = owners_line(sketch)
    record = factories.endorse(sketch)
    given = owners_line(sketch)
    save(sketch, need="Another need.")
    factories.submit(Sketch.objects.get(pk=sketch.pk))
    earlier = owners_line(sketch)
    Call.objects.filter(pk=sketch.call.pk).update(endorsement=EndorsementRule.NONE)

    time = instant_text(record.answered_at, sketch.call)
    assert not_asked == "Not asked yet"
    assert given == f"Endorsed Chief executive, answered {time}; holds for version 1"
    assert earlier == f"Given for an earlier text Chief executive, answered {time}; holds for version 1"
    assert owners_line(sketch) is None


def test_the_owner_reads_that_only_a_draft_was_endorsed(sketch):
    factories.endorse(sketch)
    save(sketch, need="Another need.")
    factories.submit(Sketch.objects.get(pk=sketch.pk))

    assert owners_line(sketch).endswith("; holds for a draft that was not submitted")


def test_without_it_the_check_says_so_and_the_sketch_goes_in(client, sketch, writer):
    client.force_login(writer)

    page = client.get(reverse("competition:check", args=[sketch.reference])).content.decode()

    assert "Endorsement by top management: Not asked yet." in page
    assert factories.submit(sketch).number == 1


def test_who_never_answers_is_reminded_once(asked, sketch):
    with at(asked.expires_at - 4 * DAY):
        tasks.send_reminders()
    early = told("endorsement_reminder")
    with at(asked.expires_at - DAY):
        tasks.send_reminders()
        tasks.send_reminders()

    assert (early, told("endorsement_reminder")) == ([], ["chief@example.com"])
    with at(asked.expires_at + DAY):
        assert draft_endorsed(sketch, timezone.now() + 60 * DAY).status == EndorsementStatus.EXPIRED


def test_letters_that_were_missed_are_made_up_for(asked):
    with at(timezone.now() + dt.timedelta(minutes=5)):
        assert (tasks.write_missing_endorsement_letters(), tasks.write_missing_endorsement_letters()) == (1, 0)


def test_only_the_lead_asks_while_the_call_is_open_and_asks_for_it(sketch, writer):
    other = factories.make_sketch(call=factories.make_call(endorsement=EndorsementRule.NONE))
    ask = {"role_title": "Chief executive", "mailbox": "chief@example.com"}

    with pytest.raises(NotAllowed):
        endorsements.ask_endorsement(by=factories.make_user(), sketch=sketch, **ask)
    with pytest.raises(NotOpen):
        endorsements.ask_endorsement(by=factories.writer_of(other), sketch=other, **ask)
    with pytest.raises(InvalidInput):
        endorsements.ask_endorsement(by=writer, sketch=sketch, role_title=" ", mailbox="x@example.com")
    factories.close(sketch.call)
    sketch.refresh_from_db()
    with pytest.raises(DeadlinePassed):
        endorsements.ask_endorsement(by=writer, sketch=sketch, **ask)


def test_nobody_endorses_by_a_made_up_link():
    with pytest.raises(Refused):
        endorsements.give_endorsement(token="made:up", seen="")


def test_asked_on_the_page_and_kept_when_wrong(client, sketch, writer):
    client.force_login(writer)
    address = reverse("competition:endorsement", args=[sketch.reference])

    wrong = client.post(address, {"role_title": "Chief executive", "mailbox": "none"})
    right = client.post(address, {"role_title": "Chief executive", "mailbox": "chief@example.com"})
    again = client.get(address).content.decode()

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert 'value="Chief executive"' in wrong.content.decode()
    assert "Waiting for the answer" in again


# --- The files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def attached(sketch, writer):
    question = sketch.call.questions.filter(kind="file").first()
    return add_attachment(by=writer, sketch=sketch, question=question, file=SimpleUploadedFile("Plan.pdf", PDF))


def file_page(request, attachment):
    return reverse("competition:endorser_file", args=[token_of(request), attachment.pk])


def test_the_endorser_reads_the_files_by_the_link_with_the_headers_of_every_file(client, sketch, writer, attached):
    request = factories.ask_endorsement(sketch)
    page = client.get(reverse("competition:endorse", args=[token_of(request)]))

    response = client.get(file_page(request, attached))
    client.force_login(writer)
    own = client.get(reverse("competition:attachment", args=[sketch.reference, attached.pk]))

    assert f'href="{file_page(request, attached)}"' in page.content.decode()
    assert b"".join(response.streaming_content) == b"".join(own.streaming_content) == PDF
    for name in ("Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"):
        assert response[name]
        assert name == "Cache-Control" or response[name] == own[name]
    assert "no-store" in response["Cache-Control"]


def test_the_link_opens_no_file_of_another_sketch_and_none_that_was_removed(client, sketch, writer, attached):
    request = factories.ask_endorsement(sketch)
    other = factories.make_sketch(call=sketch.call)
    question = sketch.call.questions.filter(kind="file").first()
    file = SimpleUploadedFile("Other.pdf", PDF)
    foreign = add_attachment(by=factories.writer_of(other), sketch=other, question=question, file=file)

    assert client.get(file_page(request, foreign)).status_code == 404
    factories.submit(sketch)
    remove_attachment(by=writer, attachment=attached)
    assert client.get(file_page(request, attached)).status_code == 404


def test_a_link_that_is_answered_expired_or_replaced_opens_no_file(client, sketch, attached):
    request = factories.ask_endorsement(sketch)
    address = file_page(request, attached)

    with at(request.expires_at + DAY):
        assert client.get(address).status_code == 404
    endorsements.give_endorsement(token=token_of(request), seen=draft_content(sketch))
    assert client.get(address).status_code == 404
    factories.ask_endorsement(sketch)
    assert client.get(address).status_code == 404
