"""What kind of file something really is, by its content, and what to call it. No name and no browser is trusted."""

from __future__ import annotations

import re
import unicodedata
from typing import IO

import puremagic
from django.utils.translation import gettext_lazy as _

from competition.office_files import DOCX, ODT, XLSX, BadFile, office_type

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"

EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", DOCX: ".docx", XLSX: ".xlsx", ODT: ".odt"}
KINDS = {PDF: "PDF", PNG: "PNG", JPEG: "JPEG", DOCX: "DOCX", XLSX: "XLSX", ODT: "ODT"}
_ALSO = {JPEG: (".jpeg",)}
ACCEPTED = (*EXTENSIONS.values(), ".jpeg")

HEAD = 4096
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, and what Office encrypts

_LEADING = "=+-@'. "  # begins a formula in a spreadsheet, or an option of a program
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in "123456789¹²³")}


def content_type_of(file: IO[bytes]) -> str:
    """The content type, one of EXTENSIONS, by what is in the file. Leaves the file at its beginning. Raises BadFile."""
    file.seek(0)
    head = file.read(HEAD)
    try:
        if head.startswith(OLE):
            raise BadFile(
                _("This is an office file of an old kind, or one with a password. Save it as DOCX, XLSX, ODT or PDF.")
            )
        if head.startswith(b"PK\x03\x04"):
            return office_type(file)
        return _plain_type(file, head)
    finally:
        file.seek(0)


def _plain_type(file: IO[bytes], head: bytes) -> str:
    try:
        guesses = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        guesses = set()
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 2048))
    tail = file.read()
    if PDF in guesses and head.startswith(b"%PDF-") and b"%%EOF" in tail:
        return PDF
    if PNG in guesses and b"IEND" in tail:
        return PNG
    if JPEG in guesses and head.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in tail:
        return JPEG
    raise BadFile(
        _("This is no PDF, PNG, JPEG, DOCX, XLSX or ODT file, or it is damaged. Save it again and try once more.")
    )


def safe_name(name: str, content_type: str) -> str:
    """The uploader's name made harmless: no path, control or formatting characters, no formula, the true ending."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*' else "" for c in name)
    name = re.sub(r"\s+", " ", name).strip(" .").lstrip(_LEADING)
    ending = EXTENSIONS[content_type]
    for known in (ending, *_ALSO.get(content_type, ())):
        if name.lower().endswith(known):
            name, ending = name[: -len(known)], known
            break
    name = name.strip(" .")[: 180 - len(ending)]
    if not name or name.upper().split(".")[0] in _RESERVED:
        name = f"file-{name}" if name else "file"
    return name + ending
