"""Small files of every kind, good and bad, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

from competition.files import DOCX, ODT, XLSX

STANDARD_HANDLER = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >> /ID [<00> <00>]" % (
    b"o" * 32,
    b"u" * 32,
)


def pdf(pages: int = 1, *, mark: str = "", trailer: bytes = b"") -> bytes:
    """A PDF of empty pages. mark: makes its content another; trailer: more for the trailer's dictionary."""
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages,
    ]
    out, offsets = bytearray(b"%PDF-1.7\n% " + mark.encode() + b"\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % one for one in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


PDF = pdf()
PROTECTED_PDF = pdf(trailer=STANDARD_HANDLER)


def picture(kind: str, size: tuple[int, int] = (8, 8)) -> bytes:
    """A picture, kind "PNG" or "JPEG"."""
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def huge_png() -> bytes:
    """A few bytes that say they are a picture of ten milliard pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def archive(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def content_types(part: str, kind: str) -> str:
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<Types xmlns="{namespace}"><Override PartName="/{part}" ContentType="{kind}.main+xml"/></Types>'


def docx(**more: str | bytes) -> bytes:
    types = content_types("word/document.xml", DOCX)
    return archive({"[Content_Types].xml": types, "word/document.xml": "<document/>"} | more)


def xlsx(**more: str | bytes) -> bytes:
    types = content_types("xl/workbook.xml", XLSX)
    return archive({"[Content_Types].xml": types, "xl/workbook.xml": "<workbook/>"} | more)


def odt(**more: str | bytes) -> bytes:
    return archive({"mimetype": ODT, "content.xml": "<office/>", "META-INF/manifest.xml": "<manifest/>"} | more)
