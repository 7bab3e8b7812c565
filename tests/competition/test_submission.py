"""Handing in a sketch."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_submit_sketch():
    sketch = factories.make_sketch()

    version = factories.submit(sketch)

    assert version.number == 1
