"""The zip that is sent while it is made."""

import datetime as dt
import io
import os
import zipfile

import pytest

from competition.archive import PIECE, Entry, Names, stream

AT = dt.datetime(2026, 5, 4, 12, 30, 10, tzinfo=dt.timezone(dt.timedelta(hours=2)))


def test_zip_holds_the_entries_with_their_times():
    content = b"".join(stream([Entry("a/æ.txt", AT, [b"one", b" two"]), Entry("b.txt", AT.replace(year=1970), [])]))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {info.filename: (info.date_time, archive.read(info)) for info in archive.infolist()} == {
            "a/æ.txt": ((2026, 5, 4, 10, 30, 10), b"one two"),
            "b.txt": ((1980, 1, 1, 0, 0, 0), b""),
        }


def test_zip_of_the_same_entries_is_the_same():
    first, second = (b"".join(stream([Entry("a.txt", AT, [b"one"])])) for _time in range(2))

    assert first == second


def test_zip_leaves_piece_by_piece():
    read = []

    def pieces():
        for number in range(20):
            read.append(number)
            yield os.urandom(PIECE)

    way = stream([Entry("large", AT, pieces())])
    first = next(way)

    assert len(read) <= 3
    assert len(first) < 4 * PIECE
    with zipfile.ZipFile(io.BytesIO(first + b"".join(way))) as archive:
        assert len(archive.read("large")) == 20 * PIECE


def test_zip_of_an_entry_that_fails_is_none():
    def broken():
        yield b"one"
        raise OSError("gone")

    content = []
    with pytest.raises(OSError, match="gone"):
        content.extend(stream([Entry("a.txt", AT, broken())]))

    assert not zipfile.is_zipfile(io.BytesIO(b"".join(content)))


@pytest.mark.parametrize(
    ("name", "portable"),
    [
        ("Plan for natta.pdf", "Plan for natta.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\temp\\plan.pdf", "C__temp_plan.pdf"),
        ("=cmd|calc.pdf", "cmd_calc.pdf"),
        ("\u202efdp.exe\x00.pdf", "fdp.exe.pdf"),
        ("CON.pdf", "file-CON.pdf"),
        ("nul", "file-nul"),
        (" . ", "file"),
        (".pdf", "pdf"),
        ("æ" * 200 + ".pdf", "æ" * 60 + ".pdf"),
        ("a\u030angstro\u0308m.pdf", "ångström.pdf"),
    ],
)
def test_portable_name(name, portable):
    assert Names().free(name) == portable


def test_names_are_apart_also_without_capitals():
    names = Names()

    assert [names.free(name) for name in ("Plan.pdf", "plan.PDF", "plan.pdf", "plan (2).pdf")] == [
        "Plan.pdf",
        "plan (2).PDF",
        "plan (3).pdf",
        "plan (2) (2).pdf",
    ]
