"""Every form of the site, filled in with what should never be typed: an answer each time, and never a breakdown.

The forms are found on the pages themselves, at the addresses of the table, so that a new form is tried without being
named here. What single forms answer to what single mistakes, the tests beside them say.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.template import Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from competition.enums import Phase
from tests.permissions.url_table import ROWS, Row
from tests.permissions.world import ROLES, World, build
from tests.site import ensure_site_tree

MARKUP = "<script>alert(1)</script> {{ 7|add:7 }} {% now %}"
FORMULA = '=HYPERLINK("http://example.org","look")'
HOSTILE = {
    "a character that ends strings": "before\x00after",
    "control characters": "\x01\x1b[31m\u202etxt\u200b\x7f",
    "more than any field holds": "long " * 40_000,
    "markup": MARKUP,
    "a formula": FORMULA,
    "a number beyond all columns": "9" * 40,
    "a number that is none": "NaN",
    "a negative number": "-1",
    "a day that does not exist": "2027-02-30T25:61",
    "signs outside the first plane": "\U0001f600" * 300,
    "nothing but spaces": " \t\u00a0 ",
}
QUERIES = (
    "?p=-1&page=x&q=%00&state=%27&number=%00",
    "?p=99999999999999999999&q=%25_%5C&number=%F0%9F%98%80",
    "?q=%ff%fe",
)
PHASES = (Phase.DRAFT, Phase.OPEN, Phase.FORMAL_CHECK, Phase.ASSESSMENT)
# In whose name a page is opened, the first of these that is let in.
ASKERS = ("owner", "agency_admin", "juror", "chair", "decision_maker", *ROLES)


CHOSEN = "one of the page's own values"


class Forms(HTMLParser):
    """The forms of a page that post: (action, {field: value as it stands, None where something is typed, CHOSEN where
    something is chosen})."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.fields: dict[str, str | None] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.fields = {} if given.get("method", "").lower() == "post" else None
            if self.fields is not None:
                self.found.append((given.get("action", ""), self.fields))
        elif self.fields is not None and tag in ("input", "textarea", "select", "button") and given.get("name"):
            fixed = given.get("type") in ("hidden", "submit", "file") or tag == "button"
            chosen = tag == "select" or given.get("type") in ("radio", "checkbox")
            self.fields.setdefault(given["name"], given.get("value", "") if fixed else CHOSEN if chosen else None)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.fields = None


def address(name: str, row: Row, world: World) -> str:
    with translation.override("en"):
        return reverse(name, args=row.address(world))


def forms_of(client: Client, url: str) -> list[tuple[str, dict[str, str | None]]]:
    response = client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)  # which closes the file
        return []
    if response.status_code != 200 or "html" not in response["Content-Type"]:
        return []
    page = response.content.decode()
    main = re.search(r"<main.*</main>", page, re.DOTALL)  # the frame's own forms are not ours, or on every page
    return [(action or url, fields) for action, fields in Forms(main[0] if main else page).found]


def browser(world: World, row: Row, phase: Phase) -> Client | None:
    role = next((role for role in ASKERS if role in row.let_in[phase]), None)
    if role is None:
        return None
    client = Client(headers={"accept-language": "en"})
    if role != "visitor":
        client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def attempts(fields: dict[str, str | None]) -> list[tuple[str, dict[str, str]]]:
    """(what is tried, what is posted): one kind of trouble in every field, and hidden fields that were meddled with."""
    known = {name: value for name, value in fields.items() if value not in (None, CHOSEN)}
    open_fields = [name for name in fields if name not in known]
    tried = [(what, known | dict.fromkeys(open_fields, text)) for what, text in HOSTILE.items() if open_fields]
    return [*tried, ("nothing at all", {}), ("hidden fields meddled with", dict.fromkeys(fields, MARKUP))]


def answer_to(client: Client, action: str, data: dict[str, str], fields: dict[str, str | None]) -> str:
    """What is wrong with the answer; empty when nothing is. Pages are drawn where they are looked into."""
    with pytest.MonkeyPatch.context() as patch:
        if not {MARKUP, FORMULA} & set(data.values()):
            patch.setattr(Template, "render", lambda self, context: "")
        return _answer_to(client, action, data, {name for name, value in fields.items() if value is None})


def _answer_to(client: Client, action: str, data: dict[str, str], texts: set[str]) -> str:
    with transaction.atomic():
        try:
            response = client.post(action, data)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a breakdown
            return f"breaks: {type(error).__name__}: {str(error)[:160]}"
        finally:
            transaction.set_rollback(True)
    if response.status_code not in (200, 302, 400, 404, 405, 409, 410, 413, 422):
        return f"answers {response.status_code}"
    page = response.content.decode() if "html" in response.get("Content-Type", "") else ""
    if MARKUP in unescape_once(page):
        return "lets markup through"
    typed = [name for name, text in data.items() if text == FORMULA and name in texts]
    if response.status_code == 422 and typed and escape(FORMULA) not in page.replace("&#x27;", "'"):
        return "loses what was typed"
    return ""


def unescape_once(page: str) -> str:
    """Text that was escaped stays apart from markup that was not."""
    return re.sub(r"&(lt|gt|quot|amp|#x27|#39);", "·", page)


@pytest.mark.django_db
# Every form of the site, several times: on a busy machine more than a test's usual two minutes.
@pytest.mark.timeout(600)
def test_every_form_survives_whatever_is_typed() -> None:
    tried: set[tuple] = set()
    wrong = []

    for phase in PHASES:
        world = build(phase)
        for name, row in ROWS.items():
            client = browser(world, row, phase)
            if client is None or row.data is not None:
                continue
            for action, fields in forms_of(client, address(name, row, world)):
                form = (name, *sorted(re.sub(r"[0-9A-Z]{8}", "reference", field) for field in fields))
                if form in tried:  # in an earlier phase, when it mattered more
                    continue
                tried.add(form)
                for what, data in attempts(fields):
                    problem = answer_to(client, action, data, fields)
                    wrong += [f"{name} while {phase}, {what}: {problem}"] if problem else []

    assert len(tried) >= 25, "where have the forms gone?"
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_every_page_survives_whatever_stands_in_its_address() -> None:
    ensure_site_tree(hostname="testserver")
    world = build(Phase.ASSESSMENT)
    wrong = []

    for name, row in ROWS.items():
        client = browser(world, row, Phase.ASSESSMENT)
        if client is None or row.data is not None:
            continue
        url = address(name, row, world)
        for query in QUERIES:
            try:
                with transaction.atomic():
                    response = client.get(url + query)
                    status = response.status_code
                    if response.streaming:
                        b"".join(response.streaming_content)  # which closes the file
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a breakdown
                status = f"{type(error).__name__}: {str(error)[:160]}"
            if status not in (200, 302, 400, 404, 409, 410, 422):
                wrong.append(f"{name}{query}: {status}")

    assert not wrong, "\n".join(wrong)
