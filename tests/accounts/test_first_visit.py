"""From “Start a sketch” to being able to start one, with mail that is slow and codes that are wrong."""

import re
import time
from types import SimpleNamespace

import pytest
from allauth.account.internal.flows import code_verification
from django.contrib.messages import get_messages
from django.core import mail
from django.urls import reverse

from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "ny@fjordby.example"


@pytest.fixture
def start():
    return reverse("competition:start", args=[factories.make_call().slug])


def code_of_newest_mail():
    return re.search(r"^\s*([A-Z]{3,4}-[A-Z]{3,4})\s*$", mail.outbox[-1].body, re.MULTILINE).group(1)


def known_person():
    user = factories.make_user(ADDRESS)
    user.emailaddress_set.create(email=ADDRESS, verified=True, primary=True)
    return user


def ask_for_code(client, start):
    return client.post(reverse("account_request_login_code"), {"email": ADDRESS, "next": start}, follow=True)


def enter(client, page, code, name="account_confirm_login_code"):
    return client.post(reverse(name), {"code": code, "next": page})


def texts(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_new_person_comes_back_to_the_page_they_came_for(client, start):
    door = client.get(start)
    login = client.get(door.url).content.decode()

    client.post(reverse("account_signup"), {"email": ADDRESS, "next": start})
    response = client.post(reverse("account_email_verification_sent"), {"code": code_of_newest_mail()})

    assert f"{reverse('account_signup')}?next=" in login
    assert response.url == start
    assert User.objects.get(email=ADDRESS).emailaddress_set.get().verified


def test_a_known_person_comes_back_to_the_page_they_came_for(client, start):
    known_person()

    ask_for_code(client, start)
    response = enter(client, start, code_of_newest_mail())

    assert response.url == start


def test_an_unknown_address_gets_no_mail_but_a_way_to_an_account(client, start):
    page = ask_for_code(client, start).content.decode()

    link = f"{reverse('account_signup')}?email=ny%40fjordby.example&amp;next={start}"
    assert link in page
    assert mail.outbox == []
    assert ADDRESS in client.get(link.replace("&amp;", "&")).content.decode()


def test_a_wrong_code_may_be_tried_again(client, start):
    known_person()
    ask_for_code(client, start)

    wrong = enter(client, start, "AAA-AAA")
    right = enter(client, start, code_of_newest_mail())

    assert wrong.status_code == 200
    assert right.url == start


def test_too_many_wrong_codes_lead_to_a_new_one_and_keep_the_next_page(client, start):
    known_person()
    ask_for_code(client, start)

    for _attempt in range(5):
        response = enter(client, start, "AAA-AAA")

    assert response.url == f"{reverse('account_request_login_code')}?next={start.replace('/', '%2F')}"
    assert len(texts(response)) == 1


def later(monkeypatch, minutes):
    now = time.time() + minutes * 60
    monkeypatch.setattr(code_verification, "time", SimpleNamespace(time=lambda: now))


def test_a_code_that_arrives_late_still_works(client, start, monkeypatch):
    known_person()
    ask_for_code(client, start)
    later(monkeypatch, 25)

    assert enter(client, start, code_of_newest_mail()).url == start


def test_an_expired_code_says_so_and_keeps_the_next_page(client, start, monkeypatch):
    known_person()
    ask_for_code(client, start)
    later(monkeypatch, 31)

    response = enter(client, start, code_of_newest_mail())

    assert response.url == f"{reverse('account_request_login_code')}?next={start.replace('/', '%2F')}"
    assert any("expired" in text for text in texts(response))


def test_an_address_confirmed_too_late_says_so_and_keeps_the_next_page(client, start, monkeypatch):
    client.post(reverse("account_signup"), {"email": ADDRESS, "next": start})
    later(monkeypatch, 61)

    response = client.post(reverse("account_email_verification_sent"), {"code": code_of_newest_mail()})

    assert response.url == f"{reverse('account_request_login_code')}?next={start.replace('/', '%2F')}"
    assert any("expired" in text for text in texts(response))


def test_of_several_codes_the_newest_counts(client, start):
    known_person()
    ask_for_code(client, start)
    old = code_of_newest_mail()
    client.post(reverse("account_confirm_login_code"), {"action": "resend", "next": start})
    new = code_of_newest_mail()

    assert old == new or enter(client, start, old).status_code == 200
    assert enter(client, start, new).url == start


def test_the_mail_holds_no_link_that_signs_in(client, start):
    known_person()
    ask_for_code(client, start)

    links = re.findall(r"https?://\S+", mail.outbox[-1].body)

    assert [link for link in links if "login" in link or "confirm" in link] == []


def test_never_off_the_site(client):
    known_person()
    ask_for_code(client, "https://evil.example/")

    response = enter(client, "https://evil.example/", code_of_newest_mail())

    assert "evil" not in response.url


def test_a_person_without_organisation_is_led_to_find_one_and_back(client, start):
    client.force_login(known_person())

    page = client.get(start).content.decode()
    find = f"{reverse('accounts:organisation_find')}?next={start}"
    response = client.post(
        reverse("accounts:organisation_create"),
        {"name": "Fjordby", "country": "NO", "kind": "municipality", "language_form": "neutral", "next": start},
    )

    assert find in page
    assert response.url == start
    assert 'name="organisation"' in client.get(start).content.decode()
