"""Filling a jury: from the pool or by address, the link's page, reminders, asking again, suggestions, effort."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.enums import ProgrammeRole
from competition.models import Topic
from home.demo.travel import at
from notifications.models import Letter
from scoring.enums import JurorState, SuggestionState
from scoring.models import Assessment, Juror, JurorProfile, JurorSuggestion
from scoring.recruiting_forms import read_lines
from scoring.selectors.effort import MEASURED_AT_LEAST, effort_of
from scoring.selectors.recruiting import waiting_invitations
from scoring.services import jury, recruiting
from scoring.services.recruiting import Person
from tests import factories as base
from tests.scoring import factories
from tests.scoring.pool import make_profile
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return base.make_call()


def page_of(juror):
    with translation.override("en"):
        return reverse("scoring:invitation", args=[jury.invitation_token(juror)])


def tomorrow():
    return timezone.now() + dt.timedelta(days=1)


# --- Inviting -------------------------------------------------------------------------------------------------------


def test_a_seat_copies_what_the_pool_knows(call):
    health = Topic.objects.get(code="health")
    employer = base.make_organisation()
    profile = make_profile(
        call.programme, organisation=employer, sector="public", region="Viken", languages=("nb",), capacity=6,
        seniority="senior", topics={health: 0.5},
    )  # fmt: skip

    (juror,) = recruiting.invite_people(
        by=factories.staff(call), call=call, people=[Person("", profile=profile.pk)], answer_by=tomorrow()
    )

    assert (juror.user, juror.organisation, juror.load_max, juror.state) == (
        profile.user, employer, 6, JurorState.INVITED,
    )  # fmt: skip
    assert (juror.sector, juror.region, juror.seniority, juror.languages) == ("public", "Viken", "senior", ["nb"])
    assert [float(topic.strength) for topic in juror.topic_strengths.all()] == [0.5]


def test_whoever_is_new_comes_into_the_pool_and_nobody_is_invited_twice(call):
    people = [Person("new@example.com", "New person"), Person("NEW@example.com")]

    made = recruiting.invite_people(by=factories.staff(call), call=call, people=people[:1])
    again = recruiting.invite_people(by=factories.staff(call), call=call, people=people)

    assert (len(made), again) == (1, [])
    assert JurorProfile.objects.get(programme=call.programme).user.name == "New person"
    assert Letter.objects.filter(kind="jury_invitation").count() == 1


def test_all_are_invited_or_nobody(call):
    decider = base.make_member(call.programme, ProgrammeRole.DECISION_MAKER)
    people = [Person("new@example.com"), Person(decider.email)]

    with pytest.raises(InvalidInput) as refused:
        recruiting.invite_people(by=factories.staff(call), call=call, people=people)

    assert decider.email in str(refused.value)
    assert (Juror.objects.count(), JurorProfile.objects.count()) == (0, 0)


def test_a_profile_of_another_programme_is_not_invited(call):
    profile = make_profile(base.make_programme())

    with pytest.raises(InvalidInput):
        recruiting.invite_people(by=factories.staff(call), call=call, people=[Person("", profile=profile.pk)])


@pytest.mark.parametrize("role", [ProgrammeRole.OBSERVER, ProgrammeRole.CASE_OFFICER, ProgrammeRole.DECISION_MAKER])
def test_only_the_secretariat_fills_the_jury(call, role):
    by = base.make_member(call.programme, role)
    juror = factories.make_juror(call, accept=False)

    for act in (
        lambda: recruiting.invite_people(by=by, call=call, people=[Person("new@example.com")]),
        lambda: recruiting.remind_invited(by=by, call=call),
        lambda: recruiting.invite_again(by=by, juror=juror),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@example.com", [("a@example.com", "", False)]),
        ("Åse Ærlig <A@Example.com>;", [("a@example.com", "Åse Ærlig", False)]),
        ('"Doe, Jane" <j@example.com>', [("j@example.com", "Doe, Jane", False)]),
        ("<j@example.com>", [("j@example.com", "", False)]),
        ("nobody", [("", "", True)]),
        ("a@example.com b@example.com", [("", "", True)]),
        ("a@example.com\n\nA@example.com", [("a@example.com", "", False), ("a@example.com", "", True)]),
        ("x" * 500, [("", "", True)]),
        ("\x00", []),
    ],
)
def test_pasted_lines(text, found):
    assert [(line.email, line.name, bool(line.problem)) for line in read_lines(text)] == found


def test_pasting_shows_what_is_wrong_and_the_letter_and_sends_only_the_good(call):
    factories.make_juror(call, email="seated@example.com")
    client = staff_client(call.programme, ProgrammeRole.JURY_SECRETARY)
    url = url_of("scoring_workspace:invite_people", call)
    text = "New <new@example.com>\nnonsense\nseated@example.com"

    preview = client.post(url, {"addresses": text})
    assert preview.status_code == 422
    assert [line["number"] for line in preview.context["bad"]] == [2, 3]
    assert [letter["code"] for letter in preview.context["letters"]] == ["nb", "nn", "da", "sv", "en"]
    assert not Juror.objects.filter(user__email="new@example.com").exists()
    assert b"nonsense" in preview.content
    sent = client.post(url, {"kept": preview.context["kept"], "answer_by": ""})

    assert sent.status_code == 302
    assert Juror.objects.get(user__email="new@example.com").state == JurorState.INVITED


def test_choosing_from_the_pool_sends_nothing_before_the_second_press(call):
    profile, other = make_profile(call.programme, capacity=4), make_profile(base.make_programme())
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:invite_people", call)

    preview = client.post(url, {"chosen": [profile.pk, other.pk, "x", "9" * 30]})
    assert [person.email for person in preview.context["people"]] == [profile.user.email]
    assert not Juror.objects.exists()
    refused = client.post(url, {"kept": preview.context["kept"], "answer_by": "2001-01-01T10:00"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (200, ["answer_by"])
    client.post(url, {"kept": preview.context["kept"], "answer_by": "2099-01-01T10:00"})

    juror = Juror.objects.get()
    assert (juror.user, juror.load_max, juror.answer_by.year) == (profile.user, 4, 2099)


@pytest.mark.parametrize("data", [{}, {"chosen": "x"}, {"addresses": ""}, {"kept": "x"}, {"suggestion": "7"}])
def test_nonsense_is_answered_and_invites_nobody(call, data):
    response = staff_client(call.programme).post(url_of("scoring_workspace:invite_people", call), data)

    assert response.status_code in (302, 404, 422)
    assert not Juror.objects.exists()


def test_own_sketches_are_counted_only_after_the_deadline(call):
    author = base.make_user()
    sketch = base.make_submitted_sketch(call=call, by=author)
    profile = make_profile(call.programme, organisation=sketch.organisation)
    client, url = staff_client(call.programme), url_of("scoring_workspace:pick", call)

    before = client.get(url).context["rows"]
    base.close(call)
    after = client.get(url).context["rows"]

    assert [row.conflicts for row in before] == [None]
    assert [(row.row.profile, row.conflicts) for row in after] == [(profile, 1)]


def test_a_member_who_is_kept_out_of_a_sketch_learns_nothing_of_it_by_the_count():
    call = base.make_call_under_assessment(sketches_count=1)
    sketch = call.sketches.get()
    make_profile(call.programme, organisation=sketch.organisation)
    secretary = base.make_member(call.programme, ProgrammeRole.JURY_SECRETARY)
    factories.make_juror(call, email=secretary.email, organisation=sketch.organisation)
    url = url_of("scoring_workspace:pick", call)

    own = staff_client(call.programme, ProgrammeRole.JURY_SECRETARY, user=secretary).get(url).context["rows"]

    assert [row.conflicts for row in own] == [0]


def test_queries_do_not_grow_with_the_pool_or_the_jury():
    counts = []
    for size in (1, 5):
        call = factories.make_jury(sketches=1, jurors=size, declared=False)
        for juror in call.jurors.all():
            make_profile(call.programme, email=juror.user.email)
            recruiting.suggest_juror(
                juror=factories.make_juror(call, accept=False), name="Ann", part="", email="ann@example.com"
            )
        client = staff_client(call.programme)
        counts.append(
            [queries_of(client, url_of(f"scoring_workspace:{name}", call)) for name in ("pick", "invitations")]
        )

    assert counts[0] == counts[1] == [20, 12]


# --- The link's page ------------------------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing_whoever_opens_it(call, client):
    juror = factories.make_juror(call, accept=False)
    before = Juror.objects.filter(pk=juror.pk).values().get()

    for method in (client.get, client.head, client.options):
        method(page_of(juror))

    assert Juror.objects.filter(pk=juror.pk).values().get() == before


def test_declining_with_a_reason_is_read_by_the_secretary(call, client):
    juror = factories.make_juror(call, accept=False)

    client.post(page_of(juror), {"answer": "decline", "code": "away", "reason": "At sea"})

    juror.refresh_from_db()
    assert (juror.state, juror.decline_code, juror.decline_reason) == (JurorState.DECLINED, "away", "At sea")
    page = staff_client(call.programme).get(url_of("scoring_workspace:jury", call))
    assert b"I am away" in page.content


def test_a_reason_that_there_is_not_is_told_at_the_field(call, client):
    juror = factories.make_juror(call, accept=False)

    response = client.post(page_of(juror), {"answer": "decline", "code": "bored", "reason": "Kept"})

    juror.refresh_from_db()
    assert (response.status_code, juror.state) == (422, JurorState.INVITED)
    assert b"Kept" in response.content


def test_an_expired_invitation_says_so_and_can_be_sent_anew(call, client):
    juror = factories.make_juror(call, accept=False, answer_by=tomorrow())
    Juror.objects.filter(pk=juror.pk).update(answer_by=timezone.now() - dt.timedelta(minutes=1))
    juror.refresh_from_db()

    page = client.get(page_of(juror))
    with pytest.raises(Refused):
        jury.answer_invitation(juror=juror, accept=True)
    again = recruiting.invite_again(by=factories.staff(call), juror=juror, answer_by=tomorrow())
    void = client.get(page_of(juror))
    accepted = jury.answer_invitation(juror=again, accept=True)

    assert b"The time to answer is over" in page.content
    assert (void.status_code, accepted.state) == (404, JurorState.ACCEPTED)
    assert Letter.objects.filter(kind="jury_invitation").count() == 2


def test_whoever_has_accepted_is_not_invited_again(call):
    juror = factories.make_juror(call)

    with pytest.raises(Refused):
        recruiting.invite_again(by=factories.staff(call), juror=juror)


def test_inviting_again_goes_through_a_page(call):
    juror = factories.make_juror(call, accept=False)
    client, url = staff_client(call.programme), url_of("scoring_workspace:invite_again", call, juror.pk)

    assert client.get(url).status_code == 200
    assert client.post(url, {"answer_by": "2001-01-01T10:00"}).status_code == 422
    assert client.post(url, {"answer_by": ""}).status_code == 302

    assert Letter.objects.filter(kind="jury_invitation").count() == 2


# --- Reminders ------------------------------------------------------------------------------------------------------


def test_each_is_reminded_at_most_once_a_day_and_never_on_the_day_of_the_invitation(call):
    by = factories.staff(call)
    waiting = factories.make_juror(call, accept=False)
    factories.make_juror(call)
    Juror.objects.filter(pk=factories.make_juror(call, accept=False).pk).update(answer_by=timezone.now())

    same_day = recruiting.remind_invited(by=by, call=call)
    Juror.objects.update(invited_at=timezone.now() - dt.timedelta(days=3))
    counts = [recruiting.remind_invited(by=by, call=call) for _time in range(2)]
    with at(timezone.now() + dt.timedelta(days=1)):
        counts.append(recruiting.remind_invited(by=by, call=call))

    assert (same_day, counts) == (0, [1, 0, 1])
    reminded = {one.juror.pk: len(one.reminded) for one in waiting_invitations(call, timezone.now())}
    assert reminded[waiting.pk] == 2
    assert set(Letter.objects.filter(kind="jury_invitation_reminder").values_list("recipient", flat=True)) == {
        waiting.user.email
    }


def test_one_press_reminds(call):
    factories.make_juror(call, accept=False)
    Juror.objects.update(invited_at=timezone.now() - dt.timedelta(days=3))
    client, url = staff_client(call.programme), url_of("scoring_workspace:invitations", call)

    client.post(url)

    assert Letter.objects.filter(kind="jury_invitation_reminder").count() == 1
    assert [len(one.reminded) for one in client.get(url).context["waiting"]] == [1]


# --- Suggestions ----------------------------------------------------------------------------------------------------


def suggest(client, juror, **fields):
    data = {"answer": "suggest", "name": "Another", "part": "Head of care", "email": "Another@example.com"} | fields
    return client.post(page_of(juror), data)


def test_a_suggestion_writes_to_nobody_and_is_taken_up_by_inviting(call, client):
    juror = factories.make_juror(call, accept=False)

    suggest(client, juror)
    assert not Letter.objects.filter(recipient="another@example.com").exists()
    assert not JurorProfile.objects.exists()
    suggestion = JurorSuggestion.objects.get()
    staff, url = staff_client(call.programme), url_of("scoring_workspace:invite_people", call)
    preview = staff.post(url, {"suggestion": suggestion.pk})
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.OPEN
    staff.post(url, {"kept": preview.context["kept"], "answer_by": ""})

    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.name, suggestion.part, suggestion.email) == ("taken_up", "", "", "")
    assert Juror.objects.get(user__email="another@example.com").user.name == "Another"


def test_a_suggestion_that_is_not_taken_up_is_erased(call, client):
    suggest(client, factories.make_juror(call, accept=False))
    suggestion = JurorSuggestion.objects.get()

    staff_client(call.programme).post(url_of("scoring_workspace:suggestion_dismiss", call, suggestion.pk))

    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.name, suggestion.email) == ("dismissed", "", "")
    assert not Letter.objects.filter(recipient="another@example.com").exists()


def test_nobody_suggested_for_a_jury_that_is_over_is_remembered(call, client):
    suggest(client, factories.make_juror(call, accept=False))
    assert recruiting.drop_pointless_suggestions() == 0
    base.set_instants(call, cancelled_at=timezone.now())

    assert recruiting.drop_pointless_suggestions() == 1

    suggestion = JurorSuggestion.objects.get()
    assert (suggestion.state, suggestion.name, suggestion.part, suggestion.email) == ("dismissed", "", "", "")


@pytest.mark.parametrize(("fields", "field"), [({"email": "x"}, "email"), ({"name": " "}, "name")])
def test_a_bad_suggestion_is_told_at_the_field(call, client, fields, field):
    response = suggest(client, factories.make_juror(call, accept=False), **fields)

    assert (response.status_code, list(response.context["suggestion"].errors)) == (422, [field])
    assert not JurorSuggestion.objects.exists()


def test_the_same_person_and_too_many_are_refused(call, client):
    juror = factories.make_juror(call, accept=False)
    for number in range(recruiting.SUGGESTIONS_AT_MOST):
        assert suggest(client, juror, email=f"s{number}@example.com").status_code == 302

    assert suggest(client, juror, email="S0@example.com").status_code == 422
    assert suggest(client, juror, email="more@example.com").status_code == 422
    assert JurorSuggestion.objects.count() == recruiting.SUGGESTIONS_AT_MOST


def test_whoever_sits_already_suggests_nobody(call):
    with pytest.raises(Refused):
        recruiting.suggest_juror(juror=factories.make_juror(call), name="Ann", part="", email="ann@example.com")


# --- Effort ---------------------------------------------------------------------------------------------------------


def test_effort_is_reckoned_from_room_and_criteria(call):
    call.questions.update(max_chars=None, kind="number")
    call.questions.filter(code="need").update(max_chars=20_000, kind="long_text")
    juror = factories.make_juror(call, accept=False, load_min=2, load_max=6)

    effort = effort_of(call, juror=juror)

    assert (effort.characters, effort.criteria, effort.measured) == (20_000, 5, 0)
    assert effort.minutes == 25  # 20,000 x 0.6 / 1,000 = 12 minutes, and 5 x 2 = 10, in fives
    assert (effort.hours_least, effort.hours_most) == (1.0, 2.5)


def test_effort_is_measured_once_enough_is_sent():
    call = factories.make_assigned(sketches=4, jurors=3)
    sent = [factories.grade(one) for one in Assessment.objects.filter(sketch__call=call).select_related("sketch__call")]
    assert len(sent) >= MEASURED_AT_LEAST
    now = timezone.now()
    Assessment.objects.update(started_at=now - dt.timedelta(minutes=41), updated_at=now)
    Assessment.objects.filter(pk=sent[0].pk).update(started_at=now - dt.timedelta(days=1))

    effort = effort_of(call)

    assert (effort.minutes, effort.measured) == (45, len(sent) - 1)


def test_the_invitation_says_how_much_work_it_is(call, client):
    juror = factories.make_juror(call, accept=False, load_max=8)

    page = client.get(page_of(juror)).content.decode()

    effort = effort_of(call, juror=juror)
    assert f"about {effort.minutes} minutes each" in page
    assert f"{effort.characters:,} characters" in page
    assert f"about {effort.minutes} minutes" in Letter.objects.get(kind="jury_invitation").text
