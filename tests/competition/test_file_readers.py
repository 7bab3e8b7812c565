"""The process that opens files: asked by several at once, killed, and never believed where its answer is not whole."""

import os
import signal
import threading
from tempfile import TemporaryFile

import pytest

from competition import file_readers
from competition.file_reader import DONE
from competition.file_readers import ask, readers
from tests.documents import PDF, pdf, picture


def _ask(content: bytes, *arguments: str) -> bytes:
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return ask(file.fileno(), *arguments)


def test_a_reader_is_asked_again_and_again():
    assert _ask(PDF, "look", "pdf") == b'{"pages": 1}'
    process = readers.reader.process.pid

    assert _ask(pdf(3), "look", "pdf") == b'{"pages": 3}'
    assert readers.reader.process.pid == process


def test_answers_to_questions_asked_at_once_are_not_mixed():
    answers = {}

    def look(pages):
        answers[pages] = _ask(pdf(pages), "look", "pdf")

    threads = [threading.Thread(target=look, args=[pages]) for pages in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {pages: b'{"pages": %d}' % pages for pages in range(1, 9)}


def test_a_killed_reader_is_started_anew():
    _ask(PDF, "look", "pdf")
    os.kill(readers.reader.process.pid, signal.SIGKILL)
    readers.reader.process.wait()

    assert _ask(PDF, "look", "pdf") == b'{"pages": 1}'


def test_a_fork_that_fails_says_nothing_and_hurts_nobody():
    assert _ask(b"no picture", "draw") == b""
    assert _ask(picture("PNG"), "look", "png") == b'{"pages": null}'


@pytest.mark.parametrize("answer", [b"", b'{"pages": 1}', DONE[1:]])
def test_half_an_answer_is_none(monkeypatch, answer):
    monkeypatch.setattr(file_readers, "_all_of", lambda descriptor: answer)

    assert _ask(PDF, "look", "pdf") == b""
