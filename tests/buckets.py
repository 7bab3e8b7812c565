"""A stand-in for an S3 service: buckets in memory, spoken to over real HTTP. It checks no signature."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

WHEN = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


class Bucket(ThreadingHTTPServer):
    """`objects`: {"bucket/key": bytes}. `log`: (method, key, headers). With `is_full` it answers 503 to what is put."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.log: list[tuple[str, str, dict[str, str]]] = []
        self.is_full = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def running_bucket() -> Iterator[Bucket]:
    server = Bucket()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def _key(self) -> str:
        key = unquote(urlsplit(self.path).path).lstrip("/")
        self.server.log.append((self.command, key, dict(self.headers.items())))
        return key

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if self.command != "HEAD":
            headers.setdefault("Content_Length", str(len(body)))
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _error(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode(), Content_Type="application/xml")

    def do_PUT(self) -> None:
        key, body = self._key(), self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.is_full:
            return self._error(503, "SlowDown")
        self.server.objects[key] = body
        return self._answer(200, ETag='"0"')

    def do_GET(self) -> None:
        key = self._key()
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query or "prefix" in query:
            return self._list(key.rstrip("/"), query)
        body = self.server.objects.get(key)
        if body is None:
            return self._error(404, "NoSuchKey")
        facts = {"Last_Modified": WHEN.strftime("%a, %d %b %Y %H:%M:%S GMT"), "ETag": '"0"'}
        if asked := self.headers.get("Range"):
            first, _dash, last = asked.removeprefix("bytes=").partition("-")
            part = body[int(first) : int(last) + 1 if last else None]
            content_range = f"bytes {first}-{int(first) + len(part) - 1}/{len(body)}"
            return self._answer(206, part, Content_Range=content_range, **facts)
        return self._answer(200, body, **facts)

    def do_HEAD(self) -> None:
        body = self.server.objects.get(self._key())
        if body is None:
            return self._answer(404)
        when = WHEN.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return self._answer(200, Content_Length=str(len(body)), Last_Modified=when, ETag='"0"')

    def do_DELETE(self) -> None:
        self.server.objects.pop(self._key(), None)
        self._answer(204)

    def _list(self, bucket: str, query: dict[str, list[str]]) -> None:
        prefix = query.get("prefix", [""])[0]
        files, folders = [], []
        for name in sorted(self.server.objects):
            key = name.removeprefix(f"{bucket}/")
            if not key.startswith(prefix):
                continue
            rest, slash, _below = key.removeprefix(prefix).partition("/")
            if slash:
                folders.append(f"{prefix}{rest}/")
            else:
                files.append(f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>")
        shared = "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in set(folders))
        body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(files)}{shared}</ListBucketResult>"
        self._answer(200, body.encode(), Content_Type="application/xml")

    def log_message(self, *args: object) -> None:
        """Nothing on the tests' output."""
