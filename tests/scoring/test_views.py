"""The juror's pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from competition.models import CoApplicant, Sketch
from competition.services import attachments, formal_check
from competition.services.previews import make_preview
from scoring.enums import AssessmentState, JurorState, Verdict
from scoring.models import Assessment, ImpartialityReason, Score
from scoring.selectors.tasks import open_tasks
from scoring.services import assignment, impartiality, jury, letters
from scoring.services.redeclaring import review_call
from tests import factories as base
from tests.documents import PDF
from tests.scoring import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return factories.make_assigned(sketches=2, jurors=3)


@pytest.fixture
def juror(call, client):
    juror = call.jurors.select_related("user", "call").first()
    client.force_login(juror.user)
    return juror


def url(name, *arguments):
    return reverse(f"scoring:{name}", args=arguments)


def post_of(call, revision=0, **grades):
    """What the form sends."""
    data = {"revision": revision, "comment": "", "private_note": ""}
    for code in call.criteria.values_list("code", flat=True):
        data[f"grade-{code}"] = grades.get(code, "")
        data[f"reason-{code}"] = ""
    return data


class TestInvitation:
    @pytest.fixture
    def juror(self):
        return factories.make_juror(base.make_call(), accept=False)

    @pytest.fixture
    def page(self, juror):
        return url("invitation", jury.invitation_token(juror))

    def test_opening_the_link_answers_nothing(self, client, juror, page):
        response = client.get(page)

        juror.refresh_from_db()
        assert (response.status_code, juror.state) == (200, JurorState.INVITED)
        assert b'value="accept"' in response.content

    def test_a_button_accepts(self, client, juror, page):
        response = client.post(page, {"answer": "accept"}, follow=True)

        juror.refresh_from_db()
        assert (response.status_code, juror.state) == (200, JurorState.ACCEPTED)

    def test_a_button_declines_with_a_reason(self, client, juror, page):
        client.post(page, {"answer": "decline", "reason": "No time"})

        juror.refresh_from_db()
        assert (juror.state, juror.decline_reason) == (JurorState.DECLINED, "No time")

    def test_a_changed_answer_is_refused_in_words(self, client, juror, page):
        client.post(page, {"answer": "accept"})

        response = client.post(page, {"answer": "decline"})

        juror.refresh_from_db()
        assert (response.status_code, juror.state) == (422, JurorState.ACCEPTED)

    def test_somebody_else_who_is_signed_in_cannot_answer(self, client, juror, page):
        client.force_login(base.make_user())

        response = client.post(page, {"answer": "accept"})

        juror.refresh_from_db()
        assert juror.state == JurorState.INVITED
        assert juror.user.email.encode() in response.content

    @pytest.mark.parametrize("token", ["nonsense", "WzEsIm5vIl0:abc"])
    def test_a_link_that_is_none(self, client, token):
        assert client.get(url("invitation", token)).status_code == 404

    def test_a_replaced_link_is_void(self, client, juror, page):
        jury.answer_invitation(juror=juror, accept=False)
        factories.make_juror(juror.call, accept=False, email=juror.user.email)

        assert client.get(page).status_code == 404


class TestQueue:
    def test_shows_what_is_left_and_what_comes_next(self, client, call, juror):
        first, second = factories.own_assessments(juror)
        factories.grade(first, 5, send=False)

        response = client.get(url("queue", call.slug))

        assert response.status_code == 200
        assert response.context["queue"].next_reference == second.sketch.reference
        assert "2 assessments are left to send" in response.content.decode()

    def test_leads_to_the_declaration_before_the_sketch(self, client, call, juror):
        first = factories.own_assessments(juror)[0]
        juror.declarations.filter(sketch=first.sketch).delete()

        page = client.get(url("queue", call.slug)).content.decode()

        assert f'class="ds-button" href="{url("impartiality", call.slug)}"' in page
        assert f'class="ds-button" href="{url("assess", call.slug, first.sketch.reference)}"' not in page

    @pytest.mark.parametrize("who", ["stranger", "owner", "removed"])
    def test_is_not_there_for_others(self, client, call, juror, who):
        if who == "removed":
            jury.remove_juror(by=factories.staff(call), juror=juror)
        else:
            client.force_login(base.make_user() if who == "stranger" else factories.staff(call))

        assert client.get(url("queue", call.slug)).status_code == 404

    def test_asks_for_sign_in(self, client, call):
        assert client.get(url("queue", call.slug)).status_code == 302


class TestImpartiality:
    @pytest.fixture
    def call(self):
        return factories.make_jury(sketches=3, jurors=1, declared=False)

    def test_declares_for_several_and_impartial_for_the_rest(self, client, call, juror):
        first, *_others = Sketch.objects.filter(call=call).order_by("pk")

        response = client.post(url("impartiality", call.slug), {first.reference: "family", "rest": "1"})

        assert response.status_code == 302
        assert sorted(juror.declarations.values_list("verdict", flat=True)) == [
            "disqualified",
            "impartial",
            "impartial",
        ]

    def test_not_impartial_without_a_reason_is_asked_for_it_and_the_rest_is_kept(self, client, call, juror):
        first, second, _third = Sketch.objects.filter(call=call).order_by("pk")
        typed = {first.reference: "not", second.reference: "impartial"}

        asked = client.post(url("impartiality", call.slug), typed)
        page = asked.content.decode()
        kept = list(juror.declarations.values_list("sketch", flat=True))
        answered = client.post(url("impartiality", call.slug), typed | {f"why-{first.reference}": "family"})

        assert (asked.status_code, kept) == (422, [second.pk])
        assert page.count(f'name="why-{first.reference}"') == 9
        assert "Choose the reason why you are not impartial" in page
        assert answered.status_code == 302
        assert juror.declarations.get(sketch=first).reason.code == "family"

    def test_who_came_to_stand_behind_a_sketch_is_said(self, client, call, juror):
        factories.declare_all(juror)
        sketch = Sketch.objects.filter(call=call).first()
        CoApplicant.objects.create(
            sketch=sketch, name="Newcomers", country="NO", invited_at=timezone.now(), expires_at=timezone.now()
        )
        review_call(call=call)

        page = client.get(url("impartiality", call.slug)).content.decode()

        assert page.count("New since you declared: Newcomers.") == 1

    def test_shows_no_content_before(self, client, call, juror):
        response = client.get(url("impartiality", call.slug))

        assert base.TEXT.encode() not in response.content
        assert b"Sketch 1" in response.content

    def test_an_unknown_answer_is_told_at_the_field(self, client, call, juror):
        first = Sketch.objects.filter(call=call).first()

        response = client.post(url("impartiality", call.slug), {first.reference: "nonsense"})

        assert response.status_code == 422
        assert f'aria-describedby="r-{first.reference}-error"' in response.content.decode()

    def test_the_chair_settles_a_case(self, client, call):
        chair, other = factories.make_juror(call, role="chair"), call.jurors.first()
        case = impartiality.declare(
            by=other.user,
            juror=other,
            sketch=call.sketches.first(),
            verdict=Verdict.DISQUALIFIED,
            reason=ImpartialityReason.objects.get(code="other"),
        )
        client.force_login(chair.user)

        page = client.get(url("impartiality", call.slug))
        silent = client.post(url("settle", call.slug, case.pk), {"verdict": "disqualified"})
        typed = {"verdict": "disqualified", "finding": "Section 6, second paragraph."}
        client.post(url("settle", call.slug, case.pk), typed)

        case.refresh_from_db()
        assert (silent.status_code, case.finding) == (422, "Section 6, second paragraph.")
        assert url("settle", call.slug, case.pk) in page.content.decode()
        assert case.verdict == Verdict.DISQUALIFIED

    def test_a_plain_juror_settles_nothing(self, client, call, juror):
        other = factories.make_juror(call)
        case = impartiality.declare(
            by=other.user,
            juror=other,
            sketch=call.sketches.first(),
            verdict=Verdict.DISQUALIFIED,
            reason=ImpartialityReason.objects.get(code="other"),
        )

        assert client.post(url("settle", call.slug, case.pk), {"verdict": "impartial"}).status_code == 404


class TestAssess:
    @pytest.fixture
    def assessment(self, juror):
        return factories.own_assessments(juror)[0]

    @pytest.fixture
    def page(self, call, assessment):
        return url("assess", call.slug, assessment.sketch.reference)

    def test_shows_the_sketch_and_the_rubric(self, client, page, assessment):
        response = client.get(page)

        content = response.content.decode()
        assert response.status_code == 200
        assert base.TEXT in content
        assert content.count('type="radio"') == 5 * 8
        assert "Cannot assess" in content

    def test_saves_and_goes_on_to_the_next(self, client, call, page, juror):
        first, second = factories.own_assessments(juror)

        response = client.post(page, post_of(call, need="6", spread="na") | {"next": "1"})

        assert response["Location"] == url("assess", call.slug, second.sketch.reference)
        stored = dict(Score.objects.filter(assessment=first).values_list("criterion__code", "value"))
        assert (stored["need"], stored["spread"]) == (6, None)

    def test_after_the_last_comes_the_summary(self, client, call, page, juror):
        _first, second = factories.own_assessments(juror)
        factories.grade(second, 3, send=False)

        response = client.post(page, post_of(call, need="6") | {"next": "1"})

        assert response["Location"] == url("finish", call.slug)

    def test_what_was_typed_stays_when_it_is_refused(self, client, call, page):
        typed = post_of(call, need="6") | {"reason-need": "x" * 5001}

        response = client.post(page, typed)

        assert response.status_code == 422
        assert "x" * 5001 in response.content.decode()
        assert "5000 characters" in response.content.decode()
        assert not Score.objects.exists()

    @pytest.mark.parametrize("grade", ["9", "six", "\x00"])
    def test_a_grade_that_is_none_is_told(self, client, call, page, grade):
        assert client.post(page, post_of(call, need=grade)).status_code == 422

    @pytest.mark.parametrize("revision", ["", "no number", "-1", "9" * 30])
    def test_a_broken_form_is_told_and_never_an_error(self, client, call, page, revision):
        assert client.post(page, post_of(call, revision, need="6")).status_code in (409, 422)

    def test_two_tabs(self, client, call, page):
        client.post(page, post_of(call, need="6") | {"reason-need": "First tab", "next": "1"})

        response = client.post(page, post_of(call, need="2") | {"reason-need": "Second tab", "next": "1"})
        content = response.content.decode()
        again = client.post(page, post_of(call, response.context["revision"], need="2") | {"next": "1"})

        assert response.status_code == 409
        assert "First tab" in content
        assert "Second tab" in content
        assert again.status_code == 302
        assert Score.objects.get(criterion__code="need").value == 2

    def test_autosave_says_when_and_hands_back_the_revision(self, client, call, page, assessment):
        response = client.post(page + "autosave/", post_of(call, need="6"))

        content = response.content.decode()
        assert "Saved" in content
        assert 'value="1" hx-swap-oob="true"' in content
        assert Score.objects.get(criterion__code="need").value == 6

    def test_autosave_of_something_impossible_says_that_it_is_not_saved(self, client, call, page):
        response = client.post(page + "autosave/", post_of(call, need="6") | {"reason-need": "x" * 5001})

        assert response.status_code == 409
        assert 'data-state="failed"' in response.content.decode()
        assert not Score.objects.exists()

    def test_autosave_after_signing_out_keeps_the_page(self, client, call, page):
        client.logout()

        response = client.post(page + "autosave/", post_of(call, need="6"))

        assert (response.status_code, "signed out" in response.content.decode()) == (401, True)

    def test_content_comes_after_the_declaration(self, client):
        call = factories.make_jury(sketches=1, jurors=3, declared=False)
        assignment.publish_assignment(by=factories.staff(call), run=factories.compute_assignment(call))
        juror = call.jurors.select_related("user").first()
        client.force_login(juror.user)
        reference = factories.own_assessments(juror)[0].sketch.reference

        response = client.get(url("assess", call.slug, reference))
        saved = client.post(url("autosave", call.slug, reference), post_of(call, need="6"))

        assert (response.status_code, response["Location"]) == (302, url("impartiality", call.slug))
        assert saved.status_code == 404

    def test_a_disqualified_juror_finds_nothing(self, client, call, page, assessment, juror):
        impartiality.declare(
            by=juror.user,
            juror=juror,
            sketch=assessment.sketch,
            verdict=Verdict.DISQUALIFIED,
            reason=ImpartialityReason.objects.get(code="other"),
        )

        assert client.get(page).status_code == 404
        assert client.post(page + "autosave/", post_of(call, need="6")).status_code == 404
        assert client.post(page + "reopen/").status_code == 404
        assert assessment.sketch.reference not in client.get(url("queue", call.slug)).content.decode()
        assert assessment.sketch.reference not in client.get(url("finish", call.slug)).content.decode()

    def test_others_grades_are_hidden_until_all_own_are_final(self, client, call, page, juror):
        for one in Assessment.objects.exclude(juror=juror).select_related("juror__user", "sketch__call"):
            factories.grade(one, 2)
        first, second = factories.own_assessments(juror)
        factories.grade(first, 6)
        before = client.get(page).context["others"]
        factories.grade(second, 6)

        after = client.get(page).context["others"]

        assert before == []
        assert [[value for _name, value in grades] for grades in after] == [[2] * 5, [2] * 5]

    def test_sent_work_can_be_reopened(self, client, page, assessment):
        factories.grade(assessment, 6)
        assert b"Reopen" in client.get(page).content

        client.post(page + "reopen/")

        assessment.refresh_from_db()
        assert assessment.state == AssessmentState.STARTED

    def test_after_the_assessment_everything_is_read_only(self, client, call, page):
        base.set_instants(call, assessment_completed_at=base.timezone.now())

        shown, sent = client.get(page), client.post(page, post_of(call, need="6"))

        assert b'<form method="post" novalidate' not in shown.content
        assert sent.status_code == 422
        assert not Score.objects.exists()


class TestFinish:
    def test_sends_everything(self, client, call, juror):
        for one in factories.own_assessments(juror):
            factories.grade(one, 5, send=False)

        page, sent = client.get(url("finish", call.slug)), client.post(url("finish", call.slug))

        assert page.context["summary"].distribution[2][::2] == (5, 10)
        assert sent.status_code == 302
        assert {one.state for one in factories.own_assessments(juror)} == {AssessmentState.FINAL}

    def test_says_what_is_missing(self, client, call, juror):
        first, second = factories.own_assessments(juror)
        factories.grade(first, 5, send=False)

        response = client.post(url("finish", call.slug))

        assert response.status_code == 422
        assert f"#row-{second.sketch.reference}" in response.content.decode()


def test_open_tasks_of_a_juror():
    call = factories.make_assigned(sketches=2, jurors=3)
    juror = call.jurors.select_related("user").first()
    factories.make_juror(base.make_call(), accept=False, email=juror.user.email)
    juror.declarations.first().delete()

    titles = [task.title for task in open_tasks(juror.user)]

    assert titles == [
        "Answer the invitation to the jury",
        "Declare impartiality for 1 sketch",
        "Assess 2 sketches",
    ]


QUERIES = {"queue": 6, "finish": 7, "impartiality": 9, "assess": 7}


@pytest.mark.parametrize("sketches", [1, 4])
@pytest.mark.parametrize("name", QUERIES)
def test_pages_ask_the_same_number_of_questions_at_any_length(client, django_assert_num_queries, name, sketches):
    call = factories.make_assigned(sketches=sketches, jurors=3)
    juror = call.jurors.select_related("user").first()
    client.force_login(juror.user)
    arguments = [call.slug] + ([factories.own_assessments(juror)[0].sketch.reference] if name == "assess" else [])
    client.get(url(name, *arguments))  # sites, locales and content types are remembered by the process

    with django_assert_num_queries(QUERIES[name]):
        client.get(url(name, *arguments))


@pytest.mark.parametrize("sketches", [1, 4])
def test_saving_asks_the_same_number_of_questions(client, django_assert_num_queries, sketches):
    call = factories.make_assigned(sketches=sketches, jurors=3)
    juror = call.jurors.select_related("user").first()
    client.force_login(juror.user)
    page = url("autosave", call.slug, factories.own_assessments(juror)[0].sketch.reference)
    client.post(page, post_of(call, need="6"))
    changed = post_of(call, 1, need="5")

    with django_assert_num_queries(11 + 2):  # a savepoint stands for the transaction that the test is in already
        client.post(page, changed)


def test_the_result_page(client):
    call = factories.make_decided(sketches=2, jurors=3)
    page = reverse("home:result", args=[call.slug])
    before = client.get(page).status_code
    letters.send_letters(by=factories.staff(call), call=call)
    letters.publish_result(by=factories.staff(call), call=call)

    response = client.get(page)

    assert (before, response.status_code) == (404, 200)
    assert "1 of 2 sketches is awarded" in response.content.decode()
    assert "Reasons for Sketch 1." in response.content.decode()
    assert "Reasons for Sketch 2." not in response.content.decode()
    assert page in client.get(reverse("competition:call", args=[call.slug])).content.decode()


def test_a_file_is_downloaded_by_its_juror_only(client):
    call = base.make_call()
    sketch = base.make_sketch(call=call)
    question = call.questions.filter(kind="file").first() or call.questions.create(
        order=99, code="files", kind="file", label="Files", required=False
    )
    by = base.writer_of(sketch)
    upload = SimpleUploadedFile("plan.pdf", PDF)
    attachments.add_attachment(by=by, sketch=sketch, question=question, file=upload)
    base.submit(sketch)
    base.close(call)
    owner = factories.staff(call)
    formal_check.admit_sketches(by=owner, call=call, sketches=[sketch])
    formal_check.complete_formal_check(by=owner, call=call)
    jurors = [factories.make_juror(call) for _number in range(3)]
    for one in jurors[:2]:
        factories.declare_all(one)
    assignment.publish_assignment(by=owner, run=factories.compute_assignment(call))
    file = Assessment.objects.first().version.files[0]
    page = url("attachment", call.slug, sketch.reference, file["id"])
    make_preview(pk=file["id"])
    picture = url("attachment_preview", call.slug, sketch.reference, file["id"])
    answers, pictures = [], []
    for user in (jurors[0].user, jurors[2].user, base.make_user()):
        client.force_login(user)
        answers.append(client.get(page))
        pictures.append(client.get(picture))
    client.force_login(jurors[0].user)
    shown = client.get(url("assess", call.slug, sketch.reference)).content.decode()

    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert answers[0]["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert answers[0]["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answers[0].streaming_content).startswith(b"%PDF")
    assert [answer.status_code for answer in pictures] == [200, 404, 404]
    assert (pictures[0]["Content-Type"], pictures[0].getvalue()[8:12]) == ("image/webp", b"WEBP")
    assert f'src="{picture}" alt="First page of plan.pdf" width="48" height="68" loading="lazy"' in shown


def test_the_jury_reads_its_own_words_above_an_answer(client):
    call = base.make_call()
    call.questions.filter(code="need").update(jury_label_en="What nobody sells today")
    sketch = base.make_submitted_sketch(call=call)
    base.close(call)
    owner = base.owner_of(call.programme)
    formal_check.admit_sketches(by=owner, call=call, sketches=[sketch])
    formal_check.complete_formal_check(by=owner, call=call)
    for _number in range(3):
        factories.declare_all(factories.make_juror(call))
    assignment.publish_assignment(by=factories.staff(call), run=factories.compute_assignment(call))
    client.force_login(call.jurors.first().user)

    html = client.get(f"/en/jury/{call.slug}/{sketch.reference}/").content.decode()

    assert "<h2>What nobody sells today</h2>" in html
    assert call.questions.get(code="need").label_en not in html
