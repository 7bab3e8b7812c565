"""Which questions are asked: the one rule behind task list, check, submission and version."""

import json

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from competition.conditions import Condition, asked_codes
from competition.enums import QuestionKind
from competition.errors import Incomplete
from competition.models import Question, QuestionOption
from competition.selectors.sections import read_draft
from competition.services.sketches import save_answers
from tests import factories

CODES = ["a", "b", "c", "d", "e"]
OPTIONS = ["x", "y", "true"]
conditions = st.dictionaries(
    st.sampled_from(CODES),
    st.builds(Condition, st.sampled_from([*CODES, ""]), st.frozensets(st.sampled_from(OPTIONS), max_size=2)),
)
answers = st.dictionaries(
    st.sampled_from(CODES),
    st.one_of(st.none(), st.booleans(), st.sampled_from(OPTIONS), st.lists(st.sampled_from(OPTIONS), max_size=3)),
)


@given(conditions, answers)
def test_what_is_asked_follows_from_what_is_asked_before(conditions, answers):
    asked = asked_codes(CODES, conditions, answers)

    for place, code in enumerate(CODES):
        condition = conditions.get(code)
        if condition is None:
            assert code in asked
        elif code in asked:
            assert condition.on in asked.intersection(CODES[:place])
            assert answers.get(condition.on) not in (None, False, [])
        elif condition.on in asked and condition.on in CODES[:place]:
            value = answers.get(condition.on)
            given_codes = {"true"} if value is True else {value} if isinstance(value, str) else set(value or ())
            assert not given_codes & condition.codes


@given(conditions, answers)
def test_answers_to_what_is_not_asked_change_nothing(conditions, answers):
    asked = asked_codes(CODES, conditions, answers)

    assert asked_codes(CODES, conditions, {code: answers.get(code) for code in asked}) == asked


# --- In a draft ------------------------------------------------------------------------------------------------------


@pytest.fixture
def chain(db):
    """A call that asks about a pilot: whether, of which kind if so, and how large if a large one."""
    call = factories.make_call()
    section = call.sections.get(code="carrying_out")

    def ask(code, kind, order, **fields):
        return Question.objects.create(
            call=call, section=section, code=code, kind=kind, order=order, label_en=code.capitalize(), **fields
        )

    pilot = ask("pilot", QuestionKind.CONFIRM, 101, required=False)
    kind = ask("pilot_kind", QuestionKind.CHOICE, 102, shown_if=pilot, shown_if_codes=["true"])
    for order, code in enumerate(("small", "large")):
        QuestionOption.objects.create(question=kind, order=order, code=code, label_en=code)
    ask("pilot_size", QuestionKind.NUMBER, 103, shown_if=kind, shown_if_codes=["large"])
    ask("pilot_plan", QuestionKind.LONG_TEXT, 104, shown_if=kind, shown_if_codes=["large"])
    return factories.make_sketch(call=call)


def fill(sketch, **values):
    return save_answers(by=factories.writer_of(sketch), sketch=sketch, values=values)


def test_what_is_not_asked_is_not_required_and_not_handed_in(chain):
    fill(chain, pilot=True, pilot_kind="large", pilot_size="12", pilot_plan="Plan")
    fill(chain, pilot=False)

    version = factories.submit(chain)

    asked = {question["code"] for question in version.questions}
    assert "pilot" in asked
    assert not {"pilot_kind", "pilot_size", "pilot_plan"} & (asked | version.answers.keys())
    assert json.loads(version.canonical)["questions"] == version.questions
    assert chain.answers.get(question__code="pilot_size").value == "12"


def test_what_is_asked_is_required(chain):
    fill(chain, pilot=True, pilot_kind="large")

    with pytest.raises(Incomplete) as refused:
        factories.submit(chain)

    assert sorted(refused.value.errors) == ["pilot_plan", "pilot_size"]


def test_a_wrong_answer_to_what_is_not_asked_stands_in_nobodys_way(chain):
    fill(chain, pilot=True, pilot_kind="large")
    result = fill(chain, pilot=False, pilot_size="many")

    assert result.errors == {}
    assert factories.submit(chain).number == 1


def test_task_list_and_page_show_what_is_asked(chain, client):
    client.force_login(factories.writer_of(chain))
    page = reverse("competition:section", args=[chain.reference, "carrying_out"])

    before = [section.code for section in read_draft(chain).sections]
    response = client.post(page, {"budget": "1", "pilot": "on", "pilot_kind": "large", "pilot_size": "3"})
    chain.refresh_from_db()
    after = [section.code for section in read_draft(chain).sections]

    assert "pilot_plan" not in before
    assert after.index("pilot_plan") == after.index("carrying_out") + 1
    assert response["Location"].endswith("/pilot_plan/")


def test_a_page_says_when_a_question_is_asked_and_keeps_what_it_did_not_show(chain, client):
    fill(chain, pilot=True, pilot_kind="large", pilot_size="12")
    client.force_login(factories.writer_of(chain))
    page = reverse("competition:section", args=[chain.reference, "carrying_out"])

    shown = client.get(page).content.decode()
    client.post(page, {"on_page": "budget", "budget": "7"})

    assert 'data-shown-if="pilot" data-shown-if-codes="true"' in shown
    assert "Only needed if the answer to “Pilot_kind” is “large”." in shown
    stored = dict(chain.answers.values_list("question__code", "value"))
    assert (stored["budget"], stored["pilot_size"], stored["pilot"]) == ("7", "12", True)


def test_a_page_whose_question_is_not_asked_still_keeps_what_is_typed(chain, client):
    client.force_login(factories.writer_of(chain))
    page = reverse("competition:section", args=[chain.reference, "pilot_plan"])

    response = client.get(page)
    saved = client.post(page, {"on_page": "pilot_plan", "pilot_plan": "Plan"})

    assert "this is not asked" in response.content.decode()
    assert saved.status_code == 302
    assert chain.answers.get(question__code="pilot_plan").value == "Plan"
