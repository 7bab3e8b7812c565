"""The owner's pages that add, change and remove questions of an open call."""

import pytest

from competition.amending import read_changes
from competition.enums import Phase
from competition.models import Question
from tests import factories
from tests.competition.amendments import gather_changes
from tests.competition.test_amendment_questions import ENOUGH, add, publish_change, remove
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db
TYPED = {
    "label_en": "Who maintains it?",
    "label_nb": "Hvem?",
    "kind": "choice",
    "section": "about_need",
    "required": "on",
}
OPTIONS = {"options-0-en": "We", "options-0-nb": "Vi", "options-1-en": "They", "options-1-nb": ""}


@pytest.fixture
def call():
    return factories.make_call()


@pytest.fixture
def client(call):
    return staff_client(call.programme)


def gathered(call):
    amendment = call.amendments.gathering().first()
    return {change.key_text: change for change in read_changes(amendment.changes if amendment else ())}


def test_a_question_is_gathered_and_changed_again(client, call):
    response = client.post(url_of("workspace:question_new", call), TYPED | OPTIONS)
    page = url_of("workspace:question_new", call) + "?gathered=who_maintains_it"
    form = client.get(page).context["form"]
    hidden = {name: form[name].value() for name in ("revision", "seen")}
    client.post(page, TYPED | OPTIONS | hidden | {"label_en": "Who owns it?", "options-0-code": "we"})

    change = gathered(call)["question/who_maintains_it/"]
    assert response["Location"] == url_of("workspace:questions", call)
    assert (change.op, change.after["label_en"], change.after["section"]) == ("add", "Who owns it?", "about_need")
    assert [one["label_en"] for one in change.after["options"]] == ["We", "They"]
    assert not call.questions.filter(code="who_maintains_it").exists()


def test_the_list_shows_what_is_gathered(client, call):
    add(call)
    remove(call, "need")

    page = client.get(url_of("workspace:questions", call)).content.decode()

    assert "1 question is to be added by the amendment" in page
    assert "?gathered=who_maintains_it" in page
    assert "To be removed by the amendment" in page


def test_what_is_wrong_stands_at_the_field_and_the_rest_is_kept(client, call):
    response = client.post(
        url_of("workspace:question_new", call), TYPED | {"options-0-en": "We", "max_chars": "9" * 30}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].has_error("max_chars")
    assert 'value="Who maintains it?"' in page
    assert not gathered(call)


def test_before_removing_it_is_said_who_answered(client, call):
    factories.make_submitted_sketch(call=call)
    factories.make_sketch(call=call)
    url = url_of("workspace:question_remove", call, "need")

    page = client.get(url).content.decode()
    client.post(url, {"revision": client.get(url).context["revision"]})

    assert "1 draft has an answer to it." in page
    assert "1 submitted sketch has an answer to it." in page
    assert gathered(call)["question/need/"].op == "remove"


def test_review_says_what_it_means_and_publishes(client, call):
    factories.make_submitted_sketch(call=call)
    add(call)
    review = url_of("workspace:amendment_review", call)

    page = client.get(review)
    form = page.context["form"]
    data = {"revision": form["revision"].value(), "kind": "change", "reason_en": "Asked.", "reason_nb": ""}
    response = client.post(
        review, data | {"no_extension_reason_en": "One line.", "no_extension_reason_nb": "Én linje."}
    )

    assert "1 submitted sketch has no answer to it." in page.content.decode()
    assert response.status_code == 302
    amendment = call.amendments.get()
    assert (amendment.no_extension_reason_en, amendment.no_extension_reason_nb) == ("One line.", "Én linje.")
    assert Question.objects.filter(call=call, code="who_maintains_it").exists()


def test_everybody_reads_it_on_the_public_page_and_in_their_own_language(client, call):
    add(call, label_nb="Hvem vedlikeholder?")
    remove(call, "need")
    publish_change(call, no_extension_reasons=ENOUGH | {"nb": "Det er én linje."})

    english = client.get(f"/en/calls/{call.slug}/amendments/").content.decode()
    norwegian = client.get(f"/nb/calls/{call.slug}/amendments/").content.decode()

    assert "New question: Who maintains it?" in english
    assert "counts as it is" in english
    assert "It is one line." in english
    assert "Hvem vedlikeholder?" in norwegian
    assert "Det er én linje." in norwegian


def test_removing_the_gathered_question_from_the_review(client, call):
    add(call)

    client.post(url_of("workspace:amendment_drop", call), {"key": "question/who_maintains_it/"})

    assert not gathered(call)
    assert client.get(url_of("workspace:question_new", call) + "?gathered=who_maintains_it").status_code == 404


def test_after_the_deadline_no_page_offers_it():
    call = factories.call_in_phase(Phase.FORMAL_CHECK)
    client = staff_client(call.programme)

    page = client.get(url_of("workspace:questions", call)).content.decode()
    new = client.get(url_of("workspace:question_new", call))
    removal = client.get(url_of("workspace:question_remove", call, "need")).content.decode()

    assert "Add a question" not in page
    assert new["Location"] == url_of("workspace:questions", call)
    assert "Gather the removal" not in removal


def test_before_removing_it_is_said_which_gathered_changes_are_dropped(client, call):
    gather_changes(call, "question", "need", label_en="Whose need?", help_text_en="Say whose.")

    page = client.get(url_of("workspace:question_remove", call, "need"))

    dropped = "2 changes that are gathered for it are dropped: question, guidance."
    assert page.context["effects"][0] == dropped
    assert dropped in page.content.decode()
