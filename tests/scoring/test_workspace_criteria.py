"""Criteria and scales in the workspace."""

import datetime as dt
from functools import partial

import pytest
from django.utils import timezone

from accounts.errors import InvalidInput
from competition.enums import AmendmentKind
from scoring.models import Criterion, GradeScale, Score
from scoring.services import criteria_edit, criteria_list, scales
from tests import factories
from tests.competition.amendments import gather_changes, publish
from tests.scoring import factories as jury
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


def criteria_data(client, call, **changed):
    form = client.get(url_of("scoring_workspace:criteria", call)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (False, None)} | changed


def test_weights_and_names_change_before_the_opening():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)

    client.post(
        url_of("scoring_workspace:criteria", call),
        criteria_data(client, call, **{"need-weight": "45.5", "need-name_nb": "Behovet"}),
    )

    need = call.criteria.get(code="need")
    assert (float(need.weight), need.name_nb) == (45.5, "Behovet")


def test_weights_that_sum_to_nothing_are_refused():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)
    zero = {f"{code}-weight": "0" for code in call.criteria.values_list("code", flat=True)}

    response = client.post(url_of("scoring_workspace:criteria", call), criteria_data(client, call, **zero))

    assert response.status_code == 422
    assert "sum to nothing" in response.context["form"].non_field_errors()[0]
    assert call.criteria.filter(weight=0).count() == 0


def test_weights_and_words_of_an_open_call_are_gathered():
    call = factories.make_call()
    client = staff_client(call.programme)
    changed = {"need-weight": "35", "need-guide_en": "Whose need is it?"}

    response = client.post(url_of("scoring_workspace:criteria", call), criteria_data(client, call, **changed))
    form = client.get(url_of("scoring_workspace:criteria", call)).context["form"]

    assert response.status_code == 302
    assert call.criteria.get(code="need").weight == 30
    assert {key: form[key].value() for key in changed} == {"need-weight": 35, "need-guide_en": "Whose need is it?"}
    publish(call, kind=AmendmentKind.CHANGE, no_extension_reasons={"en": "Nothing else is asked."})
    need = call.criteria.get(code="need")
    assert (need.weight, need.guide_en, need.revision) == (35, "Whose need is it?", 1)


def test_what_is_wrong_with_a_gathered_criterion_stands_at_its_field():
    call = factories.make_call()
    client = staff_client(call.programme)
    long = {"need-name_en": "x" * 300}

    response = client.post(url_of("scoring_workspace:criteria", call), criteria_data(client, call, **long))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["need-name_en"]


def test_gathered_weights_that_sum_to_nothing_are_not_published():
    call = factories.make_call()
    for code in call.criteria.values_list("code", flat=True):
        gather_changes(call, "criterion", code, weight=0)

    with pytest.raises(InvalidInput, match="sum to nothing"):
        publish(call, kind=AmendmentKind.CHANGE, no_extension_reasons={"en": "-"})


def test_criteria_stand_after_the_deadline():
    call = factories.close(factories.make_call())
    client = staff_client(call.programme)

    client.post(url_of("scoring_workspace:criteria", call), criteria_data(client, call, **{"need-weight": "99"}))

    assert call.criteria.get(code="need").weight == 30
    assert not call.amendments.exists()


def criteria_url(call):
    return url_of("scoring_workspace:criteria", call)


def codes(call):
    return list(call.criteria.values_list("code", flat=True))


@pytest.fixture
def draft():
    return factories.make_call(publish=False)


@pytest.fixture
def client(draft):
    return staff_client(draft.programme)


def test_buttons_move_a_criterion_and_keep_what_was_typed(draft, client):
    typed = criteria_data(client, draft, do="up:innovation", **{"spread-guide_en": "How far does it reach?"})

    response = client.post(criteria_url(draft), typed)

    assert response.headers["Location"] == f"{criteria_url(draft)}?at=up:innovation#c-innovation"
    assert codes(draft) == ["innovation", "need", "feasibility", "anchoring", "spread"]
    assert draft.criteria.get(code="spread").guide_en == "How far does it reach?"


@pytest.mark.parametrize(("do", "first"), [("up:need", "need"), ("down:need", "innovation"), ("down:spread", "need")])
def test_moving_stops_at_the_edges(draft, client, do, first):
    client.post(criteria_url(draft), criteria_data(client, draft, do=do))

    assert codes(draft)[0] == first
    assert [row.order for row in draft.criteria.all()] == [1, 2, 3, 4, 5]


def test_copy_stands_behind_its_source_without_weight(draft, client):
    client.post(criteria_url(draft), criteria_data(client, draft, do="copy:need"))

    copy, source = draft.criteria.get(code="criterion-1"), draft.criteria.get(code="need")
    assert codes(draft)[:2] == ["need", "criterion-1"]
    assert (copy.weight, copy.name_nb, copy.scale) == (0, source.name_nb, source.scale)


def test_add_gives_one_more_criterion(draft, client):
    new = {"new-name_en": "Climate", "new-name_nb": "Klima", "new-weight": "12.5"}

    client.post(criteria_url(draft), criteria_data(client, draft, do="add", **new))

    added = draft.criteria.last()
    assert (added.name_en, added.name_nb, float(added.weight), added.order) == ("Climate", "Klima", 12.5, 6)


def test_add_without_a_name_is_refused_at_the_field(draft, client):
    response = client.post(criteria_url(draft), criteria_data(client, draft, do="add", **{"new-name_nb": "Klima"}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["new-name_en"]
    assert draft.criteria.count() == 5


def test_remove_asks_first_and_then_closes_the_gap(draft, client):
    asked = client.post(criteria_url(draft), criteria_data(client, draft, do="remove:innovation"))

    client.post(asked.headers["Location"])

    assert codes(draft) == ["need", "feasibility", "anchoring", "spread"]
    assert [row.order for row in draft.criteria.all()] == [1, 2, 3, 4]


def test_last_weight_cannot_be_removed(draft):
    draft.criteria.exclude(code="need").update(weight=0)

    with pytest.raises(criteria_list.Refused, match="sum to nothing"):
        criteria_list.remove_criterion(by=factories.owner_of(draft.programme), call=draft, code="need")

    assert draft.criteria.count() == 5


@pytest.mark.parametrize("do", ["add", "copy:need", "remove:need", "up:need"])
def test_open_call_keeps_its_criteria(do):
    call = factories.make_call()
    by = factories.owner_of(call.programme)

    verb, _colon, code = do.partition(":")
    act = {
        "add": partial(criteria_list.add_criterion, fields={"name_en": "More"}),
        "copy": partial(criteria_list.copy_criterion, code=code),
        "remove": partial(criteria_list.remove_criterion, code=code),
        "up": partial(criteria_list.move_criterion, code=code, up=True),
    }[verb]

    with pytest.raises(criteria_list.Refused, match="has opened"):
        act(by=by, call=call)

    assert call.criteria.count() == 5


def test_announced_call_may_still_arrange_its_criteria():
    call = factories.make_call(opens_at=timezone.now() + dt.timedelta(days=5))
    client = staff_client(call.programme)

    client.post(criteria_url(call), criteria_data(client, call, do="down:need"))

    assert codes(call)[0] == "innovation"


def test_second_editor_sees_both_texts_and_overwrites_only_on_purpose(draft, client):
    typed = criteria_data(client, draft, **{"need-name_en": "Ours", "need-weight": "31"})
    by = factories.owner_of(draft.programme)
    theirs = {"need": {"name_en": "Theirs"}, "spread": {"weight": 12}}
    criteria_edit.save_criteria(by=by, call=draft, changes=theirs)

    first = client.post(criteria_url(draft), typed)
    again = typed | {"revision": first.context["form"]["revision"].value()}
    client.post(criteria_url(draft), again)

    assert first.status_code == 422
    assert first.context["form"].errors["need-name_en"] == ["Saved by somebody else: Theirs"]
    assert "need-weight" not in first.context["form"].errors
    need, spread = draft.criteria.get(code="need"), draft.criteria.get(code="spread")
    assert (need.name_en, need.weight, spread.weight) == ("Ours", 31, 12)


def test_criterion_removed_by_somebody_else_keeps_the_rest(draft, client):
    typed = criteria_data(client, draft, **{"spread-weight": "11", "need-weight": "12"})
    draft.criteria.get(code="need").delete()

    response = client.post(criteria_url(draft), typed)

    assert response.status_code == 302
    assert draft.criteria.get(code="spread").weight == 11


def test_what_was_written_into_a_removed_criterion_is_shown_once_more(draft, client):
    typed = criteria_data(client, draft, **{"spread-weight": "11", "need-guide_en": "An hour of thought"})
    draft.criteria.get(code="need").delete()

    told = client.post(criteria_url(draft), typed)
    again = typed | {"seen": told.context["form"]["seen"].value()}
    saved = client.post(criteria_url(draft), again)

    assert (told.status_code, saved.status_code) == (422, 302)
    assert "You had written: An hour of thought." in told.context["form"].non_field_errors()[0]
    assert draft.criteria.get(code="spread").weight == 11


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("need-weight", "99999999", "no more than"),
        ("need-weight", "-1", "greater than or equal"),
        ("need-name_en", "x" * 300, "at most 120"),
        ("need-name_en", "a\x07b", "cannot be read"),
        ("need-scale", "nothing", "Select a valid choice"),
    ],
)
def test_bad_input_is_answered_at_the_field(draft, client, field, value, text):
    response = client.post(criteria_url(draft), criteria_data(client, draft, **{field: value}))

    assert response.status_code == 422
    assert text in response.context["form"].errors[field][0]


def scale_data(form, **changed):
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (False, None)} | changed


def two_grades(call):
    levels = {value: {"label_en": f"e{value}", "label_nb": f"n{value}"} for value in (0, 1)}
    return scales.create_scale(by=factories.owner_of(call.programme), call=call, levels=levels)


@pytest.mark.parametrize(
    ("template", "grades"),
    [("usual", range(1, 8)), ("one-to-five", range(1, 6)), ("zero-to-ten", range(11)), ("yes-no", range(2))],
)
def test_scale_from_a_template_has_words_in_every_language(draft, client, template, grades):
    url = url_of("scoring_workspace:scale_add", draft) + f"?template={template}"

    client.post(url, scale_data(client.get(url).context["form"]))

    levels = GradeScale.objects.get(call=draft, code="scale-2").levels.order_by("value")
    assert [level.value for level in levels] == list(grades)
    assert all(level.label_en and level.label_nb for level in levels)


def test_scale_without_words_is_refused_at_the_field(draft, client):
    url = url_of("scoring_workspace:scale_add", draft) + "?template=own&lowest=1&highest=3"
    form = client.get(url).context["form"]

    response = client.post(url, scale_data(form, **{"1-label_en": "Low", "1-label_nb": "Lav"}))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"2-label_en", "2-label_nb", "3-label_en", "3-label_nb"}
    assert response.context["form"]["1-label_nb"].value() == "Lav"
    assert draft.grade_scales.count() == 1


@pytest.mark.parametrize(
    ("lowest", "highest"), [("", ""), ("3", "3"), ("5", "1"), ("0", "100"), ("-1", "3"), ("1", "9" * 30)]
)
def test_grades_of_ones_own_have_sensible_bounds(draft, client, lowest, highest):
    url = url_of("scoring_workspace:scale_add", draft)

    response = client.get(f"{url}?template=own&lowest={lowest}&highest={highest}")

    assert response.status_code == 422
    assert response.context["choice"].errors


def test_scale_is_chosen_per_criterion(draft, client):
    two_grades(draft)

    client.post(criteria_url(draft), criteria_data(client, draft, **{"need-scale": "scale-2"}))

    assert {row.code: row.scale.code for row in draft.criteria.all()} == {
        "need": "scale-2",
        **dict.fromkeys(["innovation", "feasibility", "anchoring", "spread"], "default"),
    }


def test_words_and_grades_of_a_scale_change(draft, client):
    url = url_of("scoring_workspace:scale", draft, "default")
    changed = {"1-label_en": "Bad", "7-remove": "on", "new-value": "0", "new-label_en": "None", "new-label_nb": "Intet"}

    response = client.post(url, scale_data(client.get(url).context["form"], **changed))

    levels = draft.grade_scales.get().levels.order_by("value")
    assert response.status_code == 302
    assert [level.value for level in levels] == [0, 1, 2, 3, 4, 5, 6]
    assert [level.label_en for level in levels][:2] == ["None", "Bad"]


def test_new_grade_without_a_word_is_refused_at_its_field(draft, client):
    url = url_of("scoring_workspace:scale", draft, "default")

    response = client.post(
        url, scale_data(client.get(url).context["form"], **{"new-value": "9", "new-label_en": "Top"})
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["new-label_nb"]


def test_two_people_at_one_scale(draft, client):
    url = url_of("scoring_workspace:scale", draft, "default")
    typed = scale_data(client.get(url).context["form"], **{"1-label_en": "Ours"})
    client.post(url, typed | {"1-label_en": "Theirs"})

    response = client.post(url, typed)

    assert response.status_code == 422
    assert response.context["form"].errors["1-label_en"] == ["Saved by somebody else: Theirs"]


def test_grade_that_somebody_else_has_added_stays(draft, client):
    url = url_of("scoring_workspace:scale", draft, "default")
    typed = scale_data(client.get(url).context["form"], **{"1-label_en": "Ours"})
    client.post(
        url,
        scale_data(
            client.get(url).context["form"], **{"new-value": "0", "new-label_en": "None", "new-label_nb": "Intet"}
        ),
    )

    response = client.post(url, typed)

    levels = draft.grade_scales.get().levels.order_by("value")
    assert response.status_code == 302
    assert [level.label_en for level in levels][:2] == ["None", "Ours"]
    assert len(levels) == 8


def test_word_for_a_grade_that_somebody_else_has_removed_is_shown_once_more(draft, client):
    url = url_of("scoring_workspace:scale", draft, "default")
    typed = scale_data(client.get(url).context["form"], **{"7-label_en": "Splendid"})
    client.post(url, scale_data(client.get(url).context["form"], **{"7-remove": "on"}))

    told = client.post(url, typed)
    saved = client.post(url, typed | {"seen": told.context["form"]["seen"].value()})

    assert (told.status_code, saved.status_code) == (422, 302)
    assert "You had written: Splendid." in told.context["form"].non_field_errors()[0]


def test_words_of_an_open_call_are_gathered():
    call = factories.make_call()
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:scale", call, "default")

    response = client.post(url, scale_data(client.get(url).context["form"], **{"1-label_en": "Bad"}))

    assert response.status_code == 302
    assert call.grade_scales.get().levels.get(value=1).label_en == "Poor"
    assert client.get(url).context["form"]["1-label_en"].value() == "Bad"


def test_scale_in_use_cannot_be_removed(draft, client):
    response = client.post(url_of("scoring_workspace:scale_remove", draft, "default"), follow=True)

    assert "A criterion uses this scale" in response.content.decode()
    assert draft.grade_scales.count() == 1


def test_scale_that_nothing_uses_can_be_removed(draft, client):
    two_grades(draft)

    client.post(url_of("scoring_workspace:scale_remove", draft, "scale-2"))

    assert [scale.code for scale in draft.grade_scales.all()] == ["default"]


def test_grade_that_was_given_cannot_be_removed():
    call = jury.make_assessed(sketches=1, jurors=1, jurors_per_sketch=1)
    given = Score.objects.filter(criterion__scale__call=call).values_list("value", flat=True)[0]

    with pytest.raises(scales.Refused, match="has been given"):
        scales.refuse_given(call.grade_scales.get(), {given})


def test_queries_do_not_grow_with_criteria_and_scales(draft, client):
    few = queries_of(client, criteria_url(draft))
    by = factories.owner_of(draft.programme)
    for number in range(5):
        criteria_list.add_criterion(by=by, call=draft, fields={"name_en": f"More {number}"})
        two_grades(draft)

    assert queries_of(client, criteria_url(draft)) == few == 13
    assert Criterion.objects.filter(call=draft).count() == 10
