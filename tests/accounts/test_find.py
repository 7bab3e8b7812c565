import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import RegisterEntry
from accounts.register.folding import fold
from accounts.selectors import find_organisations, proving_domains
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def enter(name, number, *, country="NO", kind="municipality", domains=()):
    return RegisterEntry.objects.create(
        country=country,
        number=number,
        name=name,
        folded=fold(name),
        kind=kind,
        mail_domains=list(domains),
        loaded_at=timezone.now(),
    )


def names(query, **where):
    return [match.name for match in find_organisations(query, **where)]


@pytest.mark.parametrize(
    "query", ["Østfjord", "ostfjord", "OESTFJORD", "øst", "region øst", "øst region", "99001194", "99 00 11 94"]
)
def test_an_entry_is_found_as_people_type(query):
    enter("Region Østfjord", "99001194", country="DK", kind="region")
    enter("Åbjerg Kommune", "99001097", country="DK")

    assert names(query) == ["Region Østfjord"]


@pytest.mark.parametrize("query", ["", "x", "fjord", "9900119", "& | !", "'; --", "øst:*|a", "a\\", "%", "x" * 5000])
def test_what_names_nothing_finds_nothing(query):
    enter("Region Østfjord", "99001194", country="DK", kind="region")
    make_organisation(name="Region Østfjord", number="99001194", country="DK")

    assert names(query) == []


def test_one_registered_here_is_shown_once_and_first():
    enter("FJORDBY KOMMUNE", "312013169")
    enter("Fjordby vann IKS", "312033429")
    here = make_organisation(name="Fjordby kommune", number="312013169")

    found = find_organisations("fjordby")

    assert [(match.name, match.organisation_pk) for match in found] == [
        ("Fjordby kommune", here.pk),
        ("Fjordby vann IKS", None),
    ]


def test_one_registered_here_under_another_name_is_recognised_by_its_number():
    enter("Nye Fjordby kommune", "312013169")
    here = make_organisation(name="Gamleby", number="312013169")

    found = find_organisations("nye fjordby")

    assert [(match.name, match.organisation_pk) for match in found] == [("Nye Fjordby kommune", here.pk)]


def test_country_narrows_and_programme_owners_are_not_found():
    enter("Åby", "312013169")
    enter("Aaby", "99001097", country="DK")
    make_organisation(name="Aaby programme", kind="programme_owner")

    assert names("åby") == ["Aaby", "Åby"]
    assert names("åby", country="DK") == ["Aaby"]
    assert names("99001097", country="NO") == []


@pytest.mark.parametrize(("size", "found"), [(1, 2), (15, 20)])
def test_finding_is_the_same_work_at_any_size(django_assert_num_queries, size, found):
    for number in range(size):
        enter(f"Fjord {number:03}", f"9{number:08}")
        make_organisation(name=f"Fjell {number:03}")

    with django_assert_num_queries(3):
        assert len(find_organisations("fj")) == found


def test_only_a_domain_of_its_own_proves_something():
    enter("Fjordby", "312013169", domains=["fjordby.example"])
    enter("Havnes", "312046598", domains=["shared.example"])
    enter("Havnes vann", "312033429", domains=["shared.example"])

    assert proving_domains(country="NO", number="312013169") == ["fjordby.example"]
    assert proving_domains(country="NO", number="312046598") == []
    assert proving_domains(country="NO", number="") == []


def test_find_page_offers_to_register_what_is_not_here_and_keeps_the_next_page(client):
    entry = enter("Fjordby kommune", "312013169")
    make_organisation(name="Fjordby havn", member=make_user("somebody@else.example"))
    client.force_login(make_user())

    page = client.get(reverse("accounts:organisation_find"), {"q": "fjordby", "country": "", "next": "/nb/my/"})

    text = page.content.decode()
    register = f"{reverse('accounts:organisation_create')}?entry={entry.pk}"
    assert f'href="{register}&amp;next=/nb/my/"' in text
    assert "Fjordby havn" in text
    assert "somebody@else.example" not in text
    assert client.get(register).context["form"]["number"].value() == "312013169"


@pytest.mark.parametrize("query", [{"q": ""}, {"q": "x"}, {"q": "a\x00b"}, {"q": "ab", "country": "XX"}])
def test_find_page_answers_a_bad_search_at_the_field(client, query):
    client.force_login(make_user())

    assert client.get(reverse("accounts:organisation_find"), query).status_code == 422


@pytest.mark.parametrize("entry", ["abc", "9" * 30, "-1", "²", ""])
def test_registering_from_no_entry_is_an_empty_form(client, entry):
    client.force_login(make_user())

    page = client.get(reverse("accounts:organisation_create"), {"entry": entry})

    assert page.context["form"]["name"].value() is None
