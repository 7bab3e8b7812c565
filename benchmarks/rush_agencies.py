"""The agencies of the rush: what each of them sends, and when. Plain HTTP over loopback, one connection a request."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
import secrets
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

HOST = "testserver"
AUTOSAVES = 3
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n"
)


@dataclass
class Agency:
    """One writer with a draft. `cookie` is the session; `receipt` the number that the server answered with."""

    user: int
    reference: str
    cookie: str
    csrf: str = field(default_factory=lambda: secrets.token_hex(16))
    revision: int = 0
    was: str = ""
    receipt: str = ""
    refused: bool = False
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    page: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True)
class Answered:
    """kind: what was asked. seconds: from the plan's instant to the last byte, waiting in line included."""

    kind: str
    status: int
    seconds: float
    error: str = ""


async def warm(port: int, agency: Agency) -> None:
    """Each worker has imported everything before it counts."""
    for _number in range(20):
        await _ask(port, agency, f"/nb/my/sketches/{agency.reference}/", "warm", planned=time.perf_counter())


async def rush(
    port: int, writers: list[Agency], late: int, deadline: dt.datetime, seconds: float, *, files: float
) -> list[Answered]:
    """Everybody at their own instants. `late` of them press a moment after the deadline."""
    rng, answers, tasks = random.Random(1), [], []
    ends = time.perf_counter() + (deadline - timezone.now()).total_seconds()
    for number, agency in enumerate(writers):
        if number < late:
            at = ends + rng.uniform(0.05, 2.0)
        else:
            # The density rises towards the deadline; nobody presses in the last tenth of a second, for who is late by
            # the way to the server is late.
            at = ends - 0.1 - (seconds - 0.1) * (1 - rng.random() ** 0.5)
        tasks.append(_one(port, agency, answers, at=at, begins=ends - seconds, file=rng.random() < files))
    await asyncio.gather(*tasks)
    return answers


async def _one(port: int, agency: Agency, answers: list[Answered], *, at: float, begins: float, file: bool) -> None:
    """Three autosaves, perhaps a file, and the button, in this order."""
    gap = max((at - begins) / (AUTOSAVES + 2), 0.05)
    for number in range(AUTOSAVES):
        planned = at - gap * (AUTOSAVES + 1 - number)
        await _until(planned)
        answers.append(await _autosave(port, agency, planned, number))
    if file:
        planned = at - gap
        await _until(planned)
        answers.append(await _upload(port, agency, planned))
    await _until(at)
    answers.append(await _submit(port, agency, at))


async def _until(instant: float) -> None:
    await asyncio.sleep(max(0.0, instant - time.perf_counter()))


async def _autosave(port: int, agency: Agency, planned: float, number: int) -> Answered:
    text = f"{agency.was.partition(' // ')[0]} // {number}"
    body = {
        "need": text,
        "on_page": "need",
        "page": agency.page,
        "writer": agency.user,
        "revision": agency.revision,
        "was": json.dumps({"need": agency.was}),
    }
    path = f"/nb/my/sketches/{agency.reference}/autosave/need/"
    answered, _headers, content = await _ask(
        port, agency, path, "autosave", planned=planned, body=urlencode(body).encode()
    )
    if answered.status == 200:
        agency.was, agency.revision = text, json.loads(content).get("revision", agency.revision)
    return answered


async def _upload(port: int, agency: Agency, planned: float) -> Answered:
    mark = secrets.token_hex(12)
    pdf = PDF + b"% " + agency.reference.encode() + b"\n%%EOF\n"
    part = 'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf'
    body = f"--{mark}\r\n{part}\r\n\r\n".encode() + pdf + f"\r\n--{mark}--\r\n".encode()
    path = f"/nb/my/sketches/{agency.reference}/files/add/attachments/"
    kind = f"multipart/form-data; boundary={mark}"
    answered, _headers, _content = await _ask(
        port, agency, path, "upload", planned=planned, body=body, content_type=kind
    )
    return answered


async def _submit(port: int, agency: Agency, planned: float) -> Answered:
    body = urlencode({"key": agency.key}).encode()
    path = f"/nb/my/sketches/{agency.reference}/submit/"
    answered, headers, _content = await _ask(port, agency, path, "submit", planned=planned, body=body)
    place = headers.get("location", "")
    if answered.status == 302 and "/receipt/" in place:
        agency.receipt = place.rstrip("/").rpartition("/")[2]
    agency.refused = answered.status == 302 and not agency.receipt
    return answered


async def _ask(
    port: int,
    agency: Agency,
    path: str,
    kind: str,
    *,
    planned: float,
    body: bytes | None = None,
    content_type: str = "application/x-www-form-urlencoded",
) -> tuple[Answered, dict[str, str], bytes]:
    lines = [
        f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
        f"Host: {HOST}",
        "X-Forwarded-Proto: https",
        "Accept-Language: nb",
        f"Origin: https://{HOST}",
        f"Cookie: {settings.SESSION_COOKIE_NAME}={agency.cookie}; {settings.CSRF_COOKIE_NAME}={agency.csrf}",
        f"X-CSRFToken: {agency.csrf}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body or b'')}",
        "Connection: close",
    ]
    raw = "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
    except (OSError, TimeoutError) as error:
        return Answered(kind, 0, time.perf_counter() - planned, type(error).__name__), {}, b""
    head, _blank, content = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in rest)}
    status = int(first.split()[1]) if first else 0
    return Answered(kind, status, time.perf_counter() - planned), headers, content
