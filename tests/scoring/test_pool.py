"""The pool of jurors: services, and what each side sees of it."""

import json

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.errors import InvalidInput, NotAllowed
from accounts.signals import account_deleted
from competition.enums import ProgrammeRole
from competition.errors import StaleEdit
from competition.models import Topic
from competition.services.questions import ensure_topics
from notifications.models import Letter
from scoring.enums import PoolState
from scoring.models import JurorProfile
from scoring.selectors.pool import own_data, pool_of, profiles_without_letter
from scoring.services import pool
from scoring.services.pool import Facts
from tests import factories
from tests.scoring import factories as jury
from tests.scoring.pool import make_profile
from tests.workspace_client import queries_of, staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    ensure_topics()
    return factories.make_programme()


def pool_url(programme, name="pool", *args):
    return reverse(f"scoring_pool:{name}", args=[programme.pk, *args])


def typed(**fields):
    return {"employer": "", "sector": "", "seniority": "", "region": "", "languages": ["nb"], "capacity": "8"} | fields


# --- Services -------------------------------------------------------------------------------------------------------


def test_whoever_comes_into_the_pool_is_told_once(programme):
    profile = make_profile(programme, email="new@example.com")

    for _time in range(2):
        pool.write_pool_letters(profiles=profiles_without_letter(programme_id=programme.pk))

    letter = Letter.objects.get(recipient="new@example.com")
    assert (letter.kind, profile.confirmed_at, profiles_without_letter()) == ("juror_pool", None, [])
    assert f"/{profile.user.language}/jury/profile/" in letter.text


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"capacity": 0}, "capacity"),
        ({"capacity": 100_000}, "capacity"),
        ({"sector": "mars"}, "sector"),
        ({"seniority": "king"}, "seniority"),
        ({"languages": ("xx",)}, "languages"),
    ],
)
def test_bad_facts_are_named_by_field(programme, facts, field):
    with pytest.raises(InvalidInput) as refused:
        make_profile(programme, **facts)

    assert list(refused.value.errors) == [field]
    assert not JurorProfile.objects.exists()


def test_nobody_is_in_a_pool_twice_whatever_the_case_of_the_address(programme):
    make_profile(programme, email="ada@example.com")

    with pytest.raises(InvalidInput) as refused:
        make_profile(programme, email="ADA@Example.com")

    assert list(refused.value.errors) == ["email"]


def test_the_pool_of_another_programme_is_another(programme):
    other = factories.make_programme()
    profile = make_profile(other)

    with pytest.raises(NotAllowed):
        pool.change_profile(by=factories.owner_of(programme), profile=profile, facts=Facts(), state="active")
    assert list(pool_of(programme)) == []


def test_the_juror_corrects_pauses_and_confirms(programme):
    profile = make_profile(programme)

    changed = pool.change_own_profile(
        by=profile.user, profile=profile, facts=Facts(region=" Vestland ", capacity=3), pause=True, expected=0
    )

    assert (changed.region, changed.capacity, changed.state) == ("Vestland", 3, PoolState.PAUSED)
    assert changed.confirmed_at is not None
    assert list(changed.topic_strengths.all()) == []


def test_pausing_does_not_bring_back_whom_the_programme_has_stopped_using(programme):
    profile = make_profile(programme)
    pool.change_profile(by=factories.owner_of(programme), profile=profile, facts=Facts(), state="inactive")
    profile.refresh_from_db()

    changed = pool.change_own_profile(by=profile.user, profile=profile, facts=Facts(), pause=False)

    assert changed.state == PoolState.INACTIVE


def test_two_who_change_at_once_do_not_overwrite_each_other(programme):
    profile = make_profile(programme)
    pool.change_own_profile(by=profile.user, profile=profile, facts=Facts(capacity=3), pause=False, expected=0)

    with pytest.raises(StaleEdit) as stale:
        pool.change_profile(
            by=factories.owner_of(programme), profile=profile, facts=Facts(capacity=5), state="active", expected=0
        )

    assert stale.value.theirs == {"capacity": 3}


@pytest.mark.parametrize(
    "act",
    [
        lambda by, profile: pool.change_own_profile(by=by, profile=profile, facts=Facts(), pause=False),
        lambda by, profile: pool.leave_pool(by=by, profile=profile),
    ],
)
def test_nobody_answers_for_somebody_else(programme, act):
    profile, stranger = make_profile(programme), factories.make_user()

    with pytest.raises(NotAllowed):
        act(stranger, profile)

    assert JurorProfile.objects.filter(pk=profile.pk).exists()


def test_a_deleted_account_leaves_no_profile_and_no_words_behind(programme):
    profile = make_profile(programme)
    juror = jury.make_juror(factories.make_call(programme=programme), accept=False, email=profile.user.email)
    jury.jury.answer_invitation(juror=juror, accept=False, reason="I am ill.")

    account_deleted.send(sender=type(profile.user), user=profile.user, email=profile.user.email)

    juror.refresh_from_db()
    assert (JurorProfile.objects.count(), juror.decline_reason) == (0, "")


# --- The owner's side -----------------------------------------------------------------------------------------------


def test_adding_somebody_with_an_employer_and_topics(programme):
    employer = factories.make_organisation(name="Bergen kommune")
    client = staff_client(programme, ProgrammeRole.JURY_SECRETARY)
    fields = {"email": "new@example.com", "name": "New person", "language": "nn", "topic-health": "0.5"}

    response = client.post(
        pool_url(programme, "add"), typed(employer="bergen KOMMUNE", sector="public", seniority="senior", **fields)
    )

    profile = JurorProfile.objects.select_related("user").get()
    assert response.status_code == 302
    assert (profile.organisation, profile.sector, profile.capacity) == (employer, "public", 8)
    assert (profile.user.name, profile.user.language, profile.languages) == ("New person", "nn", ["nb"])
    assert [float(topic.strength) for topic in profile.topic_strengths.all()] == [0.5]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"capacity": "0"}, "capacity"),
        ({"employer": "NO 999 888 777"}, "employer"),
        ({"languages": ["xx"]}, "languages"),
        ({"region": "x" * 81}, "region"),
        ({"employer": "a\x00b" + "c" * 300}, "employer"),
    ],
)
def test_bad_input_is_told_at_the_field_and_what_was_typed_stays(programme, fields, field):
    client = staff_client(programme)
    data = typed(email="new@example.com", name="Kept", language="nb") | fields

    response = client.post(pool_url(programme, "add"), data)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert b"Kept" in response.content
    assert not JurorProfile.objects.exists()


def test_a_name_that_is_not_registered_is_kept_as_written(programme):
    client = staff_client(programme)

    client.post(pool_url(programme, "add"), typed(email="a@example.com", language="nb", employer="Own firm AS"))

    profile = JurorProfile.objects.get()
    assert (profile.organisation, profile.employer) == (None, "Own firm AS")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"ann", "bo"}),
        ({"q": "ann@"}, {"ann"}),
        ({"q": "vest"}, {"bo"}),
        ({"topic": "health"}, {"ann"}),
        ({"language": "sv"}, {"bo"}),
        ({"sector": "research"}, {"ann"}),
        ({"state": "inactive"}, {"cy"}),
        ({"sector": "nonsense", "state": "x", "topic": "y"}, {"ann", "bo"}),
        ({"q": "\x00" + "z" * 500}, {"ann", "bo"}),
    ],
)
def test_the_list_is_narrowed(programme, filters, found):
    make_profile(programme, email="ann@example.com", sector="research")
    make_profile(programme, email="bo@example.com", region="Vestland", languages=("sv",), topics={})
    gone = make_profile(programme, email="cy@example.com")
    pool.change_profile(by=factories.owner_of(programme), profile=gone, facts=Facts(), state="inactive")

    response = staff_client(programme).get(pool_url(programme), filters)

    assert {row.profile.user.email.split("@")[0] for row in response.context["rows"]} == found


def test_seats_count_juries_that_are_not_over(programme):
    profile = make_profile(programme)
    jury.make_juror(factories.make_call(programme=programme), email=profile.user.email)
    declined = jury.make_juror(factories.make_call(programme=programme), accept=False, email=profile.user.email)
    jury.jury.answer_invitation(juror=declined, accept=False)

    response = staff_client(programme).get(pool_url(programme))

    assert [row.seats for row in response.context["rows"]] == [1]


def test_queries_do_not_grow_with_the_pool(programme):
    client = staff_client(programme)
    make_profile(programme)
    few = queries_of(client, pool_url(programme))
    for _number in range(6):
        make_profile(programme)

    assert few == queries_of(client, pool_url(programme)) == QUERIES_OF_POOL


QUERIES_OF_POOL = 13


@pytest.mark.parametrize("role", [ProgrammeRole.CASE_OFFICER, ProgrammeRole.DECISION_MAKER, ProgrammeRole.OBSERVER])
def test_only_those_who_run_juries_find_the_pool(programme, role):
    client = staff_client(programme, role)

    assert client.get(pool_url(programme)).status_code == 404


def test_a_profile_of_another_pool_is_not_found(programme):
    profile = make_profile(factories.make_programme())

    assert staff_client(programme).get(pool_url(programme, "profile", profile.pk)).status_code == 404


# --- The juror's side -----------------------------------------------------------------------------------------------


def site(name, *args):
    with translation.override("en"):
        return reverse(f"scoring:{name}", args=args)


def test_the_juror_sees_everything_that_is_held(client, programme):
    profile = make_profile(programme, region="Vestland", sector="public", languages=("nb",), capacity=7)
    client.force_login(profile.user)

    page = client.get(site("profiles"))
    file = json.loads(client.get(site("profile_data")).content)

    assert b"Vestland" in page.content
    assert file == {"pools": own_data(profile.user)}
    assert (file["pools"][0]["sketches_at_most"], file["pools"][0]["topics"]) == (7, {"health": 1.0})


def test_the_juror_corrects_it_on_the_site(client, programme):
    profile = make_profile(programme)
    client.force_login(profile.user)

    response = client.post(site("profile", profile.pk), typed(region="Viken", revision="0", pause="on"))

    profile.refresh_from_db()
    assert response.status_code == 302
    assert (profile.region, profile.state, profile.capacity) == ("Viken", PoolState.PAUSED, 8)


def test_a_stale_page_shows_both_and_keeps_what_was_typed(client, programme):
    profile = make_profile(programme)
    client.force_login(profile.user)
    pool.change_profile(by=factories.owner_of(programme), profile=profile, facts=Facts(capacity=2), state="active")

    response = client.post(site("profile", profile.pk), typed(region="Viken", revision="0"))

    assert response.status_code == 422
    assert {"capacity", "languages", "region"} <= set(response.context["form"].errors)
    assert b"Viken" in response.content


def test_leaving_goes_through_a_page_and_keeps_nothing(client, programme):
    profile = make_profile(programme)
    client.force_login(profile.user)
    url = site("profile_leave", profile.pk)

    client.get(url)
    assert JurorProfile.objects.exists()
    client.post(url)

    assert not JurorProfile.objects.exists()


def test_topics_are_not_lost_when_saved_again(client, programme):
    health = Topic.objects.get(code="health")
    profile = make_profile(programme, topics={health: 0.6})
    client.force_login(profile.user)
    form = client.get(site("profile", profile.pk)).context["form"]

    assert form["topic-health"].value() == "0.5"
