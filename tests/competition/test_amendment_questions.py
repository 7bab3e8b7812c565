"""Questions that come and go by amendment while the call is open."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.amending import read_changes
from competition.enums import AmendmentKind, Phase, QuestionKind, SketchState
from competition.errors import Incomplete, Overtaken, StaleEdit
from competition.models import Answer, Call, Question, QuestionOption
from competition.selectors.amendments import shown_amendments
from competition.selectors.sections import questions_of, read_draft, standing
from competition.services.amendable_questions import question_json
from competition.services.amendment_effects import effects_of
from competition.services.amendment_rows import gather_addition, gather_removal
from competition.services.amendments import edit_count
from competition.services.revisions import digest
from competition.services.sketches import save_answers
from competition.services.submission import submit_sketch
from tests import factories
from tests.competition.amendments import gather_changes, publish

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ENOUGH = {"en": "It is one line."}


def make_choice(call, code, **fields):
    question = Question.objects.create(
        call=call, order=90, code=code, kind=QuestionKind.CHOICE, label_en=code, **fields
    )
    for order, option in enumerate(("yes", "no")):
        QuestionOption.objects.create(question=question, order=order, code=option, label_en=option)
    return question


def answer_as(sketch, **answers):
    save_answers(by=sketch.created_by, sketch=sketch, values=answers)


def add(call, label="Who maintains it?", *, by=None, code="", expected_revision=None, seen=None, **fields):
    fields = {"kind": QuestionKind.SHORT_TEXT, "required": True, "public": False, "label_en": label} | fields
    return gather_addition(
        by=by or factories.owner_of(call.programme),
        call=call,
        kind="question",
        values=question_json(fields),
        code=code,
        expected_revision=expected_revision,
        seen=seen,
    )


def remove(call, code, **arguments):
    return gather_removal(by=factories.owner_of(call.programme), call=call, kind="question", code=code, **arguments)


def publish_change(call, **arguments):
    arguments = {"kind": AmendmentKind.CHANGE, "no_extension_reasons": ENOUGH} | arguments
    return publish(call, **arguments)


def codes_of(call):
    return [question.code for question in questions_of(call)]


def effects(call):
    return effects_of(call, read_changes(call.amendments.gathering().get().changes))


def again(sketch):
    return type(sketch).objects.with_window().get(pk=sketch.pk)


# --- A question comes -----------------------------------------------------------------------------------------------


def test_a_gathered_question_is_asked_once_it_is_published():
    call = factories.make_call()
    before = codes_of(call)

    add(call, help_text_en="In five years.", max_chars=200)
    gathered = codes_of(call)
    amendment = publish_change(call)

    question = Question.objects.get(call=call, code="who_maintains_it")
    assert gathered == before
    assert codes_of(call) == [*before[:2], "who_maintains_it", *before[2:]]  # at the end of those without a section
    assert (question.label_en, question.help_text_en, question.max_chars, question.required) == (
        "Who maintains it?",
        "In five years.",
        200,
        True,
    )
    assert Call.objects.get(pk=call.pk).asks_more_since == amendment.published_at


def test_an_optional_question_demands_nothing():
    call = factories.make_call()
    add(call, required=False)

    publish_change(call)

    assert Call.objects.get(pk=call.pk).asks_more_since is None


def test_everybody_reads_what_is_asked_and_that_submissions_count():
    call = factories.make_call()
    options = [{"code": "we", "label_en": "We", "label_nb": "Vi"}, {"code": "they", "label_en": "They"}]
    add(call, kind=QuestionKind.CHOICE, options=options, label_nb="Hvem?")
    publish_change(call)

    english, norwegian = shown_amendments(call, "en")[0].changes[0], shown_amendments(call, "nb")[0].changes[0]

    assert (english.op, str(english.label), english.row) == ("add", "New question", "Who maintains it?")
    assert english.lines[1:] == ("– We", "– They")
    assert "must be answered" in english.lines[0]
    assert "counts as it is" in str(english.note)
    assert (norwegian.row, norwegian.lines[1:]) == ("Hvem?", ("– Vi", "– They"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"label": ""}, "label_en"),
        ({"label": "x" * 301}, "label_en"),
        ({"kind": QuestionKind.CHOICE}, "options"),
        ({"max_chars": 0}, "max_chars"),
        ({"kind": QuestionKind.MONEY, "currency": "kr"}, "currency"),
    ],
)
def test_what_is_no_question_is_refused_at_the_field(fields, field):
    call = factories.make_call()

    with pytest.raises(InvalidInput) as refused:
        add(call, **fields)

    assert list(refused.value.errors) == [field]
    assert not call.amendments.exists()


def test_two_questions_with_the_same_words_have_two_codes():
    call = factories.make_call()

    add(call)
    add(call)
    publish_change(call)

    assert codes_of(call)[2:4] == ["who_maintains_it", "who_maintains_it_2"]


def test_a_code_that_was_ever_taken_is_refused():
    call = factories.make_call()
    remove(call, "need")
    publish_change(call)
    by = factories.owner_of(call.programme)
    values = question_json({"kind": "short_text", "required": False, "label_en": "Need"})

    with pytest.raises(InvalidInput) as refused:
        gather_addition(by=by, call=call, kind="question", values=values | {"code": "need"})

    assert list(refused.value.errors) == ["code"]


def test_a_gathered_question_is_changed_and_the_later_owner_is_told():
    call = factories.make_call()
    add(call)
    seen = {"label_en": digest("Who maintains it?"), "required": digest(True)}
    count = edit_count(call, call.amendments.gathering().get())
    add(call, "Who owns it?", code="who_maintains_it", expected_revision=count)

    with pytest.raises(StaleEdit) as stale:
        add(call, "Who runs it?", code="who_maintains_it", expected_revision=count, seen=seen)

    assert stale.value.theirs["label_en"] == "Who owns it?"
    add(call, "Who runs it?", code="who_maintains_it", expected_revision=stale.value.revision)
    publish_change(call)
    assert Question.objects.get(call=call, code="who_maintains_it").label_en == "Who runs it?"


def test_a_question_that_is_there_by_now_is_overtaken():
    call = factories.make_call()
    add(call)
    Question.objects.create(call=call, order=99, code="who_maintains_it", kind="short_text", label_en="Other")

    with pytest.raises(Overtaken):
        publish_change(call)

    assert Question.objects.get(call=call, code="who_maintains_it").label_en == "Other"


def test_strangers_add_and_remove_nothing():
    call = factories.make_call()

    with pytest.raises(NotAllowed):
        add(call, by=factories.make_user())
    with pytest.raises(NotAllowed):
        gather_removal(by=factories.make_user(), call=call, kind="question", code="need")


def test_after_the_deadline_the_form_stands():
    call = factories.call_in_phase(Phase.FORMAL_CHECK)

    with pytest.raises(Refused, match="deadline has passed"):
        add(call)
    with pytest.raises(Refused, match="deadline has passed"):
        remove(call, "need")


def test_the_text_lock_holds_for_questions_too():
    call = factories.make_call(deadline=timezone.now() + 2 * DAY)
    add(call)

    with pytest.raises(InvalidInput) as refused:
        publish_change(call)

    assert list(refused.value.errors) == ["deadline"]
    publish_change(call, new_deadline=timezone.now() + 22 * DAY)
    assert "who_maintains_it" in codes_of(call)


def test_a_question_that_comes_is_never_a_clarification():
    call = factories.make_call()
    add(call, required=False)

    with pytest.raises(InvalidInput) as refused:
        publish(call, kind=AmendmentKind.CLARIFICATION)

    assert list(refused.value.errors) == ["kind"]


# --- What it does to sketches ----------------------------------------------------------------------------------------


def test_the_owner_is_told_how_many_submitted_sketches_lack_it():
    call = factories.make_call()
    factories.make_submitted_sketch(call=call)
    factories.make_sketch(call=call)

    add(call)

    assert effects(call) == {
        "question/who_maintains_it/": [
            "1 submitted sketch has no answer to it. It counts as it is, unless its organisation submits again."
        ]
    }


def test_only_those_who_would_be_asked_lack_it():
    call = factories.make_call()
    make_choice(call, "legal", required=False)
    one, other = factories.make_sketch(call=call), factories.make_sketch(call=call)
    for sketch, answer in ((one, "yes"), (other, "no")):
        answer_as(sketch, legal=answer)
        factories.submit(sketch)

    add(call, shown_if=call.questions.get(code="legal"), shown_if_codes=["yes"])

    assert effects(call)["question/who_maintains_it/"][0].startswith("1 submitted sketch ")


def test_a_submitted_sketch_counts_as_it_is_and_says_that_more_is_asked():
    sketch = factories.make_submitted_sketch()
    version = sketch.current_version
    add(sketch.call)
    publish_change(sketch.call)

    after = again(sketch)
    told = standing(after, timezone.now())

    assert (after.state, after.current_version_id) == (SketchState.SUBMITTED, version.pk)
    assert str(told.label) == "Submitted, version 1 counts"
    assert "The call asks more since then" in str(told.detail)
    assert "who_maintains_it" not in {question["code"] for question in after.current_version.questions}


def test_submitting_again_asks_for_the_answer():
    sketch = factories.make_submitted_sketch()
    add(sketch.call)
    publish_change(sketch.call)
    sketch = again(sketch)

    with pytest.raises(Incomplete) as refused:
        submit_sketch(by=sketch.created_by, sketch=sketch, idempotency_key=uuid.uuid4())

    assert list(refused.value.errors) == ["who_maintains_it"]
    save_answers(by=sketch.created_by, sketch=sketch, values={"who_maintains_it": "We do."})
    version = submit_sketch(by=sketch.created_by, sketch=sketch, idempotency_key=uuid.uuid4())
    assert (version.number, version.answers["who_maintains_it"]) == (2, "We do.")
    assert "asks more" not in str(standing(again(sketch), timezone.now()).detail)


def test_a_demand_that_was_optional_counts_the_same_way():
    sketch = factories.make_submitted_sketch()
    call = sketch.call
    call.questions.filter(code="links").update(required=False)
    question = make_choice(call, "extra", required=False)

    gather_changes(call, "question", question.code, required=True)

    assert effects(call)["question/extra/required"][0].startswith("1 submitted sketch ")
    publish_change(call)
    assert again(sketch).asked_more_since_submission


# --- A question goes ------------------------------------------------------------------------------------------------


def test_a_removed_question_keeps_its_answers():
    sketch = factories.make_submitted_sketch()
    call, handed_in = sketch.call, sketch.current_version
    answer = Answer.objects.get(sketch=sketch, question__code="need").value

    remove(call, "need")
    publish_change(call)

    draft = read_draft(again(sketch))
    handed_in.refresh_from_db()
    assert "need" not in codes_of(call)
    assert draft.value(draft.no_longer_asked[0]) == answer
    assert [question.code for question in draft.no_longer_asked] == ["need"]
    assert handed_in.answers["need"] == answer
    assert "need" in {question["code"] for question in handed_in.questions}


def test_what_is_no_longer_asked_is_not_handed_in():
    sketch = factories.make_sketch()
    remove(sketch.call, "need")
    publish_change(sketch.call)

    version = submit_sketch(by=sketch.created_by, sketch=again(sketch), idempotency_key=uuid.uuid4())

    assert "need" not in version.answers
    assert "need" not in {question["code"] for question in version.questions}
    assert Answer.objects.filter(sketch=sketch, question__code="need").exists()


def test_the_owner_is_told_how_many_answered_it():
    call = factories.make_call()
    factories.make_sketch(call=call)
    factories.make_submitted_sketch(call=call)
    factories.make_sketch(call=call, answers={})

    remove(call, "need")

    drafts, versions = effects(call)["question/need/"]
    assert drafts == "1 draft has an answer to it. The text stays with the draft, and is not handed in."
    assert versions.startswith("1 submitted sketch has an answer to it.")


def test_everybody_reads_that_it_is_no_longer_asked():
    call = factories.make_call()
    remove(call, "need")
    publish_change(call)

    change = shown_amendments(call, "en")[0].changes[0]

    assert (change.op, str(change.label)) == ("remove", "Question removed")
    assert "no longer asked" in str(change.note)


def test_the_title_stays():
    with pytest.raises(Refused, match="needs a title"):
        remove(factories.make_call(), "title")


def test_a_question_goes_together_with_what_depends_on_it():
    call = factories.make_call()
    on = make_choice(call, "legal")
    make_choice(call, "why", shown_if=on, shown_if_codes=["yes"])

    with pytest.raises(Refused, match="These depend on it"):
        remove(call, "legal")

    remove(call, "why")
    remove(call, "legal")
    publish_change(call)
    assert not {"legal", "why"} & set(codes_of(call))


def test_taking_back_the_dependant_keeps_both():
    call = factories.make_call()
    make_choice(call, "why", shown_if=make_choice(call, "legal"), shown_if_codes=["yes"])
    remove(call, "why")
    amendment = remove(call, "legal")
    amendment.changes = [one for one in amendment.changes if one["code"] == "legal"]
    amendment.save()

    with pytest.raises(InvalidInput, match="depend on it"):
        publish_change(call)

    assert {"legal", "why"} <= set(codes_of(call))


def test_removing_replaces_what_was_gathered_for_the_question():
    call = factories.make_call()
    gather_changes(call, "question", "need", help_text_en="More")

    amendment = remove(call, "need")

    assert [change.key_text for change in read_changes(amendment.changes)] == ["question/need/"]
    with pytest.raises(Refused, match="about to be removed"):
        gather_changes(call, "question", "need", help_text_en="Still more")
    with pytest.raises(Refused, match="removed already"):
        remove(call, "need")


def test_removing_from_an_old_page_is_refused():
    call = factories.make_call()
    gather_changes(call, title_en="Another")

    with pytest.raises(Refused, match="Look at it once more"):
        remove(call, "need", expected_revision=0)


def test_a_question_that_changed_under_its_removal_is_overtaken():
    call = factories.make_call()
    remove(call, "need")
    call.questions.filter(code="need").update(label_en="Another question by now")

    with pytest.raises(Overtaken):
        publish_change(call)


def test_a_page_that_was_open_keeps_what_is_typed(client):
    sketch = factories.make_sketch()
    client.force_login(sketch.created_by)
    url = f"/en/my/sketches/{sketch.reference}/need/"
    remove(sketch.call, "need")
    publish_change(sketch.call)

    response = client.post(url, {"need": "Typed meanwhile.", "on_page": "need"}, follow=True)

    page = response.content.decode()
    assert response.status_code == 200
    assert Answer.objects.get(sketch=sketch, question__code="need").value == "Typed meanwhile."
    assert "No longer asked" in page
    assert "Typed meanwhile." in page
