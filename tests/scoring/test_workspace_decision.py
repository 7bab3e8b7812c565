"""Recommendation, decision, letters and result in the workspace, each by the one who may."""

import pytest

from competition.enums import ProgrammeRole
from notifications.enums import LetterState
from scoring.models import Decision, Recommendation
from scoring.selectors.letters import decision_letters
from tests.scoring import factories as jury
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db


def filled(client, url, **changed):
    """What a browser would send of the prefilled form, with reasons for everything."""
    form = client.get(url).context["form"]
    data = {"reasons": "The jury agreed."}
    for name in form.fields:
        value = form[name].value()
        if name.endswith("-reasons"):
            value = value or "Because of the need."
        if value not in (None, False, "") and name != "reasons":
            data[name] = value
    return data | changed


def test_the_recommendation_is_prefilled_from_the_ranking():
    call, run = jury.make_ranked(sketches=3, shortlist_size=1)
    client = staff_client(call.programme, ProgrammeRole.JURY_SECRETARY)
    url = url_of("scoring_workspace:recommend", call)

    proposals = client.get(url).context["form"].proposals
    client.post(url, filled(client, url))

    recommendation = Recommendation.objects.get(call=call)
    assert [(p.title, p.outcome) for p in proposals] == [
        ("Sketch 1", "award"),
        ("Sketch 2", "reject"),
        ("Sketch 3", "reject"),
    ]
    assert recommendation.run == run
    assert recommendation.items.get(outcome="award").sketch.title == "Sketch 1"


def test_a_recommendation_without_reasons_keeps_what_was_typed():
    call, _run = jury.make_ranked(sketches=2, shortlist_size=1)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:recommend", call)
    data = filled(client, url, reasons="Typed with care")
    empty = next(name for name in data if name.endswith("-reasons"))

    response = client.post(url, data | {empty: " "})

    form = response.context["form"]
    assert response.status_code == 422
    assert empty in form.errors
    assert form["reasons"].value() == "Typed with care"
    assert not Recommendation.objects.exists()


def test_a_departure_from_the_ranking_is_asked_for_at_its_field():
    call, run = jury.make_ranked(sketches=2, shortlist_size=1)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:recommend", call)
    first, second = (run.rows.get(rank=rank).sketch.reference for rank in (1, 2))
    swapped = {f"{first}-outcome": "reject", f"{second}-outcome": "award"}

    refused = client.post(url, filled(client, url, **swapped))
    reasons = {f"{second}-departure_reasons": "The jury voted 3 to 1."}
    accepted = client.post(url, filled(client, url, **swapped, **reasons))

    assert list(refused.context["form"].errors) == [f"{second}-departure_reasons"]
    assert accepted.status_code == 302


def test_whoever_recommended_cannot_decide():
    call, _run = jury.make_ranked(sketches=1, shortlist_size=1)
    both = staff_client(call.programme, ProgrammeRole.OWNER)
    staff_client(call.programme, ProgrammeRole.DECISION_MAKER, user=both.staff)
    url = url_of("scoring_workspace:recommend", call)
    both.post(url, filled(both, url))

    assert both.get(url_of("scoring_workspace:decide", call)).status_code == 404
    assert both.post(url_of("scoring_workspace:decide", call), {}).status_code == 404
    assert not Decision.objects.exists()


def test_the_decision_maker_decides_and_may_depart_with_reasons():
    call, _run = jury.make_ranked(sketches=2, shortlist_size=1)
    secretary = staff_client(call.programme, ProgrammeRole.JURY_SECRETARY)
    url = url_of("scoring_workspace:recommend", call)
    secretary.post(url, filled(secretary, url))
    maker = staff_client(call.programme, ProgrammeRole.DECISION_MAKER)
    url = url_of("scoring_workspace:decide", call)
    awarded = call.recommendation.items.get(outcome="award").sketch.reference
    changed = {f"{awarded}-outcome": "reject", f"{awarded}-shortlisted": ""}

    refused = maker.post(url, filled(maker, url, reasons="", **changed))
    accepted = maker.post(url, filled(maker, url, reasons="The money is gone.", **changed))

    assert "reasons" in refused.context["form"].errors
    assert accepted.status_code == 302
    assert not Decision.objects.get(call=call).items.filter(outcome="award").exists()


def test_letters_are_read_as_drafts_then_leave_together_before_the_result():
    call = jury.make_decided(sketches=2)
    client = staff_client(call.programme)
    letters, result = (
        url_of("scoring_workspace:decision_letters", call),
        url_of("scoring_workspace:publish_result", call),
    )

    too_soon = client.post(result, follow=True)
    client.post(letters, {"step": "prepare"})
    drafts = {letter.state for letter in decision_letters(call)}
    client.post(letters, {"step": "send"})
    client.post(letters, {"step": "send"})
    client.post(result)

    call.refresh_from_db()
    assert b"Applicants hear first" in too_soon.content
    assert drafts == {LetterState.DRAFT}
    assert {letter.state for letter in decision_letters(call)} == {LetterState.QUEUED}
    assert call.result_published_at is not None


def test_the_log_tells_all_of_it():
    call = jury.make_decided(sketches=1)
    client = staff_client(call.programme)

    page = client.get(url_of("workspace:log", call)).content.decode()

    assert "Made the recommendation" in page
    assert "Made the decision" in page
