"""What a choice offers changes by amendment while the call is open."""

import pytest

from accounts.errors import InvalidInput
from competition.amending import read_changes
from competition.enums import AmendmentKind
from competition.errors import StaleEdit
from competition.selectors.amendments import shown_amendments
from competition.services.amendments import edit_count
from competition.services.amendments import gather as services_gather
from competition.services.question_options import options_of
from competition.services.revisions import digest
from tests import factories
from tests.competition.amendments import gather_changes, publish
from tests.competition.test_amendment_questions import answer_as, make_choice, publish_change
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db
YES, NO = {"code": "yes", "label_en": "yes"}, {"code": "no", "label_en": "no"}
MAYBE = {"code": "maybe", "label_en": "maybe", "label_nb": "kanskje"}


@pytest.fixture
def call():
    return factories.make_call()


def codes(call):
    return [one["code"] for one in options_of(call.questions.get(code="legal"))]


def gather(call, *options):
    return gather_changes(call, "question", "legal", options=list(options))


def test_options_come_go_and_move_when_published(call):
    make_choice(call, "legal")

    gather(call, MAYBE, YES)
    before = codes(call)
    publish_change(call)

    assert (before, codes(call)) == (["yes", "no"], ["maybe", "yes"])


def test_the_order_alone_is_a_change_of_words(call):
    make_choice(call, "legal")
    gather(call, NO, YES)

    publish(call, kind=AmendmentKind.CLARIFICATION)

    assert codes(call) == ["no", "yes"]


def test_another_option_is_never_a_clarification(call):
    make_choice(call, "legal")
    gather(call, YES, NO, MAYBE)

    with pytest.raises(InvalidInput) as refused:
        publish(call, kind=AmendmentKind.CLARIFICATION)

    assert list(refused.value.errors) == ["kind"]


def test_everybody_reads_the_difference_in_the_own_language(call):
    make_choice(call, "legal")
    gather(call, YES, MAYBE, NO)
    publish_change(call)

    english, norwegian = shown_amendments(call, "en")[0].changes[0], shown_amendments(call, "nb")[0].changes[0]

    assert (english.row, str(english.label)) == ("legal", "Options")
    assert [part.text for part in english.parts if part.kind == "added"] == ["– maybe\n"]
    assert [part.text for part in norwegian.parts if part.kind == "added"] == ["– kanskje\n"]


@pytest.mark.parametrize(
    "options", [[YES], [YES, {"code": "b", "label_nb": "bare"}], [YES, {"code": "b", "label_en": "x" * 201}]]
)
def test_what_is_no_set_of_options_is_refused_at_the_field(call, options):
    make_choice(call, "legal")

    with pytest.raises(InvalidInput) as refused:
        gather(call, *options)

    assert list(refused.value.errors) == ["options"]


def test_an_option_that_somebody_has_chosen_stays(call):
    make_choice(call, "legal", required=False)
    sketch = factories.make_sketch(call=call)
    answer_as(sketch, legal="no")

    with pytest.raises(InvalidInput, match="chosen"):
        gather(call, YES, MAYBE)


def test_an_option_chosen_since_it_was_gathered_stays(call):
    make_choice(call, "legal", required=False)
    gather(call, YES, MAYBE)
    answer_as(factories.make_sketch(call=call), legal="no")

    with pytest.raises(InvalidInput, match="chosen"):
        publish_change(call)

    assert codes(call) == ["yes", "no"]


def test_an_option_that_another_question_depends_on_stays(call):
    make_choice(call, "why", shown_if=make_choice(call, "legal"), shown_if_codes=["no"])

    with pytest.raises(InvalidInput, match="asked only after"):
        gather(call, YES, MAYBE)


def test_the_later_owner_is_told_what_the_other_gathered(call):
    make_choice(call, "legal")
    form = staff_client(call.programme).get(url_of("workspace:question", call, "legal")).context["form"]
    seen, count = {"options": digest(form.initial["options"])}, edit_count(call, None)
    gather(call, YES, NO, MAYBE)

    with pytest.raises(StaleEdit) as stale:
        gather_changes_as(call, [NO, YES], count, seen)

    assert [one["code"] for one in stale.value.theirs["options"]] == ["yes", "no", "maybe"]


def gather_changes_as(call, options, expected, seen):
    by = factories.owner_of(call.programme)
    values = {("question", "legal"): {"options": options}}
    return services_gather(by=by, call=call, values=values, expected_revision=expected, seen=seen)


def test_the_editor_gathers_options(call):
    make_choice(call, "legal")
    client = staff_client(call.programme)
    url = url_of("workspace:question", call, "legal")
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in ("revision", "seen", "label_en", "label_nb")}
    data = {name: value or "" for name, value in data.items()} | {"required": "on"}
    rows = {"options-0-code": "yes", "options-0-en": "yes", "options-1-code": "no", "options-1-en": "no"}

    response = client.post(url, data | rows | {"options-2-code": "", "options-2-en": "Perhaps"})

    changes = read_changes(call.amendments.gathering().get().changes)
    assert response.status_code == 302
    assert [change.key_text for change in changes] == ["question/legal/options"]
    assert [one["code"] for one in changes[0].after] == ["yes", "no", "perhaps"]
    assert [one["code"] for one in client.get(url).context["form"].initial["options"]] == ["yes", "no", "perhaps"]
