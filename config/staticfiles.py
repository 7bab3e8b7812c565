"""Serves chosen files of npm packages without copying them, and nothing else that lies beside them."""

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder


class ChosenFilesFinder(FileSystemFinder):
    """FileSystemFinder that keeps to STATICFILES_CHOSEN: {prefix of STATICFILES_DIRS: globs of served files}.

    fnmatch's * crosses slashes; folders of packages are few and shallow, so that this is what one wants.
    """

    def _is_chosen(self, prefix: str, path: str) -> bool:
        globs = settings.STATICFILES_CHOSEN.get(prefix)
        return globs is None or any(fnmatch(path, glob) for glob in globs)

    def check(self, **kwargs: Any) -> list[Any]:
        """A folder of node_modules that is missing is `npm ci` not run yet: `make setup` says so, not every command."""
        return [message for message in super().check(**kwargs) if message.id != "staticfiles.W004"]

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        if prefix and not self._is_chosen(prefix, path.removeprefix(f"{prefix}/")):
            return None
        return super().find_location(root, path, prefix)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Any]]:
        for path, storage in super().list(ignore_patterns):
            if self._is_chosen(getattr(storage, "prefix", "") or "", path):
                yield path, storage
