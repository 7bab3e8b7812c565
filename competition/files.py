"""What kind of file something really is, by its content, and what to call it. No name and no browser is trusted."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from typing import IO

import puremagic
from django.utils.translation import gettext_lazy as _

from competition.answers import Message

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"

EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", DOCX: ".docx", XLSX: ".xlsx", ODT: ".odt"}
KINDS = {PDF: "PDF", PNG: "PNG", JPEG: "JPEG", DOCX: "DOCX", XLSX: "XLSX", ODT: "ODT"}
_ALSO = {JPEG: (".jpeg",)}

# An office file is an archive. These keep a small one from unfolding into something enormous.
MEMBERS_AT_MOST = 5_000
UNPACKED_AT_MOST = 200 * 1024 * 1024
RATIO_AT_MOST = 200
HEAD = 4096

_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(1, 10))}


class BadFile(Exception):
    """The file cannot be taken; `message` says why and what would help."""

    def __init__(self, message: Message):
        super().__init__(message)
        self.message = message


def content_type_of(file: IO[bytes]) -> str:
    """The content type, one of EXTENSIONS, by what is in the file. Leaves the file at its beginning. Raises BadFile."""
    file.seek(0)
    head = file.read(HEAD)
    try:
        if head.startswith(b"PK\x03\x04"):
            return _office_type(file)
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


def _office_type(file: IO[bytes]) -> str:
    damaged = BadFile(_("The file is damaged or protected by a password. Save it again and try once more."))
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_bomb(members)
            names = {member.filename for member in members}
            if any(member.flag_bits & 0x1 for member in members):
                raise damaged
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise BadFile(_("The file holds macros. Save it without macros and try once more."))
            if "[Content_Types].xml" in names and "word/document.xml" in names:
                return DOCX
            if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
                return XLSX
            if "mimetype" in names and archive.read("mimetype")[:200].decode("ascii", "replace").strip() == ODT:
                return ODT
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise damaged from error
    raise BadFile(_("This is no DOCX, XLSX or ODT file. Archives cannot be attached; attach the files one by one."))


def _refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > MEMBERS_AT_MOST or unpacked > UNPACKED_AT_MOST or unpacked > packed * RATIO_AT_MOST:
        raise BadFile(_("The file unfolds into far more than it should. Save it again, or attach it as a PDF."))


def safe_name(name: str, content_type: str) -> str:
    """The uploader's name without path, control and formatting characters, and with the ending of what it really is."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*' else "" for c in name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    ending = EXTENSIONS[content_type]
    for known in (ending, *_ALSO.get(content_type, ())):
        if name.lower().endswith(known):
            name, ending = name[: -len(known)], known
            break
    name = name.strip(" .")[: 180 - len(ending)]
    if not name or name.upper().split(".")[0] in _RESERVED:
        name = f"file-{name}" if name else "file"
    return name + ending
