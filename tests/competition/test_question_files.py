"""The form of a call as a file: out and in again, and what is said to a broken one."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from competition.question_files import COLUMNS, LANGUAGES, BadFile, defused, read_file, to_csv, to_json, undefused
from competition.services.question_edit import create_question
from competition.services.question_import import form_of
from tests import factories
from tests.workspace_client import staff_client, url_of

GOOD = "code;kind;label_en;label_nb;options;options_en\r\ncolour;choice;Colour?;Farge?;red\r\n"

text = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
line = text.map(str.strip)
texts = st.dictionaries(st.sampled_from(LANGUAGES), text.filter(bool))
code = st.from_regex(r"\A[a-z][a-z_]{0,10}\Z")
questions = st.fixed_dictionaries(
    {
        "code": code,
        "section": st.just("") | code,
        "kind": st.sampled_from(["choice", "long_text"]),
        "required": st.booleans(),
        "public": st.booleans(),
        "max_chars": st.none() | st.integers(1, 99_999),
        "currency": st.sampled_from(["", "NOK"]),
        "max_files": st.none() | st.integers(1, 50),
        "max_megabytes": st.none() | st.integers(1, 25),
        "max_pages": st.none() | st.integers(1, 2000),
        "shown_if": st.just("") | code,
        "shown_if_codes": st.lists(code, max_size=3),
        "label": texts,
        "help_text": texts,
        "jury_label": texts,
        "options": st.lists(st.fixed_dictionaries({"code": code, "label": texts}), max_size=3),
    }
)


@given(st.lists(questions, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_again(questions):
    codes = list(dict.fromkeys(question["section"] for question in questions if question["section"]))
    form = {
        "sections": [{"code": one, "title": {"en": one}, "introduction": {}} for one in codes],
        "questions": questions,
    }

    as_json, as_csv = read_file(to_json(form).encode()), read_file(to_csv(form).encode())

    assert as_json.form == form
    assert as_csv.form == form
    assert as_json.problems == as_csv.problems == {}


@given(st.text(alphabet="'=+-@\tab", max_size=8))
def test_no_cell_is_a_formula_and_every_text_comes_back(cell):
    assert undefused(defused(cell)) == cell
    assert not defused(cell).startswith(("=", "+", "-", "@", "\t"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b" \r\n ", "The file is empty."),
        (GOOD.replace("Farge", "Får").encode("latin-1"), "not written in UTF-8"),
        (GOOD.encode("utf-16"), "written in UTF-16"),
        (b"%PDF-1.4\x00\x01", "This is no text file"),
        (b"x" * 5_000_000, "too large"),
        (b"label_en|kind\r\nA|choice\r\n", "Columns are missing: kind, label_nb"),
        (b"code;label_en\r\na;A\r\n", "Columns are missing: kind"),
        (b"kind;label_en\r\n", "The file holds no questions."),
        (b'kind;label_en\r\nchoice;"A', "The file is broken at line 2."),
        (b'{"questions": [', "The file is broken: line 1 is no JSON."),
        (b'{"questions": {}}', "no list “questions”"),
        (b'{"questions": [{"code": "a\\u0000"}]}', "This is no text file"),
        (b'{"questions": [{"code": "a\\ud800"}]}', "The file is broken"),
        (b"[" * 100_000, "The file is broken"),
        (b"kind;label_en\r\n" + b"date;A\r\n" * 201, "too many questions"),
    ],
)
def test_a_broken_file_is_named_for_what_it_is(content, message):
    with pytest.raises(BadFile) as wrong:
        read_file(content)

    assert message in str(wrong.value.message)


def test_bad_rows_are_named_by_their_lines_even_after_texts_of_several_lines():
    content = (
        'kind,label_en,help_text_en,required,max_chars\r\nlong_text,A,"Two\nlines",yes,10\r\n\r\n'
        "long_text,B,,perhaps,10\r\nlong_text,C\r\nlong_text,D,,no,many\r\n"
    )

    read = read_file(content.encode())

    assert {number: [str(one) for one in texts] for number, texts in read.problems.items()} == {
        5: ["Write “yes” or “no” under “required”."],
        6: ["The line has 2 columns and not 5: a separator is missing or one too many."],
        7: ["“max_chars” must be a whole number, or empty."],
    }


# --- In a call ------------------------------------------------------------------------------------------------------


@pytest.fixture
def call(db):
    return factories.make_call(publish=False)


@pytest.fixture
def client(call):
    return staff_client(call.programme)


def upload(client, call, content, **data):
    file = SimpleUploadedFile("form.csv", content if isinstance(content, bytes) else content.encode())
    return client.post(url_of("workspace:question_import", call), {"file": file, **data})


@pytest.mark.parametrize("extension", ["csv", "json"])
def test_an_export_put_in_place_of_another_form_gives_the_same_form(client, call, extension):
    first = create_question(
        by=client.staff,
        call=call,
        section=call.sections.last(),
        kind="choice",
        label_en="=Colour?",
        options=[{"code": "red", "label_en": "Red", "label_nb": "Rød"}, {"code": "green", "label_en": "-Green"}],
    )
    create_question(
        by=client.staff,
        call=call,
        section=call.sections.last(),
        kind="money",
        currency="EUR",
        label_en="How much?",
        shown_if=first,
        shown_if_codes=["red"],
    )
    before = form_of(call)
    exported = client.get(url_of("workspace:question_export", call, extension)).content

    other = factories.make_call(programme=call.programme, publish=False)
    seen = upload(client, other, exported, replace="yes")
    done = client.post(url_of("workspace:question_import", other), {"kept": seen.context["kept"]})

    after = form_of(other)
    assert done.status_code == 302
    assert after["questions"] == before["questions"]
    assert [one["title"] for one in after["sections"]] == [one["title"] for one in before["sections"]]
    assert extension == "csv" or after["sections"] == before["sections"]


def test_nothing_is_imported_before_it_is_confirmed_nor_when_the_signature_is_wrong(client, call):
    before = call.questions.count()
    row = GOOD.replace("choice", "long_text").replace(";red", ";;").replace("Farge?;;", "Farge?;;")

    seen = upload(client, call, row)
    forged = client.post(url_of("workspace:question_import", call), {"kept": "x" + seen.context["kept"]})
    unchanged = call.questions.count()
    client.post(url_of("workspace:question_import", call), {"kept": seen.context["kept"]})

    assert (seen.status_code, forged.status_code, unchanged) == (200, 422, before)
    assert call.questions.get(code="colour").label_nb == "Farge?"


def test_every_bad_row_is_marked_and_nothing_is_imported(client, call):
    before = call.questions.count()
    rows = [
        {"kind": "long_text", "label_en": "Good"},
        {"kind": "poem", "label_en": "Unknown kind"},
        {"kind": "long_text", "label_en": "Taken", "code": "need"},
        {"kind": "long_text", "label_en": "One", "code": "twice"},
        {"kind": "long_text", "label_en": "Two", "code": "twice"},
        {"kind": "choice", "label_en": "No options"},
        {"kind": "long_text", "label_en": "Later", "shown_if": "nothing", "shown_if_codes": "x"},
        {"kind": "long_text", "label_en": "x" * 301},
        {"kind": "long_text", "label_nb": "Bare norsk"},
        {"kind": "long_text", "label_en": "Odd", "code": "not a code"},
    ]
    content = "\r\n".join([";".join(COLUMNS), *(";".join(row.get(name, "") for name in COLUMNS) for row in rows)])

    response = upload(client, call, content)

    wrong = {row["line"]: row["problems"] for row in response.context["rows"]}
    assert response.status_code == 422
    assert response.context["kept"] == ""
    assert (wrong[2], wrong[5]) == ([], [])
    assert [number for number, problems in wrong.items() if problems] == [3, 4, 6, 7, 8, 9, 10, 11]
    assert wrong[6] == ["code: Another line of the file has the same code."]
    assert call.questions.count() == before


def test_json_of_the_wrong_shapes_is_answered_and_never_breaks(client, call):
    odd = [1, {}, {"kind": 3}, {"kind": "choice", "options": 7, "label": [], "max_chars": "x", "section": {"a": 1}},
           {"kind": "long_text", "label": {"en": "A"}, "section": "x" * 99, "max_chars": 10**30}]  # fmt: skip

    response = upload(client, call, json.dumps({"questions": odd, "sections": [{"code": "x" * 99}, 5]}), replace="yes")

    assert response.status_code == 422
    assert [row["line"] for row in response.context["rows"] if row["problems"]] == [1, 2, 3, 4, 5]


def test_a_form_that_somebody_has_answered_is_not_replaced(client, call):
    sketch_call = factories.make_call(programme=call.programme)
    factories.make_sketch(call=sketch_call)
    factories.set_instants(sketch_call, published_at=None)

    response = upload(client, sketch_call, GOOD, replace="yes")

    assert response.status_code == 302
    assert sketch_call.questions.count() == 13
