"""What owners set of their programme, who works in it, and that nobody reaches another's."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import ModelLogEntry

from accounts.errors import InvalidInput, NotAllowed
from accounts.models import User
from competition import tasks
from competition.enums import ProgrammeRole
from competition.errors import StaleEdit
from competition.models import ProgrammePage
from competition.selectors.workspace import has_workspace
from competition.services.programme_members import invite_member, set_roles
from competition.services.programme_pages import ensure_programme_pages
from competition.services.programme_settings import save_partner, update_programme
from competition.services.programmes import grant_programme_role
from notifications.models import Letter
from tests import factories
from tests.scoring import factories as scoring_factories
from tests.site import ensure_site_tree
from tests.workspace_client import queries_of, staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return factories.make_programme(name_nb="Fjordprogrammet", name_en="The fjord programme", languages=["nb", "en"])


@pytest.fixture
def owner(programme):
    return factories.owner_of(programme)


SITE_HISTORY = "wagtailadmin_reports:site_history"


def picture(name="logo.png", size=(40, 20)):
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")


PICTURE = picture().read()
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class TestPages:
    def test_one_live_page_for_each_language_and_none_twice(self, programme):
        ensure_site_tree()

        made = [len(ensure_programme_pages(programme=programme)) for _n in range(2)]

        pages = ProgrammePage.objects.live().filter(programme=programme)
        assert made == [2, 0]
        assert {page.locale.language_code: page.title for page in pages} == {
            "nb": "Fjordprogrammet",
            "en": "The fjord programme",
        }
        assert len({page.translation_key for page in pages}) == 1

    def test_language_that_is_given_up_loses_its_page_and_gets_it_back(self, programme, owner):
        ensure_site_tree()
        ensure_programme_pages(programme=programme)

        live = []
        for languages in (["nb"], ["nb", "en"]):
            update_programme(by=owner, programme=programme, languages=languages)
            live.append(ProgrammePage.objects.live().filter(programme=programme).count())

        assert live == [1, 2]

    def test_publishing_a_call_makes_them_and_the_public_reads_them(self, programme, client):
        ensure_site_tree()
        factories.make_call(programme=programme)

        page = client.get(reverse("competition:programme", args=[programme.slug]))

        assert page.status_code == 200
        assert "The fjord programme" in page.content.decode()
        assert ProgrammePage.objects.filter(programme=programme).count() == 2


class TestSettings:
    def test_owner_changes_and_the_log_says_so(self, programme, owner):
        update_programme(by=owner, programme=programme, name_en="Fjords and more", deadline_hour="12:00")

        programme.refresh_from_db()
        assert (programme.name_en, programme.deadline_hour.hour, programme.revision) == ("Fjords and more", 12, 1)
        assert ModelLogEntry.objects.filter(action="competition.update_programme").count() == 1

    @pytest.mark.parametrize("role", [role for role in ProgrammeRole if role != "owner"])
    def test_nobody_else_does(self, programme, role):
        person = factories.make_member(programme, role)

        with pytest.raises(NotAllowed):
            update_programme(by=person, programme=programme, name_en="Mine")

    @pytest.mark.parametrize(
        ("fields", "at_fault"),
        [
            ({"languages": []}, "languages"),
            ({"name_nb": ""}, "name_nb"),
            ({"name_en": "x" * 201}, "name_en"),
            ({"contact_mailbox": "nobody"}, "contact_mailbox"),
            ({"slug": "a b"}, "slug"),
        ],
    )
    def test_bad_input_is_told_at_the_field(self, programme, owner, fields, at_fault):
        with pytest.raises(InvalidInput) as refused:
            update_programme(by=owner, programme=programme, **fields)

        assert at_fault in refused.value.errors

    def test_short_name_is_fixed_once_a_call_is_published(self, programme, owner):
        update_programme(by=owner, programme=programme, slug="fjords")
        factories.make_call(programme=programme)

        with pytest.raises(InvalidInput):
            update_programme(by=owner, programme=programme, slug="hills")

    def test_whoever_saves_later_is_told(self, programme, owner):
        update_programme(by=owner, programme=programme, name_en="First", expected_revision=0)

        with pytest.raises(StaleEdit):
            update_programme(by=owner, programme=programme, name_en="Second", expected_revision=0)

    def test_page_saves_and_keeps_what_was_typed(self, programme):
        client = staff_client(programme)
        url = reverse("workspace:programme", args=[programme.pk])
        data = {
            "name_nb": "Fjord", "name_en": "Fjord", "languages": ["nb"], "slug": programme.slug,
            "contact_mailbox": "post@example.com", "deadline_hour": "12:00", "revision": "0",
        }  # fmt: skip

        saved = client.post(url, data)
        refused = client.post(url, data | {"contact_mailbox": "x\x00y", "name_en": "Kept", "revision": "1"})

        assert saved.status_code == 302
        assert refused.status_code == 422
        assert "Kept" in refused.content.decode()

    def test_page_asks_as_often_for_many_people_as_for_few(self, programme):
        client = staff_client(programme)
        url = reverse("workspace:programme", args=[programme.pk])
        few = queries_of(client, url)
        for _n in range(5):
            factories.make_member(programme, "observer")
            save_partner(by=factories.owner_of(programme), programme=programme, name="Partner", url="", order=1)

        assert queries_of(client, url) == few <= 14


class TestPartners:
    def test_partner_with_a_logo(self, programme):
        client = staff_client(programme)
        url = reverse("workspace:partner_add", args=[programme.pk])

        answer = client.post(url, {"name": "Fjord County", "url": "fjord.example", "order": "2", "logo": picture()})

        partner = programme.partners.get()
        assert answer.status_code == 302
        assert (partner.name, partner.url, partner.order) == ("Fjord County", "https://fjord.example", 2)
        assert partner.logo.description == "Fjord County"

    @pytest.mark.parametrize(
        "data",
        [
            {"name": ""},
            {"name": "x" * 300},
            {"url": "javascript:alert(1)"},
            {"order": "9" * 20},
            {"logo": SimpleUploadedFile("logo.png", b"MZ no picture", content_type="image/png")},
            {"logo": SimpleUploadedFile("logo.svg", DRAWING, content_type="image/svg+xml")},
            {"logo": SimpleUploadedFile("logo.png", DRAWING, content_type="image/png")},
            {"logo": SimpleUploadedFile("logo.png", PICTURE + b"0" * 2 * 1024 * 1024, content_type="image/png")},
        ],
    )
    def test_bad_input_is_a_message(self, programme, data):
        client = staff_client(programme)

        answer = client.post(
            reverse("workspace:partner_add", args=[programme.pk]), {"name": "Partner", "url": "", "order": "0"} | data
        )

        assert answer.status_code == 422
        assert not programme.partners.exists()


class TestPeople:
    def test_new_person_gets_roles_and_one_letter(self, programme, owner):
        invite_member(
            by=owner, programme=programme, email="New@Example.com", roles=["case_officer", "observer"], language="en"
        )
        entry = ModelLogEntry.objects.get(action="competition.set_roles")
        for _n in range(2):
            tasks.write_programme_roles(entry.pk)

        person = User.objects.get(email="new@example.com")
        letter = Letter.objects.get(recipient="new@example.com")
        assert has_workspace(person)
        assert "Case officer" in letter.text
        assert "The fjord programme" in letter.subject

    def test_last_owner_stays(self, programme, owner):
        with pytest.raises(InvalidInput):
            set_roles(by=owner, programme=programme, user=owner, roles=["observer"])
        second = factories.make_member(programme, "owner")

        set_roles(by=second, programme=programme, user=owner, roles=[])

        assert not has_workspace(User.objects.get(pk=owner.pk))

    def test_juror_of_a_running_call_does_not_become_the_one_who_decides(self, programme, owner):
        juror = scoring_factories.make_juror(factories.make_call(programme=programme))

        with pytest.raises(InvalidInput):
            set_roles(by=owner, programme=programme, user=juror.user, roles=["decision_maker"])
        with pytest.raises(InvalidInput):
            grant_programme_role(by=owner, programme=programme, user=juror.user, role="decision_maker")

    def test_roles_that_changed_meanwhile_are_told(self, programme, owner):
        person = factories.make_member(programme, "observer")

        with pytest.raises(StaleEdit):
            set_roles(by=owner, programme=programme, user=person, roles=["owner"], expected=["case_officer"])

    def test_taken_off_loses_the_workspace(self, programme, owner):
        client = staff_client(programme, "observer")

        set_roles(by=owner, programme=programme, user=client.staff, roles=[])

        assert client.get(reverse("workspace:list")).status_code == 302

    @pytest.mark.parametrize(
        "data", [{}, {"email": "no address", "roles": ["owner"]}, {"email": "a@b.no", "roles": ["x"]}]
    )
    def test_bad_input_is_a_message(self, programme, data):
        client = staff_client(programme)

        assert client.post(reverse("workspace:member_add", args=[programme.pk]), data).status_code == 422


@pytest.mark.parametrize("name", ["wagtailsnippets:index", "wagtailusers_users:index", "wagtailsites:index"])
def test_wagtails_other_doors_stay_shut_to_owners(programme, name):
    ensure_site_tree()

    assert staff_client(programme).get(reverse(name)).status_code in (302, 403, 404)


@pytest.mark.parametrize(
    "name", ["wagtailadmin_explore_root", "wagtailimages:index", "wagtaildocs:index", SITE_HISTORY]
)
def test_what_wagtail_lists_for_an_owner_is_of_the_own_programme(programme, name):
    ensure_site_tree()
    factories.make_call(programme=programme)
    stranger = staff_client(factories.make_call().programme)

    answer = stranger.get(reverse(name))

    assert answer.status_code == 200
    assert programme.name not in answer.content.decode()
