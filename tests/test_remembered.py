"""A world that is put back is the one that was made, and it is only put back where it would have come out the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import User
from home.demo import travel
from tests import factories, remembered
from tests.scoring import factories as scoring_factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _memory_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_memory", remembered._Memory())


def rows() -> dict[str, list[str]]:
    """Every row of the tables that this transaction has written to, as text."""
    with connection.cursor() as cursor:
        found = {}
        for table in remembered._writes():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found[table] = [row for (row,) in cursor.fetchall()]
    return {table: there for table, there in found.items() if there}


def as_a_test(make: Callable[[], Any]) -> tuple[Any, int, list[str]]:
    """What a test gets that does this and no more: the result, Django's queries, and the rows at its end."""
    with transaction.atomic():
        remembered.begin(in_a_transaction=True)
        with CaptureQueriesContext(connection) as captured:
            result = make()
        there = rows()
        transaction.set_rollback(True)
    return result, len(captured), there


def decided() -> Any:
    call = scoring_factories.make_decided()
    return call, factories.make_member(call.programme, "observer")


def test_the_same_rows_stand_there_without_a_query() -> None:
    as_a_test(decided)
    (call, member), queries, there = as_a_test(decided)

    (again, member_again), queries_again, there_again = as_a_test(decided)

    assert queries > 0
    assert queries_again == 0
    assert {table: sorted(found) for table, found in there_again.items()} == {
        table: sorted(found) for table, found in there.items()
    }
    assert len(there) > 30
    assert (again, member_again) == (call, member)
    assert vars(again).keys() == vars(call).keys()


def test_what_a_test_holds_in_its_hands_stays_the_same_object() -> None:
    def submitted() -> tuple:
        call = factories.make_call()
        sketch = factories.make_sketch(call=call)
        factories.submit(sketch)
        return call, sketch

    for _time in range(5):  # each step is kept once the one before it was
        (call, sketch), queries, _there = as_a_test(submitted)
        assert sketch.call is call
        assert sketch.state == "submitted"

    assert queries <= 2  # who writes for the organisation is looked up


def test_callbacks_of_the_transaction_are_put_back(django_capture_on_commit_callbacks: Callable) -> None:
    def submitted() -> int:
        with django_capture_on_commit_callbacks() as callbacks:
            factories.make_submitted_sketch()
        return len(callbacks)

    first, second, third = (as_a_test(submitted)[0] for _time in range(3))

    assert first == second == third > 0


def test_after_anything_else_was_written_the_factory_runs() -> None:
    def after_a_row_of_our_own() -> tuple:
        User.objects.create_user("own@example.com")
        return factories.make_user().pk, remembered._memory.after

    made = [as_a_test(after_a_row_of_our_own)[0] for _time in range(3)]

    assert len(set(made)) == 3
    assert {after for _pk, after in made} == {None}


def test_after_a_rollback_the_factory_runs() -> None:
    def taken_back() -> None:
        with transaction.atomic():
            factories.make_user("one@example.com")
            transaction.set_rollback(True)
        factories.make_user("one@example.com")
        assert remembered._memory.after is None

    for _time in range(3):
        as_a_test(taken_back)


def test_at_another_time_the_factory_runs() -> None:
    def travelled() -> dt.datetime:
        with travel.at(timezone.now() + dt.timedelta(days=400)):
            return factories.make_call().opens_at

    assert len({as_a_test(travelled)[0] for _time in range(3)}) == 3


def test_what_has_grown_old_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "FRESH", -1)

    assert len({as_a_test(factories.make_user)[0].pk for _time in range(3)}) == 3


def test_with_other_settings_the_factory_runs(settings: Any) -> None:
    settings.LANGUAGE_CODE = "nb"

    assert len({as_a_test(factories.make_user)[0].pk for _time in range(3)}) == 3


@pytest.mark.parametrize("in_a_transaction", [True, False])
def test_a_test_that_commits_has_no_memory(in_a_transaction: bool) -> None:
    made = set()
    for _time in range(3):
        with transaction.atomic():
            remembered.begin(in_a_transaction=in_a_transaction)
            made.add(factories.make_user().pk)
            transaction.set_rollback(True)

    assert len(made) == (2 if in_a_transaction else 3)


def test_arguments_and_language_tell_one_world_from_another() -> None:
    def made(language: str, title: str, *, unsaved: str = "") -> tuple[str, str]:
        with translation.override(language):
            programme = factories.make_programme()
            programme.name_en = unsaved
            call = factories.make_call(programme=programme, title_en=title)
            return call.title_en, call.programme.name_en

    for _time in range(3):
        assert as_a_test(lambda: made("en", "One"))[0] == ("One", "")
        assert as_a_test(lambda: made("nb", "One", unsaved="Name"))[0] == ("One", "Name")
        assert as_a_test(lambda: made("en", "Two"))[0] == ("Two", "")
