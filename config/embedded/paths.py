"""Where one instance of the servers keeps its things."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
POSTGRES_PORT = 5432  # only a part of the socket's name; nothing listens on a network
SOCKET_PATH_LIMIT = 90  # the kernel allows 107 bytes, and PostgreSQL adds a name and ".lock"


@dataclass(frozen=True)
class Paths:
    """Where one instance ("dev" or "test") keeps its things."""

    name: str

    @property
    def base(self) -> Path:
        return ROOT / "var" / self.name

    @property
    def postgres(self) -> Path:
        return self.base / "postgres"

    @property
    def redis(self) -> Path:
        return self.base / "redis"

    @property
    def sockets(self) -> Path:
        """Beside the data when that path is short and plain, else a directory of our own under the temporary one."""
        beside = self.base / "run"
        if len(os.fsencode(beside)) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[\w./-]+", str(beside), re.ASCII):
            return beside
        digest = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"skisse-{os.getuid()}-{digest}"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{POSTGRES_PORT}"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"
