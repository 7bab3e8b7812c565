"""Owners and call managers in Wagtail's editor: their own programme's pages, pictures and documents, and no others."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import GroupCollectionPermission, Page
from wagtail.permissions import policy_registry

from competition.enums import ProgrammeRole
from competition.models import Call, CallPage, ProgrammePage
from competition.services.calls import publish_call
from competition.services.programme_editors import EDITING_ROLES, collection_of
from competition.services.programme_members import set_roles
from home.models import NewsPage
from tests import factories
from tests.permissions.test_who_may_do_what import LINES, PEOPLE
from tests.site import ensure_site_tree
from tests.workspace_client import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree():
    ensure_site_tree()


@pytest.fixture
def call():
    return factories.make_call()


@pytest.fixture
def owner(call) -> Client:
    return staff_client(call.programme)


@pytest.fixture
def stranger() -> Client:
    return staff_client(factories.make_call().programme)


def pages_of(call):
    """The call's page and its programme's, in English."""
    return [
        CallPage.objects.get(call=call, locale__language_code="en"),
        ProgrammePage.objects.get(programme=call.programme, locale__language_code="en"),
    ]


def address(action: str, page: Page) -> str:
    return reverse(f"wagtailadmin_pages:{action}", args=[page.pk])


def opens(client: Client, url: str) -> bool:
    return client.get(url).status_code == 200


def save(client: Client, page: Page, more: str, **fields):
    data = {
        "title": page.title,
        "slug": page.slug,
        "more": f'{{"blocks":[{{"key":"a","type":"unstyled","text":"{more}"}}],"entityMap":{{}}}}',
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "action-publish": "1",
    }
    return client.post(address("edit", page), data | fields)


@pytest.mark.parametrize("role", ProgrammeRole.values)
def test_the_editor_opens_for_those_whom_the_table_names(call, role):
    line = next(line for line in LINES if line.permission == "competition.edit_pages")
    client = staff_client(call.programme, role)

    answers = {opens(client, address("edit", page)) for page in pages_of(call)}

    assert answers == {role in {name for name in PEOPLE.values() if name in line.may}}
    assert (role in line.may) == (role in EDITING_ROLES)


class TestText:
    def test_it_is_written_and_published_on_both_pages(self, call, owner, client):
        for page in pages_of(call):
            assert save(owner, page, f"More of {page.slug}").status_code == 302

        for page in pages_of(call):
            assert f"More of {page.slug}" in page.more
            assert f"More of {page.slug}" in client.get(page.get_url()).content.decode()

    def test_news_of_the_programme_stand_on_its_page(self, call, owner, client):
        page = pages_of(call)[1]
        news = NewsPage(title="We have begun", slug="begun")
        create = reverse("wagtailadmin_pages:add", args=["home", "newspage", page.pk])

        assert opens(owner, create)
        page.add_child(instance=news)
        text = client.get(page.get_url()).content.decode()

        assert "We have begun" in text
        assert client.get(news.get_url()).status_code == 200
        assert opens(owner, address("edit", news))

    def test_an_old_revision_published_again_moves_no_date(self, call, owner):
        page = pages_of(call)[0]
        old = page.save_revision()
        save(owner, page, "New")
        factories.set_instants(call, deadline=call.deadline.replace(year=call.deadline.year + 1))

        old.publish()

        before, call = call, Call.objects.get(pk=call.pk)
        assert (call.deadline, call.questions.count()) == (before.deadline, before.questions.count())
        assert pages_of(call)[0].call == call

    @pytest.mark.parametrize("action", ["delete", "unpublish", "move", "copy"])
    def test_given_pages_are_neither_taken_down_nor_moved(self, call, owner, action):
        answers = [opens(owner, address(action, page)) for page in pages_of(call)]

        assert answers == [False, False]


class TestOthers:
    @pytest.mark.parametrize("action", ["edit", "delete", "unpublish", "copy", "history"])
    def test_another_programmes_owner_opens_none_of_the_pages(self, call, stranger, action):
        assert [opens(stranger, address(action, page)) for page in pages_of(call)] == [False, False]

    def test_another_programmes_owner_saves_nothing(self, call, stranger):
        for page in pages_of(call):
            save(stranger, page, "Not mine")

        assert [page.more for page in pages_of(call)] == ["", ""]

    def test_the_tree_and_the_search_show_ones_own_pages_only(self, call, owner, stranger):
        ours = call.title
        home = pages_of(call)[1].get_parent()
        listing = reverse("wagtailadmin_explore", args=[home.pk])
        search = reverse("wagtailadmin_pages:search") + "?q=programme"

        assert call.programme.name in owner.get(listing).content.decode()
        assert call.programme.name not in stranger.get(listing).content.decode()
        assert call.programme.name not in stranger.get(search).content.decode()
        assert ours not in stranger.get(reverse("wagtailadmin_explore_root")).content.decode()


class TestCollections:
    def test_documents_are_seen_and_chosen_by_their_programme_only(self, call, owner, stranger):
        file = ContentFile(b"text", name="fjord.txt")
        document = Document.objects.create(title="Fjord of ours", file=file, collection=collection_of(call.programme))
        edit = reverse("wagtaildocs:edit", args=[document.pk])
        places = [reverse("wagtaildocs:index"), reverse("wagtaildocs_chooser:choose")]

        seen = [[b"Fjord of ours" in each.get(url).content for url in places] for each in (owner, stranger)]

        assert seen == [[True, True], [False, False]]
        assert (opens(owner, edit), opens(stranger, edit)) == (True, False)

    def test_pictures_are_chosen_and_changed_by_their_programme_only(self, call, owner, stranger):
        picture = Image.objects.create(
            title="Fjord", file="fjord.png", width=1, height=1, file_size=1, collection=collection_of(call.programme)
        )

        may = [
            policy_registry.get_by_type(Image).user_has_permission_for_instance(each.staff, action, picture)
            for each in (owner, stranger)
            for action in ("choose", "change")
        ]

        assert may == [True, True, False, False]

    def test_documents_are_uploaded_to_the_programmes_own_collection(self, call, owner):
        form = owner.get(reverse("wagtaildocs:add_multiple")).content.decode()

        assert form.count("<option") <= 1
        assert owner.get(reverse("wagtaildocs:index")).status_code == 200

    def test_each_programme_has_one_collection_however_often_it_is_asked(self, call):
        first, second = collection_of(call.programme), collection_of(call.programme)

        assert first == second
        assert GroupCollectionPermission.objects.filter(collection=first).count() == 6


class TestComingAndGoing:
    def test_who_leaves_the_role_finds_nothing_any_more(self, call, owner):
        by = factories.owner_of(call.programme)

        set_roles(by=by, programme=call.programme, user=owner.staff, roles=["observer"])

        assert [opens(owner, address("edit", page)) for page in pages_of(call)] == [False, False]
        set_roles(by=by, programme=call.programme, user=owner.staff, roles=["call_manager"])
        assert [opens(owner, address("edit", page)) for page in pages_of(call)] == [True, True]

    def test_a_call_published_later_is_theirs_too(self, call, owner, stranger):
        later = factories.make_call(programme=call.programme, publish=False)

        publish_call(by=factories.owner_of(call.programme), call=later)

        page = pages_of(later)[0]
        assert (opens(owner, address("edit", page)), opens(stranger, address("edit", page))) == (True, False)
