"""The site's own pages, in every language: a hundred rows that many tests of public pages begin with."""

from __future__ import annotations

from home import services
from tests.remembered import remembered

ensure_site_tree = remembered(services.ensure_site_tree)
