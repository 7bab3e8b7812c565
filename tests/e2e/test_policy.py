"""The strict content security policy and a call's page: its data is no script, while a script would be told of."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.urls import reverse
from django.utils import translation

from home.demo.world import World
from tests import factories
from tests.e2e.pages import Person

LISTEN = "addEventListener('securitypolicyviolation', event => console.error('policy: ' + event.violatedDirective))"
ADD_SCRIPT = "document.head.append(Object.assign(document.createElement('script'), {textContent: 'var ran = true'}))"


def test_data_for_search_engines_offends_no_policy(world: World, person: Callable[..., Person]) -> None:
    call = factories.make_call()
    with translation.override("en"):
        address = reverse("competition:call", args=[call.slug])
    visitor = person("visitor")
    visitor.page.add_init_script(LISTEN)

    visitor.open(address)
    data = json.loads(visitor.page.locator("script[type='application/ld+json']").text_content() or "")

    assert (data["name"], visitor.faults) == (call.title_en, [])
    with visitor.page.expect_console_message(lambda message: message.text.startswith("policy: script-src")):
        visitor.page.evaluate(ADD_SCRIPT)  # had there been a script, one would have heard of it
