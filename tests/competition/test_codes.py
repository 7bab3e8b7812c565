"""Invitation codes: made, used by exactly as many as may, told clearly and to nobody who guesses."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MemberRole
from accounts.errors import InvalidInput, NotAllowed
from competition import tries
from competition.enums import AccessMode, Phase, ProgrammeRole
from competition.errors import DeadlinePassed, IllegalTransition, NeedsCode, StaleEdit, TooManyTries
from competition.models import AccessException, Call, CodeRedemption, InvitationCode
from competition.numbers import ALPHABET, is_number
from competition.services import sketches
from competition.services.access import make_codes, redeem_code, revoke_code, set_access
from home.demo.travel import at
from tests import factories
from tests.competition import amendments
from tests.competition.exceptions import grant, hours
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


def call_by_code(**fields) -> Call:
    return factories.set_instants(factories.make_call(**fields), access=AccessMode.CODE)


def a_code(call: Call, **fields) -> InvitationCode:
    return make_codes(by=factories.owner_of(call.programme), call=call, **({"labels": ["Fjordby"]} | fields))[0]


def an_agency(**fields):
    writer = factories.make_user()
    return writer, factories.make_organisation(member=writer, **fields)


def redeem(call, code, agency=None):
    writer, organisation = agency or an_agency()
    typed = code if isinstance(code, str) else code.code
    return redeem_code(by=writer, call=call, organisation=organisation, typed=typed)


class TestMode:
    @pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.ANNOUNCED])
    def test_before_the_opening_it_changes_both_ways(self, phase):
        call = factories.call_in_phase(phase)
        owner = factories.owner_of(call.programme)

        modes = []
        for mode in ("code", "open", "code"):
            set_access(by=owner, call=call, access=mode)
            modes.append(Call.objects.get(pk=call.pk).access)

        assert modes == ["code", "open", "code"]

    def test_while_open_it_only_widens(self):
        call = call_by_code()
        owner = factories.owner_of(call.programme)

        gathered = set_access(by=owner, call=call, access="open")
        amendments.publish(call, kind="change", no_extension_reasons={"en": "It shuts nobody out."})

        assert [change["after"] for change in gathered.changes] == ["open"]
        assert Call.objects.get().access == "open"
        with pytest.raises(InvalidInput):
            set_access(by=owner, call=call, access="code")

    def test_after_the_deadline_it_stays(self):
        call = call_by_code()
        factories.close(call)

        with pytest.raises(IllegalTransition):
            set_access(by=factories.owner_of(call.programme), call=call, access="open")

    def test_whoever_saves_later_is_told(self):
        call = factories.call_in_phase(Phase.ANNOUNCED)
        owner = factories.owner_of(call.programme)
        set_access(by=owner, call=call, access="code", expected_revision=0)

        with pytest.raises(StaleEdit):
            set_access(by=owner, call=call, access="open", expected_revision=0)

    def test_what_is_no_mode_is_told_at_the_field(self):
        call = factories.call_in_phase(Phase.ANNOUNCED)

        with pytest.raises(InvalidInput):
            set_access(by=factories.owner_of(call.programme), call=call, access="closed")


class TestMaking:
    def test_codes_are_easy_to_read_and_check_themselves(self):
        call = factories.make_call()

        made = make_codes(by=factories.owner_of(call.programme), call=call, labels=["A", "B", ""])

        assert len({code.code for code in made}) == 3
        assert all(is_number(code.code) and set(code.code) <= set(ALPHABET) for code in made)

    @pytest.mark.parametrize(
        ("fields", "at_fault"),
        [
            ({"labels": []}, "number"),
            ({"labels": [""] * 501}, "number"),
            ({"labels": ["x" * 201]}, "labels"),
            ({"uses_at_most": 0}, "uses_at_most"),
            ({"uses_at_most": 10**12}, "uses_at_most"),
            ({"expires_at": hours(-1)}, "expires_at"),
        ],
    )
    def test_bad_input_is_told_at_the_field(self, fields, at_fault):
        with pytest.raises(InvalidInput) as refused:
            a_code(factories.make_call(), **fields)

        assert list(refused.value.errors) == [at_fault]

    @pytest.mark.parametrize("role", [role for role in ProgrammeRole if role not in ("owner", "call_manager")])
    def test_only_managers(self, role):
        call = factories.make_call()

        with pytest.raises(NotAllowed):
            make_codes(by=factories.make_member(call.programme, role), call=call, labels=[""])


class TestUsing:
    def test_an_organisation_without_one_neither_starts_nor_submits(self):
        sketch = factories.make_sketch()
        writer, call = factories.writer_of(sketch), sketch.call
        factories.set_instants(call, access=AccessMode.CODE)

        with pytest.raises(NeedsCode):
            sketches.start_sketch(by=writer, call=call, organisation=sketch.organisation)
        with pytest.raises(NeedsCode):
            factories.submit(sketch)

    @pytest.mark.parametrize("shape", [str, str.lower, lambda c: f" {c[:4]} - {c[4:]} ", "-".join])
    def test_case_spaces_and_hyphens_are_forgiven(self, shape):
        call = call_by_code()
        writer, organisation = an_agency()

        redeem(call, shape(a_code(call).code), (writer, organisation))

        assert sketches.start_sketch(by=writer, call=call, organisation=organisation)

    def test_twice_by_the_same_organisation_is_once(self):
        call = call_by_code()
        code, agency = a_code(call), an_agency()
        colleague = factories.make_user()
        factories.Membership.objects.create(user=colleague, organisation=agency[1], role=MemberRole.EDITOR)

        first, again = redeem(call, code, agency), redeem(call, code, (colleague, agency[1]))

        assert first == again
        assert CodeRedemption.objects.count() == 1

    def test_another_code_of_the_same_organisation_is_not_used_up(self):
        call, agency = call_by_code(), an_agency()
        redeem(call, a_code(call), agency)
        second = a_code(call)

        redeem(call, second, agency)

        assert not second.redemptions.exists()

    def test_a_typo_is_told_as_one_and_costs_no_try(self):
        call = call_by_code()
        code = a_code(call).code
        wrong = code[:3] + ("A" if code[3] != "A" else "B") + code[4:]

        for typed in [wrong, "", "?", code + "A", "O" * 8, "\x00" * 8] * 3:
            with pytest.raises(InvalidInput, match="no code"):
                redeem(call, typed, self.agency)

    @pytest.fixture(autouse=True)
    def _agency(self):
        self.agency = an_agency()

    def test_unknown_code_and_one_of_another_call_are_told_alike(self):
        call, other = call_by_code(), call_by_code()
        foreign, never = a_code(other).code, a_code(call)
        unknown = never.code
        never.delete()

        messages = []
        for typed in (foreign, unknown):
            with pytest.raises(InvalidInput) as refused:
                redeem(call, typed, self.agency)
            messages.append(refused.value.errors)

        assert messages[0] == messages[1]

    @pytest.mark.parametrize(
        ("state", "word"),
        [({"revoked_at": 0}, "revoked"), ({"expires_at": 0}, "expired"), ({"uses_at_most": 1}, "as often")],
    )
    def test_code_that_lets_nobody_in_any_more(self, state, word):
        call = call_by_code()
        code = a_code(call)
        redeem(call, code)
        InvitationCode.objects.update(**{name: value or timezone.now() for name, value in state.items()})

        with pytest.raises(InvalidInput, match=word):
            redeem(call, code, self.agency)

    def test_expiry_is_kept_by_the_databases_clock(self):
        call = call_by_code()
        code = a_code(call, expires_at=hours(2))

        with at(hours(3)), pytest.raises(InvalidInput, match="expired"):
            redeem(call, code, self.agency)
        assert redeem(call, code, self.agency)

    def test_revoked_code_keeps_who_is_in(self):
        call = call_by_code()
        code = a_code(call, uses_at_most=None)
        redeem(call, code, self.agency)

        revoke_code(by=factories.owner_of(call.programme), code=code)
        writer, organisation = self.agency

        assert sketches.start_sketch(by=writer, call=call, organisation=organisation)

    def test_only_for_ones_own_organisation_and_not_by_readers(self):
        call = call_by_code()
        code = a_code(call)
        reader, organisation = factories.make_user(), self.agency[1]
        factories.Membership.objects.create(user=reader, organisation=organisation, role=MemberRole.READER)

        for person in (reader, factories.make_user()):
            with pytest.raises(NotAllowed):
                redeem(call, code, (person, organisation))

    def test_organisation_that_cannot_apply_uses_none_up(self):
        call = call_by_code()
        code = a_code(call)

        with pytest.raises(InvalidInput) as refused:
            redeem(call, code, an_agency(kind="company"))

        assert list(refused.value.errors) == ["organisation"]
        assert not code.redemptions.exists()

    def test_before_the_opening_it_may_be_used_and_after_the_deadline_not(self):
        coming, closed = call_by_code(opens_at=hours(5)), call_by_code()
        code = a_code(closed)
        factories.close(closed)

        assert redeem(coming, a_code(coming), self.agency)
        with pytest.raises(DeadlinePassed):
            redeem(closed, code, self.agency)

    def test_late_exception_lets_a_code_be_used_after_the_deadline(self):
        call = call_by_code()
        code = a_code(call)
        factories.close(call)
        grant(call, self.agency[1])

        assert redeem(call, code, self.agency)
        assert AccessException.objects.count() == 1


class TestGuessing:
    def test_eleventh_wrong_code_is_refused_even_if_the_twelfth_is_right(self):
        call, agency = call_by_code(), an_agency()
        code, never = a_code(call), a_code(call)
        unknown = never.code
        never.delete()
        for _try in range(tries.AT_MOST):
            with pytest.raises(InvalidInput):
                redeem(call, unknown, agency)

        with pytest.raises(TooManyTries) as refused:
            redeem(call, unknown, agency)
        with pytest.raises(TooManyTries):
            redeem(call, code, agency)

        assert 1 <= refused.value.minutes <= tries.MINUTES
        assert redeem(call, code), "somebody else is not held up"

    def test_right_codes_are_no_tries(self):
        call, writer = call_by_code(), factories.make_user()
        code = a_code(call, uses_at_most=None)

        for _n in range(tries.AT_MOST + 5):
            organisation = factories.make_organisation(member=writer)
            redeem(call, code, (writer, organisation))

        assert code.redemptions.count() == tries.AT_MOST + 5


class TestPages:
    def test_link_prefills_and_only_the_button_uses(self, client):
        call = call_by_code()
        code, (writer, organisation) = a_code(call), an_agency()
        client.force_login(writer)
        url = reverse("competition:redeem", args=[call.slug])

        page = client.get(f"{url}?code={code.code}")
        assert not CodeRedemption.objects.exists()
        done = client.post(url, {"code": code.code, "organisation": organisation.pk}, follow=True)

        assert f'value="{code.code}"' in page.content.decode()
        assert CodeRedemption.objects.get().organisation == organisation
        assert done.redirect_chain[0][0] == reverse("competition:start", args=[call.slug])
        assert organisation.name in done.content.decode()

    def test_wrong_code_keeps_what_was_typed(self, client):
        call, (writer, organisation) = call_by_code(), an_agency()
        client.force_login(writer)

        answer = client.post(
            reverse("competition:redeem", args=[call.slug]), {"code": "<b>ABC", "organisation": organisation.pk}
        )

        assert answer.status_code == 422
        assert "&lt;b&gt;ABC" in answer.content.decode()

    @pytest.mark.parametrize(
        "data",
        [{}, {"code": "\x00", "organisation": "x"}, {"code": "A" * 300}, {"code": "A", "organisation": "9" * 40}],
    )
    def test_bad_input_is_a_message(self, client, data):
        call, (writer, _organisation) = call_by_code(), an_agency()
        client.force_login(writer)

        answer = client.post(reverse("competition:redeem", args=[call.slug]), data)

        assert answer.status_code == 422

    def test_start_page_and_call_page_lead_to_the_code(self, client):
        call, (writer, organisation) = call_by_code(), an_agency()
        client.force_login(writer)
        link = reverse("competition:redeem", args=[call.slug])

        start = client.get(reverse("competition:start", args=[call.slug])).content.decode()
        public = client.get(reverse("competition:call", args=[call.slug])).content.decode()
        pressed = client.post(reverse("competition:start", args=[call.slug]), {"organisation": organisation.pk})

        assert link in start
        assert link in public
        assert pressed["Location"] == link

    def test_start_page_says_why_an_organisation_cannot_apply(self, client):
        call = factories.set_instants(factories.make_call(), eligible_countries=["DK"])
        writer, organisation = an_agency()
        client.force_login(writer)

        page = client.get(reverse("competition:start", args=[call.slug])).content.decode()

        assert f"{organisation.name}: This call is not for organisations from Norway." in page


class TestOwnersPages:
    @pytest.fixture
    def owner(self):
        self.call = call_by_code()
        return staff_client(self.call.programme)

    def test_batch_with_labels(self, owner):
        answer = owner.post(
            url_of("workspace:codes_add", self.call),
            {"labels": "Fjordby\n\n  Skogheim  \r\n", "number": "1", "uses_at_most": "", "expires_at": ""},
        )

        assert answer.status_code == 302
        assert sorted(InvitationCode.objects.values_list("label", "uses_at_most")) == [
            ("Fjordby", None),
            ("Skogheim", None),
        ]

    def test_number_without_labels_and_expiry_on_the_calls_clock(self, owner):
        day = (timezone.now() + dt.timedelta(days=20)).date()

        owner.post(
            url_of("workspace:codes_add", self.call),
            {"labels": "", "number": "3", "uses_at_most": "2", "expires_at": f"{day}T13:00"},
        )

        codes = list(InvitationCode.objects.all())
        assert len(codes) == 3
        assert {code.expires_at for code in codes} == {dt.datetime.combine(day, dt.time(13), self.call.zone)}

    @pytest.mark.parametrize(
        "data",
        [
            {"number": "0"},
            {"number": "9" * 30},
            {"uses_at_most": "-1"},
            {"expires_at": "soon"},
            {"expires_at": "2027-03-28T02:30"},
            {"expires_at": "0001-01-01T00:00"},
            {"labels": "x" * 300},
        ],
    )
    def test_bad_input_keeps_what_was_typed(self, owner, data):
        answer = owner.post(
            url_of("workspace:codes_add", self.call), {"labels": "Fjordby", "number": "1", "uses_at_most": "1"} | data
        )

        assert answer.status_code == 422
        assert not InvitationCode.objects.exists()

    def test_characters_that_nobody_sees_are_left_out(self, owner):
        typed = {"labels": "Fjord\x00by", "number": "1", "uses_at_most": "1"}
        owner.post(url_of("workspace:codes_add", self.call), typed)

        assert InvitationCode.objects.get().label == "Fjordby"

    def test_export_has_every_code_with_its_users_and_no_formula(self, owner):
        code = a_code(self.call, labels=["=HYPERLINK(1)"])
        agency = an_agency()
        redeem(self.call, code, agency)

        answer = owner.get(url_of("workspace:codes_export", self.call))

        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert rows[1][:4] == [f"{code.code[:4]}-{code.code[4:]}", "'=HYPERLINK(1)", "1", "1"]
        assert agency[1].name in rows[1][6]
        assert rows[1][7].endswith(f"?code={code.code}")

    def test_code_is_revoked_by_its_page(self, owner):
        code = a_code(self.call)

        asked = owner.get(url_of("workspace:code_revoke", self.call, code.pk))
        owner.post(url_of("workspace:code_revoke", self.call, code.pk))

        code.refresh_from_db()
        assert "Nobody can use the code" in asked.content.decode()
        assert code.revoked_at

    def test_code_of_another_call_is_not_there(self, owner):
        code = a_code(call_by_code())

        assert owner.get(url_of("workspace:code_revoke", self.call, code.pk)).status_code == 404

    def test_exception_is_granted_by_its_page(self, owner):
        organisation = factories.make_organisation(name="Fjordby kommune", number="974760673")
        factories.close(self.call)
        closes = (timezone.now() + dt.timedelta(days=2)).astimezone(self.call.zone).replace(hour=13, minute=0)
        url = url_of("workspace:exception_add", self.call)

        found = owner.get(f"{url}?q=974 760 673").content.decode()
        answer = owner.post(
            f"{url}?q=fjordby",
            {"organisation": organisation.pk, "closes_at": closes.strftime("%Y-%m-%dT%H:%M"), "reason_en": "Fire."},
        )

        assert "Fjordby kommune" in found
        assert answer.status_code == 302
        exception = AccessException.objects.get()
        assert (exception.organisation, exception.reason_en) == (organisation, "Fire.")
        assert exception.closes_at == closes.replace(second=0, microsecond=0)

    def test_exception_without_a_reason_keeps_what_was_typed(self, owner):
        organisation = factories.make_organisation(name="Fjordby kommune")

        answer = owner.post(
            url_of("workspace:exception_add", self.call) + "?q=fjordby",
            {"organisation": organisation.pk, "closes_at": "2099-01-05T13:00", "reason_nb": "Brann."},
        )

        assert answer.status_code == 422
        assert "Brann." in answer.content.decode()
        assert not AccessException.objects.exists()

    def test_page_asks_as_often_for_many_codes_as_for_one(self, owner):
        url = url_of("workspace:access", self.call)
        redeem(self.call, a_code(self.call))
        grant(self.call, factories.make_organisation(), closes_at=hours(5000))
        one = queries_of(owner, url)
        for _n in range(4):
            redeem(self.call, a_code(self.call))
            grant(self.call, factories.make_organisation(), closes_at=hours(5000))

        assert queries_of(owner, url) == one <= 12

    def test_mode_is_switched_and_a_stale_form_is_told(self, owner):
        factories.set_instants(self.call, opens_at=hours(5))
        url = url_of("workspace:access", self.call)

        switched = owner.post(url, {"access": "open", "revision": "0"})
        stale = owner.post(url, {"access": "code", "revision": "0"})

        assert switched.status_code == 302
        assert stale.status_code == 422
        assert "Saved by somebody else" in stale.content.decode()
