"""What a transactional test finds and leaves: the rows that migrations made, and nothing else."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import Locale, Page

from accounts.models import User


def rows() -> dict[str, int]:
    models = [Group, Permission, Locale, Page, User]
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_rows_of_migrations_are_there_each_time(turn):
    before = rows()

    assert before["Permission"] > 100
    assert (before["User"], before["Page"] > 0, before["Locale"] > 0) == (0, True, True)

    Permission.objects.first().delete()
    Group.objects.create(name="left behind")
    Locale.objects.update(language_code="xx")
    User.objects.create(email="left.behind@example.org")
    assert not Locale.objects.filter(language_code="nb").exists()


@pytest.mark.django_db
def test_rows_of_migrations_are_there_without_a_transaction_too():
    assert Locale.objects.filter(language_code="nb").exists()
    assert not Group.objects.filter(name="left behind").exists()
