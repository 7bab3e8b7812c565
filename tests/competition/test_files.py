"""What a file is by its content, and what it is called."""

import io

import pytest
from django.core.files.base import ContentFile

from competition import files
from competition.file_inspection import Inspected, inspect
from competition.office_files import BadFile
from tests.documents import PDF, PROTECTED_PDF, archive, content_types, docx, huge_png, odt, pdf, picture, xlsx

MACROS = content_types("word/document.xml", files.DOCX).replace("openxmlformats-officedocument.", "macroEnabled.")


@pytest.mark.parametrize(
    ("content", "inspected"),
    [
        (PDF, Inspected(files.PDF, 1)),
        (pdf(3), Inspected(files.PDF, 3)),
        (picture("PNG"), Inspected(files.PNG)),
        (picture("JPEG"), Inspected(files.JPEG)),
        (docx(), Inspected(files.DOCX)),
        (xlsx(), Inspected(files.XLSX)),
        (odt(), Inspected(files.ODT)),
        (docx(**{"word/embeddings/sheet1.xlsx": xlsx()}), Inspected(files.DOCX)),
    ],
)
def test_type_by_content(content, inspected):
    file = ContentFile(content)

    assert inspect(file) == inspected
    assert file.read() == content


BAD = {
    "empty": b"",
    "text": b"hello",
    "html": b"<html><script>alert(1)</script>",
    "only the head of a PDF": b"%PDF-1.7 and nothing more",
    "a PDF that only looks like one": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
    "a PDF without pages": pdf(0),
    "a protected PDF": PROTECTED_PDF,
    "a program": b"MZ\x90\x00",
    "half a PNG": picture("PNG")[:30],
    "a PNG with rubbish inside": picture("PNG")[:45] + b"\0" * 20 + picture("PNG")[65:],
    "a PNG of ten milliard pixels": huge_png(),
    "half a JPEG": picture("JPEG")[:-2],
    "a JPEG that only looks like one": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + b"\0" * 40 + b"\xff\xd9",
    "half a DOCX": docx()[:60],
    "an old DOC, or an encrypted DOCX": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "no archive": b"PK\x03\x04" + b"\0" * 500,
    "an archive": archive({"a.txt": "a"}),
    "a book": archive({"mimetype": "application/epub+zip"}),
    "a DOCX by its parts only": archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}),
    "a DOCX with a broken index": docx(**{"[Content_Types].xml": "<Types"}),
    "a DOCX with entities": docx(**{"[Content_Types].xml": '<!DOCTYPE a [<!ENTITY b "c">]><Types>&b;</Types>'}),
    "macros": docx(**{"word/vbaProject.bin": "macro"}),
    "macros by the index": docx(
        **{"[Content_Types].xml": MACROS.replace("document.main", "document.macroEnabled.main")}
    ),
    "macros in an ODT": odt(**{"Basic/Standard/Module1.xml": "macro"}),
    "an encrypted ODT": odt(**{"META-INF/manifest.xml": "<encryption-data/>"}),
    "a bomb": docx(**{"word/bomb.xml": b"0" * 30_000_000}),
    "many parts": docx(**{f"{n}": "" for n in range(5001)}),
    "an archive inside": docx(**{"word/media/image1.png": archive({"a": "b"})}),
    "a gzip inside": odt(**{"Pictures/1.png": b"\x1f\x8b\x08" + b"\0" * 20}),
    "an archive among what is embedded": docx(**{"word/embeddings/a.zip": archive({"a": "b"})}),
    "a bomb among what is embedded": docx(**{"word/embeddings/a.xlsx": xlsx(**{"xl/b.xml": b"0" * 30_000_000})}),
    "embedded twice": docx(**{"word/embeddings/a.xlsx": xlsx(**{"xl/embeddings/b.xlsx": xlsx()})}),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_bad_files_are_refused_with_a_message(content):
    with pytest.raises(BadFile) as refused:
        inspect(ContentFile(content))

    assert str(refused.value.message)


def test_what_stands_in_the_way_is_named():
    words = {"a protected PDF": "protected", "macros": "macros", "an archive inside": "archive",
             "a bomb": "unfolds", "a PNG of ten milliard pixels": "pixels"}  # fmt: skip
    said = {}

    for name in words:
        with pytest.raises(BadFile) as refused:
            inspect(ContentFile(BAD[name]))
        said[name] = str(refused.value.message)

    assert all(word in said[name] for name, word in words.items())


def test_overlapping_parts_are_a_bomb():
    content = bytearray(docx(**{f"word/{n}.xml": bytes(range(256)) * 40 for n in range(30)}))
    start = content.index(b"PK\x01\x02")
    place, first = start, None
    while content[place : place + 4] == b"PK\x01\x02":  # let every part of the directory point at one and the same
        lengths = [int.from_bytes(content[place + at : place + at + 2], "little") for at in (28, 30, 32)]
        if first is None:
            first = content[place + 16 : place + 28]
        content[place + 16 : place + 24] = (10**6).to_bytes(4, "little") + (10**6).to_bytes(4, "little")
        place += 46 + sum(lengths)

    with pytest.raises(BadFile):
        files.content_type_of(io.BytesIO(bytes(content)))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Plan Å.PDF", "Plan Å.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ("evil.exe", "evil.exe.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ('a"b<c>|d?.pdf', "abcd.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("CON.pdf", "file-CON.pdf"),
        ("com¹.pdf", "file-com¹.pdf"),
        ("A\u030a.pdf", "Å.pdf"),
        ("=1+cmd|'x'!A0.pdf", "1+cmd'x'!A0.pdf"),
        ("--help.pdf", "help.pdf"),
        ("@SUM(A1).pdf", "SUM(A1).pdf"),
        ("a\u200bb\u2066c\ufeff.pdf", "abc.pdf"),
        ("a\x00b\x85.pdf", "ab.pdf"),
        ("x" * 300 + ".pdf", "x" * 176 + ".pdf"),
    ],
)
def test_names_are_made_safe(typed, name):
    assert files.safe_name(typed, files.PDF) == name
