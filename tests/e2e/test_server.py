"""The server of production itself: what is too much is refused early, by a message, and without filling the memory."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database import ROOT

MEGABYTE = 1024 * 1024
SENT = 200 * MEGABYTE
GROWTH_AT_MOST = 40 * MEGABYTE


@pytest.fixture
def server(transactional_db: None) -> Iterator[tuple[int, int]]:
    """(port, process) of a granian that serves the tests' database, with one worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *arguments, "config.wsgi:application"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _await(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)  # a pause, unless it has ended
        finally:
            connection.close()
    pytest.fail(f"granian does not answer; its return code is {process.poll()}")


def peak(pid: int) -> int:
    """The most memory that the process and its children have held, in bytes."""
    processes = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    lines = [line for one in processes for line in Path(f"/proc/{one}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="NOT TESTED: memory is read from /proc")
def test_two_hundred_megabytes_are_refused_by_a_message_and_leave_the_memory_alone(server: tuple[int, int]) -> None:
    port, pid = server
    before = peak(pid)
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as sender:
        head = (
            "POST /en/my/sketches/2222222A/files/add/files/ HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
            f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {SENT}\r\nConnection: close\r\n\r\n"
        )
        sender.sendall(head.encode())
        answer = _send_all(sender)
    took, grown = time.monotonic() - began, peak(pid) - before

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"is larger than 26 MB" in answer
    assert grown < GROWTH_AT_MOST, f"refused after {took:.1f} s"


def _send_all(sender: socket.socket) -> bytes:
    """What a browser does: send to the end unless the other side closes, then read."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for _piece in range(SENT // MEGABYTE):
            sender.sendall(b"x" * MEGABYTE)
    answer = b""
    while piece := sender.recv(65536):
        answer += piece
    return answer
