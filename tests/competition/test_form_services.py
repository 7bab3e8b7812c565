"""Building the form of a call: questions, options, conditions, sections and their order."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.enums import QuestionKind
from competition.errors import StaleEdit
from competition.models import Question, QuestionSection
from competition.selectors.form_structure import moved, order_of, parts_of, revision_of
from competition.selectors.sections import questions_of
from competition.services.form_edit import (
    StaleOrder,
    arrange_form,
    copy_section,
    create_section,
    remove_section,
    update_section,
)
from competition.services.question_edit import (
    copy_question,
    create_question,
    remove_question,
    shown_values,
    update_question,
)
from competition.services.question_options import options_of
from competition.services.questions import copy_form
from competition.services.revisions import digest
from competition.services.sketches import save_answers
from tests import factories

pytestmark = pytest.mark.django_db

COLOURS = [
    {"code": "red", "label_en": "Red", "label_nb": "Rød"},
    {"code": "green", "label_en": "Green", "label_nb": ""},
]


@pytest.fixture
def call():
    return factories.make_call(publish=False)


@pytest.fixture
def owner(call):
    return factories.owner_of(call.programme)


def order(call):
    return order_of(parts_of(call))


def ask(owner, call, label="What colour?", kind=QuestionKind.CHOICE, **fields):
    if kind == QuestionKind.CHOICE:
        fields.setdefault("options", COLOURS)
    return create_question(by=owner, call=call, label_en=label, kind=kind, **fields)


def errors_of(act):
    with pytest.raises(InvalidInput) as refused:
        act()
    return {name: str(text) for name, text in refused.value.errors.items()}


# --- Questions -------------------------------------------------------------------------------------------------------


def test_a_new_question_stands_at_the_end_of_its_section_with_a_code_of_its_own(call, owner):
    section = call.sections.get(code="about_need")

    first = ask(owner, call, "Ønsket farge?", section=section)
    second = ask(owner, call, "Ønsket farge?", section=section)
    numbers = list(call.questions.values_list("order", flat=True))

    assert (first.code, second.code) == ("onsket_farge", "onsket_farge_2")
    assert [one.code for one in questions_of(call) if one.section_id == section.pk][-2:] == [first.code, second.code]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert [one["code"] for one in options_of(first)] == ["red", "green"]


@pytest.mark.parametrize("label", ["Facts", "Check", "About need", "Need"])
def test_a_code_is_never_that_of_a_page_a_section_or_another_question(call, owner, label):
    question = ask(owner, call, label)

    assert question.code == f"{label.lower().replace(' ', '_')}_2"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"label": ""}, {"label_en": "Write the question in the main language of the call."}),
        ({"options": COLOURS[:1]}, {"options": "Write at least two options."}),
        (
            {"options": [*COLOURS, {"code": "x", "label_nb": "Blå"}]},
            {"options": "Write every option in the main language of the call."},
        ),
        ({"max_chars": 5}, {"max_chars": "Only a text has a limit in characters."}),
        (
            {"kind": "money", "currency": "kr"},
            {"currency": "Write the currency with three capital letters, for instance NOK."},
        ),
        ({"code": "need"}, {"code": "This code is taken, by another question or section, or by the site itself."}),
        ({"code": "check"}, {"code": "This code is taken, by another question or section, or by the site itself."}),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_at_its_field(call, owner, fields, wrong):
    assert errors_of(lambda: ask(owner, call, **fields)) == wrong


def test_columns_refuse_what_they_cannot_hold(call, owner):
    wrong = errors_of(lambda: ask(owner, call, "x" * 301, kind="long_text", max_chars=10**12))

    assert sorted(wrong) == ["label_en", "max_chars"]


def test_a_later_editor_is_told_and_overwrites_nothing(call, owner):
    question = ask(owner, call)
    update_question(by=owner, question=question, expected_revision=0, label_en="Theirs", options=COLOURS[::-1])

    with pytest.raises(StaleEdit) as stale:
        update_question(by=owner, question=question, expected_revision=0, label_en="Mine", options=COLOURS)

    question.refresh_from_db()
    assert stale.value.theirs["label_en"] == "Theirs"
    assert stale.value.theirs["options"] == "green: Green\nred: Rød / Red"
    assert (question.label_en, question.revision) == ("Theirs", 1)


def test_a_stranger_builds_nothing(call):
    stranger = factories.make_user()

    with pytest.raises(NotAllowed):
        ask(stranger, call)
    with pytest.raises(NotAllowed):
        arrange_form(by=stranger, call=call, order=order(call))


def test_once_the_call_is_open_the_form_stands(owner, call):
    call.published_at = timezone.now()
    call.save()
    need = call.questions.get(code="need")

    wrong = errors_of(lambda: update_question(by=owner, question=need, label_en="Clearer", kind="number"))
    for act in (
        lambda: ask(owner, call),
        lambda: copy_question(by=owner, question=need),
        lambda: remove_question(by=owner, question=need),
        lambda: create_section(by=owner, call=call, title_en="More"),
        lambda: remove_section(by=owner, section=call.sections.first()),
        lambda: arrange_form(by=owner, call=call, order=order(call)),
    ):
        with pytest.raises(Refused, match="The call is open"):
            act()

    assert wrong == {
        "label_en": "The call has opened: this changes by an amendment.",
        "kind": "The call is open: applicants have begun to answer.",
    }
    assert Question.objects.get(pk=need.pk).label_en == need.label_en


def test_a_published_call_that_is_not_open_yet_changes_but_keeps_its_codes(owner):
    call = factories.make_call(opens_at=timezone.now() + dt.timedelta(days=2))
    by, need = factories.owner_of(call.programme), call.questions.get(code="need")

    update_question(by=by, question=need, required=False, max_chars=100)

    assert errors_of(lambda: update_question(by=by, question=need, code="other")) == {
        "code": "The code cannot change after the call was published."
    }


# --- Conditions and removal ------------------------------------------------------------------------------------------


def test_a_question_depends_only_on_an_earlier_choice_with_answers_that_it_offers(call, owner):
    first, second = ask(owner, call, "First"), ask(owner, call, "Second")

    def depend(on, codes, question=second):
        return errors_of(lambda: update_question(by=owner, question=question, shown_if=on, shown_if_codes=codes))

    assert depend(second, ["red"], first) == {"shown_if": "A question can only depend on one that comes before it."}
    assert depend(first, ["blue"]) == {"shown_if_codes": "“First” does not offer this answer."}
    assert depend(first, []) == {"shown_if_codes": "Choose at least one answer after which this is asked."}
    assert depend(call.questions.get(code="title"), ["x"]) == {
        "shown_if": "A question can only depend on a choice or a confirmation."
    }
    assert depend(second, ["red"]) == {"shown_if": "A question can only depend on one that comes before it."}


def test_what_only_one_of_two_editors_changed_is_kept_of_both(call, owner):
    question = ask(owner, call)
    seen = {name: digest(value) for name, value in shown_values(question, ["label_en", "options"]).items()}
    update_question(by=owner, question=question, label_en="Theirs")

    update_question(
        by=owner, question=question, expected_revision=0, seen=seen, label_en="What colour?", options=COLOURS[::-1]
    )

    assert question.label_en == "Theirs"
    assert [one["code"] for one in options_of(question)] == ["green", "red"]


def test_what_a_condition_rests_on_stays(call, owner):
    first = ask(owner, call, "First")
    second = ask(owner, call, "Second", shown_if=first, shown_if_codes=["red"])

    without_red = [{"code": "blue", "label_en": "Blue"}, COLOURS[1]]
    wrong = errors_of(lambda: update_question(by=owner, question=first, options=without_red))
    with pytest.raises(Refused, match="These depend on it: “Second”"):
        remove_question(by=owner, question=first)
    swapped = moved(order(call), "question:second", up=True)
    with pytest.raises(Refused, match="“Second” must come after the question that it depends on"):
        arrange_form(by=owner, call=call, order=swapped)

    assert list(wrong) == [""]
    assert "“Second” depends on this question" in wrong[""]
    assert Question.objects.filter(pk__in=[first.pk, second.pk]).count() == 2
    assert [one["code"] for one in options_of(first)] == ["red", "green"]


def test_a_question_that_has_answers_stays_and_says_how_many(call, owner):
    question = ask(owner, call)
    empty = ask(owner, call, "Nobody answered this", kind="short_text")
    factories.set_instants(call, published_at=timezone.now())
    for _n in range(2):
        sketch = factories.make_sketch(call=call)
        by = factories.writer_of(sketch)
        save_answers(by=by, sketch=sketch, values={question.code: "red", empty.code: "x"})
        save_answers(by=by, sketch=sketch, values={empty.code: ""})
    factories.set_instants(call, published_at=None)

    with pytest.raises(Refused, match="2 sketches have an answer to this question already"):
        remove_question(by=owner, question=question)
    kind = errors_of(lambda: update_question(by=owner, question=question, kind="date", options=[]))
    without_red = [COLOURS[1], {"code": "b", "label_en": "B"}]
    gone = errors_of(lambda: update_question(by=owner, question=question, options=without_red))
    remove_question(by=owner, question=empty)

    assert list(kind) == ["kind"]
    assert gone == {"options": "Somebody has chosen “Red” already, so that it must stay."}
    assert not Question.objects.filter(pk=empty.pk).exists()


def test_the_title_stays_what_it_is(call, owner):
    title = call.questions.get(code="title")

    with pytest.raises(Refused, match="Every sketch needs a title"):
        remove_question(by=owner, question=title)
    wrong = errors_of(lambda: update_question(by=owner, question=title, required=False, kind="long_text"))

    assert sorted(wrong) == ["kind", "required"]


def test_a_copy_stands_below_its_original_with_its_options_and_its_condition(call, owner):
    first = ask(owner, call, "First")
    second = ask(owner, call, "Second", shown_if=first, shown_if_codes=["red"], jury_label_en="Word")
    ask(owner, call, "Third")

    copy = copy_question(by=owner, question=second)

    codes = [question.code for question in questions_of(call)]
    assert codes[codes.index("second") + 1] == copy.code == "second_2"
    assert (copy.shown_if, copy.shown_if_codes, copy.jury_label_en) == (first, ["red"], "Word")
    assert options_of(copy) == options_of(second)


# --- Order and sections ----------------------------------------------------------------------------------------------


def test_moving_step_by_step_reaches_every_place_and_comes_back(call):
    form = order(call)

    down = moved(form, "question:title", up=False)
    across = moved(form, "question:topics", up=False)
    section = moved(form, "section:about_need", up=False)

    assert down[:2] == ["question:topics", "question:title"]
    assert across[1:3] == ["section:about_need", "question:topics"]
    assert section[2] == "section:new_and_shared"
    assert moved(section, "section:about_need", up=True) == form
    assert moved(form, "question:title", up=True) == moved(form, "section:about_need", up=True) == form
    assert moved(form, "question:nothing", up=True) == form


def test_arranging_moves_questions_between_sections_and_numbers_follow(call, owner):
    form = order(call)
    wanted = moved(moved(form, "question:topics", up=False), "section:formalities", up=True)

    arrange_form(by=owner, call=call, order=wanted, expected_revision=revision_of(form))

    assert order(call) == wanted
    assert call.questions.get(code="topics").section.code == "about_need"
    assert [one.code for one in call.questions.all()] == [
        item.removeprefix("question:") for item in wanted if item.startswith("question:")
    ]


def test_an_order_of_a_form_that_has_changed_is_refused(call, owner):
    form = order(call)
    ask(owner, call)

    with pytest.raises(StaleOrder):
        arrange_form(by=owner, call=call, order=form)
    with pytest.raises(StaleOrder):
        arrange_form(by=owner, call=call, order=order(call), expected_revision=revision_of(form))
    with pytest.raises(StaleOrder):
        arrange_form(by=owner, call=call, order=[*order(call), "question:need"])


def test_sections_come_and_change_and_go_without_their_questions(call, owner):
    section = create_section(by=owner, call=call, title_en="Pilot", title_nb="Pilot")
    question = ask(owner, call, section=section)

    changed = update_section(by=owner, section=section, expected_revision=0, introduction_en="Only if you have one.")
    with pytest.raises(StaleEdit):
        update_section(by=owner, section=section, expected_revision=0, introduction_en="Something else")
    wrong = errors_of(lambda: update_section(by=owner, section=section, title_en=""))
    remove_section(by=owner, section=section)

    question.refresh_from_db()
    assert (section.code, changed.introduction_en, changed.revision) == ("pilot", "Only if you have one.", 1)
    assert wrong == {"title_en": "Write the title in the main language of the call."}
    assert question.section.code == "formalities"
    assert not QuestionSection.objects.filter(pk=section.pk).exists()


def test_a_copied_section_keeps_its_conditions_among_its_own(call, owner):
    section = create_section(by=owner, call=call, title_en="Pilot")
    first = ask(owner, call, "First", section=section)
    ask(owner, call, "Second", section=section, shown_if=first, shown_if_codes=["red"])

    copy = copy_section(by=owner, section=section)

    assert order(call)[-3:] == [f"section:{copy.code}", "question:first_2", "question:second_2"]
    assert order(call)[-6:-3] == ["section:pilot", "question:first", "question:second"]
    assert call.questions.get(code="second_2").shown_if == call.questions.get(code="first_2")


def test_a_form_is_copied_whole_whatever_language_somebody_reads(call, owner):
    first = ask(owner, call, "First", section=call.sections.last(), label_nb="Først")
    ask(owner, call, "Second", section=call.sections.last(), shown_if=first, shown_if_codes=["red"])
    target = factories.make_call(publish=False)
    target.questions.all().delete()
    target.sections.all().delete()

    with translation.override("sv"):
        copy_form(source=call, target=target)

    copied = target.questions.get(code="second")
    assert order(target) == order(call)
    assert (copied.shown_if, copied.shown_if_codes) == (target.questions.get(code="first"), ["red"])
    assert options_of(copied) == options_of(call.questions.get(code="second"))
    assert (copied.label_en, copied.label_sv, copied.shown_if.label_nb) == ("Second", None, "Først")
    with pytest.raises(ValueError, match="form already"):
        copy_form(source=call, target=target)
