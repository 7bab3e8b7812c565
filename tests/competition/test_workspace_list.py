"""The owner's list of calls: what narrows it, what stays in the address, and what it costs."""

import datetime as dt

import pytest
from django.utils import timezone

from competition.enums import Phase, ProgrammeRole
from competition.models import Call
from competition.selectors.workspace_list import workspace_calls
from tests import factories
from tests.workspace_client import queries_of, staff_client

pytestmark = pytest.mark.django_db
LIST = "/admin/calls/"
DAY = dt.timedelta(days=1)


def found(user, **asked):
    return [call.title for call in workspace_calls(user, asked, timezone.now()).rows]


def make_calls_in_every_phase(programme):
    """One call for each phase, called by its code."""
    now = timezone.now()
    opened = {"opens_at": now - 40 * DAY, "deadline": now - 10 * DAY, "published_at": now - 50 * DAY}
    milestones = {
        Phase.ASSESSMENT: "formal_check_completed_at",
        Phase.JURY_MEETING: "assessment_completed_at",
        Phase.DECISION: "recommended_at",
        Phase.LETTERS: "decided_at",
        Phase.COMPLETED: "result_published_at",
        Phase.ARCHIVED: "archived_at",
        Phase.CANCELLED: "cancelled_at",
    }
    instants = {
        Phase.DRAFT: {},
        Phase.ANNOUNCED: {"opens_at": now + DAY, "deadline": now + 40 * DAY, "published_at": now - DAY},
        Phase.OPEN: opened | {"deadline": now + DAY},
        Phase.FORMAL_CHECK: opened,
    } | {phase: opened | {name: now - DAY} for phase, name in milestones.items()}
    for phase in Phase:
        call = factories.make_call(programme=programme, publish=False, title_en=phase.value)
        factories.set_instants(call, **instants[phase])


class TestPhases:
    def test_the_database_finds_the_phase_that_the_call_says(self):
        make_calls_in_every_phase(factories.make_programme())
        now = timezone.now()

        by_phase = {phase: list(Call.objects.in_phase(phase, now)) for phase in Phase}

        assert {phase: [call.phase_at(now) for call in calls] for phase, calls in by_phase.items()} == {
            phase: [phase] for phase in Phase
        }

    @pytest.mark.parametrize("at", [-41 * DAY, -40 * DAY, -10 * DAY, -9 * DAY, DAY])
    def test_at_any_instant_every_call_is_found_in_one_phase(self, at):
        make_calls_in_every_phase(factories.make_programme())
        now = timezone.now() + at

        pairs = [(call.phase_at(now), phase) for phase in Phase for call in Call.objects.in_phase(phase, now)]

        assert len(pairs) == len(Phase)
        assert all(said == searched for said, searched in pairs)


class TestNarrowing:
    def test_archived_calls_are_shown_when_asked_for(self):
        programme = factories.make_programme()
        user = factories.owner_of(programme)
        make_calls_in_every_phase(programme)

        assert "archived" not in found(user)
        assert found(user, show="archived") == ["archived"]
        assert len(found(user, show="all")) == len(Phase)

    def test_phase_programme_and_words_narrow_together(self):
        programme, other = factories.make_programme(slug="north"), factories.make_programme(slug="south")
        user = factories.owner_of(programme)
        factories.add_role(other, user, ProgrammeRole.OBSERVER)
        for place in (programme, other):
            factories.make_call(programme=place, title_en=f"Water {place.slug}")
            factories.make_call(programme=place, title_en=f"Draft of water {place.slug}", publish=False)

        assert found(user, phase="open", programme="south", q="  water ") == ["Water south"]
        assert found(user, phase="draft", show="mine") == ["Draft of water north"]
        assert found(user, phase="open", programme="south", show="mine") == []

    @pytest.mark.parametrize("asked", [{"phase": "soon"}, {"programme": "\x00"}, {"show": "9"}, {"q": "\x00"}])
    def test_unknown_values_ask_for_nothing(self, asked):
        call = factories.make_call()

        assert found(factories.owner_of(call.programme), **asked) == [call.title]

    def test_another_programmes_calls_are_never_found(self):
        call = factories.make_call()
        stranger = factories.owner_of(factories.make_programme())

        assert found(stranger, programme=call.programme.slug, show="all") == []


class TestPage:
    def test_filters_stay_while_paging_and_can_be_taken_away_one_by_one(self, monkeypatch):
        monkeypatch.setattr("competition.views.workspace_base.WorkspaceView.page_of.__defaults__", (1,))
        programme = factories.make_programme()
        for number in range(2):
            factories.make_call(programme=programme, title_en=f"Water {number}")
        client = staff_client(programme)

        text = client.get(LIST + "?q=water&phase=open&show=mine").content.decode()

        assert 'href="?q=water&amp;phase=open&amp;show=mine&amp;p=2"' in text
        assert 'href="?q=water&amp;show=mine"' in text
        assert 'href="?q=water&amp;phase=open"' in text
        assert '<option value="open" selected>' in text

    def test_copying_is_offered_where_it_is_allowed(self):
        call = factories.make_call()
        client = staff_client(call.programme)
        observed = factories.make_call()
        factories.add_role(observed.programme, client.staff, ProgrammeRole.OBSERVER)

        text = client.get(LIST).content.decode()

        assert f"?copy={call.pk}" in text
        assert observed.title in text
        assert f"?copy={observed.pk}" not in text

    def test_nothing_found_leads_to_the_archived_ones_with_the_same_filters(self):
        call = factories.make_call()
        factories.set_instants(call, archived_at=timezone.now())
        client = staff_client(call.programme)

        text = client.get(LIST + "?q=call").content.decode()

        assert 'href="?q=call&amp;show=all"' in text
        assert call.title in client.get(LIST + "?q=call&show=all").content.decode()

    @pytest.mark.parametrize("number", [1, 6])
    def test_queries_do_not_grow_with_the_list(self, number):
        client = staff_client(factories.make_programme())
        for _n in range(number):
            programme = factories.make_programme()
            factories.add_role(programme, client.staff, ProgrammeRole.OWNER)
            factories.make_submitted_sketch(call=factories.make_call(programme=programme))

        assert queries_of(client, LIST + "?phase=open&q=call&show=mine") == 11
