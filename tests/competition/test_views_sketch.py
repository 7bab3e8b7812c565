"""The applicant's pages, from start to receipt."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from competition.models import LateAttempt, Sketch
from competition.selectors.sections import standing
from competition.selectors.tasks import open_tasks
from competition.services.sketches import save_answers, withdraw_sketch
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def sketch():
    return factories.make_sketch()


@pytest.fixture
def writer(client, sketch):
    user = factories.writer_of(sketch)
    client.force_login(user)
    return user


def page(name, sketch, *args):
    return reverse(f"competition:{name}", args=[sketch.reference, *args])


@pytest.mark.parametrize("name", ["sketch", "co_applicants", "check", "withdraw"])
def test_pages_of_a_sketch_open(client, writer, sketch, name):
    response = client.get(page(name, sketch))

    assert response.status_code == 200


@pytest.mark.parametrize("code", ["facts", "need", "carrying_out", "attachments"])
def test_sections_open(client, writer, sketch, code):
    response = client.get(page("section", sketch, code))

    assert response.status_code == 200


def test_unknown_section_is_not_there(client, writer, sketch):
    assert client.get(page("section", sketch, "nothing")).status_code == 404


def test_another_organisations_sketch_is_not_there(client, sketch):
    stranger = factories.make_user()
    factories.make_organisation(member=stranger)
    client.force_login(stranger)

    answers = {
        client.get(page("sketch", sketch)).status_code,
        client.get(page("section", sketch, "need")).status_code,
        client.post(page("section", sketch, "need"), {"need": "x"}).status_code,
        client.post(page("autosave", sketch, "need"), {"need": "x"}).status_code,
        client.post(page("submit", sketch)).status_code,
        client.post(page("withdraw", sketch), {"reason": "x"}).status_code,
    }

    assert answers == {404}


def test_signed_out_is_sent_to_sign_in(client, sketch):
    response = client.get(page("section", sketch, "need"))

    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


# --- Start ---------------------------------------------------------------------------------------------------------


def test_start_shows_who_may_apply_and_who_may_not(client):
    call, user = factories.make_call(), factories.make_user()
    town = factories.make_organisation(member=user)
    company = factories.make_organisation(member=user, kind="company")
    client.force_login(user)

    response = client.get(reverse("competition:start", args=[call.slug]))

    assert [one.organisation for one in response.context["ready"]] == [town]
    assert [one.organisation for one in response.context["refused"]] == [company]


def test_start_makes_a_sketch_and_opens_it(client):
    call, user = factories.make_call(), factories.make_user()
    town = factories.make_organisation(member=user)
    client.force_login(user)

    response = client.post(reverse("competition:start", args=[call.slug]), {"organisation": town.pk})

    sketch = Sketch.objects.get()
    assert response["Location"] == page("sketch", sketch)
    assert sketch.organisation == town


@pytest.mark.parametrize("choice", ["", "x", "999999999"])
def test_start_without_a_valid_organisation_says_so(client, choice):
    call, user = factories.make_call(), factories.make_user()
    factories.make_organisation(member=user)
    client.force_login(user)

    response = client.post(reverse("competition:start", args=[call.slug]), {"organisation": choice})

    assert response.status_code == 422
    assert not Sketch.objects.exists()


def test_start_of_a_call_that_is_not_published_is_not_there(client):
    call = factories.make_call(publish=False)
    client.force_login(factories.make_user())

    assert client.get(reverse("competition:start", args=[call.slug])).status_code == 404


# --- Writing -------------------------------------------------------------------------------------------------------


def test_save_and_continue_goes_to_the_next_section(client, writer, sketch):
    response = client.post(page("section", sketch, "need"), {"need": "A new text"})

    assert response["Location"] == page("section", sketch, "why_unsolved")
    assert sketch.answers.get(question__code="need").value == "A new text"


def test_save_and_come_back_goes_to_the_list(client, writer, sketch):
    response = client.post(page("section", sketch, "need"), {"need": "A new text", "later": "1"})

    assert response["Location"] == page("sketch", sketch)


def test_facts_are_saved_together_and_unticked_means_no(client, writer, sketch):
    client.post(page("section", sketch, "facts"), {"title": "New", "topics": ["water", "health"]})

    stored = dict(sketch.answers.values_list("question__code", "value"))
    assert (stored["title"], stored["topics"]) == ("New", ["health", "water"])


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("need", {"need": "x" * 2501}),
        ("need", {"need": "bad \x00 text"}),
        ("carrying_out", {"budget": "a lot"}),
        ("facts", {"title": "t", "topics": ["nonsense"]}),
    ],
)
def test_bad_input_is_said_beside_the_field_and_kept(client, writer, sketch, code, typed):
    response = client.post(page("section", sketch, code), typed)

    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors
    assert all(form.data.get(name) == value or form.data.getlist(name) == value for name, value in typed.items())


def test_an_over_long_text_is_said_when_one_comes_back(client, writer, sketch):
    client.post(page("section", sketch, "need"), {"need": "x" * 2501})

    response = client.get(page("section", sketch, "need"))

    assert response.context["form"].errors["need"]
    assert "x" * 2501 in response.content.decode()


def test_somebody_elses_text_is_shown_beside_ones_own(client, writer, sketch):
    colleague, opened_at = factories.make_user(), sketch.draft_revision
    sketch.organisation.memberships.create(user=colleague, role="editor")
    save_answers(by=colleague, sketch=sketch, values={"need": "Theirs"})

    conflict = client.post(page("section", sketch, "need"), {"need": "Mine", "revision": opened_at})
    revision = conflict.context["form"]["revision"].value()
    again = client.post(page("section", sketch, "need"), {"need": "Mine", "revision": revision})

    shown = conflict.content.decode()
    assert conflict.status_code == 409
    assert "Theirs" in shown
    assert "Mine" in shown
    assert again.status_code == 302
    assert sketch.answers.get(question__code="need").value == "Mine"


def test_after_the_deadline_a_post_is_kept_as_a_draft_and_says_so(client, writer, sketch):
    factories.close(sketch.call)

    response = client.post(page("section", sketch, "need"), {"need": "Last second"}, follow=True)

    assert sketch.answers.get(question__code="need").value == "Last second"
    assert "deadline has passed" in " ".join(str(message) for message in response.context["messages"]).lower()


def test_after_the_deadline_a_section_is_read_only(client, writer, sketch):
    factories.close(sketch.call)

    response = client.get(page("section", sketch, "need"))

    assert b"<textarea" not in response.content
    assert factories.TEXT in response.content.decode()


def test_a_reader_reads(client, sketch):
    reader = factories.make_user()
    sketch.organisation.memberships.create(user=reader, role="reader")
    client.force_login(reader)

    shown, posted = (
        client.get(page("section", sketch, "need")),
        client.post(page("section", sketch, "need"), {"need": "x"}),
    )

    assert b"<textarea" not in shown.content
    assert posted.status_code == 404


# --- Submitting ----------------------------------------------------------------------------------------------------


def test_submit_leads_to_a_receipt_that_opens_again(client, writer, sketch):
    key = uuid.uuid4()

    first = client.post(page("submit", sketch), {"key": key})
    second = client.post(page("submit", sketch), {"key": key})
    receipt = client.get(first["Location"])

    shown = receipt.content.decode()
    assert first["Location"] == second["Location"]
    assert sketch.versions.count() == 1
    assert sketch.versions.get().leaf.number in shown
    assert sketch.versions.get().sha256 in shown


def test_submit_with_a_mangled_key_still_submits_once(client, writer, sketch):
    client.post(page("submit", sketch), {"key": "no key"})
    client.post(page("submit", sketch))

    assert sketch.versions.count() == 1


def test_submit_of_an_unfinished_sketch_names_everything_with_links(client):
    sketch = factories.make_sketch(answers={"title": "Only a title"})
    client.force_login(factories.writer_of(sketch))

    response = client.post(page("submit", sketch))

    assert response.status_code == 422
    assert len(response.context["errors"]) == 10
    assert page("section", sketch, "need") in response.content.decode()


def test_submit_after_the_deadline_keeps_the_draft_and_says_so(client, writer, sketch):
    factories.close(sketch.call)

    response = client.post(page("submit", sketch), {"key": uuid.uuid4()}, follow=True)

    assert LateAttempt.objects.count() == 1
    assert not sketch.versions.exists()
    assert "deadline has passed" in response.content.decode().lower()


def test_page_of_a_late_sketch_says_what_was_not_received_and_keeps_the_draft(client, writer, sketch):
    factories.close(sketch.call)
    before = client.get(page("sketch", sketch)).content.decode()

    shown = client.post(page("submit", sketch), {"key": uuid.uuid4()}, follow=True).content.decode()

    assert "not received" not in before
    assert shown.count("Attempt to submit on") == 1
    assert "is kept as a draft" in shown


def test_receipt_as_a_file(client, writer, sketch):
    version = factories.submit(sketch)

    response = client.get(page("receipt_json", sketch, version.leaf.number))

    assert response.json()["sha256"] == version.sha256
    assert response["Content-Disposition"] == f'attachment; filename="receipt-{version.leaf.number}.json"'


def test_receipt_of_another_sketch_is_not_there(client, writer, sketch):
    other = factories.submit(factories.make_sketch())

    assert client.get(page("receipt", sketch, other.leaf.number)).status_code == 404


def test_withdraw_with_a_reason(client, writer, sketch):
    factories.submit(sketch)

    without, with_reason = (
        client.post(page("withdraw", sketch)),
        client.post(page("withdraw", sketch), {"reason": "Done"}),
    )

    sketch.refresh_from_db()
    assert (without.status_code, with_reason.status_code) == (422, 302)
    assert sketch.state == "withdrawn"


# --- Where it stands -----------------------------------------------------------------------------------------------


def label(sketch):
    sketch = Sketch.objects.select_related("call", "current_version").get(pk=sketch.pk)
    with translation.override("en"):
        return str(standing(sketch, timezone.now()).label)


def test_the_status_is_loud_where_somebody_must_act():
    sketch = factories.make_sketch()
    labels = [label(sketch)]

    factories.submit(sketch)
    labels.append(label(sketch))
    save_answers(by=factories.writer_of(sketch), sketch=sketch, values={"need": "New"})
    labels.append(label(sketch))
    factories.close(sketch.call)
    labels.append(label(sketch))

    assert labels == [
        "Not submitted",
        "Submitted, version 1 counts",
        "Changed since version 1, not submitted",
        "Submitted, version 1 counts",
    ]


def test_an_admission_does_not_show():
    sketch = factories.make_submitted_sketch()
    factories.close(sketch.call)
    Sketch.objects.filter(pk=sketch.pk).update(state="admitted")

    assert label(sketch) == "Submitted, version 1 counts"


def test_open_tasks_are_drafts_and_what_changed_since(client):
    user, call = factories.make_user(), factories.make_call()
    draft, submitted, changed = (factories.make_sketch(call=call, by=user) for _n in range(3))
    for sketch in (submitted, changed):
        factories.submit(sketch, by=user)
    save_answers(by=user, sketch=changed, values={"need": "New"})
    factories.close(factories.make_sketch(by=user).call)

    tasks = open_tasks(user)

    assert [task.url for task in tasks] == [page("sketch", draft), page("sketch", changed)]
    assert all(task.due == call.deadline and not task.urgent for task in tasks)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("writer", None),
        ("reader", "you read this sketch, and do not write it"),
        ("deadline", "the deadline has passed"),
        ("withdrawn", "the sketch is withdrawn, and the deadline has passed"),
    ],
)
def test_locked_sections_say_why(client, case, reason):
    sketch = factories.make_submitted_sketch()
    user = factories.add_colleague(sketch, role="reader" if case == "reader" else "editor", language="en")
    if case == "withdrawn":
        withdraw_sketch(by=factories.writer_of(sketch), sketch=sketch, reason="No money.")
    if case in ("deadline", "withdrawn"):
        factories.close(sketch.call)
    client.force_login(user)

    page = client.get(reverse("competition:sketch", args=[sketch.reference]))

    tasks = [task for group in page.context["task_groups"] for task in group["tasks"]]
    assert {task.get("locked") for task in tasks} == {reason and f"Locked: {reason}."}
    assert all(bool(task["url"]) != bool(task.get("locked")) for task in tasks)


def test_an_organisation_without_a_mailbox_is_asked_for_one_and_a_colleague_told_who_can(client):
    sketch = factories.make_sketch()
    colleague = factories.add_colleague(sketch)
    address = reverse("competition:sketch", args=[sketch.reference])
    link = f"{reverse('accounts:mailbox', args=[sketch.organisation_id])}?next="

    def page(person):
        client.force_login(person)
        return client.get(address).content.decode()

    assert "has no mailbox" not in page(factories.writer_of(sketch))
    sketch.organisation.mailbox = ""
    sketch.organisation.save()
    assert link in page(factories.writer_of(sketch))
    shown = page(colleague)
    assert "An administrator of the organisation can add one." in shown
    assert link not in shown
