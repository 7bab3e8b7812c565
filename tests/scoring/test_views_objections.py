"""The jury as an agency sees it: who gets there, what can be pressed, and that nothing tells who judges what."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import MemberRole
from scoring.enums import JurorRole, ObjectionState, Verdict
from scoring.models import Assessment, ImpartialityDeclaration, ImpartialityReason, Objection
from scoring.services.objections import object_to_juror
from scoring.services.publication import publish_jury
from tests import factories as base
from tests.scoring import factories
from tests.site import ensure_site_tree
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db

OBJECTIONS_QUERIES = 6
TOKEN = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]+"|data-now="[^"]+"|T?\b\d\d:\d\d(:\d\d)?(\.\d+)?(?=\+00:00|\b)'
)


@pytest.fixture
def call():
    ensure_site_tree(hostname="testserver")
    call = factories.make_assigned(sketches=2, jurors=2, jurors_per_sketch=1)
    publish_jury(by=factories.staff(call), call=call, is_published=True)
    for number, juror in enumerate(call.jurors.order_by("pk")):
        juror.user.name = f"Expert {number}"
        juror.user.save()
    return call


@pytest.fixture
def sketch(call):
    return call.sketches.order_by("pk").first()


@pytest.fixture
def juror(call):
    return call.jurors.order_by("pk").first()


def browser(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(sketch):
    return f"/en/my/sketches/{sketch.reference}/jury/"


def objection(juror, code="family", statement=""):
    prefix = f"juror-{juror.pk}"
    return {"juror": juror.pk, f"{prefix}-reason": code, f"{prefix}-statement": statement}


def object_to(juror, sketch):
    reason = ImpartialityReason.objects.get(code="family")
    return object_to_juror(by=base.writer_of(sketch), sketch=sketch, juror=juror, reason=reason)


def plain(response, sketch):
    body = TOKEN.sub(b"", response.content)
    for own, name in ((sketch.reference, b"REF"), (sketch.title, b"TITLE"), (base.writer_of(sketch).email, b"WHO")):
        body = body.replace(own.encode(), name)
    return response.status_code, body


def test_an_objection_is_made_and_taken_back(sketch, juror):
    client = browser(base.writer_of(sketch))

    sent = client.post(page_of(sketch), objection(juror), follow=True)
    made = Objection.objects.get()
    back = client.post(page_of(sketch), {"withdraw": made.pk}, follow=True)

    made.refresh_from_db()
    assert (made.juror, made.sketch, made.state) == (juror, sketch, ObjectionState.WITHDRAWN)
    assert b"Your objection has been received." in sent.content
    assert b"Not settled yet" in sent.content
    assert b"The objection is taken back." in back.content


def test_what_is_wrong_is_told_at_the_field_and_the_text_is_kept(sketch, juror):
    client = browser(base.writer_of(sketch))

    empty = client.post(page_of(sketch), objection(juror, ""))
    long = client.post(page_of(sketch), objection(juror, "other", "x" * 1001))
    control = client.post(page_of(sketch), objection(juror, "other", "a\x07b"))
    nothing = client.post(page_of(sketch), objection(juror, "other"))

    assert [one.status_code for one in (empty, long, control, nothing)] == [422] * 4
    assert list(empty.context["form"].errors) == ["reason"]
    assert list(long.context["form"].errors) == list(nothing.context["form"].errors) == ["statement"]
    assert b"x" * 1001 in long.content
    assert not Objection.objects.exists()


def test_a_second_objection_to_the_same_juror_is_refused_with_a_reason(sketch, juror):
    client = browser(base.writer_of(sketch))
    client.post(page_of(sketch), objection(juror))

    again = client.post(page_of(sketch), objection(juror, "employer"))

    assert (again.status_code, Objection.objects.count()) == (422, 1)


@pytest.mark.parametrize(
    "data", [{}, {"juror": "x"}, {"juror": "9" * 30}, {"withdraw": "9" * 30}, {"withdraw": "x\x00"}]
)
def test_what_is_not_there_is_not_found(sketch, data):
    assert browser(base.writer_of(sketch)).post(page_of(sketch), data).status_code == 404


def test_readers_strangers_and_others_applicants_find_nothing(call, sketch):
    other = call.sketches.exclude(pk=sketch.pk).get()
    people = [base.add_colleague(sketch, role=MemberRole.READER), base.make_user(), base.writer_of(other)]

    statuses = [browser(person).get(page_of(sketch)).status_code for person in people]

    assert statuses == [404] * 3
    assert Client().get(page_of(sketch)).status_code == 302


def test_the_way_to_it_is_shown_only_while_the_jury_is_published(call, sketch):
    client = browser(base.writer_of(sketch))
    own = f"/en/my/sketches/{sketch.reference}/"

    published = [page_of(sketch).encode() in client.get(page).content for page in (own, f"{own}status/")]
    publish_jury(by=factories.staff(call), call=call, is_published=False)
    hidden = [page_of(sketch).encode() in client.get(page).content for page in (own, f"{own}status/")]

    assert (published, hidden) == ([True] * 2, [False] * 2)
    assert client.get(page_of(sketch)).status_code == 404


def test_the_same_bytes_whether_or_not_the_juror_has_the_sketch(call, juror):
    given = Assessment.objects.standing().get(juror=juror).sketch
    other = call.sketches.exclude(pk=given.pk).get()
    ImpartialityDeclaration.objects.filter(juror=juror, sketch=other).update(
        verdict=Verdict.DISQUALIFIED, reason=ImpartialityReason.objects.get(code="family")
    )
    seen = {}

    for sketch in (given, other):
        client = browser(base.writer_of(sketch))
        before = plain(client.get(page_of(sketch)), sketch)
        sent = plain(client.post(page_of(sketch), objection(juror), follow=True), sketch)
        twice = plain(client.post(page_of(sketch), objection(juror)), sketch)
        made = str(sketch.objections.get().pk).encode()
        seen[sketch.pk] = [
            (status, body.replace(b'value="' + made, b'value="PK')) for status, body in (before, sent, twice)
        ]

    assert seen[given.pk] == seen[other.pk]


@pytest.mark.parametrize("jurors", [2, 5])
def test_the_page_asks_the_same_number_of_questions_at_any_length(jurors, django_assert_num_queries):
    call = factories.make_assigned(sketches=1, jurors=jurors, jurors_per_sketch=1)
    publish_jury(by=factories.staff(call), call=call, is_published=True)
    sketch = call.sketches.get()
    for juror in call.jurors.all():
        object_to(juror, sketch)
    client = browser(base.writer_of(sketch))
    client.get(page_of(sketch))  # sites and content types are remembered by the process

    with django_assert_num_queries(OBJECTIONS_QUERIES):
        client.get(page_of(sketch))


def test_everybody_reads_who_has_accepted_and_no_address(call, juror):
    factories.make_juror(call, accept=False)
    nameless = factories.make_juror(
        call, role=JurorRole.CHAIR, organisation=base.make_organisation(name="Nord University")
    )

    shown = Client().get(f"/en/calls/{call.slug}/").content.decode()
    juror.user.name = "Another name"
    juror.user.save()
    renamed = Client().get(f"/en/calls/{call.slug}/").content.decode()
    publish_jury(by=factories.staff(call), call=call, is_published=False)
    hidden = Client().get(f"/en/calls/{call.slug}/").content.decode()

    assert "Expert 0" in shown
    assert "Expert 1" in shown
    assert "Nord University" in shown
    assert "Name not given" in shown
    assert nameless.user.email not in shown
    assert juror.user.email not in shown
    assert "Another name" in renamed
    assert "Another name" not in hidden
    assert "Nord University" not in hidden


def test_a_jury_that_is_not_published_leaves_no_trace_in_the_version_of_the_page(call, juror):
    publish_jury(by=factories.staff(call), call=call, is_published=False)
    call.refresh_from_db()
    before = call.public_revision

    factories.make_juror(call)
    juror.user.name = "Another name"
    juror.user.save()

    call.refresh_from_db()
    assert call.public_revision == before


def test_the_juror_sees_that_the_pair_waits_and_not_why(sketch, juror):
    object_to(juror, sketch)

    page = browser(juror.user).get(reverse("scoring:impartiality", args=[sketch.call.slug]))

    assert [(row.sketch, row.reason) for row in page.context["locked"]] == [(sketch, "")]
    assert "To be settled by the jury chair" in page.content.decode()


def test_the_chair_settles_on_the_jurys_page(call, sketch, juror):
    chair = factories.make_juror(call, role=JurorRole.CHAIR)
    factories.declare_all(chair)
    made, client = object_to(juror, sketch), browser(chair.user)
    page = reverse("scoring:settle_objection", args=[call.slug, made.pk])

    shown = client.get(reverse("scoring:impartiality", args=[call.slug])).content.decode()
    client.post(page, {"upheld": "perhaps"})
    unchanged = Objection.objects.get().state
    client.post(page, {"upheld": "yes"})

    assert page in shown
    assert (unchanged, Objection.objects.get().state) == (ObjectionState.OPEN, ObjectionState.UPHELD)
    assert client.post(page, {"upheld": "no"}).status_code == 404


class TestWorkspace:
    def test_the_secretary_settles_and_the_case_is_gone(self, call, sketch, juror):
        made, client = object_to(juror, sketch), staff_client(call.programme, "jury_secretary")
        page = url_of("scoring_workspace:settle_objection", call, made.pk)

        listed = page in client.get(url_of("scoring_workspace:jury", call)).content.decode()
        empty = client.post(page, {})
        done = client.post(page, {"upheld": "no"})

        assert (listed, empty.status_code, done.status_code) == (True, 422, 302)
        assert Objection.objects.get().state == ObjectionState.NOT_UPHELD
        assert client.get(page).status_code == 404

    def test_publishing_and_telling_the_later_of_two(self, call):
        client, page = staff_client(call.programme), url_of("scoring_workspace:publication", call)
        form = client.get(page).context["form"]
        hidden = {name: form.initial[name] for name in ("revision", "seen")}

        first = client.post(page, hidden | {"is_published": "on", "objections_until": "2027-01-31"})
        second = client.post(page, hidden | {"is_published": "on", "objections_until": "2027-02-28"})
        bad = client.post(page, hidden | {"objections_until": "soon"})

        call.jury_publication.refresh_from_db()
        assert [one.status_code for one in (first, second, bad)] == [302, 422, 422]
        assert b"2027-01-31" in second.content
        assert str(call.jury_publication.objections_until) == "2027-01-31"
