"""A juror who cannot go on, with one sketch or with all of it; and the juror's home, wishes and dates."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.enums import ProgrammeRole
from competition.models import Topic
from notifications.models import Letter
from scoring.enums import AssessmentState, GiveBackReason, JurorState
from scoring.models import GivenBack
from scoring.selectors.giving_back import given_back_in, given_back_pairs
from scoring.selectors.jury_home import home_seats, past_seats
from scoring.selectors.wishes import topic_wishes, wishes_of
from scoring.services import impartiality
from scoring.services.giving_back import give_back_sketch, step_back
from scoring.services.wishes import ask_for_wishes
from tests import factories as base
from tests.scoring import factories
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return factories.make_assigned(sketches=2, jurors=4)


@pytest.fixture
def juror(call):
    return next(
        juror for juror in call.jurors.select_related("user", "call") if len(factories.own_assessments(juror)) == 2
    )


def url(name, *arguments):
    return reverse(f"scoring:{name}", args=arguments)


def states(juror):
    return list(juror.assessments.order_by("pk").values_list("state", flat=True))


class TestOneSketch:
    def test_is_voided_kept_and_told_once(self, call, juror):
        secretary = base.make_member(call.programme, ProgrammeRole.JURY_SECRETARY)
        one = factories.own_assessments(juror)[0]
        factories.grade(one, send=False)

        given = give_back_sketch(by=juror.user, assessment=one, reason="competence", note="Not my field.")

        one.refresh_from_db()
        assert (one.state, one.scores.count()) == (AssessmentState.VOID, 5)
        assert given_back_pairs(call) == {(one.sketch_id, juror.pk)}
        letter = Letter.objects.get(kind="juror_gave_back")
        assert letter.recipient == secretary.email
        assert one.sketch.title not in letter.text
        assert given.note == "Not my field."

    def test_goes_to_somebody_else_in_the_next_run(self, call, juror):
        one = factories.own_assessments(juror)[0]
        give_back_sketch(by=juror.user, assessment=one, reason="time")

        run = factories.compute_assignment(call)

        assert (one.sketch_id, juror.pk) not in set(run.pairs.values_list("sketch", "juror"))
        assert run.pairs.filter(sketch=one.sketch).count() == 3

    def test_that_is_sent_is_not_given_back(self, call, juror):
        one = factories.own_assessments(juror)[0]
        factories.grade(one)

        with pytest.raises(Refused):
            give_back_sketch(by=juror.user, assessment=one, reason="time")

    @pytest.mark.parametrize("reason", ["conflict", "weather", ""])
    def test_a_conflict_is_declared_and_an_unknown_reason_refused(self, call, juror, reason):
        with pytest.raises(InvalidInput):
            give_back_sketch(by=juror.user, assessment=factories.own_assessments(juror)[0], reason=reason)

    def test_of_somebody_else_is_not_given_back(self, call, juror):
        other = call.jurors.exclude(pk=juror.pk).first()

        with pytest.raises(NotAllowed):
            give_back_sketch(by=other.user, assessment=factories.own_assessments(juror)[0], reason="time")

    def test_by_the_page(self, client, call, juror):
        client.force_login(juror.user)
        one = factories.own_assessments(juror)[0]
        page = url("give_back", call.slug, one.sketch.reference)

        shown, silent = client.get(page), client.post(page, {"note": "Because."})
        conflict = client.post(page, {"reason": "conflict"})
        given = client.post(page, {"reason": "time"})

        assert (shown.status_code, silent.status_code) == (200, 422)
        assert "Because." in silent.content.decode()
        assert conflict["Location"] == f"{url('impartiality', call.slug)}#r-{one.sketch.reference}"
        assert given["Location"] == url("queue", call.slug)
        assert client.get(page).status_code == 404

    def test_is_not_shown_to_a_secretary_who_has_left_the_room(self, call, juror):
        one = factories.own_assessments(juror)[0]
        give_back_sketch(by=juror.user, assessment=one, reason="time")
        secretary = base.make_member(call.programme, ProgrammeRole.JURY_SECRETARY)
        assert len(given_back_in(call, secretary)) == 1

        factories.make_juror(call, email=secretary.email, organisation=one.sketch.organisation)

        assert given_back_in(call, secretary) == []


class TestTheWholeTask:
    def test_keeps_what_is_sent_and_frees_the_rest(self, call, juror):
        first, _second = factories.own_assessments(juror)
        factories.grade(first)

        step_back(by=juror.user, juror=juror, reason="time")

        juror.refresh_from_db()
        assert (juror.state, sorted(states(juror))) == (JurorState.LEFT, [AssessmentState.FINAL, AssessmentState.VOID])
        assert GivenBack.objects.get().sketch is None
        assert Letter.objects.filter(kind="juror_gave_back").count() == 1
        with pytest.raises(NotAllowed):
            step_back(by=juror.user, juror=juror, reason="time")

    def test_voids_everything_where_the_juror_is_not_impartial(self, call, juror):
        first, _second = factories.own_assessments(juror)
        factories.grade(first)

        step_back(by=juror.user, juror=juror, reason=GiveBackReason.CONFLICT)

        assert set(states(juror)) == {AssessmentState.VOID}

    def test_is_over_with_the_assessment(self, call, juror):
        base.set_instants(call, assessment_completed_at=timezone.now())

        with pytest.raises(Refused):
            step_back(by=juror.user, juror=juror, reason="time")

    def test_by_the_page_and_back_by_a_new_invitation(self, client, call, juror):
        client.force_login(juror.user)
        page = url("step_back", call.slug)

        silent = client.post(page, {})
        left = client.post(page, {"reason": "other", "note": "Sorry."})
        home = client.get(url("jury_home")).content.decode()

        assert (silent.status_code, left["Location"]) == (422, url("jury_home"))
        assert client.get(url("queue", call.slug)).status_code == 404
        assert "You left this jury." in home
        again = factories.make_juror(call, email=juror.user.email)
        assert (again.pk, again.state) == (juror.pk, JurorState.ACCEPTED)

    def test_stands_on_the_owners_page_with_a_way_to_a_replacement(self, call, juror):
        step_back(by=juror.user, juror=juror, reason="time", note="A new post.")

        page = staff_client(call.programme).get(url_of("scoring_workspace:jury", call)).content.decode()

        assert "left the jury" in page
        assert "A new post." in page
        assert reverse("scoring_workspace:assignment", args=[call.pk]) in page


class TestHome:
    def test_says_what_comes_next(self, call, juror):
        def step():
            (seat,) = home_seats(juror.user, timezone.now())
            return seat.next_step and seat.next_step.page

        assert step() == "scoring:queue"
        standing = juror.declarations.first()
        impartiality.ImpartialityDeclaration.objects.filter(pk=standing.pk).delete()
        assert step() == "scoring:impartiality"
        factories.declare_all(juror)
        for one in factories.own_assessments(juror):
            factories.grade(one)
        assert step() is None
        ask_for_wishes(by=factories.staff(call), call=call, until=timezone.now().date() + dt.timedelta(days=2))
        assert step() == "scoring:wishes"

    def test_shows_dates_effort_contact_and_a_calendar(self, client, call, juror):
        base.set_instants(call, assessment_due_at=timezone.now() + dt.timedelta(days=9))
        client.force_login(juror.user)

        page = client.get(url("jury_home")).content.decode()
        dates = client.get(url("jury_dates", call.slug))

        assert "0 of 2 assessments sent" in page
        assert "minutes a sketch" in page
        assert "mailto:programme@example.com" in page
        events = {str(event["uid"]).rpartition("-jury-")[2] for event in Calendar.from_ical(dates.content).events}
        assert events == {"declare", "due"}

    def test_lists_juries_that_are_over(self, call, juror):
        base.set_instants(call, recommended_at=timezone.now())

        (past,) = past_seats(juror.user)

        assert (past.call, past.sent, past.left) == (call, 0, False)

    @pytest.mark.parametrize("count", [1, 3])
    def test_takes_the_same_queries_with_any_number_of_juries(self, client, django_assert_num_queries, count):
        user = base.make_user()
        for _number in range(count):
            factories.make_juror(base.make_call_under_assessment(sketches_count=count), email=user.email)
        client.force_login(user)
        client.get(url("jury_home"))

        with django_assert_num_queries(9):
            client.get(url("jury_home"))


class TestWishes:
    @pytest.fixture
    def page(self, client, call, juror):
        ask_for_wishes(by=factories.staff(call), call=call, until=timezone.now().date() + dt.timedelta(days=2))
        client.force_login(juror.user)
        return url("wishes", call.slug)

    def test_are_said_about_topics_and_sketches(self, client, call, juror, page):
        first, second = call.sketches.order_by("reference")

        saved = client.post(page, {first.reference: "eager", "topic-health": "reluctant"})
        shown = client.get(page).content.decode()

        assert saved.status_code == 302
        assert wishes_of(call) == {(first.pk, juror.pk): 1.0, (second.pk, juror.pk): -1.0}
        assert topic_wishes(juror) == {Topic.objects.get(code="health").pk: "reluctant"}
        assert shown.count("checked") == call.sketches.count() + Topic.objects.count()

    def test_an_unknown_wish_is_told_and_the_others_stay_chosen(self, client, call, juror, page):
        first, second = call.sketches.order_by("reference")

        response = client.post(page, {first.reference: "never", second.reference: "eager"})

        assert response.status_code == 422
        assert f'name="{second.reference}" value="eager" checked' in response.content.decode()
        assert wishes_of(call) == {}

    def test_are_not_asked_for_unless_the_call_says_so(self, client, call, juror):
        client.force_login(juror.user)

        assert client.get(url("wishes", call.slug)).status_code == 404

    def test_the_owner_sets_the_day(self, call):
        client, page = staff_client(call.programme), url_of("scoring_workspace:wishes", call)
        day = timezone.now().date() + dt.timedelta(days=5)

        past = client.post(page, {"until": "2001-01-01"})
        saved = client.post(page, {"until": day.isoformat()})

        assert (past.status_code, saved.status_code) == (422, 302)
        assert call.wish_period.until == day

    @pytest.mark.parametrize("sketches", [1, 3])
    def test_the_page_takes_the_same_queries_at_any_length(self, client, django_assert_num_queries, sketches):
        call = factories.make_assigned(sketches=sketches, jurors=3)
        ask_for_wishes(by=factories.staff(call), call=call, until=timezone.now().date() + dt.timedelta(days=2))
        client.force_login(call.jurors.first().user)
        client.get(url("wishes", call.slug))

        with django_assert_num_queries(9):
            client.get(url("wishes", call.slug))
