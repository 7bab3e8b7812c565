"""Server and browser count the same characters: the script itself runs beside the Python code."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.characters import has_control_characters, normalise_text, one_line, units
from accounts.fields import PastedLineField, PastedTextField

SCRIPT = Path(__file__).resolve().parents[2] / "static/js/characters.js"
NODE = shutil.which("node")
LOOP = """
require(process.argv[1]);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const text = JSON.parse(line);
  console.log(JSON.stringify([text.length, skisseCharacters(text), skisseCharacters(text, true)]));
});
"""

# What goes wrong in practice, as likely as everything else together.
TROUBLE = [
    "\r\n",
    "\r",
    "\n",
    "\x0b",
    "\u2028",
    "\x85",
    " ",
    "\t",
    "\u00a0",
    "\u3000",
    "\u2000",
    "\ufeff",
    "\u200b",
    "\u200d",
    "\u00ad",
    "\u202e",
    "\u0301",  # an accent of its own
    "\u0344",  # composed to two
    "\u0958",  # taken apart, and never composed again
    "\U0001d15e",  # the same outside the first plane
    "\u1100\u1161\u11a8",  # three that become one
    "å",
    "A\u030a",
    "\u212b",
    "\U0001f469\u200d\U0001f680",
    "\x1c",
    "\x00",
    "\ud83d",
]
texts = st.lists(
    st.one_of(st.sampled_from(TROUBLE), st.text(st.characters(exclude_categories=["Cn"]), max_size=5))
).map("".join)


@pytest.fixture(scope="module")
def browser():
    """Asks the script: text -> [raw length, characters, characters of one line]."""
    if NODE is None:
        pytest.skip("NOT TESTED: the browser's counting needs node on the PATH")
    with subprocess.Popen(
        [NODE, "-e", LOOP, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(text: str) -> list[int]:
            process.stdin.write(json.dumps(text) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_the_browser_counts_what_the_server_counts(browser, text):
    assert browser(text) == [units(text), units(normalise_text(text)), units(one_line(text))]


@given(texts)
def test_reading_never_makes_longer_and_reading_again_changes_nothing(text):
    for read in (normalise_text, one_line):
        once = read(text)
        assert units(once) <= units(text)
        assert read(once) == once


@given(texts.filter(lambda text: not has_control_characters(normalise_text(text))), st.integers(-1, 1))
def test_a_field_refuses_just_what_the_counter_calls_too_much(text, over):
    for field, read in ((PastedTextField, normalise_text), (PastedLineField, one_line)):
        count = units(read(text))
        limit = max(1, count - over)
        checked = field(max_length=limit, required=False)
        # In a form every line break comes as two characters.
        sent = text.replace("\r\n", "\n").replace("\n", "\r\n")
        if count > limit:
            with pytest.raises(ValidationError):
                checked.clean(sent)
        else:
            assert checked.clean(sent) == read(text)
