"""The form of a call as a file: JSON holds all of it, CSV one question to a row. Pure reading and writing.

A form is {"sections": [{"code", "title", "introduction"}], "questions": [{"code", "section", "kind", "required",
"public", "max_chars", "currency", "max_files", "max_megabytes", "max_pages", "label", "help_text", "jury_label",
"options": [{"code", "label"}], "shown_if", "shown_if_codes"}]}; every text is {language: text}. CSV leaves out
introductions, and sections without questions.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.question_rules import FILE_LIMITS

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TEXTS = ("label", "help_text", "jury_label")
FACTS = (
    "code", "section", "kind", "required", "public", "max_chars", "currency", *FILE_LIMITS, "shown_if",
    "shown_if_codes",
)  # fmt: skip
NUMBERS = ("max_chars", *FILE_LIMITS)
NEEDED = ("kind",)
BYTES_AT_MOST = 1_000_000
ROWS_AT_MOST = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r")
SCHEMA = "skisse-form/1"
COLUMNS = (
    *FACTS,
    *(f"{name}_{language}" for name in (*TEXTS, "section_title") for language in LANGUAGES),
    "options",
    *(f"options_{language}" for language in LANGUAGES),
)

Form = dict[str, list[dict[str, Any]]]


class BadFile(ValueError):
    """The file as a whole cannot be read; `message` says why and what to do."""

    def __init__(self, message: str | Promise):
        super().__init__()
        self.message = message


@dataclass
class Read:
    """What a file holds. lines: of each question, where it stands in the file. problems: {line: [what is wrong]}."""

    form: Form = field(default_factory=lambda: {"sections": [], "questions": []})
    lines: list[int] = field(default_factory=list)
    problems: dict[int, list[str | Promise]] = field(default_factory=dict)

    def wrong(self, line: int, message: str | Promise) -> None:
        self.problems.setdefault(line, []).append(message)


# --- Writing ----------------------------------------------------------------------------------------------------------


def to_json(form: Form) -> str:
    return json.dumps({"schema": SCHEMA, **form}, ensure_ascii=False, indent=2) + "\n"


def to_csv(form: Form) -> str:
    """Semicolons between the columns, as spreadsheets here expect; a mark in front tells them that it is UTF-8."""
    titles = {section["code"]: section["title"] for section in form["sections"]}
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for question in form["questions"]:
        writer.writerow({name: defused(text) for name, text in _cells(question, titles).items()})
    return "\ufeff" + out.getvalue()


def _cells(question: dict[str, Any], titles: dict[str, dict[str, str]]) -> dict[str, str]:
    cells = {name: _cell(question[name]) for name in FACTS}
    for language in LANGUAGES:
        for name in TEXTS:
            cells[f"{name}_{language}"] = question[name].get(language, "")
        cells[f"section_title_{language}"] = titles.get(question["section"], {}).get(language, "")
        labels = [option["label"].get(language, "") for option in question["options"]]
        cells[f"options_{language}"] = "\n".join(labels) if any(labels) else ""
    return cells | {"options": "\n".join(option["code"] for option in question["options"])}


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value)


def defused(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `undefused` gives the text back whatever it was."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def undefused(text: str) -> str:
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_file(content: bytes) -> Read:
    """The form in a file, JSON or CSV whatever it is called. Raises BadFile where nothing of it can be read."""
    if len(content) > BYTES_AT_MOST:
        raise BadFile(_("The file is too large. A form is at most 1 MB."))
    text = _decoded(content)
    read = _read_json(text) if text.lstrip()[:1] in ("{", "[") else _read_csv(text)
    if not read.lines and not read.problems:
        raise BadFile(_("The file holds no questions."))
    if len(read.lines) + len(read.problems) > 2 * ROWS_AT_MOST or len(read.lines) > ROWS_AT_MOST:
        raise BadFile(_("The file holds too many questions. A form has at most %(count)s.") % {"count": ROWS_AT_MOST})
    return read


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise BadFile(_("The file is empty."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile(_("The file is written in UTF-16. Save it as “CSV UTF-8” and try again."))
    if b"\x00" in content:
        raise BadFile(_("This is no text file. Choose a CSV or JSON file."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(
            _("The file is not written in UTF-8, and letters such as æ, ø and å would be lost. Save it as “CSV UTF-8”.")
        ) from error


def _read_json(text: str) -> Read:
    try:
        document = json.loads(text)
        json.dumps(document, ensure_ascii=False).encode()  # which half a sign cannot be
        if "\\u0000" in text:
            raise BadFile(_("This is no text file. Choose a CSV or JSON file."))
    except BadFile:
        raise
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise BadFile(_("The file is broken: line %(line)s is no JSON.") % {"line": line}) from error
    if not isinstance(document, dict) or not isinstance(document.get("questions"), list):
        raise BadFile(_("This JSON file is no form: it has no list “questions”."))
    read = Read()
    sections = document.get("sections")
    for section in sections if isinstance(sections, list) else []:
        if isinstance(section, dict) and isinstance(section.get("code"), str):
            texts = {name: _texts(section.get(name)) for name in ("title", "introduction")}
            read.form["sections"].append({"code": section["code"], **texts})
    for number, question in enumerate(document["questions"], start=1):
        if isinstance(question, dict):
            read.form["questions"].append(_question(question))
            read.lines.append(number)
        else:
            read.wrong(number, _("This is no question."))
    return read


def _texts(value: Any) -> dict[str, str]:
    given = value if isinstance(value, dict) else {}
    return {code: given[code] for code in LANGUAGES if isinstance(given.get(code), str) and given[code]}


def _question(raw: dict[str, Any]) -> dict[str, Any]:
    """The question in its full shape; what is of another kind than it should be counts as not there."""
    options = raw.get("options") if isinstance(raw.get("options"), list) else []
    codes = raw.get("shown_if_codes") if isinstance(raw.get("shown_if_codes"), list) else []
    return {
        **{name: _word(raw.get(name)) for name in ("code", "section", "kind", "currency", "shown_if")},
        **{name: raw.get(name) is not False if name == "required" else raw.get(name) is True for name in FACTS[3:5]},
        **{name: _whole(raw.get(name)) for name in NUMBERS},
        "shown_if_codes": [_word(code) for code in codes],
        **{name: _texts(raw.get(name)) for name in TEXTS},
        "options": [
            {"code": _word(one.get("code")), "label": _texts(one.get("label"))}
            for one in options
            if isinstance(one, dict)
        ],
    }


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _read_csv(text: str) -> Read:
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise BadFile(_("The file is broken at line %(line)s.") % {"line": reader.line_num}) from error
    header = [name.strip() for name in rows[0][1]]
    missing = [name for name in NEEDED if name not in header]
    missing += [] if any(f"label_{code}" in header for code in LANGUAGES) else ["label_" + LANGUAGES[0]]
    if missing:
        raise BadFile(
            _("Columns are missing: %(columns)s. The first line must name the columns, parted by semicolons or commas.")
            % {"columns": ", ".join(missing)}
        )
    read = Read()
    begins = 2
    for ends, row in rows[1:]:
        line, begins = begins, ends + 1
        if any(cell.strip() for cell in row):
            _read_row(read, line, header, row)
    return read


def _read_row(read: Read, line: int, header: list[str], row: list[str]) -> None:
    if len(row) != len(header):
        text = _("The line has %(found)s columns and not %(wanted)s: a separator is missing or one too many.")
        read.wrong(line, text % {"found": len(row), "wanted": len(header)})
        return
    cells = {name: undefused(cell) for name, cell in zip(header, row, strict=True)}
    get = cells.get
    codes = _lines(get("options", ""))
    labels = {language: get(f"options_{language}", "").split("\n") for language in LANGUAGES}
    count = max(len(codes), *(len(one) if any(one) else 0 for one in labels.values()))
    options = [
        {
            "code": codes[place] if place < len(codes) else "",
            "label": {code: one[place] for code, one in labels.items() if place < len(one) and one[place]},
        }
        for place in range(count)
    ]
    question = {
        **{name: get(name, "").strip() for name in ("code", "section", "kind", "currency", "shown_if")},
        "required": _yes(read, line, "required", get("required", "yes")),
        "public": _yes(read, line, "public", get("public", "no")),
        **{name: _number(read, line, name, get(name, "").strip()) for name in NUMBERS},
        "shown_if_codes": _lines(get("shown_if_codes", "")),
        **{name: {code: text for code in LANGUAGES if (text := get(f"{name}_{code}", ""))} for name in TEXTS},
        "options": options,
    }
    title = {code: text for code in LANGUAGES if (text := get(f"section_title_{code}", ""))}
    if question["section"] and question["section"] not in {one["code"] for one in read.form["sections"]}:
        read.form["sections"].append({"code": question["section"], "title": title, "introduction": {}})
    read.form["questions"].append(question)
    read.lines.append(line)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _yes(read: Read, line: int, name: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in ("yes", "no", "true", "false", "1", "0", ""):
        read.wrong(line, _("Write “yes” or “no” under “%(column)s”.") % {"column": name})
    return word in ("yes", "true", "1") or (not word and name == "required")


def _number(read: Read, line: int, name: str, text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 7):
        read.wrong(line, _("“%(column)s” must be a whole number, or empty.") % {"column": name})
        return None
    return int(text) if text else None
