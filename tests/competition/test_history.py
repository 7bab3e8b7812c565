"""Earlier texts: what an answer of a draft held before it was written anew."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from competition.enums import EarlierKind
from competition.models import AnswerHistory
from competition.services.history import STRETCH
from competition.services.settling import Seen
from competition.services.sketches import save_answers
from home.demo.travel import at
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def sketch():
    """A sketch in which the need has been written once, an hour ago."""
    sketch = factories.make_sketch(answers=factories.ANSWERS | {"need": "First"})
    hour = dt.timedelta(hours=1)
    sketch.history.update(from_at=F("from_at") - hour, until_at=F("until_at") - hour)
    return sketch


@pytest.fixture
def writer(client, sketch):
    user = factories.writer_of(sketch)
    client.force_login(user)
    return user


def write(sketch, by, text, **more):
    return save_answers(by=by, sketch=sketch, values={"need": text}, **more)


def kept(sketch, code="need"):
    """[(text, kind)], the oldest first."""
    rows = sketch.history.filter(question__code=code).order_by("until_at", "pk")
    return [(row.value, row.kind) for row in rows]


def texts(sketch):
    return [text for text, _kind in kept(sketch)]


def address(sketch, name="earlier", *more):
    return reverse(f"competition:{name}", args=[sketch.reference, "need", *more])


def restore(client, sketch, text, *, revision=None):
    row = sketch.history.filter(question__code="need", value=text).first()
    revision = sketch.draft_revision if revision is None else revision
    return client.post(address(sketch, "restore_earlier", row.pk), {"revision": revision}, follow=True)


def test_what_one_person_writes_in_ten_minutes_is_one_row(sketch, writer):
    begin = timezone.now()

    for minutes in (0, 4, 9):
        with at(begin + dt.timedelta(minutes=minutes)):
            write(sketch, writer, f"After {minutes} minutes")
    with at(begin + STRETCH + dt.timedelta(seconds=1)):
        write(sketch, writer, "Later")

    assert texts(sketch) == ["First", "After 9 minutes", "Later"]
    stretch = sketch.history.get(value="After 9 minutes")
    assert (stretch.person, stretch.until_at - stretch.from_at >= dt.timedelta(minutes=9)) == (writer, True)


def test_what_somebody_else_overwrites_is_kept(sketch, writer):
    colleague = factories.add_colleague(sketch)

    for by, text in ((writer, "Mine"), (colleague, "Theirs"), (writer, "Mine again"), (writer, "Mine still")):
        write(sketch, by, text)

    assert texts(sketch) == ["First", "Mine", "Theirs", "Mine still"]


def test_texts_that_are_joined_grow_in_one_row_for_each_person(sketch, writer):
    colleague = factories.add_colleague(sketch)
    base = "mine\n\ntheirs"
    write(sketch, writer, base)
    opened_at = sketch.draft_revision

    write(sketch, colleague, "mine\n\nTHEIRS", seen=Seen(opened_at, {"need": base}))
    write(sketch, writer, "MINE\n\ntheirs", seen=Seen(opened_at, {"need": base}))
    write(sketch, writer, "MINE more\n\nTHEIRS")

    assert texts(sketch) == ["First", base, "mine\n\nTHEIRS", "MINE more\n\nTHEIRS"]


def test_both_texts_are_kept_when_the_other_of_two_is_used(client, writer, sketch):
    opened_at, colleague = sketch.draft_revision, factories.add_colleague(sketch)
    write(sketch, colleague, "Theirs")

    sent = {"need": "Mine", "revision": opened_at, "on_page": "need", "use": "need"}
    client.post(reverse("competition:section", args=[sketch.reference, "need"]), sent)

    assert kept(sketch)[1:] == [("Theirs", EarlierKind.WRITTEN), ("Mine", EarlierKind.NOT_USED)]
    assert sketch.answers.get(question__code="need").value == "Theirs"


def test_the_other_tabs_text_is_kept_when_ones_own_is_saved_over_it(client, writer, sketch):
    section, opened_at = reverse("competition:section", args=[sketch.reference, "need"]), sketch.draft_revision
    write(sketch, writer, "In the other tab")

    conflict = client.post(section, {"need": "In this tab", "revision": opened_at, "on_page": "need"})
    form = conflict.context["form"]
    sent = {"need": "In this tab", "revision": form["revision"].value(), "on_page": "need", "keep": "need"}
    assert 'name="chosen"' in conflict.content.decode()
    client.post(section, sent | {"chosen": "1"})

    assert texts(sketch) == ["First", "In the other tab", "In this tab"]


def test_an_earlier_text_goes_back_as_a_new_change(client, writer, sketch):
    write(sketch, writer, "Second")

    response = restore(client, sketch, "First")

    assert "back in the draft" in response.content.decode()
    assert sketch.answers.get(question__code="need").value == "First"
    assert kept(sketch) == [
        ("First", EarlierKind.WRITTEN),
        ("Second", EarlierKind.WRITTEN),
        ("First", EarlierKind.RESTORED),
    ]


def test_an_earlier_text_replaces_nothing_that_was_saved_since(client, writer, sketch):
    write(sketch, writer, "Second")
    opened_at = sketch.draft_revision
    write(sketch, factories.add_colleague(sketch), "Theirs")

    response = restore(client, sketch, "First", revision=opened_at)

    assert "somebody has saved this answer" in response.content.decode()
    assert sketch.answers.get(question__code="need").value == "Theirs"


def test_restoring_what_the_draft_holds_changes_nothing(client, writer, sketch):
    response = restore(client, sketch, "First")

    assert "holds this text already" in response.content.decode()
    assert kept(sketch) == [("First", EarlierKind.WRITTEN)]


def test_an_answer_of_a_version_keeps_what_it_replaces(client, writer, sketch):
    factories.submit(sketch)
    write(sketch, writer, "Second")

    sent = {"version": "1", "code": "need", "revision": sketch.draft_revision}
    client.post(reverse("competition:restore", args=[sketch.reference]), sent)

    assert texts(sketch) == ["First", "Second", "First"]


def test_the_page_says_who_wrote_what_and_what_it_changed(client, writer, sketch):
    write(sketch, factories.add_colleague(sketch, name="Kari at the clinic"), "First\nand second")

    response = client.get(address(sketch))

    shown = response.context["page"].object_list
    assert [(one.who, one.is_own, one.is_now) for one in shown] == [
        ("Kari at the clinic", False, True),
        ("", True, False),
    ]
    parts = [(str(part.kind), part.text.strip()) for part in shown[0].parts]
    assert parts == [("removed", "First"), ("added", "First\nand second")]
    assert response.content.decode().count("Use this text") == 1


def test_a_reader_reads_earlier_texts_and_restores_none(client, sketch, writer):
    write(sketch, writer, "Second")
    client.force_login(factories.add_colleague(sketch, role="reader"))

    page = client.get(address(sketch))
    refused = restore(client, sketch, "First")

    assert "First" in page.content.decode()
    assert "Use this text" not in page.content.decode()
    assert refused.status_code == 404


def test_a_text_of_another_sketch_or_of_files_is_not_there(client, writer, sketch):
    other = factories.make_sketch(call=sketch.call)
    files = factories.add_file_question(sketch.call)
    theirs = other.history.filter(question__code="need").first()

    assert client.get(address(other)).status_code == 404
    assert client.post(address(sketch, "restore_earlier", theirs.pk), {"revision": "9"}).status_code == 404
    assert client.get(reverse("competition:earlier", args=[sketch.reference, files.code])).status_code == 404


def test_history_goes_with_the_draft(sketch, writer):
    sketch.delete()

    assert not AnswerHistory.objects.exists()


@pytest.mark.parametrize("number", [1, 120])
def test_a_page_holds_fifty_and_sends_as_many_statements_at_any_length(client, writer, sketch, number):
    need, now = sketch.call.questions.get(code="need"), timezone.now()
    AnswerHistory.objects.bulk_create(
        AnswerHistory(sketch=sketch, question=need, value=f"Text {n}", person=writer, from_at=now, until_at=now)
        for n in range(number)
    )
    client.get(address(sketch))

    with CaptureQueriesContext(connection) as sent:
        response = client.get(address(sketch), {"page": "99"})

    assert len(response.context["page"].object_list) == {1: 2, 120: 21}[number]
    assert len(sent) == 6, sent.captured_queries
