"""Every text has a translation in each of the five languages, with the placeholders of the original."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[2] / "locale"
LANGUAGES = ("nb", "nn", "da", "sv", "en")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_complete_and_keeps_placeholders(language):
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)

    missing, changed = [], []
    for message in catalogue:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.fuzzy or not all(translations):
            missing.append(originals[0])
            continue
        allowed = {each for original in originals for each in PLACEHOLDER.findall(original)}
        if any(not set(PLACEHOLDER.findall(translation)) <= allowed for translation in translations) or set(
            PLACEHOLDER.findall(originals[-1])
        ) != set(PLACEHOLDER.findall(translations[-1])):
            changed.append(originals[0])
    assert (missing, changed) == ([], [])


def test_translating_functions_have_names_that_are_collected():
    """makemessages knows gettext's own names and `_`; a text behind any other alias would never reach a translator."""
    alias = re.compile(r"\bn?p?gettext(_lazy)? as (?!_\b)\w+")
    apps = ("accounts", "notifications", "competition", "scoring", "home")
    found = [
        str(path.relative_to(LOCALE.parent))
        for app in apps
        for path in (LOCALE.parent / app).rglob("*.py")
        if alias.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []
