"""The applicant's pages, from start to receipt."""


import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("code", ["facts", "need", "attachments"])
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
