"""Building the form of a call in the workspace, with nothing but pages and buttons."""

import datetime as dt

import pytest
from django.utils import timezone

from competition.enums import ProgrammeRole
from competition.models import Question
from competition.selectors.form_structure import order_of, parts_of, revision_of
from competition.services.question_edit import create_question, update_question
from competition.services.question_options import options_of
from tests import factories
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return factories.make_call(publish=False)


@pytest.fixture
def client(call):
    return staff_client(call.programme)


def typed(**fields):
    return {"label_en": "Which colour?", "kind": "choice", "section": "about_need", "required": "on"} | fields


OPTIONS = {
    "options-0-code": "",
    "options-0-en": "Red",
    "options-0-nb": "Rød",
    "options-1-code": "",
    "options-1-en": "Green",
    "options-1-nb": "",
}


def test_a_question_is_added_with_its_options(client, call):
    response = client.post(url_of("workspace:question_new", call), typed(**OPTIONS, jury_label_en="Colour"))

    question = call.questions.get(code="which_colour")
    assert response["Location"] == url_of("workspace:questions", call)
    assert (question.section.code, question.required, question.jury_label_en) == ("about_need", True, "Colour")
    assert [(one["code"], one["label_en"], one["label_nb"]) for one in options_of(question)] == [
        ("red", "Red", "Rød"),
        ("green", "Green", ""),
    ]


def test_buttons_of_the_options_save_nothing_and_lose_nothing(client, call):
    page = url_of("workspace:question_new", call)

    added = client.post(page, typed(**OPTIONS, **{"options-do": "add"}))
    down = client.post(page, typed(**OPTIONS, **{"options-do": "down 0"}))
    removed = client.post(page, typed(**OPTIONS, **{"options-do": "remove 0"}))

    def texts(response):
        return [row["cells"][1][2] for row in response.context["form"].option_rows()]

    assert not call.questions.filter(kind="choice").exists()
    assert {added.status_code, down.status_code, removed.status_code} == {200}
    assert [texts(added), texts(down), texts(removed)] == [["Red", "Green", ""], ["Green", "Red"], ["Green", ""]]
    assert added.context["form"]["label_en"].value() == "Which colour?"
    assert not added.context["form"].errors


def test_an_option_keeps_its_code_when_its_text_changes(client, call):
    client.post(url_of("workspace:question_new", call), typed(**OPTIONS))
    page = url_of("workspace:question", call, "which_colour")

    renamed = OPTIONS | {"options-0-code": "red", "options-0-en": "Crimson", "options-1-code": "green"}
    client.post(page, typed(**renamed))

    assert [(one["code"], one["label_en"]) for one in options_of(call.questions.get(code="which_colour"))] == [
        ("red", "Crimson"),
        ("green", "Green"),
    ]


def test_a_condition_is_chosen_among_earlier_answers(client, call):
    client.post(url_of("workspace:question_new", call), typed(**OPTIONS))
    fields = typed(label_en="Why red?", kind="long_text", shown_if="which_colour")

    none = client.post(url_of("workspace:question_new", call), fields)
    other = client.post(url_of("workspace:question_new", call), fields | {"shown_if_codes": ["endorsement:true"]})
    right = client.post(url_of("workspace:question_new", call), fields | {"shown_if_codes": ["which_colour:red"]})

    assert none.context["form"].errors["shown_if_codes"] == ["Choose at least one answer after which this is asked."]
    assert other.status_code == 422
    assert right.status_code == 302
    why = call.questions.get(code="why_red")
    assert (why.shown_if.code, why.shown_if_codes) == ("which_colour", ["red"])
    shown = client.get(url_of("workspace:question", call, "why_red")).context["form"]
    assert (shown["shown_if"].value(), shown["shown_if_codes"].value()) == ("which_colour", ["which_colour:red"])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"label_en": ""}, "label_en"),
        ({"label_en": "x" * 301}, "label_en"),
        ({"label_nb": "bad \x01 sign"}, "label_nb"),
        ({"max_chars": "9" * 30, "kind": "long_text"}, "max_chars"),
        ({"max_chars": "-1", "kind": "long_text"}, "max_chars"),
        ({"kind": "nonsense"}, "kind"),
        ({"section": "nonsense"}, "section"),
        ({"code": "need"}, "code"),
        ({"code": "not a code"}, "code"),
        ({"currency": "KRONER", "kind": "money"}, "currency"),
        ({"options-1-en": "x" * 201}, "options"),
        ({"options-1-en": "", "options-1-nb": "Bare norsk"}, "options"),
    ],
)
def test_bad_input_is_said_at_the_field_and_kept(client, call, fields, field):
    response = client.post(url_of("workspace:question_new", call), typed(**(OPTIONS | fields)))

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert all(form.data[name] == value for name, value in fields.items())
    assert not call.questions.filter(kind="choice").exists()


def test_the_later_of_two_owners_is_told_and_decides(client, call):
    need = call.questions.get(code="need")
    form = client.get(url_of("workspace:question", call, "need")).context["form"]
    mine = {name: value for name in form.fields if isinstance(value := form[name].value(), (str, int))}
    update_question(by=client.staff, question=need, label_en="Theirs")

    conflict = client.post(url_of("workspace:question", call, "need"), mine | {"label_en": "Mine"})
    again = {"label_en": "Mine", "revision": conflict.context["form"]["revision"].value()}
    settled = client.post(url_of("workspace:question", call, "need"), mine | again)

    need.refresh_from_db()
    assert conflict.status_code == 422
    assert "Saved by somebody else: Theirs" in conflict.content.decode()
    assert 'value="Mine"' in conflict.content.decode()
    assert settled.status_code == 302
    assert need.label_en == "Mine"


# --- The list -------------------------------------------------------------------------------------------------------


def arrange(client, call, **data):
    order = order_of(parts_of(call))
    return client.post(url_of("workspace:form_arrange", call), {"revision": revision_of(order), **data}, follow=True)


def test_buttons_move_and_say_so_and_keep_the_focus(client, call):
    response = arrange(client, call, move="down question:title")

    page = response.content.decode()
    assert order_of(parts_of(call))[:2] == ["question:topics", "question:title"]
    assert "“Title” is now number 2." in page
    assert page.count("autofocus data-ws-focus") == 1
    assert 'value="down question:title" autofocus data-ws-focus' in page


def test_a_dragged_order_is_saved_by_the_same_door(client, call):
    order = order_of(parts_of(call))

    arrange(client, call, order=" ".join([order[1], order[0], *order[2:]]), item="question:title")
    stale = client.post(
        url_of("workspace:form_arrange", call), {"revision": revision_of(order), "order": " ".join(order)}, follow=True
    )

    assert order_of(parts_of(call))[:2] == ["question:topics", "question:title"]
    assert "Somebody else has changed the form in the meantime" in stale.content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"move": "up"}, {"move": "up question:nothing"}, {"order": "question:need " * 900}, {"revision": "x"}]
)
def test_an_order_that_is_none_changes_nothing(client, call, data):
    before = order_of(parts_of(call))

    response = client.post(url_of("workspace:form_arrange", call), data)

    assert response.status_code == 302
    assert order_of(parts_of(call)) == before


def test_a_question_is_copied_and_removed(client, call):
    copied = client.post(url_of("workspace:question_copy", call, "need"))
    page = client.get(url_of("workspace:question_remove", call, "need_2"))
    client.post(url_of("workspace:question_remove", call, "need_2"), {"revision": "0"})

    assert copied["Location"] == url_of("workspace:question", call, "need_2")
    assert "Nobody has answered it" in page.content.decode()
    assert not call.questions.filter(code="need_2").exists()


def test_sections_are_added_changed_copied_and_removed(client, call):
    client.post(url_of("workspace:section_new", call), {"title_en": "Pilot", "title_nb": "Pilot"})
    wrong = client.post(url_of("workspace:section", call, "pilot"), {"title_en": ""})
    client.post(url_of("workspace:section", call, "pilot"), {"title_en": "The pilot", "introduction_en": "If any."})
    client.post(url_of("workspace:section_copy", call, "pilot"))
    asked = client.get(url_of("workspace:section_remove", call, "pilot"))
    there = call.sections.filter(code="pilot").exists()
    client.post(url_of("workspace:section_remove", call, "pilot"))

    assert (asked.status_code, there) == (200, True)
    assert wrong.status_code == 422
    assert list(call.sections.values_list("code", "title_en"))[-1] == ("the_pilot", "The pilot")
    assert not call.sections.filter(code="pilot").exists()


def test_an_open_call_shows_no_buttons_that_build_at_once(client, call):
    factories.set_instants(call, published_at=timezone.now(), opens_at=timezone.now() - dt.timedelta(days=1))

    page = client.get(url_of("workspace:questions", call)).content.decode()
    refused = client.post(url_of("workspace:question_copy", call, "need"), follow=True)
    new = client.get(url_of("workspace:question_new", call)).content.decode()

    assert "The call is open" in page
    assert 'name="move"' not in page
    assert "can no longer be added, moved or removed" in refused.content.decode()
    assert "Gather the question" in new
    assert not call.questions.filter(code="need_2").exists()


def test_an_observer_reads_the_form_and_builds_nothing(call):
    observer = staff_client(call.programme, ProgrammeRole.OBSERVER)

    page = observer.get(url_of("workspace:questions", call)).content.decode()

    assert 'name="move"' not in page
    assert observer.post(url_of("workspace:form_arrange", call), {}).status_code == 404
    assert observer.get(url_of("workspace:form_preview", call)).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_list_editor_and_preview_ask_the_same_of_any_form(client, call, number):
    section = call.sections.first()
    Question.objects.bulk_create(
        Question(call=call, section=section, order=100 + n, code=f"q{n}", kind="choice", label_en=f"Q {n}")
        for n in range(number)
    )

    counts = [
        queries_of(client, url_of("workspace:questions", call)),
        queries_of(client, url_of("workspace:question", call, "need")),
        queries_of(client, url_of("workspace:form_preview", call)),
    ]

    assert counts == [12, 15, 9]


# --- Preview --------------------------------------------------------------------------------------------------------


def test_the_whole_form_is_shown_in_each_language_and_sends_nothing(client, call):
    client.post(url_of("workspace:question_new", call), typed(**OPTIONS))

    english = client.get(url_of("workspace:form_preview", call))
    norwegian = client.get(url_of("workspace:form_preview", call) + "?language=nb").content.decode()

    page = english.content.decode()
    assert "<form" not in page
    assert 'lang="en"' in page
    assert "About the need" in page
    assert "Rød" in norwegian
    assert "Om behovet" in norwegian
    assert "form-action 'none'; frame-ancestors 'self'" in english["Content-Security-Policy"]
    assert english["X-Frame-Options"] == "SAMEORIGIN"


def test_a_question_is_shown_as_it_is_typed_and_nothing_is_saved(client, call):
    before = call.questions.count()

    response = client.post(
        url_of("workspace:question_preview", call), typed(**OPTIONS, preview_language="nb", label_nb="Hvilken farge?")
    )
    unfinished = client.post(url_of("workspace:question_preview", call), {"kind": "nonsense", "label_en": "x" * 400})
    stored = client.get(url_of("workspace:question_preview", call) + "?question=need&language=nb")

    page = response.content.decode()
    assert "Hvilken farge?" in page
    assert "Rød" in page
    assert {response.status_code, unfinished.status_code, stored.status_code} == {200}
    assert "behovet" in stored.content.decode()
    assert call.questions.count() == before


def test_a_preview_says_when_a_question_is_asked(client, call):
    first = create_question(by=client.staff, call=call, label_en="Pilot?", kind="confirm")
    create_question(
        by=client.staff, call=call, label_en="Which pilot?", kind="short_text", shown_if=first, shown_if_codes=["true"]
    )

    page = client.get(url_of("workspace:question_preview", call) + "?question=which_pilot").content.decode()

    assert "Only needed if the answer to “Pilot?” is Yes." in page
