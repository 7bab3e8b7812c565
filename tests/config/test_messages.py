import gettext

from config.messages import compile_messages

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Sketch"
msgstr "Skisse"

#, fuzzy
msgid "Juror"
msgstr "Kanskje"

msgid "%(n)s sketch"
msgid_plural "%(n)s sketches"
msgstr[0] "%(n)s skisse"
msgstr[1] "%(n)s skisser"
"""


def test_catalogues_are_compiled_once(tmp_path):
    folder = tmp_path / "nb/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE, encoding="utf-8")

    first, second = compile_messages(tmp_path), compile_messages(tmp_path)

    assert (first, second) == ([folder / "django.mo"], [])
    with (folder / "django.mo").open("rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("Sketch") == "Skisse"
    assert texts.gettext("Juror") == "Juror"
    assert texts.ngettext("%(n)s sketch", "%(n)s sketches", 3) == "%(n)s skisser"
