"""The pages of questions and answers: what the public, the asker and the owner's side see of them."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from competition.models import Enquiry
from competition.services.enquiry_answers import decline_enquiry, save_answer
from tests import factories
from tests.competition.enquiries import make_answered, make_enquiry, make_published, publish
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return factories.make_call()


@pytest.fixture
def owner(call):
    return staff_client(call.programme)


def public(name, call):
    return reverse(f"competition:{name}", args=[call.slug])


# -- everybody -------------------------------------------------------------------------------------------------------


def test_public_page_shows_what_is_published_and_nothing_about_who_asked(client, call):
    asker = factories.make_user(name="Kari Spør")
    organisation = factories.make_organisation(member=asker, name="Secret Municipality")
    make_published(call, by=asker, organisation=organisation)
    make_answered(call, question="Not yet?")

    page = client.get(public("enquiries", call)).content.decode()

    assert "Who may apply?" in page
    assert "Municipalities." in page
    assert not [word for word in ("Not yet?", "Secret", "Kari", asker.email) if word in page]


def test_markup_in_a_question_stays_text(client, call):
    make_published(call, question="<script>alert(1)</script>", answer="<b>no</b>")

    page = client.get(public("enquiries", call)).content.decode()

    assert "<script>alert" not in page
    assert "<b>no" not in page


@pytest.mark.parametrize("query", ["?q=%00", "?q=" + "x" * 5000, "?q=munici&page=zero", "?page=999999999999999999999"])
def test_odd_searches_are_answered(client, call, query):
    make_published(call)

    assert client.get(public("enquiries", call) + query).status_code == 200


def test_public_page_queries_do_not_grow(client, call):
    make_published(call)
    few = queries_of(client, public("enquiries", call))
    publish(*(make_answered(call, question=f"Question {number}?") for number in range(8)))

    assert queries_of(client, public("enquiries", call)) == few <= 8


# -- asking ----------------------------------------------------------------------------------------------------------


def test_visitor_signs_in_and_comes_back(client, call):
    response = client.get(public("ask", call))

    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={public('ask', call)}")


def test_question_is_sent_once(client, call):
    user = factories.make_user()
    client.force_login(user)
    data = {"text": "Who may apply?", "key": str(uuid.uuid4())}

    first, second = (client.post(public("ask", call), data) for _press in range(2))

    assert first["Location"] == second["Location"] == reverse("competition:my_enquiries")
    assert Enquiry.objects.get().asked_by == user


def test_late_question_stays_on_the_page(client, call):
    client.force_login(factories.make_user())
    factories.set_instants(call, questions_until=timezone.now())

    response = client.post(public("ask", call), {"text": "Is it too late?"})

    assert response.status_code == 422
    assert "Is it too late?" in response.content.decode()
    assert "are not taken now" in response.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("text", ["", "y" * 2001, "be\x07ll"])
def test_text_that_will_not_do_is_kept(client, call, text):
    client.force_login(factories.make_user())

    response = client.post(public("ask", call), {"text": text, "key": "no key"})

    assert response.status_code == 422
    assert response.context["form"]["text"].value() == text


def test_asker_sees_states_in_plain_words(client, call):
    user = factories.make_user()
    make_answered(call, by=user, question="Answered, not published?")
    make_published(call, by=user, question="Published?")
    decline_enquiry(
        by=factories.owner_of(call.programme),
        enquiry=make_enquiry(call, by=user, text="Declined?"),
        reason="Sorry.",
    )
    make_enquiry(call, text="Of somebody else")
    client.force_login(user)

    page = client.get(reverse("competition:my_enquiries")).content.decode()

    assert page.count("Not answered yet") == 1
    assert "#question-1" in page
    assert "Sorry." in page
    assert "Of somebody else" not in page


# -- the owner -------------------------------------------------------------------------------------------------------


def test_form_begins_with_what_was_asked_in_its_language(owner, call):
    enquiry = make_enquiry(call, text="Hvem kan søke?", language="nb")

    form = owner.get(url_of("workspace:enquiry", call, enquiry.pk)).context["form"]

    assert (form["question_nb"].value(), form["question_en"].value()) == ("Hvem kan søke?", "")


def test_answer_is_saved_and_then_published_with_a_confirmation(owner, call):
    enquiry = make_enquiry(call)
    factories.make_sketch(call=call)
    form = owner.get(url_of("workspace:enquiry", call, enquiry.pk)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"answer_en": "Municipalities.", "publish": "1"}

    saved = owner.post(url_of("workspace:enquiry", call, enquiry.pk), data, follow=True)
    enquiry.refresh_from_db()
    assert enquiry.published_at is None
    assert (saved.context["told"], saved.context["enquiries"]) == (3, [enquiry])
    owner.post(url_of("workspace:enquiries_publish", call), {"e": f"{enquiry.pk}-{enquiry.revision}"})

    enquiry.refresh_from_db()
    assert (enquiry.number, enquiry.answer_en) == (1, "Municipalities.")


def test_two_owners_at_once_see_both_texts(owner, call):
    enquiry = make_enquiry(call)
    url = url_of("workspace:enquiry", call, enquiry.pk)
    form = owner.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"answer_en": "Mine."}
    save_answer(by=factories.owner_of(call.programme), enquiry=enquiry, texts={"answer_en": "Theirs."})

    refused = owner.post(url, data)
    page = refused.content.decode()
    again = owner.post(url, data | {"revision": refused.context["form"].data["revision"]})

    assert refused.status_code == 422
    assert "Mine." in page
    assert "Theirs." in page
    assert again.status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.answer_en == "Mine."


@pytest.mark.parametrize(("role", "sees"), [("case_officer", True), ("observer", False), ("jury_secretary", False)])
def test_who_sees_the_organisation(call, role, sees):
    asker = factories.make_user()
    enquiry = make_enquiry(call, by=asker, organisation=factories.make_organisation(member=asker, name="Askerby"))
    client = staff_client(call.programme, role)

    pages = [client.get(url_of("workspace:enquiries", call)), client.get(url_of("workspace:enquiry", call, enquiry.pk))]

    assert ["Askerby" in page.content.decode() for page in pages] == [sees, sees]
    assert not any(asker.email in page.content.decode() for page in pages)


def test_observer_cannot_save(call):
    enquiry = make_enquiry(call)
    observer = staff_client(call.programme, "observer")

    assert observer.post(url_of("workspace:enquiry", call, enquiry.pk), {"answer_en": "No."}).status_code == 404


def test_question_of_another_call_is_not_found(owner, call):
    other = make_enquiry(factories.make_call())

    assert owner.get(url_of("workspace:enquiry", call, other.pk)).status_code == 404


def test_merge_and_reopen_through_the_pages(owner, call):
    one, other = make_enquiry(call, text="A?"), make_enquiry(call, text="B?")

    owner.post(url_of("workspace:enquiry_merge", call, one.pk), {"into": other.pk})
    one.refresh_from_db()
    assert one.merged_into == other
    owner.post(url_of("workspace:enquiry_reopen", call, one.pk))

    one.refresh_from_db()
    assert one.merged_into is None


@pytest.mark.parametrize("into", ["", "0", "abc", "9" * 30])
def test_meddled_target_is_refused_at_the_field(owner, call, into):
    one = make_enquiry(call, text="A?")
    make_enquiry(call, text="B?")

    response = owner.post(url_of("workspace:enquiry_merge", call, one.pk), {"into": into})

    assert response.status_code == 422


def test_over_long_answer_is_kept_on_the_page(owner, call):
    enquiry = make_enquiry(call)

    response = owner.post(url_of("workspace:enquiry", call, enquiry.pk), {"answer_en": "long " * 2000})

    assert response.status_code == 422
    assert response.context["form"]["answer_en"].value() == "long " * 2000


def test_owners_pages_queries_do_not_grow(owner, call):
    publish_url, list_url = url_of("workspace:enquiries_publish", call), url_of("workspace:enquiries", call)
    make_answered(call)
    few = [queries_of(owner, url) for url in (list_url, publish_url)]
    for number in range(6):
        asker = factories.make_user()
        make_answered(call, question=f"Q{number}", by=asker, organisation=factories.make_organisation(member=asker))

    assert [queries_of(owner, url) for url in (list_url, publish_url)] == few
    assert max(few) <= 12


@pytest.mark.parametrize(("role", "told"), [("owner", True), ("case_officer", True), ("observer", False)])
def test_hub_says_that_questions_wait(call, role, told):
    make_enquiry(call)
    make_published(call, question="Published?")

    page = staff_client(call.programme, role).get(url_of("workspace:overview", call)).content.decode()

    assert ("1 question waits for a published answer." in page) == told
