"""Office files are archives: whether one is what it says, unfolds into something reasonable, and runs nothing."""

from __future__ import annotations

import io
import zipfile
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from competition.answers import Message

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"

MEMBERS_AT_MOST = 5_000
UNPACKED_AT_MOST = 200 * 1024 * 1024
RATIO_AT_MOST = 200
INDEX_AT_MOST = 1024 * 1024  # bytes of the parts that are read here
MAIN_PARTS = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}
_TYPES, _MANIFEST = "[Content_Types].xml", "META-INF/manifest.xml"
# The first bytes of archives: zip, 7z, rar, gzip, bzip2, xz.
_ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")
_EMBEDDED = ("word/embeddings/", "xl/embeddings/")  # a chart carries its own sheet along
_SCRIPTS = ("basic/", "scripts/")


class BadFile(Exception):
    """The file cannot be taken; `message` says why and what would help."""

    def __init__(self, message: Message):
        super().__init__(message)
        self.message = message


def office_type(file: IO[bytes], *, inside: bool = False) -> str:
    """DOCX, XLSX or ODT, by what is in the archive. inside: the file is itself part of one. Raises BadFile."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_bomb(members, _size(file))
            if any(member.flag_bits & 0x1 for member in members):
                raise BadFile(_damaged())
            content_type = _type_of(archive)
            _refuse_macros(archive)
            _refuse_archives(archive, members, inside=inside)
            return content_type
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadFile(_damaged()) from error


def _damaged() -> Message:
    return _("The file is damaged or protected by a password. Save it again and try once more.")


def _size(file: IO[bytes]) -> int:
    file.seek(0, 2)
    return file.tell()


def _refuse_bomb(members: list[zipfile.ZipInfo], size: int) -> None:
    """By what the archive says of itself; its reader gives no member more bytes than are said here."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    steep = any(member.file_size > UNPACKED_AT_MOST // 100 and _ratio(member) > RATIO_AT_MOST for member in members)
    overlapping = packed > size
    if (
        len(members) > MEMBERS_AT_MOST
        or unpacked > UNPACKED_AT_MOST
        or unpacked > packed * RATIO_AT_MOST
        or steep
        or overlapping
    ):
        raise BadFile(_("The file unfolds into far more than it should. Save it again, or attach it as a PDF."))


def _ratio(member: zipfile.ZipInfo) -> float:
    return member.file_size / max(member.compress_size, 1)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(INDEX_AT_MOST)


def _xml(archive: zipfile.ZipFile, name: str) -> Element:
    try:
        return fromstring(_read(archive, name))
    except (ParseError, DefusedXmlException) as error:
        raise BadFile(_damaged()) from error


def _type_of(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if _TYPES in names:
        parts = {part.get("PartName", ""): part.get("ContentType", "") for part in _xml(archive, _TYPES)}
        if any("macroenabled" in kind.lower() for kind in parts.values()):
            raise BadFile(_macros())
        for content_type, main in MAIN_PARTS.items():
            if main in names and parts.get(f"/{main}") == f"{content_type}.main+xml":
                return content_type
    if "mimetype" in names and _read(archive, "mimetype")[:200].decode("ascii", "replace").strip() == ODT:
        if not {_MANIFEST, "content.xml"} <= names or b"encryption-data" in _read(archive, _MANIFEST):
            raise BadFile(_damaged())
        return ODT
    raise BadFile(_("This is no DOCX, XLSX or ODT file. Archives cannot be attached; attach the files one by one."))


def _macros() -> Message:
    return _("The file holds macros. Save it without macros and try once more.")


def _refuse_macros(archive: zipfile.ZipFile) -> None:
    names = [name.lower() for name in archive.namelist()]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith(_SCRIPTS) for name in names):
        raise BadFile(_macros())


def _refuse_archives(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], *, inside: bool) -> None:
    """No archive within: only office files that an office file carries as a part of its own, and those one deep."""
    for member in members:
        with archive.open(member) as part:
            if not part.read(8).startswith(_ARCHIVES):
                continue
            if inside or not member.filename.startswith(_EMBEDDED):
                raise BadFile(_("The file holds an archive. Take it out and attach its files one by one."))
            part.seek(0)
            office_type(io.BytesIO(part.read()), inside=True)
