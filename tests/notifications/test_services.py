import datetime as dt
import smtplib
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts import services as accounts
from accounts.enums import MemberRole
from accounts.models import Organisation, User
from notifications import services, tasks
from notifications.enums import LetterKind, LetterState
from notifications.models import Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return Organisation.objects.create(name="Storelv kommune", country="NO", kind="municipality", language_form="nn")


def write(organisation, *, occasion="invitation:1", release=True, recipient="post@storelv.example"):
    return services.write_letter(
        occasion=occasion,
        kind=LetterKind.ORGANISATION_INVITATION,
        recipient=recipient,
        language="en",
        context={"organisation": organisation, "expires_at": timezone.now(), "url": "http://localhost/en/x/"},
        about=organisation,
        release=release,
    )


def queued(organisation, error=None, monkeypatch=None):
    letter = write(organisation)
    if error is not None:

        def refuse(self, messages):
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    return letter


def test_letter_is_rendered_once_in_the_readers_language(organisation):
    letter = write(organisation)

    assert letter.subject == "Invitation to act for Storelv kommune"
    assert "http://localhost/en/x/" in letter.text
    assert '<a href="http://localhost/en/x/"' in letter.html
    assert letter.language == "en"


def test_names_with_markup_are_text_in_the_letter(organisation):
    organisation.name = "<b>Elv & Fjord</b>"

    letter = write(organisation)

    assert "<b>Elv & Fjord</b>" in letter.text
    assert "&lt;b&gt;Elv &amp; Fjord&lt;/b&gt;" in letter.html


def test_an_occasion_is_written_once(organisation):
    first = write(organisation)
    second = write(organisation, recipient="other@storelv.example")

    assert second == first
    assert Letter.objects.count() == Email.objects.count() == 1


def test_a_draft_is_in_nobodys_queue_until_released(organisation):
    letter = write(organisation, release=False)

    assert letter.state == LetterState.DRAFT
    assert not Email.objects.exists()

    assert services.release_letters(letters=Letter.objects.all()) == 1
    assert services.release_letters(letters=Letter.objects.all()) == 0
    letter.refresh_from_db()
    assert letter.state == LetterState.QUEUED
    assert Email.objects.count() == 1


def test_delivered_letter_is_sent_once(organisation):
    letter = write(organisation)

    assert services.deliver_email(email_id=letter.email_id) == "sent"
    assert services.deliver_email(email_id=letter.email_id) == "skipped"

    letter.refresh_from_db()
    assert letter.state == LetterState.SENT
    assert [message.to for message in mail.outbox] == [["post@storelv.example"]]
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<letter-{letter.pk}@localhost>"


@pytest.mark.parametrize(
    "error", [smtplib.SMTPServerDisconnected("gone"), TimeoutError(), smtplib.SMTPDataError(451, b"later")]
)
def test_a_passing_fault_is_tried_again_later(organisation, error, monkeypatch):
    letter = queued(organisation, error, monkeypatch)

    assert services.deliver_email(email_id=letter.email_id) == "requeued"

    letter.email.refresh_from_db()
    assert letter.email.number_of_retries == 1
    assert letter.email.scheduled_time > timezone.now()
    assert services.deliver_email(email_id=letter.email_id) == "skipped"


def test_retries_end(organisation, monkeypatch):
    letter = queued(organisation, TimeoutError(), monkeypatch)
    answers = []
    for _attempt in range(4):
        Email.objects.update(scheduled_time=timezone.now() - dt.timedelta(seconds=1))
        answers.append(services.deliver_email(email_id=letter.email_id))

    assert answers == ["requeued", "requeued", "requeued", "failed"]


@pytest.mark.parametrize(
    "error", [smtplib.SMTPRecipientsRefused({}), smtplib.SMTPDataError(554, b"no"), ValueError("bad header")]
)
def test_a_lasting_fault_fails_at_once_and_can_be_queued_again(organisation, error, monkeypatch):
    letter = queued(organisation, error, monkeypatch)

    assert services.deliver_email(email_id=letter.email_id) == "failed"

    letter = Letter.objects.get()
    assert letter.state == LetterState.FAILED
    assert letter.email.logs.count() == 1
    assert services.retry_letter(letter=letter)
    assert Letter.objects.get().state == LetterState.QUEUED


def test_letters_follow_the_organisations_written_standard(organisation):
    danish = User.objects.create_user("en@storelv.example", language="da")

    assert services.letter_language(organisation=organisation, user=danish) == "nn"
    assert services.letter_language(user=danish) == "da"
    organisation.language_form = "neutral"
    assert services.letter_language(organisation=organisation, user=danish) == "da"


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_when_the_transaction_is_rolled_back(organisation, celery_worker):
    def fail():
        with transaction.atomic():
            write(organisation)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert not Letter.objects.exists()
    assert not Email.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_invitation_reaches_the_outbox_through_the_worker(organisation, celery_worker):
    administrator = User.objects.create_user("admin@storelv.example")
    organisation.memberships.create(user=administrator, role=MemberRole.ADMIN)
    mail.outbox = []

    accounts.invite_member(
        by=administrator, organisation=organisation, email="ny@storelv.example", role=MemberRole.EDITOR, language="en"
    )

    wait_until(lambda: Email.objects.filter(status=STATUS.sent).exists())
    assert [message.to for message in mail.outbox] == [["ny@storelv.example"]]


def test_an_invitation_nobody_was_told_of_is_written_later(organisation):
    administrator = User.objects.create_user("admin@storelv.example")
    organisation.memberships.create(user=administrator, role=MemberRole.ADMIN)
    accounts.invite_member(
        by=administrator, organisation=organisation, email="ny@storelv.example", role=MemberRole.EDITOR, language="en"
    )

    assert tasks.write_missing_invitations() == 1
    assert tasks.write_missing_invitations() == 0
    assert Letter.objects.get().recipient == "ny@storelv.example"


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_with_one_mail_one_sends(organisation, monkeypatch):
    letter = write(organisation)
    mail.outbox = []
    sending, other_is_done = Event(), Event()

    def send_slowly(self, messages):
        sending.set()
        assert other_is_done.wait(20)
        mail.outbox.extend(messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_slowly)

    def deliver():
        try:
            return services.deliver_email(email_id=letter.email_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(deliver)
        assert sending.wait(20)
        second = services.deliver_email(email_id=letter.email_id)
        other_is_done.set()

        assert (first.result(), second) == ("sent", "skipped")
    assert len(mail.outbox) == 1


def wait_until(condition):
    """Until the worker has done it. Asks the database, a bounded number of times."""
    deadline = timezone.now() + dt.timedelta(seconds=20)
    while not condition():
        assert timezone.now() < deadline, "the worker did not do it in time"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
