"""The checklist before publishing: what is missing, what is odd, and where each is mended."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from competition.enums import AccessMode
from competition.models import Call, Question, QuestionOption, Topic
from competition.selectors.advice import checklist, warnings
from scoring.models import GradeLevel
from tests import factories
from tests.scoring import factories as scoring_factories
from tests.site import ensure_site_tree
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")


def sound_call(**fields):
    """A call with which nothing is wrong: dates on days of work, a jury, topics, pages."""
    ensure_site_tree()
    monday = dt.datetime(2027, 8, 2, 13, tzinfo=OSLO)
    dates = {"opens_at": monday, "deadline": monday + dt.timedelta(days=44)}
    call = factories.make_call(publish=False, timezone="Europe/Oslo", **(dates | fields))
    call.topics.add(Topic.objects.first())
    for _seat in range(3):
        scoring_factories.make_juror(call)
    return call

    return Topic.objects.first()


def parts(call):
    return [warning.part for warning in warnings(call)]


def test_nothing_is_odd_about_a_sound_call():
    assert parts(sound_call()) == []


def change(**fields):
    return lambda call: Call.objects.filter(pk=call.pk).update(**fields)


def two_hours_on_one_clock(call):
    Call.objects.filter(pk=call.pk).update(result_at=dt.datetime(2027, 10, 31, 1, 30, tzinfo=dt.UTC))


ODD = {
    "short": (change(deadline=dt.datetime(2027, 8, 12, 13, tzinfo=OSLO)), ["deadline"]),
    "holiday": (
        change(deadline=dt.datetime(2028, 5, 17, 13, tzinfo=OSLO)),
        ["dates:deadline"],
    ),
    "weekend": (change(pitch_at=dt.datetime(2027, 10, 2, 9, tzinfo=OSLO)), ["dates:pitch_at"]),
    "doubled hour": (two_hours_on_one_clock, ["dates:result_at", "dates:result_at"]),
    "questions late": (
        change(questions_until=dt.datetime(2027, 9, 20, 13, tzinfo=OSLO)),
        ["dates:questions_until"],
    ),
    "order": (change(pitch_at=dt.datetime(2027, 8, 10, 9, tzinfo=OSLO)), ["dates:pitch_at"]),
    "money": (change(budget=100, max_per_project=200), ["rules:max_per_project"]),
    "text": (change(summary_nb=""), ["texts:summary_nb"]),
    "codes": (change(access=AccessMode.CODE), ["access"]),
    "topics": (lambda call: call.topics.clear(), ["rules:topics_0"]),
    "jury": (lambda call: call.jurors.first().delete(), ["jury"]),
    "no jury": (lambda call: call.jurors.all().delete(), ["jury"]),
    "weights": (lambda call: call.criteria.filter(code="need").update(weight=31), ["weights"]),
    "criterion": (lambda call: call.criteria.filter(code="need").update(guide_nb=""), ["criteria"]),
    "level": (lambda call: GradeLevel.objects.filter(scale__call=call, value=1).update(label_nb=""), ["criteria"]),
    "question": (lambda call: call.questions.filter(code="need").update(label_nb=""), ["questions"]),
    "section": (lambda call: call.sections.filter(pk=call.sections.first().pk).update(title_nb=""), ["questions"]),
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_is_said(case):
    call = sound_call()
    act, expected = ODD[case]

    act(call)

    assert parts(Call.objects.get(pk=call.pk)) == expected


def test_a_question_after_an_answer_that_is_gone_is_odd():
    call = sound_call()
    texts = {"label_en": "Which?", "label_nb": "Hvilken?"}
    choice = Question.objects.create(call=call, order=500, code="which", kind="choice", **texts)
    QuestionOption.objects.create(question=choice, order=1, code="one", label_en="One", label_nb="En")
    Question.objects.create(
        call=call, order=501, code="why", kind="short_text", shown_if=choice, shown_if_codes=["two"], **texts
    )

    assert parts(call) == ["questions"]


def test_page_links_to_the_very_field_and_does_not_publish_what_lacks_something():
    call = sound_call()
    Call.objects.filter(pk=call.pk).update(eligible_kinds=[], summary_nb="")
    client = staff_client(call.programme)

    page = client.get(url_of("workspace:publish", call)).content.decode()
    refused = client.post(url_of("workspace:publish", call))

    edit = url_of("workspace:edit", call)
    assert f'{edit}#id_eligible_kinds_0"' in page
    assert f'{edit}#id_summary_nb"' in page
    assert "1 thing must be in place" in page
    assert refused.status_code == 422
    assert Call.objects.get(pk=call.pk).published_at is None


def test_odd_call_can_be_published_all_the_same():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)

    page = client.get(url_of("workspace:publish", call)).content.decode()
    client.post(url_of("workspace:publish", call))

    assert "Publish all the same" in page
    assert Call.objects.get(pk=call.pk).published_at is not None


def test_links_lead_to_fields_that_are_there():
    call = sound_call()
    for act, _expected in ODD.values():
        act(call)
    client = staff_client(call.programme)
    lines = [line for _label, group in checklist(Call.objects.get(pk=call.pk), timezone.now()).groups for line in group]

    for url, anchor in {tuple(line.url.partition("#")[::2]) for line in lines}:
        page = client.get(url)
        assert page.status_code == 200, url
        assert not anchor or f'id="{anchor}"' in page.content.decode(), (url, anchor)


def test_queries_do_not_grow_with_the_form():
    call = sound_call()
    client = staff_client(call.programme)
    few = queries_of(client, url_of("workspace:publish", call))
    for number in range(10):
        texts = {"label_en": f"More {number}", "label_nb": f"Mer {number}"}
        Question.objects.create(call=call, order=600 + number, code=f"more-{number}", kind="short_text", **texts)

    assert queries_of(client, url_of("workspace:publish", call)) == few
